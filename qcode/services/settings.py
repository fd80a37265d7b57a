"""This user's settings, as `settings.toml` in the settings folder: colours, mouse, keys. Never in a project.

Read strictly, and never a reason not to start: what does not hold is told with its line, and the default stays in
its place. Written so that comments and order stay. What a key means is the business of the workbench.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from qcode.core.text import display_safe
from qcode.errors import Fault, InputError, RequestError
from qcode.services.who import config_folder

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = [
    "NAMES",
    "THEMES",
    "Settings",
    "change_keys",
    "change_setting",
    "parse_setting",
    "read_settings",
    "settings_path",
]

THEMES: Final = ("auto", "dark", "light")
NAMES: Final[Mapping[str, str]] = {
    "theme": "Colours: auto (as COLORFGBG says, else dark), dark or light.",
    "mouse": "Whether qcode takes the mouse; without it, the terminal selects and copies.",
    "own_only": "Whether the work of other coders is hidden when qcode opens.",
    "first_tour_seen": "Whether the short tour was offered already.",
}
"""Every setting beside the keys, with what it means."""

_LIMIT = 200_000
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_YES = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the file says where it holds, else the defaults; `faults` are what does not hold.

    `keys` are the wishes of the user by the id of a command, unchecked; `lines` says where each stands (1-based).
    """

    theme: str = "auto"
    mouse: bool = True
    own_only: bool = False
    first_tour_seen: bool = False
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()

    def value(self, name: str) -> str | bool:
        """The value of a setting by its name. Raises RequestError for an unknown one."""
        values: dict[str, str | bool] = {
            "theme": self.theme, "mouse": self.mouse, "own_only": self.own_only, "first_tour_seen": self.first_tour_seen
        }  # fmt: skip
        if name not in values:
            raise RequestError(*_unknown(name))
        return values[name]


def settings_path() -> Path:
    """The file of the settings."""
    return config_folder() / "settings.toml"


def read_settings() -> Settings:
    """The settings as they are now; a missing file means the defaults. Never raises."""
    from qcode.files.guard import read_bytes
    from qcode.files.toml_lines import line_table, statements

    path = settings_path()
    if not path.exists():
        return Settings()
    try:
        text = read_bytes(path, limit=_LIMIT).decode("utf-8-sig").replace("\r\n", "\n")
        found = tomllib.loads(text)
    except InputError as error:
        return Settings(faults=(Fault(str(error)),))
    except UnicodeDecodeError:
        return Settings(faults=(Fault("The settings are not written in UTF-8; the defaults hold."),))
    except tomllib.TOMLDecodeError as error:
        line = _TOML_LINE.search(str(error))
        words = _TOML_LINE.sub("", str(error)).strip()
        what = f"This is no TOML ({display_safe(words)}); the defaults hold."
        return Settings(faults=(Fault(what, int(line[1]) if line else None),))
    lines = {place: line for place, line in line_table(statements(text)).items() if len(place) <= 2}
    return _settings(found, lines)


def _settings(found: Mapping[str, object], lines: Mapping[tuple[str | int, ...], int]) -> Settings:
    faults: list[Fault] = []
    values: dict[str, object] = {}
    for name, value in found.items():
        if name == "keys":
            continue
        problem = _problem(name, value)
        if problem is None:
            values[name] = value
        else:
            faults.append(Fault(problem, lines.get((name,))))
    keys, key_faults = _keys(found.get("keys", {}), lines)
    places = {name: line for name in keys if (line := lines.get(("keys", name)))}
    return Settings(**values, keys=keys, lines=places, faults=(*faults, *key_faults))  # type: ignore[arg-type]  # checked by _problem


def _keys(table: object, lines: Mapping[tuple[str | int, ...], int]) -> tuple[dict[str, tuple[str, ...]], list[Fault]]:
    if not isinstance(table, dict):
        return {}, [Fault('“keys” is a table: a line [keys], then lines such as remove = ["x"].', lines.get(("keys",)))]
    keys: dict[str, tuple[str, ...]] = {}
    faults: list[Fault] = []
    for name, value in table.items():
        listed = [value] if isinstance(value, str) else value
        if isinstance(listed, list) and all(isinstance(key, str) for key in listed):
            keys[name] = tuple(listed)
        else:
            what = f'The keys of “{display_safe(name)}” are texts: {display_safe(name)} = ["x", "delete"].'
            faults.append(Fault(what, lines.get(("keys", name))))
    return keys, faults


def _unknown(name: str) -> tuple[str]:
    near = difflib.get_close_matches(name, [*NAMES, "keys"], n=1)
    hint = f" Did you mean “{near[0]}”?" if near else f" There are {', '.join(NAMES)} and the table keys."
    return (f"There is no setting “{display_safe(name)}”.{hint}",)


def _problem(name: str, value: object) -> str | None:
    """Why a setting cannot have a value, as a sentence; None if it can."""
    if name not in NAMES:
        return _unknown(name)[0]
    if name == "theme":
        return None if isinstance(value, str) and value in THEMES else f"“theme” is one of {', '.join(THEMES)}."
    return None if isinstance(value, bool) else f"“{name}” is true or false."


def parse_setting(name: str, text: str) -> str | bool:
    """The value that a person typed for a setting. Raises RequestError for what it cannot have."""
    value = text.strip().casefold() if name == "theme" else _YES.get(text.strip().casefold(), text)
    problem = _problem(name, value)
    if problem is not None:
        raise RequestError(problem)
    return value


def change_setting(name: str, value: str | bool) -> None:  # noqa: FBT001 - a value of the file, not a switch
    """Write one setting. Raises RequestError if it cannot be, or if the file cannot be written or understood."""
    problem = _problem(name, value)
    if problem is not None:
        raise RequestError(problem)
    _rewrite(lambda document: document.update({name: value}))


def change_keys(command: str, keys: Sequence[str] | None) -> None:
    """Write the keys of one command (by id); None goes back to the default. Raises RequestError as before."""

    def change(document: TOMLDocument) -> None:
        import tomlkit

        table = document.get("keys")
        if not isinstance(table, dict):
            table = tomlkit.table()
            document["keys"] = table
        if keys is None:
            table.pop(command, None)
        else:
            table[command] = list(keys)

    _rewrite(change)


def _rewrite(change: Callable[[TOMLDocument], None]) -> None:
    """Change the file, and leave everything else in it as it stands."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    from qcode.files.guard import read_bytes, write_file

    path = settings_path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise RequestError(f"Your settings cannot be written ({error.strerror}).", where=str(path)) from None
    try:
        text = read_bytes(path, limit=_LIMIT).decode("utf-8-sig") if path.exists() else ""
        document = tomlkit.parse(text)
    except (TOMLKitError, UnicodeDecodeError):
        raise RequestError(
            "The settings cannot be understood, so nothing was written over them.",
            where=str(path),
            fix="`qcode settings check` says where; mend or remove the file.",
        ) from None
    change(document)
    write_file(path, tomlkit.dumps(document).encode("utf-8"), overwrite=True)
