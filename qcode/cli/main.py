"""The command `qcode`: its options, its table of commands, and how every failure leaves the program."""

from __future__ import annotations

import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from qcode import __version__
from qcode.cli import show
from qcode.cli.call import Call, begin, is_terminal
from qcode.cli.lazy import LazyCommand, LazyGroup
from qcode.errors import EXIT_CRASH, QcodeError, RequestError

__all__ = ["EXIT_INTERRUPTED", "SECTIONS", "cli"]

EXIT_INTERRUPTED = 130
_NO_NUMBER = re.compile(r"(?<=' )is not a valid integer(?: range)?\b")  # click's words for whoever wrote click

SECTIONS = {
    "Begin": {
        "demo": LazyCommand("qcode.cli.demo:demo", "Build the sample study and look at it."),
        "init": LazyCommand("qcode.cli.start:init", "Make a new project."),
        "whoami": LazyCommand("qcode.cli.start:whoami", "Say who you are in this project, or change it."),
        "serve": LazyCommand("qcode.cli.serve:serve", "Show the workbench in a browser on this computer."),
    },
    "Material": {
        "import": LazyCommand("qcode.cli.material:import_", "Import transcripts: files, or folders of them."),
        "transcripts": LazyCommand(
            "qcode.cli.material:transcripts", "List, remove and restore transcripts, and record attributes."
        ),
        "speakers": LazyCommand("qcode.cli.speakers:speakers", "List speakers, and correct who speaks where."),
        "codebook": LazyCommand("qcode.cli.codebook:codebook", "Check, import, compare and release the codebook."),
        "cases": LazyCommand("qcode.cli.cases:cases", "The case table, and which passages speak of a case."),
    },
    "Coding": {
        "code": LazyCommand("qcode.cli.coding:code", "Add, move, flag, remove, list, import and export codings."),
        "memo": LazyCommand("qcode.cli.memos:memo", "Write memos on the study, codes, cases, transcripts, passages."),
        "translate": LazyCommand(
            "qcode.cli.translations:translate", "Record translations of passages, and who checked them."
        ),
        "done": LazyCommand("qcode.cli.coding:done", "Note how far you are with a transcript."),
        "suggest": LazyCommand("qcode.cli.suggest:suggest", "List passages worth a look, each with its reason."),
    },
    "Results": {
        "freq": LazyCommand("qcode.cli.results:freq", "Count how often each code is used."),
        "crosstab": LazyCommand(
            "qcode.cli.results:crosstab", "Count codes by an attribute of cases, transcripts or speakers."
        ),
        "cooccur": LazyCommand("qcode.cli.cooccur:cooccur", "Count which codes stand together, and show where."),
        "paths": LazyCommand("qcode.cli.paths:paths", "Draw what leads to what, and count such paths."),
        "framework": LazyCommand(
            "qcode.cli.framework:framework", "Write and show the framework matrix: rows by codes."
        ),
        "claim": LazyCommand("qcode.cli.claims:claim", "Write claims, with what speaks for and against each."),
        "matrix": LazyCommand("qcode.cli.codelines:matrix", "Lay codes out over cases."),
        "codeline": LazyCommand("qcode.cli.codelines:codeline", "Draw where the codes of a transcript stand in it."),
        "saturation": LazyCommand(
            "qcode.cli.codelines:saturation", "Count the new codes that each further interview brings."
        ),
        "agree": LazyCommand("qcode.cli.agree:agree", "Compare coders: the statistics of agreement."),
        "report": LazyCommand("qcode.cli.report:report", "Write a report: tables, codebook and quotations."),
        "figure": LazyCommand("qcode.cli.figure:figure", "Draw figures as SVG or PNG."),
        "export": LazyCommand("qcode.cli.export:export", "Write the whole study as tables for a spreadsheet or for R."),
        "find": LazyCommand("qcode.cli.finding:find", "Find coded passages by codes, cases, speakers, words."),
        "search": LazyCommand("qcode.cli.finding:search", "Find words in all transcripts, in their context."),
    },
    "History": {
        "log": LazyCommand("qcode.cli.history:log", "List who did what when."),
        "undo": LazyCommand("qcode.cli.history:undo", "Take back the last thing that you did."),
        "redo": LazyCommand("qcode.cli.history:redo", "Do again what you undid last."),
        "doctor": LazyCommand("qcode.cli.history:doctor", "Check that the project is whole."),
    },
    "Program": {
        "settings": LazyCommand("qcode.cli.settings:settings", "Show, check and change your settings."),
        "keys": LazyCommand("qcode.cli.settings:keys", "List the keys of the workbench, with yours."),
        "debug": LazyCommand("qcode.cli.settings:debug", "Show what helps to find a fault."),
    },
}


class _Program(LazyGroup):
    """The outermost group: here every failure becomes a sentence and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command and leave with its exit code."""
        call = kwargs.setdefault("obj", Call())
        kwargs["standalone_mode"] = False
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # no command dies of a character that the terminal lacks
        sys.exit(self._leave(call, *args, **kwargs))

    def _leave(self, call: Call, *args: Any, **kwargs: Any) -> int:
        try:
            code = super().main(*args, **kwargs)
            sys.stdout.flush()
        except QcodeError as error:
            show.complain(str(error))
            return error.exit_code
        except (click.Abort, KeyboardInterrupt):
            show.complain("stopped; nothing was changed" if call.untouched else "stopped")
            return EXIT_INTERRUPTED
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            return error.exit_code
        except click.ClickException as error:
            show.complain(_usage(error))
            return error.exit_code
        except BrokenPipeError:
            # Whoever read the output has enough; without this, Python complains once more when it ends.
            with suppress(OSError):  # a stream that is no file complains of nothing
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except Exception as error:  # noqa: BLE001 - the one place of the command line where a fault of qcode ends
            return _crashed(error)
        return code if isinstance(code, int) else 0


def _usage(error: click.ClickException) -> str:
    message = _NO_NUMBER.sub("is no whole number", error.format_message())
    if isinstance(error, click.UsageError) and error.ctx is not None:
        return f"{message}\nSee `{error.ctx.command_path} --help`."
    return message


def _crashed(error: Exception) -> int:
    from qcode.services.crash import write_report

    kind = type(error).__name__
    try:
        report = f"A report without any interview text is in {write_report(error)}."
    except QcodeError as problem:
        report = f"A report could not be written: {problem}"
    show.complain(f"This is a fault of qcode itself ({kind}). {report}")
    return EXIT_CRASH


@click.group(
    cls=_Program,
    sections=SECTIONS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="`qcode COMMAND --help` shows an example of each command.",
)
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="The project; else QCODE_PROJECT, else the only *.qcode in this folder.",
)
@click.option("--coder", metavar="NAME", help="Who you are for this call; else see `qcode whoami`.")
@click.option("--mouse/--no-mouse", default=True, help="Let qcode take the mouse, or leave it to the terminal.")
@click.version_option(__version__, prog_name="qcode", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, project: Path | None, coder: str | None, mouse: bool) -> None:
    """Code interviews in the terminal, and count what the codes say.

    Without a command, the project opens on the screen; where there is none, qcode offers to make one.
    """
    call = ctx.ensure_object(Call)
    call.project = project
    call.coder = coder
    if ctx.invoked_subcommand is not None:
        return
    if not is_terminal():
        click.echo(ctx.get_help())
        ctx.exit(RequestError.exit_code)
    ctx.exit(begin(call, mouse=mouse))
