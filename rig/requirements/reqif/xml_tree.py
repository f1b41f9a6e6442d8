"""An XML file as elements that know which bytes they are, so that a copy can be made by insertions alone.

    root = parse(path.read_bytes(), "customer.reqif")
    for one in root.walk("CORE-CONTENT", "REQ-IF-CONTENT", "SPEC-OBJECTS", "SPEC-OBJECT"): ...

Names are those without their prefix. A document type is refused: ReqIF has none, and entities can be made to explode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from rig.errors import FileError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Deeper than any text of a requirement; beyond it somebody wants to fill the stack.
_DEEPEST: Final = 200
#: From ``<`` to the ``>`` that ends a tag; one may stand in quotes before it.
_TAG: Final = re.compile(rb"""<[^"'>]*(?:"[^"]*"[^"'>]*|'[^']*'[^"'>]*)*>""")


@dataclass
class Element:
    """An element and where it stands.

    Attributes:
        tag: name without prefix.
        prefix: with its colon; empty where there is none.
        attributes: as they stand, names with prefix.
        line: number from 1.
        start: its first byte.
        content: texts and elements in it, in order.
        closing: first byte of its closing tag; equal to ``start`` where it closes itself.
    """

    tag: str
    prefix: str
    attributes: dict[str, str]
    line: int
    start: int
    content: list[str | Element] = field(default_factory=list)
    closing: int = -1

    @property
    def children(self) -> list[Element]:
        """The elements in it."""
        return [one for one in self.content if isinstance(one, Element)]

    @property
    def text(self) -> str:
        """The text directly in it."""
        return "".join(one for one in self.content if isinstance(one, str)).strip()

    def child(self, tag: str) -> Element | None:
        """The first element of a name in it."""
        return next(self.walk(tag), None)

    def walk(self, *tags: str) -> Iterator[Element]:
        """All elements at the end of a way of names."""
        for one in self.children:
            if one.tag == tags[0]:
                yield from one.walk(*tags[1:]) if tags[1:] else (one,)


def tag_end(raw: bytes, start: int) -> int:
    """The byte after a tag that begins at ``start``."""
    found = _TAG.match(raw, start)
    return start if found is None else found.end()


def end_of(raw: bytes, element: Element) -> int:
    """The byte after an element."""
    return tag_end(raw, element.closing)


def parse(raw: bytes, name: str) -> Element:
    """The root of a file.

    Args:
        raw: the file.
        name: what to call it in messages.

    Raises:
        FileError: no XML that can be used, with the line.
    """
    reader = _Reader(raw, name)
    try:
        reader.parser.Parse(raw, True)
    except expat.ExpatError as error:
        raise _problem(f"expected XML, found: {expat.ErrorString(error.code)}", name, error.lineno) from error
    return reader.root


class _Reader:
    """Builds the tree while expat goes through the file."""

    def __init__(self, raw: bytes, name: str) -> None:
        self.root = Element("", "", {}, 0, 0)
        self._raw, self._name, self._open = raw, name, [self.root]
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.XmlDeclHandler = self._declared

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        prefix, colon, tag = name.rpartition(":")
        line, start = self.parser.CurrentLineNumber, self.parser.CurrentByteIndex
        element = Element(tag, prefix + colon, attributes, line, start)
        if len(self._open) > _DEEPEST:
            raise _problem(f"expected at most {_DEEPEST} elements within each other, found more", self._name, line)
        if len(self._open) == 1:
            self.root = element
        self._open[-1].content.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        """Of an element that closes itself expat tells the byte after it."""
        element, place = self._open.pop(), self.parser.CurrentByteIndex
        itself = self._raw.endswith(b"/>", 0, place) and tag_end(self._raw, element.start) == place
        element.closing = element.start if itself else place

    def _text(self, text: str) -> None:
        self._open[-1].content.append(text)

    def _refuse(self, *_said: object) -> None:
        text = "expected no document type (ReqIF has none), found one; ask for a plain export"
        raise _problem(text, self._name, self.parser.CurrentLineNumber)

    def _declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        """Insertions are ASCII, which all of these have in common."""
        if encoding and not re.fullmatch(r"utf-8|us-ascii|iso-8859-\d+|windows-125\d", encoding, re.IGNORECASE):
            raise _problem(f"expected UTF-8, found {encoding}; save it as UTF-8", self._name, 1)


def _problem(message: str, name: str, line: int) -> FileError:
    return FileError([Problem(message, name, line)])
