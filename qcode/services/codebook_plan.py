"""What importing a codebook file would do to the study's codebook, worked out before anything is written.

The file is held against the state in which file and study last agreed: the file as it was imported last, or the
version that it was exported from. What only the study changed since is kept; what both changed differently is a
conflict. A code that was merged away, removed or renamed here does not come back because an old file still has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from qcode.core.codebook import Code, Codebook, from_plain
from qcode.core.codebook_diff import compare_codebooks
from qcode.core.codebook_edit import new_faults
from qcode.core.codebook_merge import HEAD, FieldName, Side, merge_codebooks
from qcode.core.events import Json, Step
from qcode.core.fold import Entity, fold_entity
from qcode.services.log import local_time
from qcode.services.study import CodeRow, Study
from qcode.services.versions import books_of, versions

__all__ = ["ImportPlan", "Past", "Told", "head_fields", "plan_import"]

_EVENT_FIELD = {"name": "names", "order": "position", "id": "short_id"}


@dataclass(frozen=True, slots=True)
class Told:
    """A field that the study changed on its own: which, by whom (name) and when (the study's clock, as text)."""

    name: FieldName
    coder: str
    time: str

    @property
    def words(self) -> str:
        """The field, and who changed it here and when."""
        return f"{self.name}, changed here on {self.time} by {self.coder}" if self.coder else str(self.name)


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The codebook that an import makes, and what it does not take from the file.

    `file` is the file under the ids that codes have now, without those that stay out. `kept`: fields that the study
    changed since, and the file did not. `conflicts`: fields that both changed differently. `passed_over`: sentences on
    codes of the file that the study has merged, renamed or removed. `refusals`: on what cannot be imported at all.
    """

    book: Codebook
    file: Codebook
    kept: tuple[Told, ...] = ()
    conflicts: tuple[Told, ...] = ()
    passed_over: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


class Past:
    """The events of the study's codebook, and what they say of who wrote what."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self.steps = study.file.codebook.history()

    @cached_property
    def entities(self) -> dict[str, Entity]:
        """The codebook and its codes by uid, removed ones too."""
        own: dict[str, list[Step]] = {}
        for step in self.steps:
            own.setdefault(step.entity, []).append(step)
        folded = {uid: fold_entity(uid, steps, frozenset()) for uid, steps in own.items()}
        return {uid: entity for uid, entity in folded.items() if entity is not None}

    @cached_property
    def _by_event(self) -> dict[str, Step]:
        return {step.id: step for step in self.steps}

    @cached_property
    def _proposers(self) -> dict[str, str]:
        return self._study.file.codebook.accepted()

    @cached_property
    def coders(self) -> dict[str, str]:
        """Names of coders by uid."""
        return {row.uid: row.name for row in self._study.file.read.coders()}

    def told(self, name: FieldName) -> Told:
        """Who wrote a field last, and when."""
        table = self._study.codes()
        if name.code is not None:
            uids = [table.by_id[name.code].uid]
        else:
            uids = [row.uid for row in table.rows] if name.field == "order" else [str(table.uid)]
        part = name.field.partition(".")[0]
        part = _EVENT_FIELD.get(part, part)
        written = [e.written[part] for u in uids if (e := self.entities.get(u)) is not None and part in e.written]
        step = self._by_event.get(max(written)[1]) if written else None
        return Told(name, "", "") if step is None else self.by(name, step)

    def by(self, name: FieldName, step: Step) -> Told:
        """A field as this event wrote it."""
        return Told(name, self.who(step), local_time(step.at_ms)[:16])

    def who(self, step: Step) -> str:
        """Who made a change: a coder, or whoever proposed it and the owner who accepted it."""
        wrote = self.coders.get(step.coder) or step.coder[:8]
        proposed = self._proposers.get(step.act)
        return f"{self.coders.get(proposed) or proposed[:8]}, accepted by {wrote}" if proposed else wrote

    def removed(self, code_id: str) -> Told | None:
        """Who removed a code that had this id, if it is gone."""
        for entity in self.entities.values():
            if entity.type == "code" and entity.removed and entity.fields.get("short_id") == code_id:
                step = self._by_event.get(entity.written["removed"][1])
                return None if step is None else self.by(FieldName("id", code_id), step)
        return None

    def imports(self) -> list[tuple[str, Codebook]]:
        """What was imported, the oldest first: the version that the file was exported from, and its content."""
        found = []
        for step in self.steps:
            payload = step.payload or {}
            value: Json = payload.get("fields", {}).get("imported")
            if value is None:
                value = (payload.get("set", {}).get("imported") or [None])[0]
            if isinstance(value, dict) and isinstance(value.get("content"), dict):
                found.append((str(value.get("written_from", "")), from_plain(value["content"])))
        return found


def _base(study: Study, past: Past, written_from: str) -> Codebook:
    """The codebook in which a file and the study last agreed.

    That is the last imported file of the same descent; else the version that it was exported from; else the last
    import of any; else, in a study that does not remember its imports, the codebook as it was at first.
    """
    imports = past.imports()
    same = [book for stamp, book in imports if stamp == written_from]
    if same:
        return same[-1]
    if written_from and (known := versions(study, [written_from])):
        return known[written_from]
    return imports[-1][1] if imports else list(books_of(past.steps))[-1]


@dataclass(slots=True)
class _Today:
    """Brings a file and its base to the ids that codes have in the study now, and notes what that leaves out."""

    study: Study
    past: Past
    base: Codebook
    take: Side | None
    ids: dict[str, str] = field(default_factory=dict)  # of codes that were renamed: id in the file -> id now
    gone: set[str] = field(default_factory=set)  # ids of the file that stay out
    notes: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    conflicts: list[Told] = field(default_factory=list)

    def look(self, file: Codebook) -> None:
        """Go through the codes of the file."""
        table = self.study.codes()
        for code in file.codes:
            row = table.by_id.get(code.id)
            if row is None and (row := table.former.get(code.id)) is not None:
                self._renamed(code, row, file)
            elif row is None:
                self._removed(code)
            if row is not None and row.target != row.key:
                self._merged(code, row)

    def _renamed(self, code: Code, row: CodeRow, file: Codebook) -> None:
        told = self.past.told(FieldName("id", row.short_id))
        if code.id not in self.base:
            self.refusals.append(f"“{code.id}” was the id of “{row.short_id}” before; give the new code another id.")
        elif row.short_id in file:
            self.refusals.append(f"The file has “{code.id}” and “{row.short_id}”, which are one code in the study.")
        elif row.target == row.key:
            self.notes.append(f"id of {code.id}: renamed {row.short_id} here on {told.time} by {told.coder}")
        self.ids[code.id] = row.short_id

    def _merged(self, code: Code, row: CodeRow) -> None:
        into = self.study.codes().by_key[row.target].short_id
        told = self.past.told(FieldName("merged_into", row.short_id))
        self.gone.add(code.id)
        if code.id in self.base:
            self.notes.append(
                f"{code.id}: merged into {into} here on {told.time} by {told.coder};"
                f" `qcode codebook unmerge {row.short_id}` brings it back"
            )
        else:
            self.refusals.append(f"“{code.id}” was merged into “{into}” here; give the new code another id.")

    def _removed(self, code: Code) -> None:
        told = self.past.removed(code.id)
        if told is None or code.id not in self.base:
            return
        if replace(code, parent=None) == replace(self.base.code(code.id), parent=None):
            self.notes.append(
                f"{code.id}: removed here on {told.time} by {told.coder}; `qcode codebook add` brings it back"
            )
        else:
            self.conflicts.append(told)
            if self.take == "file":
                return
        self.gone.add(code.id)

    def of(self, book: Codebook) -> Codebook:
        """The file or its base, under the ids of today, without the codes that stay out."""
        table = self.study.codes()
        lineage = table.lineage

        def parent(old: str | None) -> str | None:
            if old is None:
                return None
            now = self.ids.get(old, table.now(old))
            return lineage.merged.get(now, now)

        codes = tuple(
            replace(code, id=self.ids.get(code.id, table.now(code.id)), parent=parent(code.parent))
            for code in book.codes
            if code.id not in self.gone
        )
        return replace(book, codes=tuple({code.id: code for code in reversed(codes)}.values())[::-1])


def plan_import(study: Study, file: Codebook, written_from: str = "", *, take: Side | None = None) -> ImportPlan:
    """What an import of this codebook makes of the study's; `take` says whose value stands in a conflict.

    Nothing is written, and nothing raised for what cannot be imported: the plan says it.
    """
    here = study.codes().codebook
    if study.codes().uid is None or here == file:
        return ImportPlan(file, file)
    past = Past(study)
    base = _base(study, past, written_from)
    today = _Today(study, past, base, take)
    today.look(file)
    now = today.of(file)
    # Whoever asks for the file's side of a file that brings nothing new wants back what it says.
    agreed = here if take == "file" and file == base else today.of(base)
    merged = merge_codebooks(agreed, here, now, take=take)
    renamed = [d for d in compare_codebooks(here, now).differences if d.kind == "renamed"]
    hints = [f"“{d.after}” says what “{d.before}” says in the study; use `qcode codebook rename`." for d in renamed]
    together = [f"With what the study keeps: {fault}" for fault in new_faults(here, merged.codebook)]
    return ImportPlan(
        merged.codebook,
        now,
        tuple(_all_told(past, merged.kept)),
        (*today.conflicts, *_all_told(past, merged.conflicts)),
        tuple(today.notes),
        (*today.refusals, *hints, *together),
    )


def _all_told(past: Past, names: Iterable[FieldName]) -> list[Told]:
    return [past.told(name) for name in names]


def head_fields(book: Codebook) -> Mapping[str, Json]:
    """The fields of a codebook itself as its events hold them."""
    return {"short_id": book.id, **{n: _plain(getattr(book, n)) for n in HEAD}}


def _plain(value: str | tuple[str, ...]) -> Json:
    return list(value) if isinstance(value, tuple) else value
