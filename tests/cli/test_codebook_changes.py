"""Commands on what changes in a codebook, as people type them."""

from __future__ import annotations

import re

from studies import CODEBOOK


def test_check_explains_every_fault_with_its_line(run, home):
    (home / "mini.toml").write_text(CODEBOOK.replace('brief = "They know each other."\n', ""), encoding="utf-8")
    good = run("codebook", "check", "mini.toml")
    assert good.exit_code == 0
    assert re.search(
        r"^mini\.toml, line \d+: The code “trust” has no definition.* \(warning\)$", good.output, re.MULTILINE
    )
    assert "5 codes, 2 of them dimensions, version " in good.output
    (home / "bad.toml").write_text(CODEBOOK.replace("exclusive = true", "exclusive = 1\nx = 2"), encoding="utf-8")
    bad = run("codebook", "check", "bad.toml")
    assert bad.exit_code == 3
    assert re.findall(r"^bad\.toml, line (\d+): ", bad.output, re.MULTILINE) == ["40", "41"]
    assert "2 to mend." in bad.output
    assert run("codebook", "check", "cooperation").exit_code == 0
    assert run("codebook", "check", "none.toml").exit_code == 3


def test_the_codebook_out_and_in_as_tables(mini, home):
    mini("codebook", "export", "a.toml")
    for name in ("b.xlsx", "b.csv", "b.md"):
        assert mini("codebook", "export", name).output == f"Wrote 5 codes to {name}.\n"
    for name in ("b.xlsx", "b.csv"):
        assert "5 unchanged" in mini("codebook", "import", name).output
        assert mini("codebook", "diff", name).output == "There is no difference.\n"
    assert mini("codebook", "import", "b.md").exit_code == 2
    (home / "b.csv").write_text("id,x\na,b\n", encoding="utf-8")
    assert "line 1: “x” is not a column" in mini("codebook", "import", "b.csv").stderr


def test_releases_and_differences(mini, home):
    assert "no release yet" in mini("codebook", "releases").output
    assert re.match(r"Released version [0-9a-f]{12} as pilot\.", mini("codebook", "release", "pilot").output)
    assert mini("codebook", "release", "pilot").exit_code == 2
    assert "pilot" in mini("codebook", "releases").output
    assert mini("done", "one").exit_code == 0
    (home / "next.toml").write_text(CODEBOOK.replace("Money is the reason.", "Cash."), encoding="utf-8")
    assert "Cash." in mini("codebook", "diff", "next.toml").output
    assert mini("codebook", "recheck").output == "Nothing is to be rechecked.\n"
    mini("codebook", "import", "next.toml")
    assert mini("codebook", "diff", "pilot", "--csv", "diff.csv").exit_code == 0
    assert "money,changed,definition,Money is the reason.,Cash." in (home / "diff.csv").read_text(encoding="utf-8-sig")
    assert "changed: definition" in mini("codebook", "recheck").output
    assert mini("codebook", "recheck", "--dimension", "motive").exit_code == 2
    assert mini("codebook", "recheck", "--done", "one").output == "Rechecked 1 code in one.\n"
    assert "Nothing of yours" in mini("codebook", "recheck", "--done", "one").output
    assert mini("codebook", "export", "old.toml", "--release", "pilot").exit_code == 0
    assert "Money is the reason." in (home / "old.toml").read_text(encoding="utf-8")


def test_proposals_from_first_to_last(mini):
    assert mini("codebook", "owner").output == "The codebook is anna's.\n"
    assert mini("codebook", "proposals").output == "There are no open proposals.\n"
    assert mini("codebook", "proposals", "--all").output == "There are no proposals.\n"
    made = mini("--coder", "bo", "codebook", "propose", "trust", "--set", "definition=They have met.")
    uid = made.output.split()[-1].rstrip(".")
    assert "They have met." in mini("codebook", "proposals").output
    assert mini("--coder", "bo", "codebook", "decide", uid, "accept").exit_code == 2
    assert mini("codebook", "decide", uid, "accept").output == "Accepted the proposal on trust.\n"
    assert "They have met." in mini("codebook", "show", "trust").output
    again = mini("--coder", "bo", "codebook", "propose", "tax", "--add", "--set", "name.en=Tax", "--note", "New")
    uid = again.output.split()[-1].rstrip(".")
    assert mini("codebook", "decide", uid, "refuse", "--reason", "No").output == "Refused the proposal on tax.\n"
    assert "refused: No" in mini("codebook", "proposals", "--all").output
    assert mini("codebook", "owner", "bo").output == "The codebook is bo's now.\n"
    assert "proposal" in mini("log").output
    assert mini("doctor").exit_code == 0


def test_a_study_without_a_codebook_has_no_owner(run):
    run("init", "new")
    assert run("codebook", "owner").output == "The study has no codebook yet.\n"
