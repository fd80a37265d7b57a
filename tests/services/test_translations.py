"""Translations: one for each passage and language, the team's, and hidden in a blind round."""

from __future__ import annotations

import pytest
from studies import TEXTS, put

from qcode.core.spans import Span
from qcode.core.viewpoint import Viewpoint
from qcode.errors import RequestError
from qcode.services.coding import redo, undo
from qcode.services.doctor import diagnose
from qcode.services.log import acts
from qcode.services.memo_tables import translation_table
from qcode.services.translations import (
    find_translation,
    language_tag,
    remove_translation,
    set_translation,
    translations,
    translations_by_passage,
)

REVENUE = Span(TEXTS["one"].index("The revenue"), TEXTS["one"].index("The revenue") + 11)


def told(study, **wanted) -> list[tuple[str, str, str, str]]:
    return [(r.language, r.text, r.translator, r.checked_by) for r in translations(study, **wanted)]


def test_recording_and_correcting(anna, bo):
    source = anna.source("one")
    assert set_translation(anna, source, REVENUE, "ZH-hans", "收入\u3000", checked_by="Bo")
    assert told(anna) == [("zh-Hans", "收入", "anna", "Bo")]
    assert not set_translation(anna, source, REVENUE, "zh-Hans", "收入")
    assert told(anna) == [("zh-Hans", "收入", "anna", "Bo")]
    assert set_translation(bo, source, REVENUE, "zh-Hans", "财政收入")  # other words, checked by nobody
    assert told(anna) == [("zh-Hans", "财政收入", "bo", "")]
    assert set_translation(bo, source, REVENUE, "zh-Hans", "财政收入", translator="A. N. Other", checked_by="Anna")
    assert told(anna) == [("zh-Hans", "财政收入", "A. N. Other", "Anna")]
    assert set_translation(anna, source, REVENUE, "de", "Die Einnahmen")
    assert told(anna, language="DE") == [("de", "Die Einnahmen", "anna", "")]
    diagnosis = diagnose(anna)
    assert (diagnosis.faults, diagnosis.remarks) == ((), ())


@pytest.mark.parametrize(
    ("given", "tag"),
    [
        ("en", "en"),
        ("EN-gb", "en-GB"),
        ("zh-hans", "zh-Hans"),
        ("ZH-HANT-tw", "zh-Hant-TW"),
        ("yue", "yue"),
        ("es-419", "es-419"),
    ],
)
def test_language_tags_have_one_form(given, tag):
    assert language_tag(given) == tag


@pytest.mark.parametrize("given", ["", "english", "e", "en_GB", "en-", "-en", "中文", "en\n", "en-GB-x-y", "x" * 99])
def test_what_is_no_language_is_refused(anna, given):
    with pytest.raises(RequestError, match="is no language"):
        set_translation(anna, anna.source("one"), REVENUE, given, "x")
    with pytest.raises(RequestError, match="is no language"):
        translations(anna, language=given)


@pytest.mark.parametrize(
    ("span", "text", "more", "says"),
    [
        (Span(5, 5), "x", {}, "does not lie inside"),
        (Span(0, 99_999), "x", {}, "does not lie inside"),
        (REVENUE, " ", {}, "translation is empty"),
        (REVENUE, "x", {"translator": "\x00"}, "translator holds a NUL"),
        (REVENUE, "x", {"checked_by": "n" * 999}, "who checked has 999 characters"),
    ],
)
def test_what_cannot_be_kept_is_refused(anna, span, text, more, says):
    with pytest.raises(RequestError, match=says):
        set_translation(anna, anna.source("one"), span, "en", text, **more)
    assert translations(anna) == []


def test_finding_by_place(anna):
    one, two = anna.source("one"), anna.source("two")
    set_translation(anna, two, Span(0, 5), "de", "zwei")
    set_translation(anna, one, REVENUE, "de", "eins")
    set_translation(anna, one, REVENUE, "zh", "一")
    assert [r.text for r in translations(anna)] == ["eins", "一", "zwei"]
    assert [r.text for r in translations(anna, one, over=Span(REVENUE.end - 1, REVENUE.end))] == ["eins", "一"]
    assert translations(anna, one, over=Span(REVENUE.end, REVENUE.end + 9)) == []
    found = translations_by_passage(anna)
    assert {language: r.text for language, r in found[one.key, *REVENUE].items()} == {"de": "eins", "zh": "一"}
    assert list(translations_by_passage(anna, two)) == [(two.key, 0, 5)]


def test_removing_undoing_and_bringing_back(anna, bo):
    source = anna.source("one")
    set_translation(anna, source, REVENUE, "de", "Einnahmen", checked_by="Bo")
    (row,) = translations(anna)
    assert find_translation(anna, row.uid[-8:]) == row
    remove_translation(bo, row.uid)
    for attempt in (lambda: remove_translation(anna, row.uid), lambda: find_translation(anna, row.uid)):
        with pytest.raises(RequestError, match=r"not there any more|no translation with"):
            attempt()
    assert undo(bo) is not None
    assert told(anna) == [("de", "Einnahmen", "anna", "Bo")]
    assert redo(bo) is not None
    assert set_translation(bo, source, REVENUE, "de", "Die Einnahmen")
    assert told(anna) == [("de", "Die Einnahmen", "bo", "")]
    assert undo(anna) is not None
    assert [act.words for act in acts(anna, last=2)][1] == "changed translation: de of one"


def test_hiding_others_work_leaves_translations_but_a_blind_round_does_not(anna, bo):
    source = anna.source("one")
    set_translation(anna, source, REVENUE, "de", "Einnahmen")
    put(bo, "one", "trust", "We trusted them from the start.")
    bo.look(own_only=True)
    assert told(bo) == [("de", "Einnahmen", "anna", "")]
    bo.viewpoint = Viewpoint(bo.me.uid, round="r1")
    assert translations(bo) == []
    with pytest.raises(RequestError, match="this round hides"):
        set_translation(bo, source, REVENUE, "de", "x")
    assert set_translation(bo, source, REVENUE, "zh", "收入")
    assert told(bo) == [("zh", "收入", "bo", "")]
    assert set_translation(bo, source, REVENUE, "zh", "财政收入")


def test_a_stranger_in_a_blind_round_sees_nothing(anna, open_as):
    set_translation(anna, anna.source("one"), REVENUE, "de", "Einnahmen")
    stranger = open_as("stranger")
    stranger.viewpoint = Viewpoint(stranger.me.uid, round="r1")
    with pytest.raises(RequestError, match="this round hides"):
        set_translation(stranger, stranger.source("one"), REVENUE, "de", "x")


def test_the_table(anna):
    set_translation(anna, anna.source("one"), REVENUE, "de", "Die Einnahmen")
    set_translation(anna, anna.source("one"), REVENUE, "zh", "收入", checked_by="bo")
    table = translation_table(anna, translations(anna))
    assert [row[1:] for row in table.rows] == [
        ("one", f"{REVENUE.start}-{REVENUE.end}", "de", "The revenue", "Die Einnahmen", "anna", ""),
        ("one", f"{REVENUE.start}-{REVENUE.end}", "zh", "The revenue", "收入", "anna", "bo"),
    ]
    assert table.notes == ("1 of 2 checked by nobody yet.",)
    assert translation_table(anna, translations(anna)[1:]).notes == ()


def test_the_log_names_language_and_transcript_only(anna):
    set_translation(anna, anna.source("one"), REVENUE, "de", "Die Einnahmen")
    assert acts(anna, last=1)[0].words == "added translation: de of one"
