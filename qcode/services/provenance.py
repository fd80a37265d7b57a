"""Where numbers come from: what stands beside every file of results, so that it can be made again.

No clock and no place of a file is in it: the same project in the same state, asked the same, gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from qcode import __version__
from qcode.core.text import display_safe
from qcode.services.study import Study

__all__ = ["PROGRAM", "Json", "Provenance", "json_bytes", "provenance", "state_hash"]

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]

PROGRAM = f"qcode {__version__}"

_FILTERS = ("codes", "where", "kinds", "transcripts", "stages", "dataset", "speakers", "flagged", "text")


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result comes from.

    `state` is a hash over the ends of all chains of events (64 hexadecimal digits), the same for every copy that holds
    the same events. `codebook` is its id and version (12 digits of its content hash), empty where there is none.
    `own_only` says that only the asking coder's work was looked at. `options` are those of the `command`, by name.
    """

    project: str
    title: str
    state: str
    codebook: tuple[str, str] = ("", "")
    own_only: bool = False
    command: str = ""
    options: Mapping[str, Json] = field(default_factory=dict)
    program: str = PROGRAM

    def plain(self) -> dict[str, Json]:
        """As JSON holds it; what was not asked for is null."""
        options = dict(self.options)
        seed, coders = options.pop("seed", None), options.pop("coders", None)
        filters = {name: options.pop(name) for name in _FILTERS if name in options}
        book, version = self.codebook
        return {
            "program": self.program,
            "command": self.command or None,
            "project": {"id": self.project, "title": self.title, "state": self.state},
            "codebook": {"id": book, "version": version} if book else None,
            "coder_rule": coders,
            "looked_at": "own work only" if self.own_only else "everybody's work",
            "filters": filters,
            "seed": seed,
            "options": options,
        }

    @property
    def words(self) -> list[tuple[str, str]]:
        """As names and values that people read."""
        plain = self.plain()
        book, version = self.codebook
        said = [
            ("study", self.title),
            ("project", self.project),
            ("state of the project", self.state),
            ("codebook", f"{book}, version {version}" if book else "none"),
            ("command", self.command),
            ("coder rule", _said(plain["coder_rule"])),
            ("filters", _said(plain["filters"])),
            ("seed", _said(plain["seed"])),
            ("options", _said(plain["options"])),
            ("looked at", _said(plain["looked_at"])),
            ("program", self.program),
        ]
        return [(name, value) for name, value in said if value]


def _said(value: Json) -> str:
    """A value as people read it; nothing for what was not asked for."""
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {_said(item)}" for name, item in value.items() if item not in (None, "", [], False))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(_said, value))
    return "" if value is None else "yes" if value is True else str(value)


def state_hash(study: Study) -> str:
    """A hash (SHA-256) over the ends of all chains of events: it changes with every event, and with nothing else."""
    heads = "".join(f"{uid} {number} {last}\n" for uid, number, last in study.file.acts.heads())
    return hashlib.sha256(heads.encode("ascii")).hexdigest()


def provenance(study: Study, *, command: str = "", options: Mapping[str, Json] | None = None) -> Provenance:
    """Where what the study says now comes from. `command` makes it again; `options` are all of its options."""
    book = study.codes().codebook
    return Provenance(
        project=study.file.uid,
        title=study.file.read.title(),
        state=state_hash(study),
        codebook=(book.id, book.content_hash()[:12]) if study.codes().rows else ("", ""),
        own_only=study.visible_coders() is not None,
        command=command,
        options=options or {},
    )


def json_bytes(value: Json, *, raw: bool = False) -> bytes:
    r"""JSON in UTF-8, indented, with a line end. NaN is null, an infinite number the text “inf” or “-inf”.

    Control, bidirectional and zero-width characters are made visible unless `raw`.

    >>> json_bytes({"县": [float("nan"), "a\u202eb"]}).decode()
    '{\n  "县": [\n    null,\n    "a\ufffdb"\n  ]\n}\n'
    """
    text = json.dumps(_writable(value, raw=raw), ensure_ascii=False, indent=2, allow_nan=False)
    return f"{text}\n".encode("utf-8", "replace")


def _writable(value: Json, *, raw: bool) -> Json:
    if isinstance(value, str):
        return value if raw else display_safe(value, keep_lines=True)
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    if isinstance(value, Mapping):
        return {name if raw else display_safe(name): _writable(item, raw=raw) for name, item in value.items()}
    if isinstance(value, Sequence):
        return [_writable(item, raw=raw) for item in value]
    return value
