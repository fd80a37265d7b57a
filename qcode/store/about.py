"""What the store stands on, for those who look for a fault."""

from __future__ import annotations

from qcode.store.schema import SCHEMA_VERSION

__all__ = ["database_version", "schema_version"]


def database_version() -> str:
    """The version of SQLite that is in use."""
    import sqlite3

    return sqlite3.sqlite_version


def schema_version() -> int:
    """The number of the tables' form that this program writes."""
    return SCHEMA_VERSION
