"""Is the project whole? Everything that can be checked, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qcode.services.study import Study
from qcode.store import rebuild

__all__ = ["Diagnosis", "diagnose", "mend"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`faults` need something done; `remarks` are worth knowing."""

    faults: tuple[str, ...]
    remarks: tuple[str, ...]
    mendable: bool


def diagnose(study: Study, tick: Callable[[str], None] | None = None) -> Diagnosis:
    """Check the file, the chain of events, the texts, the quotes, and the tables against the events."""
    tell = tick or (lambda _: None)
    tell("the file")
    faults = rebuild.check_storage(study.file)
    tell("the chain of events")
    faults += rebuild.check_chain(study.file)
    tell("coded passages")
    faults += rebuild.check_quotes(study.file)
    tell("tables against events")
    differing = rebuild.compare(study.file)
    return Diagnosis((*faults, *differing), tuple(_remarks(study)), bool(differing))


def _remarks(study: Study) -> list[str]:
    read = study.file.read
    remarks = []
    left_out = sum(1 for *_, required in read.waiting() if required)
    if left_out:
        remarks.append(
            f"{left_out} entries wait for something that is not in this file, such as a code of another team."
        )
    for uid, type_, field in read.conflicts():
        remarks.append(f"Several people wrote “{field}” of the {type_} {uid} at the same time; the latest counts.")
    for kind, count in rebuild.unknown_kinds(study.file).items():
        remarks.append(f"{count} event(s) of the unknown kind “{kind}” are kept; a newer qcode wrote them.")
    return remarks


def mend(study: Study, tick: Callable[[int], None] | None = None) -> int:
    """Make the tables again from the events; the number of entries."""
    return rebuild.rebuild(study.file, tick=tick)
