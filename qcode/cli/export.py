"""The command that writes a whole study for another program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.filters import coding_filters, filters_of
from qcode.cli.options import force_option
from qcode.cli.outputs import origin_of
from qcode.cli.show import say

__all__ = ["export"]


@click.command()
@click.argument("place", type=click.Path(path_type=Path), metavar="FILE|FOLDER")
@click.option(
    "--for",
    "program",
    type=click.Choice(["excel", "r"]),
    required=True,
    help="excel: a workbook (.xlsx) with a “Read me” sheet; r: a folder of CSV files with a script that loads them.",
)
@click.option("--words", is_flag=True, help="With the passages: then the file holds what people said.")
@coding_filters
@force_option
@pass_call
def export(call: Call, /, *, place: Path, program: str, words: bool, force: bool, **filters: Any) -> None:
    """Write the whole study as tables for a spreadsheet or for R.

    Codings, segments as tables count them, codes, transcripts, speakers, turns, cases with parties and stages, links,
    and how far everybody is; every column is explained. The filters choose the segments, nothing else. Without --words
    nothing that people said is in it, but names of transcripts, speakers and cases are.

    Text for R is as it is. Open it in R and not in a spreadsheet, which would run cells that begin like a formula.

    Example: qcode export --for r for-r
    """
    from qcode.services.excel_export import export_workbook
    from qcode.services.r_export import export_r_study

    with call.study() as study:
        chosen = filters_of(study, filters)
        call.will_write()
        write = export_r_study if program == "r" else export_workbook
        number = write(study, place, chosen, origin_of(call), words=words, overwrite=force)
    how = "in R, source load.R there and call load_tables()" if program == "r" else "its first sheet explains them"
    say(f"Wrote {number} tables to {place}: {how}.")
