"""Settings of a code as people type them."""

from __future__ import annotations

import pytest

from qcode.core.codebook import Code, Codebook
from qcode.core.codebook_edit import new_faults, settled, with_code, with_settings
from qcode.errors import RequestError

TRUST = Code("trust", "d", (("en", "Trust"), ("zh", "信任")), brief="B.", examples=("One.",), hotkey="1", absence=True)


@pytest.mark.parametrize(
    ("given", "field", "value"),
    [
        (["brief=A = B."], "brief", "A = B."),
        (["brief="], "brief", ""),
        (["name.zh=  信任 "], "names", (("en", "Trust"), ("zh", "信任"))),
        (["name.de=Vertrauen"], "names", (("en", "Trust"), ("zh", "信任"), ("de", "Vertrauen"))),
        (["name.en="], "names", (("zh", "信任"),)),
        (["examples=Two.", "examples=Three."], "examples", ("Two.", "Three.")),
        (["examples="], "examples", ()),
        (["aliases= a  b "], "aliases", ("a b",)),
        (["indicators.*=trust*", "indicators.*=-trust fund"], "indicators", (("*", ("trust*", "-trust fund")),)),
        (["parent=\uff45"], "parent", "e"),
        (["parent="], "parent", None),
        (["hotkey="], "hotkey", None),
        (["absence=no"], "absence", False),
        (["absence="], "absence", False),
        (["exclusive= Yes"], "exclusive", True),
    ],
)
def test_settings(given, field, value):
    assert getattr(with_settings(TRUST, settled(given)), field) == value


@pytest.mark.parametrize(
    "given",
    [["brief"], ["nothing=x"], ["name=x"], ["name.=x"], ["brief.en=x"], ["id=x"], ["brief=a", "brief=b"],
     ["name.zh=a", "name.zh=b"]],
)  # fmt: skip
def test_what_is_no_setting_is_refused(given):
    with pytest.raises(RequestError):
        settled(given)


def test_a_flag_is_yes_or_no():
    with pytest.raises(RequestError, match="yes or no"):
        with_settings(TRUST, {"absence": ["perhaps"]})


def test_only_faults_that_come_in_count():
    old = Codebook("b", "B", (Code("bad", "nowhere", ()), TRUST))
    assert new_faults(old, with_code(old, TRUST)) == []
    faulty = with_settings(TRUST, {"hotkey": ["x"]})
    assert new_faults(old, with_code(old, faulty)) == [
        "The code “trust” has the hot key “x”; a hot key is a digit from 1 to 9."
    ]
