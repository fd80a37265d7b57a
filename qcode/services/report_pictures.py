"""Pictures of tables as SVG that stands in an HTML page: bars, standing bars, and a heat map.

They are drawn here, from rectangles and words, so that a report needs neither a library nor a request. Colours are
classes of the page's style sheet. Every number of a picture stands in the table beside it too.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from qcode.core.text import display_safe, han_count
from qcode.services.table import Cell, Table

__all__ = ["bars", "columns", "heat_map", "picture"]

_MOST_ROWS = 80
_LINE = 18  # height of a row, in the units of the picture
_CHARACTER = 6.6  # width of a Latin letter at the size of the labels
_LONGEST = 42  # characters of a label
_WIDTH = 900
_SHADES = 8


def picture(table: Table, figure: str) -> str:
    """The picture of a table; nothing for a table without numbers."""
    drawn = {"bars": bars, "columns": columns, "heat": heat_map}.get(figure)
    return drawn(table) if drawn and table.rows else ""


def bars(table: Table) -> str:
    """Bars of the first column of numbers, a row each; rows of nothing are left out."""
    at = _first_number(table)
    rows = [(str(row[0] or ""), _number(row[at])) for row in table.rows if at and _number(row[at]) > 0][:_MOST_ROWS]
    if not rows:
        return ""
    left = max(_wide(_short(label)) for label, _ in rows) + 10
    room = _WIDTH - left - 60
    most = max(number for _, number in rows)
    parts = []
    for i, (label, number) in enumerate(rows):
        y, length = i * _LINE, round(room * number / most, 1)
        parts += [
            _text(left - 6, y + 13, _short(label), "end"),
            f'<rect class="bar" x="{left}" y="{y + 3}" width="{length}" height="{_LINE - 5}"/>',
            _text(left + length + 5, y + 13, _shown(number)),
        ]
    return _svg(parts, _WIDTH, len(rows) * _LINE + 4, f"Bars: {table.title}, {table.header[at]}")


def columns(table: Table) -> str:
    """Bars that stand side by side, for what has an order, such as years."""
    rows = [(str(row[0]), _number(row[1])) for row in table.rows][:_MOST_ROWS]
    most = max((number for _, number in rows), default=0)
    if not most:
        return ""
    step, height = min(60.0, _WIDTH / len(rows)), 170
    parts = []
    for i, (label, number) in enumerate(rows):
        x, tall = round(i * step, 1), round(130 * number / most, 1)
        middle = round(x + step / 2, 1)
        at = f'x="{round(x + step * 0.15, 1)}" y="{round(150 - tall, 1)}"'
        parts += [
            f'<rect class="bar" {at} width="{round(step * 0.7, 1)}" height="{tall}"/>',
            _text(middle, round(145 - tall, 1), _shown(number), "middle"),
            _text(middle, 165, _short(label, 12), "middle"),
        ]
    return _svg(parts, round(step * len(rows)), height, f"Bars: {table.title}")


def heat_map(table: Table) -> str:
    """Rows by columns: the shade is the share of the row, the number what the table says; rows of nothing left out."""
    first = _first_number(table)
    last = len(table.header) - (table.header[-1] == "total")
    heads = table.header[first:last] if first else ()
    rows = [(str(row[0] or ""), [_number(cell) for cell in row[first:last]]) for row in table.rows]
    rows = [(label, numbers) for label, numbers in rows if sum(numbers) > 0][:_MOST_ROWS]
    if not rows or not heads:
        return ""
    left = max(_wide(_short(label)) for label, _ in rows) + 10
    step = max(44.0, min(120.0, (_WIDTH - left) / len(heads)))
    parts = [_head(head, left + i * step + step / 2, step) for i, head in enumerate(heads)]
    for i, (label, numbers) in enumerate(rows):
        y, whole = 22 + i * _LINE, sum(numbers)
        parts.append(_text(left - 6, y + 13, _short(label), "end"))
        for j, number in enumerate(numbers):
            shade = round(number / whole * _SHADES)
            x = round(left + j * step, 1)
            parts.append(f'<rect class="h{shade}" x="{x}" y="{y}" width="{round(step - 1, 1)}" height="{_LINE - 1}"/>')
            light = " on" if shade > _SHADES // 2 else ""
            middle = round(x + step / 2, 1)
            parts.append(_text(middle, y + 13, _shown(number), "middle", "n" + light) if number else "")
    width = round(left + step * len(heads))
    drawn = _svg(parts, width, 26 + len(rows) * _LINE, f"Heat map: {table.title}")
    return (
        f'{drawn}<p class="beside">Shade: the share of the row that stands in the column. Number: as in the table.</p>'
    )


def _head(text: str, middle: float, step: float) -> str:
    return _text(round(middle, 1), 15, _short(text, max(5, int(step / _CHARACTER))), "middle")


def _first_number(table: Table) -> int:
    """The first column that holds numbers; 0 where there is none (the first holds the names)."""
    for i in range(1, len(table.header)):
        values = [row[i] for row in table.rows if row[i] is not None]
        if values and all(isinstance(value, int | float) for value in values):
            return i
    return 0


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _shown(number: float) -> str:
    return str(int(number)) if number == int(number) else str(round(number, 1))


def _short(text: str, longest: int = _LONGEST) -> str:
    line = display_safe(" ".join(text.split()))
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _wide(text: str) -> int:
    return round((len(text) + han_count(text) * 0.9) * _CHARACTER)


def _text(x: float, y: float, words: str, anchor: str = "start", kind: str = "l") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(words)}</text>'


def _svg(parts: Sequence[str], width: int, height: int, title: str) -> str:
    name = escape(display_safe(title), quote=True)
    return (
        f'<svg role="img" aria-label="{name}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{name}</title>{"".join(parts)}</svg>'
    )
