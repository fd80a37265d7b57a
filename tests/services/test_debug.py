"""What helps to find a fault, and what is never in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from studies import build, put

from qcode.errors import Fault, QcodeError
from qcode.services import debug
from qcode.services.debug import debug_facts, last_report, write_facts
from qcode.services.settings import Settings
from qcode.services.study import Study
from qcode.services.who import crash_folder


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path / "settings"))
    return tmp_path


def test_sizes_of_the_project_and_no_words_of_it(folder: Path) -> None:
    with Study.open(build(folder), coder="anna") as study:
        put(study, "one", "money", "revenue")
        facts = dict(debug_facts(study, Settings(), more=[("window", "80 x 24")]))
    assert (facts["transcripts"], facts["codes"], facts["cases"], facts["coders"], facts["codings"]) == (
        "3", "5", "3", "1", "1"
    )  # fmt: skip
    assert facts["window"] == "80 x 24"
    assert facts["schema"].isdigit()
    told = " ".join(facts.values())
    for secret in ("Miniature", "anna", "revenue", "park", "money"):
        assert secret not in told


def test_the_terminal_is_told_without_addresses() -> None:
    there = {"TERM": "xterm\x1b[2J", "TMUX": "socket,1,0", "SSH_CONNECTION": "10.1.2.3 22", "NO_COLOR": ""}
    facts = dict(debug_facts(None, Settings(), environment=there))
    assert facts["TERM"] == "xterm␛[2J"
    assert (facts["inside"], facts["over ssh"], facts["NO_COLOR"], facts["COLORTERM"]) == ("tmux", "yes", "", "not set")
    assert "10.1.2.3" not in str(facts)
    plain = dict(debug_facts(None, Settings(), environment={}))
    assert (plain["inside"], plain["over ssh"], plain["project"]) == ("neither tmux nor screen", "no", "none")


def test_own_keys_and_faults_are_told() -> None:
    changed = Settings(keys={"undo": ("z",), "grow": ()}, faults=(Fault("Wrong.", 3),))
    facts = dict(debug_facts(None, changed, environment={}))
    assert facts["own keys"] == "undo: z; grow: none"
    assert facts["fault 1 there"] == "line 3: Wrong."


def test_the_home_folder_is_not_spelled_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    assert dict(debug_facts(None, Settings()))["settings"].startswith("~/settings/settings.toml")
    monkeypatch.setenv("HOME", str(folder / "elsewhere"))
    assert dict(debug_facts(None, Settings()))["settings"].startswith(str(folder))


def test_the_last_report_is_the_newest() -> None:
    assert last_report() is None
    crash_folder().mkdir(parents=True)
    for name in ("crash-2.txt", "crash-1.txt", "other.txt"):
        (crash_folder() / name).write_text("x", encoding="utf-8")
    report = last_report()
    assert report is not None
    assert report.name == "crash-2.txt"


def test_it_is_written_under_a_free_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug, "_NUMBERED", 3)
    assert write_facts([("a", "1"), ("bbb", "2")], folder).read_text("utf-8") == "a    1\nbbb  2\n"
    assert write_facts([("a", "1")], folder).name == "qcode-debug-2.txt"
    with pytest.raises(QcodeError, match="too many files"):
        write_facts([("a", "1")], folder)


def test_a_library_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debug, "_LIBRARIES", ("surely-not-installed",))
    assert dict(debug_facts(None, Settings()))["surely-not-installed"] == "not installed"
