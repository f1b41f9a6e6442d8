"""The mock pump of the bench: an Arduino that drives a peristaltic stepper (``docs/protocols/mock_pump.md``).

::

    with open_mock_pump("/dev/serial/by-id/…", clock=clock, wire=wire, options={"telemetry": "1 s"}) as pump:
        pump.prepare()                                          # telemetry on; moves nothing
        pump.set_rate(FLOW.parse("rate", "0.15 mL/day"))
        pump.start()
        pump.keep_alive()                                       # at least each third of pump.deadman_s
        rows = pump.drain()

Options of the bench file: ``telemetry`` (interval, 100 ms to 60 s, default ``1 s``) and ``open_timeout`` (how long a
board may take to boot after its port was opened, default ``6 s``).

Everything that the pump says of itself is a claim. A row carries the host's time at which the frame was taken in
(``t_s``) and, as ``device_ms``, the pump's own clock at which it was made. A reset shows as a step of ``boots``;
the driver asks for telemetry again, so that it shows, and does nothing else about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import FLOW, VOLUME
from drivers.errors import InstrumentError, ProtocolError
from drivers.interfaces import (
    BolusLockout,
    Identity,
    Pump,
    PumpCalibration,
    PumpState,
    ReservoirAlarm,
    Row,
    StoredCalibration,
)
from drivers.options import Options
from drivers.pump.firmware_builds import known_build
from drivers.pump.mock_pump_calibration import read_calibration, write_calibration
from drivers.pump.mock_pump_frames import Telemetry, alarm_names, telemetry_fields
from drivers.pump.mock_pump_session import Session
from drivers.pump.mock_pump_therapy import set_lockout, tell_reservoir
from drivers.serial_instrument import SerialInstrument
from drivers.serial_link import SerialLink
from drivers.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.wire_log import WireLog

WIRING: Final = Wiring(
    "pump",
    "USB cable A to B into the Arduino Uno, 115200 8N1",
    "D6 STEP, D7 DIR, D8 /ENABLE with 10 kohm to 5 V to the motor driver; D9 occlusion, D10 bubble; motor supply 8 to "
    "12 V of its own; pins and parts in docs/mock_pump_hardware.md",
)
BAUDRATE: Final = 115200
UNKNOWN_BUILD: Final = "unknown build"
#: Telemetry intervals without a frame after which the pump is asked directly.
_SILENT_INTERVALS: Final = 3
_FL_PER_UL: Final = 1e9
#: The pump rounds a bolus to the nearest shot; a little more for the tie.
_HALF_SHOT: Final = 0.501


class MockPump(SerialInstrument, Pump, StoredCalibration, BolusLockout, ReservoirAlarm):
    """The driver; opened by :func:`open_mock_pump`.

    Attributes:
        deadman_s: silence of the host after which the pump stops itself, from its configuration.
        shot_ul: volume of one shot in uL, from its configuration.
        shots_per_cycle: shots of one roller passage, from its configuration.
        notes: what :meth:`prepare` found that belongs into the record: a firmware build that nobody published.
    """

    shot_ul: float
    shots_per_cycle: int

    def __init__(self, link: SerialLink, clock: Clock, telemetry_s: float = 1.0, open_timeout_s: float = 6.0) -> None:
        self.notes: list[str] = []
        self._clock = clock
        self._session = Session(link, clock)
        self._telemetry_s = telemetry_s
        self._open_timeout_s = open_timeout_s
        self._streaming = False
        self._last_frame_s = clock.now()
        self._boots: int | None = None
        super().__init__(link)

    def prepare(self) -> None:
        """Start the telemetry, and note a firmware build that is not known.

        Raises:
            InstrumentError: the pump refuses the interval.
        """
        if self.known_build() == UNKNOWN_BUILD:
            self.notes = [f"firmware {self.identity.firmware} is an {UNKNOWN_BUILD}"]
        self._session.take_telemetry()
        self._stream()
        self._boots = self._ask_telemetry().boots

    def drain(self) -> list[Row]:
        """Telemetry since the last call, which may be none; a pump that owes some is asked directly.

        Raises:
            InstrumentTimeout: the pump has gone silent.
            DriverError: the branch names the culprit.
        """
        frames = self._session.take_telemetry()
        overdue = not frames and self._overdue()
        if overdue:
            asked = self._ask_telemetry()
            frames = [(self._clock.now(), asked)]
        if frames:
            self._last_frame_s, last = frames[-1]
            if overdue or last.boots != self._boots:  # a reset has switched the telemetry off
                self._boots = last.boots
                self._stream()
        return [self._row(t_s, frame) for t_s, frame in frames]

    def set_rate(self, rate: Quantity) -> Quantity:
        """Programme the basal rate (effective at once) and give back what the pump read back.

        The pump takes whole nL/h; the rate is rounded to that.

        Raises:
            UnitError: not a flow.
            InstrumentError: out of the limits that the pump states, refused, or read back otherwise.
        """
        nl_h = round(FLOW.magnitude("rate", rate) * 1000)
        if nl_h:
            self._check_rate(nl_h)
        (answer,) = self._session.request(f"RA {nl_h}", 1)
        if answer != str(nl_h):
            raise InstrumentError("readback", f"programmed {nl_h} nL/h, the pump read back {answer!r}; stop it")
        return FLOW.quantity(nl_h / 1000)

    def start(self) -> None:
        """Begin to deliver at the programmed rate.

        Raises:
            InstrumentError: no rate is set, an alarm stands, or the pump does not say that it runs.
        """
        self._command("GO", "RB")

    def bolus(self, volume: Quantity, rate: Quantity) -> None:
        """Deliver ``volume`` (to the nearest whole shot) at ``rate`` now, then go on with the basal rate.

        Raises:
            UnitError: not a volume, not a flow.
            InstrumentError: out of limits, refused, or another number of shots than asked for.
        """
        nl = round(VOLUME.magnitude("volume", volume) * 1000)
        nl_h = round(FLOW.magnitude("rate", rate) * 1000)
        self._check_rate(nl_h)
        if nl <= 0:
            raise InstrumentError("5", f"a bolus must be more than nothing, found {volume!s}")
        (shots,) = self._session.request(f"BO {nl} {nl_h}", 1)
        expected = max(1.0, nl / 1000 / self.shot_ul)
        if not shots.isdecimal() or abs(int(shots) - expected) > _HALF_SHOT:
            raise InstrumentError(
                "readback", f"asked for a bolus of {nl} nL, the pump read back {shots!r} shots; stop it"
            )

    def stop(self) -> None:
        """Stop the motor; bolus and basal delivery end. Works in any state.

        Raises:
            InstrumentError: the pump does not say that it stands.
        """
        self._command("ST", "IDA")

    def keep_alive(self) -> None:
        """Tell the pump that the host lives."""
        self._session.request("HB", 2)

    def clear_alarms(self) -> None:
        """Clear latched alarms whose cause is gone; never starts the motor."""
        self._session.request("CL", 1)

    def state(self) -> PumpState:
        """Ask the pump what it is doing."""
        frame = self._ask_telemetry()
        return PumpState(
            state=frame.state,
            rate=FLOW.quantity(frame.rate_nl_h / 1000),
            bolus_left=VOLUME.quantity(frame.bolus_shots * self.shot_ul),
            claimed=VOLUME.quantity(frame.shots * self.shot_ul),
            alarms=alarm_names(frame.alarms),
        )

    def calibration(self) -> PumpCalibration:
        """Ask for the factors in force."""
        return read_calibration(self._session)

    def write_calibration(
        self,
        volume_per_step: Quantity,
        load_cell_offset: int | None = None,
        load_cell_scale: Quantity | None = None,
    ) -> PumpCalibration:
        """Write factors, compare what the pump read back, and count its shots by the new one from now on.

        Raises:
            UnitError: not a volume, not a ratio.
            InstrumentError: out of range (nothing was sent), refused unless idle, or read back otherwise.
        """
        written = write_calibration(self._session, volume_per_step, load_cell_offset, load_cell_scale)
        self._configure(self._session.request("CF", 8))
        return written

    def set_bolus_lockout(self, lockout: Quantity) -> Quantity:
        """Program the least time from the beginning of one bolus to that of the next, in whole seconds up to a day.

        Raises:
            UnitError: not a time.
            NotSupported: a firmware before 1.1.0.
            InstrumentError: out of range, or read back otherwise.
        """
        return set_lockout(self._session, lockout)

    def tell_reservoir(self, content: Quantity, alarm: Quantity) -> None:
        """Tell what was filled in, up to 100 mL, and at which rest the alarm ``low-reservoir`` comes.

        Raises:
            UnitError: not a volume.
            NotSupported: a firmware before 1.1.0.
            InstrumentError: out of range, or read back otherwise.
        """
        tell_reservoir(self._session, content, alarm)

    def known_build(self) -> str:
        """Which published build of the firmware this is, by its flash checksum; ``unknown build`` if none."""
        return known_build(self.identity.firmware.rpartition(":")[2]) or UNKNOWN_BUILD

    @property
    def resets_seen(self) -> tuple[str, ...]:
        """Cause of each boot frame that came since the port was opened, oldest first."""
        return tuple(boot.cause for boot in self._session.boots_seen)

    def _identify(self) -> Identity:
        model, serial_number, version, flash = self._session.open(self._open_timeout_s)
        self._configure(self._session.request("CF", 8))
        self._streaming = False
        return Identity("", model, serial_number, f"{version}+crc:{flash}")

    def _configure(self, fields: tuple[str, ...]) -> None:
        """Take over what the pump says of its geometry and limits."""
        numbers = [int(text) if text.isdecimal() and len(text) <= 10 else 0 for text in (*fields[:6], fields[7])]
        if not all(numbers[:6]) or fields[6] not in {"A", "B", "D"}:
            raise ProtocolError(f"mock pump: expected a configuration of positive numbers, found {' '.join(fields)!r}")
        fl_per_step, steps, self.shots_per_cycle, deadman_ms, self._min_nl_h, self._max_nl_h, _ = numbers
        self.shot_ul = fl_per_step * steps / _FL_PER_UL
        self.deadman_s = deadman_ms / 1000

    def _stream(self) -> None:
        wanted = str(round(self._telemetry_s * 1000))
        (interval,) = self._session.request(f"TL {wanted}", 1)
        if interval != wanted:
            raise InstrumentError("readback", f"asked for telemetry each {wanted} ms, the pump read back {interval!r}")
        self._streaming = True
        self._last_frame_s = self._clock.now()

    def _overdue(self) -> bool:
        """Whether telemetry is on and has not come for several intervals."""
        return self._streaming and self._clock.now() - self._last_frame_s >= _SILENT_INTERVALS * self._telemetry_s

    def _ask_telemetry(self) -> Telemetry:
        fields = self._session.request("TM", 13)
        return telemetry_fields(fields, " ".join(fields).encode("ascii"))

    def _command(self, body: str, allowed: str) -> None:
        (state,) = self._session.request(body, 1)
        if state not in tuple(allowed):
            raise InstrumentError("readback", f"after {body} expected a state of {allowed!r}, the pump says {state!r}")

    def _check_rate(self, nl_h: int) -> None:
        if not self._min_nl_h <= nl_h <= self._max_nl_h:
            raise InstrumentError(
                "5",
                f"rate {nl_h / 1000:g} uL/h is out of the range that the pump states, "
                f"{self._min_nl_h / 1000:g} to {self._max_nl_h / 1000:g} uL/h; nothing was sent",
            )

    def _row(self, t_s: float, frame: Telemetry) -> Row:
        return (
            t_s, frame.state, frame.shots * self.shot_ul, frame.rate_nl_h / 1000, " ".join(alarm_names(frame.alarms)),
            frame.boots, frame.ms, frame.load_cell, frame.flow,
        )  # fmt: skip


def open_mock_pump(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> MockPump:
    """Open the mock pump at ``address``, identify it, and move nothing.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option.
        UnitError: an option with a missing or wrong unit.
    """
    chosen = Options("mock-pump", options, known=("telemetry", "open_timeout"))
    telemetry_s, open_s = chosen.seconds("telemetry", 1.0), chosen.seconds("open_timeout", 6.0)
    link = SerialLink(address, clock=clock, wire=wire.channel(address), baudrate=BAUDRATE, terminator=b"\n")
    return MockPump(link, clock, telemetry_s, open_s)
