"""The words of a Word document (.docx), as whoever opens it sees them.

In document order: paragraphs as lines; tables row by row, a row of short cells as one line with TABs, or as turns
where the first of two columns says who speaks; text boxes and notes after the paragraph to which they belong; tracked
insertions, content controls, fields, links. Left out is what the page does not show in its text: deleted and hidden
text, comments, headers and footers. Numbers that Word computes (of lists, headings and notes in the text) are not part
of the file, so they are left out too; list text is kept.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from qcode.core.text import display_safe
from qcode.errors import InputError, UnsafeFile
from qcode.files.docx_names import attribute, is_on, local_name
from qcode.files.docx_walk import Counts, Walk
from qcode.files.xml_guard import feed_xml
from qcode.files.zip_guard import ZipMembers, open_members

__all__ = ["MAX_PART", "RichText", "read_docx"]

MAX_PART = 20_000_000
"""Largest part that is parsed, in bytes unpacked: the text of about fifty books."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LONGEST_ANCESTRY = 50  # styles based on one another; Word allows fewer, a file may go in circles
_SAVE_AS = "Save it as .docx or .txt and import that."


@dataclass(frozen=True, slots=True)
class RichText:
    """The text of a document, lines ending in LF and not yet canonical, and what to look at, in full sentences."""

    text: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Relation:
    """What one part says of another: `kind` is the last word of its type, `path` where it is, as written."""

    kind: str
    path: str


def read_docx(data: bytes, name: str) -> RichText:
    """The text of the Word document in `data`; `name` is the file's name, for messages.

    Raises InputError for a file that is damaged or no .docx; UnsafeFile for what `open_members` and `feed_xml`
    refuse, parts over `MAX_PART`, more than `MAX_PARAGRAPHS` paragraphs, and parts outside the archive.
    """
    where = display_safe(name)
    if data.startswith(_OLD_OFFICE):
        what = "This is an old Word document (.doc), or one that is protected by a password."
        raise InputError(what, where=where, fix=_SAVE_AS)
    members = open_members(data, name)
    main = _parts(members, "", {"officeDocument"}).get("officeDocument")
    if main is None:
        raise _no_document(where)
    parts = _parts(members, main, {"styles", "footnotes", "endnotes"})
    hidden = _hidden_styles(members, parts)
    counts = Counts()
    notes: dict[tuple[str, str], str] = {}
    for kind in ("footnote", "endnote"):
        if f"{kind}s" in parts:
            walk = Walk(counts, where, hidden_styles=hidden)
            _feed(members, parts[f"{kind}s"], walk)
            notes |= {(kind, number): text for number, text in walk.own_notes.items()}
    walk = Walk(counts, where, notes=notes, hidden_styles=hidden)
    _feed(members, main, walk)
    if not walk.found_document:
        raise _no_document(where)
    return RichText("\n".join(line.text for line in walk.finish()), tuple(_warnings(counts)))


def _no_document(where: str) -> InputError:
    return InputError("This is not a Word document (.docx).", where=where, fix=_SAVE_AS)


def _feed(members: ZipMembers, part: str, target: Walk | _Relations | _Styles) -> None:
    feed_xml(members.read(part, MAX_PART), target, part=display_safe(part[:80]), where=members.where)


def _parts(members: ZipMembers, part: str, kinds: AbstractSet[str]) -> dict[str, str]:
    """The members that `part` ("" stands for the archive itself) names as one of `kinds`; the first of each kind."""
    folder, file = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{file}.rels")
    if listing not in members:
        return {}
    target = _Relations()
    _feed(members, listing, target)
    found: dict[str, str] = {}
    for relation in target.found:
        if relation.kind in kinds:
            found.setdefault(relation.kind, _resolved(folder, relation.path, members.where))
    return {kind: member for kind, member in found.items() if member in members}


def _resolved(folder: str, path: str, where: str) -> str:
    """The member that a path names: absolute in the archive, or relative to `folder`."""
    # normpath does not climb above "/", so a path that tries to is found by counting.
    depth = 0 if path.startswith("/") else len([step for step in folder.split("/") if step])
    for step in path.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(step, 1)
        if depth < 0:
            raise UnsafeFile("The document names a part outside itself.", where=where)
    return posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/")


@dataclass(slots=True)
class _Relations:
    """The target for a list of relations: those that point inside the archive."""

    found: list[_Relation] = field(default_factory=list)

    def start(self, _tag: str, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rsplit("/", 1)[-1]
        if kind and "Target" in attributes and attributes.get("TargetMode") != "External":
            self.found.append(_Relation(kind, attributes["Target"]))

    def end(self, _tag: str) -> None:
        pass

    def data(self, _text: str) -> None:
        pass


@dataclass(slots=True)
class _Styles:
    """The target for the styles: which hide their text, of themselves or through the style they are based on."""

    own: dict[str, bool] = field(default_factory=dict)
    based_on: dict[str, str] = field(default_factory=dict)
    current: str = ""
    inside: list[str] = field(default_factory=list)

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local_name(tag)
        # Only the style's own text: what it says of tables stands deeper.
        parents = self.inside[1:]
        self.inside.append(name)
        if name == "style":
            self.current = attribute(attributes, "styleId")
        elif name == "basedOn" and parents == ["style"]:
            self.based_on[self.current] = attribute(attributes, "val")
        elif name == "vanish" and parents == ["style", "rPr"]:
            self.own[self.current] = is_on(attributes)

    def end(self, _tag: str) -> None:
        self.inside.pop()

    def data(self, _text: str) -> None:
        pass

    def hidden(self) -> frozenset[str]:
        return frozenset(style for style in {*self.own, *self.based_on} if self._is_hidden(style))

    def _is_hidden(self, style: str) -> bool:
        for _ in range(_LONGEST_ANCESTRY):
            if style in self.own:
                return self.own[style]
            style = self.based_on.get(style, "")
        return False


def _hidden_styles(members: ZipMembers, parts: Mapping[str, str]) -> frozenset[str]:
    if "styles" not in parts:
        return frozenset()
    styles = _Styles()
    _feed(members, parts["styles"], styles)
    return styles.hidden()


def _warnings(counts: Counts) -> list[str]:
    found = (
        (counts.hidden_characters, "character of hidden text was", "characters of hidden text were", "left out."),
        (counts.comments, "comment was", "comments were", "left out; only the text itself is imported."),
        (
            counts.unknown_symbols,
            "symbol could not be read and shows",
            "symbols could not be read and show",
            "as �; look at the document.",
        ),
        (
            counts.foreign_parts,
            "chart, diagram or inserted document was",
            "charts, diagrams or inserted documents were",
            "not read.",
        ),
    )
    sentences = []
    if counts.talk_tables:
        tables = "1 table" if counts.talk_tables == 1 else f"{counts.talk_tables:,} tables"
        sentences.append(f"{tables} with two columns became turns: the first column says who speaks.")
    sentences += [f"{n:,} {one if n == 1 else many} {rest}" for n, one, many, rest in found if n]
    if counts.tracked_changes:
        sentences.append("The document has tracked changes: inserted text was kept, deleted text was left out.")
    return sentences
