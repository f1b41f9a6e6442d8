"""What the rig may ask of an instrument, whatever its make: one class for each capability.

A driver is a subclass of :class:`Pump`, :class:`Balance` or :class:`Environment`. It is opened by the
bench file through an entry point of the group ``doseproof.drivers``; the callable named there has the
signature of :class:`DriverFactory`.

The run loop knows just this of a witness or a device::

    instrument.prepare()              # refuse now what would spoil the record later
    rows = instrument.drain()         # [(t_s, value, ...)], oldest first, columns as in COLUMNS
    instrument.close()                # may be called twice

``drain`` is an array kernel: plain numbers, with the unit in the name of the column. Everything else that
takes or gives a physical value takes or gives a quantity. An instrument that is too fast for a tuple a reading
is an :class:`ArraySource` as well, and then the run loop asks for arrays instead of rows.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.arrays import Arrays
    from drivers.clock import Clock
    from drivers.wire_log import WireLog

ColumnType = Literal["float64", "int64", "bool", "text", "bytes"]

#: One row of a channel: the acquisition time in seconds on the bench's clock, then the columns.
Row = tuple[Any, ...]

#: A serial number that begins so belongs to a simulated instrument, and its evidence to no device.
SIMULATED_SERIAL_PREFIX = "SIM-"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who answered, in the instrument's own words.

    Attributes:
        manufacturer: maker, or an empty string where the protocol has no word for it.
        model: type designation.
        serial_number: the unit's own number; ``SIM-…`` for every simulated instrument.
        firmware: software or firmware version, with what identifies the build where there is such a thing.
    """

    manufacturer: str
    model: str
    serial_number: str
    firmware: str

    @property
    def simulated(self) -> bool:
        """Whether a simulator answered; the evidence class follows from this and from nothing else."""
        return self.serial_number.startswith(SIMULATED_SERIAL_PREFIX)

    def __str__(self) -> str:
        """One line for tables and messages."""
        maker = f"{self.manufacturer} " if self.manufacturer else ""
        return f"{maker}{self.model}, serial number {self.serial_number}, firmware {self.firmware}"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a channel: name with its unit, storage type, unit, and what it means."""

    name: str
    type: ColumnType
    unit: str
    meaning: str


class Instrument(ABC):
    """Anything that stands on the bench and answers."""

    #: The capability, one word: ``pump``, ``balance``, ``environment``.
    CAPABILITY: ClassVar[str]
    #: What a row of :meth:`drain` holds after its acquisition time ``t_s``.
    COLUMNS: ClassVar[tuple[Column, ...]]

    @property
    @abstractmethod
    def identity(self) -> Identity:
        """Who answered when the instrument was opened (asked again after a replug)."""

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of this very instrument; :attr:`COLUMNS` unless its options choose them."""
        return self.COLUMNS

    @abstractmethod
    def prepare(self) -> None:
        """Make ready to record, and refuse what would spoil the record.

        Raises:
            DriverError: the instrument cannot be used as it stands; the message says what to change.
        """

    @abstractmethod
    def drain(self) -> list[Row]:
        """Every reading that is due now, oldest first: ``(t_s, *COLUMNS)``.

        A polled instrument is asked once; a streaming one gives what has come since the last call, which
        may be nothing.

        Raises:
            DriverError: the branch names the culprit.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the wire. Never raises, may be called twice."""

    def __enter__(self) -> Self:
        """Use as ``with driver.open(...) as instrument``."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()


@runtime_checkable
class Shareable(Protocol):
    """An instrument that several runs may ask in turn, because each reading is one question and one answer.

    Attributes:
        shareable: False where it sends by itself, so that two readers would split what it says.
    """

    shareable: bool

    def let_go(self) -> None:
        """Close the port and stay ready to take it up again. Never raises."""

    def take_up(self) -> None:
        """Open the port again; who answers is not asked anew.

        Raises:
            LinkLost: the port is not there, or somebody else has it.
        """


@runtime_checkable
class ArraySource(Protocol):
    """An instrument that gives its readings as arrays too; above some 1000 readings a second rows cost too much.

    It sends by itself, so it cannot be :class:`Shareable`. Its ``drain`` gives the same values as rows; what one of the
    two has given, the other does not give again.
    """

    def drain_arrays(self) -> Arrays:
        """Every reading that is due now, oldest first: ``t_s`` [s] and each column by its name, in their order.

        All have one dimension and one length, which may be 0; their types are those of the columns (float64, int64,
        bool; text and bytes as arrays of objects). The arrays are the caller's: the driver writes into them no more.
        A reading that was lost is an error, here or at the next call, and never a shorter answer.

        Raises:
            DriverError: as for :meth:`Instrument.drain`.
        """


class Balance(Instrument):
    """A weighing instrument."""

    CAPABILITY = "balance"
    COLUMNS = (
        Column("mass_g", "float64", "g", "indicated mass, as the balance said it; NaN when it said none"),
        Column("stable", "bool", "", "the balance called the value stable"),
        Column("status", "text", "", "ok, overload, underload or busy"),
    )

    @abstractmethod
    def read(self) -> Quantity:
        """The mass indicated now, stable or not.

        Raises:
            OverRange: over or under the weighing range.
            NotStable: the balance is busy with something else.
        """

    @abstractmethod
    def read_stable(self, timeout: Quantity) -> Quantity:
        """The next stable mass.

        Raises:
            NotStable: none within ``timeout``.
        """

    @abstractmethod
    def zero(self) -> None:
        """Set the zero; never called while recording."""

    @abstractmethod
    def tare(self) -> Quantity:
        """Set the tare and say what it is; never called while recording."""


class Environment(Instrument):
    """Temperature, pressure and humidity of the air around the balance."""

    CAPABILITY = "environment"
    COLUMNS = (
        Column("temperature_c", "float64", "degC", "air temperature"),
        Column("pressure_hpa", "float64", "hPa", "air pressure, absolute"),
        Column("humidity_percent", "float64", "%", "relative humidity"),
    )

    @abstractmethod
    def read(self) -> tuple[Quantity, Quantity, Quantity]:
        """Temperature, pressure and relative humidity now."""


@dataclass(frozen=True, slots=True)
class PumpState:
    """What the pump says of itself; a claim, compared and never trusted.

    Attributes:
        state: ``idle``, ``running``, ``bolus``, ``deadman`` (host went silent) or ``alarm``.
        rate: programmed basal rate.
        bolus_left: volume of the present bolus still to come.
        claimed: volume that the pump believes it has delivered since it was powered.
        alarms: names of the alarms that stand.
    """

    state: str
    rate: Quantity
    bolus_left: Quantity
    claimed: Quantity
    alarms: tuple[str, ...]


class Pump(Instrument):
    """The device under test, or the bench's mock of it.

    Opening one moves nothing, ever. A pump that needs the host keeps itself stopped once the host has been
    silent for :attr:`deadman_s`; the run loop calls :meth:`keep_alive` at least three times as often.
    """

    CAPABILITY = "pump"
    COLUMNS = (
        Column("state", "text", "", "idle, running, bolus, deadman or alarm"),
        Column("claimed_ul", "float64", "uL", "volume delivered since power-up, as the pump claims"),
        Column("rate_ul_h", "float64", "uL/h", "programmed rate, read back"),
        Column("alarms", "text", "", "standing alarms, space separated"),
        Column("boots", "int64", "", "boot counter; a step is a reset"),
        Column("device_ms", "int64", "ms", "the pump's own clock"),
        Column("load_cell_raw", "int64", "", "load cell under the reservoir, raw count; -1 without one"),
        Column("flow_raw", "int64", "", "flow sensor, raw signed count; 0 without one"),
    )

    #: Silence of the host after which the pump stops itself, in seconds; infinity where it needs no host.
    deadman_s: float

    @abstractmethod
    def set_rate(self, rate: Quantity) -> Quantity:
        """Programme the basal rate (effective at once) and give back what the pump read back.

        Raises:
            UnitError: not a flow.
            InstrumentError: the pump cannot do that rate.
        """

    @abstractmethod
    def start(self) -> None:
        """Begin to deliver at the programmed rate."""

    @abstractmethod
    def bolus(self, volume: Quantity, rate: Quantity) -> None:
        """Deliver ``volume`` at ``rate`` now, then go on with the basal rate."""

    @abstractmethod
    def stop(self) -> None:
        """Stop the motor; bolus and basal delivery end. Must work in any state."""

    @abstractmethod
    def keep_alive(self) -> None:
        """Tell the pump that the host lives."""

    @abstractmethod
    def state(self) -> PumpState:
        """Ask the pump what it is doing."""


@dataclass(frozen=True, slots=True)
class PumpCalibration:
    """What a pump keeps of its own calibration, over power cycles.

    Attributes:
        slot: where it is kept, in the pump's own word; ``D`` where it is the maker's default.
        sequence: how many times it was written.
        volume_per_step: what the pump believes one step to move; its shots are placed by this.
        load_cell_offset: raw count of the empty load cell.
        load_cell_scale: factor of its sensitivity, 100 % for the nominal one.
    """

    slot: str
    sequence: int
    volume_per_step: Quantity
    load_cell_offset: int
    load_cell_scale: Quantity


class StoredCalibration(ABC):
    """What a pump can do beside :class:`Pump`, where it keeps a calibration that the lab may write.

    Opening and preparing write nothing; only :meth:`write_calibration` does.
    """

    @abstractmethod
    def calibration(self) -> PumpCalibration:
        """The calibration in force."""

    @abstractmethod
    def write_calibration(
        self,
        volume_per_step: Quantity,
        load_cell_offset: int | None = None,
        load_cell_scale: Quantity | None = None,
    ) -> PumpCalibration:
        """Write a calibration, and give back what the pump says of it afterwards.

        Args:
            volume_per_step: what one step moves.
            load_cell_offset, load_cell_scale: as in :class:`PumpCalibration`; None leaves them as they are.

        Raises:
            UnitError: not a volume, not a ratio.
            InstrumentError: out of range (nothing was sent), the pump is not idle, or it read back something else.
        """


class BolusLockout(ABC):
    """What a pump can do beside :class:`Pump`, where it refuses a bolus that is asked for too soon after another."""

    @abstractmethod
    def set_bolus_lockout(self, lockout: Quantity) -> Quantity:
        """Program the least time from the beginning of one bolus to that of the next; give back what it read back.

        Args:
            lockout: a time; zero for none. A pump that was reset may have forgotten it.

        Raises:
            UnitError: not a time.
            NotSupported: this pump has no lockout.
            InstrumentError: out of range, or it read back something else.
        """


class ReservoirAlarm(ABC):
    """What a pump can do beside :class:`Pump`, where it keeps the book of its reservoir and tells when it is low."""

    @abstractmethod
    def tell_reservoir(self, content: Quantity, alarm: Quantity) -> None:
        """Tell what the reservoir holds now, and at which rest the alarm comes.

        Args:
            content: a volume; zero for one that nobody knows.
            alarm: a volume, at most the content.

        Raises:
            UnitError: not a volume.
            NotSupported: this pump keeps no such book.
            InstrumentError: out of range, or it read back something else.
        """


class FlowSensor(Instrument):
    """A liquid flow sensor. It reports what it saw; whether that is informative follows from :attr:`resolution`."""

    CAPABILITY = "flow"
    COLUMNS: ClassVar[tuple[Column, ...]] = (
        Column(
            "flow_ul_h", "float64", "uL/h", "flow, by the scale that the sensor itself states; NaN when it said none"
        ),
        Column("temperature_c", "float64", "degC", "temperature of the sensor"),
        Column("air_in_line", "bool", "", "the sensor saw air"),
        Column("high_flow", "bool", "", "the flow was beyond the sensor's range"),
        Column("raw", "int64", "", "raw signed count"),
    )

    @property
    @abstractmethod
    def resolution(self) -> Quantity:
        """One count, as a flow."""

    @abstractmethod
    def read(self) -> Quantity:
        """The flow now.

        Raises:
            OverRange: the sensor calls its flow beyond range.
            NotStable: no measurement is ready.
        """


class AnalogInput(Instrument):
    """A data acquisition device: one column for each channel that its options name (see :attr:`columns`).

    What is recorded is what the terminals saw (volts, volts per volt); calibration comes afterwards.
    """

    CAPABILITY = "analog"
    COLUMNS = ()

    @property
    @abstractmethod
    def sample_rate(self) -> Quantity:
        """Samples each second and channel, as the device granted it."""


class Supply(Instrument):
    """A DC supply that stands in for the pump's battery. Opening one switches nothing."""

    CAPABILITY = "supply"
    COLUMNS = (
        Column("voltage_v", "float64", "V", "measured at the output"),
        Column("current_a", "float64", "A", "measured at the output"),
        Column("output_on", "bool", "", "the output is switched on"),
    )

    @abstractmethod
    def set_voltage(self, voltage: Quantity, current_limit: Quantity | None = None) -> Quantity:
        """Set the output voltage and give back what the supply read back.

        Raises:
            UnitError: not a voltage.
            InstrumentError: the supply cannot do that.
        """

    @abstractmethod
    def set_output(self, on: bool) -> None:
        """Switch the output."""

    @abstractmethod
    def read(self) -> tuple[Quantity, Quantity]:
        """Voltage and current now."""


class Meter(Instrument):
    """A digital multimeter or counter: one value, of the function that its options choose (see :attr:`columns`)."""

    CAPABILITY = "meter"
    COLUMNS = ()

    @abstractmethod
    def read(self) -> Quantity:
        """One measurement.

        Raises:
            OverRange: the meter shows overload (9.9E37).
        """


class PressureController(Instrument):
    """A pressure controller for back pressure. Opening one neither controls nor vents."""

    CAPABILITY = "pressure"
    COLUMNS = (
        Column("pressure_kpa", "float64", "kPa", "measured pressure, gauge"),
        Column("setpoint_kpa", "float64", "kPa", "set point, read back"),
        Column("in_limits", "bool", "", "the controller calls the pressure settled"),
    )

    @abstractmethod
    def set_pressure(self, pressure: Quantity) -> Quantity:
        """Control to a gauge pressure, and give back the set point that was read back."""

    @abstractmethod
    def vent(self) -> None:
        """Open to the atmosphere; must work in any state."""

    @abstractmethod
    def read(self) -> Quantity:
        """Gauge pressure now."""


class DriverFactory(Protocol):
    """The signature behind an entry point of ``doseproof.drivers``."""

    def __call__(self, address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> Instrument:
        """Open the instrument at ``address``, identify it, and move nothing.

        Args:
            address: pyserial URL, port name or stable path.
            clock: the bench's clock.
            wire: where every byte is written, with its direction and time.
            options: the driver's own keys of the bench file; an unknown one is an error.

        Raises:
            LinkLost: nothing is there.
            InstrumentTimeout: something is there and says nothing.
            ProtocolError: something else answers.
        """
