"""What was put behind a PDF after it was made: signatures, and nothing that changes what a reader sees.

A PDF can be changed by appending to it: the bytes before stay as they were, and every viewer shows the new pages.
Whoever compares only the beginning of a file, or finds any intact signature at its end, is told a lie. So each later
part may add objects, list a signature field in the catalog, and put an invisible signature on a page; anything else is
refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What a later part may change of an object that was there before, by its ``/Type``.
_MAY_CHANGE = {
    "/Catalog": frozenset({"/AcroForm", "/DSS", "/Extensions", "/Version"}),
    "/Page": frozenset({"/Annots"}),
}
_FORM = frozenset({"/Fields", "/SigFlags"})


def refuse_other_increments(reader: Any) -> None:
    """Refuse a file to which more was appended than signatures.

    Args:
        reader: pyHanko's, of the file.

    Raises:
        EvidenceError: with what was changed.
    """
    try:
        problems = list(_problems(reader)) if reader.total_revisions > 1 else []
    except Exception as error:  # a damaged file may fail anywhere in the parser
        raise EvidenceError(f"what was appended to the file cannot be read; it is damaged: {error}") from error
    if problems:
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise EvidenceError(f"the file was changed after it was made, by appending to it:\n{listed}")


def _problems(reader: Any) -> Iterator[str]:
    first = reader.get_historical_resolver(0)
    if first.trailer_view.raw_get("/Root").reference != reader.trailer_view.raw_get("/Root").reference:
        yield "another catalog"
    for revision in range(1, reader.total_revisions):
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            if _was_there(reader, reference):
                yield from _changed(first(reference), reader.get_object(reference))
    form = _held(reader.root, "/AcroForm", {})
    if set(form.keys()) - _FORM:
        yield f"a form with {', '.join(sorted(set(form.keys()) - _FORM))}"
    yield from _visible(reader)


def _was_there(reader: Any, reference: Any) -> bool:
    return bool(reader.xrefs.get_introducing_revision(reference) == 0)


def _changed(old: Any, new: Any) -> Iterator[str]:
    """Keys of an object that differ and may not."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        yield "a part that was there before"
        return
    kind = str(old.get("/Type", "part"))
    differ = {key for key in {*old, *new} if _raw(old, key) != _raw(new, key)}
    for key in sorted(differ - _MAY_CHANGE.get(kind, frozenset())):
        yield f"{key} of a {kind.removeprefix('/').lower()}"


def _held(holder: Any, key: str, otherwise: Any) -> Any:
    found = holder.get(key)
    return otherwise if found is None else found.get_object()


def _raw(holder: Any, key: str) -> Any:
    return holder.raw_get(key) if key in holder else None


def _visible(reader: Any) -> Iterator[str]:
    """Annotations that a reader would see; a report has none of its own."""
    for number in range(int(reader.root["/Pages"]["/Count"])):
        page = reader.find_page_for_modification(number)[0].get_object()
        for one in _held(page, "/Annots", ()):
            note = one.get_object() if hasattr(one, "get_object") else one
            hidden = note.get("/FT") == "/Sig" and not any(float(edge) for edge in note["/Rect"])
            if not hidden:
                yield f"an annotation {note.get('/Subtype', '')} on page {number + 1}"
