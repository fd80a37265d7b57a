"""Who is looking: decides whose work may be read.

Every read of coders' work takes a viewpoint, so that a blind round can hide others' codings everywhere at
once; that could not be added later.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Viewpoint"]


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """A coder (by uid), and the round in which the coder works, if any.

    In a round a coder sees only their own work. Outside, `own_only` hides others by choice.

    >>> (
    ...     Viewpoint("anna").sees("bo"),
    ...     Viewpoint("anna", round="r1").sees("bo"),
    ...     Viewpoint("anna", own_only=True).sees("anna"),
    ... )
    (True, False, True)
    """

    coder: str
    round: str | None = None
    own_only: bool = False

    @property
    def blind(self) -> bool:
        """Whether others' work is hidden, and suggestions with it."""
        return self.round is not None

    def sees(self, author: str) -> bool:
        """Whether the work of the coder with uid `author` may be shown."""
        return author == self.coder or not (self.own_only or self.blind)
