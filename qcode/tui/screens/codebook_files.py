"""The codebook as files: writing it, importing it, and what an import did; handing it on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qcode.core.codebook_diff import Difference
from qcode.core.codebook_merge import Side
from qcode.core.text import display_safe
from qcode.errors import FileFaults, RequestError
from qcode.services.codebooks import CodebookReport, diff, export_codebook, import_codebook
from qcode.services.proposals import hand_on
from qcode.services.samples import codebook_path
from qcode.services.study import Study
from qcode.tui.screens.asking import AskLine, AskYes
from qcode.tui.screens.bringing_in import codebook_choices, existing_path
from qcode.tui.screens.codebook_changing import CodebookChanging
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.reading_on import free_path, typed_path
from qcode.tui.screens.work_screen import WorkScreen, told

__all__ = ["CodebookFiles", "ask_where_to_write", "difference_lines", "report_lines"]

_WORDS = {
    "added": "new", "removed": "removed", "renamed": "renamed", "moved": "moved", "changed": "changed",
    "only here": "only in the study", "kept": "changed in the study, kept", "conflict": "changed in both",
}  # fmt: skip
_FORMS = ".toml, .csv and .xlsx can be imported again without loss; .md is for reading."


def ask_where_to_write(screen: WorkScreen, title: str, name: str, *, release: str | None = None) -> None:
    """Ask for a file, and write the codebook, or a release of it; the ending says in which form."""
    study: Study = screen.study
    wrote: list[int] = []

    def write(typed: str) -> None:
        wrote.append(export_codebook(study, typed_path(typed), release=release))

    def tell(typed: str | None) -> None:
        if typed is not None:
            codes = "1 code" if wrote[-1] == 1 else f"{wrote[-1]} codes"
            screen.tell(f"Wrote {codes} to {display_safe(typed_path(typed).name)}.")

    path = free_path(study.file.path.parent / f"{name}.toml")
    ask = AskLine(title, value=display_safe(str(path)), help_text=_FORMS, check=write)
    screen.app.push_screen(ask, tell)


def report_lines(report: CodebookReport) -> list[str]:
    """What an import did, line by line: what is new, what changed, what the study keeps, warnings."""
    lines = [f"{code}: new" for code in report.added]
    lines += [
        f"{'the codebook' if code is None else code}: {', '.join(name.replace('_', ' ') for name in names)} changed"
        for code, names in report.fields.items()
    ]
    lines += ["The codes stand in another order."] if report.reordered else []
    lines += [f"Kept: {words}" for words in report.kept]
    lines += [f"{code}: not in the file; it stays in the study" for code in report.missing]
    return [*lines, *(fault.placed for fault in report.warnings)]


def difference_lines(found: Iterable[Difference], before: str, after: str) -> list[str]:
    """Differences to be read, each with both of its sides, which are called `before` and `after`."""
    lines = []
    for difference in found:
        name = difference.field.replace("_", " ")
        lines.append(f"{difference.code or 'the codebook'}: {f'{name}, ' if name else ''}{_WORDS[difference.kind]}")
        sides = ((before, difference.before), (after, difference.after))
        lines += [f"    {side}: {_on_lines(text)}" for side, text in sides if text]
    return lines


def _on_lines(text: str) -> str:
    """A text whose further lines stand below its first."""
    return text.replace("\n", "\n        ")


class CodebookFiles(CodebookChanging):
    """The keys that write and import."""

    @told
    def action_write(self) -> None:
        """Ask for a file, and write the codebook."""
        book = self.study.codes().codebook
        if not book.codes:
            raise RequestError("The study has no codebook yet.", fix="i imports one.")
        ask_where_to_write(self, "Write the codebook to which file?", "codebook")

    @told
    def action_import_book(self) -> None:
        """Ask for one that comes with qcode, or for a file."""
        if self.study.codes().uid is None:
            self.app.push_screen(Picker("Import which codebook?", codebook_choices()), self._chosen_book)
        else:
            self._ask_file()

    @told
    def _chosen_book(self, name: str | None) -> None:
        if name is None:
            return
        try:
            path = codebook_path(name)
        except RequestError:  # “a file …”
            self._ask_file()
        else:
            self._import(path)

    def _ask_file(self) -> None:
        ask = AskLine(
            "Import the codebook from which file?",
            help_text="A .toml, .csv or .xlsx file. What only the study changed since is kept.", check=existing_path,
        )  # fmt: skip
        self.app.push_screen(ask, self._named_file)

    @told
    def _named_file(self, typed: str | None) -> None:
        if typed is not None:
            path = existing_path(typed)
            try:
                if self.study.codes().uid is None:
                    self._import(path)
                else:
                    self._compare_first(path)
            except FileFaults as error:
                self.app.push_screen(Notice("The file was not imported", str(error).splitlines()))

    def _compare_first(self, path: Path) -> None:
        """Import, after the question whose values stand where file and study changed the same."""
        found = diff(self.study, str(path.absolute()))
        conflicts = [d for d in found.differences if d.kind == "conflict"]
        if not conflicts or self.owner_name:
            self._import(path)
            return
        choices = [
            Choice("file", "1  the file's", "what the study changed there is replaced", ("file",)),
            Choice("study", "2  the study's", "the file's values there are left out", ("study",)),
            Choice("", "3  nothing is imported", "", ("nothing",)),
        ]
        picker = Picker("Both changed the same differently: whose values stand?", choices, numbered=True)
        lines = difference_lines(conflicts, "study", "file")
        notice = Notice("File and study changed this differently; Esc goes on to the choice", lines)
        self.app.push_screen(notice, lambda _: self.app.push_screen(picker, lambda side: self._take(path, side)))

    @told
    def _take(self, path: Path, side: str | None) -> None:
        if side:
            self._import(path, "file" if side == "file" else "study")

    def _import(self, path: Path, take: Side | None = None) -> None:
        report = import_codebook(self.study, path, take=take)
        self.came(self.marked.code.id if self.marked is not None else None)
        number = f"{len(report.added)} new, {len(report.changed)} changed, {report.unchanged} as they were"
        self.tell(f"Imported: {number}; “{display_safe(report.title)}”.")
        if lines := report_lines(report):
            self.app.push_screen(Notice(f"What the import of “{report.title}” did: {number}", lines))

    # -- the owner

    @told
    def action_hand_on(self) -> None:
        """Ask to whom, and hand the codebook on."""
        self.need_mine("hand it on")
        others = [coder.name for coder in self.study.coders() if coder.uid != self.study.me.uid and coder.name]
        if not others:
            raise RequestError("There is no other coder in the study.")
        choices = [Choice(name, name, "", (name,)) for name in others]
        self.app.push_screen(Picker("Who shall own the codebook from now on?", choices), self._ask_hand_on)

    def _ask_hand_on(self, name: str | None) -> None:
        if name is not None:
            ask = AskYes(
                f"Hand the codebook on to {name}?", explain=f"Only {name} can change it then, or give it back to you."
            )
            self.app.push_screen(ask, lambda yes: self._hand_on(name, yes=bool(yes)))

    @told
    def _hand_on(self, name: str, *, yes: bool) -> None:
        if yes:
            hand_on(self.study, name)
            self.came()
            self.tell(f"The codebook is {display_safe(name)}'s now.")
