"""What every program on the terminal stands on: nothing pasted steers it, no crash shows words, settings are obeyed."""

from __future__ import annotations

import os
from collections.abc import Sequence
from weakref import WeakKeyDictionary

# iTerm2 loses Chinese input under the kitty keyboard protocol; this must be set before Textual is loaded.
os.environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")

from rich.segment import Segments
from rich.text import Text
from textual import events
from textual.app import App, ReturnType
from textual.filter import Monochrome
from textual.screen import Screen

from qcode.core.text import display_safe
from qcode.errors import Fault, QcodeError
from qcode.services.crash import write_report
from qcode.services.settings import Settings, change_setting
from qcode.tui.commands import Keys
from qcode.tui.keymap import shortcuts, textual_keymap
from qcode.tui.no_colour import WithoutColour

__all__ = ["BaseApp", "light_terminal"]

_LIGHT_BACKGROUNDS = {"7", "15"}


def light_terminal(colours: str) -> bool:
    """Whether COLORFGBG (`ink;background`, numbers of the sixteen colours) tells of a light background.

    >>> light_terminal("0;15"), light_terminal("15;default;0"), light_terminal("")
    (True, False, False)
    """
    return colours.rpartition(";")[2] in _LIGHT_BACKGROUNDS


class BaseApp(App[ReturnType]):
    """A program that obeys the user's settings. `settings` None: the defaults, and nothing is remembered."""

    # Classes of every screen by the width of the window: what is narrow looks otherwise (see qcode.tcss).
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - Textual declares it of the instance
    CSS = """
    App:nocolor OptionList > .option-list--option-highlighted { background: $foreground; color: $background; }
    """

    def __init__(self, *, settings: Settings | None = None, keys: Keys | None = None) -> None:
        super().__init__()
        self.settings = settings or Settings()
        self.shortcuts = keys or Keys()
        self.crashed = False
        self.mouse_taken = True
        if self.no_color:
            # Private in Textual, and the only place where its filters are; a test would notice its end.
            kept = [f for f in self._filters if not isinstance(f, Monochrome)]
            self._filters = [*kept, WithoutColour(lambda: self.current_theme.dark)]
        self._remembers = settings is not None
        self._sent_to: WeakKeyDictionary[events.Key, Screen[object]] = WeakKeyDictionary()
        self._key_faults: tuple[Fault, ...] = ()

    # -- settings

    def begin(self) -> None:
        """Take over settings or keys that the program was made with."""
        if self._remembers:
            self.obey(self.settings)
        else:
            self.set_keymap(textual_keymap(self.shortcuts))

    def obey(self, settings: Settings) -> None:
        """Take over what the settings say now: keys, colours, mouse."""
        self.settings = settings
        self.shortcuts, self._key_faults = shortcuts(settings)
        self.set_keymap(textual_keymap(self.shortcuts))
        self.show_colours()
        if settings.mouse != self.mouse_taken:
            self.take_mouse(taken=settings.mouse)

    def show_colours(self) -> None:
        """Dark or light, as the settings say."""
        wanted = self.settings.theme
        light = wanted == "light" or (wanted == "auto" and light_terminal(os.environ.get("COLORFGBG", "")))
        self.theme = "textual-light" if light else "textual-dark"

    def setting_faults(self) -> Sequence[Fault]:
        """What does not hold in the file of the settings."""
        return (*self.settings.faults, *self._key_faults)

    def remember(self, name: str, value: str | bool) -> str:  # noqa: FBT001 - a value, not a switch
        """Write a setting; a sentence if that fails. A program without settings of a user writes nothing."""
        if not self._remembers:
            return ""
        try:
            change_setting(name, value)
        except QcodeError as error:
            return f" It is not remembered: {error}"
        return ""

    def take_mouse(self, *, taken: bool) -> None:
        """Take the mouse, or leave it to the terminal, which then selects and copies."""
        self.mouse_taken = taken
        # Private in Textual, and the only way to do it while the program runs; a test would notice its end.
        getattr(self._driver, "_enable_mouse_support" if taken else "_disable_mouse_support", lambda: None)()

    # -- safety

    async def on_event(self, event: events.Event) -> None:
        """What is pasted goes into fields and onto the screen: it must not steer the terminal."""
        if isinstance(event, events.Paste):
            event.text = display_safe(event.text, keep_lines=True)
        if isinstance(event, events.Key) and self._typed_ahead(event):
            return
        await super().on_event(event)

    def _typed_ahead(self, event: events.Key) -> bool:
        """Whether a key was sent to a screen that another one covers by now: then that one gets it.

        A slow line delivers several keys at once, and all of them are sent off before the first has done anything.
        """
        if not event.is_forwarded:
            self._sent_to[event] = self.screen
            return False
        if self._sent_to.pop(event, self.screen) is self.screen:
            return False
        self.post_message(events.Key(event.key, event.character))
        return True

    def _fatal_error(self) -> None:
        """A crash: Textual would print the locals, and with them the interview."""
        self.crashed = True
        try:
            report = f"Report: {write_report(self._exception or RuntimeError('unknown'))}"
        except QcodeError as problem:
            report = f"The report could not be written. {problem}"
        message = Text(f"qcode stopped because of a fault of its own. What was coded is stored.\n{report}")
        self._exit_renderables.append(Segments(self.console.render(message, self.console.options)))
        self._close_messages_no_wait()
