"""Long lists and wide tables in the workbench on a real pseudo-terminal: opening them, and keys in them.

Opening is measured from writing the key to the last byte that comes back, each time in a program that has just been
started. The floor of keys is the smallest program of the same library: one line, painted again at every key.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from keys import DOWN, END, HOME, RIGHT, Answer, Terminal, measure_floor, measure_key, run_floor
from measure import add_codings, add_sources, new_study, scratch, show, spread

SEGMENTS, TRANSCRIPTS, CHARACTERS = 10_000, 76, 30_000
F7, F8 = b"\x1b[18~", b"\x1b[19~"
PAGE_DOWN, LEADER = b"\x1b[6~", b"\x0f"

# Name, keys that open it (the last one is measured), keys in it: name, where the cursor goes before, the key.
_IN_LISTS = (("down", HOME, DOWN), ("page down", HOME, PAGE_DOWN), ("to the end and back", HOME, END))
LISTS: tuple[tuple[str, tuple[bytes, ...], tuple[tuple[str, bytes, bytes], ...]], ...] = (
    ("retrieval", (F7,), _IN_LISTS),
    ("history", (LEADER, b"h"), _IN_LISTS),
    ("crosstab", (F8,), (*_IN_LISTS, ("right: next cell", HOME, RIGHT))),
)
_STILL = 0.4  # seconds without output, after which a screen is open


def opening(terminal: Terminal, keys: Sequence[bytes]) -> tuple[float, float]:
    """Seconds from the last key to the first and to the last byte of the screen that it opens."""
    for key in keys[:-1]:
        terminal.write(key)
        terminal.drain(_STILL)
    before = time.perf_counter()
    terminal.write(keys[-1])
    first = last = 0.0
    while terminal.read(10.0 if not last else _STILL):
        last = time.perf_counter() - before
        first = first or last
    return first, last


def held(terminal: Terminal, key: bytes, seconds: float = 3.0, rate: float = 33.0) -> tuple[float, float]:
    """A key held down: KB in a second, and milliseconds of output that come after it is let go."""
    terminal.drain(_STILL)
    size, number, begun = 0, 0, time.perf_counter()
    while (now := time.perf_counter() - begun) < seconds:
        if now * rate >= number:
            terminal.write(key)
            number += 1
        size += len(terminal.read(0.005))
    let_go = time.perf_counter()
    last = let_go
    while part := terminal.read(0.1):
        size += len(part)
        last = time.perf_counter()
    return size / seconds / 1000, (last - let_go) * 1000


def show_list(
    command: list[str],
    name: str,
    keys: Sequence[bytes],
    inside: Sequence[tuple[str, bytes, bytes]],
    times: int,
    floor: tuple[float, float],
) -> None:
    opened: list[tuple[float, float]] = []
    answers: dict[str, list[Answer]] = {}
    for start in range(3):
        with Terminal(command) as terminal:
            terminal.wait_for_paint()
            opened.append(opening(terminal, keys))
            if start == 0:
                answers = {what: measure_key(terminal, at, (), key, times) for what, at, key in inside}
                terminal.write(HOME)
                speed, lag = held(terminal, DOWN)
    rows: list[list[str | float]] = [["floor: smallest program", floor[1], "", 1.0, "", times]]
    for what, found in answers.items():
        seconds = [answer.seconds for answer in found if answer.seconds is not None]
        if seconds:
            middle, high = spread(seconds)
            size = sum(answer.bytes for answer in found) / len(seconds) / 1000
            rows.append([what, middle, high, middle / floor[1], size, len(seconds)])
    first, last = (statistics.median(times) for times in zip(*opened, strict=True))
    show(
        f"{name}: {SEGMENTS:,} segments in {TRANSCRIPTS} transcripts",
        ("", "median ms", "p95 ms", "to the floor", "KB", "answers"),
        rows,
        f"Opened after {1000 * last:.0f} ms (first byte {1000 * first:.0f} ms; median of {len(opened)} starts).",
        f"Down held at 33 Hz: {speed:.0f} KB/s, {lag:.0f} ms of output after letting go.",
    )


def make(path: Path) -> None:
    """An invented study with as many codings as the lists shall have rows."""
    with new_study(path) as study:
        sources = add_sources(study, TRANSCRIPTS, CHARACTERS)
        # One act each would be a history as long; acts of ten give it a thousand lines.
        add_codings(study, sources, SEGMENTS, coders=[study.me.uid], act=10)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=40, help="how often each key is pressed")
    parser.add_argument("--only", choices=[name for name, _, _ in LISTS], help="one of the lists only")
    parser.add_argument("--keep", type=Path, help="a folder in which the study stays for the next time")
    parser.add_argument("--floor", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.floor:
        run_floor()
        return
    with scratch(options.keep) as folder:
        path = folder / "lists.qcode"
        if not path.exists():
            make(path)
        floor = measure_floor(options.times)
        command = [sys.executable, "-m", "qcode", "--project", str(path), "--coder", "anna"]
        for name, keys, inside in LISTS:
            if options.only in (None, name):
                show_list(command, name, keys, inside, options.times, floor)


if __name__ == "__main__":
    main()
