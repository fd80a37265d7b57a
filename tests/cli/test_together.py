"""Codes together, paths, framework matrix, claims and layouts by command."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from naughty import CONTROL_SEQUENCES
from studies import TEXTS

from qcode.cli.main import cli

MONEY, TRUST, OFFICE = "a budget for it.", "We trusted them from the start.", "There is an office for the river."


def ids(result) -> list[str]:
    """The ids that a printed table shows."""
    return re.findall(r"^([0-9a-f]{8,})  ", result.stdout, re.MULTILINE)


@pytest.fixture
def coded(mini):
    """Three codings in `one`, which is about the park and complete."""
    for code, quote in (("money", MONEY), ("trust", TRUST), ("office", OFFICE)):
        assert mini("code", "add", "one", code, "--quote", quote).exit_code == 0
    assert mini("cases", "link", "park", "one").exit_code == 0
    assert mini("done", "one").exit_code == 0
    return mini


def test_codes_together(coded, home):
    listed = coded("cooccur", "--by", "turn")
    assert re.search(r"^money +trust +1 +1 +1 +1 +1 +1 +1 +1\.0$", listed.stdout, re.MULTILINE)
    assert "Standing together is no order and no cause. " in listed.stdout
    assert "money" in coded("cooccur", "--matrix", "jaccard", "--rows", "branches", "--codes", "money").stdout
    read = coded("cooccur", "--read", "Money", "Trust", "--within", "2").stdout
    assert MONEY in read
    assert TRUST in read
    assert coded("cooccur", "--codes", "money", "--with", "trust", "--within", "2", "--csv", "t.csv").exit_code == 0
    assert (home / "t.csv").read_text(encoding="utf-8-sig").splitlines()[1].startswith("money,trust,1,1,")
    assert (home / "t.csv.provenance.json").exists()
    assert coded("cooccur", "--by", "turn", "--out", "t.json").exit_code == 0
    columns = {c["name"]: c["unit"] for c in json.loads((home / "t.json").read_text(encoding="utf-8"))["columns"]}
    assert (columns["pairs"], columns["shared"], columns["code"]) == ("pairs", "turns", None)
    refused = coded("cooccur", "--by", "turn", "--within", "2")
    assert (refused.exit_code, "leave out --by" in refused.stderr) == (2, True)
    assert "Did you mean money" in coded("cooccur", "--with", "mony").stderr
    assert coded("cooccur", "--read", "money", "money").exit_code == 2


def test_paths_from_drawing_to_counting(coded):
    money, trust, office = ids(coded("code", "list", "one"))
    assert coded("paths", "draw", money, trust).stdout == "money leads to trust.\n"
    assert coded("paths", "draw", money, trust).stdout == "You have drawn this path already.\n"
    coded("paths", "draw", trust, office)
    listed = coded("paths", "list")
    assert len(ids(listed)) == 2
    assert "park" in listed.stdout
    counted = coded("paths", "count", "--step", "money", "--step", "trust", "--step", "setup")
    assert re.search(r"^money +trust +office +1 +1 +1$", counted.stdout, re.MULTILINE)
    assert re.search(r"^money +trust +1 +1 +1$", coded("paths", "count").stdout, re.MULTILINE)
    told = coded("paths", "told", "--step", "money", "--step", "office", "--per", "case", "--top", "1")
    assert re.search(r"^money +office +1 +1 +one \(park\)$", told.stdout, re.MULTILINE)
    assert "not of time" in told.stdout
    assert coded("paths", "remove", ids(listed)[0]).stdout.startswith("The path is gone.")
    assert len(ids(coded("paths", "list"))) == 1
    assert coded("undo").stdout == "Undone: removed path.\n"
    assert len(ids(coded("paths", "list"))) == 2
    assert coded("paths", "told", "--step", "money").exit_code == 2
    assert coded("paths", "remove", "nothing1").exit_code == 2


def test_the_framework_matrix(coded, home):
    wrote = coded("framework", "set", "arranged", "motive", "=Money\nand trust.", "--rows", "mechanism")
    assert wrote.stdout == "Wrote what you say of motive in arranged.\n"
    again = coded("framework", "set", "arranged", "motive", "=Money\nand trust.", "--rows", "mechanism")
    assert again.stdout == "Nothing is different.\n"
    shown = coded("framework", "show", "--rows", "mechanism", "--attribute", "name", "--quotes", "1").stdout
    assert "== arranged ==\n\nname: The park\n\nMotive (motive)\n  =Money\n  and trust.\n  [2 passages" in shown
    assert f"'{MONEY}' (transcript one)" in shown
    for name, more in (("t.csv", []), ("t.md", []), ("cells.xlsx", ["--cells"])):
        assert coded("framework", "export", name, "--rows", "mechanism", *more, "--force").exit_code == 0
    assert "'=Money" in (home / "t.csv").read_text(encoding="utf-8-sig")
    assert coded("framework", "export", "t.csv").exit_code == 2  # it is there already
    (home / "words.txt").write_text("From a file.", encoding="utf-8")
    assert coded("framework", "set", "park", "setup", "--file", "words.txt").exit_code == 0
    typed = CliRunner().invoke(cli, ["framework", "set", "one", "setup", "-", "--rows", "transcript"], input="Typed.")
    assert typed.exit_code == 0
    assert "From a file." in coded("framework", "show").stdout
    assert "Typed." in coded("framework", "show", "--rows", "transcript").stdout
    assert coded("framework", "clear", "park", "setup").stdout.startswith("The summary is gone.")
    assert "From a file." not in coded("framework", "show").stdout
    assert coded("undo").stdout == "Undone: removed summary.\n"
    assert coded("framework", "set", "park", "setup").exit_code == 2
    assert coded("framework", "set", "park", "setup", "x", "--file", "words.txt").exit_code == 2
    assert "Did you mean arranged" in coded("framework", "set", "aranged", "money", "x", "--rows", "mechanism").stderr


def test_claims_from_writing_to_the_silent_interviews(coded, home):
    assert coded("claim", "list").stdout.startswith("There are no claims yet.")
    wrote = coded("claim", "add", "Money comes first.", "--codes", "motive", "--text", "Often.").stdout
    (claim,) = re.findall(r"[0-9a-f]{8}", wrote)
    assert coded("claim", "support", claim, "one", "--quote", MONEY).stdout.endswith(
        "this passage supports the claim.\n"
    )
    assert "stands there already" in coded("claim", "support", claim, "one", "--quote", MONEY).stdout
    _, trust, _ = ids(coded("code", "list", "one"))
    assert "speaks against the claim" in coded("claim", "contrary", claim, "--coding", trust).stdout
    shown = coded("claim", "show", claim).stdout
    assert f"'{MONEY}' (transcript one)" in shown
    assert re.search(r"^one +both +1 +1 +2$", shown, re.MULTILINE)
    assert re.search(r"^two +unknown +0 +0 +0$", shown, re.MULTILINE)
    coded("done", "two")
    assert re.search(r"^two +silent +0 +0 +0$", coded("claim", "show", claim).stdout, re.MULTILINE)
    assert coded("claim", "show", claim, "--csv", "silent.csv").exit_code == 0
    assert "two,silent,0,0,0" in (home / "silent.csv").read_text(encoding="utf-8-sig")
    assert coded("claim", "drop", claim, "--coding", trust).stdout.startswith("The passage is gone")
    assert ids(coded("claim", "list")) == [claim]
    assert coded("claim", "edit", claim, "--title", "Trust comes first.").stdout.startswith("The claim is changed.")
    assert coded("claim", "edit", claim, "--title", "Trust comes first.").stdout == "Nothing is different.\n"
    for wrong in (["--coding", trust, "--quote", "x"], [], ["--quote", "not there"]):
        assert coded("claim", "support", claim, *(["one"] if "--coding" not in wrong else []), *wrong).exit_code == 2
    assert coded("claim", "support", claim).exit_code == 2
    assert coded("claim", "remove", claim).stdout.startswith("The claim is gone.")
    assert coded("claim", "show", claim).exit_code == 2
    assert coded("undo").stdout == "Undone: removed claim.\n"
    assert coded("claim", "list", "--csv", "-").exit_code == 0


def test_codes_laid_out(coded, home):
    assert re.search(r"^ +money +Money +1$", coded("matrix", "codes", "--dataset").stdout, re.MULTILINE)
    assert re.search(
        r"^park +The park +1 +1$",
        coded("matrix", "codes", "--rows", "branches", "--count", "presence", "--across").stdout,
        re.MULTILINE,
    )
    assert coded("matrix", "codes", "--tidy", "--csv", "tidy.csv").exit_code == 0
    assert "money,park,1" in (home / "tidy.csv").read_text(encoding="utf-8-sig")
    assert coded("matrix", "codes", "--tidy", "--across").exit_code == 2
    assert "They speak of saturation only if" in coded("saturation", "--order", "study").stdout
    assert "new codes" in coded("saturation", "--csv", "-", "--orders", "9").stdout


def test_the_codeline_is_drawn(coded, home):
    lines = coded("codeline", "one", "--width", "20").stdout.splitlines()
    length = len(TEXTS["one"])
    assert lines[0] == f"Codeline of one, {length} characters, {length / 20:.0f} to a cell"
    drawn = {line.split()[0]: line for line in lines if line.rstrip().endswith("1") and "·" in line}
    assert set(drawn) == {"money", "trust", "office"}
    at = TEXTS["one"].index(TRUST) * 20 // length
    bar = drawn["trust"].split()[1]
    assert len(bar) == 20
    assert bar[at] in "█▄"
    assert set(bar[: at - 1]) == {"·"}
    assert "?" in lines[3]
    assert "turn" in lines[2]
    assert coded("codeline", "one").exit_code == 0
    assert coded("codeline", "two").exit_code == 0
    assert coded("codeline", "one", "--csv", "line.csv").exit_code == 0
    assert "money,,2," in (home / "line.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("words", CONTROL_SEQUENCES[:6])
def test_nothing_that_people_write_reaches_the_terminal(coded, words):
    """The fixture holds every byte that is printed against control characters."""
    coded("claim", "add", f"a {words} b", "--text", words or "x")
    coded("framework", "set", "park", "motive", f"a {words} b")
    coded("claim", "list")
    coded("framework", "show")
    coded("log")
