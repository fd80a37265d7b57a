"""The file of the settings: read strictly, told with lines, written without losing anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from qcode.errors import RequestError
from qcode.services.settings import (
    Settings,
    change_keys,
    change_setting,
    parse_setting,
    read_settings,
    settings_path,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("QCODE_CONFIG", str(tmp_path / "settings"))
    return tmp_path / "settings"


def write(text: str | bytes) -> None:
    settings_path().parent.mkdir(exist_ok=True)
    settings_path().write_bytes(text.encode() if isinstance(text, str) else text)


def faults() -> list[tuple[int | None, str]]:
    return [(fault.line, fault.what) for fault in read_settings().faults]


def test_no_file_means_the_defaults() -> None:
    assert read_settings() == Settings()
    assert Settings().value("theme") == "auto"
    with pytest.raises(RequestError, match="no setting “colour”"):
        Settings().value("colour")


def test_what_holds_is_taken() -> None:
    write('\ufefftheme = "light"\r\nmouse = false\nown_only = true\n[keys]\nundo = "z"\nremove = ["x", "delete"]\n')
    found = read_settings()
    assert (found.theme, found.mouse, found.own_only, found.first_tour_seen) == ("light", False, True, False)
    assert found.keys == {"undo": ("z",), "remove": ("x", "delete")}
    assert found.lines == {"undo": 5, "remove": 6}
    assert found.faults == ()


def test_what_does_not_hold_is_told_and_the_rest_is_taken() -> None:
    write('theme = 3\nmous = true\nmouse = "no"\nzzzz = 1\n\n[keys]\nundo = 7\nredo = ["a", 1]\ngrow = "G"\n')
    found = read_settings()
    assert (found.theme, found.mouse, found.keys) == ("auto", True, {"grow": ("G",)})
    assert faults() == [
        (1, "“theme” is one of auto, dark, light."),
        (2, "There is no setting “mous”. Did you mean “mouse”?"),
        (3, "“mouse” is true or false."),
        (4, "There is no setting “zzzz”. There are theme, mouse, own_only, first_tour_seen and the table keys."),
        (7, 'The keys of “undo” are texts: undo = ["x", "delete"].'),
        (8, 'The keys of “redo” are texts: redo = ["x", "delete"].'),
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("keys = 3\n", 1, "“keys” is a table"),
        ("mouse = true\ntheme = \n", 2, "This is no TOML"),
        (b"\xff\xfe", None, "not written in UTF-8"),
        ("x" * 300_000, None, "large"),
    ],
)
def test_a_file_that_is_none_means_the_defaults(text: str | bytes, line: int | None, words: str) -> None:
    write(text)
    assert read_settings().keys == {}
    ((found, what),) = faults()
    assert (found, words in what) == (line, True)


@how(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.text(max_size=80))
def test_no_file_stops_the_program(text: str) -> None:
    write(text.encode("utf-8", "replace"))
    assert isinstance(read_settings(), Settings)


def test_a_link_in_its_place_is_not_followed(tmp_path: Path) -> None:
    settings_path().parent.mkdir()
    (tmp_path / "other.toml").write_text('theme = "light"', encoding="utf-8")
    settings_path().symlink_to(tmp_path / "other.toml")
    assert read_settings().theme == "auto"
    assert len(faults()) == 1


def test_settings_are_written_and_everything_else_stays() -> None:
    change_setting("theme", "dark")
    change_keys("undo", ["z", "ctrl+z"])
    assert settings_path().read_text("utf-8") == 'theme = "dark"\n\n[keys]\nundo = ["z", "ctrl+z"]\n'
    write('# mine\ntheme = "dark" # at night\n\n[keys]\n# fingers\nundo = ["z"]\n')
    change_setting("theme", "light")
    change_setting("mouse", value=False)
    change_keys("redo", ["Z"])
    change_keys("undo", None)
    change_keys("undo", None)
    text = settings_path().read_text("utf-8")
    assert text.startswith('# mine\ntheme = "light" # at night\n')
    assert "# fingers" in text
    found = read_settings()
    assert (found.mouse, found.keys, found.faults) == (False, {"redo": ("Z",)}, ())


def test_what_cannot_be_is_not_written() -> None:
    for name, value in (("theme", "blue"), ("mouse", "yes"), ("colour", True)):
        with pytest.raises(RequestError):
            change_setting(name, value)
    assert not settings_path().exists()
    write("theme = [")
    with pytest.raises(RequestError, match="cannot be understood"):
        change_setting("theme", "dark")
    assert settings_path().read_text("utf-8") == "theme = ["


def test_a_folder_that_cannot_be_made_is_a_sentence(folder: Path) -> None:
    folder.write_text("a file", encoding="utf-8")
    with pytest.raises(RequestError, match="Your settings cannot be written"):
        change_setting("theme", "dark")


def test_a_value_is_understood_as_people_type_it() -> None:
    assert parse_setting("theme", " Light ") == "light"
    assert [parse_setting("mouse", word) for word in ("on", "No", "TRUE")] == [True, False, True]
    for name, text in (("theme", "blue"), ("mouse", "perhaps"), ("nothing", "x")):
        with pytest.raises(RequestError):
            parse_setting(name, text)
