"""The codebook to read."""

from __future__ import annotations

from files.test_codebook_toml import FULL

from qcode.core.codebook import Code, Codebook
from qcode.files.codebook_markdown import write_codebook_markdown
from qcode.files.codebook_toml import read_codebook


def test_all_that_the_codebook_says():
    book = read_codebook(FULL.encode(), "f").codebook
    page = write_codebook_markdown(book)
    assert page.startswith("# Cooperation between local governments\n\nCodebook `cooperation`, ")
    assert "\n## Consensus / 共识 `consensus`\n" in page
    assert "\n### Trust and familiarity / 信任与熟悉 `trust`\n" in page
    assert "**Flags.** at most one code of this dimension on a passage." in page
    for code in book.codes:
        for text in (code.brief, code.definition, *code.examples, *code.aliases):
            assert text in page


def test_text_stays_text():
    code = Code(
        "a", None, (("en", "<b>A</b>"),), brief="# no heading\n1. no list\n- none\n<script>", definition="[x](y) $z$",
        examples=("*a*\nb",), indicators=(("*", ("a*", "-b")),), hotkey="1", defines="m_x", absence=True,
    )  # fmt: skip
    page = write_codebook_markdown(Codebook("c", "C", (code, Code("b", "a", (("en", "B"),)))))
    assert page == (
        "# C\n\nCodebook `c`, 2 codes.\n\n## \\<b\\>A\\</b\\> `a`\n\n\\# no heading  \n1\\. no list  \n\\- none  \n\\<script\\>\n\n"
        "**Definition.** \\[x\\](y) \\$z\\$\n\n**Examples**\n\n- \\*a\\* b\n\n**Indicators (any language).** a\\*, -b\n\n"
        "**Flags.** hot key 1; defines the case attribute m\\_x; explains why nothing happened.\n\n### B `b`\n"
    )
