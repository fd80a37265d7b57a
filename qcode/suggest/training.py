"""Learning in a spawned process: a thread beside the screen would double the time that a key takes.

From `FEW` coded segments of a code on, its ranking is fused from indicators and model (reciprocal ranks), from `ENOUGH`
on it is the model's, which knows the indicators too. Below, the indicators are better than anything learned.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Literal, cast

from qcode.errors import QcodeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qcode.suggest.learner import Learned, Task

__all__ = ["ENOUGH", "FEW", "Method", "fused", "method_for", "train"]

FEW = 10
ENOUGH = 25
Method = Literal["rules", "fusion", "model"]
_FUSION = 60  # the constant of reciprocal-rank fusion: Cormack, Clarke and Buettcher (2009)


def method_for(segments: int) -> Method:
    """How a code with so many coded segments is ranked.

    >>> method_for(9), method_for(10), method_for(25)
    ('rules', 'fusion', 'model')
    """
    return "rules" if segments < FEW else "fusion" if segments < ENOUGH else "model"


def fused(rules: NDArray[np.float64], learned: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores in the order of the summed reciprocal ranks of two rankings; both arrays float64 [sentences].

    The values are the means of both, handed out in that order, so that they stay comparable with other codes'.
    """
    import numpy as np

    joint = np.zeros(len(rules))
    for values in (rules, learned):
        joint += 1 / (_FUSION + 1 + np.searchsorted(np.sort(-values), -values))  # equals share the better rank
    order = np.argsort(-joint, kind="stable")
    found = np.empty_like(rules)
    found[order] = np.sort((rules + learned) / 2)[::-1]
    return found


def train(task: Task, *, jobs: int = 1, tick: Callable[[str], None] | None = None) -> dict[str, Learned]:
    """Learn each code of the task in `jobs` spawned processes; by code. `tick` is told each code when it is learned.

    A code whose labels are all alike is left out. Raises QcodeError if a process fails.
    """
    shares = [task.codes[start::jobs] for start in range(jobs)]
    parts = [replace(task, codes=share) for share in shares if share]
    if not parts:
        return {}
    found: dict[str, Learned] = {}
    with ThreadPoolExecutor(len(parts)) as pool:
        for learned in pool.map(lambda part: _spawned(part, tick), parts):
            found.update({one.code: one for one in learned})
    return {code.code: found[code.code] for code in task.codes if code.code in found}


def _spawned(task: Task, tick: Callable[[str], None] | None) -> Sequence[Learned]:
    """What a process of its own learns. Not multiprocessing's: that cannot start under a screen that holds stderr."""
    there = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "OMP_NUM_THREADS": "1"}
    # -P: nothing is imported from the folder that the user happens to be in.
    command = [sys.executable, "-P", "-c", "from qcode.suggest.learner import main; main()"]
    found: list[Learned] = []
    with subprocess.Popen(  # noqa: S603 - our own module
        command, env=there, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        given, told = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        try:
            pickle.dump(task, given)
            given.close()
            while True:
                learned: Learned = pickle.load(told)  # noqa: S301 - written by our own module
                found.append(learned)
                if tick is not None:
                    tick(learned.code)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            pass  # it has ended; whether well, its exit code says
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise QcodeError("Learning from the codings failed.", fix="`qcode suggest --rules-only` does without it.")
    return found
