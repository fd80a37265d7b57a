"""Is a code told more often of some cases than of others? What the test of a crosstab compares, read from the study.

The unit is the case, and a column of a case where it is in several by its stages. A case has a code if at least one
segment of it speaks of the case; it is without the code only where somebody looked: in transcripts completed for the
code, in text that is linked to the case. How the test works stands in `core.inference`, the intervals in
`core.jackknife`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from qcode.core.blocks import Blocks, find_blocks
from qcode.core.codebook import Code
from qcode.core.contexts import Assignment, BoolArray, IntArray, find_keys
from qcode.core.effects import benjamini_hochberg
from qcode.core.inference import NO_COLUMN, PERMUTATIONS, SEED, Association, CodeTest, NotTestable, Observations
from qcode.core.inference import associate as compare
from qcode.core.jackknife import BlockEffects, block_effects
from qcode.core.tabulate import COMPLETE, segment_cases
from qcode.core.where import Attribute
from qcode.errors import RequestError, UnknownName
from qcode.services.case_columns import CaseColumns
from qcode.services.coverage import Place, coverage
from qcode.services.crosstab_columns import CODER, columns_of_codings, full_name
from qcode.services.recorded import Recorded, SpokenOf
from qcode.services.spoken import spoken, whose_reading
from qcode.services.study import Study, near_names
from qcode.services.table_rows import Asked, TableRows, rows_of

__all__ = ["CodeResult", "Compared", "HowTested", "run_tests"]


@dataclass(frozen=True, slots=True)
class HowTested:
    """How to test.

    `between`: only these columns (none named: all values); `level`: an attribute of transcripts, such as place, of
    which all that shares a value is one block; `permutations` and `seed`: of the random arrangements.
    """

    between: tuple[str, ...] = ()
    level: str = ""
    permutations: int = PERMUTATIONS
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class CodeResult:
    """One code: its test, q over all codes that were tested, and its effects by column.

    `completed`: transcripts that were completed for it. `association`: what its test rests on, which codes of the same
    completed transcripts share. `effects` are empty for a code that defines the columns, and where no case or every one
    has it. `by_column`: cases with the code and cases compared, in each column.
    """

    code: Code
    completed: int
    association: Association
    test: CodeTest
    effects: tuple[BlockEffects, ...]
    by_column: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """The tests of all rows of a crosstab. `without_text`: cases of the data set that no transcript is linked to.

    `apart`: codings of cases in transcripts where no text is linked to the case, which are left out. `undecided`:
    cases in transcripts of which it is not recorded whether the condition holds. `notes` say what was selected.
    """

    name: str
    columns: tuple[str, ...]
    results: tuple[CodeResult, ...]
    transcripts: int
    blocks: Blocks
    without_text: int
    apart: int
    undecided: int
    notes: tuple[str, ...]
    how: HowTested = field(default_factory=HowTested)


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Rows of something (pieces of text, or segments) with a case that each speaks of, and its column there.

    `slot`: the number of case and column, the same in all tables of pairs; `row`: the row of the something.
    """

    row: IntArray
    source: IntArray
    case: IntArray
    slot: IntArray

    def take(self, chosen: BoolArray) -> _Pairs:
        return _Pairs(self.row[chosen], self.source[chosen], self.case[chosen], self.slot[chosen])


@dataclass(frozen=True, slots=True, eq=False)
class _Material:
    """What there is to compare: the slots (case and column), the text on each and the segments in each."""

    columns: tuple[str, ...]
    slot_case: IntArray
    slot_column: IntArray
    text: _Pairs
    words: IntArray
    coded: _Pairs
    code: IntArray
    apart: int
    undecided: int
    without_text: int


def run_tests(study: Study, asked: Asked, how: HowTested | None = None) -> Compared:
    """Test every row of a crosstab over the cases of the data set.

    Raises RequestError for what cannot be tested at all: columns that are not of cases, coders side by side, and
    filters by which a code could go missing that is there; UnknownName for columns and levels that there are not.
    """
    how = how or HowTested()
    name = full_name(study, asked.columns)
    _check(asked, name, how)
    rows = rows_of(study, replace(asked, columns=name, filters=replace(asked.filters, where=None, dataset=False)))
    material = _material(study, asked, name, rows, how)
    blocks = _blocks(study, material.text, how.level)
    done = _completed(study, asked, rows)
    groups: dict[frozenset[int], list[int]] = {}
    for i, sources in enumerate(done):
        groups.setdefault(sources, []).append(i)
    found: dict[int, CodeResult] = {}
    for sources, members in groups.items():
        defines = np.array([_defines(study, asked, rows.codes[i][0], name) for i in members], dtype=np.bool_)
        numbers = [rows.numbers[i] for i in members]
        results = _group(material, blocks, sources, numbers, defines, how)
        for i, result in zip(members, results, strict=True):
            found[i] = CodeResult(rows.codes[i][0], len(sources), *result)
    ordered = [found[i] for i in range(len(rows.codes))]
    q = benjamini_hochberg([result.test.p for result in ordered])
    results_ = tuple(replace(r, test=replace(r.test, q=value)) for r, value in zip(ordered, q, strict=True))
    where = asked.filters.where
    notes = (*rows.selection.notes, *((f"Where {where.words}.",) if where else ()), *rows.notes[-1:])
    return Compared(
        name=name,
        columns=material.columns,
        results=results_,
        transcripts=len(asked.filters.sources(study)),
        blocks=blocks,
        without_text=material.without_text,
        apart=material.apart,
        undecided=material.undecided,
        notes=notes,
        how=how,
    )


def _check(asked: Asked, name: str, how: HowTested) -> None:
    filters = asked.filters
    if name == CODER or name.startswith(("transcript.", "speaker.")):
        raise RequestError(
            f"The test compares cases, and {name} is not recorded of cases.", fix="Name an attribute of the cases."
        )
    if filters.coders == "each":
        raise RequestError("A test never adds up coders.", fix="Use main, any, all or a coder's name.")
    if filters.flagged or filters.text or filters.stages or filters.column is not None:
        fix = "Leave out --flagged, --text and --stage."
        raise RequestError("With some codings left out, cases would seem to be without a code that they have.", fix=fix)
    if filters.where is not None and filters.where.asks("speaker"):
        fix = "Ask for attributes of cases and transcripts."
        raise RequestError("The test compares cases, and who speaks is not recorded of cases.", fix=fix)
    if how.permutations < 1:
        raise RequestError("There is nothing to compare with.", fix="Give a number of permutations of 1 or more.")


def _defines(study: Study, asked: Asked, code: Code, name: str) -> bool:
    if asked.rows == "codes":
        return code.defines == name
    table = study.codes()
    below = table.below([code.id])
    return any(c.defines == name for c in table.codebook.codes if c.id in below)


# -- what was looked at


def _completed(study: Study, asked: Asked, rows: TableRows) -> list[frozenset[int]]:
    """For each row the transcripts (keys) where it was looked for, with all that it counts."""
    main, known = rows.selection.main, coverage(study, rows.selection.readers)
    among = {source.key for source in asked.filters.sources(study)}
    everybody = _who_worked(study, rows) if asked.filters.coders == "all" else {}
    table = study.codes()

    def sources(code: str) -> frozenset[int]:
        looked: frozenset[Place] = known.looked(code)
        found = {s for s, coder in looked if s in among and (not main or main.get(s) == coder)}
        return frozenset(s for s in found if all((s, coder) in looked for coder in everybody.get(s, ())))

    def row(code: Code) -> frozenset[int]:
        if asked.rows == "codes":
            return sources(code.id)
        return frozenset.intersection(*(sources(below) for below in sorted(table.below([code.id]))))

    return [row(code) for code, _ in rows.codes]


def _who_worked(study: Study, rows: TableRows) -> dict[int, set[int]]:
    """The coders of each transcript: those who coded or completed anything there, as the rule *all* has them."""
    found: dict[int, set[int]] = {}
    columns = study.file.read.coding_columns(coders=study.visible_coders())
    pairs = {(int(source), int(coder)) for coder, source in np.unique(columns[:, 1:3], axis=0)}
    ledger = study.ledger(coders=rows.selection.readers)
    for source, coder in pairs | {(row.source, row.coder) for row in ledger if row.state == COMPLETE}:
        found.setdefault(source, set()).add(coder)
    return found


# -- what there is to compare


def _material(study: Study, asked: Asked, name: str, rows: TableRows, how: HowTested) -> _Material:
    filters, sources = asked.filters, asked.filters.sources(study)
    pieces = spoken(study, speakers=filters.speakers, sources=sources)
    readings = pieces.as_codings(whose_reading(rows.selection, sources))
    of_pieces = columns_of_codings(study, name, readings, coders=filters.coders, speakers=filters.speakers)
    codings = rows.selection.codings
    of_codings = columns_of_codings(study, name, codings, coders=filters.coders, speakers=filters.speakers)
    dataset = {case.key for case in study.file.read.cases() if case.kind == "dataset"}
    columns = _columns(of_pieces, dataset, how)
    slots = _Slots(of_pieces, columns, dataset, others_out=bool(how.between))
    text = slots.pairs(of_pieces.assignment, pieces.source)
    coded = slots.pairs(segment_cases(rows.segments, of_codings.assignment), rows.segments.source)
    places, undecided = _places(study, asked, text)
    text = text.take(find_keys(places, _place(text)) >= 0)
    linked = find_keys(places, _place(coded)) >= 0
    return _Material(
        columns=columns,
        slot_case=slots.case,
        slot_column=slots.column,
        text=text,
        words=pieces.words[text.row],
        coded=coded.take(linked),
        code=rows.segments.code[coded.row[linked]],
        apart=0 if filters.where else len(np.unique(coded.row[~linked])),
        undecided=undecided,
        without_text=0 if filters.where else len(set(slots.case.tolist()) - set(text.case.tolist())),
    )


def _columns(found: CaseColumns, dataset: set[int], how: HowTested) -> tuple[str, ...]:
    """The values that are compared, in their order: those of cases of the data set, or those that are named."""
    used = {label for context, label in found.labels.items() if found.of_cases.get(context, context) in dataset}
    known = [label for label in dict.fromkeys((*found.order, *sorted(filter(None, used)))) if label in used]
    for name in how.between:
        if name not in known:
            raise UnknownName(f"value of {found.name}", name, near_names(name, known))
    return tuple(label for label in known if not how.between or label in how.between)


class _Slots:
    """Case and column as one number: `case` and `column` of each; contexts of other kinds of cases have none.

    `others_out`: cases of columns that are not compared have none either; else they are *not recorded*.
    """

    def __init__(self, found: CaseColumns, columns: Sequence[str], dataset: set[int], *, others_out: bool) -> None:
        number = {label: i for i, label in enumerate(columns)}
        slots: dict[tuple[int, int], int] = {}
        place: dict[int, int] = {}
        for context, label in sorted(found.labels.items()):
            case = found.of_cases.get(context, context)
            column = number.get(label or "", NO_COLUMN)
            if case in dataset and not (others_out and label and column == NO_COLUMN):
                place[context] = slots.setdefault((case, column), len(slots))
        self._contexts = np.array(sorted(place), dtype=np.int64)
        self._slot = np.array([place[context] for context in sorted(place)], dtype=np.int64)
        table = np.array(list(slots), dtype=np.int64).reshape(-1, 2)
        self.case, self.column = table[:, 0].copy(), table[:, 1].copy()

    def pairs(self, assignment: Assignment, source: IntArray) -> _Pairs:
        """Every row with each of its cases."""
        row = np.repeat(np.arange(len(assignment), dtype=np.int64), np.diff(assignment.offsets))
        place = find_keys(self._contexts, assignment.cases)
        row, slot = row[place >= 0], self._slot[place[place >= 0]]
        return _Pairs(row, source[row], self.case[slot], slot)


def _place(pairs: _Pairs) -> IntArray:
    """Transcript and case as one number."""
    return pairs.source * (1 << 31) + pairs.case


def _places(study: Study, asked: Asked, text: _Pairs) -> tuple[IntArray, int]:
    """Transcripts and cases (as one number, ascending) whose text is compared, and how many are undecided."""
    numbers, first = np.unique(_place(text), return_index=True)
    where = asked.filters.where
    if where is None:
        return numbers, 0
    recorded = Recorded(study)
    pairs = zip(text.source[first].tolist(), text.case[first].tolist(), strict=True)
    answers = [recorded.holds(where, [SpokenOf(source, case)]) for source, case in pairs]
    kept = np.array([answer is True for answer in answers], dtype=np.bool_)
    return numbers[kept], answers.count(None)


def _blocks(study: Study, text: _Pairs, level: str) -> Blocks:
    if not level:
        return find_blocks(text.source, text.case)
    recorded = Recorded(study)
    wanted = level.removeprefix("transcript.").casefold()
    known = [a for a in recorded.schema if a.scope == "transcript"]
    attribute = next((a for a in known if a.name.casefold() == wanted), None)
    if attribute is None:
        raise UnknownName("transcript attribute", level, near_names(level, [a.name for a in known]))
    labels = recorded.labels(Attribute("transcript", attribute.name))
    number = {label: i for i, label in enumerate(sorted({label for label in labels.values() if label}))}
    keys = np.array([number.get(labels.get(source) or "", -1) for source in text.source.tolist()], dtype=np.int64)
    return find_blocks(text.source, text.case, keys)


# -- comparing


def _group(
    material: _Material,
    blocks: Blocks,
    sources: frozenset[int],
    numbers: Sequence[int],
    defines: BoolArray,
    how: HowTested,
) -> list[tuple[Association, CodeTest, tuple[BlockEffects, ...], tuple[tuple[int, int], ...]]]:
    """The tests of the rows (by number) that were looked for in the same transcripts."""
    done = np.array(sorted(sources), dtype=np.int64)
    slots = np.unique(material.text.slot)
    read = find_keys(done, material.text.source) >= 0
    place = find_keys(slots, material.text.slot[read])
    words = np.bincount(place, weights=material.words[read], minlength=len(slots)).astype(np.float64)
    completed = np.bincount(place, minlength=len(slots)) > 0
    coded = np.zeros((len(numbers), len(slots)), dtype=np.bool_)
    kept = find_keys(done, material.coded.source) >= 0
    at, code = find_keys(slots, material.coded.slot[kept]), material.code[kept]
    for i, number in enumerate(numbers):
        own = at[code == number]
        coded[i, own[own >= 0]] = True
    case, column = material.slot_case[slots], material.slot_column[slots]
    block = blocks.of(case)
    observations = Observations(case, column, block, completed, words)
    columns = len(material.columns)
    association = compare(
        observations, coded, columns, defines=defines, permutations=how.permutations, seed=how.seed
    )  # fmt: skip
    counted = observations.counted
    found = []
    for i, test in enumerate(association.tests):
        told = test.reason is not NotTestable.DEFINES and 0 < test.coded < association.rows
        effects = tuple(
            block_effects(coded[i, counted], column[counted] == j, block[counted])
            for j in range(columns if told else 0)
        )
        insides = [counted & (column == j) for j in range(columns)]
        by_column = tuple((int(coded[i, inside].sum()), int(inside.sum())) for inside in insides)
        found.append((association, test, effects, by_column))
    return found
