"""Importing an edited codebook into a study that went on changing it."""

from __future__ import annotations

import pytest
from studies import CODEBOOK, put

from qcode.core.codebook_diff import Difference
from qcode.core.ids import code_id
from qcode.errors import RequestError
from qcode.services import codebooks, proposals
from qcode.services.codebook_edits import (
    add_code,
    free_id,
    move_code,
    remove_code,
    rename_code,
    set_fields,
)
from qcode.services.codebook_merges import merge_code, unmerge_code
from qcode.services.codebook_plan import Past
from qcode.store.rebuild import compare

TAX = '\n[[code]]\nid = "tax"\nparent = "money"\nname = { en = "Tax" }\nbrief = "T."\n'


def bring(study, folder, text, **options):
    file = folder / "next.toml"
    file.write_text(text, encoding="utf-8")
    return codebooks.import_codebook(study, file, **options)


def code(study, name):
    return study.codes().codebook.code(name)


def test_an_accepted_proposal_outlives_an_import(anna, bo, tmp_path):
    uid = proposals.propose(bo, "money", ["definition=Any funds.", "name.de=Geld"])
    proposals.decide(anna, uid, accept=True)
    report = bring(anna, tmp_path, CODEBOOK.replace("They know each other.", "They have met."))
    assert (code(anna, "money").definition, code(anna, "money").name("de")) == ("Any funds.", "Geld")
    assert report.changed == ("trust",)
    assert report.fields == {"trust": ("brief",)}
    assert [words.partition(" on ")[0] for words in report.kept] == [
        "name.de of money, changed here", "definition of money, changed here"
    ]  # fmt: skip
    assert all(words.endswith(" by anna") for words in report.kept)
    assert compare(anna.file) == []


def test_what_both_changed_differently_is_refused_until_somebody_decides(anna, tmp_path):
    set_fields(anna, "money", ["definition=Ours."])
    text = CODEBOOK.replace("Money is the reason.", "Theirs.")
    before = anna.codes().codebook
    with pytest.raises(RequestError, match=r"definition of money, changed here on .* by anna") as refused:
        bring(anna, tmp_path, text)
    assert "Ours." not in str(refused.value)
    assert "--take file" in str(refused.value)
    assert anna.codes().codebook == before
    assert bring(anna, tmp_path, text, take="study").changed == ()
    assert code(anna, "money").definition == "Ours."
    # That decision holds: the file says what it said, and the study has moved on.
    assert len(bring(anna, tmp_path, text).kept) == 1
    set_fields(anna, "money", ["definition=Ours again."])
    other = text.replace("Theirs.", "Theirs again.")
    assert bring(anna, tmp_path, other, take="file").fields == {"money": ("definition",)}
    assert code(anna, "money").definition == "Theirs again."


def test_a_file_can_go_back_to_what_it_said(anna, tmp_path):
    bring(anna, tmp_path, CODEBOOK.replace("Why.", "Why so."))
    report = bring(anna, tmp_path, CODEBOOK)
    assert (report.changed, report.kept) == (("motive",), ())
    assert code(anna, "motive").brief == "Why."


def test_a_file_that_says_what_the_study_says_is_what_comes_next_is_held_against(anna, tmp_path):
    set_fields(anna, "motive", ["brief=Why so."])
    assert bring(anna, tmp_path, CODEBOOK.replace("Why.", "Why so.")).changed == ()
    assert bring(anna, tmp_path, CODEBOOK.replace("Why.", "Why then.")).changed == ("motive",)


def test_importing_the_same_file_again_writes_nothing(anna, bo, tmp_path):
    bring(anna, tmp_path, CODEBOOK)
    state = anna.file.read.state()
    bring(anna, tmp_path, CODEBOOK)
    bring(bo, tmp_path, CODEBOOK)
    assert anna.file.read.state() == state


@pytest.mark.parametrize("form", ["toml", "csv", "xlsx"])
def test_an_exported_file_is_held_against_what_it_was_exported_from(anna, tmp_path, form):
    set_fields(anna, "money", ["definition=Ours."])
    file = tmp_path / f"out.{form}"
    codebooks.export_codebook(anna, file)
    codebooks.export_codebook(anna, tmp_path / "edit.toml")
    text = (tmp_path / "edit.toml").read_text(encoding="utf-8")
    (tmp_path / "edit.toml").write_text(text.replace("Ours.", "Edited."), encoding="utf-8")
    assert codebooks.import_codebook(anna, file).kept == ()
    set_fields(anna, "trust", ["brief=Met."])
    report = codebooks.import_codebook(anna, tmp_path / "edit.toml")
    assert report.fields == {"money": ("definition",)}
    assert len(report.kept) == 1
    assert (code(anna, "money").definition, code(anna, "trust").brief) == ("Edited.", "Met.")
    # The file by hand that came first is still held against itself.
    assert bring(anna, tmp_path, CODEBOOK.replace("Why.", "Why so.")).fields == {"motive": ("brief",)}
    assert code(anna, "money").definition == "Edited."


def test_a_file_from_elsewhere_is_held_against_the_last_import(anna, tmp_path):
    text = CODEBOOK.replace('title = "Miniature"', 'title = "Miniature"\nwritten_from = "0123456789ab"')
    set_fields(anna, "money", ["definition=Ours."])
    assert len(bring(anna, tmp_path, text).kept) == 1


def test_a_study_that_remembers_no_import_begins_with_its_first_codebook(anna, tmp_path, monkeypatch):
    monkeypatch.setattr(Past, "imports", lambda _: [])
    set_fields(anna, "money", ["definition=Ours."])
    assert len(bring(anna, tmp_path, CODEBOOK.replace("Why.", "Why so.")).kept) == 1
    assert code(anna, "money").definition == "Ours."


def test_merged_codes_do_not_come_back(anna, tmp_path):
    put(anna, "one", "trust", "We trusted them from the start.")
    merge_code(anna, "trust", "money")
    report = bring(anna, tmp_path, CODEBOOK.replace("They know each other.", "They have met."))
    assert "trust" not in anna.codes().codebook
    assert any("trust: merged into money here" in words for words in report.kept)
    codebooks.export_codebook(anna, tmp_path / "out.toml")
    text = (tmp_path / "out.toml").read_text(encoding="utf-8")
    (tmp_path / "out.toml").write_text(text + TAX.replace("tax", "trust"), encoding="utf-8")
    with pytest.raises(RequestError, match="“trust” was merged into “money”"):
        codebooks.import_codebook(anna, tmp_path / "out.toml")
    unmerge_code(anna, "trust")
    assert bring(anna, tmp_path, CODEBOOK).kept == ()
    assert compare(anna.file) == []


def test_what_stood_below_a_merged_code_stands_below_the_other(anna, tmp_path):
    bring(anna, tmp_path, CODEBOOK + TAX)
    merge_code(anna, "money", "trust")
    more = TAX.replace("tax", "levy").replace("Tax", "Levy")
    report = bring(anna, tmp_path, CODEBOOK + TAX + more)
    assert report.added == ("levy",)
    assert [c.id for c in anna.codes().codebook.children("trust")] == ["tax", "levy"]


def test_renamed_codes_are_known_by_their_old_id(anna, tmp_path):
    uid = anna.codes().find("motive").uid
    rename_code(anna, "motive", "drive")
    text = CODEBOOK.replace("Why.", "Why so.") + TAX.replace('"money"', '"motive"')
    report = bring(anna, tmp_path, text)
    assert report.added == ("tax",)
    assert any("id of motive: renamed drive here" in words for words in report.kept)
    assert (code(anna, "drive").brief, code(anna, "tax").parent) == ("Why so.", "drive")
    assert anna.codes().find("drive").uid == uid == code_id("mini", "motive")
    assert report.missing == ()
    assert not [d for d in codebooks.diff(anna, str(tmp_path / "next.toml")).differences if d.kind != "kept"]


def test_a_code_that_was_renamed_and_then_merged_stays_merged(anna, tmp_path):
    rename_code(anna, "trust", "confidence")
    merge_code(anna, "confidence", "money")
    report = bring(anna, tmp_path, CODEBOOK)
    assert len(report.kept) == 3  # two fields of the words that money took over, and the merge
    assert "trust: merged into money here on " in report.kept[-1]
    assert [c.id for c in anna.codes().codebook.codes] == ["motive", "money", "setup", "office"]


def test_an_old_id_and_a_new_one_are_one_code(anna, tmp_path):
    rename_code(anna, "motive", "drive")
    with pytest.raises(RequestError, match="“motive” and “drive”, which are one code"):
        bring(anna, tmp_path, CODEBOOK + '\n[[code]]\nid = "drive"\nname = { en = "Drive" }\n')
    codebooks.export_codebook(anna, tmp_path / "out.toml")
    text = (tmp_path / "out.toml").read_text(encoding="utf-8")
    (tmp_path / "out.toml").write_text(text + '\n[[code]]\nid = "motive"\nname = { en = "M" }\n', encoding="utf-8")
    with pytest.raises(RequestError, match="“motive” was the id of “drive” before"):
        codebooks.import_codebook(anna, tmp_path / "out.toml")


def test_a_code_renamed_in_the_file_is_not_taken_for_a_new_one(anna, tmp_path):
    with pytest.raises(RequestError, match="qcode codebook rename"):
        bring(anna, tmp_path, CODEBOOK.replace('id = "trust"', 'id = "confidence"'))
    assert "confidence" not in anna.codes().codebook


def test_removed_codes_stay_out_unless_the_file_changed_them(anna, tmp_path):
    remove_code(anna, "trust")
    report = bring(anna, tmp_path, CODEBOOK)
    assert "trust" not in anna.codes().codebook
    assert any("trust: removed here on" in words for words in report.kept)
    text = CODEBOOK.replace("They know each other.", "They have met.")
    with pytest.raises(RequestError, match="id of trust, changed here"):
        bring(anna, tmp_path, text)
    assert "trust" not in anna.codes().codebook
    bring(anna, tmp_path, text, take="study")
    assert "trust" not in anna.codes().codebook
    bring(anna, tmp_path, text.replace("They have met.", "They met."), take="file")
    assert code(anna, "trust").brief == "They met."


def test_a_removed_code_comes_in_anew_where_the_file_did_not_have_it(anna, tmp_path):
    add_code(anna, "tax", ["name.en=Tax", "brief=Old."], below="money")
    remove_code(anna, "tax")
    assert bring(anna, tmp_path, CODEBOOK + TAX).added == ("tax",)
    assert code(anna, "tax").brief == "T."


def test_with_what_the_study_keeps_there_may_be_a_fault(anna, tmp_path):
    set_fields(anna, "trust", ["hotkey=2"])
    with pytest.raises(RequestError, match=r"With what the study keeps: .*hot key 2"):
        bring(anna, tmp_path, CODEBOOK.replace('id = "office"\n', 'id = "office"\nhotkey = "2"\n'))


def test_only_the_owner_hears_of_conflicts(anna, bo, tmp_path):
    set_fields(anna, "money", ["definition=Ours."])
    assert len(bring(bo, tmp_path, CODEBOOK).kept) == 1
    with pytest.raises(RequestError, match="anna's"):
        bring(bo, tmp_path, CODEBOOK.replace("Money is the reason.", "Theirs."))


def test_a_difference_says_what_an_import_leaves(anna, tmp_path):
    set_fields(anna, "money", ["definition=Ours.", "hotkey=3"])
    add_code(anna, "tax", ["name.en=Tax", "brief=T."])
    remove_code(anna, "trust")
    file = tmp_path / "next.toml"
    text = CODEBOOK.replace("Money is the reason.", "Theirs.").replace("Why.", "Why so.")
    file.write_text(text.replace("They know each other.", "They met."), encoding="utf-8")
    assert codebooks.diff(anna, str(file)).differences == (
        Difference("changed", "motive", "brief", "Why.", "Why so."),
        Difference("kept", "money", "hotkey", "3", "1"),
        Difference("conflict", "trust", "id", "", ""),
        Difference("conflict", "money", "definition", "Ours.", "Theirs."),
        Difference("only here", "tax", before="Tax"),
    )
    other = tmp_path / "other.toml"
    other.write_text(CODEBOOK.replace('id = "mini"', 'id = "maxi"'), encoding="utf-8")
    assert [d.field for d in codebooks.diff(anna, str(other)).differences][:1] == ["id"]


def test_another_order_is_taken_over_and_said(anna, tmp_path):
    head, *codes = CODEBOOK.split("[[code]]")
    swapped = "[[code]]".join([head, codes[0], codes[2], codes[1] + "\n", *codes[3:]])
    report = bring(anna, tmp_path, swapped)
    assert report.reordered
    assert (report.changed, report.unchanged) == ((), 5)
    assert [c.id for c in anna.codes().codebook.codes][:3] == ["motive", "trust", "money"]
    move_code(anna, "trust", below="setup")
    assert not bring(anna, tmp_path, swapped).reordered
    assert [c.id for c in anna.codes().codebook.children("setup")] == ["office", "trust"]


def test_orders_that_both_changed_are_a_conflict(anna, tmp_path):
    move_code(anna, "setup", before="motive")
    head, *codes = CODEBOOK.split("[[code]]")
    with pytest.raises(RequestError, match="order of the codebook, changed here on"):
        bring(anna, tmp_path, "[[code]]".join([head, codes[0], codes[2], codes[1] + "\n", *codes[3:]]))


def test_the_head_of_the_codebook_meets_as_well(anna, tmp_path):
    report = bring(anna, tmp_path, CODEBOOK.replace('title = "Miniature"', 'title = "Small"'))
    assert report.fields == {None: ("title",)}
    with anna.act() as writer:
        writer.change(anna.codes().uid, {"title": "Tiny"})
    with pytest.raises(RequestError, match=r"title of the codebook, changed here on .* by anna"):
        bring(anna, tmp_path, CODEBOOK)


def test_ids_are_never_given_twice(anna):
    rename_code(anna, "trust", "confidence")
    merge_code(anna, "money", "confidence")
    add_code(anna, "tax", ["name.en=Tax", "brief=T."])
    remove_code(anna, "tax")
    for taken, why in (("trust", "before"), ("money", "merged"), ("office", "already")):
        with pytest.raises(RequestError, match=why):
            add_code(anna, taken, ["name.en=X", "brief=X."])
        with pytest.raises(RequestError, match=why):
            rename_code(anna, "setup", taken)
    with pytest.raises(RequestError, match="removed"):
        rename_code(anna, "setup", "tax")
    assert free_id(anna, "tax") == "tax"
    assert rename_code(anna, "confidence", "trust").code == "trust"
    assert anna.codes().first_id("trust") == "trust"
