"""Commands for memos."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import encoding_option, force_option, raw_option
from qcode.cli.show import fields, say, table

__all__ = ["memo"]

_Command = TypeVar("_Command", bound=Callable[..., object])

_kind_option = click.option("--kind", metavar="KIND", help="memo, note, theory, method or todo.")
_title_option = click.option("--title", metavar="TEXT", help="A title, on one line.")
_file_option = click.option(
    "--file", type=click.Path(path_type=Path), metavar="FILE", help="Take the words from this file."
)


_CHOICES = (
    click.option("--about", multiple=True, metavar="WHAT", help="Only project, code, case, transcript or passage."),
    click.option("--code", metavar="CODE", help="Only memos on this code and those below it."),
    click.option("--case", "key", metavar="KEY", help="Only memos on this case."),
    click.option("--transcript", metavar="NAME", help="Only memos on this transcript and its passages."),
    click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this kind; may be given several times."),
    click.option("--by", "author", metavar="NAME", help="Only memos of this coder."),
    click.option("--contains", default="", metavar="WORDS", help="Only memos that hold these words."),
)


def _choosing(command: _Command) -> _Command:
    """Options that choose memos."""
    for option in reversed(_CHOICES):
        command = option(command)
    return command


def _words(given: str | None, file: Path | None, encoding: str | None) -> str | None:
    """The words of a memo: given, or from a file, or with `-` from the standard input; None if nothing is given."""
    from qcode.services.written import MOST_BYTES, read_words, words_of

    if given is not None and file is not None:
        raise click.UsageError("Give the words, or --file, not both.")
    if file is not None:
        return read_words(file, encoding=encoding)
    if given == "-":
        return words_of(sys.stdin.buffer.read(MOST_BYTES + 1), "standard input", encoding=encoding)
    return given


@click.group()
def memo() -> None:
    """Write memos on the study, codes, cases, transcripts, passages.

    Example: qcode memo add "Trust comes before money." --code trust
    """


@memo.command("add")
@click.argument("text", required=False)
@click.option("--code", "name", metavar="CODE", help="The code that it is about.")
@click.option("--case", "key", metavar="KEY", help="The case that it is about.")
@click.option("--transcript", metavar="NAME", help="The transcript that it is about.")
@click.option("--quote", default="", metavar="WORDS", help="A passage of it; it must stand there exactly once.")
@click.option("--start", type=click.IntRange(min=0), help="First character of the passage (0 is the first of all).")
@click.option("--end", type=click.IntRange(min=0), help="First character after the passage.")
@_title_option
@click.option("--kind", default="memo", show_default=True, metavar="KIND", help="memo, note, theory, method or todo.")
@_file_option
@encoding_option
@pass_call
def add(
    call: Call, *, text: str | None, name: str | None, key: str | None, transcript: str | None, quote: str,
    start: int | None, end: int | None, title: str | None, kind: str, file: Path | None, encoding: str | None,
) -> None:  # fmt: skip
    """Write a memo; without a target it is about the study.

    The words stand behind the command, in a file (--file), or with `-` come from the standard input.

    Example: qcode memo add "He laughs here." --transcript 001 --quote "We have known each other for years."
    """
    from qcode.errors import RequestError
    from qcode.services.coding import text_of
    from qcode.services.memos import add_memo, find_memo
    from qcode.services.passages import find_passage

    words = _words(text, file, encoding)
    if words is None:
        raise RequestError("There are no words.", fix="Give them behind the command, or with --file.")
    with call.study() as study:
        source = study.source(transcript) if transcript else None
        if source is None and (quote or start is not None or end is not None):
            raise RequestError("A passage needs its transcript.", fix="Give --transcript.")
        span = find_passage(text_of(study, source), quote=quote, start=start, end=end) if source else None
        code = study.codes().find(name) if name else None
        case = study.case(key) if key else None
        uid = add_memo(study, words, code=code, case=case, source=source, span=span, title=title or "", kind=kind)
        made = find_memo(study, uid)
        say(f"Wrote a {made.row.kind} on {made.subject}.")


@memo.command("list")
@_choosing
@pass_call
def list_(
    call: Call, *, about: tuple[str, ...], code: str | None, key: str | None, transcript: str | None,
    kinds: tuple[str, ...], author: str | None, contains: str,
) -> None:  # fmt: skip
    """List memos in the order of their making.

    Example: qcode memo list --code trust --kind theory
    """
    from qcode.services.memo_tables import memo_table
    from qcode.services.memos import MemoFilter, memos

    wanted = MemoFilter(
        about=about, code=code, case=key, transcript=transcript, kinds=kinds, coder=author, contains=contains
    )
    with call.study() as study:
        found = memos(study, wanted)
        if found:
            table(memo_table(found))
        else:
            say("There are no such memos.")


@memo.command("show")
@click.argument("memo_id")
@pass_call
def show(call: Call, memo_id: str) -> None:
    """Show everything that a memo says.

    `qcode memo list` shows the ids.

    Example: qcode memo show 5f0c91d2
    """
    from qcode.services.memo_tables import memo_fields
    from qcode.services.memos import find_memo

    with call.study() as study:
        fields(memo_fields(study, find_memo(study, memo_id)))


@memo.command("edit")
@click.argument("memo_id")
@click.argument("text", required=False)
@_title_option
@_kind_option
@_file_option
@encoding_option
@pass_call
def edit(
    call: Call, *, memo_id: str, text: str | None, title: str | None, kind: str | None, file: Path | None,
    encoding: str | None,
) -> None:  # fmt: skip
    """Change the words, the title or the kind of one of your memos.

    Example: qcode memo edit 5f0c91d2 "Trust comes after money." --kind theory
    """
    from qcode.services.memos import change_memo, find_memo

    words = _words(text, file, encoding)
    with call.study() as study:
        uid = find_memo(study, memo_id).row.uid
        changed = change_memo(study, uid, text=words, title=title, kind=kind)
    say("The memo is changed. `qcode undo` brings the old one back." if changed else "Nothing is different.")


@memo.command("remove")
@click.argument("memo_id")
@pass_call
def remove(call: Call, memo_id: str) -> None:
    """Take one of your memos away.

    Example: qcode memo remove 5f0c91d2
    """
    from qcode.services.memos import find_memo, remove_memo

    with call.study() as study:
        remove_memo(study, find_memo(study, memo_id).row.uid)
    say("The memo is gone. `qcode undo` brings it back.")


@memo.command("export")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@_choosing
@force_option
@raw_option
@pass_call
def export(
    call: Call, *, path: Path, about: tuple[str, ...], code: str | None, key: str | None, transcript: str | None,
    kinds: tuple[str, ...], author: str | None, contains: str, force: bool, raw: bool,
) -> None:  # fmt: skip
    """Write memos to a file: .md to read, .csv for tables.

    The file holds the passages that memos are about: keep it where you keep the interviews.

    Example: qcode memo export memos.md --kind theory
    """
    from qcode.services.memo_tables import export_memos
    from qcode.services.memos import MemoFilter, memos

    wanted = MemoFilter(
        about=about, code=code, case=key, transcript=transcript, kinds=kinds, coder=author, contains=contains
    )
    with call.study() as study:
        found = memos(study, wanted)
        call.will_write()
        count = export_memos(study, found, path, overwrite=force, raw=raw)
    say(f"Wrote {count} memos to {path}.")
