"""Merging a code into another, and taking that back.

A merged code points at the one that it became; the codings on it are never rewritten and count for that other one.
What the merge changed besides is noted with the code, so that it can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from qcode.core.codebook import Code, Codebook, code_from_plain
from qcode.core.codebook_edit import with_code
from qcode.core.codebook_tree import subtree
from qcode.core.events import Json
from qcode.errors import RequestError
from qcode.services.codebook_edits import Edited, find_merged, recheck_words, save, standing, standing_words
from qcode.services.codebooks import need_owner, owned_codebook
from qcode.services.study import OF_ENTITY, CodeRow, Study

__all__ = ["merge_code", "unmerge_code"]


@dataclass(frozen=True, slots=True)
class _Took:
    """What a merge took from a code: children (uids), aliases, and indicators by language."""

    children: tuple[str, ...]
    aliases: tuple[str, ...]
    indicators: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, stored: Json) -> _Took:
        """As it stands in an event, which may come from another machine: whatever is misshapen is left out."""
        plain = stored if isinstance(stored, dict) else {}
        pairs = plain.get("indicators")
        lists = [pair for pair in pairs if isinstance(pair, list) and len(pair) > 1] if isinstance(pairs, list) else []
        by_language = {str(tag): _texts(texts) for tag, texts, *_ in lists}
        return cls(_texts(plain.get("children")), _texts(plain.get("aliases")), by_language)


def _texts(value: Json) -> tuple[str, ...]:
    return tuple(text for text in value if isinstance(text, str)) if isinstance(value, list) else ()


def merge_code(study: Study, code: str, into: str, *, words: bool = True) -> Edited:
    """Merge a code into another: its codings count as the other's, and what stands below it moves below the other.

    With `words` the other takes over its id, names, aliases (as aliases) and indicators. Nothing of anybody's codings
    is rewritten; `unmerge_code` takes all of it back. Raises RequestError if the other stands below the code, or if
    the codebook would have a fault.
    """
    book = owned_codebook(study)
    need_owner(study, "change it")
    table = study.codes()
    row, target = table.find(code), table.find(into)
    old, whole = table.code(row.key), table.code(target.key)
    if row.key == target.key:
        raise RequestError(f"“{old.id}” cannot be merged into itself.")
    if whole.id in {below.id for below in subtree(book, old.id)}:
        raise RequestError(
            f"“{whole.id}” stands below “{old.id}”.", fix=f"Move it first: `qcode codebook move {whole.id} --top`."
        )
    found = standing(study, row)
    children = [child.id for child in book.children(old.id)]
    # They keep their places in the file, so that taking the merge back finds everything where it was.
    after = _below(book, children, whole.id)
    after = replace(after, codes=tuple(c for c in after.codes if c.id != old.id))
    wider = _with_words(after.code(whole.id), old) if words else after.code(whole.id)
    took: Json = {
        "children": [table.by_id[child].uid for child in children],
        "aliases": [alias for alias in wider.aliases if alias not in whole.aliases],
        "indicators": [
            [tag, [text for text in texts if text not in dict(whole.indicators).get(tag, ())]]
            for tag, texts in wider.indicators
        ],
    }
    gone = {row.uid: {"merged_into": target.uid, "merge_took": took}}
    save(study, book, with_code(after, wider), gone=gone)
    told = [f"Merged {old.id} into {whole.id}; {standing_words(found)} now count as {whole.id}."]
    if children:
        told.append(f"Moved below {whole.id}: {', '.join(children)}.")
    if took["aliases"]:
        told.append(f"{whole.id} is also found as {', '.join(took['aliases'])}.")
    told.append(f"`qcode codebook unmerge {old.id}` takes it back.")
    return Edited(whole.id, (*told, *recheck_words(study, [whole.id, *children])))


def _below(book: Codebook, codes: Sequence[str], parent: str) -> Codebook:
    """The codebook with these codes right below another."""
    return replace(book, codes=tuple(replace(c, parent=parent) if c.id in codes else c for c in book.codes))


def _with_words(whole: Code, part: Code) -> Code:
    """The code with the words of another: its id, names and aliases as aliases, and its indicators."""
    spoken = {form.casefold() for form in (whole.id, *(name for _, name in whole.names), *whole.aliases)}
    aliases = list(whole.aliases)
    for form in (part.id, *(name for _, name in part.names), *part.aliases):
        if form.casefold() not in spoken:
            spoken.add(form.casefold())
            aliases.append(form)
    indicators = dict(whole.indicators)
    for tag, texts in part.indicators:
        indicators[tag] = tuple(dict.fromkeys([*indicators.get(tag, ()), *texts]))
    return replace(whole, aliases=tuple(aliases), indicators=tuple(indicators.items()))


def unmerge_code(study: Study, code: str) -> Edited:
    """Take a merge back: the code stands for itself again, with its codings, and with what the merge took from it.

    What was changed since stays as it was changed: a child that was moved on, words that were edited. A hot key that
    another code has now is not taken back. Raises RequestError for a code that was not merged.
    """
    book = owned_codebook(study)
    need_owner(study, "change it")
    table = study.codes()
    row = find_merged(study, code)
    direct = next((r for r in table.rows if r.uid == row.fields.get("merged_into")), table.by_key[row.target])
    took = _Took.of(row.fields.get("merge_took"))
    old, told = _back(study, book, row)
    after = _in_place(study, book, old, row)
    now = table.by_key[row.target].short_id
    uids = {r.uid: r.short_id for r in table.rows}
    children = [uids.get(uid, "") for uid in took.children]
    after = _below(after, [c for c in children if c in after and after.code(c).parent == now], old.id)
    if direct.short_id in after:
        after = with_code(after, _without_words(after.code(direct.short_id), took))
    # The code above may be merged itself: it comes back with what stood below it.
    again = {"merged_into": None, "merge_took": None, "parent": row.fields.get("parent")}
    save(study, book, after, beside={old.id: again})
    found = standing(study, study.codes().by_id[old.id])
    words = (f"{old.id} stands for itself again, with {standing_words(found)}.", *told)
    return Edited(old.id, (*words, *recheck_words(study, [old.id, now])))


def _back(study: Study, book: Codebook, row: CodeRow) -> tuple[Code, list[str]]:
    """The merged code as it comes back, and a sentence if it had to give up its hot key."""
    table = study.codes()
    plain = {name: value for name, value in row.fields.items() if name not in OF_ENTITY}
    above = next((r for r in table.rows if r.uid == row.fields.get("parent")), None)
    parent = table.by_key[above.target].short_id if above is not None else None
    code = code_from_plain({**plain, "id": row.short_id, "parent": parent})
    holder = next((c.id for c in book.codes if code.hotkey and c.hotkey == code.hotkey), None)
    if holder is None:
        return code, []
    return replace(code, hotkey=None), [f"The hot key {code.hotkey} stays with {holder}."]


def _in_place(study: Study, book: Codebook, code: Code, row: CodeRow) -> Codebook:
    """The codebook with a code that comes back, at the place that it had."""
    places = {r.short_id: r.fields.get("position", 0) for r in study.codes().rows}
    before = [c for c in book.codes if places[c.id] < places[row.short_id]]
    return replace(book, codes=(*before, code, *(c for c in book.codes if c not in before)))


def _without_words(whole: Code, took: _Took) -> Code:
    """The code without the aliases and indicators that a merge gave it."""
    given = took.indicators
    kept = {tag: tuple(text for text in texts if text not in given.get(tag, ())) for tag, texts in whole.indicators}
    return replace(
        whole,
        aliases=tuple(alias for alias in whole.aliases if alias not in took.aliases),
        indicators=tuple((tag, texts) for tag, texts in kept.items() if texts),
    )
