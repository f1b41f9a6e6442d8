"""Plain words for what pydantic found: expected, found, and the fix.

Errors of our own fields and validators already speak plainly and pass through. The rest get a sentence for
each type; for keys, the names that would have been right there are looked up in the model's JSON Schema.

>>> from pydantic import ValidationError
>>> from rig.fields import FileModel
>>> class Timing(FileModel):
...     analysis: int = 0
>>> try:
...     Timing.model_validate({"analisys": 1})
... except ValidationError as error:
...     explain(error.errors()[0], Timing)
"unknown key; did you mean 'analysis'? Known here: analysis"
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from rig.fields import SAYS_SOMETHING

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

    from rig.errors import KeyPath


def explain(detail: ErrorDetails, model: type[BaseModel]) -> str:
    """One error of pydantic as a sentence.

    Args:
        detail: one entry of ``ValidationError.errors()``.
        model: the model of the whole file.
    """
    kind, location, context = detail["type"], detail["loc"], detail.get("ctx", {})
    if kind == "doseproof":
        return detail["msg"]
    if kind == "extra_forbidden":
        return _unknown_key(str(location[-1]), sorted(_table(model, location[:-1])))
    if kind == "missing":
        return _missing_key(_table(model, location[:-1]).get(str(location[-1]), {}))
    if location == ("schema",):
        return f"expected schema = 1, found {_shown(detail['input'])}; this version of the rig reads schema 1"
    if kind in {"union_tag_invalid", "literal_error"}:
        expected = context.get("expected_tags") or context.get("expected")
        return _choice(str(expected), context.get("tag", detail["input"]))
    if kind in {"tuple_type", "list_type"} and isinstance(detail["input"], dict):
        return f"expected a list of tables, each below a line [[{location[-1]}]], found one table"
    if kind == "too_short":
        least, found = context.get("min_length"), context.get("actual_length")
        return f"expected {least} value{'s' if least != 1 else ''} or more, found {found}"
    if kind == "string_too_short" or context.get("pattern") == SAYS_SOMETHING:
        return f"expected a text, found {_shown(detail['input'])}; say it in words"
    if kind == "string_pattern_mismatch":
        return f"expected a text of the form {context.get('pattern')}, found {_shown(detail['input'])}"
    if kind == "union_tag_not_found":
        return f"the key {context.get('discriminator')} is missing; it says what this table is"
    return f"{detail['msg'][:1].lower()}{detail['msg'][1:]}, found {_shown(detail['input'])}"


def _unknown_key(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else "remove it. "
    return f"unknown key; {hint}Known here: {', '.join(known)}"


def _missing_key(schema: dict[str, Any]) -> str:
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else schema.get("examples"))
    return f"required, and missing; add it, e.g. {choices[0]!r}" if choices else "required, and missing; add it"


def _choice(expected: str, found: object) -> str:
    known = [word.strip(" '\"") for word in expected.replace(" or ", ", ").split(",")]
    close = difflib.get_close_matches(str(found), known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    return f"expected one of {', '.join(known)}, found {_shown(found)}{hint}"


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _table(model: type[BaseModel], location: KeyPath) -> dict[str, Any]:
    """The properties of the table at ``location`` of the model's JSON Schema; tags of unions are choices."""
    root = model.model_json_schema()
    here = _resolved(root, root)
    for part in location:
        here = _resolved(_step(here, part), root)
    return dict(here.get("properties", {}))


def _step(schema: dict[str, Any], part: str | int) -> dict[str, Any]:
    if isinstance(part, int):
        return dict(schema.get("items", {}))
    if part in schema.get("properties", {}):
        return dict(schema["properties"][part])
    mapping = schema.get("discriminator", {}).get("mapping", {})
    return {"$ref": mapping[part]} if part in mapping else schema


def _resolved(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """References followed, ``X or null`` read as X, and untagged choices laid over one another."""
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    options = [option for option in schema.get("anyOf", []) if option.get("type") != "null"]
    if len(options) == 1:
        return _resolved(options[0], root)
    if "oneOf" in schema and "discriminator" not in schema:
        tables = [_resolved(option, root).get("properties", {}) for option in schema["oneOf"]]
        return {"properties": {name: value for table in tables for name, value in table.items()}}
    return schema
