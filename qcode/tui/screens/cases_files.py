"""Tables of cases and of links, in and out by key."""

from __future__ import annotations

from pathlib import Path

from qcode.core.text import display_safe
from qcode.errors import QcodeError, RequestError
from qcode.services.case_files import export_cases, export_links
from qcode.services.cases import TableReport, import_cases
from qcode.services.links import import_links
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.bringing_in import existing_path
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.reading_on import free_path, typed_path
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["CaseFiles"]

_TABLES = {
    "cases": (
        "the case table",
        "Columns: key, name, kind, parties, stages; every other one is an attribute, such as mechanism or year.",
    ),
    "links": (
        "links of cases",
        "Columns: case, transcript, then start and end, or start_quote and end_quote, or nothing; stage, coder.",
    ),
}
_WRITE = {"cases": export_cases, "links": export_links}


def _choices() -> list[Choice]:
    return [Choice(what, f"{n}  {words}", "", (what, words)) for n, (what, (words, _)) in enumerate(_TABLES.items(), 1)]


def _sentences(report: TableReport) -> list[str]:
    """What is to be read of an import; rows last."""
    found = list(report.notes)
    if report.columns:
        types = ", ".join(f"{c.name}: {c.type}{' (set)' if c.given else ''}" for c in report.columns)
        found.insert(0, f"Types of the columns, which t changes: {types}.")
    if report.problems:
        found += ["", f"Imported, but worth a look: {len(report.problems)}."]
        found += [f"  {problem.placed}" for problem in report.problems]
    return found


class CaseFiles(WorkScreen):
    """The actions that import and write tables."""

    def came(self, mark: str | None = None) -> None:
        """Something about cases has changed: show it."""
        raise NotImplementedError

    def action_import_table(self) -> None:
        """Ask what table, then for its file."""
        self.app.push_screen(Picker("Import what?", _choices(), numbered=True), self._ask_file)

    def _ask_file(self, what: str | None) -> None:
        if what is None:
            return
        words, help_text = _TABLES[what]
        usual = f"{what}.csv"
        dialog = AskLine(
            f"Import {words}",
            value=usual if Path(usual).exists() else "",
            help_text=f"The path of a CSV or XLSX file, seen from {display_safe(str(Path.cwd()))}.\n{help_text}",
            check=existing_path,
        )
        self.app.push_screen(dialog, lambda typed: self._import(what, typed))

    @told
    def _import(self, what: str, typed: str | None) -> None:
        if typed is None:
            return
        try:
            report = (import_cases if what == "cases" else import_links)(self.study, existing_path(typed))
        except QcodeError as error:
            sentences = str(error).splitlines()
            if len(sentences) == 1:
                raise
            self.app.push_screen(Notice("Nothing was imported", sentences))
            return
        self.came()
        words = f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged"
        doubts = f", {len(report.problems)} worth a look" if report.problems else ""
        self.tell(f"{what.capitalize()}: {words}{doubts}.", severity="warning" if doubts else "")
        to_read = _sentences(report)
        if to_read:
            self.app.push_screen(Notice(f"{what.capitalize()} from {Path(typed.strip()).name}: {words}", to_read))

    def action_write(self) -> None:
        """Ask what table, then for a file."""
        self.app.push_screen(Picker("Write what?", _choices(), numbered=True), self._ask_target)

    @told
    def _ask_target(self, what: str | None) -> None:
        if what is None:
            return
        folder = self.study.file.path.parent
        written: list[int] = []

        def write(typed: str) -> None:
            written.append(_WRITE[what](self.study, typed_path(typed)))

        ask = AskLine(
            f"Write {_TABLES[what][0]} to which file?",
            value=display_safe(str(free_path(folder / f"{what}.csv"))),
            help_text="A name in .xlsx gives a workbook, else CSV. qcode reads it in again.",
            check=write,
        )

        def told_of(typed: str | None) -> None:
            if typed is not None:
                number = written[-1]
                rows = f"{number} {what if number != 1 else what[:-1]}"
                self.tell(f"Wrote {rows} to {display_safe(typed_path(typed).name)}.")

        if not self.study.file.read.cases():
            raise RequestError("There are no cases to write.")
        self.app.push_screen(ask, told_of)
