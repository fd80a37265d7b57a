"""Memos: what coders write down about the study, a code, a case, a transcript or a passage.

A memo belongs to its coder: others may read it where the viewpoint lets them, and nobody else can change it. A memo
on a code that was merged into another is a memo on the code that it became.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcode.core.events import Json
from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.coding import passage_fields, text_of
from qcode.services.written import clean_text, clean_title
from qcode.store.memo_reading import MemoRow

if TYPE_CHECKING:
    from qcode.services.study import CaseRow, CodeRow, SourceRow, Study

__all__ = [
    "ABOUT",
    "MEMO_KINDS",
    "Memo",
    "MemoFilter",
    "add_memo",
    "change_memo",
    "find_memo",
    "memo",
    "memo_counts",
    "memos",
    "remove_memo",
]

MEMO_KINDS = ("memo", "note", "theory", "method", "todo")
ABOUT = ("project", "code", "case", "transcript", "passage")


@dataclass(frozen=True, slots=True)
class Memo:
    """A memo with the names that people know: of what it is about (empty for the study) and of its coder.

    `row` holds the words, the place (code points, half-open) and the times (milliseconds since 1970); `mine` says
    whether I may change it.
    """

    row: MemoRow
    target: str
    coder: str
    mine: bool

    @property
    def span(self) -> Span | None:
        """The passage that it is about, if it is about one."""
        row = self.row
        return None if row.start is None or row.end is None else Span(row.start, row.end)

    @property
    def subject(self) -> str:
        """What it is about, in a few words: `the study`, `code trust`, `passage 009 33-70`."""
        if self.row.about == "project":
            return "the study"
        place = f" {self.row.start}-{self.row.end}" if self.span else ""
        return f"{self.row.about} {self.target}{place}"


@dataclass(frozen=True, slots=True)
class MemoFilter:
    """Which memos are wanted; all conditions must hold, and one that is left out always holds.

    `about` and `kinds` are words of ABOUT and MEMO_KINDS; `code` (it and all below it), `case`, `transcript` (its
    passages too) and `coder` are names; `span` (code points, half-open) keeps memos on passages that overlap it;
    `contains` is looked for in title and text, upper or lower case alike.
    """

    about: Collection[str] = ()
    code: str | None = None
    case: str | None = None
    transcript: str | None = None
    span: Span | None = None
    kinds: Collection[str] = ()
    coder: str | None = None
    contains: str = ""


def add_memo(
    study: Study,
    text: str,
    *,
    code: CodeRow | None = None,
    case: CaseRow | None = None,
    source: SourceRow | None = None,
    span: Span | None = None,
    title: str = "",
    kind: str = "memo",
) -> str:
    """Write a memo about a code, a case, a transcript, a passage (`source` and `span`), or else the study; its uid.

    Raises RequestError if it is about several things, if the span does not lie in the text, if the words are empty
    or too many, or for a kind that there is not.
    """
    fields = {
        **_about(study, code=code, case=case, source=source, span=span),
        "kind": _known_kind(kind),
        "title": clean_title(title, "title of the memo"),
        "text": clean_text(text, "memo"),
    }
    with study.act() as writer:
        return writer.create("memo", fields)


def _about(
    study: Study, *, code: CodeRow | None, case: CaseRow | None, source: SourceRow | None, span: Span | None
) -> dict[str, Json]:
    """The event fields that say what a memo is about."""
    if sum(thing is not None for thing in (code, case, source)) > 1:
        raise RequestError("A memo is about one thing: a code, a case, or a transcript.", fix="Choose one.")
    if span is not None and source is None:
        raise RequestError("A passage needs its transcript.")
    if code is not None:
        return {"about": "code", "code": code.uid}
    if case is not None:
        return {"about": "case", "case": case.uid}
    if source is None:
        return {"about": "project"}
    if span is None:
        return {"about": "transcript", "source": source.uid}
    return {"about": "passage", **passage_fields(source, text_of(study, source), span)}


def _known_kind(kind: str) -> str:
    if kind not in MEMO_KINDS:
        raise RequestError(f"There is no kind of memo called “{kind}”.", fix=f"Choose one of: {', '.join(MEMO_KINDS)}.")
    return kind


def change_memo(
    study: Study, uid: str, *, text: str | None = None, title: str | None = None, kind: str | None = None
) -> bool:
    """Change the words, the title or the kind of one of my memos; whether anything changed.

    Raises RequestError if it is another's or gone, and as `add_memo` does.
    """
    _own(study, uid)
    changes: dict[str, Json] = {}
    if text is not None:
        changes["text"] = clean_text(text, "memo")
    if title is not None:
        changes["title"] = clean_title(title, "title of the memo")
    if kind is not None:
        changes["kind"] = _known_kind(kind)
    with study.act() as writer:
        return writer.change(uid, changes)


def remove_memo(study: Study, uid: str) -> None:
    """Take one of my memos away. Raises RequestError if it is another's or gone."""
    _own(study, uid)
    with study.act() as writer:
        writer.remove(uid)


def _own(study: Study, uid: str) -> None:
    if _seen(study, uid).coder != study.me.key:
        raise RequestError("This memo is another coder's; only they can change it.")


def _seen(study: Study, uid: str) -> MemoRow:
    row = study.file.notes.memo(uid)
    coders = study.visible_coders()
    if row is None or (coders is not None and row.coder not in coders):
        raise RequestError("This memo is not there any more.")
    return row


def memo(study: Study, uid: str) -> Memo:
    """One memo that I may see. Raises RequestError if there is none."""
    return _named(study, [_seen(study, uid)])[0]


def find_memo(study: Study, text: str) -> Memo:
    """A memo that I may see by its id or the last digits of it. Raises RequestError if there is none, or several."""
    from qcode.services.listings import pick_id

    rows = {row.uid: row for row in study.file.notes.memos(coders=study.visible_coders())}
    return _named(study, [rows[pick_id("memo", text, rows)]])[0]


def memos(study: Study, wanted: MemoFilter | None = None) -> list[Memo]:
    """The memos that I may see and that the filter wants, in the order of their making.

    Raises UnknownName for a code, case, transcript or coder that there is not, RequestError for an unknown word.
    """
    wanted = wanted or MemoFilter()
    keep = _test_of(study, wanted)
    coders = study.visible_coders() if wanted.coder is None else [study.coder(wanted.coder).key]
    return _named(study, [row for row in study.file.notes.memos(coders=coders) if keep(row)])


def _test_of(study: Study, wanted: MemoFilter) -> Callable[[MemoRow], bool]:
    """Whether a row is wanted; whose it is was asked before."""
    for kind in wanted.kinds:
        _known_kind(kind)
    for about in wanted.about:
        if about not in ABOUT:
            raise RequestError(f"No memo is about a “{about}”.", fix=f"Choose among: {', '.join(ABOUT)}.")
    targets = _targets(study, wanted)
    words = wanted.contains.casefold()
    place = wanted.span

    def keep(row: MemoRow) -> bool:
        return (
            (not wanted.about or row.about in wanted.about)
            and (not wanted.kinds or row.kind in wanted.kinds)
            and (targets is None or row.target in targets)
            and (place is None or _overlaps(row, place))
            and (not words or words in row.title.casefold() or words in row.text.casefold())
        )

    return keep


def _overlaps(row: MemoRow, place: Span) -> bool:
    return row.start is not None and row.end is not None and place.overlaps(Span(row.start, row.end))


def _targets(study: Study, wanted: MemoFilter) -> set[int] | None:
    """Keys of what the wanted memos may be about; None for anything. Several names at once fit nothing."""
    found: list[set[int]] = []
    if wanted.code is not None:
        table = study.codes()
        below = table.below([wanted.code])
        found.append({row.key for row in table.rows if table.code(row.key).id in below})
    if wanted.case is not None:
        found.append({study.case(wanted.case).key})
    if wanted.transcript is not None:
        found.append({study.source(wanted.transcript).key})
    return set.intersection(*found) if found else None


def _named(study: Study, rows: list[MemoRow]) -> list[Memo]:
    read = study.file.read
    abouts = {row.about for row in rows}
    names: dict[int, str] = {}
    if "code" in abouts:
        table = study.codes()
        names |= {row.key: table.code(row.key).id for row in table.rows}
    if "case" in abouts:
        names |= {case.key: case.short_key for case in read.cases()}
    if abouts & {"transcript", "passage"}:
        names |= {source.key: source.name for source in read.sources()}
    coders = {coder.key: coder.name for coder in read.coders()}
    return [
        Memo(row, names.get(row.target or 0, ""), coders.get(row.coder, ""), mine=row.coder == study.me.key)
        for row in rows
    ]


def memo_counts(study: Study) -> dict[tuple[str, int | None], int]:
    """How many memos that I may see there are on each thing: by a word of ABOUT and the key of the thing.

    Passages count under their transcript, codes that were merged under the code that they became; the study has no key.
    """
    counts = study.file.notes.memo_counts(coders=study.visible_coders())
    by_key = study.codes().by_key if any(about == "code" for about, _ in counts) else {}
    found: Counter[tuple[str, int | None]] = Counter()
    for (about, target), count in counts.items():
        code = by_key.get(target or 0) if about == "code" else None
        found[about, code.target if code is not None else target] += count
    return dict(found)
