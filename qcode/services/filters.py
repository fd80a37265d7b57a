"""The one filter language: what commands and screens may narrow their results by, read once and always put into words.

`Filters.parse` turns the texts of options into a value that cannot be wrong any more: every name in it is there, an
unknown one was refused with the nearest. `fitting` applies it to the segments of tables and to the passages of
retrieval, with the same meaning. Whatever was filtered by stands in the notes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qcode.core.crosstab import ColumnKind
from qcode.core.text import display_safe
from qcode.errors import RequestError, UnknownName
from qcode.services.selection import CODER_RULES, SPEAKERS
from qcode.services.study import SourceRow, Study, near_names

if TYPE_CHECKING:
    from qcode.core.where import Where

__all__ = ["Filters", "InColumn"]


@dataclass(frozen=True, slots=True)
class InColumn:
    """One column of a crosstab: `name` says by what the columns are (see `crosstab_columns`), `label` which of them.

    Kinds that are no values are *not recorded*, *several* and *unassigned*.
    """

    name: str
    label: str
    kind: ColumnKind = ColumnKind.VALUE

    @property
    def words(self) -> str:
        """What stands in it, as a sentence."""
        return f"Only what a table by {self.name} counts under “{self.label}”."


@dataclass(frozen=True, slots=True)
class Filters:
    """What a result is narrowed by. Made by `parse`; the defaults narrow nothing but to one coder's reading.

    `coders`: main, any, all, each or a coder's name; `speakers`: participants, interviewers or all; `codes`: short ids,
    each with all below it; `kinds`: kinds of transcripts; `stages`: of cases; `dataset`: only what speaks of a case of
    the data set; `flagged`: only flagged codings; `text`: only passages with these words; `column`: only what a
    crosstab counts in one of its columns. `each_code`: the segments of each code are held to all this by themselves, as
    tables do, and not where they stand together with other codes.
    """

    coders: str = "main"
    speakers: str = "participants"
    codes: tuple[str, ...] = ()
    where: Where | None = None
    kinds: tuple[str, ...] = ()
    transcripts: tuple[SourceRow, ...] = ()
    stages: tuple[str, ...] = ()
    dataset: bool = False
    flagged: bool = False
    text: str = ""
    doubts: tuple[str, ...] = ()
    column: InColumn | None = None
    each_code: bool = False

    @classmethod
    def parse(
        cls,
        study: Study,
        *,
        coders: str = "main",
        speakers: str = "participants",
        codes: Sequence[str] = (),
        where: str = "",
        kinds: Sequence[str] = (),
        transcripts: Sequence[str] = (),
        stages: Sequence[str] = (),
        dataset: bool = False,
        flagged: bool = False,
        text: str = "",
    ) -> Filters:
        """Filters from what people typed. Raises RequestError, or UnknownName with the nearest names."""
        if speakers not in SPEAKERS:
            raise RequestError(f"There is no choice “{speakers}” of speakers.", fix=f"Use {' or '.join(SPEAKERS)}.")
        condition, doubts = _condition(study, where)
        if text:
            from qcode.core.keyword import pattern

            pattern(text)
        table = study.codes()
        return cls(
            coders=coders if coders in CODER_RULES else study.coder(coders).name,
            speakers=speakers,
            codes=tuple(dict.fromkeys(table.code(table.find(name).key).id for name in codes)),
            where=condition,
            kinds=tuple(dict.fromkeys(_kind(study, kind) for kind in kinds)),
            transcripts=tuple(dict.fromkeys(study.source(name) for name in transcripts)),
            stages=tuple(dict.fromkeys(_stage(study, stage) for stage in stages)),
            dataset=dataset,
            flagged=flagged,
            text=text.strip(),
            doubts=doubts,
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What is filtered by, a sentence each, beside whose codings and whose words, which every result says."""
        said = []
        if self.codes:
            said.append(f"Codes: {', '.join(self.codes)}, and all below.")
        if self.where is not None:
            said.append(f"Where {self.where.words}.")
            if self.where.asks("case"):
                said.append("What speaks of several cases fits if one of them does.")
        for what, names in (
            ("Transcripts", [source.name for source in self.transcripts]),
            ("Kinds of transcripts", self.kinds),
            ("Stages", self.stages),
        ):
            if names:
                said.append(f"{what}: {', '.join(names)}.")
        if self.dataset:
            said.append("Only what speaks of a case of the data set.")
        if self.flagged:
            said.append("Only flagged codings.")
        if self.text:
            said.append(f"Only passages with “{self.text}”.")
        if self.column is not None:
            said.append(self.column.words)
        return (*said, *self.doubts)

    @property
    def of_passages(self) -> bool:
        """Whether anything is asked of each passage, beyond the coder, the speakers and the transcripts."""
        return bool(self.codes or self.where or self.stages or self.dataset or self.flagged or self.text or self.column)

    def sources(self, study: Study) -> list[SourceRow]:
        """The transcripts that are looked at, in the order of the study."""
        chosen = {source.uid for source in self.transcripts}
        return [
            source
            for source in study.file.read.sources()
            if (not chosen or source.uid in chosen) and (not self.kinds or source.kind in self.kinds)
        ]


def _condition(study: Study, text: str) -> tuple[Where | None, tuple[str, ...]]:
    if not text.strip():
        return None, ()
    from qcode.services.recorded import Recorded

    recorded = Recorded(study)
    where = recorded.where(text)
    return where, tuple(recorded.doubts(where))


def _kind(study: Study, kind: str) -> str:
    from qcode.files.header import KINDS

    known = list(dict.fromkeys([*KINDS, *(source.kind for source in study.file.read.sources())]))
    if kind.casefold() in known:
        return kind.casefold()
    near = near_names(kind, known)
    fix = f"Did you mean {near[0]}?" if near else f"Use one of {', '.join(known)}."
    raise RequestError(f"There is no kind of transcript “{display_safe(kind)}”.", fix=fix)


def _stage(study: Study, stage: str) -> str:
    read = study.file.read
    known = [s.name for case in read.cases() for s in case.stages]
    known += [link.stage for link in read.links(coders=study.visible_coders()) if link.stage]
    named = {name.casefold(): name for name in known}
    if stage.casefold() not in named:
        raise UnknownName("stage", stage, near_names(stage, named.values()))
    return named[stage.casefold()]
