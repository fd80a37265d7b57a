"""What is seen of a Word document, in the order in which it is read: the walk through one part's XML.

The walk is told of each element as it comes (see `feed_xml`) and keeps no tree, so that a large document costs
little more than its text. An element that it does not know is passed through: what stands inside is kept. Words are
lost only where Word itself shows none: deleted, moved away, hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from qcode.errors import UnsafeFile
from qcode.files.docx_names import ELEMENTS, SKIPPED, attribute, is_on, symbol
from qcode.files.docx_tables import Line, row_lines, turn_lines

__all__ = ["MAX_DEPTH", "MAX_PARAGRAPHS", "Counts", "Walk"]

MAX_PARAGRAPHS = 300_000
"""In all parts of a document together; a two-hour interview has about a thousand."""
MAX_DEPTH = 1_000
"""Elements inside one another; Word itself stays below a hundred."""

_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "\u2011", "softHyphen": ""}
_NOTES = {"footnoteReference": "footnote", "endnoteReference": "endnote"}


@dataclass(slots=True)
class Counts:
    """What was met on the way through all parts, for the warnings."""

    paragraphs: int = 0
    hidden_characters: int = 0
    comments: int = 0
    tracked_changes: int = 0
    unknown_symbols: int = 0
    foreign_parts: int = 0
    talk_tables: int = 0


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    attached: list[str] = field(default_factory=list)
    hidden: bool = False
    joins_next: bool = False


@dataclass(slots=True)
class _Block:
    """Body, cell, text box or note: lines, and paragraphs whose end is deleted or hidden, held for the next."""

    lines: list[Line] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    held_attached: list[str] = field(default_factory=list)
    dropped: bool = False
    note: str = ""

    def add(self, paragraph: _Paragraph) -> None:
        self.held += paragraph.pieces
        self.held_attached += paragraph.attached
        if not paragraph.joins_next:
            self._release()

    def extend(self, lines: Iterable[Line]) -> None:
        self.finish()
        self.lines += lines

    def finish(self) -> list[Line]:
        if any(self.held) or self.held_attached:
            self._release()
        return self.lines

    def _release(self) -> None:
        self.lines.append(Line("".join(self.held)))
        self.lines += [Line(text, attached=True) for text in self.held_attached]
        self.held, self.held_attached = [], []


@dataclass(slots=True)
class _Row:
    cells: list[list[Line]] = field(default_factory=list)
    deleted: bool = False
    hidden: bool = False


class Walk:
    """The target that collects lines; one for each part, all with the same `counts`.

    `notes` holds the text of footnotes and endnotes by ("footnote", id) and ("endnote", id); each is placed once.
    `hidden_styles` holds the ids of styles whose text is hidden. After the walk, `finish` gives the text, and
    `own_notes` what the part's own `footnote` and `endnote` elements hold, by id; `found_document` says whether it was
    the document itself.
    """

    def __init__(
        self,
        counts: Counts,
        where: str,
        *,
        notes: Mapping[tuple[str, str], str] | None = None,
        hidden_styles: AbstractSet[str] = frozenset(),
    ) -> None:
        self.own_notes: dict[str, str] = {}
        self.found_document = False
        self._counts = counts
        self._where = where
        self._notes = dict(notes or {})
        self._placed = dict.fromkeys(_NOTES.values(), 0)
        self._hidden_styles = hidden_styles
        self._depth = 0
        self._skip_from = 0  # the depth of the element that is skipped with all it holds; 0: none is
        self._properties = ""  # pPr, trPr or tcPr while inside one
        self._properties_from = 0
        self._blocks = [_Block()]
        self._paragraphs: list[_Paragraph] = []
        self._rows: list[_Row] = []
        self._tables: list[list[list[list[Line]]]] = []  # for each table around us, the cells of its rows so far
        self._choices: list[int] = []  # for each set of alternatives around us, the words before it
        self._outer_hidden: list[bool] = []
        self._hidden = False
        self._in_text = False
        self._words = 0

    def finish(self) -> list[Line]:
        """The lines of the part, in reading order."""
        return self._blocks[0].finish()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise UnsafeFile("The document is nested more deeply than any that Word writes.", where=self._where)
        name = ELEMENTS.get(tag)
        if name is None or self._skip_from:
            return
        if name in SKIPPED:
            self._skip_from = self._depth
        elif self._properties:
            self._property(name, attributes)
        elif name == "t":
            self._in_text = True
        elif name in _CHARACTERS:
            self._emit(_CHARACTERS[name])
        else:
            self._content(name, attributes)

    def end(self, tag: str) -> None:
        """An element ends."""
        depth, self._depth = self._depth, self._depth - 1
        if self._skip_from:
            if depth == self._skip_from:
                self._skip_from = 0
        elif self._properties:
            if depth == self._properties_from:
                self._properties = ""
        else:
            self._end(ELEMENTS.get(tag))

    def data(self, text: str) -> None:
        """Text inside an element."""
        if self._in_text and not self._skip_from and not self._properties:
            self._emit(text.replace("\n", " ").replace("\r", " "))

    def _end(self, name: str | None) -> None:
        match name:
            case "t":
                self._in_text = False
            case "r":
                self._hidden = self._outer_hidden.pop()
            case "p":
                self._blocks[-1].add(self._paragraphs.pop())
            case "tc":
                self._end_cell()
            case "tr":
                self._end_row()
            case "tbl":
                self._end_table()
            case "txbxContent":
                self._end_box()
            case "footnote" | "endnote":
                self._end_note()
            case "AlternateContent":
                self._choices.pop()
            case _:
                pass

    def _emit(self, text: str) -> None:
        self._words += len(text)
        if self._hidden:
            self._counts.hidden_characters += len(text)
        elif self._paragraphs:
            self._paragraphs[-1].pieces.append(text)
        else:
            self._blocks[-1].extend([Line(text)])  # words outside any paragraph: not valid, but not lost

    def _content(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "p":
                self._start_paragraph()
            case "r":
                self._outer_hidden.append(self._hidden)
                self._hidden = self._hidden or bool(self._paragraphs and self._paragraphs[-1].hidden)
            case "pPr" | "trPr" | "tcPr":
                self._properties, self._properties_from = name, self._depth
            case "tbl":
                self._tables.append([])
            case "tr":
                self._rows.append(_Row())
            case "tc" | "txbxContent":
                self._blocks.append(_Block())
            case "footnote" | "endnote":
                self._blocks.append(_Block(note=attribute(attributes, "id")))
            case "AlternateContent":
                self._choices.append(self._words)
            case "Choice" | "Fallback":
                self._start_choice()
            case _:
                self._small(name, attributes)

    def _small(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "del" | "moveFrom":
                self._counts.tracked_changes += 1
                self._skip_from = self._depth
            case "ins" | "moveTo":
                self._counts.tracked_changes += 1
            case "vanish" | "rStyle" if self._outer_hidden:
                own = is_on(attributes) if name == "vanish" else attribute(attributes, "val") in self._hidden_styles
                self._hidden = self._outer_hidden[-1] or own
            case "sym":
                self._symbol(attributes)
            case "footnoteReference" | "endnoteReference":
                self._place_note(_NOTES[name], attribute(attributes, "id"))
            case "document":
                self.found_document = True
            case "commentReference":
                self._counts.comments += 1
            case "altChunk" | "subDoc" | "relIds" | "chart":
                self._counts.foreign_parts += 1
            case _:
                pass

    def _property(self, name: str, attributes: dict[str, str]) -> None:
        """What a paragraph, a row or a cell says of itself."""
        match self._properties, name:
            case "pPr", "pStyle" if self._paragraphs:
                hidden = attribute(attributes, "val") in self._hidden_styles
                self._paragraphs[-1].hidden = self._paragraphs[-1].joins_next = hidden
            case "pPr", "del" | "moveFrom" if self._paragraphs:
                self._counts.tracked_changes += 1
                self._paragraphs[-1].joins_next = True
            case "pPr", "vanish" if self._paragraphs:
                self._paragraphs[-1].joins_next = is_on(attributes)
            case "trPr", "del" if self._rows:
                self._counts.tracked_changes += 1
                self._rows[-1].deleted = True
            case "trPr", "hidden" if self._rows:
                self._rows[-1].hidden = is_on(attributes)
            case "tcPr", "cellDel":
                self._counts.tracked_changes += 1
                self._blocks[-1].dropped = True
            case _:
                pass

    def _start_paragraph(self) -> None:
        self._counts.paragraphs += 1
        if self._counts.paragraphs > MAX_PARAGRAPHS:
            what = f"The document has more than {MAX_PARAGRAPHS:,} paragraphs."
            raise UnsafeFile(what, where=self._where, fix="Split it into smaller files.")
        self._paragraphs.append(_Paragraph())

    def _end_cell(self) -> None:
        block = self._blocks.pop()
        lines = [] if block.dropped else block.finish()
        if self._rows:
            self._rows[-1].cells.append(lines)
        else:
            self._blocks[-1].extend(lines)

    def _end_row(self) -> None:
        row = self._rows.pop()
        if row.deleted:
            return
        if row.hidden:
            self._counts.hidden_characters += sum(len(line.text) for line in row_lines(row.cells))
        elif self._tables:
            self._tables[-1].append(row.cells)
        else:
            self._blocks[-1].extend(row_lines(row.cells))  # a row outside any table: not valid, but not lost

    def _end_table(self) -> None:
        rows = self._tables.pop()
        talk = turn_lines(rows)
        self._counts.talk_tables += talk is not None
        self._blocks[-1].extend(talk if talk is not None else [line for cells in rows for line in row_lines(cells)])

    def _end_box(self) -> None:
        lines = [line.text for line in self._blocks.pop().finish() if line.text]
        if self._paragraphs:
            self._paragraphs[-1].attached += lines
        else:
            self._blocks[-1].extend(Line(text) for text in lines)

    def _end_note(self) -> None:
        block = self._blocks.pop()
        text = " ".join(" ".join(line.text.split("\n")).strip() for line in block.finish() if line.text)
        self.own_notes.setdefault(block.note, text)

    def _place_note(self, kind: str, note: str) -> None:
        text = self._notes.pop((kind, note), None)
        if text is None:
            return
        if self._hidden:
            self._counts.hidden_characters += len(text)
            return
        self._placed[kind] += 1
        written = f"[{kind} {self._placed[kind]}: {text.strip()}]"
        if self._paragraphs:
            self._paragraphs[-1].attached.append(written)
        else:
            self._blocks[-1].extend([Line(written, attached=True)])

    def _start_choice(self) -> None:
        """One of several alternatives: Word shows one, so all after the first that brought any words are skipped."""
        if self._choices and self._words > self._choices[-1]:
            self._skip_from = self._depth

    def _symbol(self, attributes: dict[str, str]) -> None:
        shown = symbol(attribute(attributes, "font"), attribute(attributes, "char"))
        if shown is None:
            self._counts.unknown_symbols += 1
        self._emit(shown or "\ufffd")
