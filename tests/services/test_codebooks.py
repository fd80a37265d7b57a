"""The codebook in and out in every form, its owner, and differences."""

from __future__ import annotations

import pytest
from studies import CODEBOOK

from qcode.errors import InputError, RequestError, UnknownName
from qcode.services import codebooks, releases
from qcode.services.study import Study

CHINESE = """\
[codebook]
id = "合作"
title = "地方政府合作"
languages = ["zh", "en"]

[[code]]
id = "共识"
name = { zh = "共识" }
brief = "为什么合作。"

[[code]]
id = "信任-熟悉"
parent = "共识"
name = { zh = "信任与熟悉", en = "Trust" }
definition = \"\"\"
他们认识。
\u3000\u3000很久了。\"\"\"
examples = ["“我们认识。”"]
[code.indicators]
zh = ["信任", "-信任危机"]
"""


def study_with(folder, name, text, suffix=".toml") -> Study:
    file = folder / f"{name}{suffix}"
    file.write_text(text, encoding="utf-8")
    study = Study.create(folder / f"{name}.qcode", title=name, coder="anna")
    codebooks.import_codebook(study, file)
    return study


@pytest.mark.parametrize("form", ["toml", "xlsx", "csv"])
def test_a_chinese_codebook_travels_unchanged(tmp_path, settings, form):
    with study_with(tmp_path, "one", CHINESE) as one:
        codebooks.export_codebook(one, tmp_path / "first.toml")
        codebooks.export_codebook(one, tmp_path / f"table.{form}")
    with Study.create(tmp_path / "two.qcode", title="two", coder="bo") as two:
        report = codebooks.import_codebook(two, tmp_path / f"table.{form}")
        assert report.added == ("共识", "信任-熟悉")
        codebooks.export_codebook(two, tmp_path / "second.toml")
    assert (tmp_path / "first.toml").read_bytes() == (tmp_path / "second.toml").read_bytes()


def test_markdown_is_written_and_not_read(anna, tmp_path):
    assert codebooks.export_codebook(anna, tmp_path / "book.md") == 5
    assert "Money / 资金 `money`" in (tmp_path / "book.md").read_text(encoding="utf-8")
    with pytest.raises(RequestError, match="for reading"):
        codebooks.import_codebook(anna, tmp_path / "book.md")


def test_other_endings_are_refused(anna, tmp_path):
    with pytest.raises(RequestError, match="ending"):
        codebooks.export_codebook(anna, tmp_path / "book.pdf")
    assert not (tmp_path / "book.pdf").exists()


def test_a_file_is_checked_without_a_study(tmp_path):
    file = tmp_path / "mini.toml"
    file.write_text(CODEBOOK, encoding="utf-8")
    good = codebooks.check_file(file)
    assert (good.faults, good.codes, good.dimensions, len(good.version)) == ((), 5, 2, 12)
    file.write_text(CODEBOOK.replace('hotkey = "1"', 'hotkey = "x"\ncolor = 1'), encoding="utf-8")
    bad = codebooks.check_file(file)
    assert [fault.line for fault in bad.faults] == [23, 24]
    assert bad.version == ""
    with pytest.raises(InputError, match="no such file"):
        codebooks.check_file(tmp_path / "none.csv")


def test_who_imported_first_owns_it(anna, bo, tmp_path):
    assert codebooks.owner(anna).name == codebooks.owner(bo).name == "anna"
    file = tmp_path / "mini.toml"
    file.write_text(CODEBOOK, encoding="utf-8")
    assert codebooks.import_codebook(bo, file).unchanged == 5  # nothing to change: nothing to refuse
    file.write_text(CODEBOOK.replace("Why.", "Why so."), encoding="utf-8")
    with pytest.raises(RequestError, match="anna's"):
        codebooks.import_codebook(bo, file)
    assert codebooks.import_codebook(anna, file).changed == ("motive",)


def test_a_study_has_one_codebook(anna, tmp_path):
    (tmp_path / "other.toml").write_text(CHINESE, encoding="utf-8")
    with pytest.raises(RequestError, match="the file holds “合作”"):
        codebooks.import_codebook(anna, tmp_path / "other.toml")


def test_nobody_owns_what_is_not_there(tmp_path, settings):
    with Study.create(tmp_path / "new.qcode", title="New", coder="anna") as study:
        assert codebooks.owner(study) is None
        out = tmp_path / "out.csv"
        for call in (
            lambda: codebooks.export_codebook(study, out),
            lambda: releases.release(study, "x"),
            lambda: codebooks.diff(study, "x.toml"),
        ):
            with pytest.raises(RequestError, match="no codebook yet"):
                call()


def test_differences_of_file_study_and_releases(anna, tmp_path):
    file = tmp_path / "mini.toml"
    file.write_text(CODEBOOK.replace("Why.", "Why so."), encoding="utf-8")
    assert [(d.code, d.after) for d in codebooks.diff(anna, str(file)).differences] == [("motive", "Why so.")]
    releases.release(anna, "pilot", " first ")
    codebooks.import_codebook(anna, file)
    assert not codebooks.diff(anna, str(file))
    assert [(d.code, d.before) for d in codebooks.diff(anna, "pilot").differences] == [("motive", "Why.")]
    assert [d.after for d in codebooks.diff(anna, str(file), "pilot").differences] == ["Why."]
    codebooks.export_codebook(anna, tmp_path / "old.toml", release="pilot")
    assert not codebooks.diff(anna, "pilot", str(tmp_path / "old.toml"))
    with pytest.raises(UnknownName, match="pilot"):
        codebooks.diff(anna, "pilto")
    with pytest.raises(UnknownName):
        codebooks.export_codebook(anna, tmp_path / "x.toml", release="pilto")
    with pytest.raises(InputError):
        codebooks.diff(anna, "none.toml")
    table = releases.diff_table(codebooks.diff(anna, "pilot"))
    assert table.rows == (("motive", "changed", "brief", "Why.", "Why so."),)
