"""Figures: the same bytes each time, nothing in them runs or asks the net, fonts found or the lack of them told."""

from __future__ import annotations

import io
import json
import re
import sys

import matplotlib as mpl
import pytest
from defusedxml import ElementTree
from matplotlib import font_manager
from naughty import NAUGHTY
from studies import put

from qcode.errors import RequestError
from qcode.services import figure_fonts, figures
from qcode.services.figure_drawing import BarsDrawing, Codeline, HeatDrawing, StackedDrawing
from qcode.services.filters import Filters
from qcode.services.provenance import Provenance
from qcode.services.table import Table

ORIGIN = Provenance("p", "t", "s")
BARS = Table(
    "Frequencies", ("code", "name", "segments"), (("a", "Money", 3), ("b", "Trust", None)), ("Counted: segments.",)
)
CELLS = Table(
    "Codes by mechanism",
    ("code", "name", "arranged", "a long mechanism", "total"),
    (("a", "Money", 8, 0, 8), ("b", "Trust", None, 1, 1)),
    ("Counted: segments.",),
)
YEARS = Table("Cases by year", ("year", "x", "y", "total"), (("2015", 1, 2, 3), ("2018", 0, 4, 4), ("not recorded", 1, 0, 1)), ("Counted: 8 cases of the kind dataset.",))  # fmt: skip


@pytest.fixture
def no_chinese(monkeypatch):
    """A computer that has the fonts of the drawing library alone."""
    own = str(mpl.get_data_path())
    fonts = [entry for entry in font_manager.fontManager.ttflist if str(entry.fname).startswith(own)]
    monkeypatch.setattr(font_manager.fontManager, "ttflist", fonts)
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    font_manager.fontManager._findfont_cached.cache_clear()
    yield
    font_manager.fontManager._findfont_cached.cache_clear()


def test_what_is_drawn():
    drawn = figures.bars(BARS, names=True).drawing
    assert drawn == BarsDrawing(("Money", "Trust"), (3.0, None), "segments")
    assert figures.bars(BARS).drawing.labels == ("a", "b")
    heat = figures.heat_map(CELLS).drawing
    assert heat == HeatDrawing(("a", "b"), ("arranged", "a long mechanism"), ((8.0, 0.0), (None, 1.0)), "segments")


def test_years_without_cases_stand_at_nothing():
    drawn = figures.columns(YEARS).drawing
    assert isinstance(drawn, StackedDrawing)
    assert drawn.labels == ("2015", "2016", "2017", "2018", "not recorded")
    assert drawn.series == ("x", "y")
    assert drawn.values == ((1.0, 0.0, 0.0, 0.0, 1.0), (2.0, 0.0, 0.0, 4.0, 0.0))
    assert drawn.unit == "cases"
    far = Table("T", ("year", "cases"), (("1801", 1), ("2019", 1)), ())
    assert figures.columns(far).drawing.labels == ("1801", "2019")


def test_a_codeline_has_the_segments_of_the_transcript(anna):
    put(anna, "one", "money", "gave us a budget")
    put(anna, "one", "money", "budget for it")
    put(anna, "one", "office", "There is an office")
    put(anna, "two", "trust", "Nobody trusted")
    found = figures.codeline(anna, anna.source("one"), Filters())
    drawn = found.drawing
    assert isinstance(drawn, Codeline)
    assert [(lane.label, lane.dimension, len(lane.spans)) for lane in drawn.lanes] == [
        ("money", 0, 1),
        ("office", 1, 1),
    ]
    assert drawn.length == anna.source("one").length
    named = figures.codeline(anna, anna.source("one"), Filters.parse(anna, codes=["motive"]), names=True)
    assert [lane.label for lane in named.drawing.lanes] == ["Money"]
    assert named.notes[0] == "Codes: motive, and all below."
    with pytest.raises(RequestError, match="nothing to draw"):
        figures.codeline(anna, anna.source("three"), Filters())


def all_figures(anna):
    put(anna, "one", "money", "gave us a budget")
    line = figures.codeline(anna, anna.source("one"), Filters())
    return [figures.bars(BARS), figures.heat_map(CELLS), figures.columns(YEARS), line]


def test_the_same_figure_gives_the_same_bytes(anna):
    for figure in all_figures(anna):
        for form in figures.FIGURE_FORMS:
            before = dict(mpl.rcParams)
            data, told = figures.figure_bytes(figure, form)
            assert (data, told) == figures.figure_bytes(figure, form)
            assert told == ()
            assert dict(mpl.rcParams) == before


def test_somebody_elses_look_changes_nothing():
    data, _ = figures.figure_bytes(figures.bars(BARS), "svg")
    with mpl.rc_context({"figure.facecolor": "red", "font.size": 30.0, "svg.fonttype": "none"}):
        assert figures.figure_bytes(figures.bars(BARS), "svg")[0] == data


def test_no_clock_and_no_address_that_is_asked(anna):
    for figure in all_figures(anna):
        svg = figures.figure_bytes(figure, "svg")[0].decode()
        root = ElementTree.fromstring(svg, forbid_dtd=False)
        tags = {re.sub(r"\{.*\}", "", element.tag) for element in root.iter()}
        assert not tags & {"script", "image", "a", "foreignObject", "animate", "set", "date"}
        references = [
            v for e in root.iter() for k, v in e.attrib.items() if k.endswith("href") and not v.startswith("#")
        ]
        assert references == []
        assert "qcode 0" in svg
        assert "matplotlib.org" not in svg
        png = figures.figure_bytes(figure, "png")[0]
        assert png.startswith(b"\x89PNG")
        assert b"Creation Time" not in png


@pytest.mark.parametrize(
    "text", [*NAUGHTY, "<script>alert(1)</script>", "]]><script/>", "--><script/>", "$\\frac{1}{2}$", "$x^{", "a & b", '" onload="x'], ids=repr
)  # fmt: skip
def test_hostile_labels_are_text(text):
    table = Table(text, ("code", text, "n"), ((text, 1, 2),), (), units=("", "u", "u"))
    root = ElementTree.fromstring(figures.figure_bytes(figures.heat_map(table), "svg")[0], forbid_dtd=False)
    names = {re.sub(r"\{.*\}", "", element.tag) for element in root.iter()}
    assert "script" not in names
    assert not any(key.startswith("on") for element in root.iter() for key in element.attrib)


def test_without_a_chinese_font_svg_keeps_the_text_and_png_is_refused(no_chinese):
    figure = figures.bars(Table("县", ("code", "segments"), (("资金 & <b>", 3),), ()))
    data, told = figures.figure_bytes(figure, "svg")
    assert told == ("No font on this computer has Chinese characters of this figure: they are kept as text in it.",)
    assert "资金 &amp; &lt;b" in data.decode()
    assert "Noto Sans CJK SC" in data.decode()
    with pytest.raises(RequestError, match="Install a font for Chinese"):
        figures.figure_bytes(figure, "png")
    odd = figures.bars(Table("x", ("code", "segments"), (("\U00013000", 3),), ()))
    assert "some of its characters" in figures.figure_bytes(odd, "svg")[1][0]


def test_fonts_are_taken_by_what_they_have(no_chinese, monkeypatch, tmp_path):
    assert figure_fonts.families_for(["abc"]) == (["DejaVu Sans"], "")
    assert figure_fonts.families_for([]) == (["DejaVu Sans"], "")
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    taken = []
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(broken)])
    monkeypatch.setattr(font_manager.fontManager, "addfont", lambda path: taken.append(path) or _refuse())
    assert figure_fonts.families_for(["县"]) == (["DejaVu Sans"], "县")
    assert taken == [str(broken)]
    assert figure_fonts._held(str(broken), {"a"}) == set()


def _refuse():
    raise RuntimeError("no font")


def test_without_the_library_a_sentence_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(RequestError, match=r'pip install "qcode-tui\[figures\]"'):
        figures.figure_bytes(figures.bars(BARS), "svg")


def test_what_no_page_holds_is_refused():
    rows = tuple((str(number), number) for number in range(201))
    with pytest.raises(RequestError, match="201 rows"):
        figures.bars(Table("T", ("a", "segments"), rows, ()))
    with pytest.raises(RequestError, match="from 0 on"):
        figures.bars(Table("T", ("a", "segments"), (("x", -1),), ()))
    with pytest.raises(RequestError, match="no number"):
        figures.heat_map(Table("T", ("a",), (("x",),), ()))


def test_long_labels_and_titles_are_cut():
    drawn = figures.bars(Table("T " * 100, ("a", "segments"), (("x" * 90, 1), (None, 0)), ()))
    assert drawn.drawing.labels == ("x" * 47 + "…", "")
    assert figures.figure_bytes(drawn, "svg")[0]


def test_many_series_have_patterns_too():
    names = [f"s{n}" for n in range(10)]
    table = Table("T", ("year", *names), (("a long label", *range(10)),), (), units=("", *["u"] * 10))
    data = figures.figure_bytes(figures.columns(table), "svg")[0]
    assert b"<pattern" in data


def test_a_figure_as_a_file(tmp_path):
    figure, path = figures.bars(BARS), tmp_path / "f.SVG"
    assert figures.export_figure(figure, path, ORIGIN) == ()
    assert path.read_bytes() == figures.figure_bytes(figure, "svg")[0]
    about = json.loads((tmp_path / "f.SVG.provenance.json").read_bytes())
    assert about["counts"] == ["Counted: segments."]
    with pytest.raises(RequestError, match="of this name already"):
        figures.export_figure(figure, path, ORIGIN)
    figures.export_figure(figure, path, ORIGIN, overwrite=True)
    with pytest.raises(RequestError, match=r"\.svg or \.png"):
        figures.export_figure(figure, tmp_path / "f.pdf", ORIGIN)


def test_the_picture_is_as_large_as_its_rows():
    from PIL import Image

    sizes = []
    for number in (2, 40):
        rows = tuple((f"code {n}", n) for n in range(number))
        figure = figures.bars(Table("T", ("a", "segments"), rows, ()))
        with Image.open(io.BytesIO(figures.figure_bytes(figure, "png")[0])) as image:
            sizes.append(image.size)
    assert sizes[0][0] == sizes[1][0]
    assert sizes[1][1] > 4 * sizes[0][1]
