"""Merging codes, and taking it back: nobody's codings are rewritten."""

from __future__ import annotations

import pytest
from studies import CODEBOOK, put

from qcode.errors import InputError, RequestError, UnknownName
from qcode.services import codebook_edits as edits
from qcode.services import codebooks, releases
from qcode.services.codebook_merges import merge_code, unmerge_code
from qcode.services.coding import mark
from qcode.services.listings import coding_table
from qcode.services.tables import frequencies
from qcode.store.rebuild import compare


def drawn(study):
    return " ".join(f"{'.' * depth}{code.id}" for code, depth in study.codes().codebook.walk())


def segments(study):
    return {row[0]: row[2] for row in frequencies(study).rows if row[2]}


@pytest.fixture
def coded(anna, bo):
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(bo, "two", "money", "The road needs a budget")
    put(bo, "two", "trust", "Nobody trusted anybody.")
    return anna


def test_a_merge_and_back_again(coded, bo):
    book = coded.codes().codebook
    assert merge_code(coded, "money", "trust").words == (
        "Merged money into trust; 2 codings (1 of them yours) in 2 transcripts now count as trust.",
        "trust is also found as money, 资金, funds.",
        "`qcode codebook unmerge money` takes it back.",
    )
    whole = coded.codes().codebook.code("trust")
    assert whole.aliases == ("money", "资金", "funds")
    assert whole.indicators == (("en", ("trust*", "budget*", "revenue*")),)
    assert segments(coded) == {"trust": 3}
    assert {row[3] for row in coding_table(coded).rows} == {"trust"}
    assert coded.codes().find("资金").short_id == "trust"
    put(bo, "two", "money", "the revenue is gone")  # by its old id, while it is merged
    assert unmerge_code(coded, "money").words == (
        "money stands for itself again, with 2 codings (1 of them yours) in 2 transcripts.",
    )
    assert coded.codes().codebook == book
    assert segments(coded) == {"money": 2, "trust": 2}
    assert compare(coded.file) == []


def test_children_go_along_and_come_back(anna):
    edits.add_code(anna, "tax", ["name.en=Tax", "brief=T."], below="money")
    edits.add_code(anna, "levy", ["name.en=Levy", "brief=L."], below="money")
    before = anna.codes().codebook
    assert "Moved below trust: tax, levy." in merge_code(anna, "money", "trust").words
    assert drawn(anna) == "motive .trust ..tax ..levy setup .office"
    edits.move_code(anna, "levy", below="setup")
    unmerge_code(anna, "money")
    assert drawn(anna) == "motive .money ..tax .trust setup .office .levy"
    assert before.code("tax") == anna.codes().codebook.code("tax")


def test_words_stay_out_on_request(anna):
    merge_code(anna, "money", "trust", words=False)
    assert anna.codes().codebook.code("trust").aliases == ()
    assert unmerge_code(anna, "资金").code == "money"


def test_a_hot_key_that_was_given_on_is_not_taken_back(anna):
    merge_code(anna, "money", "trust")
    edits.set_fields(anna, "office", ["hotkey=1"])
    assert "The hot key 1 stays with office." in unmerge_code(anna, "money").words
    assert anna.codes().codebook.code("money").hotkey is None


def test_words_that_were_edited_since_stay(anna):
    merge_code(anna, "money", "trust")
    edits.set_fields(anna, "trust", ["aliases=funds", "aliases=faith", "indicators.en=budget*"])
    unmerge_code(anna, "money")
    whole = anna.codes().codebook.code("trust")
    assert (whole.aliases, whole.indicators) == (("faith",), ())


def test_chains_are_followed_and_come_apart(coded):
    merge_code(coded, "money", "trust")
    merge_code(coded, "trust", "office")
    assert segments(coded) == {"office": 3}
    unmerge_code(coded, "money")
    assert segments(coded) == {"money": 2, "office": 1}
    assert drawn(coded) == "motive .money setup .office"
    unmerge_code(coded, "trust")
    assert segments(coded) == {"money": 2, "trust": 1}
    assert compare(coded.file) == []


def test_what_cannot_be_merged(anna):
    for part, whole, why in (
        ("money", "money", "into itself"),
        ("motive", "money", "stands below “motive”"),
    ):
        with pytest.raises(RequestError, match=why):
            merge_code(anna, part, whole)
    with pytest.raises(RequestError, match="“money” was not merged"):
        unmerge_code(anna, "money")
    with pytest.raises(UnknownName):
        unmerge_code(anna, "mony")
    merge_code(anna, "money", "trust")
    with pytest.raises(RequestError, match="into itself"):
        merge_code(anna, "money", "trust")


def test_merging_within_a_dimension_reopens_nothing_and_across_does(anna):
    mark(anna, anna.source("one"), ["motive", "setup"], "complete")
    assert len(merge_code(anna, "money", "trust").words) == 3
    assert releases.recheck(anna) == []
    told = merge_code(anna, "trust", "office").words
    assert told[-1] == "1 completed transcript is to be rechecked for office."
    assert [(r.code, r.why) for r in releases.recheck(anna)] == [("office", "took in money, trust")]


def test_a_code_below_a_merged_one_on_another_machine_stands_below_the_other(anna):
    rows = anna.codes().by_id
    with anna.act() as writer:
        writer.change(rows["motive"].uid, {"merged_into": rows["setup"].uid})
    assert drawn(anna) == "setup .money .trust .office"
    with anna.act() as writer:
        writer.change(rows["setup"].uid, {"parent": rows["motive"].uid})
    assert drawn(anna) == "setup .money .trust .office"
    unmerge_code(anna, "motive")
    assert drawn(anna) == "motive .money .trust .setup ..office"


@pytest.mark.parametrize(
    "took", [None, 7, {"children": 3, "aliases": [1], "indicators": [["en"], 5, ["en", "x"]]}, {"indicators": {}}]
)
def test_a_misshapen_note_of_a_merge_takes_nothing_back(anna, took):
    merge_code(anna, "money", "trust")
    uid = anna.codes().by_id["money"].uid
    with anna.act() as writer:
        writer.change(uid, {"merge_took": took, "names": [["en", "Money"], ["de"], 3]})
    with pytest.raises((UnknownName, InputError)):
        unmerge_code(anna, "nobody" if took is None else "Money")
    assert anna.codes().codebook.code("trust").aliases == ("money", "资金", "funds")
    with anna.act() as writer:
        writer.change(uid, {"names": [["en", "Money"]]})
    unmerge_code(anna, "money")
    assert anna.codes().codebook.code("trust").aliases == ("money", "资金", "funds")


def test_a_misshapen_import_is_passed_over(anna, tmp_path):
    with anna.act() as writer:
        writer.change(anna.codes().uid, {"imported": [1]})
    file = tmp_path / "next.toml"
    file.write_text(CODEBOOK.replace("Why.", "Why so."), encoding="utf-8")
    assert codebooks.import_codebook(anna, file).changed == ("motive",)


def test_a_code_comes_back_below_a_code_that_comes_back_later(anna):
    book = anna.codes().codebook
    merge_code(anna, "trust", "money")
    merge_code(anna, "motive", "setup")
    unmerge_code(anna, "trust")
    assert drawn(anna) == "setup .money .trust .office"
    unmerge_code(anna, "motive")
    assert anna.codes().codebook == book
    assert compare(anna.file) == []
