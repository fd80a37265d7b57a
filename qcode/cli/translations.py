"""Commands for translations of passages."""

from __future__ import annotations

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.show import say, table

__all__ = ["translate"]


class _AddUnlessNamed(click.Group):
    """A group whose first command may be left out: `translate 001 ...` is `translate add 001 ...`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, with `add` in front of what is no command."""
        if args[0] not in self.commands and not args[0].startswith("-"):
            args = ["add", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=_AddUnlessNamed)
def translate() -> None:
    """Record translations of passages, and who checked them.

    `qcode translate 001 ...` is short for `qcode translate add 001 ...`.

    Example: qcode translate 001 --quote "断头路" --to en --text "dead-end roads"
    """


@translate.command("add")
@click.argument("transcript")
@click.option("--quote", default="", metavar="WORDS", help="The passage; it must stand in the transcript exactly once.")
@click.option("--start", type=click.IntRange(min=0), help="First character of the passage (0 is the first of all).")
@click.option("--end", type=click.IntRange(min=0), help="First character after the passage.")
@click.option("--to", "language", required=True, metavar="LANGUAGE", help="A tag such as en, de or zh-Hans.")
@click.option("--text", required=True, metavar="WORDS", help="The passage in that language.")
@click.option("--by", "translator", metavar="NAME", help="Who translated it; else you.")
@click.option("--checked-by", metavar="NAME", help="Who compared it with the original.")
@pass_call
def add(
    call: Call, *, transcript: str, quote: str, start: int | None, end: int | None, language: str, text: str,
    translator: str | None, checked_by: str | None,
) -> None:  # fmt: skip
    """Record a passage in another language, or correct what is recorded.

    A passage has one translation into each language. Other words have been checked by nobody yet.

    Example: qcode translate add 001 --quote "断头路" --to en --text "dead-end roads" --checked-by Bo
    """
    from qcode.errors import RequestError
    from qcode.services.coding import text_of
    from qcode.services.passages import find_passage
    from qcode.services.translations import language_tag, set_translation

    with call.study() as study:
        source = study.source(transcript)
        span = find_passage(text_of(study, source), quote=quote, start=start, end=end)
        if span is None:
            raise RequestError("There is no passage.", fix="Give --quote, or --start and --end.")
        changed = set_translation(study, source, span, language, text, translator=translator, checked_by=checked_by)
        place = f"characters {span.start}-{span.end} of {source.name}"
        tag = language_tag(language)
        say(f"Recorded {place} in {tag}." if changed else f"It is recorded so already: {place} in {tag}.")


@translate.command("list")
@click.argument("transcript", required=False)
@click.option("--to", "language", metavar="LANGUAGE", help="Only translations into this language.")
@pass_call
def list_(call: Call, transcript: str | None, language: str | None) -> None:
    """List translations in text order, and who checked them.

    Example: qcode translate list 001 --to en
    """
    from qcode.services.memo_tables import translation_table
    from qcode.services.translations import translations

    with call.study() as study:
        found = translations(study, study.source(transcript) if transcript else None, language=language)
        if found:
            table(translation_table(study, found))
        else:
            say("There are no such translations.")


@translate.command("remove")
@click.argument("translation_id")
@pass_call
def remove(call: Call, translation_id: str) -> None:
    """Take a translation away.

    `qcode translate list` shows the ids.

    Example: qcode translate remove 5f0c91d2
    """
    from qcode.services.translations import find_translation, remove_translation

    with call.study() as study:
        remove_translation(study, find_translation(study, translation_id).uid)
    say("The translation is gone. `qcode undo` brings it back.")
