"""Imports point down only, and heavy libraries load inside the use that needs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

_LOADED = """
import sys
{imports}
wanted = sys.argv[1:]
print(*(name for name in wanted if name in sys.modules))
"""


def _modules(package: str) -> list[str]:
    folder = ROOT / "qcode" / package
    return sorted(f"qcode.{package}.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__")


def _loaded(imports: str, libraries: list[str], python: str = sys.executable) -> set[str]:
    """Which of the libraries a fresh Python has loaded after the imports."""
    script = _LOADED.format(imports=imports)
    done = subprocess.run(
        [python, "-c", script, *libraries], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def _import_all(modules: list[str]) -> str:
    assert modules
    return "\n".join(f"import {module}" for module in modules)


def test_the_contracts_hold() -> None:
    from importlinter.cli import lint_imports

    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0


def test_the_probe_sees_what_is_loaded() -> None:
    assert _loaded("import sqlite3", ["sqlite3", "textual"]) == {"sqlite3"}


def test_core_loads_no_database_screen_or_language_library() -> None:
    heavy = ["sqlite3", "sqlite_utils", "textual", "spacy", "scipy", "sklearn", "click", "rich"]
    assert _loaded(_import_all(_modules("core")), heavy) == set()


@pytest.mark.parametrize("module", ["text", "spans", "events", "fold", "ids", "codebook", "turns", "viewpoint"])
def test_core_without_statistics_loads_no_numpy(module: str) -> None:
    assert _loaded(f"import qcode.core.{module}", ["numpy"]) == set()


def test_services_load_neither_language_nor_screen_library() -> None:
    assert _loaded(_import_all(_modules("services")), ["spacy", "textual", "scipy", "sklearn", "sqlite_utils"]) == set()


def test_the_lower_layers_load_no_heavy_library_before_it_is_needed() -> None:
    modules = [*_modules("store"), *_modules("files"), *_modules("suggest")]
    heavy = ["numpy", "spacy", "textual", "sqlite_utils", "openpyxl", "docx"]
    assert _loaded(_import_all(modules), heavy) == set()


def test_the_layout_loads_rich_for_widths_but_not_textual() -> None:
    assert _loaded("import qcode.tui.layout, qcode.tui.lanes", ["textual", "spacy", "numpy", "sqlite3"]) == set()


def test_help_loads_nothing_heavy() -> None:
    """In the environment of users: what `qcode --help` loads is what every command waits for."""
    python = os.environ.get("QCODE_RUNTIME_PYTHON", sys.executable)
    imports = """
import contextlib, io, runpy
libraries, sys.argv = sys.argv[1:], ["qcode", "--help"]
with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
    runpy.run_module("qcode", run_name="__main__")
assert "Usage" in out.getvalue()
sys.argv = ["", *libraries]
"""
    heavy = ["sqlite_utils", "numpy", "textual", "spacy", "scipy", "sklearn"]
    assert _loaded(imports, heavy, python) == set()
