"""Who this user is, for each project: kept with the user's settings, never in the project."""

from __future__ import annotations

import getpass
import json
import os
from pathlib import Path

from qcode.errors import ProjectError

__all__ = ["account_name", "config_folder", "crash_folder", "remember_name", "remembered_name"]


def config_folder() -> Path:
    """The folder of this user's settings (QCODE_CONFIG overrides it)."""
    named = os.environ.get("QCODE_CONFIG")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("qcode")


def crash_folder() -> Path:
    """The folder of reports of faults: with the settings where QCODE_CONFIG names them, else among the user's logs."""
    if os.environ.get("QCODE_CONFIG"):
        return config_folder() / "crash"
    from platformdirs import user_log_path

    return user_log_path("qcode")


def _read(path: Path) -> dict[str, str]:
    try:
        names = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # lost settings are no reason to stop: the name is asked of the system again
    return {k: v for k, v in names.items() if isinstance(v, str)} if isinstance(names, dict) else {}


def remembered_name(project: str) -> str:
    """The coder's name that this user chose for the project; else the name of the account."""
    name = _read(config_folder() / "who.json").get(project)
    return name or account_name()


def account_name() -> str:
    """The name of this user's account on the machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no account name: containers without a user table
        return "coder"


def remember_name(project: str, name: str) -> None:
    """Keep the coder's name of this user for the project. Raises ProjectError if settings cannot be written."""
    from qcode.files.guard import write_file

    path = config_folder() / "who.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = json.dumps({**_read(path), project: name}, ensure_ascii=False, indent=1, sort_keys=True)
        write_file(path, content.encode("utf-8"), overwrite=True)
    except OSError as error:
        raise ProjectError(f"Your settings cannot be written ({error.strerror}).", where=str(path)) from None
