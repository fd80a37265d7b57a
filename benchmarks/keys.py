"""Key presses in the workbench on a real pseudo-terminal: from writing the key to the first byte that comes back.

And two things that go on: a key that is held down at the edge of the window (bytes in each second), and a transcript
opened from the list (until its last byte).

The floor is the smallest program of the same library: one line, painted again at every key.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from measure import add_coder, add_codings, add_sources, new_study, scratch, show, spread

RIGHT, DOWN, HOME, END = b"\x1b[C", b"\x1b[B", b"\x1b[H", b"\x1b[F"

# What is pressed: name, where the cursor goes before all, what gets ready for each press and is not measured, the key.
KEYS: tuple[tuple[str, bytes, tuple[bytes, ...], bytes], ...] = (
    ("right: next word", HOME, (), RIGHT),
    ("down: next line", HOME, (), DOWN),
    ("page down", HOME, (), b"\x1b[6~"),
    ("page up", END, (), b"\x1b[5~"),
    ("shift+right: extend", HOME, (), b"\x1b[1;2C"),
    ("1: apply a code", HOME, (RIGHT,), b"1"),
    ("u: undo", HOME, (RIGHT, b"1"), b"u"),
    ("x: remove", HOME, (RIGHT, b"1"), b"x"),
)

DOCUMENTS = ((60_000, 3_000), (2_000_000, 5_000))  # code points, codings

ROWS, COLUMNS = 50, 160
HELD = 3.0  # seconds for which a key is held down
REPEAT = 0.03  # seconds between two of the presses that a held key makes
QUIET = 0.06  # seconds without output, after which a repaint is over
PATIENCE = 60.0  # seconds until the first paint is given up


@dataclass(slots=True)
class Answer:
    """What one key brought: seconds to the first byte (None: nothing came) and bytes in all."""

    seconds: float | None
    bytes: int


class Terminal:
    """A program on a pseudo-terminal of its own."""

    def __init__(self, command: list[str]) -> None:
        environment = {
            **os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "TEXTUAL_ANIMATIONS": "none",
            "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        for name in ("LINES", "COLUMNS", "NO_COLOR"):
            environment.pop(name, None)
        self.started = time.perf_counter()
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
            os.execvpe(command[0], command, environment)  # noqa: S606 - ourselves, without a shell
        fcntl.ioctl(self.descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End our own child, politely first."""
        self.write(b"\x11")
        self.drain(1.0)
        os.close(self.descriptor)
        for patience in (2.0, 0.5):
            until = time.perf_counter() + patience
            while time.perf_counter() < until:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
                time.sleep(0.02)
            os.kill(self.pid, signal.SIGKILL)

    def write(self, keys: bytes) -> None:
        try:
            os.write(self.descriptor, keys)
        except OSError:
            raise SystemExit("The program on the terminal has ended.") from None

    def read(self, patience: float) -> bytes:
        """What comes within that many seconds; empty if nothing does."""
        ready, _, _ = select.select([self.descriptor], [], [], patience)
        if not ready:
            return b""
        try:
            return os.read(self.descriptor, 1 << 20)
        except OSError:  # the other end has closed
            return b""

    def drain(self, quiet: float) -> bytes:
        """Everything until it has been quiet for that many seconds; a blinking cursor is not waited for."""
        found = b""
        until = time.perf_counter() + quiet + 1.0
        while time.perf_counter() < until and (part := self.read(quiet)):
            found += part
        return found

    def wait_for_paint(self) -> float:
        """Seconds from the start to the end of the first paint."""
        found = b""
        until = self.started + PATIENCE
        last = self.started
        while time.perf_counter() < until:
            part = self.read(0.5)
            if part:
                found += part
                last = time.perf_counter()
            elif len(found) > 1000:  # what a program asks of a terminal first is shorter than a screen
                return last - self.started
            elif os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
        raise SystemExit(f"Nothing was painted. What came:\n{found.decode('utf-8', 'replace')[-2000:]}")

    def press(self, key: bytes) -> Answer:
        """Write a key and see what comes."""
        before = time.perf_counter()
        self.write(key)
        first = self.read(1.0)
        if not first:
            return Answer(None, 0)
        seconds = time.perf_counter() - before
        return Answer(seconds, len(first) + len(self.drain(QUIET)))


def run_floor() -> None:
    """The smallest program: one line that changes at every key."""
    from rich.segment import Segment
    from textual import events
    from textual.app import App, ComposeResult
    from textual.geometry import Region
    from textual.strip import Strip
    from textual.widget import Widget

    class Line(Widget):
        count = 0

        def render_line(self, y: int) -> Strip:
            text = f"{self.count if y == 0 else '':<{self.size.width}}"
            return Strip([Segment(text, self.rich_style)], self.size.width)

    class Smallest(App[None]):
        def compose(self) -> ComposeResult:
            yield Line()

        def on_key(self, _: events.Key) -> None:
            line = self.query_one(Line)
            line.count += 1
            line.refresh(Region(0, 0, line.size.width, 1))

    Smallest().run()


def measure_key(terminal: Terminal, start: bytes, before: tuple[bytes, ...], key: bytes, times: int) -> list[Answer]:
    """The answers to one key; it ends early where the key has nothing more to do, as at the end of a text."""
    terminal.write(start)
    terminal.drain(0.3)
    found: list[Answer] = []
    while len(found) < times and (len(found) < 2 or found[-1].seconds or found[-2].seconds):
        for one in before:
            terminal.press(one)
        found.append(terminal.press(key))
    return found


def measure_held(terminal: Terminal, key: bytes) -> float:
    """Kilobytes in each second while a key is held down; the window scrolls most of that time."""
    terminal.write(HOME)
    terminal.drain(0.3)
    size = 0
    begun = time.perf_counter()
    for number in range(round(HELD / REPEAT)):
        terminal.write(key)
        while (left := begun + (number + 1) * REPEAT - time.perf_counter()) > 0:
            size += len(terminal.read(left))
    return size / (time.perf_counter() - begun) / 1000


def measure_opening(terminal: Terminal, times: int) -> list[float]:
    """Seconds from Enter on the other of two transcripts in the list to the last byte that comes."""
    found = []
    for number in range(times):
        terminal.press(b"T")
        terminal.drain(0.3)
        terminal.press((b"\x1b[B", b"\x1b[A")[number % 2])
        terminal.drain(0.2)
        before = last = time.perf_counter()
        terminal.write(b"\r")
        while terminal.read(0.5):
            last = time.perf_counter()
        found.append(last - before)
    return found


def measure_floor(times: int) -> tuple[float, float]:
    """Start-up in seconds and median of a key in milliseconds."""
    with Terminal([sys.executable, __file__, "--floor"]) as terminal:
        start = terminal.wait_for_paint()
        answers = measure_key(terminal, HOME, (), b"x", times)
    return start, spread([a.seconds for a in answers if a.seconds is not None])[0]


def show_document(folder: Path, characters: int, codings: int, times: int, floor: tuple[float, float]) -> None:
    path = folder / f"keys-{characters}.qcode"
    with new_study(path) as study:
        # Others' codings: what anna removes is then what she has just applied.
        add_codings(
            study, add_sources(study, 2, characters), 2 * codings, coders=[add_coder(study, n) for n in ("bo", "chen")]
        )
    command = [sys.executable, "-m", "qcode", "--project", str(path), "--coder", "anna"]
    with Terminal(command) as terminal:
        start = terminal.wait_for_paint()
        found = {name: measure_key(terminal, at, before, key, times) for name, at, before, key in KEYS}
        held = measure_held(terminal, DOWN)
        opening = spread(measure_opening(terminal, 10))
    rows: list[list[str | float]] = [["floor: smallest program", floor[1], "", 1.0, "", times]]
    for name, answers in found.items():
        seconds = [answer.seconds for answer in answers if answer.seconds is not None]
        if not seconds:
            rows.append([name, "no answer", "", "", "", 0])
            continue
        middle, high = spread(seconds)
        size = sum(answer.bytes for answer in answers) / len(seconds) / 1000
        rows.append([name, middle, high, middle / floor[1], size, len(seconds)])
    show(
        f"{characters:,} characters, {codings:,} codings, {COLUMNS} x {ROWS}",
        ("", "median ms", "p95 ms", "to the floor", "KB", "answers"),
        rows,
        f"First paint after {start:.2f} s, {start / floor[0]:.1f} times the smallest program's. "
        f"Down held: {held:.0f} KB/s. Opened from the list: {opening[0]:.0f} ms (p95 {opening[1]:.0f} ms).",
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=40, help="how often each key is pressed")
    parser.add_argument("--small", action="store_true", help="the smaller document only")
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        run_floor()
        return
    with scratch(None) as folder:
        floor = measure_floor(options.times)
        for characters, codings in DOCUMENTS[:1] if options.small else DOCUMENTS:
            show_document(folder, characters, codings, options.times, floor)


if __name__ == "__main__":
    main()
