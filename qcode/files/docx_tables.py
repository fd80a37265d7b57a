"""Tables of a Word document as lines of text: row by row, or as turns where the first column says who speaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from qcode.core.speaker_words import is_no_label, is_speaker
from qcode.core.turns import label_key

__all__ = ["Line", "row_lines", "turn_lines"]

Cell = Sequence["Line"]

_LONGEST_LABEL = 30  # code points, and words: as in text
_MOST_WORDS = 5
_FEWEST_ROWS = 3
_COLUMNS = 2
_RECURRING = 0.6  # share of the rows whose label recurs, or names a speaker by itself


class Line(NamedTuple):
    """A line of the text; `attached` where it belongs to the paragraph before it (a note, a text box)."""

    text: str
    attached: bool = False


def row_lines(cells: Sequence[Cell]) -> list[Line]:
    """A row of short cells as one line with TABs between them; else cell by cell."""
    cells = [[line for line in cell if line.text] for cell in cells]
    own = [[line for line in cell if not line.attached] for cell in cells]
    if any(len(lines) > 1 for lines in own):
        return [line for cell in cells for line in cell]
    text = "\t".join(lines[0].text if lines else "" for lines in own)
    return [Line(text.rstrip("\t")), *(line for cell in cells for line in cell if line.attached)]


def turn_lines(rows: Sequence[Sequence[Cell]]) -> list[Line] | None:
    """The lines of a table of talk, `label: words`; None for any other table.

    Talk has two columns, and in the first names that recur, or parts in the talk (`I`, 答). A row without a name goes
    on in the turn above. A first row whose name stands nowhere else is a heading.

    >>> rows = [[[Line("I")], [Line("Why?")]], [[Line("B")], [Line("So."), Line("Yes.")]], [[], [Line("No.")]]]
    >>> [line.text for line in turn_lines(rows)]
    ['I: Why?', 'B: So.', 'Yes.', 'No.']
    >>> turn_lines([[[Line("Date")], [Line("2019")]], [[Line("Place")], [Line("X")]], [[Line("By")], [Line("Y")]]])
    """
    labels = [_label(row) for row in rows]
    if len(rows) < _FEWEST_ROWS or None in labels:
        return None
    names = Counter(label_key(label) for label in labels if label)
    first = labels[0] or ""
    heading = bool(first) and names[label_key(first)] == 1 and not is_speaker(label_key(first))
    if heading:
        del names[label_key(first)]
    known = sum(times for name, times in names.items() if times > 1 or is_speaker(name))
    if len(names) < _COLUMNS or known < _RECURRING * names.total() or any(map(is_no_label, names)):
        return None
    lines = row_lines(rows[0]) if heading else []
    for label, (_, words) in list(zip(labels, rows, strict=True))[int(heading) :]:
        lines += _turn(label or "", [line for line in words if line.text])
    return lines


def _label(row: Sequence[Cell]) -> str | None:
    """The label in the first cell, “” where it is empty; None for a row that is no talk."""
    if len(row) != _COLUMNS:
        return None
    own = [line.text.strip() for line in row[0] if line.text.strip()]
    label = own[0].rstrip(":： ") if len(own) == 1 else ""
    if len(own) > 1 or len(label) > _LONGEST_LABEL or len(label.split()) > _MOST_WORDS or "\t" in label:
        return None
    return label if label or not own else None


def _turn(label: str, words: list[Line]) -> list[Line]:
    if not label:
        return words
    if not words or words[0].attached:
        return [Line(f"{label}:"), *words]
    return [Line(f"{label}: {words[0].text}"), *words[1:]]
