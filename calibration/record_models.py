"""What a calibration record says, as types: the tables of the TOML file and what each field means.

>>> EnvironmentCalibration(u_temperature="0.1 K", u_pressure="0.2 hPa", u_humidity="2 %").u_pressure
<Quantity(0.2, 'hectopascal')>

Schema 1 states properties, as from a certificate. Schema 2 shows how they were found: standards, points, curve; it is
numbered, names the record that it supersedes, and is sealed. Schema 3 says in which surroundings as well.
:mod:`calibration.record` reads files into these and judges whether a record may be used; :mod:`calibration.book` keeps
them.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from calibration.fields import FromText
from calibration.record_checks import contradictions, too_coarse
from calibration.record_conditions import MADE_SOMEWHERE, Conditions, contradicted_conditions
from calibration.record_noise import NoiseProperties
from calibration.record_parts import (
    CurveTable,
    Day,
    FluidUsed,
    Humidity,
    Points,
    Pressure,
    Seal,
    Sha256,
    Standard,
    Strict,
    Surroundings,
    Temperature,
    Text,
    Tubing,
    Voltage,
)
from calibration.units import (
    AIR_PRESSURE_DIFFERENCE,
    BRIDGE_RATIO,
    COUNT,
    DENSITY,
    FLOW,
    HUMIDITY,
    MASS,
    MASS_RATE,
    PRESSURE,
    RATIO,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    VOLTAGE,
    VOLUME,
    Kind,
    Quantity,
)

_Mass = Annotated[Quantity, FromText(MASS, positive=True)]

RecordKind = Literal[
    "balance",
    "balance-check",
    "environment",
    "load-cell",
    "flow-sensor",
    "pump",
    "pressure",
    "thermometer",
    "voltage",
    "noise",
]
#: Kinds that state properties in a table of their own name, with or without points.
_STATED: Final = ("balance", "environment", "noise")
#: Of which kinds reading and reference of each kind of record may be.
POINT_KINDS: Final[dict[str, tuple[tuple[Kind, ...], Kind]]] = {
    "balance": ((MASS,), MASS),
    "balance-check": ((MASS,), MASS),
    "load-cell": ((COUNT, BRIDGE_RATIO), MASS),
    "flow-sensor": ((FLOW,), FLOW),
    "pump": ((FLOW,), VOLUME),  # volume of one microstep against the programmed rate
    "pressure": ((PRESSURE, VOLTAGE), PRESSURE),
    "thermometer": ((TEMPERATURE,), TEMPERATURE),
    "voltage": ((VOLTAGE,), VOLTAGE),
}
#: Kinds whose record is a curve through points.
_WITH_CURVE: Final = frozenset({"load-cell", "flow-sensor", "pump", "pressure", "thermometer", "voltage"})


class CalibratedInstrument(Strict):
    """Which unit was calibrated."""

    manufacturer: Text
    model: Text
    serial_number: Text


class BalanceCalibration(Strict):
    """What a balance's readings are worth.

    Attributes:
        repeatability: standard deviation of one reading.
        resolution: readability, one digit.
        linearity: half width of the rectangular deviation over the full range.
        linearity_increment: the same for differences of less than a gram, where it was measured.
        sensitivity: relative standard uncertainty of the slope.
        sensitivity_noise: what of it is the noise of the weighings; the rest is that of the certificates, which a check
            with one of the same weights shares. Where it is not stated, nothing is known to cancel.
        repeatability_freedom: degrees of freedom of the repeatability; not stated means that it is known.
        slope_error: relative error of the slope as left, which is corrected: positive where it reads too much.
        eccentricity: largest difference between the middle of the pan and a corner, where it was measured.
        drift: of the reading under a constant load, where it was measured.
        adjusted_temperature, adjusted_pressure, adjusted_humidity: the air at the last adjustment (rho_a0).
        weights_density: of the weights that the adjustment stands on.
        capacity: largest load.
        minimum_weight: smallest net weight by the laboratory's rule, where it has one.
    """

    repeatability: _Mass
    resolution: _Mass
    linearity: Annotated[Quantity, FromText(MASS, not_negative=True)]
    linearity_increment: Annotated[Quantity, FromText(MASS, not_negative=True)] | None = None
    sensitivity: Annotated[Quantity, FromText(RATIO, not_negative=True)]
    sensitivity_noise: Annotated[Quantity, FromText(RATIO, not_negative=True)] | None = None
    repeatability_freedom: Annotated[float, Field(ge=1.0)] | None = None
    slope_error: Annotated[Quantity, FromText(RATIO)] | None = None
    eccentricity: Annotated[Quantity, FromText(MASS, not_negative=True)] | None = None
    drift: Annotated[Quantity, FromText(MASS_RATE)] | None = None
    adjusted_temperature: Temperature
    adjusted_pressure: Pressure
    adjusted_humidity: Humidity
    weights_density: Annotated[Quantity, FromText(DENSITY)]
    capacity: _Mass
    minimum_weight: _Mass | None = None

    @model_validator(mode="after")
    def _plausible(self) -> Self:
        names = ("repeatability", "resolution", "linearity", "linearity_increment", "eccentricity")
        if wrong := too_coarse(self.capacity, {name: getattr(self, name) for name in names}):
            raise ValueError("; ".join(wrong))
        return self

    @property
    def slope(self) -> float:
        """What a gram more on the pan adds to the reading [g/g]: one, and the error of the slope where it is stated."""
        error = self.slope_error
        return 1.0 + (0.0 if error is None else RATIO.magnitude("slope_error", error) / 100.0)


class EnvironmentCalibration(Strict):
    """The air sensors.

    Attributes:
        u_temperature, u_pressure, u_humidity: standard uncertainties, of what is shown or, with an error, of what is
            corrected.
        temperature_error, pressure_error, humidity_error: shown less true, where it was found; it is corrected.
    """

    u_temperature: Annotated[Quantity, FromText(TEMPERATURE_DIFFERENCE, positive=True)]
    u_pressure: Annotated[Quantity, FromText(AIR_PRESSURE_DIFFERENCE, positive=True)]
    u_humidity: Annotated[Quantity, FromText(HUMIDITY, positive=True)]
    temperature_error: Annotated[Quantity, FromText(TEMPERATURE_DIFFERENCE)] | None = None
    pressure_error: Annotated[Quantity, FromText(AIR_PRESSURE_DIFFERENCE)] | None = None
    humidity_error: Annotated[Quantity, FromText(RATIO)] | None = None


class CalibrationRecord(Strict):
    """One instrument, one calibration. ``balance`` or ``environment`` is there, as ``kind`` says.

    Attributes:
        schema_version: 1 states properties; 2 shows where they come from, and is sealed; 3 says in which
            surroundings it was made as well.
        kind: what the instrument measures, or moves.
        channel: which of the instrument's channels, where it has several.
        number: counts the records of this unit, kind and channel from 1.
        supersedes: SHA-256 of the file of the record before; none for the first.
        ledger: SHA-256 of the last entry of the book's ledger before this record was filed (:mod:`calibration.ledger`).
        method, performed_by, checked_by, performed_on, valid_until: how, who, when, until when.
        certificate: of an accredited laboratory that calibrated the instrument itself.
        instrument: which unit.
        standards: what it was compared with.
        conditions: where it holds, and on what that stands.
        surroundings, fluid, supply_voltage, tubing: what was there while it was made.
        points, curve: what was read, and the curve through it.
        properties: what else was found, by name, each as text with its unit: hysteresis, creep, drift.
        balance, environment, noise: the properties that an assessment uses.
        seal: over everything else.
    """

    schema_version: Literal[1, 2, 3] = Field(alias="schema")
    kind: RecordKind
    channel: Text | None = None
    number: Annotated[int, Field(ge=1)] | None = None
    supersedes: Sha256 | None = None
    ledger: Sha256 | None = None
    method: Text
    performed_by: Text
    checked_by: Text | None = None
    performed_on: Day
    valid_until: Day
    certificate: Text | None = None
    note: Text | None = None
    instrument: CalibratedInstrument
    standards: tuple[Standard, ...] = ()
    conditions: Conditions = Conditions()
    surroundings: Surroundings | None = None
    fluid: FluidUsed | None = None
    supply_voltage: Voltage | None = None
    tubing: Tubing | None = None
    points: Points | None = None
    curve: CurveTable | None = None
    properties: dict[str, Text] = Field(default_factory=dict)
    balance: BalanceCalibration | None = None
    environment: EnvironmentCalibration | None = None
    noise: NoiseProperties | None = None
    seal: Seal | None = None
    _sha256: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_until < self.performed_on:
            raise ValueError(
                f"valid_until: expected a day after performed_on {self.performed_on}, found {self.valid_until}"
            )
        for name in _STATED:
            if (getattr(self, name) is not None) != (name == self.kind):
                raise ValueError(
                    f"kind: a record of kind {self.kind!r} has the table [{self.kind}] and no other of these"
                    if self.kind in _STATED
                    else f"kind: a record of kind {self.kind!r} has no table [{name}]"
                )
        self._check_units()
        self._check_schema()
        self._check_standards()
        return self

    @property
    def sha256(self) -> str:
        """SHA-256 of the file as it was read, in hexadecimal."""
        return self._sha256

    @property
    def chain(self) -> str:
        """Kind and channel: the records of a unit that supersede each other."""
        return self.kind if self.channel is None else f"{self.kind}-{self.channel}"

    def _check_units(self) -> None:
        known = POINT_KINDS.get(self.kind)
        units = [] if self.points is None else [(self.points.reading_unit, self.points.reference_unit)]
        units += [] if self.curve is None else [(self.curve.x_unit, self.curve.y_unit)]
        for reading, reference in units:
            if known is None:
                raise ValueError(f"points: a record of kind {self.kind!r} has neither points nor a curve")
            wanted = [spelling for kind in known[0] for spelling in kind.spellings]
            if reading not in wanted or reference not in known[1].spellings:
                raise ValueError(
                    f"points: expected readings in one of {', '.join(wanted)} and references in one of "
                    f"{', '.join(known[1].spellings)} for kind {self.kind!r}, found {reading!r} and {reference!r}"
                )

    def _check_schema(self) -> None:
        if self.schema_version == 1:
            if self.kind not in {"balance", "environment"} or self.points or self.seal or self.number:
                raise ValueError("schema: schema 1 is for a stated balance or environment; a sealed record is 2 or 3")
            return
        if self.number is None or (self.supersedes is None) != (self.number == 1):
            raise ValueError("number: expected 1 and nothing superseded, or the next number with the hash before it")
        if self.kind in _WITH_CURVE and (self.points is None or self.curve is None):
            raise ValueError(f"points: a record of kind {self.kind!r} needs points and the curve through them")
        if wrong := contradictions(self.kind, self.points, self.curve, self.properties):
            raise ValueError("; ".join(wrong))
        self._check_surroundings()

    def _check_surroundings(self) -> None:
        if self.schema_version < 3 or self.kind not in MADE_SOMEWHERE:
            return
        if self.surroundings is None:
            raise ValueError(f"surroundings: missing; a record of kind {self.kind!r} says the air in which it was made")
        if wrong := contradicted_conditions(self.conditions, self.surroundings, self.supply_voltage):
            raise ValueError("; ".join([*wrong, "calibrate where the record shall hold, or state where it does"]))

    def _check_standards(self) -> None:
        for standard in self.standards:
            if not standard.calibrated_on <= self.performed_on <= standard.valid_until:
                raise ValueError(
                    f"standards: {standard.name} {standard.serial_number} is certified from {standard.calibrated_on} "
                    f"to {standard.valid_until}, the calibration was made on {self.performed_on}; "
                    "use a standard that is in date"
                )
