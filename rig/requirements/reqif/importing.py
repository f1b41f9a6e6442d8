"""From a customer's ReqIF file to ``requirements.toml``. What the file does not say stays empty: nothing is invented.

    made = imported(load_reqif(path), {"limit": "Grenzwert"})
    made.text                        # of requirements.toml
    made.left_out                    # objects without a text: headings

An empty limit, rule or list of hazards is refused by everything that reads the file, with its line, until somebody who
may say it has said it. Each requirement keeps the identifier of its object, and a hash of its text: a customer's text
that was changed since is found before a verdict on the old one is handed back.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import tomli_w

from rig.errors import FileError, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.requirements.reqif.document import ReqifDocument, SpecObject

#: Long names of the attributes that are looked at. ``ReqIF.`` names are those of the ReqIF Implementation Guide.
ATTRIBUTES: Final[Mapping[str, str]] = {
    "id": "ReqIF.ForeignID",
    "text": "ReqIF.Text",
    "source": "Source",
    "rationale": "Rationale",
    "limit": "Limit",
    "rule": "Rule",
    "hazards": "Hazards",
}
_LONGEST_ID: Final = 60
#: Of our ids; a customer's id that adds nothing to it (no letter A to Z, no digit) is none.
_PREFIX: Final = "REQ-"
_NOT_SAID: Final = "the customer's file does not say it"


@dataclass(frozen=True)
class Imported:
    """What came out of a file.

    Attributes:
        text: of ``requirements.toml``.
        ids: of the requirements, by identifier of the object.
        left_out: objects without a text.
        incomplete: ids of requirements of which something is still to be said.
    """

    text: str
    ids: Mapping[str, str]
    left_out: tuple[str, ...]
    incomplete: tuple[str, ...]


def imported(document: ReqifDocument, names: Mapping[str, str] | None = None) -> Imported:
    """The requirements of a file.

    Args:
        document: that was read.
        names: long names of attributes where they are others than :data:`ATTRIBUTES`.

    Raises:
        FileError: no object has a text, or two ids come out the same.
    """
    chosen = {**ATTRIBUTES, **(names or {})}
    wanted = [one for one in document.objects.values() if one.attributes.get(chosen["text"], "").strip()]
    if not wanted:
        found = sorted({name for one in document.objects.values() for name in one.attributes})
        message = f"expected objects with the attribute {chosen['text']!r}, found {', '.join(found) or 'no attributes'}"
        raise FileError([Problem(f"{message}; name the one with the text", document.name)])
    ids = _ids(document, wanted, chosen["id"])
    tables = [_requirement(document, one, ids[one.identifier], chosen) for one in wanted]
    left_out = tuple(one for one in document.objects if one not in ids)
    incomplete = tuple(ids[one.identifier] for one, text in zip(wanted, tables, strict=True) if _NOT_SAID in text)
    return Imported(_head(document) + "".join(tables), ids, left_out, incomplete)


def text_sha256(text: str) -> str:
    """SHA-256 of the text of a requirement, by which a change is noticed."""
    return hashlib.sha256(text.encode()).hexdigest()


def our_id(theirs: str) -> str:
    """A customer's id as one of ours.

    >>> our_id("SYS 12.3"), our_id("REQ-STOP")
    ('REQ-SYS-12-3', 'REQ-STOP')
    """
    plain = re.sub(r"[^A-Z0-9]+", "-", theirs.upper()).strip("-")
    return plain if plain.startswith(_PREFIX) else f"{_PREFIX}{plain}"


def _ids(document: ReqifDocument, wanted: list[SpecObject], attribute: str) -> dict[str, str]:
    ids: dict[str, str] = {}
    problems = []
    for one in wanted:
        theirs = one.attributes.get(attribute, "").strip() or one.identifier
        ours = our_id(theirs)
        if ours in ids.values() or len(ours) > _LONGEST_ID or ours == _PREFIX:
            what = f"an id of its own of at most {_LONGEST_ID} letters A to Z and digits"
            why = f"expected {what}, found {theirs!r} (as {ours})"
            problems.append(Problem(f"{why}; name another attribute for it", document.name, one.element.line))
        ids[one.identifier] = ours
    if problems:
        raise FileError(problems)
    return ids


def _head(document: ReqifDocument) -> str:
    return (
        f"# Imported from {_one_line(document.name)}, SHA-256 {hashlib.sha256(document.raw).hexdigest()}.\n"
        "# What that file does not say is empty, and is refused until you have said it.\n"
        "schema = 1\n"
    )


def _requirement(document: ReqifDocument, one: SpecObject, ours: str, names: Mapping[str, str]) -> str:
    said = {field: one.attributes.get(name, "").strip() for field, name in names.items()}
    theirs = said["id"] or one.identifier
    lines = [
        _line("id", ours),
        _line("text", said["text"]),
        _line("source", said["source"] or f"{document.name}, {theirs}"),
        *(_line(key, said[key]) for key in ("rationale", "limit", "rule")),
        _line("hazards", [part for part in re.split(r"[\s,;]+", said["hazards"]) if part]),
    ]
    origin = tomli_w.dumps({"object": one.identifier, "text_sha256": text_sha256(said["text"])})
    return "\n[[requirement]]\n" + "".join(lines) + "[requirement.reqif]\n" + origin


def _line(key: str, value: str | list[str]) -> str:
    """One line of TOML, with a remark where there is nothing to say."""
    text = tomli_w.dumps({key: value})
    return text if value else text.replace("\n", f"  # {_NOT_SAID}\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())
