"""The codebook changed code by code, as people type it."""

from __future__ import annotations

from studies import CODEBOOK


def test_a_codebook_lives(mini, home):
    assert mini("done", "one").exit_code == 0
    assert mini("codebook", "set", "trust", "hotkey=7", "brief=They have met.").output == (
        "Changed brief, hotkey of trust.\n1 completed transcript is to be rechecked for trust.\n"
    )
    clash = mini("codebook", "set", "trust", "hotkey=1")
    assert clash.exit_code == 2
    assert "The code “trust” has the hot key 1, as “money” has." in clash.stderr
    added = mini("codebook", "add", "tax", "--below", "money", "--name", "Tax", "--set", "brief=T.")
    assert added.output.startswith("Added tax below money.\n")
    assert mini("codebook", "move", "tax", "--below", "motive", "--before", "trust").output.startswith(
        "Moved tax below motive, before trust.\n"
    )
    assert mini("codebook", "rename", "tax", "levy").output == "Renamed tax to levy; “tax” still finds it.\n"
    assert mini("codebook", "show", "tax").output.split()[:2] == ["code", "levy"]
    assert (
        "Split duty off from levy, beside it."
        in mini("codebook", "split", "levy", "duty", "--name", "Duty", "--beside").output
    )
    assert "Merged duty into levy; no codings now count as levy." in mini("codebook", "merge", "duty", "levy").output
    assert "duty stands for itself again" in mini("codebook", "unmerge", "duty").output
    assert mini("codebook", "remove", "duty").output.startswith("Removed duty.")
    history = mini("codebook", "history", "levy", "--csv", "-").output
    assert "anna,id,tax,levy" in history
    assert mini("--coder", "bo", "codebook", "remove", "levy").exit_code == 2
    assert mini("doctor").exit_code == 0


def test_an_import_says_what_it_changes_and_keeps(mini, home):
    mini("codebook", "set", "money", "definition=Ours.")
    (home / "next.toml").write_text(CODEBOOK.replace("Why.", "Why so."), encoding="utf-8")
    told = mini("codebook", "diff", "next.toml").output
    assert "changed in the study (import keeps it)" in told
    output = mini("codebook", "import", "next.toml").output
    assert "\n  motive: brief\n" in output
    assert "\nkept: definition of money, changed here on " in output
    (home / "next.toml").write_text(CODEBOOK.replace("Money is the reason.", "Theirs."), encoding="utf-8")
    refused = mini("codebook", "import", "next.toml")
    assert refused.exit_code == 2
    assert "  definition of money, changed here on " in refused.stderr
    assert "changed in both (conflict)" in mini("codebook", "diff", "next.toml").output
    taken = mini("codebook", "import", "next.toml", "--take", "file").output
    assert "  money: definition" in taken
    assert "  motive: brief" in taken  # the file went back to what it said first
    head, *codes = CODEBOOK.replace("Money is the reason.", "Theirs.").split("[[code]]")
    shorter = "[[code]]".join([head, codes[0], codes[1], codes[3], codes[4]])
    (home / "next.toml").write_text(shorter, encoding="utf-8")
    assert "only in the study (import keeps it)" in mini("codebook", "diff", "next.toml").output
    assert "Not in the file, and kept in the study: trust." in mini("codebook", "import", "next.toml").output
    (home / "next.toml").write_text("[[code]]".join([head, *codes]), encoding="utf-8")
    assert "another order" not in mini("codebook", "import", "next.toml").output
    (home / "next.toml").write_text("[[code]]".join([head, codes[0], codes[2], codes[1], *codes[3:]]), encoding="utf-8")
    assert "The codes stand in another order now." in mini("codebook", "import", "next.toml").output


def test_codes_are_settled_one_by_one(mini):
    mini("done", "one")
    mini("codebook", "set", "money", "brief=Cash.")
    mini("codebook", "set", "trust", "brief=Met.")
    assert mini("codebook", "recheck", "--codes", "money").exit_code == 2
    assert mini("codebook", "recheck", "--done", "one", "--codes", "money").output == "Rechecked 1 code in one.\n"
    left = mini("codebook", "recheck", "--csv", "-").output
    assert "trust" in left
    assert "money" not in left
    assert "trust: 0 of 3 completed; 1 to be rechecked for this code." in mini("freq").output
    assert mini("codebook", "recheck", "--done", "one", "--codes", "nobody").exit_code == 2
