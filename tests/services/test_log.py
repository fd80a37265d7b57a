"""Who did what when, in words that never hold interview text."""

from __future__ import annotations

import re

from studies import CODEBOOK, TEXTS, put

from qcode.core.spans import Span
from qcode.services import codebook_edits, codebook_merges
from qcode.services.attributes import import_speaker_attributes, import_transcript_attributes
from qcode.services.case_edits import add_case
from qcode.services.codebooks import import_codebook
from qcode.services.coding import link_case, mark, redo, remove_coding, undo
from qcode.services.log import acts, local_time
from qcode.services.proposals import decide, propose
from qcode.services.releases import release
from qcode.services.speakers import merge_speakers, part_speaker, remove_speaker, set_speaker
from qcode.services.suggestions import proposals, reject
from qcode.services.turns import correct_turn, join_turn, reset_turn, split_turn

CASES_ADDED = "added column; added 3 cases: park, river, talks"


def test_acts_in_words_latest_first(anna, open_as):
    uid = put(anna, "one", "money", "The revenue")
    link_case(anna, anna.case("park"), anna.source("one"), TEXTS["one"], Span(3, 9))
    mark(anna, anna.source("two"), ["motive"], "reading")
    add_case(anna, "new", attributes={})
    reject(anna, proposals(anna, anna.source("two"), codes=["money"])[0])
    put(open_as("bo"), "two", "trust", "Nobody trusted anybody.")
    remove_coding(anna, uid)
    undo(anna)
    redo(anna)
    found = [(act.coder, act.words, act.undone) for act in acts(anna)]
    assert found == [
        ("anna", "did again: removed coding: money on one", False),
        ("anna", "undid: removed coding: money on one", False),
        ("anna", "removed coding: money on one", False),
        ("bo", "added coding: trust on two", False),
        ("bo", "added coder: bo", False),
        ("anna", "added answer to a suggestion: money on two", False),
        ("anna", "added case: new", False),
        ("anna", "added mark of progress: two reading", False),
        ("anna", "added case link: park in one", False),
        ("anna", "added coding: money on one", False),
        ("anna", CASES_ADDED, False),
        ("anna", "added 3 transcripts: one, two, three; added 6 speakers", False),
        ("anna", "added codebook; added 5 codes", False),
        ("anna", "added coder: anna; added study", False),
    ]


def test_the_number_limits_acts_and_not_events(anna):
    assert [act.words for act in acts(anna, last=2)] == [
        CASES_ADDED,
        "added 3 transcripts: one, two, three; added 6 speakers",
    ]
    assert len(acts(anna, last=100)) == 4


def test_what_was_undone_is_marked(anna):
    put(anna, "one", "money", "The revenue")
    undo(anna)
    latest, before = acts(anna, last=2)
    assert (latest.words, before.words, before.undone, before.events) == (
        "undid: added coding: money on one",
        "added coding: money on one",
        True,
        1,
    )


def test_what_is_gone_keeps_the_name_of_its_import(anna):
    put(anna, "one", "money", "The revenue")
    link_case(anna, anna.case("park"), anna.source("one"), TEXTS["one"], None)
    mark(anna, anna.source("one"), ["motive"], "reading")
    with anna.file.write(anna.me.uid) as writer:
        writer.remove(anna.source("one").uid)
    words = [act.words for act in acts(anna, last=4)]
    assert words == [
        "removed transcript: one",
        "added mark of progress: one reading",
        "added case link: park in one",
        "added coding: money on one",
    ]


def test_a_change_says_which_field_became_what(anna, tmp_path):
    one = anna.source("one")
    set_speaker(anna, one, "R", role="other", name="M")
    correct_turn(anna, one, 2, label="Ghost", role="participant")
    correct_turn(anna, one, 2, role="text")
    reset_turn(anna, one, 2)
    remove_speaker(anna, one, "Ghost")
    merge_speakers(anna, one, "R", "I")
    part_speaker(anna, one, "R")
    split_turn(anna, one, 1, "begin", label="R")
    join_turn(anna, one, "1.2")
    join_turn(anna, one, 2)
    (tmp_path / "a.csv").write_text(f"transcript,aliases,place\none,009,{'x' * 60}\ntwo,,a\n", encoding="utf-8")
    import_transcript_attributes(anna, tmp_path / "a.csv")
    found = [act.words for act in acts(anna, last=11)][::-1]
    assert found[0] == "changed speaker: R in one (name became M; role became other)"
    assert found[1] == "added speaker: Ghost in one; changed transcript: one (turn 2: speaker became Ghost)"
    assert found[2] == "changed transcript: one (turn 2: role became text)"
    assert found[3] == "changed transcript: one (turn 2 as imported)"
    assert found[4] == "removed speaker: Ghost in one"
    assert found[5] == "changed transcript: one (R became one with I)"
    assert found[6] == "changed transcript: one (R parted)"
    at = TEXTS["one"].index("begin")
    assert found[7] == f"changed transcript: one (turn split at {at}; part at {at}: speaker became R)"
    assert found[8] == f"changed transcript: one (split at {at} taken back)"
    assert found[9] == "changed transcript: one (turn 2 joined to the one before)"
    assert found[10] == (
        f"changed 2 transcripts: one (aliases became 009; place became {'x' * 39}…), two (place became a)"
    )


def test_a_proposal_says_its_fields_and_what_became_of_it(anna, bo):
    uid = propose(bo, "trust", ["brief=They trust each other.", "hotkey=7"])
    decide(anna, uid, accept=True, reason="a long reason that is nobody's business")
    bo_words, anna_words = (next(act.words for act in acts(anna) if act.coder == name) for name in ("bo", "anna"))
    assert bo_words == "added proposal: trust (brief, hotkey)"
    assert anna_words == "changed proposal: trust (accepted); changed code: trust (brief, hotkey)"
    again = propose(bo, "trust", ["brief=No."])
    decide(anna, again, accept=False)
    assert acts(anna, last=1)[0].words == "changed proposal: trust (refused)"


def test_changes_of_the_tree_of_codes_in_plain_words(anna):
    codebook_edits.add_code(anna, "tax", codebook_edits.named(anna, "Tax"), below="money")
    codebook_edits.move_code(anna, "tax", below="setup")
    codebook_edits.move_code(anna, "tax", before="office")
    codebook_edits.rename_code(anna, "tax", "levy")
    codebook_merges.merge_code(anna, "money", "trust")
    codebook_merges.unmerge_code(anna, "money")
    codebook_edits.remove_code(anna, "levy")
    release(anna, "pilot")
    assert [act.words for act in acts(anna, last=8)][::-1] == [
        "added code: levy",
        "changed code: levy (place)",
        "changed 2 codes: levy (order), office (order)",
        "changed code: levy (aliases, id)",
        "changed 2 codes: money (merged), trust (aliases, indicators)",
        "changed 2 codes: money (taken apart), trust (aliases, indicators)",
        "removed code: levy",
        "added release: pilot",
    ]


def test_a_change_of_many_codes_says_the_fields_alone(anna, tmp_path):
    text = CODEBOOK
    for brief in ("Why.", "For money.", "They know each other.", "How."):
        text = text.replace(f'brief = "{brief}"', 'brief = "Other."')
    (tmp_path / "next.toml").write_text(text, encoding="utf-8")
    import_codebook(anna, tmp_path / "next.toml")
    assert acts(anna, last=1)[0].words == "changed codebook; changed 4 codes (brief)"


def test_many_changes_of_one_thing_are_counted(anna, tmp_path):
    columns = [f"c{number}" for number in range(9)]
    text = f"transcript,{','.join(columns)}\none,{','.join('v' * 9)}\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    import_transcript_attributes(anna, tmp_path / "a.csv")
    words = acts(anna, last=1)[0].words
    assert words == "changed transcript: one (c0 became v; c1 became v; c2 became v; c3 became v; and 5 more)"
    (tmp_path / "a.csv").write_text("transcript,c0,kind\none,,notes\n", encoding="utf-8")
    import_transcript_attributes(anna, tmp_path / "a.csv")
    assert acts(anna, last=1)[0].words == "changed transcript: one (c0 became empty; kind became notes)"


def test_a_change_of_many_says_the_fields_alone(anna, tmp_path):
    rows = "".join(f"{name},{label},county,other\n" for name in ("one", "two") for label in "IR")
    (tmp_path / "p.csv").write_text(f"transcript,speaker,level,role\n{rows}", encoding="utf-8")
    import_speaker_attributes(anna, tmp_path / "p.csv")
    assert acts(anna, last=1)[0].words == "changed 4 speakers (level, role)"


def test_no_word_of_an_interview_is_in_the_log(anna):
    put(anna, "one", "trust", "We trusted them from the start.")
    assert not any("trusted" in act.words for act in acts(anna))


def test_times_are_local_to_the_second():
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", local_time(1_700_000_000_123))
