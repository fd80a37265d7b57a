"""The server behind `qcode serve`: textual-serve's, with a gate before it, a page of our own, and no way out."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from json import JSONDecodeError

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from qcode.core.text import display_safe
from qcode.errors import RequestError
from qcode.tui.browser.gate import Gate, is_own_host, is_own_origin
from qcode.tui.browser.page import ENTRY, font_size, headers, page, static_files
from qcode.tui.browser.window import Window

__all__ = ["DEFAULT_PORT", "HOST", "Sentences", "WorkbenchServer", "listen"]

HOST = "127.0.0.1"
DEFAULT_PORT = 8437

Sentences = Callable[[str], None]
"""Where sentences for whoever started the server go."""

_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_WINDOWS = 4  # at a time: each is a process with the project open
_LONGEST_MESSAGE = 1 << 20  # bytes: what one can paste at once
_HEARTBEAT = 15.0  # seconds
_SHUTDOWN = 8.0  # seconds, a little more than a window waits for its program

_SPENT = (
    "This window may not see the project.\n\n"
    "The address that qcode serve printed works once, in the browser that opens it first.\n"
    "End qcode serve with Ctrl-C and start it again for a new one.\n"
)
_FULL = f"{_WINDOWS} windows are open. Close one of them, then load this page again.\n"


def listen(port: int | None) -> socket.socket:
    """A socket on the loopback address; None takes the usual port, or any other where that is taken.

    Raises RequestError if `port` cannot be had.
    """
    try:
        return socket.create_server((HOST, DEFAULT_PORT if port is None else port))
    except OSError as error:
        if port is None:
            return socket.create_server((HOST, 0))
        what = f"Port {port} cannot be used: {error.strerror or 'the system refuses it'}."
        raise RequestError(what, fix="Choose another with --port, or leave it out.") from None


class WorkbenchServer(Server):
    """Serves one project on the loopback address to whoever brings the token first.

    `idle` is how long a window may stay open without a key or a mouse movement, in seconds.
    """

    def __init__(self, command: Sequence[str], *, title: str, idle: float, tell: Sentences) -> None:
        super().__init__(command[0], host=HOST, title=title)
        self.gate = Gate()
        self._words = tuple(command)
        self._idle = idle
        self._tell = tell
        self._files = static_files()
        self._windows: dict[web.WebSocketResponse, asyncio.Task[None]] = {}

    def run(self, door: socket.socket) -> None:
        """Serve on the socket until Ctrl-C, or until the terminal is closed."""
        # No log: the addresses hold the token.
        web.run_app(self._make_app(), sock=door, print=None, access_log=None, shutdown_timeout=_SHUTDOWN)

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.add_routes(
            [
                web.get("/", self.handle_page, allow_head=False),
                web.get("/open/{token}", self.handle_entry, allow_head=False),
                web.get("/socket", self.handle_websocket, allow_head=False),
                *(web.get(address, self.handle_file, allow_head=False) for address in self._files),
            ]
        )
        app.on_response_prepare.append(_forbid)
        app.on_startup.append(self.on_startup)
        app.on_shutdown.append(self.on_shutdown)
        return app

    async def on_startup(self, app: web.Application) -> None:  # noqa: ARG002 - as aiohttp calls it
        """A terminal that is closed ends the server as Ctrl-C does, and with it the windows."""
        hang_up = getattr(signal, "SIGHUP", None)
        if hang_up is not None:
            with suppress(NotImplementedError, ValueError, RuntimeError):  # not in a thread, not on Windows
                asyncio.get_running_loop().add_signal_handler(hang_up, self.request_exit)

    async def on_shutdown(self, app: web.Application) -> None:  # noqa: ARG002 - as aiohttp calls it
        """Close the windows, and wait until each has ended its program; also those that are just being closed."""
        serving = list(self._windows.values())
        await asyncio.gather(*(channel.close(code=WSCloseCode.GOING_AWAY) for channel in list(self._windows)))
        if serving:
            await asyncio.wait(serving, timeout=_SHUTDOWN)

    # -- the gate

    @web.middleware
    async def _guard(self, request: web.Request, handler: _Handler) -> web.StreamResponse:
        """Nothing is answered to strangers: wrong address, another page's request, no cookie."""
        host = _own_host(request)
        if host is None:
            raise web.HTTPForbidden(text="This is not an address of qcode serve.\n")
        origin = request.headers.get("Origin")
        if origin is not None and not is_own_origin(origin, host):
            raise web.HTTPForbidden(text="Another page may not use this one.\n")
        if request.match_info.handler != self.handle_entry and not self._is_known(request):
            raise web.HTTPForbidden(text=_SPENT)
        return await handler(request)

    def _is_known(self, request: web.Request) -> bool:
        return self.gate.knows(request.cookies.get(self.gate.cookie_name))

    async def handle_entry(self, request: web.Request) -> web.Response:
        """The one-time address: exchange the token for the cookie."""
        cookie = self.gate.admit(request.match_info["token"])
        if cookie is None and not self._is_known(request):
            raise web.HTTPForbidden(text=_SPENT)
        answer = web.Response(text=ENTRY, content_type="text/html")
        if cookie is not None:
            answer.set_cookie(self.gate.cookie_name, cookie, path="/", httponly=True, samesite="Strict")
        return answer

    # -- the page

    async def handle_page(self, request: web.Request) -> web.Response:
        """The page with the terminal."""
        text = page(self.title, request.headers["Host"], font_size(request.query.get("fontsize", "")))
        return web.Response(text=text, content_type="text/html")

    async def handle_file(self, request: web.Request) -> web.FileResponse:
        """One of the fixed files."""
        return web.FileResponse(self._files[request.path])

    # -- the windows

    async def handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """A window: starts its program, and passes on what is typed until one of them ends."""
        if "Origin" not in request.headers:
            raise web.HTTPForbidden(text="Only a browser may open a window.\n")
        if len(self._windows) >= _WINDOWS:
            raise web.HTTPServiceUnavailable(text=_FULL)
        channel = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LONGEST_MESSAGE, compress=False)
        # A task of its own: a browser that goes away must not stop us from ending its program.
        task = asyncio.create_task(self._serve_window(channel, request))
        self._windows[channel] = task
        task.add_done_callback(lambda _: self._windows.pop(channel))
        await asyncio.shield(task)
        return channel

    async def _serve_window(self, channel: web.WebSocketResponse, request: web.Request) -> None:
        await channel.prepare(request)
        window = Window(
            self._words,
            write_bytes=channel.send_bytes,
            write_str=channel.send_str,
            close=channel.close,
            download_manager=self.download_manager,
        )
        width, height = (to_int(request.query.get(side, ""), usual) for side, usual in (("width", 80), ("height", 24)))
        try:
            await window.start(width, height)
            await self._process_messages(channel, window)
        finally:
            await window.stop()
            if window.complaint:
                self._tell(display_safe(window.complaint.strip(), keep_lines=True))

    async def _process_messages(self, websocket: web.WebSocketResponse, app_service: AppService) -> None:
        """What comes from the browser, until it closes or nobody has touched it for too long."""
        now = asyncio.get_running_loop().time
        end = now() + self._idle
        while (left := end - now()) > 0:
            try:
                message = await websocket.receive(timeout=left)
            except TimeoutError:
                break
            if message.type in {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}:
                return
            kind, content = _request(message)
            if kind == "stdin":
                end = now() + self._idle
            await _obey(kind, content, websocket, app_service)
        await websocket.close(code=WSCloseCode.OK)


def _own_host(request: web.Request) -> str | None:
    """The Host header, if there is exactly one and it names the loopback address."""
    hosts = request.headers.getall("Host", [])
    return hosts[0] if len(hosts) == 1 and is_own_host(hosts[0]) else None


async def _forbid(request: web.Request, answer: web.StreamResponse) -> None:
    """Every answer, refusals too, carries the headers."""
    answer.headers.update(headers(_own_host(request) or HOST))


def _request(message: WSMessage) -> tuple[str, object]:
    """What the page asks: a word and its content; two empty ones for what it would never send."""
    if message.type != WSMsgType.TEXT:
        return "", None
    try:
        envelope = json.loads(message.data)
    except (JSONDecodeError, RecursionError):
        return "", None
    if not isinstance(envelope, list) or not envelope or not isinstance(envelope[0], str):
        return "", None
    return envelope[0], envelope[1] if len(envelope) > 1 else None


async def _obey(kind: str, content: object, channel: web.WebSocketResponse, window: AppService) -> None:
    match kind, content:
        case "stdin", str(typed):
            await window.send_bytes(typed.encode("utf-8", "replace"))
        case "resize", {"width": int(width), "height": int(height)}:
            await window.set_terminal_size(width, height)
        case "ping", str(when):
            with suppress(ConnectionError):
                await channel.send_json(["pong", when])
        case "blur", _:
            await window.blur()
        case "focus", _:
            await window.focus()
        case _:
            pass
