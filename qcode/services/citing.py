"""One passage as a quotation with its source, as a text takes it over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qcode.core.notes import NOTE_KINDS, verbatim_part, verbatim_spans
from qcode.core.spans import Span, check_span
from qcode.services.quotations import citation
from qcode.services.retrieval import FoundPassage

if TYPE_CHECKING:
    from qcode.services.study import SourceRow

__all__ = ["quotation"]


def quotation(source: SourceRow, text: str, span: Span) -> str:
    """A passage (code points of the transcript's text, half-open) as `'...' (transcript 009)`.

    What notes hold in their writer's words is a paraphrase and stands without quotation marks. Raises RequestError
    if the span does not lie in the text.
    """
    check_span(span.start, span.end, len(text))
    said = verbatim_part(text, span, verbatim_spans(text)) if source.kind in NOTE_KINDS else "yes"
    return citation(
        FoundPassage(
            number=1, source=source, span=span, quote=text[span.start : span.end], speakers=(), time_ms=None,
            coders=(), cases=(), codes=(), also=(), flagged=False, verbatim=said, translations=(), codings=(),
        )
    )  # fmt: skip
