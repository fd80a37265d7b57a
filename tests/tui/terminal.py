"""A real pseudo-terminal with the program in it, and an emulator that says what the screen shows."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path
from typing import Self

import pyte

__all__ = ["KEYS", "Terminal", "payloads_in"]

ROOT = Path(__file__).resolve().parents[2]
_LIMIT = 30.0  # seconds until something that must appear counts as missing; only a failing test waits that long

KEYS = {
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "pagedown": "\x1b[6~", "home": "\x1b[H",
    "end": "\x1b[F", "enter": "\r", "tab": "\t", "escape": "\x1b", "space": " ", "shift+down": "\x1b[1;2B",
    "pageup": "\x1b[5~", "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f5": "\x1b[15~", "f6": "\x1b[17~", "f7": "\x1b[18~", "f8": "\x1b[19~", "f9": "\x1b[20~",
    "f10": "\x1b[21~", "ctrl+q": "\x11", "ctrl+p": "\x10", "ctrl+o": "\x0f", "ctrl+g": "\x07", "f12": "\x1b[24~", "shift+right": "\x1b[1;2C",
    "shift+left": "\x1b[1;2D", "shift+up": "\x1b[1;2A", "shift+tab": "\x1b[Z", "delete": "\x1b[3~", "backspace": "\x7f",
}  # fmt: skip

# What Textual sends: colours, places, modes and the shape of the mouse pointer, and nothing else with an escape in it.
_WELL_FORMED = re.compile(r"\x1b\[[0-9;:]*[mH]|\x1b\[[<>=?][0-9;]*\$?[hlupc]|\x1b\]22;[a-z-]*\x07")
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e0fff]"
)


def payloads_in(raw: str) -> list[str]:
    """What steers a terminal, hides or turns text around in an output, other than the sequences of the program's own."""
    rest = _WELL_FORMED.sub("", raw)
    return [rest[max(0, m.start() - 20) : m.end() + 40] for m in _CONTROL.finditer(rest)]


class Terminal:
    """The program on a pseudo-terminal of its own."""

    def __init__(self, *arguments: str, folder: Path, columns: int = 100, rows: int = 30) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._status: int | None = None
        self.raw = ""
        self.pid, self._fd = pty.fork()
        if self.pid == 0:  # pragma: no cover - another process
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.chdir(folder)
            # A whole environment of its own: readline puts COLUMNS into this process behind Python's back.
            environment = {
                "TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "TEXTUAL_ANIMATIONS": "none",
                "QCODE_CONFIG": str(folder / "settings"), "PYTHONPATH": str(ROOT), "PATH": os.defpath, "HOME": str(folder),
            }  # fmt: skip
            os.execve(sys.executable, [sys.executable, "-m", "qcode", *arguments], environment)  # noqa: S606

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._status is None:
            self.kill()
        os.close(self._fd)

    def _read(self, seconds: float) -> bool:
        """Take in what is there; False at the end of the program or of the time."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:  # the other end is closed
            return False
        text = self._decoder.decode(data)
        self.raw += text
        # The emulator knows no private parameters of this form; the program asks with them what the terminal can do.
        self._stream.feed(re.sub(r"\x1b\[[<>=?][0-9;$]*[a-zA-Z]|\x1bP.*?\x1b\\", _kept, text, flags=re.DOTALL))
        return bool(data)

    def text(self) -> str:
        """What the screen shows."""
        # Not `screen.display`: it fails where half of a wide character was overwritten, until the other half comes.
        cells, columns = self.screen.buffer, range(self.screen.columns)
        return "\n".join("".join(cells[y][x].data for x in columns) for y in range(self.screen.lines))

    def wait(self, *words: str) -> str:
        """Wait until the screen shows all these words; what it shows."""
        until = time.monotonic() + _LIMIT
        while not all(word in self.text() for word in words):
            left = until - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"{words} did not appear:\n{self.text()}")
        return self.text()

    def wait_gone(self, word: str) -> str:
        """Wait until the screen does not show a word any more."""
        until = time.monotonic() + _LIMIT
        while word in self.text():
            left = until - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"{word} stayed:\n{self.text()}")
        return self.text()

    def press(self, *keys: str) -> None:
        """Press keys; what is no name of a key is typed."""
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())

    def click(self, column: int, row: int) -> None:
        """Click on a cell, counted from 0."""
        for end in "Mm":
            os.write(self._fd, f"\x1b[<0;{column + 1};{row + 1}{end}".encode())

    def place_of(self, word: str, *, below: int = 0) -> tuple[int, int]:
        """Column and row of a word on the screen, looked for from row `below` on."""
        for row, line in enumerate(self.screen.display):
            if row >= below and word in line:
                return line.index(word), row
        raise AssertionError(f"{word} is not there:\n{self.text()}")

    def leave(self) -> int:
        """Quit by key; the exit code."""
        self.press("ctrl+q")
        return self.end()

    def end(self) -> int:
        """Wait for the end; the exit code."""
        while self._read(_LIMIT):
            pass
        _, status = os.waitpid(self.pid, 0)
        self._status = os.waitstatus_to_exitcode(status)
        return self._status

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        os.kill(self.pid, signal.SIGKILL)
        _, status = os.waitpid(self.pid, 0)
        self._status = os.waitstatus_to_exitcode(status)


def _kept(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("\x1b[?") and match[0][-1] in "hl" else ""
