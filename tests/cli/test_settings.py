"""Settings, keys and debug information by command."""

from __future__ import annotations

from pathlib import Path

import pytest

from qcode.services.settings import settings_path
from qcode.services.who import crash_folder


def write(text: str) -> Path:
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_settings_are_listed_with_their_defaults(run):
    shown = run("settings")
    assert shown.exit_code == 0
    assert "(not there yet: the defaults hold)" in shown.output
    assert "theme            auto " in shown.output
    assert run("settings", "list").output == shown.output
    assert run("settings", "path").output.strip() == str(settings_path())
    assert run("settings", "check").output == "The settings hold without a fault.\n"


def test_a_setting_is_written_and_comments_stay(run):
    path = write('# mine\ntheme = "dark" # at night\n')
    assert run("settings", "set", "theme", "LIGHT").output == "theme is light now.\n"
    assert run("settings", "set", "mouse", "off").output == "mouse is false now.\n"
    assert path.read_text(encoding="utf-8") == '# mine\ntheme = "light" # at night\nmouse = false\n'
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("theme", "blue"), "“theme” is one of auto, dark, light."),
        (("mouse", "perhaps"), "“mouse” is true or false."),
        (("mous", "on"), "There is no setting “mous”. Did you mean “mouse”?"),
        (("keys.remve", "u"), "There is no command “remve”. Did you mean “remove”?"),
        (("keys.remove", "u"), "“u” means “Undo” (undo) already"),
        (("keys.remove", "ctrl+i"), "Terminals cannot tell “ctrl+i” from Tab."),
        (("keys.help", "none"), "“help” needs a key."),
    ],
)
def test_what_cannot_be_set_is_a_sentence_and_changes_nothing(run, words, sentence):
    result = run("settings", "set", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert not settings_path().exists()


def test_keys_are_changed_taken_away_and_put_back(run):
    assert run("settings", "set", "keys.remove", "Alt+X", "Del").output == "Remove has the keys alt+x delete now.\n"
    listed = run("settings").output
    assert "keys.remove  alt+x delete" in listed
    table = run("keys").output
    assert "Alt+X, Del" in table
    assert "*: your own, from settings.toml." in table
    assert run("settings", "set", "keys.remove", "none").output == "Remove has no keys now.\n"
    assert run("settings", "set", "keys.remove", "default").output == "Remove has the keys of qcode again: x delete.\n"
    assert "your own" not in run("keys").output
    assert "transcript-next" in run("keys", "--ids").output


def test_faults_are_told_with_their_line(run):
    write('theme = "blue"\n\n[keys]\nsentnce = ["s"]\nundo = ["x"]\n')
    result = run("settings", "check")
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        "settings.toml, line 1: “theme” is one of auto, dark, light.",
        "settings.toml, line 4: There is no command “sentnce”. Did you mean “sentence”? The keys of “sentnce” stay as they were.",
        "settings.toml, line 5: “x” means “Remove” (remove) already; the keys of “undo” stay as they were.",
    ]
    assert "line 4" in run("keys").output


def test_a_broken_file_is_never_written_over(run):
    path = write("theme = [")
    result = run("settings", "set", "theme", "dark")
    assert result.exit_code == 2
    assert "nothing was written over them" in result.stderr
    assert path.read_text(encoding="utf-8") == "theme = ["


def test_debug_tells_of_the_program_and_never_of_people(mini, home):
    crash_folder().mkdir(parents=True)
    (crash_folder() / "crash-20260101-000000-000000.txt").write_text("x", encoding="utf-8")
    result = mini("debug")
    assert result.exit_code == 0
    for word in ("qcode", "Python", "SQLite", "textual", "spacy", "TERM", "settings", "schema", "transcripts  "):
        assert word in result.output
    assert "crash-20260101" in result.output
    for secret in ("Miniature", "anna", "budget", "park"):
        assert secret not in result.output
    assert mini("debug", "--write").output == "Written: qcode-debug.txt\n"
    assert "SQLite" in (home / "qcode-debug.txt").read_text(encoding="utf-8")
    assert mini("debug", "--write").output == "Written: qcode-debug-2.txt\n"


def test_debug_works_without_a_project(run):
    result = run("debug")
    assert result.exit_code == 0
    assert "why no project" in result.output
