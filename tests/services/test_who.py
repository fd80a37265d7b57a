"""Who this user is: kept with the settings, never in the project."""

from __future__ import annotations

import getpass
import os
import stat

import pytest

from qcode.errors import ProjectError
from qcode.services import who


def test_names_are_remembered_for_each_project(settings):
    who.remember_name("p", "Anna 王")
    who.remember_name("q", "Bo")
    assert (who.remembered_name("p"), who.remembered_name("q")) == ("Anna 王", "Bo")
    assert stat.S_IMODE((settings / "who.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(settings.stat().st_mode) == 0o700


@pytest.mark.parametrize("content", ["", "[]", "{", '{"p": 7}', "\udcff"])
def test_lost_settings_ask_the_system(settings, monkeypatch, content):
    settings.mkdir()
    (settings / "who.json").write_bytes(content.encode("utf-8", "surrogateescape"))
    monkeypatch.setattr(getpass, "getuser", lambda: "account")
    assert who.remembered_name("p") == "account"


def test_without_an_account_name_there_is_still_a_coder(settings, monkeypatch):
    def nobody() -> str:
        raise KeyError

    monkeypatch.setattr(getpass, "getuser", nobody)
    assert who.account_name() == "coder"


def test_settings_that_cannot_be_written_are_told(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path / "file"))
    with pytest.raises(ProjectError, match="Your settings cannot be written"):
        who.remember_name("p", "Anna")


def test_folders_follow_the_platform_unless_named(monkeypatch, tmp_path):
    monkeypatch.delenv("QCODE_CONFIG", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert who.config_folder().name == "qcode"
    assert who.crash_folder() != who.config_folder()
    if os.name == "posix":
        assert "qcode" in who.crash_folder().parts
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path))
    assert (who.config_folder(), who.crash_folder()) == (tmp_path, tmp_path / "crash")
