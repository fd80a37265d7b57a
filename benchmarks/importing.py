"""Interviews imported, beside the least that this could cost: reading the files and bringing the text into its form."""

from __future__ import annotations

import argparse
from pathlib import Path

from measure import best, child, invented, new_study, peak_mb, report, scratch, show, timed

from qcode.core.text import canonicalise
from qcode.files.guard import read_bytes
from qcode.files.text_reader import read_transcript
from qcode.services.importing import import_transcripts

LETTERS_OF_A_WORD = 5  # in the mixture of languages that is imported here


def write_interviews(folder: Path, documents: int, words: int) -> list[Path]:
    """Invented interviews, every one different: half in UTF-8, half in the encoding of Chinese Windows."""
    folder.mkdir(exist_ok=True)
    paths = []
    for number in range(documents):
        text, _ = invented(words * LETTERS_OF_A_WORD, seed=number)
        path = folder / f"{number:04}.txt"
        path.write_bytes(text.replace("\n", "\r\n").encode("gb18030" if number % 2 else "utf-8"))
        paths.append(path)
    return paths


def read_and_canonicalise(paths: list[Path]) -> None:
    for number, path in enumerate(paths):
        canonicalise(path.read_bytes().decode("gb18030" if number % 2 else "utf-8"))


def measure(folder: Path, paths: list[Path]) -> None:
    floor = best(lambda: read_and_canonicalise(paths))
    read = best(lambda: [read_transcript(read_bytes(path), path.name) for path in paths])
    with new_study(folder / "importing.qcode") as study:
        before = peak_mb()
        imported = timed(lambda: import_transcripts(study, paths))
        after = peak_mb()
        again = timed(lambda: import_transcripts(study, paths))
        assert len(study.file.read.sources()) == len(paths)
    report(floor=floor, read=read, imported=imported, again=again, before=before, after=after)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--words", type=int, default=10_000, help="of each document")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure, sorted((options.measure / "interviews").glob("*.txt")))
        return
    with scratch(None) as folder:
        paths = write_interviews(folder / "interviews", options.documents, options.words)
        size = sum(path.stat().st_size for path in paths) / 1e6
        found = child("--measure", folder)
        names = {
            "floor": "floor: read, decode, canonicalise",
            "read": "recognise the encoding and the turns",
            "imported": "import into a study",
            "again": "import the same again",
        }
        rows = [
            [title, found[name], found[name] / options.documents * 1000, found[name] / found["floor"]]
            for name, title in names.items()
        ]
        show(
            f"{options.documents} interviews of {options.words:,} words, {size:.0f} MB",
            ("", "s", "ms each", "to the floor"),
            rows,
            f"Most memory: {found['before']:.0f} MB before, {found['after']:.0f} MB after the import.",
        )


if __name__ == "__main__":
    main()
