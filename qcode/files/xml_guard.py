"""XML from outside, handed on piece by piece: no entities, no document type, no tree in memory."""

from __future__ import annotations

from typing import Protocol

from qcode.errors import InputError, UnsafeFile

__all__ = ["XmlTarget", "feed_xml"]

_SAVE_AGAIN = "Open it in the program that wrote it and save it again."


class XmlTarget(Protocol):
    """What is told of each piece of an XML file, in order. Names are written `{namespace}name`."""

    def start(self, tag: str, attributes: dict[str, str], /) -> object:
        """An element begins."""

    def end(self, tag: str, /) -> object:
        """An element ends."""

    def data(self, text: str, /) -> object:
        """Text inside an element, perhaps not all of it."""


def feed_xml(data: bytes, target: XmlTarget, *, part: str, where: str) -> None:
    """Tell `target` everything that stands in the XML of `data`; `part` and `where` name it in messages.

    The size must have been bounded before. What `target` raises passes through.

    Raises UnsafeFile for a document type or an entity of any kind, InputError for broken XML.
    """
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import DefusedXMLParser, ParseError  # type: ignore[import-untyped]

    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    try:
        # All at once: a parser that is fed in pieces starts over at each, for as long as one token goes on.
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        what = f"The part “{part}” declares a document type or entities, which no such file needs."
        raise UnsafeFile(what, where=where, fix=_SAVE_AGAIN) from error
    except (ParseError, LookupError, ValueError) as error:  # the last two: an encoding that the parser lacks
        raise InputError(f"The part “{part}” is damaged.", where=where, fix=_SAVE_AGAIN) from error
