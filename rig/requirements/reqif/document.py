"""A ReqIF file as spec objects, each with its attributes as texts by their long names.

document = load_reqif(Path("customer.reqif"))
document.objects["_4711"].attributes["ReqIF.Text"]      # formatted text as plain text
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from rig.errors import FileError, Problem
from rig.requirements.reqif.xhtml import plain_text
from rig.requirements.reqif.xml_tree import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from rig.requirements.reqif.xml_tree import Element

NAMESPACE: Final = "http://www.omg.org/spec/ReqIF/20110401/reqif.xsd"
_ZIP: Final = b"PK\x03\x04"
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_VALUE: Final = "ATTRIBUTE-VALUE-"


@dataclass(frozen=True)
class SpecObject:
    """A requirement, a heading or whatever else the customer's tool keeps.

    Attributes:
        identifier: of the object; it never changes.
        type_id: identifier of its type.
        attributes: texts by long name; formatted text as plain text, enumerations by the long names of their values.
        element: where it stands.
    """

    identifier: str
    type_id: str
    attributes: Mapping[str, str]
    element: Element


@dataclass(frozen=True)
class ReqifDocument:
    """A file that was read.

    Attributes:
        name: of the file.
        raw: its bytes.
        root: its first element.
        content: ``REQ-IF-CONTENT``.
        types: of the objects, by identifier.
        objects: by identifier, in the order of the file.
        identifiers: all that stand in the file.
    """

    name: str
    raw: bytes = field(repr=False)
    root: Element = field(repr=False)
    content: Element = field(repr=False)
    types: Mapping[str, Element] = field(repr=False)
    objects: Mapping[str, SpecObject] = field(repr=False)
    identifiers: frozenset[str] = field(repr=False)


def load_reqif(path: Path) -> ReqifDocument:
    """Read a file; it is never written.

    Raises:
        FileError: it is not there, or is no ReqIF that can be used, with every reason that was found.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _refused(path.name, f"could not be read: {error.strerror or error}; check the path") from error
    if raw.startswith(_ZIP):
        raise _refused(path.name, "expected XML, found an archive (.reqifz); unpack it and name the .reqif within")
    if raw.startswith(_UTF_16):
        raise _refused(path.name, "expected UTF-8, found UTF-16; save it as UTF-8")
    return read_reqif(raw, path.name)


def read_reqif(raw: bytes, name: str) -> ReqifDocument:
    """The same from bytes; errors as for :func:`load_reqif`."""
    root = parse(raw, name)
    content = next(root.walk("CORE-CONTENT", "REQ-IF-CONTENT"), None)
    space = root.attributes.get(f"xmlns:{root.prefix[:-1]}" if root.prefix else "xmlns")
    if root.tag != "REQ-IF" or space != NAMESPACE or content is None:
        raise _refused(name, f"expected REQ-IF of {NAMESPACE} with its content, found {root.tag} of {space}")
    return _Document(name, raw, root, content).read()


class _Document:
    """Gathers what the references lead to, and every problem on the way."""

    def __init__(self, name: str, raw: bytes, root: Element, content: Element) -> None:
        self.name, self.raw, self.root, self.content = name, raw, root, content
        self.problems: list[Problem] = []
        self.identifiers: set[str] = set()
        types = content.walk("SPEC-TYPES", "SPEC-OBJECT-TYPE")
        self.types = {one.attributes.get("IDENTIFIER", ""): one for one in types}
        self.definitions = {one.attributes.get("IDENTIFIER", ""): one for one in self._definitions()}
        values = content.walk("DATATYPES", "DATATYPE-DEFINITION-ENUMERATION", "SPECIFIED-VALUES", "ENUM-VALUE")
        self.values = {one.attributes.get("IDENTIFIER", ""): _named(one) for one in values}

    def read(self) -> ReqifDocument:
        """The document, where nothing is wrong with it."""
        self._identify(self.root)
        found = [self._object(one) for one in self.content.walk("SPEC-OBJECTS", "SPEC-OBJECT")]
        if not found:
            self._wrong(self.content, "expected spec objects, found none; export with its content")
        if self.problems:
            raise FileError(self.problems)
        objects = {one.identifier: one for one in found}
        known = frozenset(self.identifiers)
        return ReqifDocument(self.name, self.raw, self.root, self.content, self.types, objects, known)

    def _definitions(self) -> Iterator[Element]:
        for one in self.types.values():
            for attributes in one.walk("SPEC-ATTRIBUTES"):
                yield from attributes.children

    def _identify(self, element: Element) -> None:
        """Take down every identifier; one that stands twice could be either."""
        identifier = element.attributes.get("IDENTIFIER")
        if identifier in self.identifiers:
            self._wrong(element, f"expected an identifier that stands once, found {identifier} again")
        if identifier is not None:
            self.identifiers.add(identifier)
        for one in element.children:
            self._identify(one)

    def _object(self, element: Element) -> SpecObject:
        identifier = element.attributes.get("IDENTIFIER", "")
        if not identifier:
            self._wrong(element, "expected a spec object with an IDENTIFIER, found none")
        type_id = next((one.text for one in element.walk("TYPE", "SPEC-OBJECT-TYPE-REF")), "")
        if type_id not in self.types:
            self._wrong(element, f"expected a type of this file, found {type_id or 'none'}")
            return SpecObject(identifier, type_id, {}, element)
        return SpecObject(identifier, type_id, {**self._defaults(type_id), **self._attributes(element)}, element)

    def _defaults(self, type_id: str) -> dict[str, str]:
        """What holds for an object that says nothing."""
        found = {}
        for definition in self.types[type_id].walk("SPEC-ATTRIBUTES"):
            for one in definition.children:
                for value in (value for default in one.walk("DEFAULT-VALUE") for value in default.children):
                    found[_named(one)] = self._text(value)
        return found

    def _attributes(self, element: Element) -> dict[str, str]:
        found = {}
        for value in (value for values in element.walk("VALUES") for value in values.children):
            reference = next((one.text for d in value.walk("DEFINITION") for one in d.children), "")
            definition = self.definitions.get(reference)
            if definition is None:
                self._wrong(value, f"expected an attribute of a type of this file, found {reference or 'none'}")
            else:
                found[_named(definition)] = self._text(value)
        return found

    def _text(self, value: Element) -> str:
        kind = value.tag.removeprefix(_VALUE)
        if kind == "ENUMERATION":
            chosen = [one.text for one in value.walk("VALUES", "ENUM-VALUE-REF")]
            return ", ".join(self.values.get(one, one) for one in chosen)
        if kind == "XHTML":
            return "\n".join(map(plain_text, value.walk("THE-VALUE")))
        return value.attributes.get("THE-VALUE", "")

    def _wrong(self, element: Element, message: str) -> None:
        self.problems.append(Problem(message, self.name, element.line))


def _named(element: Element) -> str:
    return element.attributes.get("LONG-NAME") or element.attributes.get("IDENTIFIER", "")


def _refused(name: str, message: str) -> FileError:
    return FileError([Problem(message, name)])
