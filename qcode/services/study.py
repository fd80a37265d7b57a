"""An open study: the project, who is looking, and the look-ups that every use case needs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from qcode.core.codebook import Code, Codebook, code_from_plain, near_codes
from qcode.core.codebook_diff import Lineage
from qcode.core.ids import coder_id
from qcode.core.text import as_argument
from qcode.core.viewpoint import Viewpoint
from qcode.errors import NoProject, RequestError, UnknownName
from qcode.services.who import remembered_name
from qcode.store.project_file import ProjectFile
from qcode.store.rows import CaseRow, CodeRow, CoderRow, CodingRow, LedgerRow, LinkRow, SourceRow

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from qcode.store.writer import Writer

__all__ = [
    "BESIDE",
    "CODE_MARK",
    "OF_ENTITY",
    "SUFFIX",
    "CaseRow",
    "CodeRow",
    "CodeTable",
    "CoderRow",
    "CodingRow",
    "LinkRow",
    "SourceRow",
    "Study",
    "clean_name",
    "find_project",
    "former_ids",
    "near_names",
]

SUFFIX = ".qcode"
CODE_MARK = "code:"
"""Begins what an entry of the ledger is about, where it is one code that was looked for again."""
_MISSPELT = 80.0  # of 100: names as like as this are taken for one name misspelt
_NAME_LIMIT = 80
_Row = TypeVar("_Row")


def find_project(explicit: Path | None = None, *, folder: Path | None = None) -> Path:
    """The project to open: `explicit`, else the environment's QCODE_PROJECT, else the only `*.qcode` in the folder.

    Raises NoProject, with what to do, if there is none or more than one.
    """
    if explicit is not None:
        return explicit
    named = os.environ.get("QCODE_PROJECT")
    if named:
        return Path(named)
    # A hidden file is a sample study whose making was broken off.
    here = sorted(path for path in (folder or Path()).glob(f"*{SUFFIX}") if not path.name.startswith("."))
    if len(here) == 1:
        return here[0]
    if not here:
        raise NoProject(
            "There is no project in this folder.",
            fix="Make one with `qcode init NAME`, or look at the sample study with `qcode demo`.",
        )
    names = ", ".join(path.name for path in here)
    raise NoProject(f"There are several projects in this folder: {names}.", fix="Choose one with --project.")


def clean_name(text: str, what: str) -> str:
    """A name that people gave, without outer space; RequestError if it is empty, too long or hides characters."""
    import unicodedata

    name = unicodedata.normalize("NFC", text).strip()
    if not name or len(name) > _NAME_LIMIT:
        raise RequestError(f"The {what} needs a name of 1 to {_NAME_LIMIT} characters.")
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for character in name):
        raise RequestError(f"The name of the {what} holds an invisible or control character.", fix="Type it again.")
    return name


def near_names(name: str, names: Iterable[str]) -> list[str]:
    """Up to three of `names` that look like `name`, best first."""
    from rapidfuzz import fuzz, process, utils

    found = process.extract(
        name[:_NAME_LIMIT], list(dict.fromkeys(names)), scorer=fuzz.WRatio, processor=utils.default_process, limit=3,
        score_cutoff=60,
    )  # fmt: skip
    return [match[0] for match in found]


class CodeTable:
    """The codebook as the project holds it, with keys: codebook codes and stored rows side by side.

    `former` holds the rows of codes by ids that they had before they were renamed. No id is ever given to another
    code, so an id of any time stands for one code; `now` says which. `opened` are codes (uids) whose parent would
    close a circle.
    """

    def __init__(
        self, head: tuple[str, dict[str, object]] | None, rows: Sequence[CodeRow], opened: Collection[str] = ()
    ) -> None:
        self.uid = head[0] if head else None
        self.rows = _one_for_each_id(rows)
        self.by_key = {row.key: row for row in self.rows}
        self.by_id: dict[str, CodeRow] = {}
        self.former: dict[str, CodeRow] = {}
        for row in self.rows:
            self.by_id.setdefault(row.short_id, row)
            for name in former_ids(row):
                self.former.setdefault(name, row)
        self.codebook = self._as_codebook(head[1] if head else {}, opened)

    def _as_codebook(self, head: Mapping[str, object], opened: Collection[str]) -> Codebook:
        by_uid = {row.uid: self.by_key[row.target] for row in self.rows}
        codes = []
        for row in self.rows:
            if row.target != row.key:
                continue  # merged away: shown as what it became
            plain = {name: value for name, value in row.fields.items() if name not in OF_ENTITY}
            above = by_uid.get(str(row.fields.get("parent"))) if row.uid not in opened else None
            plain |= {"id": row.short_id, "parent": above.short_id if above is not None and above != row else None}
            codes.append(code_from_plain(plain))
        languages = head.get("languages")
        return Codebook(
            id=str(head.get("short_id", "")),
            title=str(head.get("title", "")),
            codes=tuple(codes),
            description=str(head.get("description", "")),
            languages=tuple(languages) if isinstance(languages, list) else (),
        )

    def now(self, old_id: str) -> str:
        """The id that the code has now which once had this one; the same id where nothing is known of it."""
        row = self.former.get(old_id)
        return old_id if row is None or old_id in self.by_id else row.short_id

    def first_id(self, short_id: str) -> str:
        """The id under which a code came into the study: the ledger keeps to it."""
        row = self.by_id.get(short_id)
        return next(iter(former_ids(row)), short_id) if row is not None else short_id

    @property
    def lineage(self) -> Lineage:
        """Which codes were merged into which, and which were split off from which."""
        by_uid = {row.uid: row.short_id for row in self.rows}
        merged = {row.short_id: self.by_key[row.target].short_id for row in self.rows if row.target != row.key}
        split = {row.short_id: by_uid.get(str(row.fields.get("split_from"))) for row in self.rows}
        return Lineage(merged, {part: whole for part, whole in split.items() if whole is not None})

    def code(self, key: int) -> Code:
        """The code of a stored key; for a merged one, the code it became."""
        return self.codebook.code(self.by_key[self.by_key[key].target].short_id)

    def below(self, names: Iterable[str]) -> set[str]:
        """Short ids of the codes named and of all that stand below them; none at all if nothing is named."""
        wanted = {self.code(self.find(name).key).id for name in names}
        return {c.id for c in self.codebook.codes if wanted & {above.id for above in self.codebook.path(c.id)}}

    def find(self, name: str) -> CodeRow:
        """The row of a code by short id (of now or before), name in any language or alias; UnknownName, otherwise.

        For a code that was merged into another, that other one.
        """
        if name in self.by_id:
            return self.by_key[self.by_id[name].target]
        if name in self.former:
            return self.by_key[self.former[name].target]
        wanted = name.casefold()
        for code in self.codebook.codes:
            spoken = {code.id, *(n for _, n in code.names), *code.aliases}
            if wanted in {form.casefold() for form in spoken}:
                return self.by_id[code.id]
        raise UnknownName("code", name, near_codes(self.codebook, name))


BESIDE = frozenset({"merged_into", "merge_took", "former", "split_from"})
"""What the events say of a code beside what a codebook holds: what became of it, and where it came from."""

OF_ENTITY = BESIDE | {"codebook", "short_id", "position", "removed"}
"""Fields of a code's entity that are no fields of a `Code`."""


def former_ids(row: CodeRow) -> tuple[str, ...]:
    """The ids that a code had before it was renamed, the oldest first."""
    named = row.fields.get("former")
    return tuple(name for name in named if isinstance(name, str)) if isinstance(named, list) else ()


def _one_for_each_id(rows: Sequence[CodeRow]) -> list[CodeRow]:
    """The rows, where two codes that came to one id on two machines count as one: as the first of them."""
    first: dict[str, CodeRow] = {}
    for row in rows:
        first.setdefault(row.short_id, row)
    same = {row.key: first[row.short_id].target for row in rows if first[row.short_id] is not row}
    return [row._replace(target=same.get(row.target, row.target)) for row in rows] if same else list(rows)


class Study:
    """An open project with a coder who looks at it. Close it, or use it in a `with` statement."""

    def __init__(self, file: ProjectFile, me: CoderRow) -> None:
        self.file = file
        self.me = me
        self.viewpoint = Viewpoint(me.uid)
        self.books: dict[str, Codebook] = {}  # older versions by name, once they were asked for: they never change
        self._codes: CodeTable | None = None
        self._codes_state: str | None = None

    @classmethod
    def create(cls, path: Path, *, title: str, coder: str, group: bool = False) -> Study:
        """A new project at `path`, with its first coder. Raises ProjectError or RequestError."""
        file = ProjectFile.create(
            path, title=clean_name(title, "study"), coder_name=clean_name(coder, "coder"), group=group
        )
        return cls(file, file.read.coders()[0])

    @classmethod
    def open(cls, path: Path, *, coder: str | None = None, wait_seconds: float = 30.0) -> Study:
        """An existing project, as `coder` (else who this user is in it: see `qcode whoami`).

        A name that the project does not know yet becomes a coder of it with the first thing they do.
        """
        with ExitStack() as unless_opened:
            file = unless_opened.enter_context(ProjectFile.open(path, wait_seconds=wait_seconds))
            name = clean_name(coder or remembered_name(file.uid), "coder")
            if coder is not None:
                _refuse_misspelt(file, name)
            study = cls(file, _coder_row(file, name))
            unless_opened.pop_all()
        return study

    def act(self) -> AbstractContextManager[Writer]:
        """One act of mine: everything written inside is stored together and undone together."""
        self.enrol()
        return self.file.write(self.me.uid)

    def acts_of(self, writer: Writer, rows: Mapping[str, _Row]) -> Iterator[tuple[str, _Row]]:
        """One act for each coder's rows (by name), in one transaction: the coder's uid and the rows.

        Coders come first, in an act of their own: an act that makes a coder cannot be undone, and work can.
        """
        known = {coder.uid for coder in self.file.read.coders()}
        for name in rows:
            if coder_id(name) not in known:
                known.add(coder_id(name))  # “chen” and “Chen” are one coder, under the name that came first
                writer.put("coder", coder_id(name), {"name": name})
        for name, own in rows.items():
            writer.begin_act(coder_id(name))
            yield coder_id(name), own

    def enrol(self) -> None:
        """Make me a coder of the project, in an act of its own: undoing my work must not undo me."""
        if self.me.key == 0 or not _known(self.file, self.me.uid):
            with self.file.write(self.me.uid) as writer:
                writer.put("coder", self.me.uid, {"name": self.me.name})
            self.me = _coder_row(self.file, self.me.name)

    def look(self, *, own_only: bool) -> None:
        """Hide others' work, or show it again."""
        self.viewpoint = replace(self.viewpoint, own_only=own_only)

    def visible_coders(self) -> list[int] | None:
        """Keys of the coders whose work may be read from here; None = all."""
        coders = self.file.read.coders()
        seen = [c.key for c in coders if self.viewpoint.sees(c.uid)]
        return None if len(seen) == len(coders) else seen

    def coders(self) -> list[CoderRow]:
        """The coders who may be seen, in the order in which they came."""
        return [c for c in self.file.read.coders() if self.viewpoint.sees(c.uid)]

    def coder(self, name: str) -> CoderRow:
        """A coder by name; UnknownName with near ones, otherwise. Raises RequestError if this view hides them."""
        uid = coder_id(name.encode("utf-8", "replace").decode())  # half a character is nobody's name
        for coder in self.file.read.coders():
            if coder.uid == uid:
                if not self.viewpoint.sees(uid):
                    raise RequestError(f"The work of “{coder.name}” is hidden from you now.")
                return coder
        raise UnknownName("coder", name, near_names(name, [c.name for c in self.coders()]))

    def codes(self) -> CodeTable:
        """The codebook; read again only when a code was written, by whichever process."""
        state = self.file.read.meta("codes")
        if self._codes is None or self._codes_state != state:
            opened = json.loads(self.file.read.meta("open circles") or "[]")
            self._codes = CodeTable(self.file.read.codebook(), self.file.read.codes(), opened)
            self._codes_state = state
        return self._codes

    def ledger(self, *, coders: Collection[int] | None) -> list[LedgerRow]:
        """How far coders are with each dimension, by the ids that the dimensions have now."""
        table = self.codes()
        return [
            row._replace(dimension=table.now(row.dimension))
            for row in self.file.read.ledger(coders=coders)
            if not row.dimension.startswith(CODE_MARK)
        ]

    def source(self, name: str) -> SourceRow:
        """A transcript by name or alias, or by the start of one if that is unique; UnknownName otherwise."""
        return _pick("transcript", name, self.file.read.sources(), lambda s: (s.name, *s.aliases, s.uid))

    def case(self, name: str) -> CaseRow:
        """A case by key or name; UnknownName otherwise."""
        return _pick("case", name, self.file.read.cases(), lambda c: (c.short_key, c.name, c.uid))

    def close(self) -> None:
        """Close the project."""
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _refuse_misspelt(file: ProjectFile, name: str) -> None:
    """RequestError for a new coder whose name is almost another's: a slip of the finger must not make a coder.

    Names that differ in a number only (coder1, coder2) are meant.
    """
    from rapidfuzz import fuzz

    names = [coder.name for coder in file.read.coders() if coder.name]
    if coder_id(name) in {coder_id(known) for known in names}:
        return
    letters = "".join(c for c in name.casefold() if not c.isdigit())
    for known in names:
        same_letters = letters == "".join(c for c in known.casefold() if not c.isdigit())
        if not same_letters and fuzz.ratio(name.casefold(), known.casefold()) >= _MISSPELT:
            raise RequestError(
                f"There is no coder “{name}” in this project, but there is “{known}”.",
                fix=f"If “{name}” is somebody else, say so once: `qcode whoami {as_argument(name)}`.",
            )


def _known(file: ProjectFile, uid: str) -> bool:
    return any(c.uid == uid and c.name for c in file.read.coders())


def _coder_row(file: ProjectFile, name: str) -> CoderRow:
    uid = coder_id(name)
    for coder in file.read.coders():
        if coder.uid == uid:
            return coder if coder.name else coder._replace(name=name)
    return CoderRow(0, uid, name)


def _pick(kind: str, name: str, rows: Sequence[_Row], names: Callable[[_Row], Sequence[str]]) -> _Row:
    exact = [row for row in rows if name in names(row)]
    if len(exact) == 1:
        return exact[0]
    if len(exact) > 1:
        raise RequestError(f"There are {len(exact)} {kind}s called “{name}”.", fix="Use the id that `qcode log` shows.")
    started = [row for row in rows if any(n.startswith(name) for n in names(row)[:-1])]
    if name and len(started) == 1:
        return started[0]
    raise UnknownName(kind, name, near_names(name, [n for row in rows for n in names(row)[:-1]]))
