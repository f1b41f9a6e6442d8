"""The parts of a calibration record that say how its values were found: standards, points, surroundings.

>>> points = Points(reading_unit="g", reference_unit="g", reading=[0.0, 100.0002, 200.0001],
...                 reference=[0.0, 100.0, 200.0], u_reference=[0.0, 5e-5, 1e-4], state=["as left"] * 3)
>>> len(points.reading)
3

:mod:`calibration.record_models` puts them together, and knows which units each kind of record has.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from calibration.errors import CalibrationError
from calibration.fields import FromText
from calibration.units import (
    AIR_PRESSURE,
    DENSITY,
    DENSITY_DIFFERENCE,
    HUMIDITY,
    TEMPERATURE,
    VOLTAGE,
    Quantity,
)

if TYPE_CHECKING:
    from calibration.curve import Curve

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Day = Annotated[date, Field(strict=True)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Temperature = Annotated[Quantity, FromText(TEMPERATURE)]
Pressure = Annotated[Quantity, FromText(AIR_PRESSURE)]
Humidity = Annotated[Quantity, FromText(HUMIDITY)]
Voltage = Annotated[Quantity, FromText(VOLTAGE, positive=True)]


class Strict(BaseModel):
    """A table of a record: unknown keys are errors, and what was read cannot be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Standard(Strict):
    """A reference standard, and the accredited laboratory's certificate behind its value.

    Attributes:
        name: what it is, e.g. ``weight 100 g, E2``.
        serial_number: its own.
        certificate, laboratory: the paper, and who issued it.
        calibrated_on, valid_until: of the certificate, by the rule of the user's laboratory.
        value: what the certificate says it is, with its unit.
        expanded: the certificate's expanded uncertainty, with its unit.
        k: its coverage factor.
        attachment, attachment_sha256: the certificate as a file below ``certificates/`` of the book, and its hash.
        entered_by, checked_by: who typed the values, and who compared them with the paper; two people.
        checked_sha256: of the entry as the second one saw it (:mod:`calibration.standard_checks`).
    """

    name: Text
    serial_number: Text
    certificate: Text
    laboratory: Text
    calibrated_on: Day
    valid_until: Day
    value: Text
    expanded: Text
    k: Annotated[float, Field(ge=1.0, le=4.0)] = 2.0
    attachment: Text | None = None
    attachment_sha256: Sha256 | None = None
    entered_by: Text
    checked_by: Text
    checked_sha256: Sha256 | None = None

    @model_validator(mode="after")
    def _four_eyes(self) -> Self:
        if self.entered_by.casefold() == self.checked_by.casefold():
            raise ValueError(
                f"checked_by: expected another person than entered_by, found {self.checked_by!r} twice; "
                "let somebody else compare the values with the certificate"
            )
        if (self.attachment is None) != (self.attachment_sha256 is None):
            raise ValueError("attachment: attachment and attachment_sha256 belong together; give both or neither")
        return self


class Points(Strict):
    """What was read, against what it should have been: columns of equal length, in the order they were taken.

    Attributes:
        reading_unit, reference_unit: one unit for each column, e.g. ``g``.
        reading: what the instrument said.
        reference: the value of the standard there.
        u_reference: standard uncertainty of that value.
        state: ``as found`` before anything was adjusted, ``as left`` after it.
        direction: ``up`` or ``down``, where loading and unloading differ.
    """

    reading_unit: Text
    reference_unit: Text
    reading: Annotated[tuple[float, ...], Field(min_length=1)]
    reference: tuple[float, ...]
    u_reference: tuple[Annotated[float, Field(ge=0.0)], ...]
    state: tuple[Literal["as found", "as left"], ...]
    direction: tuple[Literal["up", "down"], ...] | None = None

    @model_validator(mode="after")
    def _equal(self) -> Self:
        columns: dict[str, Any] = {
            name: getattr(self, name) for name in ("reading", "reference", "u_reference", "state", "direction")
        }
        lengths = {name: len(column) for name, column in columns.items() if column is not None}
        if len(set(lengths.values())) != 1:
            raise ValueError(f"points: expected columns of equal length, found {lengths}")
        numbers = (*self.reading, *self.reference, *self.u_reference)
        if not all(map(math.isfinite, numbers)):
            raise ValueError("points: expected finite numbers, found nan or inf")
        return self


class CurveTable(Strict):
    """The curve through the points: reference against reading, as :class:`calibration.curve.Curve` writes itself.

    Attributes:
        x_unit, y_unit: of reading and reference.
        fit: degree, coefficients, covariance, residuals and the rest.
    """

    x_unit: Text
    y_unit: Text
    fit: dict[str, Any]

    @model_validator(mode="after")
    def _readable(self) -> Self:
        self.curve()
        return self

    def curve(self) -> Curve:
        """The curve itself.

        Raises:
            ValueError: the table is none; with all reasons.
        """
        from calibration.curve import Curve

        try:
            return Curve.from_table(self.fit)
        except CalibrationError as error:
            raise ValueError(f"fit: {error}") from error


class Surroundings(Strict):
    """The air while the calibration was made."""

    temperature: Temperature
    pressure: Pressure
    humidity: Humidity


class FluidUsed(Strict):
    """The liquid of a calibration with flow."""

    name: Text
    lot: Text | None = None
    density: Annotated[Quantity, FromText(DENSITY)]
    density_u: Annotated[Quantity, FromText(DENSITY_DIFFERENCE, not_negative=True)]
    at: Temperature


class Tubing(Strict):
    """The tube in the pump head: a factor holds for this tube, and for so many revolutions.

    Attributes:
        lot: of the tube.
        revolutions: of the pump head on this tube, at the calibration.
        revolutions_at_most: where the tube must be changed and the pump calibrated again.
    """

    lot: Text
    revolutions: Annotated[float, Field(ge=0.0)]
    revolutions_at_most: Annotated[float, Field(gt=0.0)]


class Seal(Strict):
    """SHA-256 of everything that stands before this table (:mod:`calibration.record_seal`)."""

    sha256: Sha256
