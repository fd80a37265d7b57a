"""What holds for all tests: how much of the science and of the storage they must reach."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("core", "store")
FLOOR = 95.0  # percent of lines and branches


def _reached(data_file: Path, package: str) -> float:
    """Percent of a package's lines and branches that the tests reached."""
    import io

    from coverage import Coverage

    measured = Coverage(data_file=str(data_file), config_file=str(ROOT / "pyproject.toml"))
    measured.load()
    return measured.report(include=[str(ROOT / "qcode" / package / "*")], file=io.StringIO(), show_missing=False)


def _tells_coverage(config: pytest.Config) -> bool:
    """Whether this run measures coverage of everything: not so in a worker, and not where tests were chosen."""
    whole = sorted(config.args) == sorted(config.getini("testpaths"))
    return whole and not hasattr(config, "workerinput") and bool(config.getoption("cov_source", None))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where a package is below the floor; pytest's own closing line still comes last."""
    config = session.config
    if not _tells_coverage(config) or session.exitstatus != pytest.ExitCode.OK:
        return
    reached = {package: _reached(ROOT / ".coverage", package) for package in PACKAGES}
    words = ", ".join(f"qcode/{package} {percent:.1f} %" for package, percent in reached.items())
    reporter = config.pluginmanager.getplugin("terminalreporter")
    low = any(percent < FLOOR for percent in reached.values())
    reporter.write_line("")
    reporter.write_line(f"Branch coverage: {words} (at least {FLOOR:.0f} % each).", red=low, green=not low)
    if low:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
