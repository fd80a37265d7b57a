"""Which field became what, in words for the log: transcripts, speakers, proposals, codes. Never longer than a label."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from qcode.core.events import Json
from qcode.store.rows import EventRow

__all__ = ["field_names", "field_words"]

_LONGEST = 40  # characters of a value: as long as a label with some room, and no room for what somebody said
_MOST = 4  # so many changes of one thing are said before the rest is counted
_NOT_SAID = {"position", "prev", "former", "merge_took"}
_SPOKEN = {"short_id": "id", "parent": "place", "split_from": "split off"}

Label = Callable[[str], str]  # the label of a speaker by uid


def field_words(event: EventRow, label: Label) -> str:
    """What an event changed, for example “role became other”; empty where nothing short says it."""
    type_, _, verb = event.kind.partition(".")
    said = list(dict.fromkeys(_changes(type_, verb, event.payload or {}, label)))
    more = len(said) - _MOST
    return "; ".join([*said[:_MOST], *([f"and {more} more"] if more > 0 else [])])


def field_names(event: EventRow) -> list[str]:
    """The names of the fields that an event changed, as people know them."""
    if event.kind.partition(".")[0] not in ("source", "speaker", "code"):
        return []
    if event.kind == "code.set":
        return _code_words({name: entry[0] for name, entry in (event.payload or {}).get("set", {}).items()})
    names = []
    for name in (event.payload or {}).get("set", {}):
        head, _, rest = name.partition(":")
        names.append({"attr": rest, "turn": "turns", "split": "turns", "same": "speakers"}.get(head, head))
    return list(dict.fromkeys(name.replace("_", " ") for name in names if name not in _NOT_SAID))


def _changes(type_: str, verb: str, payload: Mapping[str, Json], label: Label) -> Iterator[str]:
    changed = {name: entry[0] for name, entry in payload.get("set", {}).items()}
    if type_ == "proposal":
        fields = payload.get("fields", {})
        if verb == "created":
            yield ", ".join(name.replace("_", " ") for name in fields.get("after", {}))
        elif "state" in changed:
            yield _value(changed["state"])
    elif type_ == "code" and verb == "set":
        # What the codebook says is long; `qcode codebook` shows it.
        yield ", ".join(_code_words(changed))
    elif type_ in ("source", "speaker") and verb == "set":
        for name, value in changed.items():
            yield from _change(name, value, changed, label)


def _code_words(changed: Mapping[str, Json]) -> list[str]:
    """The changed fields of a code; where it only stands elsewhere among its siblings, that."""
    words = []
    for name, value in changed.items():
        if name == "merged_into":
            words.append("merged" if value else "taken apart")
        elif name not in _NOT_SAID:
            words.append(_SPOKEN.get(name, name.replace("_", " ")))
    return words or (["order"] if "position" in changed else [])


def _change(name: str, value: Json, changed: Mapping[str, Json], label: Label) -> Iterator[str]:
    """One changed field of a transcript or a speaker."""
    head, _, rest = name.partition(":")
    match head:
        case "attr":
            yield f"{rest} became {_value(value)}"
        case "same":
            yield f"{label(rest)} became one with {label(value)}" if value else f"{label(rest)} parted"
        case "turn":
            number, _, what = rest.partition(":")
            yield _turn(f"turn {int(number) + 1}", what, value, label)
        case "split":
            yield from _split(rest, value, changed, label)
        case "removed":
            yield "removed" if value else "brought back"
        case _:
            yield f"{head} became {_value(value)}"


def _turn(turn: str, what: str, value: Json, label: Label) -> str:
    if what == "joined":
        return f"{turn} {'joined to' if value else 'taken apart from'} the one before"
    if not value:
        return f"{turn} as imported"
    return f"{turn}: {what} became {label(value) if what == 'speaker' else _value(value)}"


def _split(place: str, value: Json, changed: Mapping[str, Json], label: Label) -> Iterator[str]:
    at, _, what = place.partition(":")
    if not what:
        yield f"turn split at {at}" if value else f"split at {at} taken back"
    elif changed.get(f"split:{at}", value):  # what belongs to a split that is taken back goes without saying
        yield _turn(f"part at {at}", what, value, label)


def _value(value: Json) -> str:
    if isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    text = " ".join(str("" if value is None else value).split())
    if not text:
        return "empty"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
