"""Attributes of transcripts and speakers, from tables and from headers."""

from __future__ import annotations

import csv

import pytest
from studies import put

from qcode.errors import FileFaults, RequestError
from qcode.services.attributes import (
    attribute_table,
    import_speaker_attributes,
    import_transcript_attributes,
    speaker_attribute_table,
)
from qcode.services.codings import export_codings
from qcode.services.importing import import_transcripts
from qcode.services.listings import transcript_table
from qcode.store import rebuild


@pytest.fixture
def table(tmp_path):
    def write(text: str):
        path = tmp_path / "table.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_attributes_of_transcripts(anna, table):
    path = table("transcript,aliases,kind,language,province,date\none,009; AH002,notes,zh,Anhui,2019\ntwo,,,,,\n")
    report = import_transcript_attributes(anna, path)
    assert (report.changed, report.unchanged) == (2, 0)
    assert import_transcript_attributes(anna, path).changed == 0
    listed = attribute_table(anna)
    assert listed.header == ("transcript", "aliases", "date", "province")
    assert listed.rows == (("one", "009; AH002", "2019", "Anhui"), ("two", "", "", ""), ("three", "", "", ""))
    source = anna.source("AH002")
    assert (source.name, source.kind, source.language) == ("one", "notes", "zh")
    assert anna.source("AH").name == "one"
    assert "one: It should be Chinese, but holds no Chinese characters." in transcript_table(anna).notes
    import_transcript_attributes(anna, table("transcript,province\n009,\n"))
    assert attribute_table(anna).header == ("transcript", "aliases", "date")
    assert rebuild.compare(anna.file) == []


def test_every_faulty_row_is_told(anna, table):
    text = (
        "transcript,aliases,kind,language\nnone,,,\none,two,,\none,,film,\none,,,Chinese\ntwo,x,,\nthree,x,,\ntwo,,,\n"
    )
    with pytest.raises(FileFaults) as caught:
        import_transcript_attributes(anna, table(text))
    found = {fault.line: fault.what for fault in caught.value.faults}
    assert sorted(found) == [2, 3, 4, 5, 7, 8]
    assert found[3] == "The name “two” belongs to another transcript."
    assert found[4].startswith("There is no kind of source “film”.")
    assert found[8] == "Line 6 speaks of the same already."
    with pytest.raises(FileFaults, match="no column “transcript”"):
        import_transcript_attributes(anna, table("name\none\n"))
    assert anna.file.read.attributes() == {}


def test_attributes_of_speakers(anna, table):
    path = table("transcript,speaker,role,name,level\none,R,other,Magistrate,county\none,i,,,\n")
    assert import_speaker_attributes(anna, path).changed == 2
    listed = speaker_attribute_table(anna)
    assert listed.header == ("transcript", "speaker", "role", "name", "level")
    assert ("one", "R", "other", "Magistrate", "county") in listed.rows
    assert rebuild.compare(anna.file) == []
    with pytest.raises(FileFaults) as caught:
        import_speaker_attributes(anna, table("transcript,speaker,role\none,Q,\none,R,chair\n"))
    assert [fault.line for fault in caught.value.faults] == [2, 3]
    with pytest.raises(FileFaults, match="no column “speaker”"):
        import_speaker_attributes(anna, table("transcript\none\n"))


HEAD = '+++\ndate = 2019-08-14\nplace = "county X"\naliases = ["009", "one"]\n[attributes]\nlevel = 3\nfirst = true\nlast = false\n+++\n'


def test_a_header_is_kept(anna, tmp_path):
    (tmp_path / "a.md").write_text(f"{HEAD}I: Why?\nR: Because.\n", encoding="utf-8")
    (file,) = import_transcripts(anna, [tmp_path / "a.md"]).files
    assert file.warnings == ("Another transcript has the name “one”, so this one does not get it as an alias.",)
    source = anna.source("009")
    assert (source.name, source.aliases) == ("a", ("009",))
    assert anna.file.read.attributes()[source.key] == {
        "date": "2019-08-14", "first": "yes", "last": "no", "level": "3", "place": "county X",
    }  # fmt: skip


def test_a_name_that_is_an_alias_already_is_refused(anna, tmp_path, table):
    import_transcript_attributes(anna, table("transcript,aliases\none,009\n"))
    (tmp_path / "009.txt").write_text("I: Who else?\nR: Nobody.\n", encoding="utf-8")
    (file,) = import_transcripts(anna, [tmp_path / "009.txt"]).files
    assert (file.status, file.warnings) == ("refused", ())
    with pytest.raises(RequestError, match="There is no transcript"):
        anna.source("nothing")


@pytest.mark.parametrize(("text", "language"), [("I: B73k Z2?\nR: 9k.\n", "zh"), ("I: Wh\ufffd?\nR: 9k.\n", "en")])
def test_a_garbled_text_is_flagged(anna, tmp_path, text, language):
    (tmp_path / "g.txt").write_text(text, encoding="utf-8")
    (file,) = import_transcripts(anna, [tmp_path / "g.txt"], language=language).files
    assert len(file.warnings) == 1
    assert [note for note in transcript_table(anna).notes if note.startswith("g: ")]


def test_an_export_says_which_words_of_notes_were_said_so(anna, tmp_path):
    text = "I: Why?\n\nR: The magistrate was blunt: “too poor to join”. After that he left early.\n"
    (tmp_path / "n.txt").write_text(text, encoding="utf-8")
    import_transcripts(anna, [tmp_path / "n.txt"], kind="memory")
    for quote in ("too poor to join", "blunt: “too poor", "he left early"):
        put(anna, "n", "money", quote)
    put(anna, "one", "money", "The revenue")
    export_codings(anna, tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        told = {row["quote"]: row["verbatim"] for row in csv.DictReader(file)}
    assert told == {
        "too poor to join": "yes", "blunt: “too poor": "part", "he left early": "no", "The revenue": "",
    }  # fmt: skip


def test_aliases_are_added_unless_they_are_to_be_replaced(anna, table):
    import_transcript_attributes(anna, table("transcript,aliases\none,009\n"))
    report = import_transcript_attributes(anna, table("transcript,aliases\n009,AH002; 009; one\ntwo,\n"))
    assert anna.source("one").aliases == ("009", "AH002")
    assert report.notes == ("Aliases added: 1.",)
    report = import_transcript_attributes(anna, table("transcript,aliases\none,X1\n"), replace_aliases=True)
    assert anna.source("X1").aliases == ("X1",)
    assert report.notes == ("Aliases added: 1.", "Aliases taken away: 2.")
    assert import_transcript_attributes(anna, table("transcript,aliases\none,\n"), replace_aliases=True).notes == ()
    assert anna.source("one").aliases == ("X1",)


def test_what_should_be_a_date_and_is_none_is_told_and_kept(anna, table):
    report = import_transcript_attributes(
        anna, table("transcript,date,update,Datum\none,14.8.2019,no,2019\ntwo,2019-08,,in May\n")
    )
    assert [(fault.line, fault.what) for fault in report.problems] == [
        (2, "“date” is no date such as 2019, 2019-08 or 2019-08-14; it was kept as text."),
        (3, "“Datum” is no date such as 2019, 2019-08 or 2019-08-14; it was kept as text."),
    ]
    assert attribute_table(anna).rows[0] == ("one", "", "2019", "14.8.2019", "no")
