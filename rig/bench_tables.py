"""The tables of a bench file: the device, the witnesses, the environment.

The reference for people is ``docs/files.md``; :mod:`rig.bench` reads the file, :mod:`rig.bench_open` opens what it
names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, PrivateAttr, Tag, model_validator

from calibration.units import (
    AIR_PRESSURE,
    FLOW,
    HUMIDITY,
    PRESSURE,
    RATIO,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    VOLTAGE,
    VOLUME,
    Quantity,
)
from rig.dose import PumpLimits
from rig.fields import (
    AirPressure,
    FileModel,
    Flow,
    Humidity,
    KindField,
    Length,
    PositiveDuration,
    PositiveVolume,
    PressureDifference,
    Ratio,
    Temperature,
    TemperatureDifference,
    Text,
    default,
    refused,
)
from rig.files import Source

if TYPE_CHECKING:
    from rig.errors import KeyPath

Node = Literal["reservoir", "pump outlet", "tip"]
#: Names of channels: what a record, a plot and a message call them.
_Channel = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$", examples=["balance"])]
_Options = dict[str, Any]
#: What a maker may declare of a pump beside its delivery; suites that need what is not declared are blocked.
Feature = Literal["occlusion-alarm", "stall-alarm", "low-reservoir-alarm", "replacement-indicator", "patient-bolus"]
#: What the record of the device's own load cell is called among those of the channels.
LOAD_CELL = "device.load-cell"


class InstrumentTable(FileModel):
    """What stands at an address, and who must answer there.

    Attributes:
        driver: name of an entry point in the group ``doseproof.drivers``.
        address: port, stable path or URL.
        model, serial_number: what the instrument itself must answer.
        options: the driver's own keys.
    """

    driver: Annotated[str, Field(min_length=1, examples=["mt-sics"])]
    address: Annotated[str, Field(min_length=1, examples=["/dev/serial/by-id/..."])]
    model: Annotated[str, Field(min_length=1, examples=["XPR205"])]
    serial_number: Annotated[str, Field(min_length=1, examples=["B123456789"])]
    options: _Options = Field(default_factory=dict)

    @property
    def held_at(self) -> str:
        """What one run has to itself: the address, on the device server that it is an address of (option ``grpc``)."""
        server = self.options.get("grpc")
        return f"{server}/{self.address}" if server else self.address


class DeviceTable(InstrumentTable):
    """The pump under test, with what its maker declares of it.

    Attributes:
        node: where its fluid leaves it.
        min_rate, max_rate: what it can deliver.
        shot_volume: the smallest portion it moves.
        cycle_volume: what it moves in one cycle of its mechanism, e.g. one roller passage. Findings average whole
            cycles; without it none are known, and no trumpet window decides anything.
        reservoir: what its reservoir holds.
        calibration: the calibration record of the pump, relative to the bench file, where it has one.
        load_cell: the record of the load cell that the pump itself reads, where it has one; as ``calibration``.
        tube_revolutions: of the pump head on its present tube, from the log of the tube; a record of the pump holds for
            so many.
        supply_voltage: of its battery or mains unit, where no supply of the bench feeds it; conditions of its records
            are held against it.
        features: what it can do beside delivering, see :data:`Feature`.
    """

    node: Node = "pump outlet"
    min_rate: Flow = default(FLOW, "0.048 mL/day")
    max_rate: Flow = default(FLOW, "24 mL/day")
    shot_volume: PositiveVolume | None = None
    cycle_volume: PositiveVolume | None = None
    reservoir: PositiveVolume | None = None
    calibration: Annotated[str, Field(min_length=1, examples=["calibration/pump.toml"])] | None = None
    load_cell: Annotated[str, Field(min_length=1, examples=["calibration/MP-0007/load-cell"])] | None = None
    tube_revolutions: Annotated[float, Field(ge=0.0)] | None = None
    supply_voltage: Annotated[Quantity, KindField(VOLTAGE, positive=True)] | None = None
    features: tuple[Feature, ...] = ()

    @property
    def shot_ul(self) -> float:
        """The smallest portion it moves; 0 where none is declared [uL]."""
        return 0.0 if self.shot_volume is None else VOLUME.magnitude("shot_volume", self.shot_volume)


class Vessel(FileModel):
    """What stands on the balance.

    Attributes:
        inner_diameter: of the vessel at the liquid surface.
        needle_outer_diameter: of the needle or line that dips into it.
        load_volume: air displaced by vessel and contents at the start; buoyancy acts on it.
        load_volume_u: its standard uncertainty, relative.
        capacity: what it can still take up from the start, before it runs over.
    """

    inner_diameter: Length
    needle_outer_diameter: Length
    load_volume: PositiveVolume
    load_volume_u: Ratio = default(RATIO, "5 %")
    capacity: PositiveVolume | None = None

    @model_validator(mode="after")
    def _needle_fits(self) -> Vessel:
        if self.needle_outer_diameter >= self.inner_diameter:
            raise refused("needle_outer_diameter must be less than inner_diameter; check the units")
        return self


class ChannelTable(InstrumentTable):
    """An instrument of the laboratory that is recorded: a supply, a meter, a pressure controller.

    Attributes:
        name: of its channel.
        calibration: its calibration record, relative to the bench file, where it has one.
        interval: the shortest at which it may be asked; a protocol's interval counts where that is longer.
        shared: other runs on this machine ask it too (a balance with the evaporation beaker).
    """

    name: _Channel
    calibration: Annotated[str, Field(min_length=1, examples=["calibration/balance.toml"])] | None = None
    interval: PositiveDuration | None = None
    shared: bool = False


class RecordedTable(ChannelTable):
    """An ``[[instrument]]``: recorded; it decides nothing, but for the balance with the evaporation beaker.

    Attributes:
        evaporation_beaker: what stands on a balance beside the collecting one: a beaker like it, with the same fluid
            and the same needle and no line. Delivery takes the course of evaporation from it.
    """

    evaporation_beaker: Vessel | None = None


class WitnessTable(ChannelTable):
    """An instrument that looks at the fluid path; the balance at the tip needs a calibration record and a vessel.

    Attributes:
        node: where in the fluid path it looks.
        vessel: of a balance.
        noise: its noise record, relative to the bench file, where it has one.
    """

    node: Node = "tip"
    vessel: Vessel | None = None
    noise: Annotated[str, Field(min_length=1, examples=["calibration/B123456789/noise"])] | None = None


class EnvironmentTable(InstrumentTable):
    """The sensors of the air around the balance; ``shared`` where other runs on this machine ask them too."""

    calibration: Annotated[str, Field(min_length=1, examples=["calibration/environment.toml"])]
    interval: PositiveDuration | None = None
    shared: bool = False


class DeclaredEnvironment(FileModel):
    """Air that nobody records: values with half widths, wide enough to be true for the whole run."""

    temperature: Temperature = default(TEMPERATURE, "22 degC")
    temperature_half_width: TemperatureDifference = default(TEMPERATURE_DIFFERENCE, "3 K")
    pressure: AirPressure = default(AIR_PRESSURE, "1013.25 hPa")
    pressure_half_width: PressureDifference = default(PRESSURE, "30 hPa")
    humidity: Humidity = default(HUMIDITY, "50 %")
    humidity_half_width: Ratio = default(RATIO, "25 %")


def _environment_tag(value: object) -> str:
    """An environment with a driver is an instrument; one without is declared."""
    named = value.keys() if isinstance(value, dict) else {"driver"} if isinstance(value, EnvironmentTable) else set()
    return "instrument" if "driver" in named or "address" in named else "declared"


Environment = Annotated[
    Annotated[EnvironmentTable, Tag("instrument")] | Annotated[DeclaredEnvironment, Tag("declared")],
    Discriminator(_environment_tag),
]


class Bench(FileModel):
    """A station as its file says it: data only, nothing is opened.

    Attributes:
        name: of the station.
        world: name of a simulated world (entry points ``doseproof.worlds``); None on real instruments.
        world_options: the world's own keys.
        profile: the protocols that suites take on this bench, a folder below their ``protocols/``; empty for those
            of the folder itself.
        device: the pump under test.
        witness: the laboratory's instruments at the fluid path.
        instrument: what else is recorded: supply, meters, pressure controller.
        environment: sensors, or declared values.
    """

    schema_version: Literal[1] = Field(alias="schema")
    name: Text = Field(examples=["station-1"])
    world: Text | None = None
    world_options: _Options = Field(default_factory=dict)
    profile: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_-]*)?$", examples=["short"])] = ""
    device: DeviceTable
    witness: Annotated[tuple[WitnessTable, ...], Field(min_length=1)]
    instrument: tuple[RecordedTable, ...] = ()
    environment: Environment = Field(default_factory=DeclaredEnvironment)

    _source: Source = PrivateAttr()

    @property
    def source(self) -> Source:
        """The text it was read from."""
        return self._source

    @property
    def limits(self) -> PumpLimits:
        """What the device can do, for :func:`rig.protocol.load_protocol`."""
        return PumpLimits(self.device.min_rate, self.device.max_rate, self.device.reservoir)

    def instruments(self) -> dict[str, InstrumentTable]:
        """Every instrument by the name of its channel: ``device``, witnesses, others, ``environment``."""
        found: dict[str, InstrumentTable] = {"device": self.device}
        tables: tuple[ChannelTable, ...] = (*self.witness, *self.instrument)
        found.update({table.name: table for table in tables})
        if isinstance(self.environment, EnvironmentTable):
            found["environment"] = self.environment
        return found

    @property
    def evaporation_beaker(self) -> RecordedTable | None:
        """The balance with the evaporation beaker."""
        return next((table for table in self.instrument if table.evaporation_beaker is not None), None)

    def noises(self) -> dict[str, str]:
        """The noise records named, by witness: paths as the file says them."""
        return {witness.name: witness.noise for witness in self.witness if witness.noise is not None}

    def place(self, channel: str) -> KeyPath:
        """Where the table of a channel stands in the file."""
        arrays: dict[str, tuple[ChannelTable, ...]] = {"witness": self.witness, "instrument": self.instrument}
        for array, tables in arrays.items():
            names = [table.name for table in tables]
            if channel in names:
                return (array, names.index(channel))
        return (channel,)

    def calibration_place(self, channel: str) -> KeyPath:
        """Where the record of a channel, as :meth:`calibrations` names it, stands in the file."""
        return ("device", "load_cell") if channel == LOAD_CELL else (*self.place(channel), "calibration")

    def calibrations(self) -> dict[str, str]:
        """The calibration records named, by channel: paths as the file says them.

        A channel's second record stands behind a dot: ``device.load-cell`` is of the instrument ``device``.
        """
        tables: tuple[ChannelTable, ...] = (*self.witness, *self.instrument)
        named = {table.name: table.calibration for table in tables if table.calibration is not None}
        if self.device.calibration is not None:
            named["device"] = self.device.calibration
        if self.device.load_cell is not None:
            named[LOAD_CELL] = self.device.load_cell
        if isinstance(self.environment, EnvironmentTable):
            named["environment"] = self.environment.calibration
        return named
