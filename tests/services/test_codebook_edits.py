"""The owner changes the codebook code by code; codings stay what they were."""

from __future__ import annotations

import pytest
from studies import CODEBOOK, put

from qcode.errors import RequestError, UnknownName
from qcode.services import codebook_edits as edits
from qcode.services import codebooks, releases
from qcode.services.codebook_merges import merge_code, unmerge_code
from qcode.services.coding import mark
from qcode.services.doctor import diagnose
from qcode.services.suggestions import proposals, reject
from qcode.services.tables import frequencies
from qcode.store.rebuild import compare


def drawn(study):
    return " ".join(f"{'.' * depth}{code.id}" for code, depth in study.codes().codebook.walk())


def code(study, name):
    return study.codes().codebook.code(name)


def segments(study):
    return {row[0]: row[2] for row in frequencies(study).rows if row[2]}


@pytest.fixture
def coded(anna, bo):
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(anna, "one", "trust", "We trusted them from the start.")
    put(bo, "two", "trust", "Nobody trusted anybody.")
    return anna


def test_fields_are_set_in_one_act(anna):
    before = len(list(anna.file.read.events(coders=None)))
    edited = edits.set_fields(anna, "资金", ["definition=Any funds.", "name.de=Geld", "aliases=funds", "aliases=cash"])
    assert edited == edits.Edited("money", ("Changed definition, aliases, name.de of money.",))
    assert (code(anna, "money").definition, code(anna, "money").aliases) == ("Any funds.", ("funds", "cash"))
    assert len(list(anna.file.read.events(coders=None))) == before + 1
    assert edits.set_fields(anna, "money", {"hotkey": [], "examples": ["A.", "B."]}).words == (
        "Changed examples, hotkey of money.",
    )
    assert (code(anna, "money").hotkey, code(anna, "money").examples) == (None, ("A.", "B."))
    assert compare(anna.file) == []


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("trust", ["hotkey=1"], "The code “trust” has the hot key 1, as “money” has"),
        ("trust", ["brief=They know each other."], "says this already"),
        ("trust", ["name.en="], "has no name"),
        ("trust", ["colour=pink"], "colour"),
        ("trust", ["id=x"], "sets no field"),
        ("trust", ["absence=perhaps"], "yes or no"),
        ("motive", ["parent=trust"], "stands below “motive” itself"),
        ("motive", ["parent=nowhere"], "not in the codebook"),
        ("money", ["exclusive=yes"], "only a dimension"),
    ],
)
def test_what_cannot_be_set(anna, name, given, why):
    before = anna.codes().codebook
    with pytest.raises(RequestError, match=why):
        edits.set_fields(anna, name, given)
    assert anna.codes().codebook == before


def test_only_the_owner_changes_codes(anna, bo):
    for call in (
        lambda: edits.set_fields(bo, "trust", ["brief=x"]),
        lambda: edits.add_code(bo, "tax", ["name.en=Tax"]),
        lambda: edits.move_code(bo, "trust", top=True),
        lambda: edits.rename_code(bo, "trust", "x"),
        lambda: edits.split_code(bo, "trust", "kin", ["name.en=Kin"]),
        lambda: edits.remove_code(bo, "trust"),
        lambda: merge_code(bo, "trust", "money"),
        lambda: unmerge_code(bo, "trust"),
    ):
        with pytest.raises(RequestError, match="The codebook is anna's"):
            call()
    with pytest.raises(UnknownName):
        edits.set_fields(anna, "trusst", ["brief=x"])


@pytest.mark.parametrize(
    ("options", "tree", "words"),
    [
        ({"below": "motive"}, "motive .money .trust .tax setup .office", "Added tax below motive."),
        ({"below": "money"}, "motive .money ..tax .trust setup .office", "Added tax below money."),
        ({"before": "trust"}, "motive .money .tax .trust setup .office", "Added tax below motive."),
        ({"before": "setup"}, "motive .money .trust tax setup .office", "Added tax as a dimension."),
        ({}, "motive .money .trust setup .office tax", "Added tax as a dimension."),
    ],
)
def test_codes_are_added(anna, options, tree, words):
    assert edits.add_code(anna, "tax", edits.named(anna, "Tax", ["brief=T."]), **options).words == (words,)
    assert drawn(anna) == tree
    assert code(anna, "tax").names == (("en", "Tax"),)
    assert compare(anna.file) == []


def test_what_cannot_be_added(anna):
    for given, options, why in (
        (["brief=T."], {}, "has no name"),
        (["name.en=Tax", "parent=money"], {"below": "trust"}, "named twice"),
        (["name.en=Money"], {"below": "motive"}, "same name"),
    ):
        with pytest.raises(RequestError, match=why):
            edits.add_code(anna, "tax", given, **options)
    with pytest.raises(RequestError, match="an id that"):
        edits.add_code(anna, "t ax", ["name.en=Tax"])
    with pytest.raises(UnknownName):
        edits.add_code(anna, "tax", ["name.en=Tax", "parent=mony"])
    assert edits.add_code(anna, "tax", ["name.en=Tax", "parent=money"]).words == ("Added tax below money.",)


@pytest.mark.parametrize(
    ("name", "options", "tree"),
    [
        ("trust", {"below": "setup"}, "motive .money setup .office .trust"),
        ("trust", {"below": "setup", "before": "office"}, "motive .money setup .trust .office"),
        ("trust", {"before": "money"}, "motive .trust .money setup .office"),
        ("trust", {"top": True}, "motive .money setup .office trust"),
        ("trust", {"top": True, "before": "motive"}, "trust motive .money setup .office"),
        ("motive", {"below": "office"}, "setup .office ..motive ...money ...trust"),
    ],
)
def test_codes_are_moved(anna, name, options, tree):
    assert edits.move_code(anna, name, **options).words[0].startswith(f"Moved {name} ")
    assert drawn(anna) == tree
    assert compare(anna.file) == []


@pytest.mark.parametrize(
    ("name", "options", "why"),
    [
        ("trust", {}, "Say where to"),
        ("trust", {"below": "setup", "top": True}, "Say where to"),
        ("trust", {"below": "motive"}, "stands there already"),
        ("trust", {"below": "setup", "before": "money"}, "does not stand there"),
        ("motive", {"below": "money"}, "itself or stands below it"),
        ("motive", {"before": "motive"}, "itself or stands below it"),
        ("setup", {"below": "motive"}, "only a dimension"),
    ],
)
def test_what_cannot_be_moved(anna, name, options, why):
    with pytest.raises(RequestError, match=why):
        edits.move_code(anna, name, **options)


def test_a_renamed_code_is_the_same_code(coded, tmp_path):
    uid = coded.codes().find("trust").uid
    assert edits.rename_code(coded, "trust", "confidence").words == (
        "Renamed trust to confidence; “trust” still finds it.",
    )
    assert coded.codes().find("trust").uid == coded.codes().find("confidence").uid == uid
    assert code(coded, "confidence").aliases == ("trust",)
    assert segments(coded) == {"money": 1, "confidence": 2}
    codebooks.export_codebook(coded, tmp_path / "a.toml")
    assert codebooks.import_codebook(coded, tmp_path / "a.toml").changed == ()
    assert compare(coded.file) == []
    edits.rename_code(coded, "trust", "trust")
    assert code(coded, "trust").aliases == ("confidence",)
    with pytest.raises(RequestError, match="this id already"):
        edits.rename_code(coded, "confidence", "trust")


def test_a_renamed_dimension_keeps_its_ledger_and_its_rechecks(anna):
    mark(anna, anna.source("one"), ["motive", "setup"], "complete")
    edits.set_fields(anna, "trust", ["brief=They have met."])
    edits.rename_code(anna, "motive", "drive")
    assert [(r.dimension, r.code) for r in releases.recheck(anna)] == [("drive", "trust")]
    assert {row.dimension for row in anna.ledger(coders=None)} == {"drive", "setup"}
    assert any("drive 1 of 3 coded" in note or "1 of 3 coded in every" in note for note in frequencies(anna).notes)
    mark(anna, anna.source("one"), ["drive"], "reading")
    assert len([row for row in anna.ledger(coders=None) if row.dimension == "drive"]) == 1


def test_a_split_is_told_with_what_stands_there(coded, bo):
    for study in (coded, bo):
        mark(study, study.source("one"), ["motive"], "complete")
    edited = edits.split_code(coded, "trust", "kin", ["name.en=Kin", "brief=K."])
    assert edited.code == "kin"
    assert edited.words == (
        "Split kin off from trust, below it.",
        "On trust stand 2 codings (1 of them yours) in 2 transcripts: look which of them belong to kin.",
        "1 completed transcript is to be rechecked for trust, kin.",
    )
    assert drawn(coded) == "motive .money .trust ..kin setup .office"
    assert [(r.coder, r.code, r.why) for r in releases.recheck(coded)] == [
        ("anna", "trust", "split: kin"), ("anna", "kin", "split off from trust"),
        ("bo", "trust", "split: kin"), ("bo", "kin", "split off from trust"),
    ]  # fmt: skip
    assert compare(coded.file) == []


def test_a_code_is_split_off_beside_another(anna):
    mark(anna, anna.source("one"), ["motive"], "complete")
    assert edits.split_code(anna, "money", "tax", ["name.en=Tax"], beside=True).words[0] == (
        "Split tax off from money, beside it."
    )
    assert drawn(anna) == "motive .money .tax .trust setup .office"
    edits.split_code(anna, "office", "desk", ["name.en=Desk"], beside=True)
    assert drawn(anna) == "motive .money .tax .trust setup .office .desk"
    assert [(r.code, r.why) for r in releases.recheck(anna)] == [
        ("money", "split: tax"), ("tax", "split off from money")
    ]  # fmt: skip
    with pytest.raises(RequestError, match="stands below the other one"):
        edits.split_code(anna, "office", "x", ["name.en=X", "parent=money"])


def test_a_code_goes_only_where_nothing_hangs_on_it(coded):
    with pytest.raises(RequestError, match=r"“trust” stand 2 codings .*codebook merge trust INTO"):
        edits.remove_code(coded, "trust")
    with pytest.raises(RequestError, match="Below “setup” stand office"):
        edits.remove_code(coded, "setup")
    edits.add_code(coded, "tax", ["name.en=Tax", "brief=T."], below="office")
    merge_code(coded, "tax", "office")
    with pytest.raises(RequestError, match="were merged: tax"):
        edits.remove_code(coded, "office")
    unmerge_code(coded, "tax")
    edits.remove_code(coded, "tax")
    edits.remove_code(coded, "office")
    assert drawn(coded) == "motive .money .trust setup"
    assert edits.add_code(coded, "office", ["name.en=Office", "brief=New."], below="setup").code == "office"
    assert (code(coded, "office").brief, code(coded, "office").defines) == ("New.", None)
    assert compare(coded.file) == []


def test_a_code_that_was_split_off_and_removed_comes_back_as_new(anna):
    mark(anna, anna.source("one"), ["setup"], "complete")
    edits.split_code(anna, "office", "desk", ["name.en=Desk"])
    edits.remove_code(anna, "desk")
    edits.add_code(anna, "desk", ["name.en=Desk"], below="setup")
    assert [(r.code, r.why) for r in releases.recheck(anna)] == [("desk", "new code")]


def test_the_history_of_a_code(anna, bo):
    edits.set_fields(anna, "trust", ["brief=Met.", "absence=no"])
    edits.rename_code(anna, "trust", "confidence")
    merge_code(anna, "confidence", "money")
    unmerge_code(anna, "confidence")
    told = [(c.coder, c.field, c.before, c.after) for c in edits.history_of(bo, "confidence")]
    assert told[:3] == [("anna", "id", "", "trust"), ("anna", "parent", "", "motive"), ("anna", "name.en", "", "Trust")]
    assert told[6:] == [
        ("anna", "brief", "They know each other.", "Met."),
        ("anna", "absence", "yes", ""),
        ("anna", "id", "trust", "confidence"),
        ("anna", "aliases", "", "trust"),
        ("anna", "merged into", "", "money"),
        ("anna", "merged into", "money", ""),
    ]
    table = edits.history_table(anna, "trust")
    assert table.header == ("time", "coder", "field", "before", "after")
    assert len(table.rows) == len(told)


def test_what_many_edits_leave_is_a_sound_codebook(anna, tmp_path):
    edits.rename_code(anna, "motive", "drive")
    edits.split_code(anna, "money", "tax", ["name.en=Tax"])
    edits.move_code(anna, "money", below="setup")
    merge_code(anna, "trust", "tax")
    book = anna.codes().codebook
    codebooks.export_codebook(anna, tmp_path / "out.toml")
    assert codebooks.import_codebook(anna, tmp_path / "out.toml").changed == ()
    assert anna.codes().codebook == book
    version = book.content_hash()[:12]
    edits.set_fields(anna, "tax", ["brief=Taxes."])
    assert releases.versions(anna, [version]) == {version: book}
    assert CODEBOOK.count("[[code]]") == 5
    assert compare(anna.file) == []


def test_what_else_hangs_on_a_removed_code_waits_for_it(anna):
    source = anna.source("one")
    proposal = next(p for p in proposals(anna, source) if p.suggestion.code == "trust")
    reject(anna, proposal)
    # A rejection holds as long as the code means the same.
    before = anna.codes().codebook.code("trust")
    meaning = [
        f"{field}={getattr(before, field)}" for field in ("brief", "definition", "when_to_use", "when_not_to_use")
    ]
    edits.remove_code(anna, "trust")
    assert diagnose(anna).faults == ()
    assert frequencies(anna).rows
    edits.add_code(anna, "trust", ["name.en=Trust", *meaning, "indicators.en=trust*"], below="motive")
    assert "trust" not in {p.suggestion.code for p in proposals(anna, source)}
