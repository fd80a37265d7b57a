from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY

from qcode.services import clipboard
from qcode.services.clipboard import OSC52_LIMIT, copy, local_tools, osc52_sequence, plain

QUOTE = "„Wir haben 县里 nur unterschrieben.“\n\tAH002 [1:13]"


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir()
    return folder


def put(folder: Path, name: str, *, code: int = 0) -> Path:
    """A program that writes what it was given, and how it was called, beside itself."""
    program = folder / name
    program.write_text(
        f'#!/bin/sh\n/bin/cat > "{folder}/{name}.in"\necho "$@" > "{folder}/{name}.args"\n'
        f'echo "$LC_ALL" > "{folder}/{name}.locale"\nexit {code}\n',
        encoding="utf-8",
    )
    program.chmod(0o755)
    return program


def given_to(folder: Path, name: str) -> bytes:
    return (folder / f"{name}.in").read_bytes()


@pytest.mark.parametrize(
    ("name", "variables", "platform", "encoding"),
    [
        ("pbcopy", {}, "darwin", "utf-8"),
        ("wl-copy", {"WAYLAND_DISPLAY": "wayland-0"}, "linux", "utf-8"),
        ("xclip", {"DISPLAY": ":0"}, "linux", "utf-8"),
        ("xsel", {"DISPLAY": ":0"}, "linux", "utf-8"),
        ("clip.exe", {"WSL_DISTRO_NAME": "Debian"}, "linux", "utf-16-le"),
    ],
)
def test_a_program_of_this_computer_gets_the_text(
    tools: Path, name: str, variables: dict[str, str], platform: str, encoding: str
) -> None:
    put(tools, name)
    written: list[str] = []
    done = copy(QUOTE, osc52=written.append, environment={"PATH": str(tools), **variables}, platform=platform)
    assert done.how == "tool"
    assert done.words.startswith("Copied (")
    assert given_to(tools, name).decode(encoding) == QUOTE
    assert QUOTE[:10] not in (tools / f"{name}.args").read_text(encoding="utf-8")
    assert written == []


def test_pbcopy_is_told_that_the_text_is_unicode(tools: Path) -> None:
    put(tools, "pbcopy")
    copy("县", osc52=None, environment={"PATH": str(tools), "LC_ALL": "C"}, platform="darwin")
    assert (tools / "pbcopy.locale").read_text(encoding="utf-8").strip() == "en_US.UTF-8"


def test_wayland_comes_before_x_and_a_program_that_fails_is_passed_over(tools: Path) -> None:
    put(tools, "wl-copy", code=1)
    put(tools, "xsel")
    there = {"PATH": str(tools), "WAYLAND_DISPLAY": "w", "DISPLAY": ":0"}
    assert [tool.name for tool in local_tools(there, "linux")] == ["wl-copy", "xsel"]
    assert copy("x", osc52=None, environment=there, platform="linux").words == "Copied (xsel)."
    assert given_to(tools, "wl-copy") == b"x"


def test_without_a_display_no_program_is_asked(tools: Path) -> None:
    for name in ("xclip", "xsel", "wl-copy", "pbcopy", "clip.exe"):
        put(tools, name)
    assert list(local_tools({"PATH": str(tools)}, "linux")) == []


@pytest.mark.parametrize(
    "away",
    [
        {"SSH_CONNECTION": "10.0.0.2 50000 10.0.0.1 22"},
        {"SSH_TTY": "/dev/pts/3"},
        {"SSH_CLIENT": "10.0.0.2 50000 22"},
        {"TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver"},
    ],
)
def test_away_from_the_computer_the_terminal_is_asked(tools: Path, away: dict[str, str]) -> None:
    put(tools, "xclip")
    there = {"PATH": str(tools), "DISPLAY": ":10", **away}
    written: list[str] = []
    done = copy(QUOTE, osc52=written.append, environment=there, platform="linux")
    assert done.how == "terminal"
    assert "Sent" in done.words
    assert len(written) == 1
    assert base64.b64decode(written[0].removeprefix("\x1b]52;c;").removesuffix("\x07")).decode() == QUOTE
    assert copy(QUOTE, osc52=None, environment=there, platform="linux").how == "nothing"


def test_a_program_in_the_current_folder_is_never_run(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tools, "xclip")
    monkeypatch.chdir(tools)
    for path in (".", ""):
        assert list(local_tools({"PATH": path, "DISPLAY": ":0"}, "linux")) == []


def test_windows_looks_into_its_own_folder_only(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(clipboard.shutil, "which", lambda _name, path=None: asked.append(path))
    assert list(local_tools({"PATH": str(tools), "SYSTEMROOT": "/w"}, "win32")) == []
    assert asked == [str(Path("/w") / "System32")]


@pytest.mark.parametrize("fault", [subprocess.TimeoutExpired("xclip", 2), PermissionError("not allowed")])
def test_a_program_that_hangs_or_cannot_start_gives_way_to_the_terminal(
    tools: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    put(tools, "xclip")

    def fails(*_: object, **options: object) -> None:
        assert options["timeout"]
        raise fault

    monkeypatch.setattr(clipboard.subprocess, "run", fails)
    written: list[str] = []
    there = {"PATH": str(tools), "DISPLAY": ":0"}
    assert copy("x", osc52=written.append, environment=there, platform="linux").how == "terminal"
    assert len(written) == 1


def test_the_words_say_what_may_be_in_the_way() -> None:
    there: list[str] = []
    assert "set-clipboard on" in copy("x", osc52=there.append, environment={"TMUX": "/t,1,0"}, platform="linux").words
    assert "GNU screen" in copy("x", osc52=there.append, environment={"STY": "1.a"}, platform="linux").words
    assert "not every terminal" in copy("x", osc52=there.append, environment={}, platform="linux").words
    assert "xclip or xsel" in copy("x", osc52=None, environment={}, platform="linux").words
    assert "wl-clipboard" in copy("x", osc52=None, environment={"WAYLAND_DISPLAY": "w"}, platform="linux").words
    assert "no program here" in copy("x", osc52=None, environment={}, platform="darwin").words


def test_the_environment_of_the_process_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "a b c d")
    monkeypatch.delenv("TMUX", raising=False)
    written: list[str] = []
    assert copy("x", osc52=written.append).how == "terminal"
    assert written == ["\x1b]52;c;eA==\x07"]


def test_nothing_is_not_copied() -> None:
    written: list[str] = []
    assert copy("", osc52=written.append, environment={}).how == "nothing"
    assert written == []


def test_what_is_too_long_for_a_terminal_is_not_sent() -> None:
    longest = OSC52_LIMIT // 4 * 3
    assert osc52_sequence("x" * longest) is not None
    assert osc52_sequence("x" * (longest + 3)) is None
    written: list[str] = []
    done = copy("县" * 30_000, osc52=written.append, environment={}, platform="linux")
    assert done.how == "nothing"
    assert "56,244 bytes" in done.words
    assert written == []


def check_harmless(text: str) -> None:
    clean = plain(text)
    assert not any((ord(c) < 0x20 and c not in "\t\n") or 0x7F <= ord(c) < 0xA0 for c in clean)
    assert plain(clean) == clean
    sequence = osc52_sequence(text)
    if sequence is None:
        assert len(clean.encode()) > OSC52_LIMIT // 4 * 3
        return
    inside = sequence.removeprefix("\x1b]52;c;").removesuffix("\x07")
    assert inside.isascii()
    assert inside.isprintable() or not inside
    assert base64.b64decode(inside, validate=True).decode() == clean


@given(st.text())
def test_nothing_that_acts_on_a_terminal_leaves(text: str) -> None:
    check_harmless(text)


@pytest.mark.parametrize("number", range(len(NAUGHTY)))
def test_hostile_strings_leave_harmless(number: int) -> None:
    check_harmless(NAUGHTY[number])


def test_half_a_character_is_replaced() -> None:
    assert plain("a\ud800b") == "a\ufffdb"
