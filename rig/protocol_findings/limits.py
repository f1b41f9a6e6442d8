"""The limits that a finding may be given: text for two sides or one, a table for every other kind.

======================================================  ================================================================
``limit =``                                             accepted
======================================================  ================================================================
``"14.5 %"``, ``"-10 % / +15 %"``, ``"<= 15 %"``        one value between two limits
``{ larger_of = ["5 %", "0.5 uL"] }``                   the larger of a percentage and a volume, either side of zero
``{ each = "-10 % / +15 %" }``                          each of n values
``{ fraction = "95 %", within = "15 %" }``              at least that part of the values
``{ mask = [{ window = "1 h", within = "30 %" }] }``    each window within the limits of its length
``{ content = "95 %", within = "15 %" }``               a tolerance interval of a series, with 95 % confidence
======================================================  ================================================================

What judges them is :mod:`rig.verify.limits`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag, field_validator

from calibration.units import RATIO, Quantity
from rig.fields import FileModel, PositiveDuration, PositiveVolume, Ratio, default, refused
from rig.protocol_findings.sides import PercentSides, Sides


def _up_to_all(value: Quantity) -> Quantity:
    if RATIO.magnitude("value", value) > 100.0:
        raise refused("expected a part of up to 100 %, found more")
    return value


def _less_than_all(value: Quantity) -> Quantity:
    if RATIO.magnitude("value", value) >= 100.0:
        raise refused("expected a part below 100 %: no series shows anything of all")
    return value


class LargerOfTable(FileModel):
    """The larger of a percentage and a volume: small boluses are judged by the volume, large ones by the percentage."""

    larger_of: tuple[Ratio, PositiveVolume]


class EachTable(FileModel):
    """Each of n values within the same limits."""

    each: PercentSides


class FractionTable(FileModel):
    """At least a fraction of the values within the limits."""

    fraction: Ratio
    within: PercentSides

    _checked = field_validator("fraction")(_up_to_all)


class MaskRow(FileModel):
    """Limits of windows of one length."""

    window: PositiveDuration
    within: PercentSides


class MaskTable(FileModel):
    """Limits for each length of window."""

    mask: Annotated[tuple[MaskRow, ...], Field(min_length=1)]


class ContentTable(FileModel):
    """A tolerance interval: so large a part of all boluses like those of the series within the limits."""

    content: Ratio
    confidence: Ratio = default(RATIO, "95 %")
    within: PercentSides

    _checked = field_validator("content", "confidence")(_less_than_all)


#: The tag of each table: no key of it, because tags are no part of the place that a message names.
_TABLES = {key: f"of {key}" for key in ("larger_of", "each", "fraction", "mask", "content")}


def _kind_of(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((tag for key, tag in _TABLES.items() if key in value), None)
    for key, tag in _TABLES.items():
        if hasattr(value, key):
            return tag
    return "text"


def _choice(*kinds: str) -> Discriminator:
    known = "text such as '14.5 %', '-10 % / +15 %' or '<= 15 %'"
    tables = ", ".join(kinds)
    return Discriminator(
        _kind_of,
        custom_error_type="doseproof",
        custom_error_message=f"expected a limit: {known}, or a table with {tables}; found another kind",
    )


_Text = Annotated[PercentSides, Tag("text")]
_Larger = Annotated[LargerOfTable, Tag("of larger_of")]
_Each = Annotated[EachTable, Tag("of each")]
_Fraction = Annotated[FractionTable, Tag("of fraction")]

#: Of one value.
SingleLimit = Annotated[_Text | _Larger, _choice("larger_of")]
#: Of a series of boluses.
SeriesLimit = Annotated[
    _Text | _Larger | _Each | _Fraction | Annotated[ContentTable, Tag("of content")],
    _choice("larger_of", "each", "fraction", "content"),
]
#: Of many windows of one delivery.
WindowLimit = Annotated[
    _Text | _Each | _Fraction | Annotated[MaskTable, Tag("of mask")], _choice("each", "fraction", "mask")
]

AnySingle = Sides | LargerOfTable


def half_width_percent(limit: AnySingle) -> float:
    """Half of what is accepted [%]; of the larger of two, the percentage."""
    return limit.half_width if isinstance(limit, Sides) else RATIO.magnitude("larger_of", limit.larger_of[0])
