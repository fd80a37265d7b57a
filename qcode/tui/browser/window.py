"""One window of the browser: the process behind it, and what passes between the two."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from textual_serve.app_service import AppService

import qcode

if TYPE_CHECKING:
    from textual_serve.download_manager import DownloadManager

__all__ = ["Window", "child_command", "child_environment"]

_PATIENCE = 5.0  # seconds for the program to end by itself
_PRELUDE = b"__GANGLION__\n"
_PRELUDE_LINES = 10
_CHUNK = 65_536
_COMPLAINT = 20_000  # bytes of its standard error that are kept
_LARGEST_SIDE = 500  # cells: nobody's window is larger, and a screen takes memory

# The folder of the package goes to the end of the path: an installed one is found before, and never the current folder.
_START = "import sys; sys.path.append(sys.argv.pop(1)); from qcode.__main__ import main; main()"

_PASSED_ON = frozenset({
    *("HOME", "PATH", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "VIRTUAL_ENV", "NO_COLOR"),
    *("QCODE_CONFIG", "SSH_CONNECTION"),
    *("APPDATA", "COMPUTERNAME", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA", "PATHEXT", "SYSTEMROOT", "TEMP", "TMP"),
    *("USERNAME", "USERPROFILE"),
})  # fmt: skip
_PASSED_ON_PREFIXES = ("LC_", "XDG_")


def child_command(project: Path, coder: str | None, *, mouse: bool = True) -> tuple[str, ...]:
    """How the workbench is started for a window: a list of words, which no shell reads.

    `-P` keeps Python from loading modules that happen to lie in the current folder.
    """
    words = [sys.executable, "-P", "-c", _START, str(Path(qcode.__file__).parent.parent)]
    words += [f"--project={project.absolute()}"]
    words += [f"--coder={coder}"] if coder is not None else []
    return (*words, "--mouse" if mouse else "--no-mouse")


def child_environment(there: Mapping[str, str], width: int, height: int) -> dict[str, str]:
    """What the process gets to know: names on a list only, so that no password or key of the user is among them.

    No DISPLAY: what is copied in the browser goes to the browser. `width`, `height`: cells.
    """
    kept = {name: value for name, value in there.items() if name in _PASSED_ON or name.startswith(_PASSED_ON_PREFIXES)}
    return {
        **kept,
        "TEXTUAL_DRIVER": "qcode.tui.browser.driver:ServedWebDriver",
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM": "xterm-256color",
        "TERM_PROGRAM": "qcode serve",
        "PYTHONUTF8": "1",
        "COLUMNS": str(_side(width)),
        "ROWS": str(_side(height)),
    }


def _side(cells: int) -> int:
    return min(max(cells, 1), _LARGEST_SIDE)


class Window(AppService):
    """The process of one window. Nothing is downloaded through it, and it opens no address."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        write_bytes: Callable[[bytes], Awaitable[None]],
        write_str: Callable[[str], Awaitable[None]],
        close: Callable[[], Awaitable[object]],
        download_manager: DownloadManager,
    ) -> None:
        async def end() -> None:
            await close()

        super().__init__(
            command[0], write_bytes=write_bytes, write_str=write_str, close=end, download_manager=download_manager
        )
        self._words = tuple(command)
        self.complaint = ""
        """What the process wrote to its standard error: why it could not open the project."""

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the program, without a shell, and out of reach of a Ctrl-C in the server's terminal."""
        process = await asyncio.create_subprocess_exec(
            *self._words,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            env=child_environment(os.environ, width, height),
            start_new_session=True,
        )
        assert process.stdin is not None  # noqa: S101 - for the type checker: it was asked for
        self._process = process
        self._stdin = process.stdin
        return process

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the program how large the window is, in cells."""
        await super().set_terminal_size(_side(width), _side(height))

    async def run(self) -> None:
        """Pass on what the program writes, until it ends; then close the window."""
        process = self._process
        if process is None or process.stdout is None or process.stderr is None:
            return
        complaint = asyncio.create_task(_first_bytes(process.stderr))
        with suppress(asyncio.IncompleteReadError, ConnectionError):  # it ended, or the window is gone
            await self._pass_on(process.stdout)
        await _first_bytes(process.stdout)  # a full pipe would keep it from ending
        self.complaint = (await complaint).decode("utf-8", "replace")
        await process.wait()
        await self.remote_close()

    async def _pass_on(self, output: asyncio.StreamReader) -> None:
        """Packets of the program to the browser: the kind, the length in four bytes, the content."""
        for _ in range(_PRELUDE_LINES):
            line = await output.readline()
            if line == _PRELUDE:
                break
            if not line:
                return
        else:
            return
        while True:
            kind = await output.readexactly(1)
            payload = await output.readexactly(int.from_bytes(await output.readexactly(4), "big"))
            if kind == b"D":
                await self.on_data(payload)
            elif kind == b"M" and json.loads(payload).get("type") == "exit":
                return
            # Others would open addresses or hand out files: that is not for a window in a browser.

    async def stop(self) -> None:
        """Ask the program to end, and end it if it does not."""
        task, process = self._task, self._process
        if task is None or process is None:
            return
        self._task = None
        await self.send_meta({"type": "quit"})
        try:
            await asyncio.wait({task}, timeout=_PATIENCE)
        finally:
            if not task.done():
                process.kill()
        await task


async def _first_bytes(stream: asyncio.StreamReader) -> bytes:
    """Read to the end; the first bytes of it."""
    kept = b""
    while chunk := await stream.read(_CHUNK):
        kept = (kept + chunk)[:_COMPLAINT]
    return kept
