"""The first minute: `qcode` where there is no project offers to make a study, open one, or look at the sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from qcode.tui.base_app import BaseApp  # before Textual: it says how Textual is to read the keyboard

# isort: split

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from qcode.core.text import display_safe
from qcode.errors import EXIT_CRASH, QcodeError, RequestError
from qcode.services.codebooks import import_codebook
from qcode.services.importing import import_transcripts
from qcode.services.samples import SAMPLE_CODERS, build_sample, codebook_path
from qcode.services.settings import Settings, read_settings
from qcode.services.study import SUFFIX, Study, clean_name
from qcode.services.who import account_name, remember_name
from qcode.tui.safe import cut, inert, line_of
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.bringing_in import codebook_choices, existing_path, likely_folder, sentences_of
from qcode.tui.screens.notice import Notice
from qcode.tui.screens.picker import Choice, Picker

__all__ = ["DEMO_FOLDER", "FirstRun", "Opening", "Plan", "first_run", "nearby"]

DEMO_FOLDER = Path("qcode-demo")
_MOST_STUDIES = 200
_NONE = "none"
_LOOKED_INTO = 200  # folders beside one another that are looked into


@dataclass(frozen=True, slots=True)
class Opening:
    """What is to be opened: a project, as whom, and whether the tour is offered."""

    path: Path
    coder: str | None = None
    tour: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A study that is to be made: its file, who codes, the files of a codebook and of transcripts, or none."""

    path: Path
    coder: str
    codebook: Path | None
    transcripts: Path | None


def nearby(folder: Path) -> list[Path]:
    """Projects in the folder and in the folders right below it; hidden ones are passed over."""

    def inside(where: Path) -> list[Path]:
        try:
            return sorted(p for p in where.glob(f"*{SUFFIX}") if p.is_file() and not p.name.startswith("."))
        except OSError:
            return []

    try:
        below = sorted(p for p in folder.iterdir() if not p.name.startswith(".") and p.is_dir())[:_LOOKED_INTO]
    except OSError:
        below = []
    return [path for where in (folder, *below) for path in inside(where)][:_MOST_STUDIES]


def _new_project(typed: str) -> Path:
    """The file of a study of that name here. Raises RequestError if the name cannot be, or is taken."""
    name = clean_name(typed.strip().removesuffix(SUFFIX), "study")
    if any(sign in name for sign in '/\\:*?"<>|') or name.startswith("."):
        raise RequestError('The name becomes a file name: no dot at its beginning, none of / \\ : * ? " < > |.')
    path = Path(f"{name}{SUFFIX}")
    if path.exists():
        raise RequestError(f"{path} is here already.", fix="Choose another name, or open that one.")
    return path


def _path_or_nothing(typed: str) -> Path | None:
    return existing_path(typed) if typed.strip() else None


def _some_coder(typed: str) -> None:
    clean_name(typed, "coder")


@dataclass(slots=True)
class _Answers:
    """What was typed and chosen for a study; kept as long as the menu is there."""

    name: str
    who: str
    book: str | None = None
    file: str = ""
    transcripts: str = ""


class FirstRun(BaseApp[Opening | None]):
    """A short menu. Its result is what to open, or None."""

    CSS_PATH = "../qcode.tcss"
    TITLE = "qcode"
    ENABLE_COMMAND_PALETTE = False
    DEFAULT_CSS = """
    FirstRun Screen { align: center middle; }
    #first { width: 76; max-width: 96%; height: auto; max-height: 96%; border: round $primary; padding: 0 2;
             background: $surface; }
    #first-menu { height: auto; max-height: 14; border: none; background: $surface; margin: 1 0; padding: 0; }
    #first-told { height: auto; min-height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "choose('new')", show=False),
        Binding("o", "choose('open')", show=False),
        Binding("d", "choose('demo')", show=False),
        Binding("q,escape,ctrl+q", "choose('leave')", show=False),
        Binding("f10", "change_colours", show=False),
    ]

    class Made(Message):
        """A study is ready, or could not be made; `to_read` are sentences on what came in."""

        def __init__(self, opening: Opening | None, problem: str = "", to_read: Sequence[str] = ()) -> None:
            super().__init__()
            self.opening = opening
            self.problem = problem
            self.to_read = to_read

    class Told(Message):
        """How far the making is."""

        def __init__(self, words: str) -> None:
            super().__init__()
            self.words = words

    def __init__(self, *, coder: str | None = None, settings: Settings | None = None) -> None:
        super().__init__(settings=settings)
        self._coder = coder
        self._studies = nearby(Path())
        self._busy = False
        here = Path.cwd().name
        self._answers = _Answers(
            name=display_safe(here if here and not here.startswith(".") else "study"),
            who=display_safe(coder or account_name()),
            transcripts=display_safe(likely_folder(Path())),
        )

    def compose(self) -> ComposeResult:
        """What there is, and what one can do."""
        with Vertical(id="first"):
            yield Static(inert("qcode", "bold"))
            yield Static(
                inert("Code interviews in the terminal, and count what the codes say. Nothing leaves this machine.")
            )
            yield Static(line_of(("In ", "dim"), cut(str(Path.cwd()), 60), (self._here(), "dim")))
            yield OptionList(*self._options(), id="first-menu", markup=False)
            yield Static(inert("↑ ↓ and Enter, or the letter", "dim"))
            yield Static("", id="first-told", markup=False)

    def _here(self) -> str:
        number = len(self._studies)
        if not number:
            return " there is no study yet."
        return " there is 1 study nearby." if number == 1 else f" there are {number} studies nearby."

    def _options(self) -> list[Option]:
        entries = {
            "new": ("n", "Make a study here", "name, codebook, transcripts"),
            "open": ("o", "Open a study", ", ".join(str(p) for p in self._studies[:3])),
            "demo": ("d", "Look at the sample study", f"invented interviews, built in {DEMO_FOLDER}"),
            "leave": ("q", "Leave", ""),
        }
        if not self._studies:
            del entries["open"]
        return [
            Option(line_of((f"{letter}  ", "bold"), title, "  ", (cut(aside, 40), "dim")), id=name)
            for name, (letter, title, aside) in entries.items()
        ]

    def on_mount(self) -> None:
        """Colours as the settings say; the menu takes the keys."""
        self.begin()
        self.query_one(OptionList).focus()

    def tell(self, words: str, *, severity: str = "") -> None:
        """A sentence below the menu."""
        style = {"error": "bold $error", "warning": "bold $warning"}.get(severity, "bold")
        self.query_one("#first-told", Static).update(inert(words, style, keep_lines=True))

    # -- the menu

    @on(OptionList.OptionSelected, "#first-menu")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.action_choose(str(event.option_id))

    def action_choose(self, name: str) -> None:
        """What the menu or a letter says."""
        if self._busy:
            return
        if name == "leave":
            self.exit(None)
        elif name == "demo":
            self._work("Building the sample study …", self._make_demo)
        elif name == "open" and self._studies:
            choices = [Choice(str(path), str(path), "", (str(path), path.stem)) for path in self._studies]
            self.push_screen(Picker("Open which study?", choices), self._open)
        elif name == "new":
            self._plan()

    def _open(self, path: str | None) -> None:
        if path is not None:
            self.exit(Opening(Path(path), self._coder))

    def action_change_colours(self) -> None:
        """Dark or light."""
        name = "light" if self.current_theme.dark else "dark"
        self.theme = f"textual-{name}"
        self.tell(self.remember("theme", name))

    # -- a new study, step by step

    @work(exclusive=True, group="plan")
    async def _plan(self) -> None:
        """One step after the other; Esc goes one back, and what was typed stays."""
        steps = [self._ask_name, *([self._ask_who] if self._coder is None else []), self._ask_book, self._ask_texts]
        at = 0
        while 0 <= at < len(steps):
            at += 1 if await steps[at](f"{at + 1}/{len(steps)}  ") else -1
        if at > 0:
            given = self._answers
            plan = Plan(
                _new_project(given.name), clean_name(given.who, "coder"), self._codebook(),
                _path_or_nothing(given.transcripts),
            )  # fmt: skip
            self._work(f"Making {plan.path} …", lambda: self._make(plan))

    async def _line(self, ask: AskLine) -> tuple[str, bool]:
        """What stands in the line at last, and whether it was sent."""
        sent = await self.push_screen_wait(ask)
        return ask.typed, sent is not None

    async def _ask_name(self, step: str) -> bool:
        words = f"It becomes the file NAME{SUFFIX} in this folder. Ctrl+U empties the line, Esc goes back."
        ask = AskLine(f"{step}Name of the study", value=self._answers.name, help_text=words, check=_new_project)
        self._answers.name, sent = await self._line(ask)
        return sent

    async def _ask_who(self, step: str) -> bool:
        words = "Your name, as tables and other coders see it: it stands at every coding of yours."
        ask = AskLine(f"{step}Who are you?", value=self._answers.who, help_text=words, check=_some_coder)
        self._answers.who, sent = await self._line(ask)
        return sent

    async def _ask_book(self, step: str) -> bool:
        none = Choice(_NONE, _NONE, "choose or write one later", (_NONE,))
        while True:
            picker = Picker(f"{step}Codebook", [*codebook_choices(), none], current=self._answers.book)
            book = await self.push_screen_wait(picker)
            if book is None:
                return False
            self._answers.book = book
            if not self._own_file():
                return True
            title = f"{step}File of the codebook"
            ask = AskLine(title, value=self._answers.file, help_text=".toml, .csv or .xlsx", check=existing_path)
            self._answers.file, sent = await self._line(ask)
            if sent:
                return True

    def _own_file(self) -> bool:
        """Whether the codebook is a file of one's own: the last of the choices."""
        return self._answers.book not in (_NONE, *(c.value for c in codebook_choices()[:-1]))

    def _codebook(self) -> Path | None:
        if self._answers.book is None or self._answers.book == _NONE:
            return None
        return existing_path(self._answers.file) if self._own_file() else codebook_path(self._answers.book)

    async def _ask_texts(self, step: str) -> bool:
        ask = AskLine(
            f"{step}Transcripts: a folder, or one file",
            value=self._answers.transcripts,
            help_text=".txt .md .docx .vtt .srt .json are read. Empty: import later. Esc goes back.",
            check=_path_or_nothing,
        )
        self._answers.transcripts, sent = await self._line(ask)
        return sent

    def _work(self, words: str, make: Callable[[], Made]) -> None:
        self._busy = True
        self.tell(words)
        self._run(make)

    @work(thread=True, exclusive=True, group="make")
    def _run(self, make: Callable[[], Made]) -> None:
        try:
            self.post_message(make())
        except QcodeError as error:
            self.post_message(self.Made(None, str(error)))

    def _make_demo(self) -> Made:
        path = build_sample(DEMO_FOLDER, tick=lambda what: self._tick(f"Building the sample study: {what} …"))
        return self.Made(Opening(path, self._coder or SAMPLE_CODERS[0], tour=True))

    def _tick(self, words: str) -> None:
        self.post_message(self.Told(words))

    def _make(self, plan: Plan) -> Made:
        """Make the study; what cannot be brought in is told and does not take the study away."""
        to_read: list[str] = []
        with Study.create(plan.path, title=plan.path.stem, coder=plan.coder) as study:
            with suppress(QcodeError):  # settings that cannot be written are no reason to withhold the study
                remember_name(study.file.uid, study.me.name)
            if plan.codebook is not None:
                try:
                    import_codebook(study, plan.codebook)
                except QcodeError as error:
                    to_read.append(str(error))
            if plan.transcripts is not None:
                try:
                    report = import_transcripts(
                        study, [plan.transcripts], tick=lambda done, total: self._tick(f"Reading {done} of {total} …")
                    )
                    to_read += sentences_of(report)
                except QcodeError as error:
                    to_read.append(str(error))
        return self.Made(Opening(plan.path, plan.coder, tour=True), to_read=to_read)

    @on(Told)
    def _told(self, event: Told) -> None:
        self.tell(event.words)

    @on(Made)
    def _made(self, event: Made) -> None:
        self._busy = False
        if event.opening is None:
            self.tell(event.problem, severity="error")
        elif event.to_read:
            opening = event.opening
            self.push_screen(Notice("What to know of what came in", event.to_read), lambda _: self.exit(opening))
        else:
            self.exit(event.opening)


def first_run(coder: str | None = None, *, mouse: bool = True) -> Opening | int:
    """Show the menu: what is to be opened, or the exit code if nothing is."""
    app = FirstRun(coder=coder, settings=read_settings())
    opening = app.run(mouse=mouse)
    if app.crashed:
        return EXIT_CRASH
    return opening if opening is not None else 0
