"""The sample study that comes with qcode."""

from __future__ import annotations

from collections import Counter

import pytest

from qcode.errors import ProjectError, QcodeError, RequestError
from qcode.services import samples
from qcode.services.study import Study
from qcode.services.tables import crosstab
from qcode.services.who import remembered_name


def test_the_sample_study_is_built_once(tmp_path, settings):
    told: list[str] = []
    path = samples.build_sample(tmp_path / "study", tick=told.append)
    assert path == tmp_path / "study" / "sample.qcode"
    assert told == ["codebook", "interviews", "cases and links", "codings of two coders"]
    first = path.read_bytes()
    assert samples.build_sample(tmp_path / "study") == path
    assert path.read_bytes() == first
    assert [p.name for p in path.parent.iterdir()] == ["sample.qcode"]
    with Study.open(path) as study:
        assert study.me.name == samples.SAMPLE_CODERS[0] == remembered_name(study.file.uid)
        assert [c.name for c in study.coders()] == list(samples.SAMPLE_CODERS)
        assert len(study.file.read.sources()) == 14
        header = crosstab(study, "mechanism").header
        assert {"arranged", "mandated", "self-initiated"} <= set(header)


def test_two_studies_built_apart_hold_the_same(tmp_path, settings):
    tables = []
    for name in ("a", "b"):
        with Study.open(samples.build_sample(tmp_path / name)) as study:
            tables.append(crosstab(study, "mechanism"))
    assert tables[0] == tables[1]


def test_a_build_that_breaks_off_leaves_nothing(tmp_path, settings, monkeypatch):
    def break_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(samples, "import_codings", break_off)
    with pytest.raises(KeyboardInterrupt):
        samples.build_sample(tmp_path / "study")
    assert list((tmp_path / "study").iterdir()) == []


def test_what_a_killed_build_left_is_swept_away(tmp_path, settings):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / ".making.qcode").write_text("half", encoding="utf-8")
    assert samples.build_sample(tmp_path / "study").exists()
    assert [p.name for p in (tmp_path / "study").iterdir()] == ["sample.qcode"]


def test_settings_that_cannot_be_written_do_not_withhold_the_study(tmp_path, settings, monkeypatch):
    def refuse(*_: object) -> None:
        raise ProjectError("Your settings cannot be written.")

    monkeypatch.setattr(samples, "remember_name", refuse)
    assert samples.build_sample(tmp_path / "study").exists()


def test_damaged_sample_interviews_are_told(tmp_path, settings, monkeypatch):
    data = tmp_path / "data"
    data.mkdir()
    (data / "001.md").write_bytes(b"a\x00b")
    monkeypatch.setattr(samples, "sample_folder", lambda: data)
    with pytest.raises(QcodeError, match="sample interviews are damaged"):
        samples.build_sample(tmp_path / "study")
    assert list((tmp_path / "study").iterdir()) == []


def test_the_codebooks_that_come_along(tmp_path, monkeypatch):
    assert "cooperation" in samples.codebooks()
    path = samples.codebook_path("cooperation")
    assert path.name == "cooperation.toml"
    assert samples.find_codebook("cooperation") == path
    assert samples.find_codebook("mine.toml").name == "mine.toml"
    with pytest.raises(
        RequestError, match=r"No codebook “mine” comes with qcode\. There are: city-partnerships, .*cooperation"
    ):
        samples.codebook_path("mine")
    monkeypatch.setattr(samples, "_PACKAGE", tmp_path / "qcode")
    with pytest.raises(QcodeError, match="codebooks that come with qcode are not installed"):
        samples.codebooks()
    (tmp_path / "qcode" / "data" / "codebooks").mkdir(parents=True)
    assert samples.codebooks() == []


def test_the_sample_study_is_worth_coding(tmp_path, settings):
    """What a newcomer is promised: cases apart, every code used, six codes often, six interviews coded by both."""
    with Study.open(samples.build_sample(tmp_path)) as study:
        read, codes = study.file.read, study.codes()
        codings = read.codings(coders=None)
        anna, bo = (study.coder(name).key for name in samples.SAMPLE_CODERS)
        used = Counter(codes.code(c.code).id for c in codings if c.coder == anna)
        assert set(used) | {codes.code(c.code).id for c in codings} >= {c.id for c in codes.codebook.codes}
        assert sum(1 for number in used.values() if number >= 40) >= 6
        assert len(codings) >= 400
        assert len({c.source for c in codings if c.coder == bo}) >= 6
        assert {link.coder for link in read.links(coders=None)} == {anna, bo}
        languages = Counter(source.language for source in read.sources())
        assert (languages["zh"], languages["de"]) >= (5, 1)
        assert Counter(source.kind for source in read.sources())["notes"] == 2
        together: dict[int, set[int]] = {}
        for link in read.links(coders=None):
            together.setdefault(link.study_case, set()).add(link.source)
        assert all(len(sources) == 1 for sources in together.values())  # so each interview is a group of its own
        assert len(read.cases()) >= 30


def test_a_file_in_the_way_is_told(tmp_path, settings):
    (tmp_path / "study").write_text("not a folder", encoding="utf-8")
    with pytest.raises(RequestError, match="folder cannot be made"):
        samples.build_sample(tmp_path / "study")


@pytest.mark.parametrize("what", ["other study", "text", "empty", "folder"])
def test_another_file_of_the_name_is_not_taken_for_the_sample_study(tmp_path, settings, what):
    path = tmp_path / "sample.qcode"
    if what == "other study":
        Study.create(path, title="Mine", coder="me").close()
    elif what == "folder":
        path.mkdir()
    else:
        path.write_text("words" if what == "text" else "", encoding="utf-8")
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(RequestError, match="not the sample study") as caught:
        samples.build_sample(tmp_path)
    assert caught.value.where == str(path)
    assert (path.read_bytes() if path.is_file() else b"") == before
