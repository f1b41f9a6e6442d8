"""Physical values in files: text with a unit, read by its kind, as a pydantic field.

>>> class Leg(FileModel):
...     duration: Duration
...     flow: Flow | None = None
>>> Leg.model_validate({"duration": "24 h"}).duration
<Quantity(24.0, 'hour')>

A bare number, a unit of the wrong dimension and an implausible magnitude are refused with the words of
:class:`calibration.units.Kind`. In a JSON Schema such a field is a string with a pattern and an example, so
that an editor completes and checks it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError, core_schema

from calibration import units
from calibration.errors import UnitError
from calibration.units import Kind, Quantity

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

_DAY_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_ARGUMENT = "value"
#: What a text matches that is more than blanks.
SAYS_SOMETHING: Final = r"\S"


class FileModel(BaseModel):
    """A table of a file: unknown keys are errors, and what was read cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


@dataclass(frozen=True, eq=False)  # by identity: a kind holds a dict and has no hash
class KindField:
    """How pydantic reads, writes and describes a value of one kind.

    Attributes:
        kind: dimension, plausible range, spellings.
        positive: whether the value must be above zero.
    """

    kind: Kind
    positive: bool = False

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Text or a quantity in, a quantity out; back to text in JSON."""
        written = core_schema.plain_serializer_function_ser_schema(self._write, when_used="json")
        return core_schema.no_info_plain_validator_function(self._read, serialization=written)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A string with a pattern, an example and the name of the kind."""
        listed = "|".join(re.escape(spelling) for spelling in self.kind.spellings)
        pattern = rf"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*({listed})\s*$"
        return {"type": "string", "pattern": pattern, "examples": [self.kind.example], "description": self.kind.name}

    def _read(self, value: object) -> Quantity:
        try:
            read = self._quantity(value)
        except UnitError as error:
            raise _refusal(str(error).removeprefix(f"{_ARGUMENT}: ")) from error
        if self.positive and self.kind.magnitude(_ARGUMENT, read) <= 0:
            raise _refusal(f"expected a {self.kind.name} above zero such as '{self.kind.example}', found {value!r}")
        return read

    def _quantity(self, value: Any) -> Quantity:
        """Text is read by the kind; a quantity (a model made in Python) is checked by it."""
        if not hasattr(value, "dimensionality"):
            return self.kind.parse(_ARGUMENT, value)
        given: Quantity = value
        self.kind.magnitude(_ARGUMENT, given)
        return given

    def _write(self, value: Quantity) -> str:
        return self.kind.format(value, digits=15)


def _refusal(message: str) -> PydanticCustomError:
    # The message travels as a value, because braces in it would be read as a template.
    return PydanticCustomError("doseproof", "{message}", {"message": message})


def refused(message: str) -> PydanticCustomError:
    """The error that a validator of a file's table raises; the loader adds file, line and key."""
    return _refusal(message)


def default(kind: Kind, text: str) -> Any:
    """A field default, read when it is first needed: the unit registry is not built at import."""
    return Field(default_factory=lambda: kind.parse("default", text))


def _read_time_of_day(value: object) -> time:
    if isinstance(value, time) and value.tzinfo is None:
        return value
    match = _DAY_TIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise _refusal(f"expected a time of day such as '08:00', found {value!r}")
    return time(int(match[1]), int(match[2]))


class _TimeOfDay:
    """``"HH:MM"``, or TOML's own local time."""

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _read_time_of_day, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string", "pattern": f"^({_DAY_TIME.pattern})$", "examples": ["08:00"]}


TimeOfDay = Annotated[time, _TimeOfDay()]
#: Words of a person: not none, and not blanks alone.
Text = Annotated[str, Field(min_length=1, pattern=SAYS_SOMETHING)]
Duration = Annotated[Quantity, KindField(units.TIME)]
PositiveDuration = Annotated[Quantity, KindField(units.TIME, positive=True)]
DataSize = Annotated[Quantity, KindField(units.DATA_SIZE)]
Volume = Annotated[Quantity, KindField(units.VOLUME)]
PositiveVolume = Annotated[Quantity, KindField(units.VOLUME, positive=True)]
Flow = Annotated[Quantity, KindField(units.FLOW, positive=True)]
DoseRate = Annotated[Quantity, KindField(units.DOSE_RATE, positive=True)]
DrugAmount = Annotated[Quantity, KindField(units.DRUG_AMOUNT, positive=True)]
Concentration = Annotated[Quantity, KindField(units.CONCENTRATION, positive=True)]
Ratio = Annotated[Quantity, KindField(units.RATIO, positive=True)]
Length = Annotated[Quantity, KindField(units.LENGTH, positive=True)]
Density = Annotated[Quantity, KindField(units.DENSITY, positive=True)]
DensityDifference = Annotated[Quantity, KindField(units.DENSITY_DIFFERENCE, positive=True)]
Temperature = Annotated[Quantity, KindField(units.TEMPERATURE)]
TemperatureDifference = Annotated[Quantity, KindField(units.TEMPERATURE_DIFFERENCE, positive=True)]
AirPressure = Annotated[Quantity, KindField(units.AIR_PRESSURE)]
PressureDifference = Annotated[Quantity, KindField(units.PRESSURE, positive=True)]
Humidity = Annotated[Quantity, KindField(units.HUMIDITY)]
