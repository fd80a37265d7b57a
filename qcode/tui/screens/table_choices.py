"""What a table can be asked for, as choices to pick from, and what was chosen in words."""

from __future__ import annotations

from qcode.services.case_columns import CASE, KIND
from qcode.services.crosstab_columns import CODER, column_names
from qcode.services.filters import Filters
from qcode.services.study import Study
from qcode.services.table_rows import SCREEN_CONTENTS
from qcode.services.tables import Asked
from qcode.tui.safe import Parts
from qcode.tui.screens.picker import Choice

__all__ = [
    "coder_choices", "column_choices", "content_choices", "narrowed_words", "row_choices", "row_words",
]  # fmt: skip

_CONTENT = {
    "segments": "merged segments",
    "transcripts": "interviews with at least one segment",
    "cases": "cases that at least one segment speaks of",
    "row": "percent of the segments of the row",
    "column": "percent of the segments of the column",
}
_RULES = {
    "main": "one coder for each transcript",
    "any": "a stretch counts if anybody coded it",
    "all": "a stretch counts if every coder of the transcript coded it",
}
_OWN = {
    CODER: "each coder's own work side by side",
    KIND: "the kinds of the cases: data set, other, programme, general",
    CASE: "one column for each case",
}
_SCOPES = {"transcript": "recorded of transcripts", "speaker": "recorded of speakers"}


def row_choices(study: Study, asked: Asked, *, whole: bool) -> tuple[list[Choice], str]:
    """What can be the rows, and which it is now; `whole` False leaves out rows that count all below them.

    A value is `codes` or `branches`, and behind a blank the code whose branch it is.
    """
    book = study.codes().codebook
    choices = [Choice("codes", "all codes", "each by itself", ("all codes", "codes"))]
    if whole:
        choices.append(
            Choice("branches", "dimensions", "each with all below it", ("dimensions", "top level", "branches"))
        )
    for code, depth in book.walk():
        if not book.children(code.id):
            continue
        names = (code.id, *(name for _, name in code.names), *code.aliases)
        title = f"{'  ' * depth}{code.id}"
        choices.append(Choice(f"codes {code.id}", title, "one branch, each code by itself", names, code.name()))
        if whole:
            choices.append(Choice(f"branches {code.id}", title, "one row with all below it", names, code.name()))
    code_id = asked.filters.codes[0] if asked.filters.codes else ""
    return choices, f"{asked.rows} {code_id}".rstrip()


def column_choices(study: Study) -> list[Choice]:
    """What can be the columns; empty: none."""
    choices = [Choice("", "none", "frequencies", ("none", "frequencies"))]
    for name in column_names(study):
        scope, _, rest = name.partition(".")
        of_others = _SCOPES.get(scope, "") if rest else ""
        aside = _OWN.get(name) or of_others or "of the cases"
        choices.append(Choice(name, name, aside, (name, rest or name)))
    return choices


def content_choices() -> list[Choice]:
    """What can stand in the cells."""
    return [
        Choice(name, f"{i} {_CONTENT[name]}", "", (name, _CONTENT[name])) for i, name in enumerate(SCREEN_CONTENTS, 1)
    ]


def coder_choices(study: Study) -> list[Choice]:
    """Whose codings can count."""
    rules = [Choice(rule, rule, words, (rule,)) for rule, words in _RULES.items()]
    return rules + [Choice(c.name, c.name, "one coder", (c.name,)) for c in study.coders() if c.name]


def row_words(asked: Asked) -> Parts:
    """Which rows there are, for the title."""
    codes = ", ".join(asked.filters.codes)
    if asked.rows == "branches":
        return [f" · {codes or 'dimensions'} with all below"]
    return [f" · {codes} and below" if codes else " · all codes"]


def narrowed_words(filters: Filters) -> Parts:
    """By what the segments are narrowed, for the title; the notes say it in full."""
    words = [
        filters.where.words if filters.where else "",
        f"words of {filters.speakers}" if filters.speakers != "participants" else "",
        ", ".join(source.name for source in filters.transcripts),
        ", ".join(filters.kinds),
        ", ".join(filters.stages),
        "data set" if filters.dataset else "",
        "flagged" if filters.flagged else "",
        f"“{filters.text}”" if filters.text else "",
    ]
    return [(f" · {word}", "bold") for word in words if word]
