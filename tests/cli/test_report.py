"""`qcode report`: the page, the methods, and what is refused."""

from __future__ import annotations


def test_a_report_of_the_sample_study(qcode, home):
    done = qcode("report", "r.html")
    assert done.exit_code == 0, done.output
    assert done.output.startswith("Wrote r.html (")
    assert "--quotations 0 leaves them out" in done.output
    page = (home / "r.html").read_text(encoding="utf-8")
    for words in (
        "Codes by mechanism",
        "Cases by year",
        "Cases by issue_area",
        "县",
        "<dt>command</dt><dd>qcode report</dd>",
    ):
        assert words in page
    assert len(page) < 400_000


def test_the_same_command_gives_the_same_bytes(qcode, home):
    assert (
        qcode(
            "report", "a.html", "--by", "transcript.language", "--cases-by", "year, issue_area", "--quotations", "0"
        ).exit_code
        == 0
    )
    assert (
        qcode(
            "report", "b.html", "--by", "transcript.language", "--cases-by", "year, issue_area", "--quotations", "0"
        ).exit_code
        == 0
    )
    page = (home / "a.html").read_bytes()
    assert page == (home / "b.html").read_bytes()
    assert b"qcode report --by transcript.language --cases-by &#x27;year, issue_area&#x27; --quotations 0" in page
    assert b"Cases by year and issue_area" in page


def test_filters_are_those_of_all_commands(qcode, home):
    done = qcode("report", "r.html", "--codes", "conflict", "--where", "mechanism = arranged", "--title", "For <us>")
    assert done.exit_code == 0, done.output
    page = (home / "r.html").read_text(encoding="utf-8")
    assert "For &lt;us&gt;" in page
    assert "Where case.mechanism = arranged." in page
    assert "national-strategy" not in page


def test_what_is_wrong_is_refused_with_a_sentence(qcode, home):
    assert "Name the file to write" in qcode("report").stderr
    assert "ends" not in qcode("report", "r.html").stderr
    assert "Give it a name in .html" in qcode("report", "r.pdf").stderr
    assert "There is no such folder" in qcode("report", "nowhere/r.html").stderr
    assert "name one attribute, or two" in qcode("report", "x.html", "--cases-by", "a,b,c").stderr
    assert "name one attribute, or two" in qcode("report", "x.html", "--cases-by", ",").stderr
    assert "mechanism" in qcode("report", "x.html", "--by", "mechanizm").stderr
    assert "trust" in qcode("report", "x.html", "--codes", "trusst").stderr
    again = qcode("report", "r.html")
    assert again.exit_code == 2
    assert qcode("report", "r.html", "--force").exit_code == 0
    assert sorted(path.name for path in home.glob("*.html")) == ["r.html"]


def test_methods_go_to_the_output_or_into_a_file(qcode, home):
    shown = qcode("report", "--methods")
    assert shown.stdout.startswith("# Methods: Sample study (invented)")
    assert "not recorded" in shown.stdout
    assert qcode("memo", "add", "--title", "COREQ 10", "Purposive.").exit_code == 0
    assert qcode("report", "--methods", "m.md").output == "Wrote m.md.\n"
    assert "Purposive." in (home / "m.md").read_text(encoding="utf-8")
    assert qcode("report", "--methods", "m.md").exit_code == 2
