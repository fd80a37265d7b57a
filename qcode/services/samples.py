"""The codebooks and the sample study that travel with qcode."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from itertools import groupby
from pathlib import Path

from qcode.errors import NoProject, NotAProject, ProjectError, QcodeError, RequestError
from qcode.services.cases import import_cases
from qcode.services.codebooks import import_codebook
from qcode.services.coding import mark
from qcode.services.codings import import_codings
from qcode.services.importing import import_transcripts
from qcode.services.links import import_links
from qcode.services.study import SUFFIX, Study
from qcode.services.who import remember_name

__all__ = ["SAMPLE_CODERS", "build_sample", "codebook_path", "codebooks", "find_codebook", "sample_folder"]

SAMPLE_CODERS = ("anna", "bo")
_TITLE = "Sample study (invented)"
_PACKAGE = Path(__file__).resolve().parent.parent


def _data(name: str) -> Path:
    """A folder of data: inside the installed package, or beside it in a checkout."""
    for folder in (_PACKAGE / "data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise QcodeError(f"The {name} that come with qcode are not installed.", fix="Install qcode again.")


def codebooks() -> list[str]:
    """Names of the codebooks that come with qcode."""
    return sorted(path.stem for path in _data("codebooks").glob("*.toml"))


def codebook_path(name: str) -> Path:
    """The file of a codebook that comes with qcode. Raises RequestError for an unknown name."""
    path = _data("codebooks") / f"{name}.toml"
    if name not in codebooks():
        raise RequestError(f"No codebook “{name}” comes with qcode.", fix=f"There are: {', '.join(codebooks())}.")
    return path


def find_codebook(name: str) -> Path:
    """The codebook that `name` means: one that comes with qcode, else the file of that name."""
    return codebook_path(name) if name in codebooks() else Path(name)


def sample_folder() -> Path:
    """The folder with the sample interviews and their tables."""
    return _data("transcripts")


def build_sample(folder: Path, *, tick: Callable[[str], None] | None = None) -> Path:
    """Build the sample study in `folder` from the files that come with qcode; the path of the project.

    A sample study that is there already is left as it is. Half-built ones do not stay.
    """
    path = folder / f"sample{SUFFIX}"
    if os.path.lexists(path):
        _check_sample(path)
        return path
    tell = tick or (lambda _: None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RequestError(f"The folder cannot be made ({error.strerror}).", where=str(folder)) from None
    making = folder / f".making{SUFFIX}"
    making.unlink(missing_ok=True)
    try:
        with Study.create(making, title=_TITLE, coder=SAMPLE_CODERS[0]) as study:
            _fill(study, tell)
            project = study.file.uid
        _complete(making)
        making.rename(path)
    finally:
        making.unlink(missing_ok=True)
    with suppress(ProjectError):  # settings that cannot be written are no reason to withhold the study
        remember_name(project, SAMPLE_CODERS[0])
    return path


def _check_sample(path: Path) -> None:
    """Raises RequestError if what is there is no sample study: somebody else's file must not be taken for it."""
    try:
        with Study.open(path, coder=SAMPLE_CODERS[0]) as study:
            title = study.file.read.title()
    except (NotAProject, NoProject):
        title = ""
    if title != _TITLE:
        raise RequestError(
            "There is another file of this name, and it is not the sample study.",
            where=str(path),
            fix="Build the sample study elsewhere: qcode demo --folder NAME.",
        )


def _fill(study: Study, tell: Callable[[str], None]) -> None:
    data = sample_folder()
    tell("codebook")
    import_codebook(study, codebook_path("cooperation"))
    tell("interviews")
    transcripts = sorted(path for path in data.glob("*.md") if path.name[:1].isdigit())
    # Two interviewees refused the recorder: what they said was written up, and their files say so by name.
    for noted, files in groupby(transcripts, key=lambda path: path.stem.endswith("-notes")):
        if import_transcripts(study, list(files), kind="notes" if noted else "recorded").count("refused"):
            raise QcodeError("The sample interviews are damaged.", fix="Install qcode again.")
    tell("cases and links")
    import_cases(study, data / "cases.csv")
    import_links(study, data / "links.csv")
    tell("codings of two coders")
    import_codings(study, data / "codings.csv")


def _complete(path: Path) -> None:
    """Mark as completed by each coder the transcripts that they coded: they did so in every dimension."""
    for name in SAMPLE_CODERS:
        with Study.open(path, coder=name) as study:
            dimensions = [code.id for code in study.codes().codebook.dimensions()]
            coded = {coding.source for coding in study.file.read.codings(coders=[study.me.key])}
            for source in study.file.read.sources():
                if source.key in coded:
                    mark(study, source, dimensions, "complete")
