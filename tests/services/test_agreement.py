"""Agreement: missing is not “coded nothing”, and what is undefined says why."""

from __future__ import annotations

import pytest
from studies import put

from qcode.errors import RequestError, UnknownName
from qcode.services.agreement import agreement, agreement_table
from qcode.services.coding import mark

DIMENSIONS = ["motive", "setup"]


def table_of(study, *names: str, **options) -> dict[str, dict[str, object]]:
    table = agreement_table(agreement(study, names, **options))
    return {str(row[0]): dict(zip(table.header, row, strict=True)) for row in (*table.rows, table.total or ()) if row}


@pytest.fixture
def both(anna, bo):
    for study in (anna, bo):
        put(study, "one", "money", "The revenue of the county was not enough.")
        for name in ("one", "two", "three"):
            mark(study, study.source(name), DIMENSIONS, "complete")
    return anna


def test_the_same_codings_agree_wholly(both):
    row = table_of(both)["money"]
    assert (row["percent"], row["alpha"], row["kappa anna-bo"], row["transcripts"]) == (100.0, 1.0, 1.0, 3)
    # Five turns of the participants in three transcripts, one of which has the code.
    assert row["anna %"] == row["bo %"] == 20.0
    assert row["remark"] == ""


def test_a_difference_lowers_it(both, open_as):
    put(open_as("bo"), "two", "money", "The road needs a budget")
    row = table_of(both)["money"]
    assert isinstance(row["alpha"], float)
    assert 0 < row["alpha"] < 1
    # The same turn, other words: by turns they agree, by characters they do not.
    put(both, "two", "money", "the revenue is gone")
    row = table_of(both)["money"]
    assert row["alpha"] == 1.0
    assert isinstance(row["alpha, characters"], float)
    assert row["alpha, characters"] < 1
    assert isinstance(row["kappa anna-bo, characters (NVivo)"], float)


def test_a_transcript_counts_only_where_two_completed_it(anna, bo):
    put(anna, "one", "money", "The revenue")
    put(bo, "two", "money", "The road needs a budget")
    assert table_of(anna)["money"]["transcripts"] == 0
    for study in (anna, bo):
        mark(study, study.source("one"), ["motive"], "complete")
    # Only `one` counts: there anna coded and bo, who completed it, did not; `two` is missing, not agreement.
    row = table_of(anna)["money"]
    assert (row["transcripts"], row["bo %"]) == (1, 0.0)
    assert isinstance(row["alpha"], float)
    assert row["alpha"] < 0.5


def test_undefined_values_say_why(anna, bo):
    put(anna, "one", "money", "The revenue")
    put(bo, "two", "money", "The road needs a budget")
    row = table_of(anna)["money"]
    assert row["alpha"] is None
    assert row["remark"] == "undefined: No document was completed by two of the coders."


def test_assuming_completeness_counts_what_each_coded_in(anna, bo):
    put(anna, "one", "money", "The revenue")
    put(bo, "one", "money", "The revenue")
    put(bo, "two", "money", "The road needs a budget")
    found = agreement(anna, assume_complete=True)
    assert table_of(anna, assume_complete=True)["money"]["transcripts"] == 1
    assert any("at least two coders coded anything in it." in note for note in found.notes)


def test_codes_can_be_chosen(both):
    put(both, "one", "trust", "We trusted them from the start.")
    assert list(table_of(both)) == ["money", "trust", "overall"]
    assert list(table_of(both, codes=["trust"])) == ["trust", "overall"]


def test_it_needs_two_coders(anna, bo):
    with pytest.raises(RequestError, match="needs two coders"):
        agreement(anna)
    put(anna, "one", "money", "The revenue")
    with pytest.raises(RequestError, match="needs two coders"):
        agreement(anna)
    put(bo, "one", "money", "The revenue")
    with pytest.raises(RequestError, match="needs two coders"):
        agreement(anna, ["anna", "anna"])
    with pytest.raises(UnknownName, match="annna"):
        agreement(anna, ["annna", "bo"])


def test_a_coder_named_twice_is_one(both):
    assert [c.name for c in agreement(both, ["anna", "bo", "anna"]).coders] == ["anna", "bo"]


def test_a_table_of_nothing(both):
    table = agreement_table(agreement(both, codes=["office"]))
    assert (table.rows, table.total) == ((), None)
    assert table.header == ("code", "anna %", "bo %", "percent", "Dice", "alpha", "alpha, characters", "transcripts",
                            "remark")  # fmt: skip


def test_documents_without_speakers_count_by_paragraph(both, open_as, tmp_path):
    from qcode.services.importing import import_transcripts

    (tmp_path / "plain.txt").write_text("The plan names a budget.\n\nNothing else is said.\n", encoding="utf-8")
    import_transcripts(both, [tmp_path / "plain.txt"], kind="document")
    for study in (both, open_as("bo")):
        put(study, "plain", "money", "The plan names a budget.")
        mark(study, study.source("plain"), DIMENSIONS, "complete")
    row = table_of(both)["money"]
    assert (row["transcripts"], row["anna %"]) == (4, 28.6)  # two of seven


def test_with_many_coders_kappa_needs_rows_of_its_own(both, open_as):
    for name in ("chen", "dora"):
        put(open_as(name), "one", "money", "The revenue of the county was not enough.")
    header = agreement_table(agreement(both)).header
    assert not [name for name in header if name.startswith("kappa")]
    assert {"anna %", "dora %", "alpha"} <= set(header)
    assert "kappa anna-bo" in agreement_table(agreement(both, ["anna", "bo", "chen"])).header
