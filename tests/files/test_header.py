"""Headers of text files. All that they say is invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcode.errors import FileFaults, QcodeError
from qcode.files.header import Header, split_header

FULL = """+++
kind = "notes"
language = "zh-Hans"
date = 2019-08-14
place = "county\u00a0X"
aliases = ["AH002", "009"]  # two names

[attributes]
province = "Anhui"
minutes = 95
share = 0.5
recorded = false
signed = 2018-01-02
+++

I: Why?
"""


def faults(text):
    with pytest.raises(FileFaults) as caught:
        split_header(text, "a\x1b.md")
    assert caught.value.where == "a␛.md"
    return [(fault.line, fault.what) for fault in caught.value.faults]


def test_a_full_header():
    header, rest = split_header(FULL)
    assert header == Header(
        kind="notes",
        language="zh-Hans",
        date="2019-08-14",
        place="county X",
        aliases=("AH002", "009"),
        attributes={"province": "Anhui", "minutes": 95, "share": 0.5, "recorded": False, "signed": "2018-01-02"},
    )
    assert rest == "I: Why?\n"


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends(end):
    assert split_header(FULL.replace("\n", end))[0] == split_header(FULL)[0]
    assert split_header(FULL.replace("\n", end))[1] == f"I: Why?{end}"


@pytest.mark.parametrize(
    "text", ["", "I: a", "+++ begin of recording +++\nI: a", "++++\n", "\n+++\n+++\n", " +++\n+++\n", "\ufeffI: a"]
)
def test_texts_without_header_come_back_as_they_are(text):
    assert split_header(text) == (None, text)


@pytest.mark.parametrize("text", ["+++\n+++", "+++\n+++\n", "\ufeff+++  \n\n+++\t\n \n\t\n"])
def test_an_empty_header(text):
    assert split_header(text) == (Header(), "")


def test_the_indent_of_the_first_line_stays():
    assert split_header("+++\n+++\n\n  a")[1] == "  a"


@pytest.mark.parametrize(
    "text", ["+++", "+++\n", "+++\nkind = 1\n", "+++\n" + "\n" * 300 + "+++\n", "+++\n#" + "x" * 30_000 + "\n+++\n"]
)
def test_an_unclosed_header(text):
    ((line, what),) = faults(text)
    assert line == 1
    assert "does not end" in what


@pytest.mark.parametrize("date", ["2019", '"2019"', '"2019-08"', '"2019-08-14"', "2019-08-14"])
def test_dates_are_as_exact_as_written(date):
    assert split_header(f"+++\ndate = {date}\n+++\n")[0].date == date.strip('"')


@pytest.mark.parametrize(
    "line",
    [
        'kind = "spoken"', "kind = 1", 'language = "Chinese"', "language = 1", "date = 2019-08-14T10:00:00", 'date = ""',
        "date = [2019]", "date = true", "date = 1.5", 'place = ""', 'place = "a\\nb"', "place = 1",
        'place = "a\\u0000b"', f'place = "{"x" * 501}"', 'aliases = "AH002"', "aliases = [1]", 'aliases = ["a", "a"]',
        'aliases = [""]', 'speaker = "x"', "attributes = 1", "attributes.a = [1]", "attributes.a = nan", "attributes.a = inf",
        'attributes.a = ""', 'attributes."" = 1', "attributes.a = 10:00:00", "attributes.a = 2019-08-14T10:00:00",
        f"attributes.a = 1{'0' * 400}",
    ],
)  # fmt: skip
def test_what_is_not_as_it_should_be(line):
    ((number, what),) = faults(f"+++\n\n{line}\n+++\nI: a")
    assert number == 3
    assert what.endswith(".")


@pytest.mark.parametrize("date", ['"August"', '"2019-02-30"', "20190814", '"14.8.2019"', '"2019-13"'])
def test_a_date_in_another_form_is_kept_as_text_and_told(date):
    header, _ = split_header(
        f"+++\nplace = 'X'\ndate = {date}\n[attributes]\nsigned_date = {date}\nname = {date}\n+++\nI: a"
    )
    assert header.date == date.strip('"')
    assert header.doubts == tuple(
        f"Line {line} of the header: “{name}” is no date such as 2019, 2019-08 or 2019-08-14; it was kept as text."
        for line, name in ((3, "date"), (5, "signed_date"))
    )


def test_an_unknown_key_is_told_where_it_belongs():
    ((_, what),) = faults("+++\nspeaker = 'x'\n+++\n")
    assert what.endswith("Put what else is recorded below a line [attributes].")


def test_a_flat_yaml_header_is_read():
    text = (
        "---\r\ntitle: 'Talk: one'\nkind: notes  # by hand\nLanguage: zh\ndate: 14.8.2019\nplace: \"county X\"\n"
        "aliases: [AH002, 009, 009]\nyes: no\nempty:\n# a remark\n\n---\n\nI: Why?\n"
    )
    header, body = split_header(text)
    assert body == "I: Why?\n"
    assert (header.kind, header.language, header.date, header.place) == ("notes", "zh", "14.8.2019", "county X")
    assert header.aliases == ("AH002", "009")
    assert header.attributes == {"title": "Talk: one", "yes": "no"}
    told, doubt = header.doubts
    assert told.endswith("is no part of the text: title, kind, Language, date, place, aliases, yes.")
    assert doubt.startswith("Line 5 of the header: “date” is no date")


def test_what_is_no_field_in_yaml_is_an_attribute():
    header, _ = split_header("\ufeff---\nkind: interview\nlanguage: English\nattributes: many\nx: []\n...\nI: a")
    assert (header.kind, header.language) == (None, None)
    assert header.attributes == {"attributes": "many"}
    _, kind, language = header.doubts
    assert kind.startswith("Line 2 of the header: “kind” must be one of recorded, notes,")
    assert language.startswith("Line 3 of the header: “language” must be a tag such as")
    assert kind.endswith("It was left out.")
    assert language.endswith("It was left out.")


@pytest.mark.parametrize(
    "text",
    [
        "---\nI: Why?\nR: Because.\n---\nI: a", "---\nI: [laughs] Why?\n---\nSo.", "---\n- only\n---\nI: a", "---\nAnna: Why?\nBo: Because.\nAnna: Oh.\n---\n", "---\n---\n", "---\nI: a",
        "---\nAnna: Why?\n---\nAnna: So.\nBo: No.", "---\nThis is a talk.\n---\nI: a", "---\n# only\n---\nI: a", "----\na: b\n---\n",
        "---\na: b\n" + "c\n" * 300 + "---\n", "---\na: b\n" + "x" * 30_000 + "\n---\n", "---", "---\na: b",
        "---\nat 08:30\n---\nI: a",
    ],
)  # fmt: skip
def test_lines_across_the_page_are_no_header(text):
    assert split_header(text) == (None, text)


@pytest.mark.parametrize(
    ("yaml", "line"),
    [("title: b\ntags:\n  - x", 4), ("title: b\n- x", 3), ("title: {b: c}", 2), ("title: |\n  words", 2), ("title: [[b]]", 2), ("title: &x b", 2),
     (f"title: {'x' * 501}", 2), ('title: "b\\n"', 2)],
)  # fmt: skip
def test_nested_yaml_is_refused_with_what_to_write(yaml, line):
    ((number, what),) = faults(f"---\n{yaml}\n---\nI: a")
    assert number == line
    assert "+++" in what
    assert "[attributes]" in what


def test_all_faults_come_at_once_in_order():
    found = faults('+++\nplace = 1\nother = 2\n[attributes]\na = {}\nkind = "x"\n\n+++\n')
    assert [line for line, _ in found] == [2, 3, 5]


@pytest.mark.parametrize(
    ("toml", "line"),
    [("\nplace = county X", 3), ("kind = 'a'\nkind = 'b'", 3), ("place = '", 2), ("[", 2), ("a = " + "[" * 5_000, None),
     ("a = " + "9" * 5_000, None), ("a" + ".b" * 50 + " = 1", 2)],
)  # fmt: skip
def test_broken_toml(toml, line):
    ((number, _),) = faults(f"+++\n{toml}\n+++\n")
    assert number == line


def test_no_message_holds_the_header():
    with pytest.raises(FileFaults) as caught:
        split_header("+++\nplace = secretword\n+++\n")
    assert "secretword" not in str(caught.value)


@given(st.text(), st.text())
def test_any_header_is_read_or_refused(toml, rest):
    try:
        header, body = split_header(f"+++\n{toml}\n+++\n{rest}")
    except QcodeError:
        return
    assert isinstance(header, Header)
    assert rest.endswith(body) or "+++" in toml


@given(st.text(st.sampled_from("ab:# -[],\"'\n\r\t…：|")), st.text())
def test_any_yaml_is_read_refused_or_left_alone(yaml, rest):
    text = f"---\n{yaml}\n---\n{rest}"
    try:
        header, body = split_header(text)
    except QcodeError:
        return
    assert body == text if header is None else text.endswith(body)
