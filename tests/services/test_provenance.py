"""Where numbers come from: the same for every copy, another after every event, and nothing of clocks and places."""

from __future__ import annotations

import json
import shutil

from studies import put

from qcode.services.filters import Filters
from qcode.services.provenance import Provenance, json_bytes, provenance, state_hash
from qcode.services.study import Study


def test_the_state_is_that_of_every_copy(anna, mini_path, tmp_path):
    before = state_hash(anna)
    copy = shutil.copyfile(mini_path, tmp_path / "copy.qcode")
    with Study.open(copy, coder="somebody") as other:
        assert state_hash(other) == before
    assert len(before) == 64
    assert anna.file.acts.heads()[0][1] > 0


def test_the_state_changes_with_every_event(anna):
    before = state_hash(anna)
    put(anna, "one", "money", "budget for it")
    assert state_hash(anna) != before
    assert {len(last) for _, _, last in anna.file.acts.heads()} == {64}


def test_everything_that_was_asked_stands_in_it(anna):
    options = {"coders": "any", "where": "year > 2000", "codes": ["money"], "seed": 7, "rows": "branches"}
    plain = provenance(anna, command="qcode freq --coders any", options=options).plain()
    assert plain["coder_rule"] == "any"
    assert plain["filters"] == {"codes": ["money"], "where": "year > 2000"}
    assert plain["seed"] == 7
    assert plain["options"] == {"rows": "branches"}
    assert plain["codebook"] == {"id": "mini", "version": anna.codes().codebook.content_hash()[:12]}
    assert plain["looked_at"] == "everybody's work"
    assert plain["project"] == {"id": anna.file.uid, "title": "Miniature", "state": state_hash(anna)}
    assert str(plain["program"]).startswith("qcode ")
    text = json.dumps(plain)
    assert str(anna.file.path) not in text


def test_own_work_only_is_told(anna, bo):
    put(bo, "one", "money", "budget for it")
    anna.look(own_only=True)
    assert provenance(anna).plain()["looked_at"] == "own work only"


def test_it_reads_as_words(anna):
    origin = provenance(anna, command="qcode freq", options={"coders": "main", "codes": ["a", "b"], "flagged": True})
    said = dict(origin.words)
    assert said["filters"] == "codes: a, b; flagged: yes"
    assert said["coder rule"] == "main"
    assert "seed" not in said
    bare = Provenance("p", "t", "s")
    assert bare.plain()["codebook"] is None
    assert dict(bare.words)["codebook"] == "none"


def test_json_holds_no_number_that_is_none_and_no_hidden_character():
    value = {"a\u202e": [float("nan"), float("inf"), -1.5, True, None, "x\x1b[2J\n"]}
    assert json.loads(json_bytes(value)) == {"a\ufffd": [None, "inf", -1.5, True, None, "x␛[2J\n"]}
    assert json.loads(json_bytes(value, raw=True)) == {"a\u202e": [None, "inf", -1.5, True, None, "x\x1b[2J\n"]}
    assert b"?" in json_bytes("\ud800", raw=True)


def test_filters_are_named_as_parse_names_them(anna):
    """What `plain` sorts out as filters are arguments of `Filters.parse`."""
    import inspect

    from qcode.services import provenance as module

    assert set(module._FILTERS) <= set(inspect.signature(Filters.parse).parameters)
