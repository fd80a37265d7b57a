"""Transcripts into the study: read, checked and stored, each file on its own, all in one transaction."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qcode.core.alike import alike_labels
from qcode.core.events import Json
from qcode.core.ids import source_id, speaker_id
from qcode.core.language import garbled, guess_language
from qcode.core.lonely import lonely_labels
from qcode.core.text import CANONICAL_VERSION, display_safe, text_sha256
from qcode.core.turns import Role, SpeakerLabel
from qcode.errors import InputError, QcodeError, RequestError
from qcode.files.guard import Skipped, list_transcripts, read_bytes
from qcode.files.header import KINDS, Header, Value
from qcode.files.readers import TRANSCRIPT_SUFFIXES, read_any
from qcode.files.text_reader import ReadTranscript
from qcode.services.study import SUFFIX, Study, clean_name
from qcode.services.transcripts import bring_back, hanging_on

if TYPE_CHECKING:
    from qcode.store.writer import Writer

__all__ = ["SOURCE_KINDS", "ImportReport", "ImportedFile", "Status", "import_transcripts"]

SOURCE_KINDS = KINDS
Status = Literal["imported", "already here", "brought back", "passed over", "refused"]
_MOST_ALIKE = 3  # pairs of labels that an import tells; the rest is listed by the command
_TABLES = frozenset({".csv", ".tsv", ".xlsx", ".toml"})  # belong to a study, but are no transcripts
_BESIDE = ("", "-journal", "-wal", "-shm")  # the project, and what SQLite keeps beside it while it is open


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What became of one file. `shown` is its name, harmless on a screen; `reason` is set where it was refused."""

    shown: str
    status: Status
    reason: str = ""
    name: str = ""
    encoding: str = ""
    language: str = ""
    characters: int = 0
    turns: int = 0
    labels: tuple[SpeakerLabel, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of every file, in order; `empty` are the folders (harmless on a screen) that held no transcript."""

    files: tuple[ImportedFile, ...]
    empty: tuple[str, ...] = ()

    def count(self, status: Status) -> int:
        """Number of files with that status."""
        return sum(1 for file in self.files if file.status == status)


@dataclass(frozen=True, slots=True)
class _Ready:
    shown: str
    name: str
    read: ReadTranscript
    original: bytes


def import_transcripts(
    study: Study,
    paths: Sequence[Path],
    *,
    encoding: str | None = None,
    roles: Mapping[str, Role] | None = None,
    language: str | None = None,
    kind: str | None = None,
    tick: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Import text files and folders of them.

    A bad file is refused alone; all good ones are written in one transaction. A text that the study holds
    already changes nothing. `language` and `kind` go before what a file's header says; without both, the language is
    guessed, and the kind is “recorded”. `roles` sets speakers' roles by label; `tick` is told (done, total).
    Raises RequestError for an unknown kind, InputError if a folder cannot be read.
    """
    if kind is not None and kind not in SOURCE_KINDS:
        raise RequestError(f"There is no kind of source “{kind}”.", fix=f"Choose one of {', '.join(SOURCE_KINDS)}.")
    files, refused, empty = _collect(paths, study.file.path)
    ready: list[_Ready] = []
    for done, path in enumerate(files):
        if tick is not None:
            tick(done, len(files))
        try:
            ready.append(_read(path, encoding, roles))
        except QcodeError as error:
            refused.append(ImportedFile(display_safe(path.name), "refused", _reason(error)))
    if tick is not None:
        tick(len(files), len(files))
    return ImportReport((*_store(study, ready, language, kind, asked=bool(roles)), *refused), tuple(empty))


def _reason(error: QcodeError) -> str:
    return f"{error.what} {error.fix}" if error.fix else error.what


def _collect(paths: Sequence[Path], project: Path) -> tuple[list[Path], list[ImportedFile], list[str]]:
    """The files to read, those that are left out, and the folders without any transcript."""
    files: list[Path] = []
    left_out: list[ImportedFile] = []
    empty: list[str] = []
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            listing = list_transcripts(path)
            files += listing.files
            left_out += [_left_out(skipped) for skipped in listing.skipped if not _is_own(skipped.path, project)]
            if not listing.files:
                empty.append(display_safe(str(path)))
        else:
            files.append(path)
    return files, left_out, empty


def _is_own(path: Path, project: Path) -> bool:
    """Whether a file is the open project, or one that belongs to it: whoever imports `.` has it there."""
    names = {f"{project.name}{ending}" for ending in _BESIDE}
    return path.name in names and path.parent.resolve() == project.parent.resolve()


def _left_out(skipped: Skipped) -> ImportedFile:
    """A file of a folder that is not read: a table is passed over, anything else is refused."""
    if skipped.path.suffix.lower() in _TABLES:
        return ImportedFile(skipped.shown, "passed over", "This is no transcript; see `qcode cases` and `qcode code`.")
    if skipped.path.suffix.lower() == SUFFIX:
        return ImportedFile(skipped.shown, "passed over", "This is a project of qcode, and no transcript.")
    return ImportedFile(skipped.shown, "refused", skipped.reason)


def _read(path: Path, encoding: str | None, roles: Mapping[str, Role] | None) -> _Ready:
    if path.suffix.casefold() not in TRANSCRIPT_SUFFIXES:
        if not os.path.lexists(path):
            raise InputError("There is no such file or folder.", where=display_safe(str(path)), fix="Check the name.")
        raise InputError(
            f"qcode cannot import {path.suffix or 'files without an ending'} yet.",
            fix="Save the interview as .docx or as UTF-8 text (.txt) and import that.",
        )
    name = clean_name(path.stem, "transcript")
    data = read_bytes(path)
    return _Ready(
        display_safe(path.name),
        name,
        read_any(data, display_safe(path.name), encoding=encoding, roles=roles),
        data,
    )


def _store(
    study: Study, ready: Sequence[_Ready], language: str | None, kind: str | None, *, asked: bool
) -> list[ImportedFile]:
    with study.act() as writer:
        storing = _Storing(study, writer, language, kind, asked=asked)
        results = [storing.take(item) for item in ready]
    # What hangs on a transcript that is back can be counted when the act is done.
    return [_back_with(study, result) if result.status == "brought back" else result for result in results]


def _back_with(study: Study, result: ImportedFile) -> ImportedFile:
    words = hanging_on(study, study.source(result.name)).words
    return replace(result, reason=f"It had been removed: it is back as it was{f', with {words}' if words else ''}.")


class _Storing:
    """One import: which texts and names the study holds, and what becomes of each file."""

    def __init__(self, study: Study, writer: Writer, language: str | None, kind: str | None, *, asked: bool) -> None:
        sources = study.file.read.sources()
        self._study, self._writer, self._asked = study, writer, asked
        self._language, self._kind = language, kind
        self._here = {source.uid: source.name for source in sources}
        self._names = {name: source.uid for source in sources for name in (source.name, *source.aliases)}
        self._gone = set(study.file.read.removed("source")) - self._here.keys()

    def take(self, item: _Ready) -> ImportedFile:
        """Store one transcript, unless it is here already or has a name that another has."""
        sha256 = text_sha256(item.read.text)
        uid = source_id(sha256)
        if uid in self._here:
            kept = f"The study holds this text as “{display_safe(self._here[uid])}”."
            if self._asked:
                kept += " What --speaker says was not applied to it: use `qcode speakers set` or `speakers turn`."
            return _result(item, "already here", kept)
        if uid in self._gone:
            back = bring_back(self._writer, uid, self._names, item.name)
            if back is not None:
                self._study.file.keep_blob(item.read.text.encode("utf-8"))
                self._here[uid] = back
                self._names[back] = uid
                return replace(_result(item, "brought back"), name=back)
        if item.name in self._names:
            reason = (
                f"The study has another text under the name “{display_safe(item.name)}”. "
                "Rename the file, or remove the other transcript first (`qcode transcripts remove`)."
            )
            return _result(item, "refused", reason)
        return self._new(item, uid, sha256)

    def _new(self, item: _Ready, uid: str, sha256: str) -> ImportedFile:
        header = item.read.header or Header()
        spoken = self._language or header.language or guess_language(item.read.text)
        self._names[item.name] = uid
        aliases = [alias for alias in header.aliases if alias not in self._names]
        self._names |= dict.fromkeys(aliases, uid)
        more: dict[str, Json] = {
            "position": len(self._here), "kind": self._kind or header.kind or SOURCE_KINDS[0], "language": spoken,
            "aliases": aliases, "sha256": sha256,
        }  # fmt: skip
        _write_source(self._study, self._writer, uid, item, {**_attributes(header), **more})
        self._here[uid] = item.name
        return _result(item, "imported", language=spoken, kept_aliases=aliases)


def _attributes(header: Header) -> dict[str, Json]:
    """What a header records of the transcript, as fields of its event."""
    given = {**header.attributes, "date": header.date, "place": header.place}
    return {f"attr:{name}": _written(value) for name, value in given.items() if value is not None}


def _written(value: Value) -> str:
    """A value of a header as attributes hold it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _result(
    item: _Ready, status: Status, reason: str = "", *, language: str = "", kept_aliases: Sequence[str] = ()
) -> ImportedFile:
    read = item.read
    doubts = _doubts(read, language, kept_aliases) if status == "imported" else ()
    # Of a text that is here already nothing is told that the file alone says: the study may say otherwise.
    labels = read.labels if status == "imported" else ()
    return ImportedFile(
        item.shown, status, reason, item.name, read.encoding, language, len(read.text), len(read.turns), labels,
        (*read.warnings, *doubts),
    )  # fmt: skip


def _doubts(read: ReadTranscript, language: str, kept_aliases: Sequence[str]) -> Iterator[str]:
    """What to look at once the file is a transcript of the study, as sentences."""
    yield from read.header.doubts if read.header else ()
    # Above the first label stand dates and places, not people.
    begins = next((turn.start for turn in read.turns if turn.speaker is not None), len(read.text))
    once = lonely_labels(read.text[begins:], [label.label for label in read.labels])
    if once:
        shown = ", ".join(f"“{display_safe(label)}”" for label in once)
        yield f"Stands once and was taken as words, not as a speaker: {shown}. If it is one, see --speaker."
    doubt = garbled(read.text, language)
    if doubt and not ("\ufffd" in doubt and any("\ufffd" in warning for warning in read.warnings)):
        yield doubt
    for alias in read.header.aliases if read.header else ():
        if alias not in kept_aliases:
            yield f"Another transcript has the name “{display_safe(alias)}”, so this one does not get it as an alias."
    for pair in alike_labels([label.label for label in read.labels])[:_MOST_ALIKE]:
        names = f"“{display_safe(pair.first)}” and “{display_safe(pair.second)}”"
        yield f"{names} look alike; see `qcode speakers similar`."


def _write_source(study: Study, writer: Writer, uid: str, item: _Ready, more: Mapping[str, Json]) -> None:
    read = item.read
    study.file.keep_blob(read.text.encode("utf-8"))
    study.file.keep_blob(item.original)
    speakers = [speaker_id(uid, label.label) for label in read.labels]
    turns = [[t.start, t.body_start, t.end, t.speaker, t.time_ms] for t in read.turns]
    writer.put(
        "source",
        uid,
        {
            "name": item.name, "length": len(read.text),
            "original_sha256": read.original_sha256, "encoding": read.encoding, "canonical": CANONICAL_VERSION,
            "speakers": speakers, "turns": turns, **more,
        },
    )  # fmt: skip
    for order, (speaker, label) in enumerate(zip(speakers, read.labels, strict=True)):
        fields = {"source": uid, "label": label.label, "role": label.role, "position": order}
        writer.put("speaker", speaker, fields)
