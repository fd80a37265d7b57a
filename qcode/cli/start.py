"""Commands that begin a study."""

from __future__ import annotations

from pathlib import Path

import click

from qcode.cli.call import Call, pass_call
from qcode.cli.show import complain, say

__all__ = ["init", "whoami"]


@click.command()
@click.argument("name", type=click.Path(path_type=Path))
@click.option("--title", metavar="TEXT", help="Title of the study; else the name.")
@click.option("--group", is_flag=True, help="Let the folder's group read and write the project.")
@click.option("--codebook", metavar="NAME|FILE", help="Import this codebook: a file, or one that comes with qcode.")
@pass_call
def init(call: Call, name: Path, title: str | None, group: bool, codebook: str | None) -> None:
    """Make a new project.

    The project is one file, NAME.qcode, that only you can read and write. A file that is there is never touched.

    Example: qcode init counties --title "Inter-county cooperation" --codebook cooperation
    """
    from qcode.errors import QcodeError
    from qcode.services.codebooks import import_codebook
    from qcode.services.samples import find_codebook
    from qcode.services.study import SUFFIX, Study
    from qcode.services.who import account_name, remember_name

    path = _project_path(name, SUFFIX)
    source = find_codebook(codebook) if codebook else None
    call.will_write()
    with Study.create(path, title=title or path.stem, coder=call.coder or account_name(), group=group) as study:
        try:
            report = import_codebook(study, source) if source is not None else None
        except QcodeError:
            path.unlink()  # made a moment ago, and empty: the next try must not find it in the way
            raise
        say(f"Made {path}. You are {study.me.name} in it.")
        if report is not None:
            say(f"Imported the codebook “{report.title}” with {len(report.added)} codes, version {report.version}.")
        try:
            remember_name(study.file.uid, study.me.name)
        except QcodeError as error:
            complain(f"{error} Say who you are with --coder.")


def _project_path(name: Path, suffix: str) -> Path:
    """The file of a new project called so. Raises RequestError for what is no name of a file, or without its folder."""
    from qcode.errors import RequestError
    from qcode.services.study import clean_name

    if not name.name.strip():
        clean_name("", "study")
    if not name.name.strip(".") or name.name == suffix:
        raise RequestError(
            f"“{name}” is no name of its own for a project.", fix="Give it one, as in `qcode init counties`."
        )
    if not name.parent.is_dir():
        raise RequestError(f"There is no folder {name.parent}.", fix="Make it first, or choose another place.")
    return name if name.suffix == suffix else name.with_name(name.name + suffix)


@click.command()
@click.argument("name", required=False)
@pass_call
def whoami(call: Call, name: str | None) -> None:
    """Say who you are in this project, or change it.

    The name is kept with your own settings, for each project; the project learns it with the first thing you do.

    Example: qcode whoami Anna
    """
    from qcode.services.study import clean_name
    from qcode.services.who import remember_name

    with call.study() as study:
        if name is not None:
            chosen = clean_name(name, "coder")
            call.will_write()
            remember_name(study.file.uid, chosen)
            say(f"From now on you are {chosen} in {study.file.path}.")
            return
        known = "" if study.me.key else ", who has done nothing here yet"
        say(f"You are {study.me.name}{known}.")
        others = [coder.name for coder in study.coders() if coder.uid != study.me.uid]
        if others:
            say(f"Other coders: {', '.join(others)}.")
