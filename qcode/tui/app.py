"""The workbench: opens a study, shows its screens, and never shows interview text when it crashes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from qcode.tui.base_app import BaseApp  # before Textual: it says how Textual is to read the keyboard

# isort: split

from textual import events
from textual.actions import ActionParseResult
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen

from qcode.core.spans import Span
from qcode.errors import EXIT_CRASH, QcodeError
from qcode.services.crash import write_report
from qcode.services.settings import Settings, read_settings
from qcode.services.study import Study
from qcode.tui.commands import COMMANDS, Command, Keys, Place, bindings
from qcode.tui.screens.coding import CodingScreen
from qcode.tui.screens.help import HelpScreen
from qcode.tui.screens.leader import LeaderScreen
from qcode.tui.screens.work_screen import WorkScreen

if TYPE_CHECKING:
    from qcode.tui.screens.tour import Tour

__all__ = ["SCREENS", "Workbench", "run"]

SCREENS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "project": ("project", "ProjectScreen", ()),
    "codebook": ("codebook", "CodebookScreen", ()),
    "recheck": ("codebook_recheck", "RecheckScreen", ()),
    "proposals": ("codebook_proposals", "ProposalsScreen", ()),
    "releases": ("codebook_releases", "ReleasesScreen", ()),
    "cases": ("cases", "CasesScreen", ()),
    "retrieval": ("retrieval", "RetrievalScreen", ()),
    "search": ("search", "SearchScreen", ()),
    "memos": ("memos", "MemosScreen", ()),
    "history": ("history", "HistoryScreen", ()),
    "settings": ("settings", "SettingsScreen", ()),
    "debug": ("debug", "DebugScreen", ()),
    "crosstab": ("table", "TableScreen", ("crosstab",)),
    "frequencies": ("table", "TableScreen", ("frequencies",)),
    "agreement": ("table", "TableScreen", ("agreement",)),
}
"""Where the screens are, by the name that `go` calls them: module, class, arguments after the study.

They are loaded when they are first shown, so that the program starts in a blink.
"""

_COUNTED_SCREENS = 2  # Textual's own empty screen, and the coding screen


class Workbench(BaseApp[int]):
    """The program on the terminal."""

    CSS_PATH = "qcode.tcss"
    TITLE = "qcode"
    ENABLE_COMMAND_PALETTE = True
    COMMAND_PALETTE_BINDING: ClassVar[str] = "ctrl+p"
    BINDINGS: ClassVar[list[BindingType]] = bindings("everywhere")

    def __init__(
        self, study: Study, *, keys: Keys | None = None, settings: Settings | None = None, tour: bool = False
    ) -> None:
        super().__init__(settings=settings, keys=keys)
        self.study = study
        self.tour: Tour | None = None
        self._tour_wanted = tour
        self.coding = CodingScreen(study)
        self.kept: dict[str, object] = {}  # what screens keep while the program runs, by their places

    def on_mount(self) -> None:
        """Begin with coding, as the settings say."""
        self.begin()
        if self.settings.own_only:
            self.study.look(own_only=True)
        self.push_screen(self.coding)
        self.call_after_refresh(self._welcome)

    def _welcome(self) -> None:
        """Tell what does not hold in the settings, and offer the tour the first time."""
        faults = self.setting_faults()
        if faults:
            more = f" ({len(faults)} faults)" if len(faults) > 1 else ""
            where = self.shortcuts.name("go-settings")
            self.coding.tell(f"settings.toml, {faults[0].placed}{more} See {where}.", severity="warning")
        if self._tour_wanted:
            self.remember("first_tour_seen", value=True)
            self.action_tour()

    # -- the way to other screens

    def action_go(self, name: str) -> None:
        """Go to a screen by its name: it takes the place of whatever stands above the coding screen."""
        if isinstance(self.screen, ModalScreen):
            return
        if name == "coding":
            self._back_to_coding()
            return
        if name not in SCREENS or (isinstance(self.screen, WorkScreen) and self.screen.called == name):
            return
        module, kind, arguments = SCREENS[name]
        screen: WorkScreen = getattr(import_module(f"qcode.tui.screens.{module}"), kind)(self.study, *arguments)
        screen.called = name
        self._back_to_coding()
        self.push_screen(screen)

    def drill(self, screen: WorkScreen) -> None:
        """Show a screen above this one: Esc comes back here."""
        self.push_screen(screen)

    def _back_to_coding(self) -> None:
        while self.screen is not self.coding and len(self.screen_stack) > _COUNTED_SCREENS:
            self.pop_screen()

    def jump(self, source: str, span: Span | None = None, words: str = "") -> None:
        """Leave all screens and show a passage of a transcript (by uid), with a sentence in the bottom line."""
        self._back_to_coding()
        self.coding.show_passage(source, span, words)

    def action_choose_screen(self) -> None:
        """One letter for each screen."""
        if not isinstance(self.screen, ModalScreen):
            self.push_screen(LeaderScreen("everywhere", "Screens: one letter"), self._led)

    async def _led(self, action: str | None) -> None:
        if action is not None:
            await self.run_action(action)

    def action_help(self) -> None:
        """Keys of this screen."""
        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(_place(self.screen), self.shortcuts, self._idle_here()))

    def _idle_here(self) -> frozenset[str]:
        """Ids of commands of this place that this very screen does not have: places are shared by screens."""
        place = _place(self.screen)
        return frozenset(c.id for c in COMMANDS if c.place == place != "everywhere" and not _acts(self.screen, c))

    def action_change_colours(self) -> None:
        """Dark or light; the next start remembers it."""
        name = "light" if self.current_theme.dark else "dark"
        self.theme = f"textual-{name}"
        self._told(self.remember("theme", name))

    def action_mouse(self) -> None:
        """Give the mouse to the terminal, or take it back; the next start remembers it."""
        self.take_mouse(taken=not self.mouse_taken)
        problem = self.remember("mouse", self.mouse_taken)
        back = self.shortcuts.name("mouse")
        given = f"The terminal has the mouse now, to select and copy; {back} takes it back."
        self._told(("qcode has the mouse again." if self.mouse_taken else given) + problem)

    def _told(self, words: str) -> None:
        if words and isinstance(self.screen, WorkScreen | CodingScreen):
            self.screen.tell(words.strip())

    async def action_quit(self) -> None:
        """Leave; where one stopped is noted."""
        self.coding.leave_place()
        self.exit(0)

    def get_system_commands(self, screen: Screen[object]) -> list[SystemCommand]:
        """The palette: the commands of the registry that this screen has, with their keys."""
        place = _place(screen)
        found = []
        for command in COMMANDS:
            if command.place not in (place, "everywhere") or command.id == "palette":
                continue
            target = self if command.place == "everywhere" else screen
            if not _acts(target, command):
                continue

            async def call(action: str = command.action, target: App[int] | Screen[object] = target) -> None:
                await self.run_action(action, target)

            key = self.shortcuts.name(command.id)
            title = f"{command.title} ({key})" if key else command.title
            found.append(SystemCommand(title, command.description, call))
        return found

    # -- the tour

    def action_tour(self) -> None:
        """Begin the tour, from its first step."""
        from qcode.tui.screens.tour import Tour

        self.end_tour()
        self._back_to_coding()
        if not self.coding.desk.sources:
            self.coding.tell("The tour needs a transcript: import some first.")
            return
        self.tour = Tour(self)
        self.tour.look()

    def end_tour(self) -> None:
        """Leave the tour, if there is one."""
        if self.tour is not None:
            tour, self.tour = self.tour, None
            tour.close()

    async def run_action(
        self, action: str | ActionParseResult, default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:  # fmt: skip
        """As Textual does it; the tour is told."""
        done = await super().run_action(action, default_namespace, namespaces)
        if self.tour is not None:
            self.tour.note(action if isinstance(action, str) else action[1])
        return done

    async def on_event(self, event: events.Event) -> None:
        """Escape on the text leaves the tour."""
        if isinstance(event, events.Key) and event.key == "escape" and self.screen is self.coding:
            self.end_tour()
        await super().on_event(event)


def run(path: Path, coder: str | None = None, *, mouse: bool = True, tour: bool = False) -> int:
    """Open the workbench on a project; the exit code.

    `mouse` False leaves the mouse to the terminal, whatever the settings say; `tour` begins the tour the first time.
    """
    settings = read_settings()
    wanted = settings if mouse else replace(settings, mouse=False)
    with Study.open(path, coder=coder) as study:
        app = Workbench(study, settings=wanted, tour=tour and not settings.first_tour_seen)
        try:
            code = app.run()
        except QcodeError:
            raise
        except Exception as error:  # noqa: BLE001 - one of the two places where anything may be caught
            write_report(error)
            return EXIT_CRASH
    return EXIT_CRASH if app.crashed else int(code or 0)


def _acts(target: object, entry: Command) -> bool:
    """Whether a screen has the action of a command."""
    return hasattr(target, f"action_{entry.action.partition('(')[0]}")


def _place(screen: Screen[object]) -> Place:
    """Which commands a screen has; a dialogue has those of everywhere only."""
    if isinstance(screen, WorkScreen):
        return screen.PLACE
    return "coding" if isinstance(screen, CodingScreen) else "everywhere"
