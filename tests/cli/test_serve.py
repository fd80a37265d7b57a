from __future__ import annotations

import re

import pytest

from qcode.cli import call
from qcode.errors import NoProject, NotAProject


@pytest.fixture
def served(monkeypatch):
    from qcode.tui.browser.server import WorkbenchServer

    runs: list[tuple[WorkbenchServer, tuple[str, int]]] = []
    monkeypatch.setattr(WorkbenchServer, "run", lambda self, door: runs.append((self, door.getsockname())))
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    return runs


def test_serve_prints_the_address_once(qcode, served):
    result = qcode("--coder", "bo", "serve", "--idle", "5", "--no-mouse")
    assert result.exit_code == 0
    (made, (host, port)) = served[0]
    assert host == "127.0.0.1"
    assert re.findall(r"http://\S+", result.stdout) == [f"http://127.0.0.1:{port}/open/{made.gate.token}"]
    assert "ssh" not in result.stdout
    assert result.stdout.endswith("Ended.\n")
    assert made._idle == 300
    assert "--coder=bo" in made._words
    assert made._words[-1] == "--no-mouse"


def test_serve_over_ssh_shows_the_tunnel(qcode, served, monkeypatch):
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.2 1 10.0.0.1 22")
    result = qcode("serve")
    port = served[0][1][1]
    assert f"ssh -N -L {port}:127.0.0.1:{port} SERVER" in result.stdout


def test_serve_has_no_option_for_another_address(qcode, served):
    result = qcode("serve", "--host", "10.0.0.1")
    assert result.exit_code == 2
    assert "No such option" in result.stderr
    assert served == []


def test_serve_needs_a_project_that_opens(run, served, home):
    assert run("serve").exit_code == NoProject.exit_code
    (home / "x.qcode").write_text("no project", encoding="utf-8")
    assert run("serve").exit_code == NotAProject.exit_code
    assert served == []


def test_a_port_out_of_range_is_refused(qcode, served):
    assert qcode("serve", "--port", "0").exit_code == 2
    assert qcode("serve", "--port", "70000").exit_code == 2


def test_a_window_of_the_browser_counts_as_a_terminal(monkeypatch):
    monkeypatch.setenv("TEXTUAL_DRIVER", "qcode.tui.browser.driver:ServedWebDriver")
    assert call.is_terminal()
