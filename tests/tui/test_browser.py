"""The workbench in a browser: who gets in, what the page may do, and that windows take their programs with them."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient, TestServer
from naughty import NAUGHTY
from textual import messages

from qcode.errors import RequestError
from qcode.services.study import Study
from qcode.tui.browser import driver, server, window
from qcode.tui.browser.gate import Gate, is_own_host, is_own_origin
from qcode.tui.browser.page import page, static_files
from qcode.tui.browser.server import HOST, WorkbenchServer, listen
from qcode.tui.browser.window import child_command, child_environment

PROGRAM = r"""
import json, os, sys
mode = sys.argv[1]
out, inn = sys.stdout.buffer, sys.stdin.buffer
def put(kind, payload):
    out.write(kind + len(payload).to_bytes(4, "big") + payload); out.flush()
def packet():
    head = inn.read(5)
    return (head[:1], inn.read(int.from_bytes(head[1:], "big"))) if head else (b"", b"")
if mode == "fails":
    sys.exit("qcode: There is no project \x1b[2J here.")
if mode == "chats":
    out.write(b"hello\n" * 11); out.flush(); sys.exit(0)
out.write(b"noise\n__GANGLION__\n"); out.flush()
put(b"D", json.dumps([os.getpid(), os.environ["COLUMNS"], os.environ["ROWS"]]).encode())
while True:
    kind, payload = packet()
    if not kind or (kind == b"M" and b"quit" in payload and mode != "stuck"):
        break
    if payload == b"leave":
        put(b"M", b'{"type": "exit"}'); out.write(b"last words" * 50_000); out.flush(); break
    if payload == b"open":
        put(b"M", b'{"type": "open_url", "url": "http://example.org", "new_tab": true}')
        put(b"M", b'{"type": "deliver_file_start", "key": "k", "path": "/p", "open_method": "download"}')
        put(b"P", b"packed")
    put(b"D", kind + payload)
"""


@asynccontextmanager
async def serving(mode: str = "talks", *, idle: float = 60, tell: Callable[[str], None] = print) -> AsyncIterator[Site]:
    made = WorkbenchServer([sys.executable, "-c", PROGRAM, mode], title="study", idle=idle, tell=tell)
    async with TestClient(TestServer(await made._make_app(), host=HOST)) as client:
        yield Site(made, client)


class Site:
    """A server and a browser; `enter` opens the one-time address."""

    def __init__(self, made: WorkbenchServer, client: TestClient[web.Request, web.Application]) -> None:
        self.made = made
        self.client = client
        self.host = f"{HOST}:{client.server.port}"
        self.origin = f"http://{self.host}"

    async def status(self, path: str, **headers: str) -> int:
        async with self.client.get(path, headers=headers) as answer:
            await answer.read()
            return answer.status

    async def enter(self) -> None:
        assert await self.status(f"/open/{self.made.gate.token}") == 200

    async def window(self, query: str = "", **headers: str) -> ClientWebSocketResponse:
        return await self.client.ws_connect(f"/socket{query}", headers={"Origin": self.origin, **headers})

    async def quiet(self) -> None:
        """Until all windows have ended their programs."""
        await asyncio.gather(*self.made._windows.values())

    async def refusal(self, **headers: str) -> int:
        with pytest.raises(WSServerHandshakeError) as error:
            await self.client.ws_connect("/socket", headers=headers)
        return error.value.status


async def said(channel: ClientWebSocketResponse) -> bytes:
    """What the program sent next: the payload of a packet that goes to the screen."""
    return (await channel.receive_bytes(timeout=20))[0:]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# -- the gate


def test_the_token_works_once_and_only_the_right_one() -> None:
    gate = Gate()
    assert gate.admit("") is None
    assert gate.admit(gate.token[:-1]) is None
    assert gate.admit("\udcff县") is None
    assert not gate.knows(None)
    assert not gate.knows(gate._cookie)  # nobody can have it yet
    cookie = gate.admit(gate.token)
    assert cookie is not None
    assert len(cookie) >= 43
    assert gate.knows(cookie)
    assert not gate.knows(cookie + "x")
    assert not gate.knows("\udcff")
    assert gate.admit(gate.token) is None


def test_no_two_runs_share_a_secret() -> None:
    one, two = Gate(), Gate()
    assert len({one.token, two.token, one._cookie, two._cookie, one.cookie_name, two.cookie_name}) == 6


@pytest.mark.parametrize(
    "host",
    ["", "example.org", "127.0.0.1.example.org", "127.0.0.2", "0.0.0.0", "localhost.", "localhost:1:2", "a@127.0.0.1",  # noqa: S104
     "127.0.0.1:", "127.0.0.1:8437\n", "127.0.0.1:１", "127.1", *NAUGHTY],
)  # fmt: skip
def test_other_addresses_are_not_ours(host: str) -> None:
    assert not is_own_host(host)


def test_an_origin_is_ours_with_its_port_and_scheme() -> None:
    assert is_own_origin("http://127.0.0.1:9", "127.0.0.1:9")
    assert not is_own_origin("http://127.0.0.1:8", "127.0.0.1:9")
    assert not is_own_origin("https://127.0.0.1:9", "127.0.0.1:9")
    assert not is_own_origin("null", "127.0.0.1:9")


# -- the page


def test_what_is_served_is_here_and_the_page_asks_nobody_else() -> None:
    files = static_files()
    assert all(path.is_file() for path in files.values())
    text = page("study", "127.0.0.1:1", 16)
    style = files["/page.css"].read_text(encoding="utf-8") + files["/xterm.css"].read_text(encoding="utf-8")
    script = files["/page.js"].read_text(encoding="utf-8")
    links = re.findall(r'(?:src|href)="([^"]*)"', text) + re.findall(r'url\("?([^")]*)', style)
    assert set(links) == set(files)
    assert re.findall(r"\w+://", text + script) == ["ws://"]
    assert "<script>" not in text
    assert "<style" not in text
    assert "style=" not in text


def test_the_page_shows_any_title_as_text() -> None:
    for title in NAUGHTY:
        text = page(title, "localhost:1", 16)
        assert text.count("<script") == 2
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text)


async def test_the_page_comes_after_the_token_with_a_policy_that_forbids_the_rest() -> None:
    async with serving() as site:
        async with site.client.get(f"/open/{site.made.gate.token}") as answer:
            assert answer.status == 200
            assert 'content="0;url=/"' in await answer.text()
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert "Domain" not in cookie
        async with site.client.get("/?fontsize=20") as answer:
            text = await answer.text()
            policy = answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "aiohttp" not in answer.headers["Server"]
        assert f'data-session-websocket-url="ws://{site.host}/socket"' in text
        assert 'data-font-size="20"' in text
        assert policy.startswith("default-src 'none'; script-src 'self'; ")
        assert "unsafe-eval" not in policy
        assert re.findall(r"\w+://\S+", policy) == [f"ws://{site.host};"]
        assert "allow-popups" not in policy
        for address in static_files():
            assert await site.status(address) == 200


async def test_the_address_is_dead_after_its_first_use() -> None:
    async with serving() as site, ClientSession() as stranger:
        await site.enter()
        await site.enter()  # whoever has the cookie may load it again
        async with stranger.get(f"{site.origin}/open/{site.made.gate.token}") as answer:
            assert answer.status == 403
            assert "works once" in await answer.text()
            assert "Set-Cookie" not in answer.headers
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


async def test_asking_for_the_head_does_not_use_up_the_address() -> None:
    async with serving() as site:
        async with site.client.head(f"/open/{site.made.gate.token}") as answer:
            assert answer.status in {403, 405}
        await site.enter()


async def test_strangers_see_nothing() -> None:
    async with serving() as site:
        for path in ("/", "/textual.js", "/page.css", "/nowhere", "/download/x", "/open/wrong", "/socket"):
            assert await site.status(path) == 403
        assert await site.refusal(Origin=site.origin) == 403
        await site.enter()
        assert await site.status("/") == 200
        for path in ("/download/x", "/static/", "/static/js/textual.js", "/../page.py", "/page.html", "/.%2e/x"):
            assert await site.status(path) == 404


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org:80", "10.0.0.1"])
async def test_a_name_that_was_pointed_here_is_refused(host: str) -> None:
    async with serving() as site:
        assert await site.status(f"/open/{site.made.gate.token}", Host=host) == 403
        await site.enter()
        assert await site.status("/", Host=host) == 403
        assert await site.refusal(Host=host, Origin=f"http://{host}") == 403


async def test_a_tunnel_may_have_another_port() -> None:
    async with serving() as site:
        await site.enter()
        assert await site.status("/", Host="127.0.0.1:9999") == 200
        assert await site.status("/", Host="127.0.0.1:9999", Origin=site.origin) == 403


async def test_two_host_lines_are_refused() -> None:
    async with serving() as site:
        reader, writer = await asyncio.open_connection(HOST, site.client.server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: example.org\r\nConnection: close\r\n\r\n")
        first = await reader.readline()
        writer.close()
        assert first.split()[1] in {b"400", b"403"}


async def test_other_pages_cannot_open_a_window() -> None:
    async with serving() as site:
        await site.enter()
        assert await site.refusal() == 403
        for origin in ("http://example.org", "null", f"https://{site.host}", f"http://{HOST}:1"):
            assert await site.refusal(Origin=origin) == 403
            assert await site.status("/", Origin=origin) == 403
        channel = await site.window()
        await channel.close()


# -- the windows


async def test_a_window_talks_with_its_program_and_takes_it_with_it() -> None:
    async with serving() as site:
        await site.enter()
        channel = await site.window("?width=100&height=99999")
        pid, columns, rows = json.loads(await said(channel))
        assert (columns, rows) == ("100", "500")
        await channel.send_json(["stdin", "县 x\ud800"])
        assert await said(channel) == "D县 x?".encode()
        await channel.send_json(["resize", {"width": 120, "height": 10**9}])
        assert json.loads((await said(channel))[1:]) == {"type": "resize", "width": 120, "height": 500}
        for kind in ("blur", "focus"):
            await channel.send_json([kind])
            assert json.loads((await said(channel))[1:]) == {"type": kind}
        await channel.send_json(["ping", "17"])
        assert await channel.receive_json(timeout=20) == ["pong", "17"]
        await channel.close()
        await site.quiet()
        assert not alive(pid)


@pytest.mark.parametrize(
    "nonsense",
    ["", "x", "{}", "[]", "[1]", '["stdin"]', '["stdin", 1]', '["resize", {"width": "1", "height": 2}]', '["ping", {}]',
     "[" * 100_000, '["rm", "x"]'],
)  # fmt: skip
async def test_what_the_page_would_never_send_is_passed_over(nonsense: str) -> None:
    async with serving() as site:
        await site.enter()
        channel = await site.window()
        await said(channel)
        await channel.send_str(nonsense)
        await channel.send_bytes(b"bytes")
        await channel.send_json(["stdin", "still here"])
        assert await said(channel) == b"Dstill here"
        await channel.close()


async def test_nothing_is_opened_and_nothing_downloaded_through_a_window() -> None:
    async with serving() as site:
        await site.enter()
        channel = await site.window()
        await said(channel)
        await channel.send_json(["stdin", "open"])
        assert await said(channel) == b"Dopen"  # nothing came before it
        await channel.close()


async def test_a_program_that_ends_closes_its_window() -> None:
    async with serving() as site:
        await site.enter()
        channel = await site.window()
        await said(channel)
        await channel.send_json(["stdin", "leave"])
        assert (await channel.receive(timeout=20)).type == WSMsgType.CLOSE
        again = await site.window()
        assert await said(again)
        await again.close()


@pytest.mark.parametrize(("mode", "words"), [("fails", ["qcode: There is no project ␛[2J here."]), ("chats", [])])
async def test_a_program_that_cannot_start_says_why_in_the_terminal(mode: str, words: list[str]) -> None:
    told: list[str] = []
    async with serving(mode, tell=told.append) as site:
        await site.enter()
        channel = await site.window()
        assert (await channel.receive(timeout=20)).type == WSMsgType.CLOSE
        await site.quiet()
    assert told == words


async def test_a_program_that_will_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window, "_PATIENCE", 0.05)
    async with serving("stuck") as site:
        await site.enter()
        channel = await site.window()
        pid = json.loads(await said(channel))[0]
        await channel.close()
        await site.quiet()
        assert not alive(pid)


async def test_a_window_that_nobody_touches_is_closed() -> None:
    async with serving(idle=0.05) as site:
        await site.enter()
        channel = await site.window()
        kinds = [(await channel.receive(timeout=20)).type]
        while kinds[-1] == WSMsgType.BINARY:
            kinds.append((await channel.receive(timeout=20)).type)
        assert kinds[-1] == WSMsgType.CLOSE


async def test_there_is_an_end_to_windows() -> None:
    async with serving() as site:
        await site.enter()
        channels = [await site.window() for _ in range(server._WINDOWS)]
        assert await site.refusal(Origin=site.origin) == 503
        pids = [json.loads(await said(channel))[0] for channel in channels]
        await site.client.server.close()
        assert not any(alive(pid) for pid in pids)


def test_a_program_is_started_without_a_shell(tmp_path: Path) -> None:
    words = child_command(tmp_path / "a b; rm -rf x.qcode", "an'na $(x)", mouse=False)
    assert words[0] == sys.executable
    assert words[1] == "-P"
    assert f"--project={tmp_path / 'a b; rm -rf x.qcode'}" in words
    assert "--coder=an'na $(x)" in words
    assert words[-1] == "--no-mouse"
    assert not any(word.startswith("--coder") for word in child_command(tmp_path, None))


def test_a_program_learns_no_secret() -> None:
    there = {"PATH": "/bin", "LC_ALL": "C", "AWS_SECRET_ACCESS_KEY": "s", "SSH_AUTH_SOCK": "s", "DISPLAY": ":0"}
    known = child_environment(there, 80, 24)
    assert known["PATH"] == "/bin"
    assert known["LC_ALL"] == "C"
    assert known["COLUMNS"] == "80"
    assert "s" not in known.values()
    assert "DISPLAY" not in known


# -- the whole program behind a window


async def test_the_workbench_opens_in_a_window_and_codes(sample_path: Path) -> None:
    told: list[str] = []
    made = WorkbenchServer(child_command(sample_path, "anna"), title="study", idle=60, tell=told.append)
    async with TestClient(TestServer(await made._make_app(), host=HOST)) as client:
        site = Site(made, client)
        await site.enter()
        channel = await site.window("?width=120&height=40")
        seen = b""
        while b"county-official" not in seen:
            seen += await said(channel)
        await channel.send_json(["stdin", "\x11"])  # Ctrl+Q
        while (await channel.receive(timeout=30)).type != WSMsgType.CLOSE:
            pass
    assert told == []
    with Study.open(sample_path, coder="anna") as study:
        assert study.me.name == "anna"


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
async def test_programs_do_not_outlive_a_server_that_was_killed(sample_path: Path) -> None:
    """The other end of the pipes goes without a word."""
    process = await asyncio.create_subprocess_exec(
        *child_command(sample_path, "anna"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=child_environment(os.environ, 80, 24),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert await process.stdout.readline() == b"__GANGLION__\n"
    process.stdin.close()
    while await process.stdout.read(65_536):
        pass
    assert await asyncio.wait_for(process.wait(), 30) == 0


def fake_driver(monkeypatch: pytest.MonkeyPatch, fileno: int) -> tuple[driver.ServedWebDriver, list[object]]:
    posted: list[object] = []

    def init(self: driver.ServedWebDriver, app: object, **_: object) -> None:
        self._app = app  # type: ignore[assignment]
        self.fileno = fileno
        self.exit_event = asyncio.Event()  # type: ignore[assignment]

    monkeypatch.setattr(driver.WebDriver, "__init__", init)
    monkeypatch.setattr(driver.WebDriver, "run_input_thread", lambda _: None)
    return driver.ServedWebDriver(SimpleNamespace(post_message=posted.append)), posted  # type: ignore[arg-type]


def test_the_driver_ends_the_program_when_the_input_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    made, posted = fake_driver(monkeypatch, 1)
    made.run_input_thread()
    assert [type(message) for message in posted] == [messages.ExitApp]
    made.exit_event.set()
    made.run_input_thread()
    assert len(posted) == 1


def test_the_driver_writes_to_nobody_without_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    made, _ = fake_driver(monkeypatch, writing)
    made.write("x")
    assert os.read(reading, 10) == b"D\x00\x00\x00\x01x"
    os.close(reading)
    made.write("y")
    assert made.abandoned
    made.write("z")
    os.close(writing)


# -- the port, and the end


def test_the_door_is_on_the_loopback_address_only() -> None:
    with listen(None) as door:
        assert door.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(RequestError, match=f"Port {port} cannot be used: .* --port"):
            listen(port)
        monkeypatch.setattr(server, "DEFAULT_PORT", port)
        with listen(None) as door:
            assert door.getsockname()[1] != port


@pytest.mark.skipif(sys.platform == "win32", reason="signals are different there")
def test_a_signal_ends_the_server_and_its_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    made = WorkbenchServer([sys.executable, "-c", PROGRAM, "talks"], title="study", idle=60, tell=print)
    pids: list[int] = []

    async def visit(port: int) -> None:
        async with ClientSession() as browser:
            origin = f"http://{HOST}:{port}"
            async with browser.get(f"{origin}/open/{made.gate.token}") as answer:
                assert answer.status == 200
            # A cookie jar keeps no cookies of bare addresses unless told so.
            cookie = answer.headers["Set-Cookie"].split(";")[0]
            headers = {"Origin": origin, "Cookie": cookie}
            async with browser.ws_connect(f"{origin}/socket", headers=headers) as channel:
                pids.append(json.loads(await said(channel))[0])
                os.kill(os.getpid(), signal.SIGHUP)
                assert (await channel.receive(timeout=20)).type == WSMsgType.CLOSE

    with listen(None) as door:
        port = door.getsockname()[1]
        begin, visits = made.on_startup, list[asyncio.Task[None]]()

        async def on_startup(app: web.Application) -> None:
            await begin(app)
            visits.append(asyncio.create_task(visit(port)))

        monkeypatch.setattr(made, "on_startup", on_startup)
        made.run(door)
    assert len(pids) == 1
    assert not alive(pids[0])
