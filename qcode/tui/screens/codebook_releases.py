"""Named versions of the codebook: making one, what differs between two, writing one to a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services.codebooks import diff, need_owner
from qcode.services.releases import release, release_table
from qcode.services.study import Study
from qcode.services.tables import Cell
from qcode.services.versions import version_of
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, lines_of
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.bringing_in import existing_path
from qcode.tui.screens.codebook_files import ask_where_to_write, difference_lines
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import told

__all__ = ["ReleasesScreen"]

_Release = tuple[str, ...]  # name, version, time, by, note
_NOW = "now"
_FILE = "a file …"
_MINUTES = 16  # characters of a time without its seconds


class ReleasesScreen(ListScreen[_Release]):
    """The releases, the oldest first. Enter shows what was changed since."""

    PLACE: ClassVar[Place] = "releases"
    BINDINGS: ClassVar[list[BindingType]] = bindings("releases")
    NOTHING = "There are no releases yet: A gives the codebook as it is now a name."

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._version = ""

    def columns(self) -> Sequence[Column]:
        """Narrow windows lose the version, then the coder."""
        return [
            Column("release", least=14, share=2),
            Column("time", _MINUTES),
            Column("by", 10, drop=1),
            Column("note", least=20, share=3),
            Column("version", 12, drop=2),
        ]

    def load(self) -> Iterable[_Release]:
        """The releases as they are now."""
        self._version = version_of(self.study.codes().codebook)
        return [tuple(map(_text, row)) for row in release_table(self.study).rows]

    def row(self, item: _Release) -> Row:
        """The cells of a release."""
        name, version, time, by, note = item
        same = "bold" if version == self._version else "dim"
        return [(name, "bold"), (time[:_MINUTES], "dim"), by, note, (version, same)]

    def key_of(self, item: _Release) -> object:
        """A release is the same while its name is."""
        return item[0]

    def title_parts(self) -> Parts:
        """How many there are, and the version of now."""
        number = len(self.items)
        words = "1 release" if number == 1 else f"{number} releases"
        now = f" · the codebook now has version {self._version}" if self.study.codes().uid else ""
        return [(" Releases", "bold"), f" · {words}{now}"]

    def detail(self, item: _Release | None) -> Content:
        """The note, and whether the codebook is still the same."""
        if item is None:
            return Content("")
        name, version, time, by, note = item
        same = "The codebook is as it was released." if version == self._version else "The codebook was changed since."
        return lines_of([(name, "bold"), (f"  released {time[:_MINUTES]} by {by}, version {version}", "dim")], [note],
                        [same])  # fmt: skip

    def _item(self) -> _Release:
        if self.marked is None:
            raise RequestError("No release is marked.", fix="A makes one.")
        return self.marked

    @told
    def action_add(self) -> None:
        """Ask for a name and a note."""
        need_owner(self.study, "release it")
        if self.study.codes().uid is None:
            raise RequestError("The study has no codebook yet.")
        names = {item[0] for item in self._all}

        def free(typed: str) -> None:
            if typed.strip() in names:
                raise RequestError(f"There is a release “{typed.strip()}” already.", fix="Choose another name.")
            if not typed.strip():
                raise RequestError("A release needs a name.")

        ask = AskLine("Name of the release", help_text="For example: pilot, round 2.", check=free)
        self.app.push_screen(ask, self._ask_note)

    def _ask_note(self, name: str | None) -> None:
        if name is None:
            return
        ask = AskLine(
            f"What is the release {display_safe(name)} for?", help_text="Enter releases, with or without a note.",
            check=lambda note: release(self.study, name, note),
        )  # fmt: skip
        self.app.push_screen(ask, lambda note: self._released(name) if note is not None else None)

    def _released(self, name: str) -> None:
        self.reload(mark=name.strip())
        self.tell(f"Released for good as {display_safe(name.strip())}: the codebook as it is now.")

    # -- differences

    @on(RowList.Chosen, "#rows")
    @told
    def _chosen(self) -> None:
        """What was changed since."""
        self._differ(self._item()[0], None)

    @told
    def action_differences(self) -> None:
        """Ask with what to compare."""
        name = self._item()[0]
        others = [item[0] for item in self._all if item[0] != name]
        choices = [
            Choice(_NOW, "the codebook now", "", ("now", "the codebook now")),
            *(Choice(f"release {other}", other, "a release", (other,)) for other in others),
            Choice(_FILE, _FILE, "TOML, CSV or XLSX", ("file",)),
        ]
        picker = Picker(f"Compare {display_safe(name)} with what?", choices)
        self.app.push_screen(picker, lambda other: self._compare(name, other))

    @told
    def _compare(self, name: str, other: str | None) -> None:
        if other == _FILE:
            ask = AskLine("Compare with which file?", help_text="A .toml, .csv or .xlsx file.", check=existing_path)
            self.app.push_screen(ask, lambda typed: self._compare_file(name, typed))
        elif other == _NOW:
            self._differ(name, None)
        elif other is not None:
            second = other.removeprefix("release ")
            order = [item[0] for item in self._all]
            self._differ(*sorted((name, second), key=order.index))

    @told
    def _compare_file(self, name: str, typed: str | None) -> None:
        if typed is not None:
            self._differ(name, str(existing_path(typed).absolute()))

    def _differ(self, first: str, second: str | None) -> None:
        found = diff(self.study, first, second)
        if not found:
            self.tell("There is no difference.")
            return
        lines = difference_lines(found.differences, "before", "after")
        if found.reordered:
            lines.append("Codes that stand in both stand in another order.")
        shown = display_safe(second) if second is not None else "now"
        self.app.push_screen(Notice(f"From {display_safe(first)} to {shown}", lines))

    @told
    def action_write(self) -> None:
        """Ask for a file, and write the codebook as it was released."""
        name = self._item()[0]
        ask_where_to_write(self, f"Write the release {display_safe(name)} to which file?", "codebook", release=name)

    def action_next_view(self) -> None:
        """Back to the codebook."""
        self.dismiss(None)


def _text(cell: Cell) -> str:
    return str(cell)
