"""Transcripts and codebooks into a study by key: what the project's screen and the first run have in common."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from textual import on, work
from textual.message import Message

from qcode.core.text import display_safe
from qcode.errors import QcodeError, RequestError
from qcode.services.codebooks import CodebookReport, import_codebook
from qcode.services.importing import ImportReport, import_transcripts
from qcode.services.samples import codebook_path, codebooks
from qcode.services.study import Study
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["FOLDERS", "BringingIn", "codebook_choices", "existing_path", "likely_folder", "sentences_of", "words_of"]

FOLDERS = ("transcripts", "interviews", "data")
"""Folders that are offered before the one that one stands in."""
_FILE = "a file …"


def likely_folder(folder: Path) -> str:
    """The folder of transcripts that is offered first."""
    return next((name for name in FOLDERS if (folder / name).is_dir()), ".")


def existing_path(typed: str) -> Path:
    """The path that was typed, with `~` for the home folder. Raises RequestError if there is nothing."""
    if not typed.strip():
        raise RequestError("Type the path of a file or folder.")
    path = Path(typed.strip())
    try:
        path = path.expanduser()
        there = path.exists()
    except (OSError, RuntimeError, ValueError):
        there = False
    if not there:
        raise RequestError(f"There is no file or folder “{display_safe(str(path))}”.")
    return path


def codebook_choices() -> list[Choice]:
    """The codebooks that come with qcode, and a file."""
    own = [Choice(name, name, "comes with qcode", (name,)) for name in codebooks()]
    return [*own, Choice(_FILE, _FILE, "TOML, CSV or XLSX", ("file",))]


def sentences_of(report: ImportReport) -> list[str]:
    """What is to be read of an import: reasons and doubts, file by file."""
    return [
        f"{file.shown}: {sentence}"
        for file in report.files
        for sentence in (file.reason, *(file.warnings if file.status == "imported" else ()))
        if sentence and file.status != "passed over"
    ]


class BringingIn(WorkScreen):
    """The actions that import. `came` is called when something is in the study."""

    importing = ""  # how far an import is, in words; empty if there is none

    class Progressed(Message):
        """So many files of so many were read."""

        def __init__(self, done: int, total: int) -> None:
            super().__init__()
            self.done = done
            self.total = total

        def can_replace(self, message: Message) -> bool:
            """Only the latest number counts."""
            return isinstance(message, BringingIn.Progressed)

    class Imported(Message):
        """An import has ended; `problem` says why it did not."""

        def __init__(self, report: ImportReport | None, problem: str = "") -> None:
            super().__init__()
            self.report = report
            self.problem = problem

    def came(self) -> None:
        """Something new is in the study: show it."""

    # -- transcripts

    def action_import_transcripts(self) -> None:
        """Ask for a file or folder, and import it."""
        if self.importing:
            self.tell("An import is still running.")
            return
        dialog = AskLine(
            "Import transcripts",
            value=display_safe(likely_folder(Path())),
            help_text=f"A file, or a folder of them (.txt .md .docx .vtt .srt .json), seen from {Path.cwd()}.\n"
            "Enter imports, Esc leaves. What cannot be read is told, file by file.",
            check=existing_path,
        )
        self.app.push_screen(dialog, self._begin_import)

    @told
    def _begin_import(self, typed: str | None) -> None:
        if typed is None:
            return
        self.study.enrol()
        self.importing = "importing"
        self.show_title()
        self._import(self.study.file.path, self.study.me.name, existing_path(typed))

    @work(thread=True, exclusive=True, group="import")
    def _import(self, project: Path, coder: str, path: Path) -> None:
        def tick(done: int, total: int) -> None:
            self.post_message(self.Progressed(done, total))

        # A connection of its own: one of SQLite's belongs to the thread that made it.
        try:
            with Study.open(project, coder=coder) as study:
                report = import_transcripts(study, [path], tick=tick)
        except QcodeError as error:
            self.post_message(self.Imported(None, str(error)))
        else:
            self.post_message(self.Imported(report))

    @on(Progressed)
    def _progressed(self, event: Progressed) -> None:
        self.importing = f"importing {event.done} of {event.total}"
        self.show_title()

    @on(Imported)
    @told
    def _imported(self, event: Imported) -> None:
        self.importing = ""
        if event.report is None:
            self.show_title()
            self.tell(event.problem, severity="error")
            return
        self.came()
        report = event.report
        numbers = ((report.count(s), s) for s in ("imported", "brought back", "already here", "refused"))
        words = ", ".join(f"{number} {status}" for number, status in numbers if number)
        self.tell(f"{words or 'There is no transcript in that folder'}.", severity="" if words else "warning")
        to_read = sentences_of(report)
        if to_read:
            self.app.push_screen(Notice(f"What to know of the import: {words}", to_read))

    # -- the codebook

    def action_choose_codebook(self) -> None:
        """Choose a codebook, and import it."""
        self.app.push_screen(Picker("Import which codebook?", codebook_choices()), self._codebook_chosen)

    @told
    def _codebook_chosen(self, name: str | None) -> None:
        if name == _FILE:
            dialog = AskLine(
                "Import a codebook", help_text="The path of a file: .toml, .csv or .xlsx.", check=existing_path
            )
            self.app.push_screen(dialog, self._codebook_named)
        elif name is not None:
            self._import_codebook(codebook_path(name))

    @told
    def _codebook_named(self, typed: str | None) -> None:
        if typed is not None:
            self._import_codebook(existing_path(typed))

    def _import_codebook(self, path: Path) -> None:
        report = import_codebook(self.study, path)
        self.came()
        self.tell(words_of(report))
        warnings: Sequence[str] = [fault.placed for fault in report.warnings]
        if warnings:
            self.app.push_screen(Notice(f"What to know of “{report.title}”", warnings))


def words_of(report: CodebookReport) -> str:
    """What the import of a codebook did, in a sentence."""
    return (
        f"{len(report.added)} new codes, {len(report.changed)} changed, {report.unchanged} as they were:"
        f" the codebook “{report.title}”."
    )
