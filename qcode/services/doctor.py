"""Is the project whole? Everything that can be checked, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qcode.errors import DamagedProject
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
    faults: list[str] = []
    differing: list[str] = []
    remarks: list[str] = []
    checks: tuple[tuple[str, Callable[[], list[str]], list[str]], ...] = (
        ("the file", lambda: rebuild.check_storage(study.file), faults),
        ("the chain of events", lambda: rebuild.check_chain(study.file), faults),
        ("coded passages", lambda: rebuild.check_quotes(study.file), faults),
        ("tables against events", lambda: rebuild.compare(study.file), differing),
        ("open questions", lambda: _remarks(study), remarks),
    )
    for what, check, into in checks:
        tell(what)
        try:
            into.extend(check())
        except DamagedProject as damage:  # one broken check must not hide what the others find
            faults.append(f"While {what} was checked: {damage.what}")
    return Diagnosis((*faults, *differing), tuple(remarks), bool(differing))


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
