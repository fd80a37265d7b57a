"""Slips of the hand, and what the commands say to them."""

from __future__ import annotations

import pytest
from studies import CODEBOOK


@pytest.mark.parametrize("name", ["", " ", ".", "/"])
def test_a_project_needs_a_name(run, home, name):
    result = run("init", name)
    assert (result.exit_code, result.output) == (2, "qcode: The study needs a name of 1 to 80 characters.\n")


@pytest.mark.parametrize("name", ["..", ".qcode", "..."])
def test_a_project_needs_a_name_of_its_own(run, home, name):
    result = run("init", name)
    assert result.exit_code == 2
    assert f"“{name}” is no name of its own for a project." in result.output
    assert not [path for path in home.iterdir() if path.name.endswith("qcode")]


def test_a_project_needs_a_folder(run, home):
    assert "There is no folder a." in run("init", "a/b").output
    (home / "a").mkdir()
    assert run("init", "a/b").exit_code == 0
    assert (home / "a" / "b.qcode").exists()


def test_a_file_that_was_cut_off(mini, home):
    data = (home / "study.qcode").read_bytes()
    (home / "study.qcode").write_bytes(data[: len(data) // 3])
    result = mini("doctor")
    assert result.exit_code == 4
    assert "The file is damaged or cut off" in result.output
    assert "Run `qcode doctor`" not in result.output
    assert "Take a copy of the project that you kept earlier" in result.output


def test_a_text_that_was_changed_on_the_disk_comes_back_with_its_file(mini, home):
    import sqlite3

    with sqlite3.connect("study.qcode") as connection:
        sha, text = connection.execute(
            "SELECT blob.sha256, content FROM blob JOIN source USING (sha256) WHERE name = 'two'"
        ).fetchone()
        connection.execute("UPDATE blob SET content = ? WHERE sha256 = ?", (bytes(text)[:-3] + b"xyz", sha))
    connection.close()
    result = mini("doctor")
    assert "The text of “two” was changed on the disk." in result.output
    assert "import its original file again" in result.output
    (home / "two.txt").write_bytes(bytes(text))
    assert mini("transcripts", "remove", "two", "--yes").exit_code == 0
    assert "1 brought back" in mini("import", "two.txt").output
    assert mini("doctor").output == "The project is whole.\n"


def test_a_removed_code_comes_back_as_the_hint_says(mini):
    removed = mini("codebook", "remove", "trust").output
    assert "`qcode codebook add trust --name Trust` can bring it back." in removed
    assert mini("codebook", "add", "trust", "--name", "Trust").exit_code == 0


@pytest.mark.parametrize("number", ["abc", "1.2", "99", "0", "9" * 5000])
def test_a_turn_that_is_not_there_cannot_be_reset(mini, number):
    result = mini("speakers", "turn", "one", number, "--reset")
    assert (result.exit_code, result.output.startswith("qcode: There is no turn ")) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("find", "--where", ""), "--where is empty: leave the option out."),
        (("find", "--text", " "), "--text is empty: leave the option out."),
        (("freq", "--codes", ""), "--codes is empty: leave the option out."),
        (("agree", "--where", ""), "--where is empty: leave the option out."),
        (("codebook", "recheck", "--done", "one", "--codes", ""), "--codes is empty: leave the option out."),
        (("import", ""), "A name is empty"),
        (("find", "--top", "abc"), "'abc' is no whole number."),
        (("find", "money", "--format", "csv", "--output", "x.json"), "ends in .json, but it would hold csv."),
        (("find", "money", "--csv", "x.xlsx"), "ends in .xlsx, but it would hold csv."),
        (("find", "money", "--format", "ati", "--output", "x.md"), "ends in .md, but it would hold ati."),
    ],
)
def test_options_that_say_nothing_or_two_things(mini, home, arguments, words):
    result = mini(*arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert not list(home.glob("x.*"))


@pytest.mark.parametrize(("form", "file"), [("csv", "x.csv"), ("ati", "x.csv"), ("csv", "x.tab"), ("json", "x.json")])
def test_an_ending_that_fits_the_form(mini, home, form, file):
    assert mini("find", "money", "--format", form, "--output", file).exit_code == 0
    assert (home / file).exists()


def test_names_that_begin_with_a_hyphen(mini, home):
    (home / "-dash.txt").write_text("I: One?\n\nR: Two words.\n\nI: Three?\n", encoding="utf-8")
    assert mini("import", "--", "-dash.txt").exit_code == 0
    assert "`qcode speakers turn --reset -- -dash 2`" in mini("speakers", "turn", "--join", "--", "-dash", "2").output
    assert mini("speakers", "turn", "--reset", "--", "-dash", "2").exit_code == 0
    assert "`qcode transcripts restore -- -dash`" in mini("transcripts", "remove", "--", "-dash").output
    assert mini("transcripts", "restore", "--", "-dash").exit_code == 0


def test_who_does_not_own_the_codebook_is_told_to_ask(mini):
    assert mini("--coder", "bo", "codebook", "propose", "trust", "--set", "brief=Met.").exit_code == 0
    refused = mini("--coder", "bo", "codebook", "decide", "1", "accept").output
    assert "only its owner can decide on proposals. Ask for it" in refused
    assert "codebook propose" not in refused


def test_an_accepted_proposal_is_told_with_both_names(mini):
    uid = mini("--coder", "bo", "codebook", "propose", "trust", "--set", "brief=Met.").output.split()[-1].rstrip(".")
    assert mini("codebook", "decide", uid, "accept").exit_code == 0
    assert "bo, accepted by anna" in mini("codebook", "history", "trust").output


def test_a_code_that_moves_to_the_top_is_open_again(mini):
    assert mini("done", "one", "--dimension", "motive").exit_code == 0
    moved = mini("codebook", "move", "trust", "--top").output
    assert "1 completed transcript is open again for trust: complete trust there with `qcode done`." in moved


def test_the_file_s_side_of_a_file_that_brings_nothing_new(mini, home):
    (home / "book.toml").write_text(CODEBOOK, encoding="utf-8")
    mini("codebook", "set", "trust", "brief=Ours.")
    assert "kept: brief of trust" in mini("codebook", "import", "book.toml").output
    taken = mini("codebook", "import", "book.toml", "--take", "file").output
    assert "  trust: brief" in taken
    assert "kept:" not in taken
