"""A copy of a customer's file with verdicts as further attributes: every byte of the original stands in it, in order.

    data = with_verdicts(document, {"_4711": {"Verdict": "pass", "RecordSHA256": "5a1e..."}}, at)

The types of the objects concerned get string attributes ``Doseproof.Verdict`` and so on, the objects get values of
them. Nothing of the original is changed: objects keep their identifiers and their ``LAST-CHANGE``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from rig.errors import FileError, Problem
from rig.requirements.reqif.document import read_reqif
from rig.requirements.reqif.xml_tree import Element, end_of, tag_end

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from rig.requirements.reqif.document import ReqifDocument

#: What may be said of a requirement, in this order.
NAMES: Final = ("Verdict", "EvidenceClass", "Date", "Device", "Record", "RecordSHA256", "Tests", "Gap")
_DATATYPE: Final = "_doseproof-text"
_PREFIX: Final = "Doseproof."
#: Letters that a text may have at least, for tools that make a field of it.
_LETTERS: Final = 1000
#: Where what is inserted goes, how many bytes it takes the place of, and what it is.
_Insertion = tuple[int, int, bytes]


def with_verdicts(document: ReqifDocument, said: Mapping[str, Mapping[str, str]], at: datetime) -> bytes:
    """The copy.

    Args:
        document: the customer's.
        said: by identifier of the object, then by :data:`NAMES`.
        at: when, for the ``LAST-CHANGE`` of what is added.

    Raises:
        FileError: an object is not in the file, or the file holds verdicts already.
    """
    if strangers := [one for one in said if one not in document.objects]:
        raise _refused(document, f"expected the objects {', '.join(strangers)}, found none of these identifiers")
    if _DATATYPE in document.identifiers:
        raise _refused(document, "expected the customer's own file, found one with verdicts; start from the original")
    copy = _spliced(document.raw, sorted(_Copy(document, said, at).insertions()))
    read_reqif(copy, document.name)  # what cannot be read again is not handed over
    return copy


class _Copy:
    """What is to be inserted where."""

    def __init__(self, document: ReqifDocument, said: Mapping[str, Mapping[str, str]], at: datetime) -> None:
        self._document, self._raw, self._said = document, document.raw, said
        self._prefix = document.root.prefix
        self._changed = f'LAST-CHANGE="{at:%Y-%m-%dT%H:%M:%SZ}"'
        types = dict.fromkeys(document.objects[one].type_id for one in said)
        self._types = {type_id: number for number, type_id in enumerate(types, start=1)}

    def insertions(self) -> Iterator[_Insertion]:
        """All of them, each at a place of its own."""
        yield self._into(self._document.content, "DATATYPES", [self._datatype()])
        for type_id in self._types:
            definitions = [self._definition(type_id, name) for name in NAMES]
            yield self._into(self._document.types[type_id], "SPEC-ATTRIBUTES", definitions)
        for identifier, said in self._said.items():
            found = self._document.objects[identifier]
            values = [self._value(found.type_id, name, said[name]) for name in NAMES if said.get(name)]
            yield self._into(found.element, "VALUES", values)

    def _datatype(self) -> str:
        longest = max((len(text) for said in self._said.values() for text in said.values()), default=0)
        names = f'IDENTIFIER="{_DATATYPE}" LONG-NAME="{_PREFIX}Text" {self._changed}'
        return f'<{self._prefix}DATATYPE-DEFINITION-STRING {names} MAX-LENGTH="{max(longest, _LETTERS)}"/>'

    def _definition(self, type_id: str, name: str) -> str:
        names = f'IDENTIFIER="{self._id(type_id, name)}" LONG-NAME="{_PREFIX}{name}" {self._changed}'
        kind = self._tag("TYPE", self._tag("DATATYPE-DEFINITION-STRING-REF", _DATATYPE))
        return self._tag("ATTRIBUTE-DEFINITION-STRING", kind, f' {names} IS-EDITABLE="false"')

    def _value(self, type_id: str, name: str, text: str) -> str:
        reference = self._tag("ATTRIBUTE-DEFINITION-STRING-REF", self._id(type_id, name))
        value = f" THE-VALUE={quoteattr(_printable(text))}"
        return self._tag("ATTRIBUTE-VALUE-STRING", self._tag("DEFINITION", reference), value)

    def _id(self, type_id: str, name: str) -> str:
        return f"_doseproof-{self._types[type_id]}-{name.lower()}"

    def _tag(self, tag: str, inner: str, attributes: str = "") -> str:
        return f"<{self._prefix}{tag}{attributes}>{inner}</{self._prefix}{tag}>"

    def _into(self, parent: Element, tag: str, texts: Sequence[str]) -> _Insertion:
        """Texts as the last children of ``parent``'s child ``tag``, which is made where it is not there."""
        child = parent.child(tag)
        return self._last_in(parent, [self._tag(tag, "".join(texts))]) if child is None else self._last_in(child, texts)

    def _last_in(self, element: Element, texts: Sequence[str]) -> _Insertion:
        raw, start = self._raw, element.start
        begin_end = tag_end(raw, start)
        if element.closing == start:  # <VALUES/>
            opened = raw[start:begin_end].removesuffix(b"/>").rstrip() + b">"
            closing = f"</{element.prefix}{element.tag}>"
            return start, begin_end - start, opened + _ascii("".join(texts) + closing)
        children = element.children
        place = end_of(raw, children[-1]) if children else begin_end
        before = _blanks_before(raw, children[-1].start if children else start)
        return place, 0, b"".join(before + _ascii(text) for text in texts)


def _spliced(raw: bytes, insertions: Sequence[_Insertion]) -> bytes:
    pieces, reached = [], 0
    for place, replaced, data in insertions:
        pieces += [raw[reached:place], data]
        reached = place + replaced
    return b"".join([*pieces, raw[reached:]])


def _blanks_before(raw: bytes, place: int) -> bytes:
    """Line break and indentation of what begins at a place; nothing where it does not begin a line."""
    found = re.search(rb"\r?\n[ \t]*\Z", raw[max(place - 500, 0) : place])
    return found[0] if found else b""


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "xmlcharrefreplace")


def _printable(text: str) -> str:
    """Without what XML cannot hold."""
    return re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\N{REPLACEMENT CHARACTER}", text)


def _refused(document: ReqifDocument, message: str) -> FileError:
    return FileError([Problem(message, document.name)])
