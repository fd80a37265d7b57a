"""Copying, on an explicit wish only: by a program of this computer, or by asking the terminal.

A program (pbcopy, wl-copy, xclip, xsel, clip.exe) says whether it worked. The terminal sequence, OSC 52, reaches the
computer that a person sits at also through ssh, but nothing answers: the words then say "sent", never "copied".
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

__all__ = ["OSC52_LIMIT", "Copied", "Tool", "copy", "local_tools", "osc52_sequence", "plain"]

OSC52_LIMIT = 74_994
"""Bytes of base64 that terminals of every kind take in one sequence (56,244 bytes of text)."""

_PATIENCE = 2.0  # seconds: a display server that does not answer must not hold the screen
# C0 but TAB and LF, DEL, C1: pasted into a terminal they would act; a lone surrogate cannot be written at all.
_ACTING = dict.fromkeys(
    [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)], "\ufffd"
)
_CALLED = {"pbcopy": "pbcopy", "wl-copy": "wl-copy", "xclip": "xclip", "xsel": "xsel", "clip.exe": "Windows"}


@dataclass(frozen=True, slots=True)
class Copied:
    """What happened: a sentence for the user, and the way it took.

    `how` is "tool" (done), "terminal" (sent; nothing tells whether it arrived) or "nothing".
    """

    words: str
    how: Literal["tool", "terminal", "nothing"]


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that takes the text on its standard input: its name, its full command and its encoding."""

    name: str
    command: tuple[str, ...]
    encoding: str = "utf-8"


def copy(
    text: str,
    *,
    osc52: Callable[[str], None] | None,
    environment: Mapping[str, str] | None = None,
    platform: str = sys.platform,
) -> Copied:
    """Copy `text`; never raises for what a computer or terminal cannot do, but says so.

    `osc52` writes a sequence to the terminal that the person sits at (None: there is none, as in a script).
    `environment` stands for the process's own.
    """
    there = os.environ if environment is None else environment
    clean = plain(text)
    if not clean:
        return Copied("There is nothing to copy.", "nothing")
    for tool in local_tools(there, platform):
        if _taken(tool, clean, there):
            return Copied(f"Copied ({_CALLED[tool.name]}).", "tool")
    if osc52 is None:
        return Copied(_no_way(there, platform), "nothing")
    sequence = osc52_sequence(clean)
    if sequence is None:
        words = f"Not copied: a terminal takes no more than {OSC52_LIMIT // 4 * 3:,} bytes. Write a file instead."
        return Copied(words, "nothing")
    osc52(sequence)
    return Copied(_sent(there), "terminal")


def plain(text: str) -> str:
    r"""The text as other programs may have it: line ends are LF, and characters that act on a terminal are U+FFFD.

    >>> plain("a\x1b[201~\r\nb\tc")
    'a�[201~\nb\tc'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ACTING)


def osc52_sequence(text: str) -> str | None:
    r"""The sequence that puts `text` into the clipboard of the terminal; None where it is longer than terminals take.

    >>> osc52_sequence("县 and 省")
    '\x1b]52;c;5Y6/IGFuZCDnnIE=\x07'
    """
    coded = base64.b64encode(plain(text).encode("utf-8")).decode("ascii")
    return None if len(coded) > OSC52_LIMIT else f"\x1b]52;c;{coded}\x07"


def local_tools(environment: Mapping[str, str], platform: str = sys.platform) -> Iterator[Tool]:
    """The programs that reach the clipboard of the person at this computer, best first; none over ssh.

    Over ssh (and in the browser, where `qcode serve` says so) they would fill the clipboard of the wrong computer.
    """
    if _is_away(environment):
        return
    for tool in _candidates(environment, platform):
        where = _search_path(environment, platform)
        found = shutil.which(tool.name, path=where)
        if found and Path(found).is_absolute():  # a "." on the path would run what lies in the folder of a project
            yield Tool(tool.name, (found, *tool.command), tool.encoding)


def _is_away(environment: Mapping[str, str]) -> bool:
    return any(environment.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")) or (
        environment.get("TEXTUAL_DRIVER", "").endswith("WebDriver")
    )


def _candidates(environment: Mapping[str, str], platform: str) -> Iterator[Tool]:
    if platform == "darwin":
        yield Tool("pbcopy", ())
    if environment.get("WAYLAND_DISPLAY"):
        # With a type it does not guess one, for which it would start another program.
        yield Tool("wl-copy", ("--type", "text/plain;charset=utf-8"))
    if environment.get("DISPLAY"):
        yield Tool("xclip", ("-selection", "clipboard", "-in"))
        yield Tool("xsel", ("--clipboard", "--input"))
    if platform == "win32" or environment.get("WSL_DISTRO_NAME"):
        yield Tool("clip.exe", (), "utf-16-le")


def _search_path(environment: Mapping[str, str], platform: str) -> str:
    """Where programs are looked for; Windows would begin with the current folder, so there it is the system's only."""
    if platform == "win32":
        return str(Path(environment.get("SYSTEMROOT", "C:\\Windows")) / "System32")
    return environment.get("PATH", "")


def _taken(tool: Tool, text: str, environment: Mapping[str, str]) -> bool:
    """Whether the program took the text; the text goes through a pipe, never through a command line."""
    try:
        done = subprocess.run(  # noqa: S603 - a full path, found above, and fixed options
            tool.command,
            input=text.encode(tool.encoding),
            stdout=subprocess.DEVNULL,  # xclip and wl-copy stay behind to serve the text: a pipe would never end
            stderr=subprocess.DEVNULL,
            env={**environment, "LC_ALL": "en_US.UTF-8"} if tool.name == "pbcopy" else dict(environment),
            timeout=_PATIENCE,
            check=False,
            start_new_session=True,  # what stays behind must not end with a Ctrl-C meant for qcode
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _sent(environment: Mapping[str, str]) -> str:
    if environment.get("TMUX"):
        return "Sent to the terminal; tmux passes it on if it is set to (set -s set-clipboard on)."
    if environment.get("STY"):
        return "Sent to the terminal; GNU screen often keeps such things back. Write a file if it did not arrive."
    return "Sent to the terminal's clipboard; not every terminal takes it."


def _no_way(environment: Mapping[str, str], platform: str) -> str:
    if _is_away(environment) or platform in {"darwin", "win32"}:
        return "Not copied: no program here reaches your clipboard. Write a file instead."
    wanted = "wl-copy (wl-clipboard)" if environment.get("WAYLAND_DISPLAY") else "xclip or xsel"
    return f"Not copied: that needs {wanted}. Install it, or write a file instead."
