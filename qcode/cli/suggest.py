"""The command for suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.options import codes_option
from qcode.cli.outputs import Output, deliver, output_options
from qcode.cli.show import Progress, notes, say

if TYPE_CHECKING:
    from qcode.services.suggestions import Options

__all__ = ["suggest", "test_indicators"]


@click.command()
@click.argument("transcripts", nargs=-1, metavar="[TRANSCRIPT]...")
@codes_option
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, help="How many, in all.")
@click.option("--rules-only", is_flag=True, help="By the codebook's indicators alone: learn nothing from codings.")
@click.option("--pooled", is_flag=True, help="Learn from the codings of all coders, and not from yours alone.")
@click.option("--no-neighbours", is_flag=True, help="Sentences beside a sentence do not count for it.")
@click.option("--no-question", is_flag=True, help="What the interviewer asked does not count.")
@click.option(
    "--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="How many processes learn at once."
)
@click.option("--evaluate", is_flag=True, help="Say how good suggestions are: hold them against your own codings.")
@click.option(
    "--rows",
    type=click.Choice(["codes", "branches"]),
    default="codes",
    show_default=True,
    help="With --evaluate: each code by itself, or each dimension (with --codes, each of these) with all below it.",
)
@output_options
@pass_call
def suggest(
    call: Call,
    *,
    transcripts: tuple[str, ...],
    codes: tuple[str, ...],
    top: int,
    rules_only: bool,
    pooled: bool,
    no_neighbours: bool,
    no_question: bool,
    jobs: int,
    evaluate: bool,
    rows: str,
    output: Output,
) -> None:
    """List passages worth a look, each with its reason.

    The indicators of the codebook find them, in the participants' words and by what was asked; of codes with ten coded
    passages or more, what can be learned from your codings takes part. The best come first. Nothing is coded: that is
    for you to decide.

    With --evaluate, whole transcripts that you completed are held out, and the table says how well the suggestions
    find in them what you coded.

    Example: qcode suggest 001 --codes trust --top 5
    """
    from qcode.services.suggestions import Options

    options = Options(neighbours=not no_neighbours, question=not no_question, models=not rules_only, pooled=pooled)
    if evaluate:
        if transcripts:
            raise click.UsageError("--evaluate looks at all transcripts that you completed; name none.")
        _evaluate(call, codes, options, jobs, output, branches=rows == "branches")
    else:
        _list(call, transcripts, codes, top, options, jobs, output)


def _list(
    call: Call,
    transcripts: tuple[str, ...],
    codes: tuple[str, ...],
    top: int,
    options: Options,
    jobs: int,
    output: Output,
) -> None:
    from qcode.services.suggestion_tables import suggestion_table
    from qcode.services.suggestions import best_proposals

    with call.study() as study:
        sources = [study.source(name) for name in transcripts] or study.file.read.sources()
        total = len(study.codes().codebook.codes)
        with Progress("learning from your codings") as bar:
            learned: list[str] = []

            def tick(code: str) -> None:
                learned.append(code)
                bar(len(learned), total)

            found = best_proposals(study, sources, codes=codes, top=top, options=options, jobs=jobs, tick=tick)
        content = suggestion_table(study, found)
        if found or not output.shown:
            deliver(call, content, output)
        else:
            say(
                "There are no suggestions: nothing speaks for a code in the participants' words that you have not"
                " coded. `qcode codebook test-indicators` shows what the indicators find."
            )
            notes(content)


def _evaluate(
    call: Call, codes: tuple[str, ...], options: Options, jobs: int, output: Output, *, branches: bool
) -> None:
    from qcode.services.suggestion_evaluation import evaluation_table

    with call.study() as study:
        with Progress("holding out transcripts") as tick:
            content = evaluation_table(study, codes=codes, branches=branches, options=options, jobs=jobs, tick=tick)
        deliver(call, content, output)


@click.command("test-indicators")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@output_options
@pass_call
def test_indicators(call: Call, *, codes: tuple[str, ...], output: Output) -> None:
    """Show what each indicator finds, and how suggestions with it fared.

    An indicator is a phrase (“joint meeting”), the beginning of a word (“agree*”), two that stand near each other
    (“levy ~5 county”), or an exclusion (“-agreement*”); “trust ^2” counts double.

    Example: qcode codebook test-indicators trust
    """
    from qcode.services.suggestion_tables import indicator_table

    with call.study() as study:
        deliver(call, indicator_table(study, codes), output)
