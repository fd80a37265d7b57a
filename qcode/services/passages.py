"""Finding passages that tables name by quote or by position."""

from __future__ import annotations

from collections.abc import Mapping

from qcode.core.events import Json
from qcode.core.spans import Span, check_span
from qcode.core.text import canonicalise
from qcode.errors import RequestError
from qcode.services.coding import passage_fields, text_of
from qcode.services.study import Study
from qcode.store.rows import SourceRow

__all__ = ["Passages", "find_once", "find_passage"]


class Passages:
    """Looks passages up in the transcripts of a study; each text is read once."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._texts: dict[int, str] = {}

    def _source(self, values: Mapping[str, str]) -> tuple[SourceRow, str]:
        source = self._study.source(values.get("transcript", "").strip())
        if source.key not in self._texts:
            self._texts[source.key] = text_of(self._study, source)
        return source, self._texts[source.key]

    def quoted(self, values: Mapping[str, str]) -> dict[str, Json]:
        """Event fields of the passage in `quote`, or from `start` to `end`, of `transcript`.

        Raises RequestError, never with the quote, if it does not stand there exactly once.
        """
        source, text = self._source(values)
        if values.get("quote", "").strip():
            return passage_fields(source, text, find_once(text, values["quote"], "quote"))
        span = _numbers(values)
        if span is None:
            raise RequestError("There is no passage: give “quote”, or “start” and “end”.")
        return passage_fields(source, text, span)

    def between(self, values: Mapping[str, str]) -> dict[str, Json]:
        """Event fields of the passage from `start_quote` to `end_quote`, or from `start` to `end`; else the whole."""
        source, text = self._source(values)
        first, last = values.get("start_quote", ""), values.get("end_quote", "")
        if first.strip() and last.strip():
            span = Span(find_once(text, first, "start_quote").start, find_once(text, last, "end_quote").end)
            return passage_fields(source, text, span)
        if first.strip() or last.strip():
            raise RequestError("“start_quote” and “end_quote” belong together; one of them is empty.")
        numbers = _numbers(values)
        return passage_fields(source, text, numbers) if numbers else {"source": source.uid, "span": None}


def _numbers(values: Mapping[str, str]) -> Span | None:
    start, end = values.get("start", "").strip(), values.get("end", "").strip()
    if not start and not end:
        return None
    if not (start.isascii() and start.isdigit() and end.isascii() and end.isdigit()):
        raise RequestError("“start” and “end” must both be whole numbers.")
    return Span(int(start), int(end))


def find_once(text: str, quote: str, column: str) -> Span:
    """Where the quote stands in the text; RequestError unless it stands there exactly once."""
    wanted = canonicalise(quote).strip()
    first = text.find(wanted)
    if first < 0:
        raise RequestError(f"The words of “{column}” do not stand in the transcript.", fix="Copy them from there.")
    if text.find(wanted, first + 1) >= 0:
        raise RequestError(f"The words of “{column}” stand in the transcript more than once.", fix="Give more of them.")
    return Span(first, first + len(wanted))


def find_passage(
    text: str,
    *,
    quote: str = "",
    start: int | None = None,
    end: int | None = None,
    first: str = "",
    last: str = "",
) -> Span | None:
    """The passage that options of a command name: a quote, numbers, or the first and the last words; None for none.

    `start` and `end` are code points, half-open. Raises RequestError if options contradict one another, or if
    the words do not stand in the text exactly once.
    """
    ways = [bool(quote), start is not None or end is not None, bool(first or last)]
    if sum(ways) > 1:
        raise RequestError("The passage is named in more than one way.", fix="Choose one.")
    if quote:
        return find_once(text, quote, "--quote")
    if start is not None and end is not None:
        return check_span(start, end, len(text))
    if start is not None or end is not None:
        raise RequestError("--start and --end belong together.")
    if first and last:
        begin, close = find_once(text, first, "--from"), find_once(text, last, "--to")
        if close.end <= begin.start:
            raise RequestError("The words of --to stand before those of --from.")
        return Span(begin.start, close.end)
    if first or last:
        raise RequestError("--from and --to belong together.")
    return None
