"""What travels: the built wheel holds the codebooks and interviews, and works where it is installed alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import qcode

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CHINESE = "002-发改局干部.md"


def _run(*arguments: str | Path, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        [str(argument) for argument in arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the files that it is made of."""
    folder = tmp_path_factory.mktemp("build")
    for name in ("qcode", "codebooks", "transcripts"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", folder=folder)
    built = list((folder / "dist").glob("*.whl"))
    assert len(built) == 1
    return built[0]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install", "--no-index", "--no-deps")
    _run(*pip, "--no-compile", "--target", folder, wheel, folder=folder)
    return folder


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_data_travels_in_the_wheel(wheel: Path) -> None:
    data = [
        f"qcode/data/{folder}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder in ("codebooks", "transcripts")
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    ]
    assert f"qcode/data/transcripts/{CHINESE}" in data
    assert "qcode/data/codebooks/cooperation.toml" in data
    assert sorted(set(data) - _names(wheel)) == []


def test_the_whole_package_travels_and_nothing_else_does(wheel: Path) -> None:
    package = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "qcode").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    names = _names(wheel)
    assert sorted(package - names) == []
    strangers = {name.split("/")[0] for name in names} - {"qcode"}
    assert len(strangers) == 1
    assert strangers.pop().endswith(".dist-info")
    assert not [name for name in names if name.endswith((".pyc", ".qcode")) or "tests" in name.split("/")]


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        folder = next(name for name in archive.namelist() if name.endswith("/METADATA")).removesuffix("/METADATA")
        head = Parser().parsestr(archive.read(f"{folder}/METADATA").decode("utf-8"))
        scripts = archive.read(f"{folder}/entry_points.txt").decode("utf-8")
        licence = archive.read(f"{folder}/licenses/LICENSE").decode("utf-8")
    assert (head["Name"], head["Version"]) == ("qcode-tui", qcode.__version__)
    assert head["License-Expression"] == "MIT"
    assert "qcode = qcode.__main__:main" in scripts
    assert "The qcode authors" in licence


def test_the_version_is_said_once_more_and_alike() -> None:
    assert PROJECT["project"]["version"] == qcode.__version__


def test_an_installed_wheel_builds_the_sample_study(installed: Path, tmp_path: Path) -> None:
    script = (
        "import sys, qcode; from pathlib import Path; from qcode.services.samples import build_sample\n"
        "assert Path(qcode.__file__).is_relative_to(sys.argv[1]), qcode.__file__\n"
        "from qcode.services.study import Study\n"
        "with Study.open(build_sample(Path(sys.argv[2]))) as study:\n"
        "    print(len(study.file.read.sources()), len(study.file.read.codings(coders=None)))\n"
    )
    out = _run(
        sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, sys.argv[1])\n{script}", installed, tmp_path,
        folder=tmp_path, QCODE_CONFIG=str(tmp_path / "config"),
    )  # fmt: skip
    sources, codings = map(int, out.split())
    assert sources == len(list((ROOT / "transcripts").glob("[0-9]*.md")))
    assert codings > 100


def test_an_installed_wheel_shows_the_tables_without_a_terminal(installed: Path, tmp_path: Path) -> None:
    python = os.environ.get("QCODE_RUNTIME_PYTHON", sys.executable)
    out = _run(
        python, "-m", "qcode", "demo", "--headless",
        folder=tmp_path, PYTHONPATH=str(installed), QCODE_CONFIG=str(tmp_path / "config"),
    )  # fmt: skip
    assert CHINESE.removesuffix(".md") in out
    assert "Frequencies" in out
    assert "self-initiated" in out


def _locked(name: str) -> dict[str, str]:
    """Distributions of a lock with their versions; the first, where the version depends on the machine."""
    found: dict[str, str] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if "==" in line and not line.startswith((" ", "#")):
            distribution, _, version = line.partition("==")
            found.setdefault(distribution, version.split()[0])
    return found


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_everything_locked_has_a_hash(name: str) -> None:
    entries = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    assert len(entries) > 30
    assert [entry.split()[0] for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    asked = {text.split(">")[0].split("[")[0].lower() for text in PROJECT["project"]["dependencies"]}
    build = {text.split(">")[0] for text in PROJECT["dependency-groups"]["build"]}
    dev = {text.split(">")[0].split("[")[0] for text in PROJECT["dependency-groups"]["dev"]}
    assert asked | build <= set(_locked("requirements.txt"))
    assert asked | build | dev <= set(_locked("requirements-dev.txt"))


def test_tests_run_with_the_versions_that_users_get() -> None:
    used, tested = _locked("requirements.txt"), _locked("requirements-dev.txt")
    assert {name: version for name, version in used.items() if tested.get(name) != version} == {}
