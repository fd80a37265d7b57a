"""Translations of passages: coding is done in the language of the interview, quotations are read in others.

A passage has one translation into each language, whoever records it, and whoever finds a better word may change it:
a translation is the team's, as names of speakers are. Only a blind round hides what others translated, because it
shows what they found worth quoting.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from qcode.core.events import Json
from qcode.core.ids import translation_id
from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.coding import passage_fields, text_of
from qcode.services.written import clean_text, clean_title
from qcode.store.memo_reading import TranslationRow

if TYPE_CHECKING:
    from collections.abc import Collection

    from qcode.services.study import SourceRow, Study

__all__ = [
    "TranslationRow",
    "find_translation",
    "language_tag",
    "remove_translation",
    "set_translation",
    "translations",
    "translations_by_passage",
]

_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)


def language_tag(text: str) -> str:
    """A language tag in its usual form (BCP 47: language, script, region). Raises RequestError if it is none.

    >>> language_tag("EN"), language_tag("zh-hans-cn")
    ('en', 'zh-Hans-CN')
    """
    if not _TAG.fullmatch(text):
        raise RequestError(f"“{text[:40]}” is no language.", fix="Give a short tag such as en, de or zh-Hans.")
    first, *rest = text.lower().split("-")
    script_length = 4
    return "-".join([first, *(part.title() if len(part) == script_length else part.upper() for part in rest)])


def set_translation(
    study: Study,
    source: SourceRow,
    span: Span,
    language: str,
    text: str,
    *,
    translator: str | None = None,
    checked_by: str | None = None,
) -> bool:
    """Record a passage (code points, half-open) in another language, or correct it; whether anything changed.

    `translator` is who translated (else me, where the words are new), `checked_by` who compared it with the
    original: other words have been checked by nobody. Raises RequestError if the span does not lie in the text, if
    the language or the words are none, or if a blind round hides the translation that is there.
    """
    tag = language_tag(language)
    uid = translation_id(source.uid, span.start, span.end, tag)
    fields: dict[str, Json] = {
        **passage_fields(source, text_of(study, source), span), "language": tag, "text": clean_text(text, "translation")
    }  # fmt: skip
    here = {row.uid: row for row in study.file.notes.translations(source.key)}.get(uid)
    if here is not None and not _may_see(study, here):
        raise RequestError("Somebody has translated this passage already, which this round hides from you.")
    fresh = here is None or here.text != fields["text"]
    if translator is not None or fresh:
        fields["translator"] = clean_title(translator if translator is not None else study.me.name, "translator")
    if checked_by is not None or fresh:
        fields["checked_by"] = clean_title(checked_by or "", "name of who checked")
    with study.act() as writer:
        return writer.put("translation", uid, fields)


def remove_translation(study: Study, uid: str) -> None:
    """Take a translation away. Raises RequestError if it is not there."""
    if uid not in {row.uid for row in translations(study)}:
        raise RequestError("This translation is not there any more.")
    with study.act() as writer:
        writer.remove(uid)


def _may_see(study: Study, row: TranslationRow) -> bool:
    coders = _seen(study)
    return coders is None or row.coder in coders


def _seen(study: Study) -> Collection[int] | None:
    """Keys of the coders whose translations may be read; None for all."""
    return study.visible_coders() if study.viewpoint.blind else None


def translations(
    study: Study, source: SourceRow | None = None, *, over: Span | None = None, language: str | None = None
) -> list[TranslationRow]:
    """Translations in text order: of one transcript or of all, of passages that overlap `over`, into one language.

    Raises RequestError for a language that is none.
    """
    tag = None if language is None else language_tag(language)
    return [
        row
        for row in study.file.notes.translations(source.key if source else None, coders=_seen(study))
        if (over is None or over.overlaps(Span(row.start, row.end))) and tag in (None, row.language)
    ]


def translations_by_passage(
    study: Study, source: SourceRow | None = None
) -> dict[tuple[int, int, int], dict[str, TranslationRow]]:
    """Translations of exactly each passage: by (transcript's key, start, end), then by language."""
    found: dict[tuple[int, int, int], dict[str, TranslationRow]] = defaultdict(dict)
    for row in translations(study, source):
        found[row.source, row.start, row.end][row.language] = row
    return dict(found)


def find_translation(study: Study, text: str) -> TranslationRow:
    """A translation by its id or the last digits of it. Raises RequestError if there is none, or several."""
    from qcode.services.listings import pick_id

    rows = {row.uid: row for row in translations(study)}
    return rows[pick_id("translation", text, rows)]
