"""Transcripts taken out of the study and brought back. All words are invented."""

from __future__ import annotations

import pytest
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.errors import RequestError, UnknownName
from qcode.services.agreement import agreement, agreement_table
from qcode.services.coding import link_case, mark, redo, undo
from qcode.services.doctor import diagnose
from qcode.services.importing import import_transcripts
from qcode.services.listings import coding_table, speaker_table, transcript_table
from qcode.services.log import acts
from qcode.services.speakers import set_speaker
from qcode.services.suggestions import best_proposals
from qcode.services.tables import crosstab, frequencies
from qcode.services.transcripts import hanging_on, remove_transcript, removed_table, restore_transcript
from qcode.services.turns import correct_turn, split_turn
from qcode.store import rebuild
from qcode.tui.desk import Desk


@pytest.fixture
def coded(anna, bo):
    """The study with codings of two coders on “one”, a link, and a mark of progress."""
    put(anna, "one", "money", "The revenue")
    put(bo, "one", "trust", "We trusted them")
    put(anna, "two", "trust", "Nobody trusted anybody.")
    link_case(anna, anna.case("park"), anna.source("one"), TEXTS["one"], Span(3, 9))
    for coder in (anna, bo):
        mark(coder, coder.source("one"), ["motive"], "complete")
    return anna


def test_what_hangs_on_it_is_told_first(coded):
    one = coded.source("one")
    assert hanging_on(coded, one).words == "1 case link, 2 codings, 2 marks of progress"
    with pytest.raises(
        RequestError, match=r"^1 case link, 2 codings, 2 marks of progress would go with “one”; nothing was removed"
    ):
        remove_transcript(coded, one)
    assert coded.source("one") == one
    assert remove_transcript(coded, one, certain=True).numbers == {"link": 1, "coding": 2, "ledger": 2}
    with pytest.raises(UnknownName):
        coded.source("one")


def test_one_that_nothing_hangs_on_goes_at_once(coded):
    assert remove_transcript(coded, coded.source("three")).words == ""
    assert [row[0] for row in removed_table(coded).rows] == ["three"]


def test_everything_else_goes_on_without_it(coded):
    remove_transcript(coded, coded.source("one"), certain=True)
    assert [row[0] for row in transcript_table(coded).rows] == ["two", "three"]
    assert [row[1] for row in coding_table(coded).rows] == ["two"]
    total = frequencies(coded)
    assert {row[0]: row[2] for row in total.rows if row[2]} == {"trust": 1}
    assert crosstab(coded, "mechanism").rows
    assert agreement_table(agreement(coded, ["anna", "bo"])).rows
    assert all(p.source.name != "one" for p in best_proposals(coded, coded.file.read.sources()))
    found = diagnose(coded)
    assert found.faults == ()
    assert found.remarks == ("Work on 1 removed transcript (one) is kept: 5 entries come back with it.",)
    assert acts(coded, last=1)[0].words == "removed transcript: one"


def test_it_comes_back_as_it_was(coded, tmp_path):
    one = coded.source("one")
    set_speaker(coded, one, "R", name="M")
    correct_turn(coded, one, 2, label="Ghost")
    split_turn(coded, one, 4, "There is an office", label="Ghost")
    before = (transcript_table(coded).rows, coding_table(coded).rows, speaker_table(coded, one).rows)
    remove_transcript(coded, one, certain=True)
    assert restore_transcript(coded, "one").words == "1 case link, 2 codings, 2 marks of progress"
    assert (transcript_table(coded).rows, coding_table(coded).rows, speaker_table(coded, one).rows) == before
    remove_transcript(coded, coded.source("one"), certain=True)
    (tmp_path / "again.txt").write_text(TEXTS["one"], encoding="utf-8")
    (file,) = import_transcripts(coded, [tmp_path / "again.txt"], roles={"R": "other"}).files
    assert (file.status, file.name) == ("brought back", "one")
    assert file.reason == "It had been removed: it is back as it was, with 1 case link, 2 codings, 2 marks of progress."
    assert (transcript_table(coded).rows, coding_table(coded).rows, speaker_table(coded, one).rows) == before
    assert rebuild.compare(coded.file) == []
    assert removed_table(coded).rows == ()
    assert acts(coded, last=1)[0].words == "changed transcript: one (brought back)"


def test_a_name_that_another_has_meanwhile(coded, tmp_path):
    remove_transcript(coded, coded.source("one"), certain=True)
    (tmp_path / "one.txt").write_text("I: Who?\n\nR: Nobody.\n", encoding="utf-8")
    assert import_transcripts(coded, [tmp_path / "one.txt"]).count("imported") == 1
    with pytest.raises(RequestError, match="another transcript under the name “one”"):
        restore_transcript(coded, "one")
    assert removed_table(coded).rows == (("one", "en", len(TEXTS["one"])),)
    (tmp_path / "one.txt").write_text(TEXTS["one"], encoding="utf-8")
    (file,) = import_transcripts(coded, [tmp_path / "one.txt"]).files
    assert file.status == "refused"
    (tmp_path / "first.txt").write_text(TEXTS["one"], encoding="utf-8")
    (file,) = import_transcripts(coded, [tmp_path / "first.txt"]).files
    assert (file.status, file.name) == ("brought back", "first")
    assert len(coded.file.read.codings(coded.source("first").key, coders=None)) == 2


def test_one_without_work_is_back_without_codings(coded, tmp_path):
    remove_transcript(coded, coded.source("three"))
    (tmp_path / "three.txt").write_text(TEXTS["three"], encoding="utf-8")
    (file,) = import_transcripts(coded, [tmp_path / "three.txt"]).files
    assert file.reason == "It had been removed: it is back as it was."


def test_names_that_say_too_little(coded, tmp_path):
    with pytest.raises(UnknownName, match="no removed transcript “one”"):
        restore_transcript(coded, "one")
    remove_transcript(coded, coded.source("three"))
    (tmp_path / "three.txt").write_text("I: Who?\n\nR: Nobody.\n", encoding="utf-8")
    import_transcripts(coded, [tmp_path / "three.txt"])
    remove_transcript(coded, coded.source("three"))
    with pytest.raises(RequestError, match="2 transcripts “three” were removed"):
        restore_transcript(coded, "three")


def test_an_alias_that_another_has_meanwhile_stays_there(coded):
    one, two = coded.source("one"), coded.source("two")
    with coded.act() as writer:
        writer.change(one.uid, {"aliases": ["009", "AH002"]})
    remove_transcript(coded, coded.source("one"), certain=True)
    with coded.act() as writer:
        writer.change(two.uid, {"aliases": ["009"]})
    restore_transcript(coded, "one")
    assert (coded.source("009").name, coded.source("AH002").name) == ("two", "one")


def test_undo_passes_over_the_removal(coded):
    remove_transcript(coded, coded.source("one"), certain=True)
    turned = undo(coded)
    assert turned is not None
    assert turned.act.words == "added mark of progress: one complete"
    assert redo(coded) is not None
    assert rebuild.compare(coded.file) == []


def test_the_desk_survives(coded):
    desk = Desk(coded)
    desk.open(1)
    desk.remember_place(Span(3, 5))
    remove_transcript(coded, coded.source("two"), certain=True)
    assert desk.last_place() in (0, 1)
    again = Desk(coded)
    assert again.last_place() == 0
    opened = again.open(5)
    assert again.source.name == "three"
    assert opened.place is None
    for name in ("one", "three"):
        remove_transcript(coded, coded.source(name), certain=True)
    with pytest.raises(RequestError, match="no transcripts yet"):
        again.open(0)


def test_who_codes_on_a_removed_transcript_is_told(coded, open_as):
    desk = Desk(coded)
    desk.open(0)
    other = open_as("bo")
    remove_transcript(other, other.source("one"), certain=True)
    with pytest.raises(RequestError, match="removed meanwhile"):
        desk.apply(Span(3, 9), ["money"])
    restore_transcript(other, "one")
    assert len(coded.file.read.codings(coded.source("one").key, coders=None)) == 3
