"""Changes of the codebook that coders propose, and the owner's decisions on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qcode.core.codebook import Code, Codebook, code_from_plain, code_to_plain, normal_id
from qcode.core.codebook_diff import compare_codebooks
from qcode.core.codebook_edit import new_faults, settled, with_code, with_settings
from qcode.core.events import Json
from qcode.core.ids import coder_id
from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.services.codebooks import need_owner, owned_codebook, owner, write_codes
from qcode.services.listings import pick_id, short_ids, shortened
from qcode.services.log import local_time
from qcode.services.study import CoderRow, Study
from qcode.services.tables import Cell, Table
from qcode.store.codebook_reading import ProposalRow

__all__ = ["STATES", "CodeProposal", "Decided", "code_proposals", "decide", "hand_on", "proposal_table", "propose"]

STATES = ("open", "accepted", "refused")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision: the code, and whether the proposal was accepted."""

    code: str
    accepted: bool


@dataclass(frozen=True, slots=True)
class CodeProposal:
    """What a coder proposed for a code, under the id that the code has now.

    `note` says why it was proposed, `reason` why it was decided so; `at_ms` is milliseconds since 1970. `changes` are
    (field, before, proposed) in full, as people read them; `gone` says that the code is not there any more.
    """

    uid: str
    code: str
    by: str
    at_ms: int
    state: str
    adds: bool
    note: str
    reason: str
    changes: tuple[tuple[str, str, str], ...]
    gone: bool


def propose(study: Study, code: str, given: Sequence[str], *, add: bool = False, note: str = "") -> str:
    """Propose to the owner to change a code, or with `add` to add one; the id of the proposal.

    `given` are settings `FIELD=VALUE`. Raises RequestError if they say nothing new, would bring a fault, or if I own
    the codebook; UnknownName for an unknown code.
    """
    book = owned_codebook(study)
    holder = owner(study)
    if holder is not None and holder.uid == study.me.uid:
        raise RequestError(
            "The codebook is yours.", fix="Change it with `qcode codebook set CODE FIELD=VALUE`, or import a file."
        )
    before, base = _base(study, code, add=add)
    after = with_settings(base, settled(given))
    if before == after:
        raise RequestError("The code says this already; there is nothing to propose.")
    faults = new_faults(book, with_code(book, after))
    if faults:
        raise RequestError(f"The codebook would have a fault: {faults[0]}")
    changed = _changed(base, after)
    fields: dict[str, Json] = {
        "codebook": study.codes().uid, "code": after.id, "add": before is None, "state": STATES[0],
        "note": display_safe(note.strip()), "before": {name: code_to_plain(base)[name] for name in changed},
        "after": {name: code_to_plain(after)[name] for name in changed},
    }  # fmt: skip
    with study.act() as writer:
        return writer.create("proposal", fields)


def _base(study: Study, name: str, *, add: bool) -> tuple[Code | None, Code]:
    """The code as it is (None: a new one), and what the settings change."""
    if not add:
        known = study.codes().code(study.codes().find(name).key)
        return known, known
    if normal_id(name) in study.codes().by_id:
        raise RequestError(f"There is a code “{display_safe(name)}” already.", fix="Leave out --add to change it.")
    if normal_id(name) in study.codes().former:
        raise RequestError(f"“{display_safe(name)}” was the id of another code before.", fix="Choose another id.")
    return None, Code(normal_id(name), None, ())


def _today(study: Study) -> list[ProposalRow]:
    """All proposals, under the ids that the codes have now."""
    table = study.codes()
    found = []
    for row in study.file.codebook.proposals():
        sides = {
            side: {n: table.now(v) if n == "parent" and v else v for n, v in row.fields[side].items()}
            for side in ("before", "after")
        }
        found.append(row._replace(code=table.now(row.code), fields={**row.fields, **sides}))
    return found


def _changed(before: Code, after: Code) -> list[str]:
    one, two = code_to_plain(before), code_to_plain(after)
    return [name for name in one if one[name] != two[name]]


def _proposed(row: ProposalRow, book: Codebook, side: str) -> Code:
    """The code of a proposal with its fields as they were (`before`) or would be (`after`)."""
    base = Code(row.code, None, ()) if row.fields["add"] else book.code(row.code)
    return code_from_plain({**code_to_plain(base), **row.fields[side]})


def code_proposals(study: Study, *, every: bool = False) -> list[CodeProposal]:
    """The open proposals, or every one, the oldest first."""
    book = study.codes().codebook
    coders = {coder.key: coder.name for coder in study.file.read.coders()}
    return [
        CodeProposal(
            row.uid, row.code, coders.get(row.coder, ""), row.at_ms, row.state, bool(row.fields["add"]),
            str(row.fields["note"]), str(row.fields.get("reason") or ""), _changes(row, book), _gone(row, book)
        )
        for row in _today(study)
        if row.state == STATES[0] or every
    ]  # fmt: skip


def proposal_table(study: Study, *, every: bool = False) -> Table:
    """The open proposals, or every one, each field that it would change in a row of its own."""
    ids = short_ids(row.uid for row in study.file.codebook.proposals())
    rows: list[tuple[Cell, ...]] = []
    for found in code_proposals(study, every=every):
        reason = f": {found.reason}" if found.reason else ""
        head = (ids[found.uid], found.code, found.by, local_time(found.at_ms), f"{found.state}{reason}")
        if found.note:
            rows.append((*head, "why", "", shortened(found.note, _LONGEST)))
        if found.gone:
            rows.append((*head, "", "the code is not there any more", ""))
        rows += [
            (*head, field, shortened(before, _LONGEST), shortened(after, _LONGEST))
            for field, before, after in found.changes
        ]
    header = ("id", "code", "by", "time", "state", "field", "before", "proposed")
    notes = ("The owner settles one with `qcode codebook decide ID accept|refuse`.",) if rows else ()
    return Table("Proposals", header, tuple(rows), notes)


def _gone(row: ProposalRow, book: Codebook) -> bool:
    return not row.fields["add"] and row.code not in book


def _changes(row: ProposalRow, book: Codebook) -> tuple[tuple[str, str, str], ...]:
    if _gone(row, book):
        return ()
    sides = [Codebook("c", "c", (_proposed(row, book, side),)) for side in ("before", "after")]
    return tuple(
        (d.field.replace("_", " "), d.before, d.after) for d in compare_codebooks(*sides).differences
    )  # fmt: skip


def decide(study: Study, text: str, *, accept: bool, reason: str = "") -> Decided:
    """Accept a proposal, which changes the codebook with it, or refuse it; `text` is its id or the end of it.

    Raises RequestError if I do not own the codebook, if the proposal was decided already, or if what it would
    change was changed meanwhile.
    """
    book = owned_codebook(study)
    need_owner(study, "decide on proposals", fix="Ask for it; `qcode codebook proposals` lists what is open.")
    rows = {row.uid: row for row in _today(study)}
    row = rows[pick_id("proposal", text, rows)]
    if row.state != STATES[0]:
        raise RequestError(f"This proposal was {row.state} already.")
    after = _acceptable(row, book) if accept else None
    with study.act() as writer:
        writer.change(row.uid, {"state": STATES[1] if accept else STATES[2], "reason": display_safe(reason.strip())})
        if after is not None:
            write_codes(study, writer, with_code(book, after))
    return Decided(row.code, accept)


def _acceptable(row: ProposalRow, book: Codebook) -> Code:
    """The code that a proposal makes. Raises RequestError if the codebook has moved on."""
    stale = f"The code “{row.code}” was changed since this was proposed."
    fix = "Refuse it, and ask for a proposal on the codebook as it is now."
    if row.fields["add"] == (row.code in book):
        raise RequestError(stale, fix=fix)
    if not row.fields["add"] and _proposed(row, book, "before") != book.code(row.code):
        raise RequestError(stale, fix=fix)
    after = _proposed(row, book, "after")
    faults = new_faults(book, with_code(book, after))
    if faults:
        raise RequestError(f"The codebook would have a fault: {faults[0]}", fix=fix)
    return after


def hand_on(study: Study, name: str) -> CoderRow:
    """Make another coder of the project the codebook's owner. Raises RequestError unless it is mine; UnknownName."""
    owned_codebook(study)
    need_owner(study, "hand it on", fix="Ask for it.")
    coder = study.coder(name)
    with study.act() as writer:
        writer.change(str(study.codes().uid), {"owner": coder_id(coder.name)})
    return coder
