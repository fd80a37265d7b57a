"""Word documents, built part by part. All words in them are invented."""

from __future__ import annotations

import re
import zipfile

import pytest
from docx_making import STRICT, body, docx, paragraph, relations, root, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from qcode.errors import InputError, QcodeError, UnsafeFile
from qcode.files.docx_reader import read_docx

FALLBACK_BOX = "<w:pict><v:shape><v:textbox><w:txbxContent>{}</w:txbxContent></v:textbox></v:shape></w:pict>"
CHOICE_BOX = (
    "<w:drawing><wp:inline><a:graphic><a:graphicData><wps:wsp><wps:txbx><w:txbxContent>{}</w:txbxContent>"
    "</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:inline></w:drawing>"
)


def run(text, properties=""):
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def par(*inner, properties=""):
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(inner)}</w:p>"


def table(*rows):
    cells = ["".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) for row in rows]
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def alternate(choice, fallback):
    return f'<mc:AlternateContent><mc:Choice Requires="wps">{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>'


def lines(content, **parts):
    return read_docx(docx(content, **parts), "a.docx").text.split("\n")


def warnings(content, **parts):
    return read_docx(docx(content, **parts), "a.docx").warnings


TORTURE = "".join(
    [
        par(run("I: Who"), '<w:ins w:id="1" w:author="x">', run(" first"), "</w:ins>", run(" proposed it?")),
        par(
            run("R: The "),
            f'<w:del w:id="2"><w:r><w:delText>province</w:delText></w:r>{run("GONE")}</w:del>',
            f'<w:ins w:id="3"><w:del w:id="4">{run("GONE")}</w:del>{run("city")}</w:ins>',
            "<w:r><w:t>, inter</w:t><w:noBreakHyphen/><w:t>county, co</w:t><w:softHyphen/><w:t>operation</w:t></w:r>",
        ),
        par(
            f'<w:moveFrom w:id="5">{run("GONE")}</w:moveFrom><w:moveTo w:id="6">{run("moved ")}</w:moveTo>',
            f"<w:sdt><w:sdtPr><w:alias w:val='GONE'/><w:rPr><w:vanish/></w:rPr></w:sdtPr><w:sdtContent>{run('control ')}</w:sdtContent></w:sdt>",
            f'<w:smartTag w:element="place">{run("smart ")}</w:smartTag>',
            f'<w:hyperlink r:id="x">{run("link ")}</w:hyperlink>',
            f'<w:fldSimple w:instr="DATE">{run("field ")}</w:fldSimple>',
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>GONE</w:instrText></w:r>',
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run("result")}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        ),
        par("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:cr/><w:t>d</w:t></w:r>", properties="<w:tabs><w:tab w:pos='1'/></w:tabs>"),
        par(f"<w:r><w:ruby><w:rubyPr/><w:rt>{run('GONE')}</w:rt><w:rubyBase>{run('县')}</w:rubyBase></w:ruby></w:r>"),
        par(run("seen"), run("GONE", "<w:vanish/>"), run(" again", '<w:vanish w:val="0"/>')),
        par(run("sum "), "<m:oMath><m:r><m:rPr/><m:t>x+1</m:t></m:r></m:oMath>"),
        par(run("noted"), '<w:r><w:footnoteReference w:id="2"/></w:r>', run(" twice"), '<w:r><w:endnoteReference w:id="7"/></w:r>'),
        table([paragraph("Wang:"), paragraph("one line")], [paragraph("Li:"), paragraph("first") + paragraph("second")]),
        table([table([paragraph("inner a"), paragraph("inner b")]) + "<w:p/>", paragraph("outer")]),
        par(run("before box"), f"<w:r>{alternate(CHOICE_BOX.format(paragraph('in the box')), FALLBACK_BOX.format(paragraph('GONE')))}</w:r>", run(" after box")),
        par(run("item"), properties='<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'),
        par('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>', run(" done")),
        f"<w:customXml>{paragraph('custom')}</w:customXml>",
    ]
)  # fmt: skip
NOTES = {
    "footnotes": '<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
    f'<w:footnote w:id="2">{par("<w:r><w:footnoteRef/></w:r>", run(" under the"))}{paragraph("line ")}</w:footnote>',
    "endnotes": f'<w:endnote w:id="7">{paragraph("at the end")}</w:endnote>',
}
SEEN = [
    "I: Who first proposed it?",
    "R: The city, inter\u2011county, cooperation",
    "moved control smart link field result",
    "a\tb", "c", "d",
    "县",
    "seen again",
    "sum x+1",
    "noted twice", "[footnote 1: under the line]", "[endnote 1: at the end]",
    "Wang:\tone line",
    "Li:", "first", "second",
    "inner a\tinner b\touter",
    "before box after box", "in the box",
    "item",
    "✓ done",
    "custom",
]  # fmt: skip


def test_everything_that_an_interviewer_would_see_in_order():
    assert lines(TORTURE, **NOTES) == SEEN


def test_the_strict_edition_reads_the_same():
    assert read_docx(docx(TORTURE, namespace=STRICT, **NOTES), "a.docx").text.split("\n") == SEEN


def test_what_was_left_out_is_said():
    assert warnings(TORTURE, **NOTES) == (
        "4 characters of hidden text were left out.",
        "The document has tracked changes: inserted text was kept, deleted text was left out.",
    )
    assert warnings(paragraph("plain")) == ()


def test_comments_are_counted():
    reference = '<w:r><w:commentReference w:id="1"/></w:r>'
    one = "1 comment was left out; only the text itself is imported."
    assert warnings(par(run("a"), reference), comments=f'<w:comment w:id="1">{paragraph("GONE")}</w:comment>') == (one,)
    assert warnings(par(reference, reference))[0].startswith("2 comments were left out")
    assert lines(par(run("a"), reference), comments=f'<w:comment w:id="1">{paragraph("GONE")}</w:comment>') == ["a"]


def test_parts_that_are_not_read_are_said():
    assert warnings('<w:altChunk r:id="x"/>') == ("1 chart, diagram or inserted document was not read.",)
    content = par(
        '<w:r><w:drawing><a:graphicData><c:chart r:id="x"/></a:graphicData></w:drawing></w:r>', '<w:subDoc r:id="y"/>'
    )
    assert warnings(content) == ("2 charts, diagrams or inserted documents were not read.",)


@pytest.mark.parametrize(
    ("font", "number", "shown"),
    [
        ("Wingdings", "F0FC", "✓"),
        ("wingdings", "fc", "✓"),
        ("Symbol", "F0AE", "→"),
        ("Arial", "2713", "✓"),
        ("Arial", "F0FC", "\ufffd"),
        ("Wingdings", "2713", "\ufffd"),
        ("Webdings", "F021", "\ufffd"),
        ("Arial", "D800", "\ufffd"),
        ("Arial", "0000", "\ufffd"),
        ("Arial", "FFFFFF", "\ufffd"),
        ("Arial", "", "\ufffd"),
    ],
)
def test_symbols(font, number, shown):
    found = read_docx(docx(par(f'<w:r><w:sym w:font="{font}" w:char="{number}"/></w:r>')), "a.docx")
    assert found.text == shown
    assert found.warnings == (
        ("1 symbol could not be read and shows as �; look at the document.",) if shown == "\ufffd" else ()
    )


def test_a_deleted_paragraph_end_joins_paragraphs():
    mark = "<w:rPr><w:del w:id='1'/></w:rPr>"
    assert lines(par(run("one "), properties=mark) + paragraph("line") + paragraph("next")) == ["one line", "next"]
    gone = par(f'<w:del w:id="1">{run("GONE")}</w:del>', properties=mark)
    assert lines(gone + paragraph("next")) == ["next"]
    assert lines(paragraph("a") + gone) == ["a"]
    assert lines(par(run("a"), properties=mark) + table([paragraph("b")]) + paragraph("c")) == ["a", "b", "c"]
    assert lines(paragraph("c") + par(run("last"), properties=mark)) == ["c", "last"]
    assert lines(par(run("a"), properties=mark.replace("del", "moveFrom")) + paragraph("b")) == ["ab"]


def test_a_hidden_paragraph_end_joins_paragraphs():
    assert lines(par(run("a"), properties="<w:rPr><w:vanish/><w:specVanish/></w:rPr>") + paragraph("b")) == ["ab"]
    assert lines(par(run("a"), properties='<w:rPr><w:vanish w:val="false"/></w:rPr>') + paragraph("b")) == ["a", "b"]


def test_a_note_of_a_held_paragraph_is_kept():
    held = par(run("a"), '<w:r><w:footnoteReference w:id="2"/></w:r>', properties="<w:rPr><w:del/></w:rPr>")
    assert lines(held, **NOTES) == ["a", "[footnote 1: under the line]"]


def test_earlier_properties_do_not_count():
    old = "<w:rPrChange w:id='1'><w:rPr><w:vanish/></w:rPr></w:rPrChange>"
    assert lines(
        par(run("kept", old), properties="<w:pPrChange w:id='2'><w:pPr><w:rPr><w:del/></w:rPr></w:pPr></w:pPrChange>")
    ) == ["kept"]


STYLES = (
    "\n"
    '<w:style w:type="character" w:styleId="Hide"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Child"><w:basedOn w:val="Hide"/></w:style>'
    '<w:style w:type="character" w:styleId="Open"><w:basedOn w:val="Hide"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="HidePar"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="table" w:styleId="Table"><w:tblStylePr><w:rPr><w:vanish/></w:rPr></w:tblStylePr></w:style>'
    '<w:style w:styleId="A"><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:basedOn w:val="A"/></w:style>'
)


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        (par(run("a"), run("GONE", '<w:rStyle w:val="Hide"/>')), "a"),
        (par(run("a"), run("GONE", '<w:rStyle w:val="Child"/>')), "a"),
        (par(run("a", '<w:rStyle w:val="Open"/>')), "a"),
        (par(run("a", '<w:rStyle w:val="Table"/>')), "a"),
        (par(run("a", '<w:rStyle w:val="A"/>')), "a"),
        (par(run("a", '<w:rStyle w:val="Hide"/><w:vanish w:val="off"/>')), "a"),
        (par(run("GONE"), properties='<w:pStyle w:val="HidePar"/>') + paragraph("a"), "a"),
        (par(run("a", '<w:vanish w:val="0"/>'), properties='<w:pStyle w:val="HidePar"/>'), "a"),
        (par(run("a"), "<w:r><w:rPr><w:vanish/></w:rPr>" + FALLBACK_BOX.format(paragraph("GONE")) + "</w:r>"), "a"),
    ],
)
def test_text_hidden_by_its_style(content, seen):
    assert lines(content, styles=STYLES) == [seen]


def test_deleted_and_hidden_rows_and_cells():
    deleted = f"<w:tr><w:trPr><w:del w:id='1'/></w:trPr><w:tc>{paragraph('GONE')}</w:tc></w:tr>"
    hidden = f"<w:tr><w:trPr><w:hidden/></w:trPr><w:tc>{paragraph('GONE')}</w:tc></w:tr>"
    shown = f"<w:tr><w:trPr><w:hidden w:val='0'/></w:trPr><w:tc>{paragraph('kept')}</w:tc><w:tc><w:tcPr><w:cellDel w:id='2'/></w:tcPr>{paragraph('GONE')}</w:tc></w:tr>"
    assert lines(f"<w:tbl>{deleted}{hidden}{shown}</w:tbl>") == ["kept"]
    assert warnings(f"<w:tbl>{hidden}</w:tbl>") == ("4 characters of hidden text were left out.",)


def test_rows_with_empty_cells():
    assert lines(table(["<w:p/>", paragraph("b"), "<w:p/>"], ["<w:p/>", "<w:p/>"])) == ["\tb", ""]


def test_notes_and_boxes_in_a_row_stand_after_it():
    noted = par(run("a"), '<w:r><w:footnoteReference w:id="2"/></w:r>')
    boxed = par(run("b"), f"<w:r>{FALLBACK_BOX.format(paragraph('box') + '<w:p/>')}</w:r>")
    assert lines(table([noted, boxed]), **NOTES) == ["a\tb", "[footnote 1: under the line]", "box"]
    assert lines(table([noted + paragraph("c"), boxed]), **NOTES) == [
        "a",
        "[footnote 1: under the line]",
        "c",
        "b",
        "box",
    ]


def test_a_note_is_placed_once():
    reference = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    assert lines(par(run("a"), reference) + par(run("b"), reference), **NOTES) == [
        "a",
        "[footnote 1: under the line]",
        "b",
    ]


def test_a_hidden_note_is_left_out():
    reference = '<w:r><w:rPr><w:vanish/></w:rPr><w:footnoteReference w:id="2"/></w:r>'
    assert lines(par(run("a"), reference), **NOTES) == ["a"]
    assert warnings(par(run("a"), reference), **NOTES) == ("14 characters of hidden text were left out.",)


@pytest.mark.parametrize(
    ("choice", "fallback", "seen"),
    [
        (run("one"), run("two"), ["one"]),
        ("<w:drawing/>", run("two"), ["two"]),
        (alternate(run("in"), run("GONE")), run("GONE"), ["in"]),
    ],
)
def test_one_alternative_is_kept(choice, fallback, seen):
    assert lines(par(alternate(choice, fallback))) == seen


def test_what_stands_in_the_wrong_place_is_not_lost():
    assert lines(run("loose")) == ["loose"]
    assert lines(f"<mc:Choice>{paragraph('choice')}</mc:Choice>") == ["choice"]
    assert lines(f"<w:tc>{paragraph('cell')}</w:tc>") == ["cell"]
    assert lines(f"<w:txbxContent>{paragraph('box')}</w:txbxContent>") == ["box"]
    assert lines('<w:r><w:footnoteReference w:id="2"/></w:r>', **NOTES) == ["[footnote 1: under the line]"]
    assert lines(
        "<w:pPr><w:pStyle/><w:del/><w:vanish/></w:pPr><w:trPr><w:del/><w:hidden/></w:trPr>" + paragraph("a")
    ) == ["a"]
    assert lines("<w:rPr><w:vanish/></w:rPr><w:pPr><w:p>GONE</w:p></w:pPr>" + paragraph("a")) == ["a"]


def test_line_ends_inside_text_are_spaces():
    assert lines(paragraph("a\nb&#13;c")) == ["a b c"]


def test_parts_are_found_by_their_relations():
    main = relations({"styles": "/strange/s.xml", "footnotes": "../notes.xml", "endnotes": "absent.xml"})
    data = zipped(
        {
            "_rels/.rels": relations({"officeDocument": "/strange/main.xml"}),
            "strange/main.xml": body(
                par(run("a"), run("GONE", '<w:rStyle w:val="Hide"/>'), '<w:r><w:footnoteReference w:id="2"/></w:r>')
            ),
            "strange/_rels/main.xml.rels": main,
            "strange/s.xml": root("styles", STYLES),
            "notes.xml": root("footnotes", NOTES["footnotes"]),
        }
    )
    assert read_docx(data, "a.docx").text.split("\n")[0] == "a"
    assert "[footnote 1: under the line]" in read_docx(data, "a.docx").text


@pytest.mark.parametrize("target", ["../outside.xml", "word/../../outside.xml", "/../x", "/word/../../x"])
def test_parts_outside_the_archive_are_refused(target):
    data = zipped({"_rels/.rels": relations({"officeDocument": target}), "word/document.xml": body("")})
    with pytest.raises(UnsafeFile, match=r"a\.docx: The document names a part outside itself"):
        read_docx(data, "a.docx")


def test_what_other_relations_name_does_not_matter():
    links = relations({"hyperlink": "../../../etc/passwd", "officeDocument": "./word//document.xml"})
    assert read_docx(zipped({"_rels/.rels": links, "word/document.xml": body(paragraph("a"))}), "a.docx").text == "a"


@pytest.mark.parametrize(
    "members",
    [
        {"mimetype": "application/vnd.oasis.opendocument.text"},
        {"_rels/.rels": relations({"officeDocument": "word/document.xml"})},
        {"_rels/.rels": relations({"officeDocument": "xl/workbook.xml"}), "xl/workbook.xml": "<workbook/>"},
        {"_rels/.rels": relations({"other": "word/document.xml"}), "word/document.xml": body("")},
        {
            "_rels/.rels": relations({"officeDocument": "w.xml"}).replace("Target=", 'TargetMode="External" Target='),
            "w.xml": body(""),
        },
        {"_rels/.rels": relations({"officeDocument": "w.xml"}).replace("Target=", "Goal="), "w.xml": body("")},
    ],
)
def test_other_archives_are_refused(members):
    with pytest.raises(InputError, match=r"a\.docx: This is not a Word document"):
        read_docx(zipped(members), "a.docx")


def test_an_old_or_protected_document_is_refused():
    with pytest.raises(InputError, match="old Word document"):
        read_docx(bytes.fromhex("d0cf11e0a1b11ae1") + b"rest", "a.docx")


def with_document(text, method=zipfile.ZIP_DEFLATED):
    return zipped({"_rels/.rels": relations({"officeDocument": "w.xml"}), "w.xml": text}, method=method)


LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    "prolog",
    [
        LAUGHS,
        '<!DOCTYPE d [<!ENTITY i SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d SYSTEM "http://localhost:1/x.dtd">',
        "<!DOCTYPE d>",
    ],
    ids=["laughs", "external", "dtd", "doctype"],
)
def test_document_types_and_entities_are_refused(prolog):
    text = body(paragraph("&i;")).replace("?>", f"?>{prolog}", 1)
    with pytest.raises(UnsafeFile, match=r"a\.docx: The part “w\.xml” declares a document type"):
        read_docx(with_document(text), "a.docx")


@pytest.mark.parametrize(
    "text",
    ["", "no xml", body("<w:p>")[:-20], body("&undefined;"), '<?xml version="1.0" encoding="x-none"?><a/>',
     '<?xml version="1.0" encoding="big5"?><a/>', body("\x01"), body("&#xD800;")],
)  # fmt: skip
def test_broken_xml_is_refused(text):
    with pytest.raises(InputError, match=r"The part “w\.xml” is damaged"):
        read_docx(with_document(text), "a.docx")


def test_wide_encodings_are_read():
    text = body(paragraph("县")).replace('encoding="UTF-8"', 'encoding="UTF-16"')
    assert read_docx(with_document(text.encode("utf-16")), "a.docx").text == "县"


def test_bottomless_nesting_is_refused():
    with pytest.raises(UnsafeFile, match="nested more deeply"):
        read_docx(with_document(body("<w:sdt>" * 100_000)), "a.docx")


def test_a_million_paragraphs_are_refused_soon():
    data = with_document(body("<w:p/>" * 1_000_000), zipfile.ZIP_STORED)
    with pytest.raises(UnsafeFile, match="more than 300,000 paragraphs"):
        read_docx(data, "a.docx")


def test_a_bomb_is_refused():
    data = with_document(body(paragraph("a" * 60_000_000)))
    with pytest.raises(UnsafeFile, match="unpacks to 60 MB; at most 50 MB are read"):
        read_docx(data, "a.docx")
    with pytest.raises(UnsafeFile, match="more than 200 times its size"):
        read_docx(with_document(body(paragraph("a" * 19_000_000))), "a.docx")
    with pytest.raises(UnsafeFile, match="unpacks to more than 20 MB"):
        read_docx(with_document(body(paragraph("a" * 20_000_000)), zipfile.ZIP_STORED), "a.docx")


def test_no_message_holds_words_of_the_document():
    for text in (body(paragraph("secretword"))[:-3], body("secretword<w:p>")):
        with pytest.raises(QcodeError) as caught:
            read_docx(with_document(text), "a\x1b.docx")
        assert "secretword" not in str(caught.value)
        assert "\x1b" not in str(caught.value)


_NAMES = (
    "p r t tab br sym pPr rPr trPr tcPr tc tr tbl del ins moveFrom vanish hidden cellDel footnote footnoteReference rt sdt"
    " sdtPr txbxContent pStyle rStyle cr sectPr rPrChange hyperlink"
)
_names = st.sampled_from(re.findall(r"\w+", _NAMES))
_words = st.text(st.characters(codec="utf-8", categories=["L", "Nd", "Zs"]), max_size=8)


@st.composite
def _trees(draw, depth=4):
    name = draw(_names)
    attributes = draw(
        st.sampled_from(["", ' w:val="0"', ' w:val="Hide"', ' w:id="2"', ' w:char="F0FC" w:font="Symbol"'])
    )
    inner = draw(_words) if depth == 0 else "".join(draw(st.lists(_words | _trees(depth - 1), max_size=3)))
    return f"<w:{name}{attributes}>{inner}</w:{name}>"


@settings(deadline=None, max_examples=200)
@given(st.lists(_trees(), max_size=4).map("".join))
def test_any_arrangement_of_elements_is_read(content):
    assert isinstance(read_docx(docx(content, styles=STYLES, **NOTES), "a.docx").text, str)


_safe = st.text(
    st.characters(codec="utf-8", categories=["L", "Nd", "P"], exclude_characters="<>&"), min_size=1, max_size=6
)
_WRAPS = [
    "{}",
    "<w:ins>{}</w:ins>",
    "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "<w:hyperlink>{}</w:hyperlink>",
    "<w:smartTag>{}</w:smartTag>",
]


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(_safe, st.sampled_from(_WRAPS), st.booleans()), min_size=1, max_size=12))
def test_no_words_are_lost_and_order_is_kept(pieces):
    wrapped = [par(wrap.format(run(word))) for word, wrap, _ in pieces]
    content = "".join(table([p]) if cell else p for p, (_, _, cell) in zip(wrapped, pieces, strict=True))
    assert lines(content) == [word for word, _, _ in pieces]


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_a_damaged_file_is_read_or_refused(data):
    whole = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(whole)))
    try:
        read_docx(bytes(whole[:cut] if data.draw(st.booleans()) else whole), "a.docx")
    except QcodeError as error:
        where = error.where
    else:
        where = "a.docx"
    assert where == "a.docx"


WHOLE = docx(paragraph("I: a") + paragraph("R: b"), **NOTES)


def talk(*rows: tuple[str, ...]) -> str:
    return table(*([paragraph(cell) if cell else "<w:p/>" for cell in row] for row in rows))


def test_a_table_whose_first_column_is_who_speaks_becomes_turns():
    noted = par(run("Money.") + '<w:r><w:footnoteReference w:id="2"/></w:r>')
    content = talk(("Sprecher", "Text"), ("I", "Why?"), ("B:", "So."), ("", "And then."), ("I", "Oh."))
    found = read_docx(docx(content), "talk.docx")
    assert found.text.split("\n") == ["Sprecher\tText", "I: Why?", "B: So.", "And then.", "I: Oh."]
    assert found.warnings == ("1 table with two columns became turns: the first column says who speaks.",)
    two = table(
        [paragraph("Wang"), paragraph("a") + paragraph("b")], [paragraph("Li"), noted], [paragraph("Wang"), "<w:p/>"]
    )
    assert lines(two * 2, **NOTES)[:5] == ["Wang: a", "b", "Li: Money.", "[footnote 1: under the line]", "Wang:"]
    assert warnings(two * 2, **NOTES)[0].startswith("2 tables with two columns became turns")


@pytest.mark.parametrize(
    "rows",
    [
        [("Date", "2019"), ("Place", "X"), ("Duration", "one hour")], [("1", "a"), ("2", "b"), ("1", "c"), ("2", "d")],
        [("I", "Why?"), ("B", "So.")], [("I", "Why?", "x"), ("B", "So.", "y"), ("I", "Oh.", "z")], [("I", "a"), ("I", "b"), ("I", "c")],
        [("I", "a"), ("B", "b"), ("A label that is much too long to name a speaker", "c"), ("I", "d")],
        [("Note", "a"), ("I", "b"), ("Note", "c"), ("I", "d")], [("Wang", "a"), ("Li", "b"), ("Zhao", "c"), ("Qian", "d")],
        [("", "a"), ("", "b"), ("", "c")], [("::", "a"), ("I", "b"), ("B", "c")],
    ],
)  # fmt: skip
def test_other_tables_stay_rows(rows):
    found = read_docx(docx(talk(*rows)), "talk.docx")
    assert found.text.split("\n") == ["\t".join(row) for row in rows]
    assert found.warnings == ()


def test_a_table_of_talk_inside_another_one():
    inner = talk(("I", "Why?"), ("B", "So."), ("I", "Oh."))
    assert lines(table([inner + "<w:p/>", paragraph("outer")])) == ["I: Why?", "B: So.", "I: Oh.", "outer"]


def test_a_row_outside_any_table_is_not_lost():
    assert lines("<w:tr><w:tc>" + paragraph("a") + "</w:tc><w:tc>" + paragraph("b") + "</w:tc></w:tr>") == ["a\tb"]
