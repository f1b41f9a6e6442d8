"""A Sensirion liquid flow sensor (SLF3S, SLF3C, LD20) on an SCC1 sensor cable, over SHDLC.

::

    with open_slf3x("/dev/serial/by-id/…", clock=clock, wire=wire, options={"interval": "1 s"}) as sensor:
        sensor.resolution         # 6 uL/h for an SLF3S-0600F: far too coarse for a basal rate
        sensor.prepare()          # starts to measure
        sensor.drain()            # [(1.0, 12.0, 22.1, False, False, 2, 0), ...]

Options: ``liquid`` (``water`` or ``isopropyl alcohol``), ``interval`` (``100 ms``; whole milliseconds up to 65 s),
``line`` (``115200 8N1``). Scale and unit are read from the sensor for the liquid chosen, and never assumed. Needs
``pip install 'doseproof[flow]'``; how the library is used is in :mod:`drivers.flow.shdlc_port`.

The cable measures by itself and buffers; :meth:`Slf3x.drain` empties the buffer. Where that was too late, or an answer
came damaged, the column ``lost`` counts what is missing before a measurement, and a note says so. Times are right to
one interval (:mod:`drivers.flow.sample_times`). The serial number is that of the sensor; a cable that calls itself
simulated (the sensor's number is hexadecimal and cannot) lends it its own. That bytes lost are counted from read to
read, and that the oldest are lost first, is [K], not confirmed on a cable. Cables on RS485 with an address other than
0 are not supported.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, ClassVar, Final

from calibration.units import FLOW
from drivers.errors import InstrumentError, InstrumentTimeout, NotStable, NotSupported, OverRange, ProtocolError
from drivers.flow.sample_times import SampleTimes
from drivers.flow.slf3x_answers import (
    Buffer,
    Sample,
    Scale,
    parse_buffer,
    parse_last,
    parse_product,
    parse_scale,
    parse_text,
)
from drivers.interfaces import SIMULATED_SERIAL_PREFIX, Column, FlowSensor, Identity, Row
from drivers.options import Options
from drivers.serial_instrument import SerialInstrument
from drivers.serial_link import SerialLink
from drivers.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.flow.shdlc_port import Cable
    from drivers.wire_log import WireLog

WIRING: Final = Wiring(
    "flow",
    "SCC1-USB cable between sensor and host, 115200 8N1",
    "sensor in the line at the pump outlet, its arrow in the direction of the flow [K]; no air in it",
)
#: Measure commands by liquid.
LIQUIDS: Final = {"water": 0x3608, "isopropyl alcohol": 0x3615}
#: The SF06 family, to which SLF3x and LD20 belong.
_SENSOR_TYPE: Final = 3
_SF06: Final = bytes([_SENSOR_TYPE])
#: Frames of the buffer in one drain: 40 measurements each, far more than a cable can hold.
_MOST_FRAMES: Final = 1000
#: Silence of so many intervals, and of so many seconds, means that the sensor no longer measures.
_SILENT_INTERVALS, _SILENT_S = 5, 2.0


class Slf3x(SerialInstrument, FlowSensor):
    """The driver; opened by :func:`open_slf3x`.

    Attributes:
        notes: what is worth knowing of the recording, in words for the record.
    """

    COLUMNS: ClassVar[tuple[Column, ...]] = (
        *FlowSensor.COLUMNS,
        Column("lost", "int64", "", "measurements just before this one that the cable's buffer or the line has lost"),
    )

    def __init__(self, link: SerialLink, cable: Cable, clock: Clock, *, liquid: str, interval_ms: int) -> None:
        self.notes: list[str] = []
        self._cable, self._clock = cable, clock
        self._liquid, self._interval_ms = liquid, interval_ms
        self._measure = struct.pack(">H", LIQUIDS[liquid])
        self._scale = Scale(float("nan"), 0)
        self._times: SampleTimes | None = None
        self._torn = False  # whether an answer with measurements may have been lost on the line
        super().__init__(link)

    @property
    def resolution(self) -> Quantity:
        """One count, as a flow, by the scale that the sensor states."""
        return FLOW.quantity(self._scale.count_ul_h)

    def prepare(self) -> None:
        """Start to measure anew, with an empty buffer.

        Raises:
            InstrumentError: the cable shows an error that cannot be cleared, or does not measure as told.
        """
        self.notes = []
        if self._scale.check:
            self.notes.append(f"the sensor's own check says {self._scale.check:#06x}, expected 0")
        self._stop()
        self._clear_errors()
        for _ in self._portions():
            pass
        self._start()

    def drain(self) -> list[Row]:
        """All measurements since the last call, oldest first; often none.

        Returns:
            ``[(t_s, flow_ul_h, temperature_c, air_in_line, high_flow, raw, lost)]``

        Raises:
            InstrumentTimeout: no answer, or no measurement for far longer than the interval.
            DriverError: the branch names the culprit.
        """
        times = self._times or self._start()
        found = self._collect()
        now_s = self._clock.now()
        self._check_alive(times, bool(found), now_s)
        if self._torn and found:
            lost, first = found[0]
            found[0] = lost + times.missing(sum(1 + lost for lost, _ in found), now_s), first
            self._torn = False
        when_s = times.of([1 + lost for lost, _ in found], now_s)
        self._note_losses(found, when_s)
        return [self._row(t_s, sample, lost) for t_s, (lost, sample) in zip(when_s, found, strict=True)]

    def read(self) -> Quantity:
        """The last measured flow; starts to measure where nothing does.

        Raises:
            OverRange: the sensor calls its flow beyond range.
            NotStable: no measurement is ready, or there is air in the line.
        """
        if self._times is None:
            self._start()
            self._clock.sleep_until(self._clock.now() + 2e-3 * self._interval_ms)
        sample = parse_last(self._cable.ask(0x35, _SF06))
        where = self._link.address
        if sample is None:
            raise NotStable(f"{where}: expected a measurement, found none ready; wait for one interval")
        if sample.air_in_line:
            raise NotStable(f"{where}: expected liquid in the sensor, found air; prime the line")
        if sample.high_flow:
            raise OverRange(
                f"{where}: expected a flow in the sensor's range, found one beyond it ({sample.raw} counts)"
            )
        return FLOW.quantity(sample.raw * self._scale.count_ul_h)

    def _collect(self) -> list[tuple[int, Sample]]:
        """Everything in the buffer, each with the number of those lost before it.

        What was on its way when the line failed is gone from the buffer: it is counted with the next measurement.
        """
        torn, self._torn = self._torn, True
        found: list[tuple[int, Sample]] = []
        for portion in self._portions():
            lost = portion.lost
            for sample in portion.samples:
                found.append((lost, sample))
                lost = 0
        self._torn = torn
        return found

    def _row(self, t_s: float, sample: Sample, lost: int) -> Row:
        flow_ul_h = sample.raw * self._scale.count_ul_h
        return t_s, flow_ul_h, sample.temperature_c, sample.air_in_line, sample.high_flow, sample.raw, lost

    # --- the cable ---------------------------------------------------------------------------------------------

    def _start(self) -> SampleTimes:
        self._cable.ask(0x33, struct.pack(">H", self._interval_ms) + self._measure)
        self._times, self._torn = SampleTimes(self._interval_ms / 1000.0, self._clock.now()), False
        found = self._cable.ask(0x33)
        if found != struct.pack(">H", self._interval_ms):
            raise InstrumentError(
                "33", f"expected to measure each {self._interval_ms} ms, found {found.hex()!r}; choose another interval"
            )
        return self._times

    def _stop(self) -> None:
        """End a measurement; while one runs the sensor may not answer anything else [K]."""
        self._times = None
        if self._cable.ask(0x33):
            self._cable.ask(0x34)

    def _portions(self) -> Iterator[Buffer]:
        """The cable's buffer, portion by portion, until it is empty."""
        for _ in range(_MOST_FRAMES):
            portion = parse_buffer(self._cable.ask(0x36, _SF06))
            yield portion
            if not portion.left or not portion.samples:
                return

    def _clear_errors(self) -> None:
        """An error flag that was left is cleared and noted; one that stays is refused."""
        if not self._cable.flagged:
            return
        state = self._cable.ask(0xD2, b"\x01").hex()
        self.notes.append(f"the cable showed an error, which was cleared: state and last error {state}")
        self._cable.ask(0x33)
        if self._cable.flagged:
            raise InstrumentError("D2", f"the cable shows an error that stays, state and last error {state}; replug it")

    def _check_alive(self, times: SampleTimes, found: bool, now_s: float) -> None:
        silent_s = now_s - times.last_s
        if not found and silent_s > max(_SILENT_S, _SILENT_INTERVALS * self._interval_ms / 1000.0):
            raise InstrumentTimeout(
                f"{self._link.address}: expected a measurement each {self._interval_ms} ms, found none for "
                f"{silent_s:.1f} s; the sensor has stopped: check its plug and supply, then prepare again"
            )

    def _note_losses(self, found: list[tuple[int, Sample]], when_s: list[float]) -> None:
        """The first loss of a recording is noted; the column ``lost`` has them all."""
        start = f"{self._link.address}: measurements were lost"
        first = next((t_s for t_s, (lost, _) in zip(when_s, found, strict=True) if lost), None)
        if first is not None and not any(note.startswith(start) for note in self.notes):
            self.notes.append(f"{start} before {first:.3f} s; see the column 'lost'; drain more often")

    def _identify(self) -> Identity:
        self._stop()
        if (found := self._cable.ask(0x24)) != _SF06:
            raise NotSupported(
                f"{self._link.address}: expected a cable set to sensor type 3 (SF06), found {found.hex()!r}; "
                "set it with Sensirion's viewer"
            )
        product = parse_product(self._cable.ask(0x50))
        self._scale = parse_scale(self._cable.ask(0x53, self._measure))
        name, article, serial = (parse_text(self._cable.ask(0xD0, bytes([which]))) for which in (1, 2, 3))
        version = self._cable.ask(0xD1)
        if len(version) != 7:
            raise ProtocolError(f"{self._link.address}: expected a version of 7 bytes, found {version.hex()!r}")
        own = serial if serial.startswith(SIMULATED_SERIAL_PREFIX) else product.serial_number
        cable = f"{version[0]}.{version[1]} ({name} {article}, cable {serial})"
        return Identity("Sensirion", product.model, own, cable)


def open_slf3x(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> Slf3x:
    """Open the cable at ``address``, identify cable and sensor, and read the scale; a running measurement is ended.

    Raises:
        LinkLost, InstrumentTimeout, ProtocolError: see :class:`~drivers.interfaces.DriverFactory`.
        NotSupported: an unknown option, a sensor that cannot do what the options ask, or the library is missing.
    """
    known = Options("slf3x", options, known=("liquid", "interval", "line"))
    line, liquid, interval_ms = known.line("115200 8N1"), _liquid(options), _interval_ms(known.seconds("interval", 0.1))
    try:
        from drivers.flow.shdlc_port import FLAG, Cable
    except ModuleNotFoundError as missing:
        raise NotSupported(f"slf3x needs {missing.name}: pip install 'doseproof[flow]'") from missing
    link = SerialLink(address, clock=clock, wire=wire.channel(address), terminator=FLAG, **line)
    return Slf3x(link, Cable(link, clock), clock, liquid=liquid, interval_ms=interval_ms)


def _liquid(options: Mapping[str, object]) -> str:
    liquid = options.get("liquid", "water")
    if not isinstance(liquid, str) or liquid not in LIQUIDS:
        raise NotSupported(f"options of slf3x: liquid: expected one of {', '.join(LIQUIDS)}, found {liquid!r}")
    return liquid


def _interval_ms(interval_s: float) -> int:
    interval_ms = round(1000.0 * interval_s)
    if not 1 <= interval_ms <= 0xFFFF or abs(1000.0 * interval_s - interval_ms) > 1e-6:
        raise NotSupported(f"options of slf3x: interval: expected whole ms from 1 ms to 65535 ms, found {interval_s} s")
    return interval_ms
