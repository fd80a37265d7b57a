"""Crash reports hold nothing that anybody said."""

from __future__ import annotations

import importlib.metadata
import stat
from pathlib import Path

import pytest

from qcode import __version__
from qcode.errors import ProjectError
from qcode.services import crash

MARKER = "wordsOfAnInterview"


class StudyFault(Exception):
    """A fault of a test."""


def _fail(kind: type[Exception]) -> None:
    said = f"{MARKER} in a local variable"
    try:
        raise ValueError(f"{MARKER} in the cause: {said}")
    except ValueError as cause:
        fault = kind(f"{MARKER} in the message")
        fault.add_note(f"{MARKER} in a note")
        raise fault from cause


def report_of(kind: type[Exception] = StudyFault) -> Path:
    try:
        _fail(kind)
    except kind as error:
        return crash.write_report(error)
    raise AssertionError


def test_kinds_and_places_and_versions_are_in_and_no_words(settings):
    path = report_of()
    text = path.read_text(encoding="utf-8")
    assert path.parent == settings / "crash"
    assert MARKER not in text
    assert "StudyFault" in text
    assert "builtins.ValueError" in text
    assert f"{Path(__file__)}:" in text
    assert " _fail\n" in text
    assert f"qcode: {__version__}\n" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_an_error_during_an_error_and_a_group_are_followed(settings):
    try:
        try:
            raise KeyError(MARKER)
        except KeyError:
            raise ExceptionGroup(MARKER, [TypeError(MARKER), OSError(2, MARKER, MARKER)])  # noqa: B904
    except ExceptionGroup as error:
        text = crash.write_report(error).read_text(encoding="utf-8")
    assert [kind for kind in ("ExceptionGroup", "KeyError", "TypeError", "FileNotFoundError") if kind not in text] == []
    assert MARKER not in text


def test_a_circle_of_causes_ends(settings):
    first, second = ValueError(MARKER), TypeError(MARKER)
    first.__cause__, second.__cause__ = second, first
    assert crash.write_report(first).read_text(encoding="utf-8").count("ValueError") < 50


def test_every_report_has_its_own_file(settings):
    assert len({report_of() for _ in range(3)}) == 3


def test_missing_libraries_are_no_hindrance(settings, monkeypatch):
    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(crash, "version", absent)
    assert "textual: not installed\n" in report_of().read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path / "file"))
    with pytest.raises(ProjectError, match="folder cannot be made"):
        report_of()
