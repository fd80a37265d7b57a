"""The report on methods: what the project knows of itself, and “not recorded” for all else."""

from __future__ import annotations

import re

import pytest
from studies import put

from qcode.core.spans import Span
from qcode.errors import QcodeError
from qcode.services.attributes import import_speaker_attributes, set_transcript_field
from qcode.services.claims import add_claim, add_passage
from qcode.services.coding import mark
from qcode.services.importing import import_transcripts
from qcode.services.memos import add_memo
from qcode.services.methods_facts import Facts
from qcode.services.methods_report import COREQ, NOT_RECORDED, SRQR, methods_markdown, write_methods
from qcode.services.releases import release
from qcode.services.study import Study
from qcode.services.translations import set_translation


def items(text: str) -> dict[str, str]:
    """The answer of every item, by guideline and number."""
    found = {}
    for guideline, part in re.findall(r"^## (COREQ|SRQR)\n(.*?)(?=^## )", text, flags=re.DOTALL | re.MULTILINE):
        for number, answer in re.findall(
            r"^\*\*(\d+)\. .*?\*\*\n\n(.*?)(?=^\*\*\d|^###|\Z)", part, re.DOTALL | re.MULTILINE
        ):
            found[f"{guideline} {number}"] = answer.strip()
    return found


def test_all_items_of_both_guidelines_are_there_in_their_order(anna):
    found = items(methods_markdown(anna))
    assert list(found) == [*(f"COREQ {i}" for i in range(1, 33)), *(f"SRQR {i}" for i in range(1, 22))]
    assert sum(len(part) for _, part in COREQ) == 32
    assert len(SRQR) == 21


def test_what_a_project_cannot_know_is_not_recorded_and_listed(anna):
    text = methods_markdown(anna)
    found = items(text)
    assert found["COREQ 10"] == found["SRQR 21"] == NOT_RECORDED
    assert found["COREQ 30"] == found["SRQR 2"] == "for the authors to say"
    open_ = [name for name, answer in found.items() if answer == NOT_RECORDED]
    assert f"Not recorded: {len(open_)} of 53 items." in text
    assert f"{', '.join(open_)}." in text


def test_an_empty_project_says_little_and_nothing_wrong(tmp_path, settings):
    with Study.create(tmp_path / "e.qcode", title="Empty", coder="anna") as study:
        found = items(methods_markdown(study))
    told = {name for name, answer in found.items() if answer not in (NOT_RECORDED, "for the authors to say")}
    assert told == {"COREQ 27", "SRQR 1", "SRQR 15"}


def test_a_memo_on_the_study_fills_an_item(anna, bo):
    add_memo(anna, "Purposive, by mechanism.\n# not a heading", title="COREQ 10: sampling")
    add_memo(bo, "And by place.", title="coreq 10")
    add_memo(bo, "Approved.", title="SRQR S9")
    add_memo(anna, "Of no item.", title="COREQ 99")
    found = items(methods_markdown(anna))
    assert "Purposive, by mechanism." in found["COREQ 10"]
    assert "\\# not a heading" in found["COREQ 10"]
    assert found["COREQ 10"].endswith("And by place.")
    assert found["SRQR 9"] == "Approved."
    assert "Of no item" not in methods_markdown(anna)


def test_the_sample_its_kinds_and_its_people(anna, tmp_path):
    (tmp_path / "minutes.txt").write_text("Minutes of the joint office.\n", encoding="utf-8")
    (tmp_path / "seen.txt").write_text(
        "I: Why?\n\nR: The road was closed.\n\nI: And then?\n\nR: Nothing.\n", encoding="utf-8"
    )
    import_transcripts(anna, [tmp_path / "minutes.txt"], kind="document")
    import_transcripts(anna, [tmp_path / "seen.txt"], kind="notes")
    table = tmp_path / "speakers.csv"
    table.write_text("transcript,speaker,level\none,R,county\ntwo,R,county\nthree,R,city\n", encoding="utf-8")
    import_speaker_attributes(anna, table)
    found = items(methods_markdown(anna))
    assert "4 interviews (" in found["COREQ 12"]
    assert "1 document" in found["COREQ 12"]
    assert "3 cases (2 dataset, 1 other)." in found["COREQ 12"]
    assert "level (speaker): 2 county, 1 city, 1 not recorded." in found["COREQ 16"]
    assert found["COREQ 19"] == "- 3 of 4 interviews are transcripts of recordings."
    assert "1 notes" in found["COREQ 20"]
    assert "of 4 interviews" in found["COREQ 1"]


def test_setting_dates_consent_and_duration(anna):
    one, two = anna.source("one"), anna.source("two")
    set_transcript_field(anna, one, "place", "a county town")
    set_transcript_field(anna, one, "date", "2019-08-14")
    set_transcript_field(anna, two, "date", "2019-07-01")
    set_transcript_field(anna, one, "consent", "verbal")
    set_transcript_field(anna, one, "duration", "45")
    set_transcript_field(anna, two, "duration", "70")
    found = items(methods_markdown(anna))
    assert found["COREQ 14"] == "- place (transcript): 1 a county town, 2 not recorded."
    assert "date: 2019-07-01 to 2019-08-14, not recorded for 1." in found["SRQR 10"]
    assert found["SRQR 9"] == "- consent (transcript): 1 verbal, 2 not recorded."
    assert "duration: 45 to 70, not recorded for 1." in found["COREQ 21"]


def test_time_marks_give_a_duration_at_least(anna, tmp_path):
    (tmp_path / "t.txt").write_text(
        "[00:00:05] I: Begin?\n\n[00:01:00] R: Yes.\n\n[00:31:00] I: End?\n\n[00:32:00] R: Yes.\n", encoding="utf-8"
    )
    import_transcripts(anna, [tmp_path / "t.txt"])
    found = items(methods_markdown(anna))
    assert found["COREQ 21"] == "- By the last time mark in 1 of 4 transcripts: 32 to 32 minutes, so at least."


def test_coders_tree_and_trail(anna, bo):
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(bo, "one", "money", "The province gave us a budget for it.")
    put(anna, "two", "trust", "Nobody trusted anybody.")
    for source in anna.file.read.sources():
        mark(anna, source, ["motive", "setup"], "complete")
    release(anna, "round-1")
    uid = add_claim(anna, "Money comes first", codes=[anna.codes().find("money")])
    add_passage(anna, uid, "contrary", anna.source("two"), Span(0, 5))
    set_translation(anna, anna.source("one"), Span(0, 5), "de", "Frage", checked_by="bo")
    add_memo(anna, "A thought.", kind="theory")
    found = items(methods_markdown(anna))
    assert found["COREQ 24"] == "- 2 coders.\n- 2 of 3 transcripts coded, 1 of them by two coders or more."
    assert "Miniature: 2 dimensions, 5 codes on 2 levels." in found["COREQ 25"]
    assert "1 codes have a definition" in found["COREQ 25"]
    assert found["COREQ 26"] == "- Released versions of the codebook: round-1."
    assert "1 translations of passages, 1 of them checked by somebody." in found["COREQ 29"]
    assert "The last transcript with a new code is number 2 of 3." in found["COREQ 22"]
    assert "6 dimensions of transcripts completed" in found["SRQR 14"]
    for words in ("Agreement between coders", "1 memos (1 theory)", "1 claims, 1 of them with passages"):
        assert words in found["SRQR 15"]


def test_many_values_are_counted_not_listed(anna, tmp_path):
    table = tmp_path / "speakers.csv"
    names = "".join(f"R{i}: Yes.\n\nI: And?\n\nR{i}: No.\n\n" for i in range(15))
    (tmp_path / "many.txt").write_text(names, encoding="utf-8")
    import_transcripts(anna, [tmp_path / "many.txt"])
    table.write_text(
        "transcript,speaker,post\n" + "".join(f"many,R{i},post {i}\n" for i in range(15)), encoding="utf-8"
    )
    import_speaker_attributes(anna, table)
    assert "other values" in "\n".join(Facts(anna).of("participants"))


def test_no_word_of_an_interview_and_no_clock_is_in_it(anna):
    put(anna, "one", "money", "The province gave us a budget for it.")
    text = methods_markdown(anna)
    assert "budget" not in text
    assert text == methods_markdown(anna)
    assert re.search(r"\d\d:\d\d", text) is None


def test_it_is_written_once(anna, tmp_path):
    path = tmp_path / "methods.md"
    write_methods(anna, path)
    assert path.read_text(encoding="utf-8") == methods_markdown(anna)
    with pytest.raises(QcodeError):
        write_methods(anna, path)
    write_methods(anna, path, overwrite=True)
