"""Opening a study: which project, who, and the look-ups that every use case needs."""

from __future__ import annotations

from pathlib import Path

import pytest
from naughty import CONTROL_SEQUENCES
from studies import put

from qcode.errors import DamagedProject, NoProject, ProjectError, RequestError, UnknownName
from qcode.services.codebooks import export_codebook, import_codebook
from qcode.services.study import CodeTable, Study, clean_name, find_project, near_names


def test_which_project_is_meant(tmp_path, monkeypatch):
    monkeypatch.delenv("QCODE_PROJECT", raising=False)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(NoProject, match="no project in this folder"):
        find_project()
    Path("a.qcode").touch()
    Path(".making.qcode").touch()  # a sample study whose making was killed
    assert find_project() == Path("a.qcode")
    Path("b.qcode").touch()
    with pytest.raises(NoProject, match=r"several projects in this folder: a\.qcode, b\.qcode\."):
        find_project()
    monkeypatch.setenv("QCODE_PROJECT", "elsewhere/c.qcode")
    assert find_project() == Path("elsewhere/c.qcode")
    assert find_project(Path("d.qcode")) == Path("d.qcode")


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "con\u200bsensus", "a\u202eb", "half\udc80", *CONTROL_SEQUENCES])
def test_names_that_hide_something_are_refused(name):
    with pytest.raises(RequestError, match="coder"):
        clean_name(name, "coder")


def test_names_are_trimmed_and_composed():
    assert clean_name("  Jose\u0301 王 ", "coder") == "José 王"


def test_near_names_come_best_first():
    assert near_names("mechanisms", ["year", "mechanism", "mechanism_source"])[0] == "mechanism"
    assert near_names("zzz", ["year"]) == []


def test_a_new_study_has_its_first_coder(tmp_path, settings):
    with Study.create(tmp_path / "new.qcode", title=" New ", coder=" Anna ") as study:
        assert study.me.name == "Anna"
        assert study.file.read.title() == "New"
        assert study.codes().codebook.codes == ()
    with pytest.raises(ProjectError, match="there already"):
        Study.create(tmp_path / "new.qcode", title="New", coder="Anna")


def test_a_project_that_cannot_be_opened_as_nobody(mini_path):
    with pytest.raises(RequestError, match="coder needs a name"):
        Study.open(mini_path, coder=" ")


def test_a_stranger_becomes_a_coder_with_the_first_thing_they_do(open_as):
    carla = open_as("carla")
    assert carla.me.key == 0
    assert [c.name for c in carla.coders()] == ["anna"]
    put(carla, "one", "money", "The revenue")
    assert [c.name for c in carla.coders()] == ["anna", "carla"]
    assert carla.me.key > 0


def test_undoing_the_first_act_does_not_undo_the_coder(open_as):
    from qcode.services.coding import undo

    carla = open_as("carla")
    put(carla, "one", "money", "The revenue")
    undo(carla)
    assert [c.name for c in carla.coders()] == ["anna", "carla"]


def test_a_coder_whose_name_has_not_arrived_is_known_by_it(mini_path, anna):
    with anna.file.write(anna.me.uid) as writer:
        writer.change(anna.me.uid, {"name": ""})
    with Study.open(mini_path, coder="anna") as study:
        assert study.me.name == "anna"
        study.enrol()
        assert [c.name for c in study.coders()] == ["anna"]


def test_transcripts_and_cases_by_name_or_unique_beginning(anna):
    assert anna.source("one").name == anna.source("on").name == "one"
    assert anna.source(anna.source("one").uid).name == "one"
    for name in ("t", "", "four"):
        with pytest.raises(UnknownName, match="transcript"):
            anna.source(name)
    with pytest.raises(UnknownName, match="Did you mean park"):
        anna.case("prak")


def test_two_of_one_name_are_told_apart_by_id(anna):
    with anna.file.write(anna.me.uid) as writer:
        writer.change(anna.source("two").uid, {"name": "one"})
    with pytest.raises(RequestError, match="There are 2 transcripts called “one”"):
        anna.source("one")


def test_codes_by_id_name_and_alias(anna):
    table = anna.codes()
    assert {table.find(name).short_id for name in ("money", "MONEY", "资金", "Funds")} == {"money"}
    with pytest.raises(UnknownName, match="Did you mean money"):
        table.find("mony")
    assert anna.codes() is table
    assert CodeTable(None, []).codebook.codes == ()


def test_a_changed_codebook_is_read_again(anna, bo, tmp_path):
    """By every process that has it open: bo looks, anna, whose codebook it is, changes it."""
    assert bo.codes().codebook.code("money").brief == "For money."
    from studies import CODEBOOK

    (tmp_path / "mini.toml").write_text(CODEBOOK.replace("For money.", "For the money."), encoding="utf-8")
    report = import_codebook(anna, tmp_path / "mini.toml")
    assert (report.added, report.changed, report.unchanged, report.missing) == ((), ("money",), 4, ())
    assert bo.codes().codebook.code("money").brief == "For the money."


def test_a_merged_code_is_what_it_became(anna):
    from qcode.services.tables import frequencies

    put(anna, "one", "money", "The revenue")
    put(anna, "one", "trust", "We trusted them from the start.")
    table = anna.codes()
    with anna.file.write(anna.me.uid) as writer:
        writer.change(table.find("trust").uid, {"merged_into": table.find("money").uid})
    assert {row[0]: row[2] for row in frequencies(anna).rows} == {"motive": 0, "money": 2, "setup": 0, "office": 0}


def test_codes_that_a_file_lacks_stay(anna, tmp_path):
    from studies import CODEBOOK

    shorter = CODEBOOK[: CODEBOOK.rindex("[[code]]")] + '[[code]]\nid = "new"\nname = { en = "New" }\nbrief = "New."\n'
    (tmp_path / "mini.toml").write_text(shorter, encoding="utf-8")
    report = import_codebook(anna, tmp_path / "mini.toml")
    assert (report.added, report.unchanged, report.missing) == (("new",), 4, ("office",))
    assert "office" in anna.codes().by_id


def test_another_codebook_is_refused(anna, tmp_path):
    from studies import CODEBOOK

    (tmp_path / "other.toml").write_text(CODEBOOK.replace('id = "mini"', 'id = "other"'), encoding="utf-8")
    with pytest.raises(RequestError, match="uses the codebook “mini”; the file holds “other”"):
        import_codebook(anna, tmp_path / "other.toml")


def test_an_exported_codebook_reads_back(anna, tmp_path, settings):
    assert export_codebook(anna, tmp_path / "out.toml") == 5
    with pytest.raises(RequestError, match="already"):
        export_codebook(anna, tmp_path / "out.toml")
    report = import_codebook(anna, tmp_path / "out.toml")
    assert (report.added, report.changed, report.unchanged) == ((), (), 5)
    with (
        Study.create(tmp_path / "bare.qcode", title="Bare", coder="anna") as bare,
        pytest.raises(RequestError, match="no codebook yet"),
    ):
        export_codebook(bare, tmp_path / "none.toml")


def test_a_damaged_file_speaks_in_sentences(anna):
    anna.file.database.conn.execute("ALTER TABLE study_case RENAME TO lost")
    with pytest.raises(DamagedProject, match="contradicts itself"):
        anna.file.read.cases()


def test_half_a_character_is_nobodys_name(anna):
    for name in ("half \udcff", "", "\x1b[2J"):
        with pytest.raises(UnknownName, match="no coder"):
            anna.coder(name)


def test_a_slip_of_the_finger_makes_no_coder(tmp_path, settings):
    path = tmp_path / "a.qcode"
    Study.create(path, title="A", coder="anna").close()
    with pytest.raises(RequestError, match=r"no coder “ana” in this project, but there is “anna”\. .*qcode whoami ana"):
        Study.open(path, coder="ana")
    for name in ("ANNA", "bo", "anna2"):
        Study.open(path, coder=name).close()
