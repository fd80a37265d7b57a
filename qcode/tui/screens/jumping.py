"""Jumps on the coding screen: one letter after `g`, and `n` or `N` for the next and the previous of the same kind."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from qcode.core.keyword import pattern, places
from qcode.core.spans import Span
from qcode.errors import RequestError
from qcode.services.coverage import coverage
from qcode.services.study import Study
from qcode.services.turns import turns_by_number
from qcode.tui.painter import Mark
from qcode.tui.safe import cut
from qcode.tui.screens.asking import AskLine
from qcode.tui.screens.desk_screen import DeskScreen
from qcode.tui.screens.leader import LeaderScreen
from qcode.tui.screens.picker import Choice, Picker
from qcode.tui.screens.work_screen import told

__all__ = ["Jumping"]

_CODES_SHOWN = 3
_TIME = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{2})")
_PLACE = re.compile(r"(\d+)-(\d+)")
_WHERE = (
    "12 or 12.2: a turn by its number\n0:12:05: a time of the recording\n330-370: characters, as tables name passages"
)


class Jumping(DeskScreen):
    """The actions that go to the next thing of a kind. The last kind is remembered for `n` and `N`."""

    def __init__(self, study: Study) -> None:
        super().__init__(study)
        self._again = ""  # the action that n repeats
        self._jump_code: str | None = None
        self._trail: list[tuple[str, Span]] = []
        self._trail_words = ""
        self._trail_at = -1

    async def action_jump(self) -> None:
        """Letters for the next thing of a kind."""
        self.app.push_screen(LeaderScreen("coding", "Jump: one letter"), self._jump)

    async def _jump(self, action: str | None) -> None:
        if action is not None:
            self._jump_code = None
            if action.endswith("(1)"):  # it goes both ways
                self._again = action
            await self.run_action(action)

    async def action_again(self, step: int) -> None:
        """The next or the previous of what was jumped to last."""
        if not self._again:
            self.tell("Nothing was jumped to yet; g shows the kinds of jumps.")
        else:
            await self.run_action(self._again if step > 0 else self._again.replace("(1)", "(-1)"))

    # -- going

    def _go_among(
        self, found: Sequence[tuple[Span, int | None]], step: int, nothing: str, words: Callable[[str], str]
    ) -> None:
        """Go to the next of these passages (with the key of a coding, if it is one); after the last the first."""
        ordered = sorted(dict(sorted(found, key=lambda f: (f[0], -(f[1] or 0)))).items())
        if not ordered:
            self.tell(nothing)
            return
        here = self.view.selection.span
        beyond = [i for i, (span, _) in enumerate(ordered) if (span > here if step > 0 else span < here)]
        number = beyond[0 if step > 0 else -1] if beyond else (0 if step > 0 else len(ordered) - 1)
        span, key = ordered[number]
        self.view.select_span(span)
        self.inspect(key)
        around = "" if beyond else ", round the end of the transcript"
        self.tell(words(f"{number + 1} of {len(ordered)}{around}"))

    def _codings(self) -> list[Mark]:
        return [mark for mark in self.view.all_marks() if not mark.suggested]

    # -- kinds

    @told
    def action_jump_uncoded(self, step: int) -> None:
        """The next turn of a participant without a coding of mine."""
        turns = self.view.spoken_turns() if self.desk.sources else []
        here = self.view.walker.turn_at(self.view.selection.span.start).start
        later = [turn for turn in turns if turn.start > here] if step > 0 else turns[::-1]
        for turn in later if step > 0 else [turn for turn in later if turn.start < here]:
            if not any(mark.mine and not mark.suggested for mark in self.view.marks_at(turn)):
                self.view.select_span(self.view.walker.word(turn.start))
                self.tell(f"Turn {self.view.walker.turn_number(turn.start) + 1} has no coding of yours.")
                return
        where = "From here on" if step > 0 else "Up to here"
        self.tell(f"{where} every turn of a participant has a coding of yours.")

    @told
    def action_jump_code(self, step: int) -> None:
        """The next coding of the code that is here, or of one that is chosen."""
        if self._jump_code is None:
            mark = self.chosen_mark() or min(self.codings_here(), key=lambda m: m.span.length, default=None)
            self._jump_code = mark.code if mark else None
        if self._jump_code is None:
            self.action_jump_chosen()
            return
        code = self._jump_code
        found = [(mark.span, mark.key) for mark in self._codings() if mark.code == code]
        self._go_among(found, step, f"{code} stands nowhere here.", lambda at: f"{code}: {at}.")

    @told
    def action_jump_chosen(self) -> None:
        """Choose one of the codes of this transcript, and go to its next coding."""
        counts = Counter(mark.code for mark in self._codings())
        if not counts:
            self.tell("There are no codings in this transcript.")
            return
        book = self.study.codes().codebook
        choices = [
            Choice(code.id, code.id, f"{code.name()} · {counts[code.id]}", (code.id, *(n for _, n in code.names)))
            for code, _ in book.walk()
            if code.id in counts
        ]
        self.app.push_screen(Picker("Go to the next coding of which code?", choices), self._jump_to_code)

    def _jump_to_code(self, code: str | None) -> None:
        if code is not None:
            self._jump_code, self._again = code, "jump_code(1)"
            self.action_jump_code(1)

    @told
    def action_jump_flagged(self, step: int) -> None:
        """The next coding with a flag."""
        found = [(mark.span, mark.key) for mark in self._codings() if mark.flagged]
        self._go_among(found, step, "No coding here is flagged; f flags one.", lambda at: f"Flagged: {at}.")

    @told
    def action_jump_recheck(self, step: int) -> None:
        """The next coding of mine whose code means something else since I completed this transcript."""
        codes: list[str] = []
        if self.desk.sources and self.study.me.key:
            me = (self.desk.source.key, self.study.me.key)
            codes = [code for code, at in coverage(self.study, [self.study.me.key]).stale.items() if me in at]
        if not codes:
            self.tell("Nothing is to be rechecked in this transcript.")
            return
        named = ", ".join(codes[:_CODES_SHOWN]) + (
            f" and {len(codes) - _CODES_SHOWN} more" * (len(codes) > _CODES_SHOWN)
        )
        found = [(mark.span, mark.key) for mark in self._codings() if mark.mine and mark.code in codes]
        nothing = f"Read this transcript again for: {named}. You put none of them on it."
        self._go_among(found, step, nothing, lambda at: f"To be rechecked: {named}; your coding {at}.")

    # -- by number

    @told
    def action_jump_line(self) -> None:
        """Ask for a turn, a time or a place."""
        if not self.desk.sources:
            self.tell("There are no transcripts yet.")
            return
        dialogue = AskLine("Go to which turn, time or place?", help_text=_WHERE, check=self._typed_place)
        self.app.push_screen(dialogue, self._go_to_place)

    @told
    def _go_to_place(self, typed: str | None) -> None:
        if typed is not None:
            self.view.select_span(self._typed_place(typed))

    def _typed_place(self, typed: str) -> Span:
        """What was typed as a place: a turn's first word, or characters. Raises RequestError if there is none such."""
        wanted = typed.strip().replace("\uff1a", ":")
        walker, length = self.view.walker, len(self.desk.text)
        if match := _PLACE.fullmatch(wanted):
            start, end = int(match[1]), int(match[2])
            if not 0 <= start < end <= length:
                raise RequestError(f"This transcript has the characters 0-{length}.")
            return Span(start, end)
        if wanted.isdecimal():
            number = int(wanted)
            if not 1 <= number <= len(walker.turns):
                raise RequestError(f"This transcript has the turns 1 to {len(walker.turns)}.")
            return walker.word(walker.turns[number - 1].start)
        turns = turns_by_number(self.study, self.desk.source)
        if wanted in turns:
            return walker.word(turns[wanted].body)
        if match := _TIME.fullmatch(wanted):
            asked = 1000 * (3600 * int(match[1] or 0) + 60 * int(match[2]) + int(match[3]))
            timed = [turn for turn in turns.values() if turn.time_ms is not None]
            if not timed:
                raise RequestError("This transcript has no times.")
            begun = [turn for turn in timed if (turn.time_ms or 0) <= asked]
            return walker.word((begun[-1] if begun else timed[0]).body)
        raise RequestError("That is no turn, time or place.", fix="Such as 12, 0:12:05 or 330-370.")

    # -- words

    @told
    def action_search_selected(self) -> None:
        """Go to the next place of this transcript where the selected words stand."""
        if not self.desk.sources:
            self.tell("There are no transcripts yet.")
            return
        text = self.desk.text
        found = places(text, pattern(text[slice(*self.view.selection.span)]))
        self.set_trail([(self.desk.source.uid, span) for span in found], "The selected words")
        self.action_trail(1)

    def action_search(self) -> None:
        """The screen of search."""
        self.workbench.action_go("search")

    def set_trail(self, places: Sequence[tuple[str, Span]], words: str) -> None:
        """Let n and N go along these places, each a transcript (by uid) and a passage; `words` say what they are."""
        self._trail, self._trail_words, self._trail_at = list(places), words, -1
        self._again = "trail(1)"

    @told
    def action_trail(self, step: int) -> None:
        """The next place of the trail; it begins with the one that is selected, if it is one."""
        if not self._trail or not self.desk.sources:
            self.tell("There are no places to go to.")
            return
        uid, here = self.desk.source.uid, self.view.selection.span
        at = self._trail_at
        if not 0 <= at < len(self._trail) or self._trail[at] != (uid, here):
            at = self._nearest(uid, here, step)
        self._trail_at = at = (at + step) % len(self._trail)
        source, span = self._trail[at]
        self.show_passage(source, span, f"{cut(self._trail_words, 60)}: {at + 1} of {len(self._trail)}.")

    def _nearest(self, uid: str, here: Span, step: int) -> int:
        """The place from which a step leads to the first one beyond what is selected."""
        if (uid, here) in self._trail:
            return self._trail.index((uid, here))
        in_text = [(span, number) for number, (source, span) in enumerate(self._trail) if source == uid]
        if step > 0:
            later = [number for span, number in in_text if span > here]
            return later[0] - 1 if later else (in_text[-1][1] if in_text else -1)
        before = [number for span, number in in_text if span < here]
        return before[-1] + 1 if before else (in_text[0][1] if in_text else len(self._trail))
