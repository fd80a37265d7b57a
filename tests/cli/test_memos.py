"""Memos, translations and flags by command."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner
from naughty import CONTROL_SEQUENCES
from studies import TEXTS

from qcode.cli.main import cli

TRUSTED = "We trusted them from the start."


def ids(result) -> list[str]:
    """The ids that a printed table shows."""
    return re.findall(r"^([0-9a-f]{8,})  ", result.stdout, re.MULTILINE)


def typed(words: str | bytes, *args: str):
    return CliRunner().invoke(cli, args, prog_name="qcode", input=words)


def test_memos_from_writing_to_undoing(mini, home):
    said = [
        mini("memo", "add", "On all.").stdout,
        mini("memo", "add", "On a code.", "--code", "Trust", "--kind", "theory", "--title", "Trust first").stdout,
        mini("memo", "add", "On a case.", "--case", "park").stdout,
        mini("memo", "add", "On a transcript.", "--transcript", "one").stdout,
        mini("memo", "add", "On a passage.", "--transcript", "one", "--quote", TRUSTED).stdout,
    ]
    place = TEXTS["one"].index(TRUSTED)
    assert said == [
        "Wrote a memo on the study.\n", "Wrote a theory on code trust.\n", "Wrote a memo on case park.\n",
        "Wrote a memo on transcript one.\n", f"Wrote a memo on passage one {place}-{place + len(TRUSTED)}.\n",
    ]  # fmt: skip
    listed = mini("memo", "list")
    assert len(ids(listed)) == 5
    assert "Trust first" in listed.stdout
    _, on_code, *_, on_passage = ids(listed)
    assert TRUSTED in mini("memo", "show", on_passage).stdout
    assert mini("memo", "edit", on_code, "Other words.", "--kind", "note").stdout.startswith("The memo is changed.")
    assert mini("memo", "edit", on_code, "Other words.").stdout == "Nothing is different.\n"
    shown = mini("memo", "show", on_code).stdout
    assert "Other words." in shown
    assert "kind     note" in shown
    assert mini("undo").stdout == "Undone: changed memo: theory on trust.\n"
    assert "On a code." in mini("memo", "show", on_code).stdout
    assert "The memo is gone." in mini("memo", "remove", on_passage).stdout
    assert mini("memo", "show", on_passage).exit_code == 2
    assert mini("undo").stdout == "Undone: removed memo: memo on one.\n"
    assert "Trust" not in mini("log", "--all").stdout
    assert mini("doctor").stdout == "The project is whole.\n"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ([], 3), (["--about", "code", "--about", "passage"], 2), (["--code", "motive"], 1), (["--code", "setup"], 0),
        (["--transcript", "one"], 1), (["--case", "park"], 0), (["--kind", "theory"], 1), (["--by", "bo"], 1),
        (["--contains", "ON A"], 2), (["--by", "anna", "--contains", "zzz"], 0),
    ],
)  # fmt: skip
def test_memos_are_listed_by_every_condition(mini, options, count):
    mini("memo", "add", "On a code.", "--code", "trust", "--kind", "theory")
    mini("memo", "add", "On a passage.", "--transcript", "one", "--start", "3", "--end", "9")
    mini("whoami", "bo")
    mini("memo", "add", "Bo's.")
    result = mini("memo", "list", *options)
    assert len(ids(result)) == count
    assert count or result.stdout == "There are no such memos.\n"


def test_another_coders_memo_is_read_and_left(mini):
    mini("memo", "add", "Mine.")
    (uid,) = ids(mini("memo", "list"))
    assert "Mine." in mini("--coder", "bo", "memo", "show", uid).stdout
    for words in (["edit", uid, "x"], ["remove", uid]):
        result = mini("--coder", "bo", "memo", *words)
        assert (result.exit_code, result.stderr) == (
            2,
            "qcode: This memo is another coder's; only they can change it.\n",
        )


def test_words_from_a_file_or_the_standard_input(mini, home):
    (home / "memo.txt").write_text("From a file 县\n", encoding="utf-8")
    assert mini("memo", "add", "--file", "memo.txt").exit_code == 0
    assert typed("Typed\r\nin lines", "memo", "add", "-").exit_code == 0
    shown = [mini("memo", "show", uid).stdout for uid in ids(mini("memo", "list"))]
    assert "text     From a file 县\n" in shown[0]
    assert "text     Typed\n         in lines\n" in shown[1]
    assert typed("x" * 900_000, "memo", "add", "-").exit_code == 2
    assert typed(b"a\x00b" * 50, "memo", "add", "-").exit_code == 3


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        ([], 2, "There are no words."),
        (["x", "--file", "y"], 2, "not both"),
        (["--file", "none.txt"], 3, "no such file"),
        (["x", "--quote", "y"], 2, "A passage needs its transcript."),
        (["x", "--start", "3", "--code", "trust"], 2, "A passage needs its transcript."),
        (["x", "--end", "3"], 2, "A passage needs its transcript."),
        (["x", "--transcript", "one", "--end", "3"], 2, "belong together"),
        (["x", "--transcript", "one", "--quote", "nobody said"], 2, "do not stand in the transcript"),
        (["x", "--code", "trust", "--case", "park"], 2, "A memo is about one thing"),
        (["x", "--code", "trsut"], 2, "Did you mean trust?"),
        (["x", "--kind", "diary"], 2, "no kind of memo"),
        ([""], 2, "The memo is empty."),
    ],
)
def test_what_cannot_be_written_is_a_sentence(mini, words, code, says):
    result = mini("memo", "add", *words)
    assert result.exit_code == code
    assert says in result.stderr
    assert mini("memo", "list").stdout == "There are no such memos.\n"


@pytest.mark.parametrize("text", [text for text in CONTROL_SEQUENCES if "\x00" not in text])
def test_hostile_words_reach_no_terminal(mini, text):
    mini("memo", "add", text, "--title", text)
    (uid,) = ids(mini("memo", "list"))
    assert mini("memo", "show", uid).exit_code == 0


def test_memos_are_exported(mini, home):
    mini("memo", "add", "On a code.", "--code", "trust")
    mini("memo", "add", "On all.", "--kind", "todo")
    assert mini("memo", "export", "memos.md", "--kind", "memo").stdout == "Wrote 1 memos to memos.md.\n"
    assert "On a code." in (home / "memos.md").read_text(encoding="utf-8")
    assert mini("memo", "export", "memos.csv").exit_code == 0
    assert mini("memo", "export", "memos.csv").exit_code == 2
    assert mini("memo", "export", "memos.csv", "--force", "--raw").exit_code == 0
    assert "Memos are written as .csv or .md." in mini("memo", "export", "memos.doc").stderr


def test_translations_from_recording_to_removing(mini):
    passage = ["--quote", "The revenue of the county was not enough."]
    place = TEXTS["one"].index("The revenue of")
    first = mini("translate", "one", *passage, "--to", "ZH", "--text", "县里的收入不够。", "--checked-by", "Bo")
    assert first.stdout == f"Recorded characters {place}-{place + 41} of one in zh.\n"
    assert (
        "recorded so already"
        in mini("translate", "add", "one", *passage, "--to", "zh", "--text", "县里的收入不够。").stdout
    )
    assert (
        mini("translate", "one", "--start", "3", "--end", "9", "--to", "de", "--text", "x", "--by", "Chen").exit_code
        == 0
    )
    listed = mini("translate", "list", "one")
    assert len(ids(listed)) == 2
    assert "1 of 2 checked by nobody yet." in listed.stdout
    (uid,) = ids(mini("translate", "list", "--to", "de"))
    assert "is gone" in mini("translate", "remove", uid).stdout
    assert mini("translate", "list", "--to", "de").stdout == "There are no such translations.\n"
    assert mini("undo").stdout == "Undone: removed translation: de of one.\n"
    assert mini("doctor").exit_code == 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["one", "--to", "en", "--text", "x"], "There is no passage."),
        (["one", "--quote", "The revenue", "--text", "x"], "--to"),
        (["one", "--quote", "The revenue", "--to", "english", "--text", "x"], "is no language"),
        (["none", "--quote", "x", "--to", "en", "--text", "x"], "no transcript “none”"),
        (["--nothing"], "No such option"),
        (["remove", "ffffffff"], "no translation with the id"),
    ],
)
def test_what_cannot_be_translated_is_a_sentence(mini, words, says):
    result = mini("translate", *words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_flags(mini):
    for code, quote in (("money", "The revenue"), ("trust", TRUSTED)):
        assert mini("code", "add", "one", code, "--quote", quote).exit_code == 0
    first, second = ids(mini("code", "list"))
    assert mini("code", "list", "--flagged").stdout == "There are no such codings.\n"
    assert mini("code", "flag", first).stdout == "Flagged 1 of your codings.\n"
    assert mini("code", "flag", first, second).stdout == "Flagged 1 of your codings; 1 had it so already.\n"
    assert mini("undo").stdout == "Undone: flagged coding: trust on one.\n"
    mini("redo")
    assert mini("code", "unflag", second, first).stdout == "Took the flag from 2 of your codings.\n"
    assert mini("undo").stdout == "Undone: unflagged 2 codings: trust on one, money on one.\n"
    assert mini("code", "unflag", second).stdout == "Took the flag from 1 of your codings.\n"
    assert ids(mini("code", "list", "--flagged")) == [first]
    assert mini("--coder", "bo", "code", "flag", first).exit_code == 2
    assert mini("code", "flag").exit_code == 2
    assert mini("code", "flag", "ffffffff").exit_code == 2
    assert "unflagged coding: trust on one" in mini("log", "--last", "1").stdout
