"""The page and what belongs to it: fixed files, all from this computer, and the headers that forbid everything else."""

from __future__ import annotations

import html
from importlib.resources import files
from pathlib import Path
from string import Template

from qcode.core.text import display_safe

__all__ = ["DEFAULT_FONT", "ENTRY", "font_size", "headers", "page", "static_files"]

DEFAULT_FONT = 16
_SMALLEST_FONT, _LARGEST_FONT = 8, 40

ENTRY = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/"><title>qcode</title></head>
<body><p><a href="/">Open qcode</a></p></body></html>
"""
"""What the one-time address shows: it goes on to the page by itself.

Not by a redirect: then a link in another program's page would count as theirs, and the cookie would stay behind.
"""

_OWN = {"/page.css": "text/css", "/page.js": "text/javascript"}
_ENGINE = {
    "/textual.js": "js/textual.js",
    "/xterm.css": "css/xterm.css",
    "/mono.ttf": "fonts/RobotoMono-VariableFont_wght.ttf",
}


def static_files() -> dict[str, Path]:
    """The only files that are served, by their address: two of our own, the others from textual-serve."""
    import textual_serve

    engine = Path(textual_serve.__file__).parent / "static"
    return {
        **{address: _here(address[1:]) for address in _OWN},
        **{address: engine / name for address, name in _ENGINE.items()},
    }


def _here(name: str) -> Path:
    return Path(str(files("qcode.tui.browser") / name))


def page(title: str, host: str, font: int) -> str:
    """The page that shows the terminal. `host` is one of our own addresses; `font` a size in pixels."""
    template = Template(_here("page.html").read_text(encoding="utf-8"))
    shown = html.escape(display_safe(title))
    return template.substitute(title=shown, socket=html.escape(f"ws://{host}/socket"), font=font)


def font_size(wanted: str) -> int:
    """A size that can be read, from what the address asks for (`/?fontsize=20`).

    >>> font_size("20"), font_size("9999"), font_size("x")
    (20, 40, 16)
    """
    if not wanted.isascii() or not wanted.isdigit():
        return DEFAULT_FONT
    return min(max(int(wanted[:6]), _SMALLEST_FONT), _LARGEST_FONT)


def headers(host: str) -> dict[str, str]:
    """What every answer carries. The page may load from here only, open no window, and nothing is kept on disk.

    Styles may stand in the page: where a browser has no WebGL, the terminal in it writes its colours so.
    """
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self'",
        f"connect-src 'self' ws://{host}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "sandbox allow-scripts allow-same-origin allow-modals",
    )
    return {
        "Content-Security-Policy": "; ".join(policy),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "Server": "qcode",
    }
