"""One case changed by hand: made, changed, removed, and the links that it has. Checked as an import checks it.

Every change is one act. What cannot be stored is refused with all its faults; what looks wrong is stored and told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from qcode.core.case_cells import Party, Stage, parties_cell, stages_cell
from qcode.core.case_fields import KNOWN_ATTRIBUTES, OWN_FIELDS, read_header
from qcode.core.ids import case_id
from qcode.core.text import display_safe
from qcode.errors import QcodeError, RequestError
from qcode.services.case_rows import CaseText, case_state, put_case, read_case, state_doubts
from qcode.services.case_values import columns_of
from qcode.services.cases import header_notes
from qcode.services.coding import remove_link
from qcode.services.study import Study
from qcode.store.rows import CaseRow

__all__ = [
    "CaseEdit",
    "CaseLink",
    "Hanging",
    "add_case",
    "case_of",
    "hanging_on",
    "links_of",
    "parties_line",
    "remove_case",
    "set_parties",
    "set_stages",
    "set_values",
    "stages_line",
    "unlink",
]

_FIELDS = (*OWN_FIELDS, *KNOWN_ATTRIBUTES)


@dataclass(frozen=True, slots=True)
class CaseEdit:
    """What a change did: the case's uid, whether anything changed, and sentences worth reading.

    `notes` say what was read otherwise than it was written; `doubts` what looks wrong in the case since then.
    """

    uid: str
    changed: bool
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseLink:
    """A link of a case: where it stands (code points, half-open; None = the whole transcript), and whose it is.

    `words` is the passage on one line, shortened; empty for a whole transcript. `mine`: only mine can be unlinked.
    """

    uid: str
    transcript: str
    start: int | None
    end: int | None
    stage: str | None
    coder: str
    mine: bool
    words: str


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a case, of the coders who may be seen: numbers of links and codings, and by coder's name."""

    links: int
    codings: int
    coders: tuple[str, ...]

    @property
    def words(self) -> str:
        """It as a sentence; empty if nothing hangs on the case."""
        parts = [
            f"{number} {what}{'' if number == 1 else 's'}"
            for number, what in ((self.links, "link"), (self.codings, "coding"))
            if number
        ]
        if not parts:
            return ""
        return f"{' and '.join(parts)} of {', '.join(self.coders)} {'hangs' if self._one else 'hang'} on it."

    @property
    def _one(self) -> bool:
        return self.links + self.codings == 1


def case_of(study: Study, uid: str) -> CaseRow:
    """A case by uid. Raises RequestError if it is not there (any more)."""
    for case in study.file.read.cases():
        if case.uid == uid:
            return case
    raise RequestError("This case is not there any more.")


def add_case(
    study: Study,
    key: str,
    *,
    name: str = "",
    kind: str = "other",
    parties: str = "",
    stages: str = "",
    attributes: Mapping[str, str] | None = None,
) -> CaseEdit:
    """A new case made by hand. `parties` and `stages` read as in the case table.

    Raises RequestError, with every fault, if the key is taken or something is misnamed.
    """
    own = {"key": key, "name": name or key, "kind": kind, "parties": parties, "stages": stages}
    values, notes = _renamed(study, attributes or {})
    for field in own:
        if field in values:
            raise RequestError(f"“{field}” is no attribute.", fix="Give it by its own option.")
    cases = study.file.read.cases()
    case, faults = read_case(own | values)
    if case_id(case.key) in {row.uid for row in cases}:
        faults.append(RequestError(f"There is a case “{case.key}” already."))
    _refuse(faults)
    with study.act() as writer:
        put_case(writer, case, None, position=len(cases))
    uid = case_id(case.key)
    return CaseEdit(uid, changed=True, notes=notes, doubts=_doubts(study, case, uid, None))


def set_values(study: Study, uid: str, values: Mapping[str, str]) -> CaseEdit:
    """Change fields of a case by the names of their columns: attributes, name, kind, parties, stages.

    An empty value takes an attribute away. Columns are named as in a table: Issue-Area is issue_area. The key cannot
    be changed, for it is what makes two copies of a study mean the same case. Raises RequestError with every fault.
    """
    before = case_of(study, uid)
    named, notes = _renamed(study, values)
    if "key" in named:
        raise RequestError("The key of a case cannot be changed.", fix="Change its name, or add a new case.")
    case, faults = read_case(named)
    _refuse(faults)
    case = replace(case, key=before.short_key)
    with study.act() as writer:
        changed = put_case(writer, case, before)
    notes += _lost_stages(study, before, case) if "stages" in named else ()
    return CaseEdit(uid, changed, notes, _doubts(study, case, uid, before))


def set_parties(study: Study, uid: str, text: str) -> CaseEdit:
    """Change the parties of a case: `role=name@code(year); role=name`. Raises RequestError with every fault."""
    return set_values(study, uid, {"parties": text})


def set_stages(study: Study, uid: str, text: str) -> CaseEdit:
    """Change the stages of a case: `name:2009-2012=mechanism; name:2013-`. Raises RequestError with every fault.

    The notes tell of links and codings that name a stage which is gone.
    """
    return set_values(study, uid, {"stages": text})


def parties_line(case: CaseRow) -> str:
    """The parties of a case as the line that `set_parties` reads."""
    return parties_cell(Party(*party) for party in case.parties)


def stages_line(case: CaseRow) -> str:
    """The stages of a case as the line that `set_stages` reads."""
    return stages_cell(Stage(*stage) for stage in case.stages)


def _renamed(study: Study, values: Mapping[str, str]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Values by the field that their name stands for, and what to say of the names."""
    columns = [column.name for column in columns_of(study)]
    header = read_header([display_safe(name.strip()) for name in values], _FIELDS, columns)
    if header.faults:
        raise RequestError(header.faults[0])
    if not all(header.names):
        raise RequestError("A column needs a name.")
    # Of a column that the study has already, its first import told what it may be a slip of the pen for.
    new = replace(header, near=tuple(pair for pair in header.near if pair[0] not in columns))
    return dict(zip(header.names, values.values(), strict=True)), header_notes(new)


def _refuse(faults: list[QcodeError]) -> None:
    """Raise the only fault as it is, several as one with all their sentences."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise RequestError("\n".join(str(fault) for fault in faults))


def _doubts(study: Study, case: CaseText, uid: str, before: CaseRow | None) -> tuple[str, ...]:
    """What looks wrong in the case since the change; what looked so before is not told again."""
    others = [row for row in study.file.read.cases() if row.uid != uid]
    types = {column.name: column.type for column in columns_of(study, others)}
    old: set[str] = set()
    if before is not None:
        old = set(state_doubts(case_state(CaseText(before.short_key, {}), before), types))
    return tuple(doubt for doubt in state_doubts(case_state(case, before), types) if doubt not in old)


def _lost_stages(study: Study, before: CaseRow, case: CaseText) -> tuple[str, ...]:
    """Stages that are gone while links or codings still name them."""
    gone = [stage.name for stage in before.stages if stage.name not in {s.name for s in case.stages}]
    if not gone:
        return ()
    used = Counter(x.stage for x in study.file.read.links(coders=study.visible_coders()) if x.study_case == before.key)
    used += Counter(
        x.stage for x in study.file.read.codings(coders=study.visible_coders()) if x.study_case == before.key
    )
    return tuple(
        f"{used[name]} of the links and codings name the stage “{name}”, which is gone." for name in gone if used[name]
    )


def hanging_on(study: Study, uid: str) -> Hanging:
    """What hangs on a case: the links, and the codings that were given it by hand, of all who may be seen."""
    case = case_of(study, uid)
    seen = study.visible_coders()
    links = [x.coder for x in study.file.read.links(coders=seen) if x.study_case == case.key]
    codings = [x.coder for x in study.file.read.codings(coders=seen) if x.study_case == case.key]
    names = {coder.key: coder.name for coder in study.coders()}
    coders = tuple(name for key, name in names.items() if key in {*links, *codings})
    return Hanging(len(links), len(codings), coders)


def remove_case(study: Study, uid: str, *, anyway: bool = False) -> Hanging:
    """Take a case out of the study; what hung on it.

    Links and codings stay as they were made, but the links wait and the codings are left to other links, until a case
    with the same key comes again. Raises RequestError, with the numbers, if anything hangs on it (unless `anyway`).
    """
    case = case_of(study, uid)
    hanging = hanging_on(study, uid)
    if hanging.words and not anyway:
        raise RequestError(
            f"The case {case.short_key} is in use: {hanging.words}",
            fix="Nothing was removed. With --yes the case goes all the same; adding its key again brings them back.",
        )
    with study.act() as writer:
        writer.remove(uid)
    return hanging


def links_of(study: Study, uid: str) -> list[CaseLink]:
    """The links of a case of all coders who may be seen, in the order of the transcripts and of the text."""
    from qcode.services.listings import shortened

    case = case_of(study, uid)
    read = study.file.read
    coders = {coder.key: coder.name for coder in study.coders()}
    rows = [x for x in read.links(coders=study.visible_coders()) if x.study_case == case.key]
    found: list[CaseLink] = []
    for source in read.sources():
        here = [x for x in rows if x.source == source.key]
        text = (read.text(source.key) or "") if any(x.start is not None for x in here) else ""
        for x in here:
            words = "" if x.start is None else shortened(text[x.start : x.end])
            mine = x.coder == study.me.key
            found.append(CaseLink(x.uid, source.name, x.start, x.end, x.stage, coders[x.coder], mine, words))
    return found


def unlink(study: Study, link: str) -> None:
    """Take one of my links away, by its uid. Raises RequestError if it is another's, or gone."""
    remove_link(study, link)
