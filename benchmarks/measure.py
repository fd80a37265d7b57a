"""What all benchmarks share: children, percentiles, tables, and invented text and projects of any size.

Every number stands beside a floor from the same run: the least work that could give the same. The ratio lasts when
machines change; the times do not. Nothing here passes or fails.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qcode.core.ids import coder_id, source_id
from qcode.core.text import CANONICAL_VERSION, quote_hash, text_sha256
from qcode.services.codebooks import import_codebook
from qcode.services.samples import codebook_path
from qcode.services.study import Study

__all__ = [
    "TURN", "add_coder", "add_codings", "add_sources", "best", "child", "invented", "new_study", "peak_mb",
    "percentile", "report", "scratch", "show", "spread", "timed",
]  # fmt: skip

TURN = 300  # code points of an invented turn, about
_SENTENCES = (
    "We never signed anything with the next county, and nobody asked us to.",
    "省里定了任务，县里就得完成，没有什么可商量的。",
    "The park was paid for by them, the land was ours.",
    "他们那边的干部两年一换，我们这边等不起。",
    "Upstream they plant trees, downstream they pay, so the agreement says.",
    "说实话，大家都看排名。",
    "[laughs] You would have to ask the prefecture about that.",
    "关于Partnerschaft这件事，Duisburg那边更积极一些。",
)


def invented(characters: int, *, seed: int = 1) -> tuple[str, list[tuple[int, int, int]]]:
    """An invented interview of exactly that many code points, and its turns as (start, body, end)."""
    chance = random.Random(seed)
    parts: list[str] = []
    turns: list[tuple[int, int, int]] = []
    length = 0
    while length < characters:
        label = ("I: ", "R: ")[len(turns) % 2]
        said = ""
        while len(said) < TURN:
            said += chance.choice(_SENTENCES) + " "
        turn = f"{label}{said.strip()}\n"[: characters - length]
        parts.append(turn)
        turns.append((length, min(length + len(label), length + len(turn)), length + len(turn)))
        length += len(turn)
    return "".join(parts), turns


@contextmanager
def scratch(keep: Path | None) -> Iterator[Path]:
    """A folder for what is made: a temporary one, or `keep`. Settings of the user are neither read nor written."""
    with tempfile.TemporaryDirectory(prefix="qcode-benchmark-") as temporary:
        folder = keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["QCODE_CONFIG"] = str(Path(temporary) / "config")
        yield folder


def new_study(path: Path) -> Study:
    """An empty study with the main codebook."""
    study = Study.create(path, title="Benchmark (invented)", coder="anna")
    import_codebook(study, codebook_path("cooperation"))
    return study


def add_coder(study: Study, name: str) -> str:
    """One more coder; the uid."""
    uid = coder_id(name)
    with study.file.write(uid) as writer:
        writer.create("coder", {"name": name}, uid=uid)
    return uid


def add_sources(study: Study, count: int, characters: int) -> list[tuple[str, str]]:
    """Transcripts that share one text, so that they cost little: (uid, text) of each."""
    text, turns = invented(characters)
    sha256 = text_sha256(text)
    found = []
    with study.act() as writer:
        study.file.keep_blob(text.encode("utf-8"))
        for number in range(count):
            uid = source_id(f"{sha256}/{number}")
            speakers = [f"{uid}/I", f"{uid}/R"]
            fields = {
                "name": f"{number:04}", "sha256": sha256, "length": len(text), "original_sha256": sha256,
                "kind": "recorded", "language": "zh", "encoding": "utf-8", "canonical": CANONICAL_VERSION,
                "position": number, "speakers": speakers, "turns": [[*t, i % 2, None] for i, t in enumerate(turns)],
            }  # fmt: skip
            writer.create("source", fields, uid=uid)
            for order, (speaker, role) in enumerate(zip(speakers, ("interviewer", "participant"), strict=True)):
                label = {"source": uid, "label": speaker[-1], "role": role, "position": order}
                writer.create("speaker", label, uid=speaker)
            found.append((uid, text))
    return found


def add_codings(
    study: Study,
    sources: Sequence[tuple[str, str]],
    count: int,
    *,
    coders: Sequence[str],
    codes: int = 35,
    act: int = 1000,
    seed: int = 1,
) -> None:
    """Codings of 50 to 600 code points anywhere, in acts of `act`, each coder (by uid) in turn."""
    chance = random.Random(seed)
    names = [row.uid for row in study.codes().rows if row.fields.get("parent")][:codes]
    for done in range(0, count, act):
        with study.file.write(coders[(done // act) % len(coders)]) as writer:
            for _ in range(min(act, count - done)):
                uid, text = chance.choice(sources)
                start = chance.randrange(len(text) - 600)
                end = start + chance.randrange(50, 600)
                fields = {
                    "source": uid, "code": chance.choice(names), "span": [start, end],
                    "quote": quote_hash(text[start:end]),
                }  # fmt: skip
                writer.create("coding", fields)


def timed(work: Callable[[], object]) -> float:
    """Seconds of processor time that it takes once: what else runs on the machine counts less."""
    before = time.process_time()
    work()
    return time.process_time() - before


def best(work: Callable[[], object], repeats: int = 3) -> float:
    """Seconds of the quickest of several goes: others on the machine only ever slow it down."""
    return min(timed(work) for _ in range(repeats))


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which that percentage lies; at least ten values, or the largest."""
    if len(values) < 10:
        return max(values)
    return statistics.quantiles(values, n=100, method="inclusive")[round(percent) - 1]


def spread(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    return statistics.median(seconds) * 1000, percentile(seconds, 95) * 1000


def peak_mb() -> float:
    """The most memory that this process ever held, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def report(**numbers: float) -> None:
    """What a child found, for `child`."""
    print(json.dumps(numbers))


def child(*arguments: str | Path | int) -> dict[str, float]:
    """Run this benchmark again in a fresh process; the numbers of its `report`."""
    command = [sys.executable, sys.argv[0], *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, encoding="utf-8", check=True)  # noqa: S603 - ourselves
    numbers: dict[str, float] = json.loads(done.stdout)
    return numbers


def show(title: str, header: Sequence[str], rows: Sequence[Sequence[str | float]], *notes: str) -> None:
    """Print a table; floats with three digits that matter."""
    cells = [[f"{c:,.3g}" if isinstance(c, float) and c < 1000 else f"{c:,.0f}" if isinstance(c, float) else str(c)
              for c in row] for row in rows]  # fmt: skip
    widths = [max(len(line[i]) for line in [list(header), *cells]) for i in range(len(header))]
    print(f"\n{title}")
    for line in (header, *cells):
        first, *others = (
            c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(line, widths, strict=True))
        )
        print("  " + "  ".join([first, *others]).rstrip())
    for note in notes:
        print(f"  {note}")
