"""Paths that coders draw: that what one coded passage says leads to what another says.

A path is a coder's reading of the material, drawn between two codings, and belongs to that coder. Chains of paths
through the codes of several steps, such as consensus, organization, action, are counted here. Where nobody drew
anything, the order in which codes are told of is another thing: see `told_order`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.code_rows import MERGED, CodeRows, code_rows
from qcode.services.filters import Filters
from qcode.services.listings import pick_id, short_ids, shortened
from qcode.services.study import Study
from qcode.services.surroundings import Surroundings
from qcode.services.table import Cell, Table
from qcode.store.memo_reading import PathRow
from qcode.store.rows import CodingRow

__all__ = ["DrawnPath", "DrawnPaths", "draw_path", "drawn_paths", "find_path", "path_steps", "remove_path"]

_READING = "A path is drawn by a coder from one coding to another: what the first says leads to what the second says."


def draw_path(study: Study, first: CodingRow, second: CodingRow) -> str | None:
    """Say that what one coding says leads to what another says; None if I said so already.

    The codings may be anybody's that I may see. Raises RequestError for a path from a coding to itself.
    """
    if first.key == second.key:
        raise RequestError("A path leads from one coding to another one.")
    own = [] if study.me.key == 0 else study.file.notes.paths(coders=[study.me.key])
    if any((path.from_coding, path.to_coding) == (first.key, second.key) for path in own):
        return None
    with study.act() as writer:
        return writer.create("path", {"from": first.uid, "to": second.uid})


def find_path(study: Study, text: str) -> PathRow:
    """A path that I may see by its id or the last digits of it. Raises RequestError if there is none, or several."""
    rows = {row.uid: row for row in study.file.notes.paths(coders=study.visible_coders())}
    return rows[pick_id("path", text, rows)]


def remove_path(study: Study, uid: str) -> None:
    """Take one of my paths away. Raises RequestError if it is another's or gone."""
    if find_path(study, uid).coder != study.me.key:
        raise RequestError("This path is another coder's; only they can take it away.")
    with study.act() as writer:
        writer.remove(uid)


class DrawnPath(NamedTuple):
    """A path with its two codings, and the segments (by place) that these belong to."""

    row: PathRow
    first: CodingRow
    second: CodingRow
    segments: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Chain:
    """Segments (by place) of which each leads to the next."""

    segments: tuple[int, ...]


class DrawnPaths:
    """The paths of which both codings count under the filters; `left_out` others are there."""

    def __init__(self, study: Study, filters: Filters) -> None:
        self.filters = filters
        self._study = study
        self._found: CodeRows = code_rows(study, filters, names=(), apart=True)
        self._around = Surroundings(study)
        rows = study.file.notes.paths(coders=study.visible_coders())
        codings = self._codings(rows)
        places = self._places(codings)
        seen = [row for row in rows if row.from_coding in codings and row.to_coding in codings]
        whole = []
        for row in seen:
            ends = (row.from_coding, row.to_coding)
            if ends[0] in places and ends[1] in places and self._speaks(row, codings):
                whole.append(DrawnPath(row, codings[ends[0]], codings[ends[1]], (places[ends[0]], places[ends[1]])))
        self.paths = [path for path in whole if self._of_codes(path)]
        self.left_out = len(seen) - len(whole)

    def _codings(self, rows: Iterable[PathRow]) -> dict[int, CodingRow]:
        wanted = {key for row in rows for key in (row.from_coding, row.to_coding)}
        if not wanted:
            return {}
        everything = self._study.file.read.codings(coders=self._study.visible_coders())
        return {row.key: row for row in everything if row.key in wanted}

    def _places(self, codings: dict[int, CodingRow]) -> dict[int, int]:
        """The segment that each coding of a path belongs to, where it counts."""
        segments, by_id = self._found.segments, self._study.codes()
        here: dict[tuple[str, int], list[int]] = defaultdict(list)
        sources = {row.source for row in codings.values()}
        columns = (segments.code.tolist(), segments.source.tolist())
        for place, (code, source) in enumerate(zip(*columns, strict=True)):
            if source in sources:
                here[self._found.codes[code - 1][0].id, source].append(place)
        anybody = self.filters.coders in ("any", "all")
        found: dict[int, int] = {}
        for row in codings.values():
            for place in here[by_id.code(row.code).id, row.source]:
                meets = int(segments.start[place]) < row.end and row.start < int(segments.end[place])
                if meets and (anybody or int(segments.coder[place]) == row.coder):
                    found[row.key] = place
                    break
        return found

    def _speaks(self, row: PathRow, codings: dict[int, CodingRow]) -> bool:
        """Whether the coder who drew a path is one of those whose reading counts."""
        rule = self.filters.coders
        if rule == "main":
            main = self._found.selection.main
            return all(main.get(codings[key].source) == row.coder for key in (row.from_coding, row.to_coding))
        return rule in ("any", "all", "each") or row.coder in self._found.selection.readers

    def _of_codes(self, path: DrawnPath) -> bool:
        if not self.filters.codes:
            return True
        wanted = self._study.codes().below(self.filters.codes)
        return any(self._code(row) in wanted for row in (path.first, path.second))

    def _code(self, row: CodingRow) -> str:
        return self._study.codes().code(row.code).id

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What the paths are, and what was left out."""
        rule = self.filters.coders
        whose = {
            "main": "Paths count where they were drawn by the coder who speaks for the transcripts of both codings.",
            "any": "Paths of all coders count; the same one by two coders counts once.",
            "all": "Paths of all coders count; the same one by two coders counts once.",
            "each": "Paths of all coders, side by side.",
        }
        codes = f"Codes: {', '.join(self.filters.codes)}, and all below, at one end at least."
        left = f"Left out: {self.left_out} path(s) of which a coding, or the coder who drew it, does not count here."
        return (
            _READING,
            whose.get(rule, f"Paths of {rule} count."),
            *([codes] if self.filters.codes else []),
            *([left] if self.left_out else []),
            *self._found.notes(self._study, self.filters)[1:],
        )

    def _case_words(self, places: Iterable[int]) -> list[str]:
        cases = self._around.cases
        keys = dict.fromkeys(key for place in places for key in self._cases[place])
        return [cases[key].short_key for key in keys if key in cases]

    @cached_property
    def _cases(self) -> tuple[tuple[int, ...], ...]:
        return self._found.cases_of(self._study)

    def table(self) -> Table:
        """The paths one by one, in the order of their making: between what, where, and whose."""
        ids = short_ids(path.row.uid for path in self.paths)
        names = {coder.key: coder.name for coder in self._study.coders()}
        sources = self._around.sources
        body: list[tuple[Cell, ...]] = []
        for path in self.paths:
            ends = (path.first, path.second)
            where = dict.fromkeys(sources[row.source].name for row in ends)
            cells: list[Cell] = [ids[path.row.uid], ", ".join(where), ", ".join(self._case_words(path.segments))]
            for row in ends:
                cells += [self._code(row), self._words(row)]
            body.append((*cells, names.get(path.row.coder, "")))
        header = ("id", "transcript", "case", "from", "words", "leads to", "its words", "coder")
        return Table("Paths", header, tuple(body), self.notes)

    def _words(self, row: CodingRow) -> str:
        span = Span(row.start, row.end)
        return shortened(self._around.text(row.source)[span.start : span.end], 40)

    def counted(self, steps: Sequence[Sequence[str]] = ()) -> Table:
        """Chains of paths by their codes: how many, in how many transcripts, about how many cases.

        `steps` are sets of codes (ids), two or more, each with those that stand in it: a chain leads through one code
        of each. Without steps every single path counts. Raises RequestError for the coder rule *each*.
        """
        if self.filters.coders == "each":
            raise RequestError("A count never adds up coders.", fix="Use main, any, all or a coder's name.")
        chains: dict[tuple[str, ...], set[_Chain]] = defaultdict(set)
        for chain in self._chains(steps):
            chains[tuple(self._code_at(place) for place in chain.segments)].add(chain)
        source = self._found.segments.source
        body: list[tuple[Cell, ...]] = []
        for codes, found in chains.items():
            places = [place for chain in found for place in chain.segments]
            cases = {key for place in places for key in self._cases[place]}
            sources = {int(source[place]) for place in places}
            body.append((*codes, len(found), len(sources), len(cases)))
        width = len(steps) or 2
        body.sort(key=lambda row: (-int(str(row[width])), row[:width]))
        heads = [f"step {i}" for i in range(1, width + 1)] if steps else ["from", "leads to"]
        note = f"Counted: {'chains of paths' if steps else 'paths'} between segments. {MERGED}"
        numbers = ("chains" if steps else "paths", "transcripts", "cases")
        units = (*[""] * width, *numbers)
        return Table("Paths by codes", (*heads, *numbers), tuple(body), (note, *self.notes), units=units)

    def _code_at(self, place: int) -> str:
        return self._found.codes[int(self._found.segments.code[place]) - 1][0].id

    def _chains(self, steps: Sequence[Sequence[str]]) -> set[_Chain]:
        links: dict[int, set[int]] = defaultdict(set)
        for path in self.paths:
            links[path.segments[0]].add(path.segments[1])
        if not steps:
            return {_Chain((first, second)) for first, seconds in links.items() for second in seconds}
        begun: list[tuple[int, ...]] = [(place,) for place in links if self._code_at(place) in steps[0]]
        for step in steps[1:]:
            begun = [
                (*chain, after)
                for chain in begun
                for after in sorted(links.get(chain[-1], ()))
                if self._code_at(after) in step and after not in chain
            ]
        return {_Chain(chain) for chain in begun}


def drawn_paths(study: Study, filters: Filters) -> DrawnPaths:
    """The paths that count under the filters. Raises RequestError where there is no codebook."""
    return DrawnPaths(study, filters)


def path_steps(study: Study, names: Sequence[str]) -> list[list[str]]:
    """The codes (ids, in the order of the codebook) of each step: the code named and all below it.

    Raises UnknownName, and RequestError for fewer than two steps or a code that stands in two of them.
    """
    table = study.codes()
    order = [code.id for code, _ in table.codebook.walk()]
    steps = [[code for code in order if code in below] for below in (table.below([name]) for name in names)]
    if len(steps) <= 1:
        raise RequestError("A path needs two steps or more.", fix="Name each with --step.")
    seen: set[str] = set()
    for name, step in zip(names, steps, strict=True):
        twice = sorted(seen & set(step))
        if twice:
            raise RequestError(f"The step “{name}” holds what another step holds already: {', '.join(twice[:3])}.")
        seen |= set(step)
    return steps
