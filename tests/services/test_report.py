"""The report: what it holds of a miniature study counted by hand, and that nothing in it can run or call home."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from naughty import CONTROL_SEQUENCES, FORMULAS, MARKUP, WIDTH
from studies import put

from qcode.core.spans import Span
from qcode.errors import QcodeError, RequestError, UnknownName
from qcode.services.case_edits import set_values
from qcode.services.claims import add_claim
from qcode.services.coding import link_case, mark
from qcode.services.filters import Filters
from qcode.services.framework import find_row, set_summary
from qcode.services.report import ReportAsked, report, write_report
from qcode.services.report_html import report_page
from qcode.services.report_pictures import bars, columns, heat_map, picture
from qcode.services.table import Table
from qcode.services.translations import set_translation


class Page(HTMLParser):
    """The tags of a page with their attributes, the text of each table row, and all text."""

    VOID = frozenset({"meta", "input", "rect"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        self.text += data
        if self.rows and self._open and {"td", "th"} & set(self._open):
            self.rows[-1][-1] += data

    def all(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture
def coded(anna):
    """Money twice in one transcript and once in another, trust once; the first budget speaks of the park."""
    put(anna, "one", "money", "The province gave us a budget for it.")
    put(anna, "one", "money", "The revenue of the county was not enough.")
    put(anna, "one", "trust", "We trusted them from the start.")
    put(anna, "two", "money", "The road needs a budget and the revenue is gone.")
    one = anna.source("one")
    text = anna.file.read.text(one.key)
    start = text.index("The province")
    link_case(anna, anna.case("park"), one, text, Span(start, text.index("enough.") + 7))
    for source in anna.file.read.sources():
        mark(anna, source, ["motive", "setup"], "complete")
    return anna


def page_of(study, **asked):
    return Page(report_page(report(study, ReportAsked(**asked))))


def test_tables_hold_what_is_counted_by_hand(coded):
    page = page_of(coded)
    rows = [tuple(row) for row in page.rows]
    assert next(row for row in rows if row[0] == "money")[:4] == ("money", "Money", "3", "2")
    head = next(row for row in rows if row[:2] == ("code", "name") and "arranged" in row)
    money = next(row for row in rows if row[0] == "money" and len(row) == len(head))
    assert {"arranged": "2", "unassigned": "1", "total": "3"}.items() <= dict(zip(head, money, strict=True)).items()
    assert ("arranged", "1", "50.0") in rows
    assert ("total", "2", "100.0") in rows
    assert "Looked at (completed transcripts): 3 of 3" in page.text


def test_quotations_stand_with_their_place_and_codes_without_any_are_left_out(coded):
    page = page_of(coded, quotations=1)
    assert "'The province gave us a budget for it.' (transcript one)" in page.text
    assert "The revenue of the county" not in page.text
    assert "Money money (1 of 3)" in page.text
    assert "Office office (" not in page.text
    two = page_of(coded, quotations=2)
    assert "'The road needs a budget and the revenue is gone.' (transcript two)" in two.text
    assert "The revenue of the county" not in two.text  # two transcripts are heard before one is heard twice


def test_without_quotations_no_word_of_an_interview_is_left(coded):
    page = page_of(coded, quotations=0)
    assert "budget for it" not in page.text
    assert "words of interviewees" not in page.text
    assert "quotations" not in [attributes.get("id") for attributes in page.all("section")]


def test_translations_stand_below_their_quotation_in_their_language(coded):
    source = coded.source("one")
    text = coded.file.read.text(source.key)
    quote = "We trusted them from the start."
    start = text.index(quote)
    set_translation(coded, source, Span(start, start + len(quote)), "zh", "我们从一开始就信任他们。")
    page = page_of(coded)
    assert "zh: '我们从一开始就信任他们。' (transcript one)" in page.text
    assert {"lang": "zh"} in page.all("p")


def test_what_is_asked_for_is_there_and_nothing_else(coded):
    page = page_of(
        coded,
        filters=Filters.parse(coded, codes=["money"]),
        by=("transcript.name",),
        cases_by=(("kind",), ("mechanism", "kind")),
        title="For the <reviewers>",
    )
    assert "For the <reviewers>" in page.text
    assert "Codes by transcript.name" in page.text
    assert "Codes by mechanism" not in page.text
    assert "Cases by mechanism and kind" in page.text
    assert "Cases by year" not in page.text
    assert "Codes: money, and all below." in page.text
    assert "We trusted them" not in page.text
    with pytest.raises(UnknownName):
        page_of(coded, by=("mechansim",))


def test_framework_and_claims_come_along_once_they_are_written(coded):
    assert "Framework" not in page_of(coded).text
    set_summary(coded, find_row(coded, "case", "park"), coded.codes().find("money"), "The coast paid.")
    add_claim(coded, "Money comes first", codes=[coded.codes().find("money")])
    page = page_of(coded)
    assert "The coast paid." in page.text
    assert "Money comes first" in page.text


def test_summaries_of_other_codes_or_of_what_is_gone_are_left_out(coded):
    money, office = coded.codes().find("money"), coded.codes().find("office")
    set_summary(coded, find_row(coded, "case", "park"), money, "The coast paid.")
    set_summary(coded, find_row(coded, "mechanism", "arranged"), money, "Superiors paid.")
    assert {"The coast paid.", "Superiors paid."} <= {
        cell.split("\n")[0] for row in page_of(coded).rows for cell in row
    }
    assert "Framework" not in page_of(coded, filters=Filters.parse(coded, codes=["office"])).text
    set_summary(coded, find_row(coded, "mechanism", "arranged"), office, "An office.")
    for case in coded.file.read.cases():
        set_values(coded, case.uid, {"mechanism": ""})
    page = page_of(coded)
    assert "The coast paid." in page.text
    assert "Superiors paid." not in page.text
    assert "Codes by mechanism" not in page.text


def test_a_study_without_cases_of_the_data_set_counts_none(coded):
    for case in coded.file.read.cases():
        set_values(coded, case.uid, {"kind": "other"})
    assert "cases" not in [section.get("id") for section in page_of(coded).all("section")]
    assert "Cases by kind" in page_of(coded, cases_by=(("kind",),)).text


def test_a_study_without_cases_has_no_crosstab_either(tmp_path, settings):
    from studies import write_texts

    from qcode.services.codebooks import import_codebook
    from qcode.services.importing import import_transcripts
    from qcode.services.study import Study

    data = write_texts(tmp_path / "data")
    with Study.create(tmp_path / "b.qcode", title="Bare", coder="anna") as study:
        import_codebook(study, data / "mini.toml")
        import_transcripts(study, [data / "one.txt"])
        content = report(study, ReportAsked())
    assert [item.heading for item in content.tables] == ["Frequencies"]
    assert dict(content.facts).keys() == {"transcripts", "codes", "coders"}


def test_a_report_without_a_codebook_part_has_none(coded):
    bare = replace(report(coded, ReportAsked()), codebook=(), codebook_title="")
    assert "codebook" not in [section.get("id") for section in Page(report_page(bare)).all("section")]
    untitled = replace(report(coded, ReportAsked()), codebook_title="")
    assert "<h2>Codebook</h2>" in report_page(untitled)


def test_an_empty_study_gives_a_page_or_a_sentence(tmp_path, settings):
    from qcode.services.study import Study

    with (
        Study.create(tmp_path / "e.qcode", title="Empty", coder="anna") as study,
        pytest.raises(RequestError, match="no codebook"),
    ):
        report(study, ReportAsked())


def test_a_study_without_codings_says_so_in_numbers(anna):
    page = page_of(anna)
    assert not page.all("blockquote")
    assert ("total", "", "0") in [tuple(row[:3]) for row in page.rows]


def test_the_same_state_and_command_give_the_same_bytes(coded, tmp_path):
    first, second = tmp_path / "a.html", tmp_path / "b.html"
    size = write_report(coded, first, ReportAsked(), command="qcode report")
    write_report(coded, second, ReportAsked(), command="qcode report")
    assert first.read_bytes() == second.read_bytes()
    assert size == len(first.read_bytes()) < 100_000
    assert "qcode report" in Page(first.read_text("utf-8")).text
    if first.stat().st_mode & 0o777 != 0o600:
        pytest.fail("a report is as private as the study")


@pytest.mark.parametrize("name", ["r.txt", "nowhere/r.html"])
def test_a_report_is_not_written_just_anywhere(coded, tmp_path, name):
    with pytest.raises(RequestError):
        write_report(coded, tmp_path / name, ReportAsked())
    assert list(tmp_path.glob("**/r.*")) == []


def test_a_file_that_is_there_stays(coded, tmp_path):
    there = tmp_path / "r.html"
    there.write_text("mine", encoding="utf-8")
    with pytest.raises(QcodeError):
        write_report(coded, there, ReportAsked())
    assert there.read_text(encoding="utf-8") == "mine"
    write_report(coded, there, ReportAsked(), overwrite=True)
    assert there.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


# -- inert

_FETCHING = {"src", "href", "action", "data", "poster", "srcset", "xlink:href", "background", "formaction"}


def test_the_page_asks_nothing_of_the_network_and_runs_its_own_script_only(coded):
    text = report_page(report(coded, ReportAsked()))
    page = Page(text)
    assert all(str(found[name])[0] == "#" for _, found in page.tags for name in found if name in _FETCHING)
    assert "@import" not in text
    assert "url(" not in text
    policy = next(m["content"] for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("script", "style"):
        (inside,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, flags=re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode("utf-8")).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert all(not name.startswith("on") and name != "style" for _, found in page.tags for name in found)


HOSTILE = [
    *(text for text in [*MARKUP, *FORMULAS, *CONTROL_SEQUENCES, *WIDTH] if len(text) < 200),
    '"><script>alert(1)</script>',
    "</style><img src=x onerror=alert(1)>",
    "<!-- comment",
    "' onmouseover='alert(1)",
    "&lt;b&gt;",
    "</title><svg onload=alert(1)>",
]
KNOWN_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "dl", "dt", "dd", "p", "nav", "div",
    "a", "label", "input", "span", "main", "section", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "button",
    "ul", "li", "svg", "text", "rect", "details", "summary", "blockquote", "footer", "script",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=[ascii(text)[:30] for text in HOSTILE])
def test_hostile_text_in_every_place_stays_text(text):
    from qcode.core.codebook import Code
    from qcode.services.provenance import Provenance
    from qcode.services.report import CodeQuotations, Quotation, Report, ReportTable

    code = Code(text, None, ((text, text),), text, text, text, text, (text,), (text,), (text,), defines=text)
    table = Table(
        text, (text, text, "n", "m"), ((text, text, 1, 2), (text, None, 3, 0)), (text,), (0, 3), (text, text, 4, 2)
    )
    content = Report(
        title=text,
        facts=((text, text),),
        filters=(text,),
        tables=tuple(ReportTable(text or "x", table, figure) for figure in ("", "bars", "heat", "columns")),
        codebook=((code, 9),),
        codebook_title=text,
        quotations=(CodeQuotations(code, (Quotation(text, text, text, ((text, text),)),), 1),),
        quotation_notes=(text,),
        origin=Provenance(text, text, text, (text, text), command=text),
    )
    written = report_page(content)
    page = Page(written)
    assert {tag for tag, _ in page.tags} <= KNOWN_TAGS
    assert len(page.all("script")) == len(page.all("style")) == 1
    assert all(not name.startswith("on") and name != "style" for _, found in page.tags for name in found)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", written)


# -- pictures


def test_bars_are_as_long_as_their_numbers():
    drawn = bars(Table("t", ("code", "name", "segments"), (("a", "A", 4), ("b", "B", 0), ("县", "C", 2)), ()))
    widths = [float(width) for width in re.findall(r'class="bar"[^>]*width="([\d.]+)"', drawn)]
    assert len(widths) == 2
    assert widths[0] == pytest.approx(2 * widths[1], abs=0.1)
    assert ">县<" in drawn


def test_standing_bars_have_one_each_also_for_nothing():
    drawn = columns(
        Table("t", ("year", "cases", "percent"), (("2009", 1, 50.0), ("2010", 0, 0.0), ("2011", 1, 50.0)), ())
    )
    heights = [float(height) for height in re.findall(r'class="bar"[^>]*height="([\d.]+)"', drawn)]
    assert heights == [130.0, 0.0, 130.0]


def test_a_heat_map_shades_by_the_share_of_the_row_and_leaves_the_total_out():
    table = Table("t", ("code", "name", "x", "y", "total"), (("a", "A", 3, 1, 4), ("b", "B", 0, 0, 0)), ())
    drawn = heat_map(table)
    assert re.findall(r'rect class="(h\d)"', drawn) == ["h6", "h2"]
    assert 'class="n on"' in drawn
    assert ">4<" not in drawn
    assert ">b<" not in drawn


@pytest.mark.parametrize("figure", ["bars", "heat", "columns", "", "unknown"])
def test_no_picture_of_nothing(figure):
    for rows in ((), (("a", None),), (("a", 0),), (("a", "words"),)):
        assert picture(Table("t", ("code", "n"), rows, ()), figure) == ""


def test_long_names_are_shortened_and_halves_are_shown():
    drawn = bars(Table("t", ("code", "n"), (("x" * 90, 0.5),), ()))
    assert "x" * 41 + "…" in drawn
    assert ">0.5<" in drawn
