"""The limits of a table of the protocol, in words; of every kind that a protocol may have.

>>> from rig.protocol_findings.sides import Sides
>>> limit_text(Sides(None, 15.0, "%")), limit_text(Sides(-14.5, 14.5, "%"))
('up to +15 %', '±14.5 %')
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel

from rig.protocol_findings.sides import Sides
from rig.report.numbers import quantity

_LIMIT: Final = "limit"


def limits_of(asked: BaseModel) -> list[tuple[str, str]]:
    """What of a finding has a limit, and the limit in words; what is empty where a table has one alone."""
    named = [name for name in type(asked).model_fields if name == _LIMIT or name.endswith(f"_{_LIMIT}")]
    values = [(name.removesuffix(_LIMIT).rstrip("_"), getattr(asked, name)) for name in named]
    return [(what, limit_text(value)) for what, value in values if value is not None]


def limit_text(limit: Any) -> str:
    """One limit, e.g. ``larger of 5 % and 0.5 µL``."""
    if isinstance(limit, BaseModel):
        return ", ".join(f"{name.replace('_', ' ')} {limit_text(value)}" for name, value in limit)
    if isinstance(limit, Sides) and limit.upper is not None and limit.lower == -limit.upper:
        return f"±{limit.upper:g} {limit.unit}"
    if isinstance(limit, tuple):
        return " and ".join(map(limit_text, limit))
    return quantity(limit) if hasattr(limit, "dimensionality") else str(limit)
