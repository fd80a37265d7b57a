"""The project: every transcript with its speakers, what was coded in it, and how far each coder is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.content import Content

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services import coding
from qcode.services.attributes import set_transcript_field
from qcode.services.importing import SOURCE_KINDS
from qcode.services.overview import SIGNS, Overview, TranscriptLine, overview
from qcode.services.study import Study
from qcode.services.transcripts import hanging_on, remove_transcript, removed_names, restore_transcript
from qcode.tui.command import Place
from qcode.tui.commands import bindings
from qcode.tui.rows import Column, Row, RowList
from qcode.tui.safe import Parts, cut, lines_of
from qcode.tui.screens.asking import AskLine, AskYes
from qcode.tui.screens.bringing_in import BringingIn
from qcode.tui.screens.list_screen import ListScreen
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import told

__all__ = ["ProjectScreen"]

_ALL = ""  # for a dimension: all of them
_NEW = "another …"
_OWN_FIELDS = ("kind", "language", "aliases")
_USUAL = ("date", "place")
_NAME_CELLS = 12  # of a dimension in the table of coders
_MOST_OTHERS = 4  # coders that a line of the list names beside oneself
_SHOWN_SPEAKERS = 12


class ProjectScreen(ListScreen[TranscriptLine], BringingIn):
    """All transcripts. Enter opens one for coding."""

    PLACE: ClassVar[Place] = "project"
    BINDINGS: ClassVar[list[BindingType]] = bindings("project")
    NOTHING = "There are no transcripts yet: i imports a folder of them, b a codebook."

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._overview = Overview("", study.me, (), (), ())

    # -- the list

    def columns(self) -> Sequence[Column]:
        """Wide windows show everything; narrow ones keep name, own codings and progress."""
        recorded = {name for line in self._overview.lines for name, value in line.attributes.items() if value}
        extra = [
            Column(name, width, drop=drop)
            for name, width, drop in (("date", 10, 8), ("place", 12, 7))
            if name in recorded
        ]
        others = [] if self.study.viewpoint.own_only else [Column("others", 6, right=True, drop=2)]
        return [
            Column("transcript", least=16, share=3),
            Column("kind", 11, drop=6),
            Column("lang", 5, drop=3),
            Column("length", 7, right=True, drop=4),
            Column("speakers", least=14, share=2, drop=5),
            *extra,
            Column("mine", 5, right=True),
            *others,
            Column("complete", least=18, share=2),
        ]

    def load(self) -> Iterable[TranscriptLine]:
        """The transcripts as they are now."""
        self._overview = overview(self.study)
        return self._overview.lines

    def row(self, item: TranscriptLine) -> Row:
        """The cells of a transcript."""
        recorded = {name for line in self._overview.lines for name, value in line.attributes.items() if value}
        extra = [(item.attributes.get(name, ""), "dim") for name in _USUAL if name in recorded]
        others = [] if item.others is None else [str(item.others) if item.others else ("·", "dim")]
        source = item.source
        return [
            (source.name, "bold"),
            source.kind,
            source.language,
            f"{source.length:,}",
            (", ".join(speaker.label for speaker in item.participants), "dim"),
            *extra,
            str(item.mine) if item.mine else ("·", "dim"),
            *others,
            self._progress(item),
        ]

    def _progress(self, item: TranscriptLine) -> str:
        """How far everybody is, oneself first."""
        table, me = self._overview, self.study.me
        own = table.progress(item, me.key) or SIGNS[""]
        others = [(c.name, table.progress(item, c.key)) for c in table.coders if c.key != me.key]
        begun = [f"{cut(name, _NAME_CELLS)} {words}" for name, words in others if words]
        more = [f"+{len(begun) - _MOST_OTHERS}"] if len(begun) > _MOST_OTHERS else []
        return "  ".join([own, *begun[:_MOST_OTHERS], *more])

    def key_of(self, item: TranscriptLine) -> object:
        """A transcript is the same while its text is."""
        return item.source.uid

    def words_of(self, item: TranscriptLine) -> str:
        """Names, speakers and everything that is recorded."""
        source = item.source
        names = [speaker.label + " " + speaker.name for speaker in item.speakers]
        return " ".join([source.name, *source.aliases, source.kind, source.language, *names, *item.attributes.values()])

    # -- title and detail

    def title_parts(self) -> Parts:
        """The study, and how far one is with it."""
        table = self._overview
        number = len(table.lines)
        words = "1 transcript" if number == 1 else f"{number} transcripts"
        own = " · own work only" if self.study.viewpoint.own_only else ""
        running = [(f" · {self.importing}", "bold")] if self.importing else []
        done = f" · {table.completed} of {number} complete" if number else ""
        book = "" if table.dimensions else " · no codebook yet: b"
        return [(f" {cut(table.title, 40)}", "bold"), f" · {words} · ", (cut(table.me.name, 24), "bold"), done, own,
                book, *running]  # fmt: skip

    def detail(self, item: TranscriptLine | None) -> Content:
        """Names, speakers, attributes, and the table of coders and dimensions."""
        return lines_of(*self._detail(item)) if item is not None else Content("")

    def _detail(self, item: TranscriptLine) -> Iterator[Parts]:
        source = item.source
        also = f" · also {', '.join(source.aliases)}" if source.aliases else ""
        yield [(source.name, "bold"), f" · {source.kind} · {source.language} · {source.length:,} characters{also}"]
        kept = [(name, value) for name, value in item.attributes.items() if value]
        if kept:
            yield [part for name, value in kept for part in ((f"{name} ", "dim"), f"{value}   ")]
        shown = item.speakers[:_SHOWN_SPEAKERS]
        more = f"and {len(item.speakers) - len(shown)} more" if len(shown) < len(item.speakers) else ""
        speakers: Parts = [("speakers ", "dim")]
        for speaker in shown:
            name = f" ({speaker.name})" if speaker.name else ""
            speakers += [(speaker.label, "bold"), f"{name} {speaker.role}, {speaker.turns} turns   "]
        yield [*speakers, more]
        yield from self._ledger(item)

    def _ledger(self, item: TranscriptLine) -> Iterator[Parts]:
        """Coders by dimensions, and what the signs mean."""
        table = self._overview
        if not table.dimensions:
            return
        me = table.me
        coders = [me, *(c for c in table.coders if c.key != me.key and item.states.get(c.key))]
        wide = max(len("coder"), *(min(_NAME_CELLS, len(c.name)) for c in coders))
        yield [
            (" " * (wide + 2), "dim"),
            *((f"{cut(d, _NAME_CELLS):<{_NAME_CELLS}}  ", "dim") for d in table.dimensions),
        ]
        for coder in coders:
            states = item.states.get(coder.key, {})
            name = cut(coder.name, wide)
            cells = [f"{SIGNS[states.get(d, '')]:<{_NAME_CELLS}}  " for d in table.dimensions]
            yield [(f"{name:<{wide}}  ", "bold"), *cells]
        yield [("✓ complete   … reading   ! to recheck: the codebook changed   · not started", "dim")]

    # -- what one can do

    @on(RowList.Chosen, "#rows")
    def _chosen(self) -> None:
        if self.marked is not None:
            self.workbench.jump(self.marked.source.uid)

    def came(self) -> None:
        """Something new is in the study."""
        self.reload()
        self.workbench.coding.renew()

    def _item(self) -> TranscriptLine:
        """The transcript under the cursor. Raises RequestError if there is none."""
        if self.marked is None:
            raise RequestError("No transcript is marked.", fix=self.NOTHING)
        return self.marked

    @told
    def action_complete(self) -> None:
        """Ask for a dimension and a state."""
        item = self._item()
        table = self._overview
        if not table.dimensions:
            raise RequestError("The study has no codebook yet.", fix="b imports one.")
        states = item.states.get(table.me.key, {})
        choices = [Choice(f"complete {_ALL}", "complete in every dimension", "", ("all", "complete"))]
        for name in table.dimensions:
            now = states.get(name, "")
            then = "reading" if now == "complete" else "complete"
            aside = f"now {now or 'not started'}, then {then}"
            choices.append(Choice(f"{then} {name}", name, aside, (name,)))
        choices += [
            Choice(f"reading {_ALL}", "being read in every dimension", "", ("all", "reading")),
            Choice(f"not started {_ALL}", "not started in every dimension", "", ("all", "not started")),
        ]
        numbered = [
            Choice(c.value, f"{number}  {c.title}", c.aside, c.names) for number, c in enumerate(choices, 1)
        ] if len(choices) <= len("123456789") else choices  # fmt: skip
        title = f"How far are you with {item.source.name}?"
        picker = Picker(title, numbered, numbered=True)
        self.app.push_screen(picker, lambda chosen: self._mark(item, chosen))

    @told
    def _mark(self, item: TranscriptLine, chosen: str | None) -> None:
        if chosen is None:
            return
        state, _, dimension = chosen.rpartition(" ")
        dimensions = [dimension] if dimension else list(self._overview.dimensions)
        coding.mark(self.study, item.source, dimensions, state)
        self.came()
        where = dimension or "every dimension"
        self.tell(f"{item.source.name} is marked as {state} in {where}.")

    @told
    def action_remove(self) -> None:
        """Take it out, after a question."""
        item = self._item()
        hanging = hanging_on(self.study, item.source).words
        with_it = f"With it go out of sight: {hanging}, of all coders. " if hanging else ""
        dialog = AskYes(
            f"Take {item.source.name} out of the study?",
            explain=f"{with_it}Nothing is erased: {self.workbench.shortcuts.name('project-restore')} brings it back.",
        )
        self.app.push_screen(dialog, lambda yes: self._remove(item, yes=bool(yes)))

    @told
    def _remove(self, item: TranscriptLine, *, yes: bool) -> None:
        if yes:
            remove_transcript(self.study, item.source, certain=True)
            self.came()
            back = self.workbench.shortcuts.name("project-restore")
            self.tell(f"{item.source.name} is out of the study; {back} brings it back.")

    @told
    def action_restore(self) -> None:
        """Ask which removed transcript comes back."""
        gone = removed_names(self.study)
        if not gone:
            self.tell("No transcript was removed.")
            return
        choices = [Choice(uid, name or uid, "", (name,)) for uid, name in gone.items()]
        self.app.push_screen(Picker("Bring back which transcript?", choices), self._restore)

    @told
    def _restore(self, uid: str | None) -> None:
        if uid is not None:
            back = restore_transcript(self.study, uid)
            self.came()
            self.tell(f"{back.name} is back in the study{f', with {back.words}' if back.words else ''}.")

    @told
    def action_undo(self) -> None:
        """Take my latest act back."""
        self._turn_back(undo=True)

    @told
    def action_redo(self) -> None:
        """Do it again."""
        self._turn_back(undo=False)

    def _turn_back(self, *, undo: bool) -> None:
        turned = coding.undo(self.study) if undo else coding.redo(self.study)
        if turned is None:
            self.tell("There is nothing to undo." if undo else "There is nothing to do again.")
            return
        self.came()
        kept = f" Stays, because others wrote it since: {', '.join(turned.kept)}." if turned.kept else ""
        self.tell(f"{'Undone' if undo else 'Done again'}: {turned.act.words}.{kept}")

    @told
    def action_toggle_others(self) -> None:
        """Show or hide others' work."""
        self.study.look(own_only=not self.study.viewpoint.own_only)
        self.came()
        own = self.study.viewpoint.own_only
        self.tell("Only your own work is shown." if own else "The work of all coders is shown.")

    # -- what is recorded of a transcript

    @told
    def action_edit(self) -> None:
        """Ask which field, then for its value."""
        item = self._item()
        source = item.source
        known = [name for line in self._overview.lines for name in line.attributes]
        own = {"kind": source.kind, "language": source.language, "aliases": "; ".join(source.aliases)}
        names = dict.fromkeys([*_OWN_FIELDS, *_USUAL, *sorted(known)])
        values = {name: own.get(name, item.attributes.get(name, "")) for name in names}
        choices = [Choice(name, name, value or "not recorded", (name,)) for name, value in values.items()]
        choices.append(Choice(_NEW, _NEW, "a new attribute", ("new", "another")))
        picker = Picker(f"Change what of {source.name}?", choices)
        self.app.push_screen(picker, lambda name: self._ask_value(item, name, values))

    def _ask_value(self, item: TranscriptLine, name: str | None, values: dict[str, str]) -> None:
        if name is None:
            return
        if name == _NEW:
            ask = AskLine("Name of the attribute", help_text="For example: bureau, level, consent.")
            self.app.push_screen(ask, lambda typed: self._ask_value(item, typed or None, values))
        elif name == "kind":
            kinds = [Choice(kind, kind, "", (kind,)) for kind in SOURCE_KINDS]
            picker = Picker(f"Kind of {item.source.name}", kinds, current=item.source.kind)
            self.app.push_screen(picker, lambda kind: self._set(item, name, kind))
        else:
            words = {"aliases": "Other names, separated by a semicolon.", "language": "A tag such as zh, en, de."}
            dialog = AskLine(
                f"{name} of {item.source.name}",
                value=display_safe(values.get(name, "")),
                help_text=words.get(name, "Empty takes it away. Enter keeps, Esc changes nothing."),
            )
            self.app.push_screen(dialog, lambda typed: self._set(item, name, typed))

    @told
    def _set(self, item: TranscriptLine, name: str, value: str | None) -> None:
        if value is None:
            return
        changed = set_transcript_field(self.study, item.source, name, value)
        self.came()
        self.tell(f"{name} of {item.source.name} is recorded." if changed else "That was recorded already.")
