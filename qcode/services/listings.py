"""What the study holds, as tables to read: transcripts, speakers, codes, cases, links, codings, acts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence

import numpy as np

from qcode.core.case_cells import Stage, stages_cell
from qcode.core.jurisdictions import province_of
from qcode.core.language import garbled
from qcode.core.tabulate import COMPLETE
from qcode.core.text import as_argument
from qcode.errors import RequestError
from qcode.services.case_values import CROSSINGS, columns_of, values_of
from qcode.services.log import Act, local_time
from qcode.services.speakers import unused_speakers
from qcode.services.study import Study
from qcode.services.tables import Cell, Table
from qcode.store.rows import CaseRow, CodingRow, LinkRow, SourceRow

__all__ = [
    "case_fields",
    "case_table",
    "code_fields",
    "codebook_table",
    "coding_table",
    "find_coding",
    "find_link",
    "link_table",
    "log_table",
    "pick_id",
    "short_ids",
    "shortened",
    "speaker_table",
    "transcript_table",
]

_QUOTE = 60
_WHOLE = 1000  # more than any cell should hold, and still no flood
_SHORTEST_ID = 8  # random digits at the end of an id: enough to tell thousands apart


def shortened(text: str, limit: int = _QUOTE) -> str:
    r"""The text on one line, cut after `limit` code points where it is longer.

    >>> shortened("one\n  two three", 9)
    'one two …'
    """
    line = " ".join(text[: 4 * limit].split())
    return line if len(line) <= limit and len(text) <= 4 * limit else line[: limit - 1] + "…"


def short_ids(uids: Iterable[str]) -> dict[str, str]:
    """Each id with its last digits, as many as it takes to tell all of them apart."""
    listed = list(uids)
    length = _SHORTEST_ID
    while length < max(map(len, listed), default=0) and len({uid[-length:] for uid in listed}) < len(set(listed)):
        length += 4
    return {uid: uid[-length:] for uid in listed}


def pick_id(kind: str, text: str, uids: Collection[str]) -> str:
    """The one of `uids` that `text` is, or ends. Raises RequestError if there is none, or several."""
    found = [uid for uid in uids if uid == text or (len(text) >= _SHORTEST_ID and uid.endswith(text))]
    if len(found) == 1:
        return found[0]
    if found:
        raise RequestError(f"The id “{text}” stands for {len(found)} {kind}s.", fix="Give more digits of it.")
    raise RequestError(f"There is no {kind} with the id “{text}”.", fix=f"The list of {kind}s shows the ids.")


def find_coding(study: Study, text: str) -> CodingRow:
    """A coding by its id or the last digits of it. Raises RequestError if there is none, or several."""
    rows = {row.uid: row for row in study.file.read.codings(coders=study.visible_coders())}
    return rows[pick_id("coding", text, rows)]


def find_link(study: Study, text: str) -> LinkRow:
    """A link by its id or the last digits of it. Raises RequestError if there is none, or several."""
    rows = {row.uid: row for row in study.file.read.links(coders=study.visible_coders())}
    return rows[pick_id("link", text, rows)]


def transcript_table(study: Study) -> Table:
    """The transcripts: how long, who speaks, who coded how much, who completed how many dimensions."""
    read = study.file.read
    coders = study.coders()
    columns = read.coding_columns(coders=study.visible_coders())
    pairs, counts = np.unique(columns[:, 1:3], axis=0, return_counts=True)
    codings = {(coder, source): n for (coder, source), n in zip(pairs.tolist(), counts.tolist(), strict=True)}
    active = [c for c in coders if any(coder == c.key for coder, _ in codings)]
    complete = Counter(
        (row.coder, row.source) for row in study.ledger(coders=[c.key for c in coders]) if row.state == COMPLETE
    )
    everybody = read.turns()
    turns = Counter(turn.source for turn in everybody)
    speakers = Counter(source for source, _ in {(turn.source, turn.speaker) for turn in everybody if turn.speaker})
    rows: list[tuple[Cell, ...]] = []
    doubts: list[str] = []
    for s in read.sources():
        doubt = garbled(read.text(s.key) or "", s.language)
        if doubt:
            doubts.append(f"{s.name}: {doubt}")
        done = ", ".join(f"{c.name} {complete[c.key, s.key]}" for c in coders if complete[c.key, s.key])
        rows.append(
            (
                s.name, s.kind, s.language, s.length, turns[s.key], speakers[s.key],
                *(codings.get((c.key, s.key), 0) for c in active), done,
            )
        )  # fmt: skip
    dimensions = len(study.codes().codebook.dimensions())
    header = (
        "transcript",
        "kind",
        "language",
        "characters",
        "turns",
        "speakers",
        *(c.name for c in active),
        "complete",
    )
    notes = (
        "The columns with coders' names: their codings.",
        f"Complete: how many of {dimensions} dimensions each coder has completed.",
    )
    return Table("Transcripts", header, tuple(rows), (*notes, *doubts) if rows else ())


def speaker_table(study: Study, source: SourceRow) -> Table:
    """The speakers of a transcript: label, role, number of turns and of characters spoken, name where there is one.

    Turns go by what people corrected; a note tells how many stand under another label in the text.
    """
    read = study.file.read
    turns: Counter[int] = Counter()
    spoken: Counter[int] = Counter()
    corrected = 0
    for turn in read.turns(source.key):
        turns[turn.speaker or 0] += 1
        spoken[turn.speaker or 0] += turn.end - turn.body
        corrected += turn.speaker != turn.written
    unused = unused_speakers(study, source)
    speakers = [speaker for speaker in read.speakers(source.key) if speaker not in unused]
    named = any(speaker.name for speaker in speakers)
    rows: list[tuple[Cell, ...]] = [
        (s.label, s.role, turns[s.key], spoken[s.key], *([s.name] if named else [])) for s in speakers
    ]
    if turns[0]:
        rows.append(("", "nobody named", turns[0], spoken[0], *([""] if named else [])))
    notes = [f"{corrected} turn(s) stand under another label in the text."] if corrected else []
    if unused:
        shown = ", ".join(f"“{speaker.label}”" for speaker in unused)
        notes.append(
            f"Without any turn: {shown}. `qcode speakers remove {as_argument(source.name)} LABEL` takes one away."
        )
    header = ("label", "role", "turns", "characters", *(["name"] if named else []))
    return Table(f"Speakers of {source.name}", header, tuple(rows), tuple(notes))


def codebook_table(study: Study) -> Table:
    """The codebook as a tree: ids, names in every language, brief definitions, hot keys and flags."""
    book = study.codes().codebook
    rows: list[tuple[Cell, ...]] = []
    depths: list[int] = []
    for code, depth in book.walk():
        flags = [f"defines {code.defines}"] if code.defines else []
        flags += [name for name in ("exclusive", "absence") if getattr(code, name)]
        rows.append((code.id, " / ".join(n for _, n in code.names), code.hotkey or "", code.brief, ", ".join(flags)))
        depths.append(depth)
    notes = (f"Codebook {book.id}, version {book.content_hash()[:12]}: {len(book.codes)} codes.",) if rows else ()
    return Table(book.title or "Codebook", ("code", "name", "key", "brief", "flags"), tuple(rows), notes, tuple(depths))


def code_fields(study: Study, name: str) -> list[tuple[str, str]]:
    """Everything that the codebook says of one code, as (what, text) in reading order; empty fields left out."""
    table = study.codes()
    code = table.code(table.find(name).key)
    fields = [
        ("code", code.id),
        ("path", " > ".join(c.id for c in table.codebook.path(code.id))),
        *((f"name ({language})", text) for language, text in code.names),
        ("brief", code.brief),
        ("definition", code.definition),
        ("when to use", code.when_to_use),
        ("when not to use", code.when_not_to_use),
        *(("example", text) for text in code.examples),
        *(("counterexample", text) for text in code.counterexamples),
        ("aliases", ", ".join(code.aliases)),
        ("hot key", code.hotkey or ""),
        ("defines", code.defines or ""),
        ("absence", "explains why nothing happened" if code.absence else ""),
        ("exclusive", "at most one code of this dimension on a passage" if code.exclusive else ""),
        *((f"indicators ({language})", ", ".join(texts)) for language, texts in code.indicators),
    ]
    return [(what, text) for what, text in fields if text]


def case_table(study: Study) -> Table:
    """The case table as the study holds it, with the number of links of the coders who may be seen."""
    read = study.file.read
    cases = read.cases()
    linked = Counter(link.study_case for link in read.links(coders=study.visible_coders()))
    values = {case.key: values_of(case) for case in cases}
    used = {name for found in values.values() for name in found}
    columns = dict.fromkeys(column.name for column in columns_of(study, cases))
    names = [name for name in {**columns, **dict.fromkeys(CROSSINGS)} if name in used]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            c.short_key,
            shortened(c.name),
            c.kind,
            *(shortened(values[c.key].get(n, ""), 30) for n in names),
            linked[c.key],
        )
        for c in cases
    )
    return Table("Cases", ("case", "name", "kind", *names, "links"), rows, ())


def case_fields(case: CaseRow) -> list[tuple[str, str]]:
    """Everything that the study holds of one case, as (what, text) in reading order."""
    fields = [("case", case.short_key), ("name", case.name), ("kind", case.kind)]
    fields += [(name, shortened(value, _WHOLE)) for name, value in values_of(case).items()]
    for party in case.parties:
        province = province_of(party.code) if party.code else None
        code = f"{party.code} of {party.year}" if party.year else party.code
        place = [shortened(party.name, _WHOLE), code, province.label if province else None]
        fields.append((party.role, " · ".join(word for word in place if word)))
    for stage in case.stages:
        fields.append(("stage", stages_cell([Stage(*stage)])))
    return fields


def link_table(study: Study, case: CaseRow) -> Table:
    """The links of a case, in the order of the transcripts."""
    read = study.file.read
    coders = {c.key: c.name for c in study.coders()}
    links = [x for x in read.links(coders=study.visible_coders()) if x.study_case == case.key]
    ids = short_ids(x.uid for x in links)
    rows: list[tuple[Cell, ...]] = []
    for source in read.sources():
        text = read.text(source.key) or ""
        for x in (x for x in links if x.source == source.key):
            place = "whole" if x.start is None else f"{x.start}-{x.end}"
            quote = "" if x.start is None else shortened(text[x.start : x.end])
            rows.append((ids[x.uid], source.name, place, x.stage or "", coders.get(x.coder, ""), quote))
    header = ("id", "transcript", "place", "stage", "coder", "quote")
    return Table(f"Links of {case.short_key}", header, tuple(rows), ())


def coding_table(
    study: Study, source: SourceRow | None = None, code: str | None = None, *, flagged: bool = False
) -> Table:
    """Codings that may be seen, in text order: of one transcript, of one code and those below it, flagged, or all.

    The case is the one that the passage speaks of, by hand or by links, as in the tables.
    """
    table = study.codes()
    wanted = table.code(table.find(code).key).id if code else None
    read = study.file.read
    found = [
        c
        for c in read.codings(source.key if source else None, coders=study.visible_coders())
        if (wanted is None or wanted in {p.id for p in table.codebook.path(table.code(c.code).id)})
        and (c.flagged or not flagged)
    ]
    flags = any(c.flagged for c in found)
    by_source: dict[int, list[tuple[CodingRow, str]]] = defaultdict(list)
    for row, case in zip(found, _cases_of(study, found), strict=True):
        by_source[row.source].append((row, case))
    ids = short_ids(c.uid for c in found)
    coders = {c.key: c.name for c in study.coders()}
    rows: list[tuple[Cell, ...]] = []
    for place in read.sources():
        text = (read.text(place.key) or "") if place.key in by_source else ""
        for c, case in by_source[place.key]:
            quote = shortened(text[c.start : c.end])
            span = f"{c.start}-{c.end}"
            flag = ["flag" if c.flagged else ""] if flags else []
            rows.append(
                (ids[c.uid], place.name, span, table.code(c.code).id, coders.get(c.coder, ""), case, quote, *flag)
            )
    header = ("id", "transcript", "place", "code", "coder", "case", "quote", *(["flag"] if flags else []))
    return Table("Codings", header, tuple(rows), ("Place: characters from-to in the transcript.",) if rows else ())


def _cases_of(study: Study, codings: Sequence[CodingRow]) -> list[str]:
    """For each coding the key of its case, “several”, or nothing."""
    from qcode.core.contexts import AssignmentKind, CodingColumns, assign
    from qcode.services.selection import link_columns

    numbers = [(c.code, c.coder, c.source, c.start, c.end, c.study_case or 0) for c in codings]
    columns = np.array(numbers, dtype=np.int64).reshape(-1, 6)
    found = assign(CodingColumns(*(columns[:, i] for i in range(6))), link_columns(study))
    keys = {case.key: case.short_key for case in study.file.read.cases()}
    return [
        "several" if kind == AssignmentKind.SEVERAL else keys.get(case, "")
        for kind, case in zip(found.kind.tolist(), found.case.tolist(), strict=True)
    ]


def log_table(acts: Iterable[Act]) -> Table:
    """Acts as a table, in the order given."""
    rows = tuple((local_time(a.at_ms), a.coder, a.words + (" (undone)" if a.undone else "")) for a in acts)
    return Table("Log", ("time", "coder", "what"), rows, ())
