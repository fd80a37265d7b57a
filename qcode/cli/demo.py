"""The sample study: on the screen, or as a walk through it in plain lines."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qcode.cli.call import Call, is_terminal, open_screen, pass_call
from qcode.cli.show import say, table

if TYPE_CHECKING:
    from qcode.services.study import Study

__all__ = ["demo"]

_CODER = "you"
_TRANSCRIPT = "001-county-official"
_CODE = "development-gap"
_QUOTE = "Our villagers earn maybe a fifth of what people earn there."
_SUGGESTIONS = 5


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), default=Path("study"), show_default=True, help="Where it is built."
)
@click.option("--headless", is_flag=True, help="Print the results instead of opening the screen.")
@pass_call
@click.pass_context
def demo(ctx: click.Context, call: Call, folder: Path, headless: bool) -> None:
    """Build the sample study and look at it.

    The interviews are invented. On a terminal the study opens on the screen; else its results are printed.

    Example: qcode demo --headless
    """
    from qcode.services.samples import SAMPLE_CODERS, build_sample

    call.will_write()
    there = (folder / "sample.qcode").exists()
    path = build_sample(folder)
    say(f"{'The sample study is in' if there else 'Built the sample study in'} {path}. All interviews are invented.")
    if not headless and is_terminal():
        ctx.exit(open_screen(path, call.coder or SAMPLE_CODERS[0], tour=True))
    _walk(path)


def _walk(path: Path) -> None:
    """The main job without a screen, on a copy: so that repeated runs show the same."""
    from qcode.services.study import Study

    with tempfile.TemporaryDirectory(prefix="qcode-") as folder:
        copy = Path(folder) / path.name
        shutil.copyfile(path, copy)
        with Study.open(copy, coder=_CODER) as study:
            _show_material(study)
            _code_a_passage(study)
            _show_results(study, path.with_name("crosstab.csv"))


def _heading(text: str) -> None:
    say()
    say(f"== {text} ==")
    say()


def _show_material(study: Study) -> None:
    from qcode.services.listings import transcript_table

    codes = study.codes().codebook
    _heading("What was imported")
    say(f"Codebook: {codes.title}, {len(codes.codes)} codes in {len(codes.dimensions())} dimensions.")
    cases, links = study.file.read.cases(), study.file.read.links(coders=study.visible_coders())
    say(f"Cases: {len(cases)}, with {len(links)} links to passages (`qcode cases list`).")
    say()
    table(transcript_table(study), title=False)


def _code_a_passage(study: Study) -> None:
    from qcode.services.coding import apply_codes, text_of
    from qcode.services.passages import find_once

    source = study.source(_TRANSCRIPT)
    text = text_of(study, source)
    span = find_once(text, _QUOTE, "quote")
    apply_codes(study, source, text, span, [study.codes().find(_CODE).uid])
    _heading("Coding a passage")
    say(f"{source.name}, characters {span.start}-{span.end}: “{_QUOTE}”")
    say(f"As the coder “{_CODER}”, in a copy of the study, it was given the code {_CODE}.")


def _show_results(study: Study, csv: Path) -> None:
    from qcode.services.agreement import agreement, agreement_table
    from qcode.services.samples import SAMPLE_CODERS
    from qcode.services.suggestion_tables import suggestion_table
    from qcode.services.suggestions import best_proposals
    from qcode.services.tables import crosstab, export_table, frequencies

    _heading("Frequencies")
    table(frequencies(study), title=False)
    _heading("Crosstab")
    by_mechanism = crosstab(study, "mechanism")
    table(by_mechanism, title=False)
    _heading("Agreement")
    table(agreement_table(agreement(study, SAMPLE_CODERS)), title=False)
    _heading("Suggestions")
    best = best_proposals(study, study.file.read.sources(), top=_SUGGESTIONS)
    table(suggestion_table(study, best), title=False)
    beside = export_table(by_mechanism, csv, overwrite=True)
    say()
    say(f"Wrote the crosstab to {csv}, and what it counts to {beside}.")
