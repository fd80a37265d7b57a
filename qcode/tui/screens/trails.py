"""Handing places over to the coding screen, where `n` and `N` then go from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from qcode.core.spans import Span

__all__ = ["Trailing", "follow"]


class Trailing(Protocol):
    """A screen that can go along places, each a transcript (uid) and a passage of it."""

    def set_trail(self, places: Sequence[tuple[str, Span]], words: str) -> None:
        """Remember the places; `words` say what they are."""


def follow(screen: Trailing, places: Sequence[tuple[str, Span]], words: str) -> None:
    """Give the places to a screen that goes along such."""
    screen.set_trail(places, words)
