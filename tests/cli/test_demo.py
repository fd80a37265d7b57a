"""The sample study: on the screen, or as a walk through it."""

from __future__ import annotations

from pathlib import Path

from qcode.cli import demo


def test_the_walk_shows_the_main_job_and_writes_the_crosstab(run, home):
    first = run("demo", "--headless")
    assert first.exit_code == 0, first.output
    assert first.output.startswith("Built the sample study in study/sample.qcode. All interviews are invented.\n")
    for heading in ("What was imported", "Coding a passage", "Frequencies", "Crosstab", "Agreement", "Suggestions"):
        assert f"== {heading} ==" in first.output
    assert "it was given the code development-gap." in first.output
    assert len([line for line in first.output.splitlines() if "indicator" in line]) == demo._SUGGESTIONS
    assert "Wrote the crosstab to study/crosstab.csv, and what it counts to study/crosstab.txt." in first.output
    assert sorted(path.name for path in (home / "study").iterdir()) == ["crosstab.csv", "crosstab.txt", "sample.qcode"]
    study, table = (home / "study/sample.qcode").read_bytes(), (home / "study/crosstab.csv").read_bytes()
    second = run("demo")
    assert second.output.replace("The sample study is in", "Built the sample study in") == first.output
    assert (home / "study/sample.qcode").read_bytes() == study
    assert (home / "study/crosstab.csv").read_bytes() == table


def test_the_passage_of_the_walk_is_coded_in_the_copy(run, home):
    result = run("demo", "--folder", "elsewhere", "--headless")
    assert "001-county-official, characters " in result.output
    assert run("--project", "elsewhere/sample.qcode", "whoami").output == "You are anna.\nOther coders: bo.\n"


def test_on_a_terminal_the_screen_opens(run, monkeypatch):
    opened: list[tuple[Path, str | None]] = []

    def show(path: Path, coder: str | None, *, tour: bool) -> int:
        assert tour
        opened.append((path, coder))
        return 0

    monkeypatch.setattr(demo, "is_terminal", lambda: True)
    monkeypatch.setattr(demo, "open_screen", show)
    assert run("demo").exit_code == 0
    assert opened == [(Path("study/sample.qcode"), "anna")]
    assert "== Frequencies ==" not in run("--coder", "bo", "demo").output
    assert opened[1][1] == "bo"
    assert "== Frequencies ==" in run("demo", "--headless").output
