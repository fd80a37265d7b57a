"""Code and Codebook: the tree of codes, its look-ups, its content hash and its plain form.

Import them from `qcode.core.codebook`, which adds the checks.

A codebook may be built with faults, since it grows from edits and from files. Its tree is whole all the
same, so that no screen hangs or loses a code: an unknown parent counts as none, a circle of parents is
opened at the code that comes first, and of two codes with one id the first is taken.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from qcode.core.text import display_safe
from qcode.errors import InputError, UnknownName

__all__ = [
    "ANY_LANGUAGE",
    "COLOUR_FAMILIES",
    "HOTKEYS",
    "Code",
    "Codebook",
    "code_from_plain",
    "code_to_plain",
    "from_plain",
    "near_codes",
    "to_plain",
]

ANY_LANGUAGE = "*"
"""The language tag of indicators that hold in every language."""

COLOUR_FAMILIES: tuple[str, ...] = ("blue", "teal", "green", "orange", "red", "purple", "brown", "grey")
"""Names of colour families; what they look like is for the screen to say. The last one is the fallback."""

HOTKEYS: tuple[str, ...] = tuple("123456789")

_HASH_FORM = "qcode codebook 1\n"
_NEAR_CUTOFF = 0.6
_NEAR_LONGEST = 80


@dataclass(frozen=True, slots=True)
class Code:
    """One code.

    `id` is short and unique in its codebook; `parent` is the id of the code above (None: a dimension).
    `names` are (language, name) in file order, `indicators` (language, indicators). `exclusive` is for
    dimensions: at most one code of the dimension on a stretch. `defines` names the case attribute that the
    code defines; such a code is shown by that attribute and never tested against it. `absence` marks a code
    that explains why nothing happened.

    >>> Code("trust", None, (("en", "Trust"), ("zh", "信任"))).name("zh")
    '信任'
    """

    id: str
    parent: str | None
    names: tuple[tuple[str, str], ...]
    brief: str = ""
    definition: str = ""
    when_to_use: str = ""
    when_not_to_use: str = ""
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    colour: str | None = None
    hotkey: str | None = None
    indicators: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclusive: bool = False
    defines: str | None = None
    absence: bool = False

    def name(self, language: str | None = None) -> str:
        """The name in a language; else in a variant of it, else the first name, else the id.

        >>> Code("t", None, (("en", "Trust"), ("zh-Hans", "信任"))).name("zh"), Code("t", None, ()).name()
        ('信任', 't')
        """
        if language is not None:
            for tag, name in self.names:
                if tag == language:
                    return name
            main = language.partition("-")[0]
            for tag, name in self.names:
                if tag.partition("-")[0] == main:
                    return name
        return self.names[0][1] if self.names else self.id


@dataclass(frozen=True, slots=True)
class _Tree:
    """What the ids and parents of a codebook amount to, without its faults."""

    codes: dict[str, Code]
    parents: dict[str, str | None]
    children: dict[str | None, tuple[Code, ...]]
    circles: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, codes: Sequence[Code]) -> _Tree:
        by_id: dict[str, Code] = {}
        for code in codes:
            by_id.setdefault(code.id, code)
        parents = {code.id: code.parent if code.parent in by_id else None for code in by_id.values()}
        circles = _open_circles(parents)
        below: dict[str | None, list[Code]] = {}
        for code_id, parent in parents.items():
            below.setdefault(parent, []).append(by_id[code_id])
        return cls(by_id, parents, {parent: tuple(group) for parent, group in below.items()}, circles)


def _open_circles(parents: dict[str, str | None]) -> tuple[tuple[str, ...], ...]:
    """Make the first code of every circle a dimension, in place; give back the circles, each in file order."""
    order = {code_id: position for position, code_id in enumerate(parents)}
    settled: set[str] = set()
    circles: list[tuple[str, ...]] = []
    for start in parents:
        trail: list[str] = []
        on_trail: set[str] = set()
        here: str | None = start
        while here is not None and here not in settled and here not in on_trail:
            trail.append(here)
            on_trail.add(here)
            here = parents[here]
        if here in on_trail:
            circle = sorted(trail[trail.index(here) :], key=order.__getitem__)
            parents[circle[0]] = None
            circles.append(tuple(circle))
        settled.update(trail)
    return tuple(circles)


@dataclass(frozen=True, slots=True)
class Codebook:
    """A tree of codes in file order. `languages` are the languages that its names and indicators come in.

    >>> book = Codebook("c", "C", (Code("a", None, ()), Code("b", "a", ())))
    >>> [(code.id, depth) for code, depth in book.walk()], book.dimension_of("b").id
    ([('a', 0), ('b', 1)], 'a')
    """

    id: str
    title: str
    codes: tuple[Code, ...]
    description: str = ""
    languages: tuple[str, ...] = ()
    _tree: _Tree = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out the tree once: the screen asks for it at every key."""
        object.__setattr__(self, "_tree", _Tree.of(self.codes))

    def __contains__(self, code_id: object) -> bool:
        """Whether the codebook has a code with this id."""
        return code_id in self._tree.codes

    def code(self, code_id: str) -> Code:
        """The code with this id; UnknownName, with near ids, if there is none."""
        found = self._tree.codes.get(code_id)
        if found is None:
            raise UnknownName("code", code_id, near_codes(self, code_id))
        return found

    def children(self, code_id: str | None) -> tuple[Code, ...]:
        """The codes right below a code in file order; below None, the dimensions. UnknownName for an unknown id."""
        if code_id is not None:
            self.code(code_id)
        return self._tree.children.get(code_id, ())

    def dimensions(self) -> tuple[Code, ...]:
        """The tops of the tree, in file order."""
        return self.children(None)

    def path(self, code_id: str) -> tuple[Code, ...]:
        """The code with all that stand above it, the dimension first. UnknownName for an unknown id.

        >>> [c.id for c in Codebook("c", "C", (Code("a", None, ()), Code("b", "a", ()))).path("b")]
        ['a', 'b']
        """
        upwards = [self.code(code_id)]
        while (parent := self._tree.parents[upwards[-1].id]) is not None:
            upwards.append(self._tree.codes[parent])
        return tuple(reversed(upwards))

    def dimension_of(self, code_id: str) -> Code:
        """The dimension that a code stands in; a dimension stands in itself. UnknownName for an unknown id."""
        return self.path(code_id)[0]

    def depth(self, code_id: str) -> int:
        """How many codes stand above: 0 for a dimension. UnknownName for an unknown id."""
        return len(self.path(code_id)) - 1

    def walk(self) -> Iterator[tuple[Code, int]]:
        """Every code with its depth, parents before children, siblings in file order."""
        # A stack and no recursion: a file may nest deeper than Python may call.
        waiting = [(code, 0) for code in reversed(self.dimensions())]
        while waiting:
            code, depth = waiting.pop()
            yield code, depth
            waiting.extend((child, depth + 1) for child in reversed(self._tree.children.get(code.id, ())))

    def leaves(self) -> tuple[Code, ...]:
        """The codes with nothing below them, in tree order."""
        return tuple(code for code, _ in self.walk() if code.id not in self._tree.children)

    def circles(self) -> tuple[tuple[str, ...], ...]:
        """Ids of codes that stand in a circle of parents, one tuple for each circle: a fault that `check` reports."""
        return self._tree.circles

    def colour_of(self, code_id: str) -> str:
        """The colour family: the code's own, else the nearest above, else grey. UnknownName for an unknown id.

        >>> Codebook("c", "C", (Code("a", None, (), colour="teal"), Code("b", "a", ()))).colour_of("b")
        'teal'
        """
        for code in reversed(self.path(code_id)):
            if code.colour in COLOUR_FAMILIES:
                return code.colour
        return COLOUR_FAMILIES[-1]

    def content_hash(self) -> str:
        """SHA-256 (64 hexadecimal digits) of all that the codebook says, in its order.

        How a file lays it out changes nothing. Fields that hold their default stay out, so that a field
        which a later qcode adds leaves the hashes of older codebooks alone.
        """
        plain = {**_without_defaults(self), "codes": [_without_defaults(code) for code in self.codes]}
        text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256((_HASH_FORM + text).encode("ascii")).hexdigest()


def near_codes(codebook: Codebook, text: str, limit: int = 3) -> tuple[str, ...]:
    """Ids of the codes whose id, name or alias is closest to `text`, best first, at most `limit`.

    >>> near_codes(Codebook("c", "C", (Code("trust", None, (("en", "Trust"), ("zh", "信任与熟悉"))),)), "信任")
    ('trust',)
    """
    spoken: dict[str, str] = {}
    for code in codebook.codes:
        for form in (code.id, *(name for _, name in code.names), *code.aliases):
            spoken.setdefault(form.casefold(), code.id)
    wanted = text[:_NEAR_LONGEST].casefold()
    close = difflib.get_close_matches(wanted, spoken, n=3 * limit, cutoff=_NEAR_CUTOFF)
    # Two Chinese characters of a five-character name are not "close", but they are what people type.
    inside = [form for form in spoken if wanted in form] if len(wanted) > 1 else []
    return tuple(dict.fromkeys(spoken[form] for form in [*close, *inside]))[:limit]


def code_to_plain(code: Code) -> dict[str, object]:
    """The code as strings, flags and lists, all fields in their order: ready for JSON.

    >>> code_to_plain(Code("trust", None, (("en", "Trust"),)))["names"]
    [['en', 'Trust']]
    """
    return {part.name: _thawed(getattr(code, part.name)) for part in fields(code)}


def code_from_plain(plain: Mapping[str, object]) -> Code:
    """The code that `code_to_plain` took apart; optional fields may be missing.

    Strict, because plain forms come from other people's machines: raises InputError for a field that is
    unknown, missing or of the wrong type.

    >>> code_from_plain({"id": "trust", "parent": None, "names": [["en", "Trust"]]}).name()
    'Trust'
    """
    return Code(**_checked(plain, _CODE_FIELDS, ("id", "parent", "names"), "code"))


def to_plain(codebook: Codebook) -> dict[str, object]:
    """The codebook as strings, flags, lists and dicts: ready for JSON, and `from_plain` gives back the same."""
    return {**_head_to_plain(codebook), "codes": [code_to_plain(code) for code in codebook.codes]}


def from_plain(plain: Mapping[str, object]) -> Codebook:
    """The codebook that `to_plain` took apart. Strict as `code_from_plain`: raises InputError.

    >>> from_plain({"id": "c", "title": "C", "codes": []})
    Codebook(id='c', title='C', codes=(), description='', languages=())
    """
    head = _checked(plain, _BOOK_FIELDS, ("id", "title", "codes"), "codebook")
    return Codebook(**{**head, "codes": tuple(code_from_plain(code) for code in head["codes"])})


def _head_to_plain(codebook: Codebook) -> dict[str, object]:
    return {
        "id": codebook.id,
        "title": codebook.title,
        "description": codebook.description,
        "languages": list(codebook.languages),
    }


def _without_defaults(source: Code | Codebook) -> dict[str, object]:
    values = {part.name: (getattr(source, part.name), part.default) for part in fields(source) if part.init}
    return {name: _thawed(value) for name, (value, default) in values.items() if name != "codes" and value != default}


def _thawed(value: object) -> object:
    return [_thawed(item) for item in value] if isinstance(value, tuple) else value


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _pairs(value: object, second: Callable[[object], bool]) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, list) and len(item) == len(("language", "text")) and _is_text(item[0]) and second(item[1])
        for item in value
    )


_CODE_FIELDS: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(("id", "brief", "definition", "when_to_use", "when_not_to_use"), _is_text),
    **dict.fromkeys(("parent", "colour", "hotkey", "defines"), _is_text_or_none),
    **dict.fromkeys(("examples", "counterexamples", "aliases"), _is_texts),
    **dict.fromkeys(("exclusive", "absence"), _is_flag),
    "names": lambda value: _pairs(value, _is_text),
    "indicators": lambda value: _pairs(value, _is_texts),
}
_BOOK_FIELDS: dict[str, Callable[[object], bool]] = {
    **dict.fromkeys(("id", "title", "description"), _is_text),
    "languages": _is_texts,
    "codes": lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value),
}


def _checked(
    plain: Mapping[str, object], known: Mapping[str, Callable[[object], bool]], needed: Sequence[str], kind: str
) -> dict[str, Any]:
    fix = "It may come from a newer qcode, or be damaged."
    for name in needed:
        if name not in plain:
            raise InputError(f"A stored {kind} has no field “{name}”.", fix=fix)
    for name, value in plain.items():
        if name not in known:
            raise InputError(f"A stored {kind} has the unknown field “{display_safe(name)}”.", fix=fix)
        if not known[name](value):
            raise InputError(f"The field “{name}” of a stored {kind} is of the wrong type.", fix=fix)
    return {name: _frozen(value) for name, value in plain.items()}
