"""A National Instruments data acquisition device: pressure transducers, load cells and anything else with a voltage.

::

    options = {"rate": "100 Hz", "channels": [
        {"name": "pressure", "physical": "Dev1/ai0", "kind": "voltage", "range": ["-10 V", "10 V"]}]}
    with open_nidaqmx("Dev1", clock=clock, wire=wire, options=options) as daq:
        daq.prepare()             # starts the sample clock
        daq.drain()               # [(12.00, 0.50013), (12.01, 0.50008), ...]
        daq.drain_arrays()        # {"t_s": array, "pressure_v": array}, for high rates

All options are in :mod:`drivers.daq.nidaqmx_options`. The device samples by its own clock into a buffer, and a drain
takes all that is there; a run takes the arrays. **Losses** are errors, never a gap that nobody hears of: an overrun,
and a read whose answer did not arrive, after which the device is asked how far it was read.

**Times**: sample ``n`` after a start has the time ``start + n / rate`` with the rate that the device granted. ``start``
is known within :attr:`NiDaq.start_half_width_s`; beyond that the times run with the device's oscillator (50 ppm is
usual [K]), not with the bench's clock. Delays in the device (filters) are not taken off.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from calibration.units import FREQUENCY, TIME
from drivers.arrays import rows_of
from drivers.daq.nidaqmx_acquisition import Acquisition
from drivers.daq.nidaqmx_options import read_options
from drivers.daq.nidaqmx_session import Session
from drivers.errors import InstrumentTimeout, LinkLost, WrongInstrument
from drivers.interfaces import AnalogInput, Column, Identity, Row
from drivers.replay_tape import playing
from drivers.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from calibration.units import Quantity
    from drivers.clock import Clock
    from drivers.daq.nidaqmx_options import DaqOptions
    from drivers.wire_log import WireLog

WIRING: Final = Wiring(
    "analog",
    "device in or at the host, or at an NI gRPC device server; its name as in NI MAX",
    "voltage: AI n+ and AI n-; bridge and load cell: signal to AI n+ and AI n-, excitation to EX n+ and EX n-, remote "
    "sense to RS n+ and RS n- where the device has them [K: names of terminals differ, see the device's pinout]",
)
_RETRY_S: Final = 0.5


class NiDaq(AnalogInput):
    """The driver; opened by :func:`open_nidaqmx`.

    Attributes:
        notes: what a reader of the record should know, in words.
    """

    def __init__(self, session: Session, options: DaqOptions, clock: Clock) -> None:
        self.notes: list[str] = []
        self._session, self._options, self._clock = session, options, clock
        self._columns = tuple(channel.column for channel in options.channels)
        self._identity = session.identify()
        self._acquisition: Acquisition | None = None
        self._why_not = "not prepared; call prepare()"
        self._lock = threading.RLock()
        self._closed = False

    @property
    def identity(self) -> Identity:
        """Who answered."""
        return self._identity

    @property
    def columns(self) -> tuple[Column, ...]:
        """One column for each channel of the options, in their order."""
        return self._columns

    @property
    def sample_rate(self) -> Quantity:
        """Samples each second and channel, as the device granted it; as asked for before it was prepared."""
        return FREQUENCY.quantity(self._options.rate_hz if self._acquisition is None else self._acquisition.rate_hz)

    @property
    def start_half_width_s(self) -> float:
        """Half of the time that the last start took; 0 before the first one."""
        return 0.0 if self._acquisition is None else self._acquisition.start_half_width_s

    def prepare(self) -> None:
        """Set up the task and start the sample clock; after a lost link this begins anew.

        Raises:
            DriverError: the device is gone, in use, another one, or cannot do what the options ask.
        """
        with self._lock:
            self._drop("not prepared; call prepare()")
            self._check_identity()
            try:
                running = self._acquisition = Acquisition(self._session, self._options, self._clock)
            except Exception as error:
                self._why_not = str(error)
                raise
        self.notes = [
            f"asked for {self._options.rate_hz:g} Hz, granted {running.rate_hz:.9g} Hz",
            f"times are start + n / rate of the device's own clock; start within {running.start_half_width_s:.2g} s",
        ]

    def reconnect(self, timeout: Quantity) -> None:
        """Wait for the device to be back and to be the same one; :meth:`prepare` then begins anew.

        Raises:
            LinkLost, InstrumentTimeout: it is not back in time.
            WrongInstrument: another one has its name.
        """
        deadline_s = self._clock.now() + TIME.magnitude("timeout", timeout)
        with self._lock:
            self._drop("not prepared; call prepare()")
            while True:
                try:
                    self._session.reopen()
                    return self._check_identity()
                except (LinkLost, InstrumentTimeout):
                    if self._clock.now() >= deadline_s:
                        raise
                self._clock.sleep_until(min(deadline_s, self._clock.now() + _RETRY_S))

    def drain(self) -> list[Row]:
        """Every sample that is there: ``[(t_s, *columns)]``; for high rates see :meth:`drain_arrays`.

        Raises:
            SamplesLost: samples were overwritten; the acquisition goes on from now.
            InstrumentTimeout: the sample clock stands still, or the server does not answer.
            LinkLost: device or server are gone; :meth:`prepare` begins anew once they are back.
        """
        return rows_of(self.drain_arrays())

    def drain_arrays(self) -> dict[str, NDArray[np.float64]]:
        """The same as arrays: ``t_s`` [s] and each column by its name, all of one length, which may be 0.

        This makes the driver an :class:`~drivers.interfaces.ArraySource`.

        Raises:
            DriverError: as for :meth:`drain`.
        """
        with self._lock:
            if self._acquisition is None or self._acquisition.ended:
                raise LinkLost(f"{self._session.device}: expected a running task, found none: {self._why_not}")
            try:
                times_s, samples = self._acquisition.take()
            except LinkLost as lost:
                self._drop(str(lost))
                raise
            names = (column.name for column in self._columns)
            return {"t_s": times_s, **dict(zip(names, samples, strict=True))}

    def close(self) -> None:
        """Stop the sample clock, clear the task, let go of the device. Never raises, may be called twice."""
        with self._lock:
            if not self._closed:
                self._drop("closed; open it again")
                self._session.close()
                self._closed = True

    def _check_identity(self) -> None:
        if self._closed:
            raise LinkLost(f"{self._session.device}: expected an open device, found it closed; open it again")
        if (found := self._session.identify()) != self._identity:
            raise WrongInstrument(f"{self._session.device}: expected {self._identity}, found {found}")

    def _drop(self, why: str) -> None:
        """Give the task up."""
        if self._acquisition is not None:
            self._acquisition.end()
        self._why_not = why


def open_nidaqmx(address: str, *, clock: Clock, wire: WireLog, options: Mapping[str, object]) -> NiDaq:
    """Open the device of that name and identify it; no task is made and nothing is switched.

    Args:
        address: name of the device as NI MAX shows it, e.g. ``Dev1`` or ``cDAQ1Mod1``.
        clock, wire: of the bench.
        options: see :mod:`drivers.daq.nidaqmx_options`.

    Raises:
        LinkLost: no such device, no server, or no NI-DAQmx on this machine.
        InstrumentTimeout: the server does not answer.
        NotSupported: an unknown option, or nidaqmx is not installed.
    """
    tape = playing(address)
    device = address if tape is None else tape.link
    chosen = read_options(device, options)
    session = Session(device, chosen, clock, wire.channel(device), tape)
    try:
        return NiDaq(session, chosen, clock)
    except BaseException:
        session.close()
        raise
