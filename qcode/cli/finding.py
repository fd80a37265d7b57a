"""Commands that find passages: by their codes, and by their words."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of, place_filters
from qcode.cli.options import force_option, raw_option
from qcode.cli.outputs import Output, deliver, output_options
from qcode.cli.show import notes, say, table

if TYPE_CHECKING:
    from qcode.services.quotations import Format
    from qcode.services.retrieval import Retrieved
    from qcode.services.search import Searched

__all__ = ["find", "search"]

_FORMS = ("table", "quotes", "csv", "xlsx", "markdown", "json", "ati")
_NARROWEST = 12


@click.command()
@click.argument("query", required=False, default="")
@coding_filters
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMS),
    help="table (default) or quotes to read; csv, xlsx, markdown, json, or ati for transparent inquiry.",
)
@click.option("--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to a file; its name says how.")
@click.option("--csv", metavar="FILE|-", help="The same as --format csv --output FILE.")
@click.option("--top", type=click.IntRange(min=1), help="Show only so many; files hold all.")
@force_option
@raw_option
@pass_call
def find(
    call: Call,
    /,
    *,
    query: str,
    form: str | None,
    output: Path | None,
    csv: str | None,
    top: int | None,
    force: bool,
    raw: bool,
    **filters: Any,
) -> None:
    """Find coded passages by codes, cases, speakers, words.

    QUERY joins codes: `A and B` (coded with both), `A or B`, `A and not B`, `A overlaps B`, `A within B`,
    `A near(2 sentences) B` (or words, turns). A code means itself and all below it, `=A` only itself, `*` any code.
    Without a query, all passages that fit the options are found.

    Conditions compare with =, !=, <, <=, >, >=, in (a, b), contains, is recorded; join them with and, or, not. What is
    not recorded fits no comparison.

    Example: qcode find "conflict and not trust" --where "mechanism = arranged" --format quotes
    """
    from qcode.errors import RequestError
    from qcode.services.retrieval import find as find_passages

    if csv is not None:
        if form not in (None, "csv") or output is not None:
            raise RequestError("--csv says already what is written where.", fix="Leave out --format and --output.")
        form, output = "csv", None if csv == "-" else Path(csv)
    with call.study() as study:
        found = find_passages(study, query, filters_of(study, filters))
        if output is not None:
            _write(call, found, output, form, force=force, raw=raw)
        else:
            _show(call, found, form or "table", top, raw=raw)


def _write(call: Call, found: Retrieved, path: Path, form: str | None, *, force: bool, raw: bool) -> None:
    from qcode.errors import RequestError
    from qcode.services.quotations import export_passages, format_of, refuse_contradiction

    if form in ("table", "quotes"):
        raise RequestError(f"“{form}” is for reading.", fix="Write csv, xlsx, markdown, json or ati to a file.")
    written: Format = format_of(path) if form is None else form  # type: ignore[assignment]
    refuse_contradiction(path, written)
    call.will_write()
    files = export_passages(found, path, written, overwrite=force, raw=raw)
    number = "1 passage" if len(found) == 1 else f"{len(found)} passages"
    say(f"Wrote {number} to {files[0]}" + (f", and what they are to {files[1]}." if files[1:] else "."))


def _show(call: Call, found: Retrieved, form: str, top: int | None, *, raw: bool) -> None:
    from qcode.errors import RequestError
    from qcode.services.quotations import (
        ati_table,
        notes_of,
        passage_json,
        passage_markdown,
        passage_table,
        quotation_lines,
        short_table,
    )
    from qcode.services.table import Table

    if form == "xlsx":
        raise RequestError("A workbook is written to a file.", fix="Add --output FILE.xlsx.")
    if form in ("csv", "ati"):
        deliver(call, passage_table(found) if form == "csv" else ati_table(found), Output(csv="-", raw=raw))
    elif form in ("json", "markdown"):
        say((passage_json(found) if form == "json" else passage_markdown(found)).rstrip("\n"))
    elif not len(found):
        say("No passage fits.")
        say()
        notes(Table("", (), (), found.notes))
    elif form == "quotes":
        for line in quotation_lines(found, most=top):
            say(line)
        notes(Table("", (), (), notes_of(found, most=top)))
    else:
        table(short_table(found, most=top))


@click.command()
@click.argument("words")
@place_filters
@click.option("--whole", is_flag=True, help="Whole words only; Chinese is found wherever the characters stand.")
@click.option("--width", type=click.IntRange(0, 500), help="Characters shown to each side; else what fits.")
@click.option("--top", type=click.IntRange(min=1), help="Show only so many; files hold all.")
@output_options
@pass_call
def search(
    call: Call,
    /,
    *,
    words: str,
    whole: bool,
    width: int | None,
    top: int | None,
    output: Output,
    **filters: Any,
) -> None:
    """Find words in all transcripts, in their context.

    Letter case, full-width characters and line ends make no difference; two Chinese characters are enough. WORDS is
    plain text: no sign in it has a meaning of its own. Interviewers' words are left out unless --speakers says so.

    Example: qcode search 资金 --where "transcript.place = Hefei"
    """
    from qcode.services.search import CONTEXT, Search, search_table

    with call.study() as study:
        found = Search(study).find(words, filters_of(study, filters), whole_words=whole)
        if not output.shown:
            deliver(call, search_table(found, width=CONTEXT if width is None else width), output)
        elif not len(found):
            say("These words stand nowhere there.")
            say()
            notes(search_table(found))
        else:
            table(search_table(found, width=_width(found) if width is None else width, most=top))


def _width(found: Searched) -> int:
    """How many characters to each side leave each hit on one line of the terminal."""
    from qcode.services.search import CONTEXT

    if not sys.stdout.isatty():
        return CONTEXT
    names = max((len(source.name) for source, _ in found.counts), default=0)
    rest = shutil.get_terminal_size().columns - min(names, 40) - len(found.wanted) - 36
    return max(_NARROWEST, min(CONTEXT, rest // 2))
