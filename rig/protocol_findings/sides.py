"""A limit as text: accepted either side of zero, from one value to another, or on one side only.

==========================  ===================================
text                        accepted
==========================  ===================================
``"14.5 %"``                from -14.5 % to +14.5 %
``"-10 % / +15 %"``         from -10 % to +15 %
``"<= 15 %"``               up to +15 %, no lower limit
``">= -10 %"``              from -10 % up, no upper limit
==========================  ===================================

>>> field = SidesField(units.RATIO)
>>> field.read("-10 % / +15 %")
Sides(lower=-10.0, upper=15.0, unit='%')
>>> print(field.read("<= 2 %"))
up to +2 %

Where only an upper limit makes sense (a time until something is noticed), a bare ``"30 min"`` is it, and a lower limit
is refused: nothing would ever be judged by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic_core import core_schema

from calibration import units
from calibration.errors import UnitError
from calibration.units import Kind
from rig.fields import refused
from rig.verify.words import span

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

_BETWEEN = re.compile(r"\s*/\s*(?=[+-])|\s+to\s+")
_ONE_SIDE = re.compile(r"\s*(<=|>=)\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Sides:
    """Two limits, or one.

    Attributes:
        lower, upper: in ``unit``; None where there is none.
        unit: as it is printed.
    """

    lower: float | None
    upper: float | None
    unit: str

    def __str__(self) -> str:
        return span(self.lower, self.upper, self.unit)

    @property
    def reach(self) -> float:
        """How far the nearer limit is from zero."""
        return min(abs(side) for side in (self.lower, self.upper) if side is not None)

    @property
    def half_width(self) -> float:
        """Half of what is accepted; with one limit, how far it is from zero."""
        return self.reach if self.lower is None or self.upper is None else (self.upper - self.lower) / 2.0


@dataclass(frozen=True, eq=False)
class SidesField:
    """How pydantic reads such a text.

    Attributes:
        kind: of the values.
        upper_only: a bare value is an upper limit, not one on either side of zero; a lower limit is refused.
    """

    kind: Kind
    upper_only: bool = False

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Text in, :class:`Sides` out."""
        return core_schema.no_info_plain_validator_function(
            self.read, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A string with examples."""
        one = self.kind.example
        examples = [one, f"<= {one}"] if self.upper_only else [one, f"-{one} / +{one}", f"<= {one}"]
        return {"type": "string", "examples": examples, "description": f"limits: {self.kind.name}"}

    @property
    def unit(self) -> str:
        """As it is printed."""
        return "%" if self.kind is units.RATIO else self.kind.unit.replace("hour", "h").replace("percent", "%")

    def read(self, value: object) -> Sides:
        """The limits of a text, or of a quantity.

        Raises:
            PydanticCustomError: not such a text, limits in the wrong order, or anything but an upper limit above zero
                where only that makes sense.
        """
        sides = self._read(value)
        if self.upper_only and (sides.lower is not None or sides.upper is None or sides.upper <= 0.0):
            one = self.kind.example
            raise refused(f"expected an upper limit above zero such as '{one}' or '<= {one}', found {value!r}")
        return sides

    def _read(self, value: object) -> Sides:
        if isinstance(value, Sides):
            return value
        if isinstance(value, str) and (one := _ONE_SIDE.fullmatch(value)):
            side = self._signed(one[2])
            return Sides(None, side, self.unit) if one[1] == "<=" else Sides(side, None, self.unit)
        parts = _BETWEEN.split(value) if isinstance(value, str) else [value]
        if len(parts) == 2:
            return self._between(self._signed(parts[0]), self._signed(parts[1]), value)
        reach = self._signed(value)
        if reach <= 0.0:
            raise refused(f"expected a limit above zero such as '{self.kind.example}', found {value!r}")
        return Sides(None if self.upper_only else -reach, reach, self.unit)

    def _between(self, lower: float, upper: float, value: object) -> Sides:
        if lower >= upper:
            raise refused(f"expected the lower limit before the upper one, found {value!r}; turn them round")
        return Sides(lower, upper, self.unit)

    def _signed(self, value: Any) -> float:
        """A value of the kind; its sign apart, because some kinds have no values below zero, but differences do."""
        try:
            if not isinstance(value, str):
                return self.kind.magnitude("value", self._quantity(value))
            text = value.strip()
            sign = -1.0 if text.startswith("-") else 1.0
            return sign * self.kind.magnitude("value", self.kind.parse("value", text.lstrip("+-")))
        except UnitError as error:
            raise refused(str(error).removeprefix("value: ")) from error

    def _quantity(self, value: Any) -> Any:
        return value if hasattr(value, "dimensionality") else self.kind.parse("value", value)


#: How far a pressure moves the flow error.
INFLUENCE = Kind("influence of pressure", "percent/kPa", -1e4, 1e4, {"%/kPa": "percent/kPa"}, "0.5 %/kPa")

PercentSides = Annotated[Sides, SidesField(units.RATIO)]
PercentMost = Annotated[Sides, SidesField(units.RATIO, upper_only=True)]
VolumeMost = Annotated[Sides, SidesField(units.VOLUME, upper_only=True)]
FlowMost = Annotated[Sides, SidesField(units.FLOW, upper_only=True)]
VolumeSides = Annotated[Sides, SidesField(units.VOLUME)]
FlowSides = Annotated[Sides, SidesField(units.FLOW)]
TimeSides = Annotated[Sides, SidesField(units.TIME)]
LongestTime = Annotated[Sides, SidesField(units.TIME, upper_only=True)]
CurrentMost = Annotated[Sides, SidesField(units.CURRENT, upper_only=True)]
VoltageSides = Annotated[Sides, SidesField(units.VOLTAGE)]
ComplianceSides = Annotated[Sides, SidesField(units.COMPLIANCE)]
InfluenceSides = Annotated[Sides, SidesField(INFLUENCE)]
