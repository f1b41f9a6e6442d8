"""The value that a correction names, as it stands: in the sealed file, or in the last correction of the same field.

    start.json: operator        inputs/bench.toml: instruments.balance.driver        result.json: findings[0].value

A correction whose old value nobody looked up would be signed by the store and printed beside the record, true or not.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from typing import TYPE_CHECKING, Any, Final

from rig.errors import EvidenceError, dotted
from rig.people.statements import CORRECTION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rig.errors import KeyPath
    from rig.people.statements import Statement
    from rig.record import Record

_FORM: Final = "FILE: FIELD, as in 'start.json: operator'"
_REMARK: Final = "what has no such place is said with --remark"


def standing_value(record: Record, statements: Sequence[Statement], what: str) -> str:
    """The value as text; empty where the field is there and says nothing.

    Args:
        record: sealed, and unchanged.
        statements: about it.
        what: a JSON or TOML file of the record, a colon and a blank, and a field of it.

    Raises:
        EvidenceError: the record has no such file, or the file no such field.
    """
    name, colon, field = what.partition(": ")
    if not colon or not field:
        raise EvidenceError(f"expected what is corrected as {_FORM}, found {what!r}; {_REMARK}")
    fields = {dotted(path): value for path, value in _leaves(_content(record, name), ())}
    if field not in fields:
        near = ", ".join(difflib.get_close_matches(field, fields, cutoff=0.5)) or "no field like it"
        raise EvidenceError(f"expected a field of {name}, found {field!r}; it has {near}; {_REMARK}")
    corrected = [one.body for one in statements if one.kind == CORRECTION and one.body["what"] == what]
    return str(corrected[-1]["new"]) if corrected else _text(fields[field])


def _content(record: Record, name: str) -> Any:
    readable = sorted(one for one in record.manifest["files"] if one.endswith((".json", ".toml")))
    if name not in readable:
        raise EvidenceError(f"expected a file of the record ({', '.join(readable)}), found {name!r}; {_REMARK}")
    text = (record.folder / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else tomllib.loads(text)


def _leaves(value: Any, path: KeyPath) -> Iterator[tuple[KeyPath, Any]]:
    """Every value that is no table and no list, with its place."""
    if isinstance(value, dict):
        parts: Iterator[tuple[Any, Any]] = iter(value.items())
    elif isinstance(value, list):
        parts = enumerate(value)
    else:
        yield path, value
        return
    for key, part in parts:
        yield from _leaves(part, (*path, key))


def _text(value: Any) -> str:
    """As it stands in the file, without quotes."""
    if value is None:
        return ""
    return value.strip() if isinstance(value, str) else json.dumps(value, default=str).strip('"')
