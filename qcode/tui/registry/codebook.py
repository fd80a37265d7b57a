"""Commands on the screen of the codebook, and on its lists: what to recheck, proposals, releases."""

from __future__ import annotations

from qcode.tui.command import Command, maker

__all__ = ["COMMANDS"]

_c = maker("codebook", "codebook-")
_q = maker("recheck", "recheck-")
_p = maker("proposals", "proposals-")
_r = maker("releases", "releases-")

_TREE: tuple[Command, ...] = (
    # what a code says
    _c("codebook-edit", "Edit", "Change a field of the code: names, definitions, examples, indicators; as Enter does.",
       "e", hint="edit", weight=1),
    _c("codebook-colour", "Colour", "Choose the colour family of the code, and of all below it.", "c", hint="colour",
       weight=9),
    *(_c(f"codebook-hot-{n}", f"Hot key {n}", f"Let {n} apply the code while coding.", str(n), f"hot({n})")
      for n in range(1, 10)),
    _c("codebook-hot-0", "No hot key", "Take the hot key away from the code.", "0", "hot(0)"),
    # the tree
    _c("codebook-add", "New code", "Add a code below the one under the cursor, beside it, or as a dimension.", "A",
       hint="new", weight=2),
    _c("codebook-rename", "Rename", "Give the code another id; the old one still finds it.", "r", hint="rename",
       weight=6),
    _c("codebook-move", "Move", "Move the code, with all below it, below another one.", "m", hint="move", weight=3),
    _c("codebook-up", "Up among its siblings", "Put the code before the one above it.", "less_than_sign", "shift(-1)"),
    _c("codebook-down", "Down among its siblings", "Put the code behind the one below it.", "greater_than_sign",
       "shift(1)"),
    _c("codebook-merge", "Merge", "Merge the code into another one; what that means is said before.", "M",
       hint="merge", weight=4),
    _c("codebook-unmerge", "Take apart", "Let a code that was merged stand for itself again.", "T"),
    _c("codebook-split", "Split", "Split a new code off from this one; codings stay where they are.", "p",
       hint="split", weight=5),
    _c("codebook-remove", "Remove", "Take the code out of the codebook, if no coding stands on it.", "x delete",
       hint="remove", weight=7),
    _c("codebook-undo", "Undo", "Take back the last change that was made here.", "u backspace ctrl+z", hint="undo",
       weight=8),
    # what is shown
    _c("codebook-fold", "Fold", "Fold the branch; on a folded one or a leaf: go to the code above.", "left h"),
    _c("codebook-unfold", "Unfold", "Unfold the branch; on an unfolded one: go to the first code below.", "right l"),
    _c("codebook-fold-all", "Fold all", "Fold all branches, or unfold all.", "z"),
    _c("codebook-narrow", "Narrow", "Show only codes with some words in any field.", "slash", hint="narrow",
       weight=14),
    _c("codebook-language", "Language", "Show the names in the next language of the codebook.", "g", hint="language",
       weight=15),
    _c("codebook-others", "Other coders", "Show or hide the work of other coders.", "v", "toggle_others"),
    _c("codebook-read", "Read on", "Scroll what is told of the code; from its end back to its beginning.", "space",
       "read_on"),
    _c("codebook-history", "History", "Show what was changed of the code, when and by whom.", "H"),
    # the codebook as a whole
    _c("codebook-recheck", "To recheck", "List what I completed before the codebook changed in what it means.", "q",
       hint="recheck", weight=10),
    _c("codebook-proposals", "Proposals", "List what coders propose to change.", "P", hint="proposals", weight=11),
    _c("codebook-releases", "Releases", "List the named versions of the codebook, and what differs.", "R",
       hint="releases", weight=12),
    _c("codebook-next-view", "Next list", "Go on to what is to be rechecked, proposals, releases.", "tab"),
    _c("codebook-write", "Write", "Write the codebook to a file: .toml, .csv, .xlsx to import, .md to read.", "w",
       hint="write", weight=13),
    _c("codebook-import", "Import", "Import a codebook, or bring this one up to date with a file.", "i",
       "import_book", hint="import", weight=16),
    _c("codebook-owner", "Owner", "Hand the codebook on to another coder.", "O", "hand_on"),
    _c("codebook-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)  # fmt: skip

_RECHECK: tuple[Command, ...] = (
    _q("recheck-settle", "Settled", "I looked again: take the entry off the list.", "y", hint="settled", weight=1),
    _q("recheck-settle-all", "Settled there", "I looked again for everything that the list has of this transcript.",
       "Y", hint="all of it", weight=2),
    _q("recheck-undo", "Undo", "Take back my last act.", "u backspace ctrl+z", hint="undo", weight=3),
    _q("recheck-redo", "Redo", "Do again what was undone last.", "U ctrl+y"),
    _q("recheck-narrow", "Narrow", "Show only entries with some words.", "slash", hint="narrow", weight=4),
    _q("recheck-read", "Read on", "Scroll what is told of the code; from its end back to its beginning.", "space",
       "read_on"),
    _q("recheck-next-view", "Next list", "Go on to the proposals.", "tab", hint="proposals", weight=5),
    _q("recheck-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)  # fmt: skip

_PROPOSALS: tuple[Command, ...] = (
    _p("proposals-accept", "Accept", "Accept the proposal: the codebook changes with it.", "y", hint="accept",
       weight=1),
    _p("proposals-refuse", "Refuse", "Refuse the proposal, with a reason.", "x delete", hint="refuse", weight=2),
    _p("proposals-every", "Decided ones", "Show the proposals that were decided too, or the open ones alone.", "t",
       hint="decided", weight=3),
    _p("proposals-narrow", "Narrow", "Show only proposals with some words.", "slash", hint="narrow", weight=4),
    _p("proposals-read", "Read on", "Scroll what is proposed; from its end back to its beginning.", "space",
       "read_on"),
    _p("proposals-next-view", "Next list", "Go on to the releases.", "tab", hint="releases", weight=5),
    _p("proposals-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)  # fmt: skip

_RELEASES: tuple[Command, ...] = (
    _r("releases-add", "New release", "Give the codebook as it is now a name that lasts.", "A", hint="new", weight=1),
    _r("releases-differences", "Differences", "Show what differs between the release and another one, or a file.", "d",
       hint="differences", weight=2),
    _r("releases-write", "Write", "Write the codebook as it was released to a file.", "w", hint="write", weight=3),
    _r("releases-narrow", "Narrow", "Show only releases with some words.", "slash", hint="narrow", weight=4),
    _r("releases-next-view", "Next list", "Go on to the codebook.", "tab", hint="codebook", weight=5),
    _r("releases-back", "Back", "Back to the screen before.", "escape", hint="back", weight=90),
)  # fmt: skip

COMMANDS: tuple[Command, ...] = (*_TREE, *_RECHECK, *_PROPOSALS, *_RELEASES)
