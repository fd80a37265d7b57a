"""Transcripts into the study: each file on its own, all in one transaction."""

from __future__ import annotations

import os

import pytest
from docx_making import docx, paragraph
from naughty import NAUGHTY
from studies import TEXTS

from qcode.errors import InputError, RequestError
from qcode.services.importing import ImportReport, import_transcripts
from qcode.services.study import Study

SIMPLIFIED = "问：合作是怎么开始的？\n\n答：省里给了我们县一笔预算，我们县的收入不够，所以大家都愿意合作。\n" * 4
TRADITIONAL = "問：合作是怎麼開始的？\n\n答：省裡給了我們縣一筆預算，我們縣的收入不夠，所以大家都願意合作。\n" * 4


@pytest.fixture
def empty(tmp_path, settings):
    with Study.create(tmp_path / "empty.qcode", title="Empty", coder="anna") as study:
        yield study


def statuses(report: ImportReport) -> list[tuple[str, str]]:
    return [(file.shown, file.status) for file in report.files]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "big5", "utf-16"])
def test_each_encoding_is_recognised_and_told(empty, tmp_path, encoding):
    text = TRADITIONAL if encoding == "big5" else SIMPLIFIED
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    (file,) = import_transcripts(empty, [tmp_path / "a.txt"]).files
    assert (file.status, file.language, file.turns, file.characters) == ("imported", "zh", 8, len(text))
    assert file.encoding.removesuffix("-sig").removesuffix("-le") == encoding.removesuffix("-sig")
    assert empty.file.read.text(empty.source("a").key) == text


def test_speakers_turns_and_the_original_are_kept(anna):
    source = anna.source("one")
    read = anna.file.read
    assert [(s.label, s.role) for s in read.speakers(source.key)] == [("I", "interviewer"), ("R", "participant")]
    assert len(read.turns(source.key)) == 4
    assert read.text(source.key) == TEXTS["one"]
    assert read.blob(source.sha256) == TEXTS["one"].encode()


def test_a_second_import_changes_nothing(anna, tmp_path):
    paths = [tmp_path / "other-name.txt", tmp_path / "two.txt"]
    paths[0].write_text(TEXTS["one"], encoding="utf-8")
    paths[1].write_text(TEXTS["two"].replace("\n", "\r\n"), encoding="utf-8", newline="")
    before = anna.file.read.state()
    report = import_transcripts(anna, paths)
    assert statuses(report) == [("other-name.txt", "already here"), ("two.txt", "already here")]
    assert report.files[0].reason == "The study holds this text as “one”."
    assert anna.file.read.state() == before


def test_one_bad_file_is_refused_alone(empty, tmp_path):
    (tmp_path / "bad.txt").write_bytes(b"a\x00b")
    (tmp_path / "good.txt").write_text(TEXTS["one"], encoding="utf-8")
    (tmp_path / "empty.md").write_text(" \n", encoding="utf-8")
    (tmp_path / "talk.odt").write_bytes(b"PK")
    (tmp_path / "noending").write_text(" \n", encoding="utf-8")
    paths = [tmp_path / name for name in ("bad.txt", "good.txt", "empty.md", "missing.txt", "talk.odt", "noending")]
    report = import_transcripts(empty, paths)
    assert statuses(report) == [
        ("good.txt", "imported"),
        ("bad.txt", "refused"),
        ("empty.md", "refused"),
        ("missing.txt", "refused"),
        ("talk.odt", "refused"),
        ("noending", "refused"),
    ]
    assert [report.count(status) for status in ("imported", "already here", "refused")] == [1, 0, 5]
    reasons = {file.shown: file.reason for file in report.files}
    assert reasons["talk.odt"].startswith("qcode cannot import .odt yet.")
    assert reasons["noending"].startswith("qcode cannot import files without an ending yet.")
    assert reasons["missing.txt"] == "There is no such file. Check the name."
    assert all(reasons[name].endswith(".") for name in reasons if name != "good.txt")


def test_a_folder_gives_its_transcripts_and_says_what_it_left_out(empty, tmp_path):
    folder = tmp_path / "interviews"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXTS["one"], encoding="utf-8")
    (folder / "notes.pdf").write_bytes(b"%PDF")
    told: list[tuple[int, int]] = []
    report = import_transcripts(empty, [folder], tick=lambda done, total: told.append((done, total)))
    assert statuses(report) == [("a.txt", "imported"), ("notes.pdf", "refused")]
    assert told == [(0, 1), (1, 1)]


def test_a_folder_that_cannot_be_read_is_an_error(empty, tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(InputError, match="Permission denied"):
        import_transcripts(empty, [tmp_path])


def test_another_text_of_the_same_name_is_refused(anna, tmp_path):
    (tmp_path / "one.md").write_text("I: Who?\n\nR: Nobody. That is another talk.\n", encoding="utf-8")
    (file,) = import_transcripts(anna, [tmp_path / "one.md"]).files
    assert file.status == "refused"
    assert "another text under the name “one”" in file.reason


def test_two_files_of_one_text_in_one_import(empty, tmp_path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(TEXTS["one"], encoding="utf-8")
    report = import_transcripts(empty, [tmp_path / "a.txt", tmp_path / "b.txt"])
    assert statuses(report) == [("a.txt", "imported"), ("b.txt", "already here")]


def test_roles_language_and_kind_can_be_set(empty, tmp_path):
    (tmp_path / "a.txt").write_text(TEXTS["one"], encoding="utf-8")
    (file,) = import_transcripts(
        empty, [tmp_path / "a.txt"], roles={"R": "other"}, language="de", kind="notes", encoding="utf-8"
    ).files
    assert {label.label: label.role for label in file.labels} == {"I": "interviewer", "R": "other"}
    source = empty.source("a")
    assert (source.kind, source.language, file.language) == ("notes", "de", "de")


def test_an_unknown_kind_is_refused(empty, tmp_path):
    with pytest.raises(RequestError, match="no kind of source “film”"):
        import_transcripts(empty, [tmp_path], kind="film")


def test_no_file_name_brings_control_characters_in(empty, tmp_path):
    folder = tmp_path / "hostile"
    folder.mkdir()
    written = 0
    for number, name in enumerate(NAUGHTY):
        try:
            (folder / f"{number}{name}.txt").write_text(f"I: Who?\n\nR: Number {number}.\n", encoding="utf-8")
            written += 1
        except (OSError, ValueError):
            continue  # the file system itself refuses the name
    report = import_transcripts(empty, [folder])
    assert len(report.files) == written > 20
    for file in report.files:
        assert not any(ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 for c in file.shown + file.reason + file.name)
    names = {source.name for source in empty.file.read.sources()}
    assert report.count("imported") == len(names)
    assert not any("\u202e" in name or "\x1b" in name for name in names)
    assert any("[INTERVIEWER]: hello [unclear]" in name for name in names)


@pytest.mark.parametrize("text", [text for text in NAUGHTY if "\x00" not in text and text.strip()])
def test_hostile_text_is_stored_canonically_or_refused(empty, tmp_path, text):
    (tmp_path / "a.txt").write_bytes(f"I: Who?\n\nR: {text}\n".encode("utf-8", "surrogatepass"))
    (file,) = import_transcripts(empty, [tmp_path / "a.txt"], encoding="utf-8").files
    assert file.status in ("imported", "refused")
    if file.status == "imported":
        stored = empty.file.read.text(empty.source("a").key)
        assert not any(ord(c) < 0x20 and c not in "\n\t" for c in stored)


def test_tables_in_a_folder_are_passed_over_and_no_refusal(empty, tmp_path):
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "a.txt").write_text(TEXTS["one"], encoding="utf-8")
    (folder / "cases.csv").write_text("key\n", encoding="utf-8")
    report = import_transcripts(empty, [folder])
    assert statuses(report) == [("a.txt", "imported"), ("cases.csv", "passed over")]
    # Named by hand, a table is refused: somebody meant it to be read.
    assert import_transcripts(empty, [folder / "cases.csv"]).count("refused") == 1


def test_a_header_gives_kind_and_language_unless_they_are_named(empty, tmp_path):
    head = '+++\nkind = "memory"\nlanguage = "de"\n+++\n'
    for name, more in (("a", {}), ("b", {"kind": "notes", "language": "en"})):
        (tmp_path / f"{name}.md").write_text(f"{head}I: Why {name}?\nR: Because.\n", encoding="utf-8")
        (found,) = import_transcripts(empty, [tmp_path / f"{name}.md"], **more).files
        assert found.language == more.get("language", "de")
    kinds = {source.name: source.kind for source in empty.file.read.sources()}
    assert kinds == {"a": "memory", "b": "notes"}


def test_word_documents_and_subtitles_are_imported(empty, tmp_path):
    folder = tmp_path / "interviews"
    folder.mkdir()
    (folder / "talk.docx").write_bytes(docx(paragraph("I: Why?") + paragraph("R: Because.")))
    (folder / "call.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\n<v R>Because.\n", encoding="utf-8")
    report = import_transcripts(empty, [folder])
    assert statuses(report) == [("call.vtt", "imported"), ("talk.docx", "imported")]


def test_a_label_that_stands_once_is_told(anna, tmp_path):
    (tmp_path / "new.txt").write_text(
        "I: Who began?\nR: The province.\nInterpreter: He means the grant.\nI: And then?\nR: Nothing.\n",
        encoding="utf-8",
    )
    (file,) = import_transcripts(anna, [tmp_path / "new.txt"]).files
    assert any("Stands once" in warning and "Interpreter" in warning for warning in file.warnings)
    (again,) = import_transcripts(anna, [tmp_path / "new.txt"], roles={"Interpreter": "other"}).files
    assert again.status == "already here"
    assert "--speaker says was not applied" in again.reason
    assert again.labels == ()


def test_a_path_that_is_not_there_is_said_so_whatever_its_ending(empty, tmp_path):
    report = import_transcripts(empty, [tmp_path / "interviews", tmp_path / "a.odt"])
    assert [file.reason for file in report.files] == ["There is no such file or folder. Check the name."] * 2


def test_a_folder_without_transcripts_is_named(empty, tmp_path):
    folder = tmp_path / "no\x1bthing"
    folder.mkdir()
    report = import_transcripts(empty, [folder])
    assert (report.files, report.empty) == ((), (str(tmp_path / "no␛thing"),))


def test_the_own_project_in_the_folder_is_no_matter(empty, tmp_path):
    (tmp_path / "empty.qcode-journal").write_bytes(b"x")
    (tmp_path / "other.qcode").write_bytes(b"x")
    (tmp_path / "a.txt").write_text(TEXTS["one"], encoding="utf-8")
    report = import_transcripts(empty, [tmp_path])
    assert statuses(report) == [("a.txt", "imported"), ("other.qcode", "passed over")]
    assert report.files[1].reason == "This is a project of qcode, and no transcript."
    assert report.empty == ()


def test_what_a_header_brings_is_told(empty, tmp_path):
    (tmp_path / "a.md").write_text(
        "---\ndate: in May\nteam: two\n---\n\nI: Why?\nR: Because.\nI: Oh.\n", encoding="utf-8"
    )
    (file,) = import_transcripts(empty, [tmp_path / "a.md"]).files
    assert file.warnings[:2] == (
        "The header between --- was read, and is no part of the text: date, team.",
        "Line 2 of the header: “date” is no date such as 2019, 2019-08 or 2019-08-14; it was kept as text.",
    )
    assert empty.file.read.attributes() == {empty.source("a").key: {"date": "in May", "team": "two"}}
