"""Moving codes within the tree of a codebook."""

from __future__ import annotations

from dataclasses import replace

from qcode.core.codebook import Code, Codebook

__all__ = ["moved", "subtree"]


def subtree(book: Codebook, code_id: str) -> tuple[Code, ...]:
    """The code and all that stand below it, in tree order. UnknownName for an unknown id.

    >>> book = Codebook("c", "C", (Code("a", None, ()), Code("b", "a", ()), Code("d", None, ())))
    >>> [code.id for code in subtree(book, "a")]
    ['a', 'b']
    """
    waiting = [book.code(code_id)]
    found = []
    while waiting:
        code = waiting.pop()
        found.append(code)
        waiting.extend(reversed(book.children(code.id)))
    return tuple(found)


def moved(book: Codebook, code_id: str, parent: str | None, *, before: str | None = None) -> Codebook:
    """The codebook with a code, and all below it, below another one (None: at the top), in file order as in the tree.

    It stands last among those beside it, or before one of them. Neither may stand below the code itself. A codebook
    that has the code there already stays as it is.

    >>> book = Codebook("c", "C", tuple(Code(i, p, ()) for i, p in (("a", None), ("b", "a"), ("d", None), ("e", "d"))))
    >>> [(code.id, code.parent) for code in moved(book, "b", "d", before="e").codes]
    [('a', None), ('d', None), ('b', 'd'), ('e', 'd')]
    """
    block = {code.id for code in subtree(book, code_id)}
    rest = [code for code in book.codes if code.id not in block]
    taken = [replace(code, parent=parent) if code.id == code_id else code for code in book.codes if code.id in block]
    ids = [code.id for code in rest]
    if before is not None:
        place = ids.index(before)
    elif parent is None:
        place = len(rest)
    else:
        below = {code.id for code in subtree(replace(book, codes=tuple(rest)), parent)}
        place = 1 + max(number for number, known in enumerate(ids) if known in below)
    after = replace(book, codes=(*rest[:place], *taken, *rest[place:]))
    same = [code.id for code in after.children(parent)] == [code.id for code in book.children(parent)]
    return book if same and book.code(code_id).parent == parent else after
