"""Word documents made by hand, part by part, for the tests of the reader. All words in them are invented."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["STRICT", "TRANSITIONAL", "body", "docx", "paragraph", "relations", "root", "zipped"]

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    f'xmlns:r="{_RELATIONS}"'
)
_PARTS = {"styles": "styles.xml", "footnotes": "footnotes.xml", "endnotes": "endnotes.xml", "comments": "comments.xml"}


def zipped(members: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def root(element: str, content: str, namespace: str = TRANSITIONAL) -> str:
    start = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{element} xmlns:w="{namespace}" {_SPACES}>'
    return f"{start}{content}</w:{element}>"


def body(content: str, namespace: str = TRANSITIONAL) -> str:
    return root("document", f"<w:body>{content}<w:sectPr/></w:body>", namespace)


def relations(links: Mapping[str, str], relations_namespace: str = _RELATIONS) -> str:
    items = "".join(
        f'<Relationship Id="r{n}" Type="{relations_namespace}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(links.items())
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">\n{items}</Relationships>'


def docx(content: str, *, method: int = zipfile.ZIP_DEFLATED, namespace: str = TRANSITIONAL, **parts: str) -> bytes:
    """A Word document with this inside its body; `parts` (styles, footnotes, endnotes, comments) hold their content."""
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": _content_types(parts),
        "_rels/.rels": relations({"officeDocument": "word/document.xml"}),
        "word/document.xml": body(content, namespace),
        "word/_rels/document.xml.rels": relations({kind: _PARTS[kind] for kind in parts}),
    }
    for kind, inner in parts.items():
        members[f"word/{_PARTS[kind]}"] = root(kind, inner, namespace)
    return zipped(members, method=method)


def _content_types(parts: Mapping[str, str]) -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {"document.main": "document.xml", **{kind: _PARTS[kind] for kind in parts}}
    overrides = "".join(
        f'<Override PartName="/word/{file}" ContentType="{word}.{kind}+xml"/>' for kind, file in kinds.items()
    )
    return (
        f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
