"""Is the project whole? Everything that can be checked, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qcode.core.text import display_safe
from qcode.errors import DamagedProject
from qcode.services.study import Study
from qcode.services.transcripts import removed_names
from qcode.store import rebuild

__all__ = ["Diagnosis", "diagnose", "mend"]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """`faults` need something done; `remarks` are worth knowing.

    `mendable`: the tables differ from the events, and can be made again from them. `broken`: something else is not as
    it was written, and only a copy kept earlier holds it. `changed_texts`: among that are texts of transcripts.
    """

    faults: tuple[str, ...]
    remarks: tuple[str, ...]
    mendable: bool
    broken: bool = False
    changed_texts: bool = False


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
    texts = any(fault.endswith(rebuild.CHANGED_ON_DISK) for fault in faults)
    return Diagnosis((*faults, *differing), tuple(remarks), bool(differing), bool(faults), texts)


def _remarks(study: Study) -> list[str]:
    read = study.file.read
    remarks = []
    gone = removed_names(study)
    waiting = {uid: (type_, target) for uid, type_, target, required in read.waiting() if required}
    kept = sum(1 for type_, target in waiting.values() if target in gone and type_ != "speaker")
    if kept:
        names = ", ".join(display_safe(name) for name in gone.values())
        what = "1 removed transcript" if len(gone) == 1 else f"{len(gone)} removed transcripts"
        remarks.append(f"Work on {what} ({names}) is kept: {kept} entries come back with it.")
    left_out = sum(1 for _, target in waiting.values() if target not in gone)
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
