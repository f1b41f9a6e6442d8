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
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.units import FREQUENCY, TIME
from drivers.arrays import rows_of
from drivers.daq.nidaqmx_channels import add_channel
from drivers.daq.nidaqmx_errors import SamplesLost
from drivers.daq.nidaqmx_options import read_options
from drivers.daq.nidaqmx_session import Session
from drivers.errors import DriverError, InstrumentTimeout, LinkLost, WrongInstrument
from drivers.interfaces import AnalogInput, Column, Identity, Row
from drivers.replay_tape import playing
from drivers.wiring import Wiring

if TYPE_CHECKING:
    from collections.abc import Mapping

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
#: Silence of a running sample clock after which it counts as stopped, beside two periods of it [s].
STALL_S: Final = 2.0
_RETRY_S: Final = 0.5
#: The most samples, over all channels, that one call asks for: 16 MB.
_PORTION: Final = 2_000_000


class NiDaq(AnalogInput):
    """The driver; opened by :func:`open_nidaqmx`.

    Attributes:
        notes: what a reader of the record should know, in words.
        start_half_width_s: half of the time that the last start took.
    """

    def __init__(self, session: Session, options: DaqOptions, clock: Clock) -> None:
        self.notes: list[str] = []
        self.start_half_width_s = 0.0
        self._session, self._options, self._clock = session, options, clock
        self._columns = tuple(channel.column for channel in options.channels)
        self._identity = session.identify()
        self._task: Any = None
        self._reader: Any = None
        self._why_not = "not prepared; call prepare()"
        self._lock = threading.RLock()
        self._rate_hz = options.rate_hz
        self._start_s = 0.0
        self._read = 0
        self._doubt = False
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
        return FREQUENCY.quantity(self._rate_hz)

    def prepare(self) -> None:
        """Set up the task and start the sample clock; after a lost link this begins anew.

        Raises:
            DriverError: the device is gone, in use, another one, or cannot do what the options ask.
        """
        with self._lock:
            self._drop("not prepared; call prepare()")
            self._check_identity()
            self._task = self._session.new_task()
            try:
                self._set_up()
                self._start()
            except Exception as error:
                self._drop(str(error))
                raise
        self.notes = [
            f"asked for {self._options.rate_hz:g} Hz, granted {self._rate_hz:.9g} Hz",
            f"times are start + n / rate of the device's own clock; start within {self.start_half_width_s:.2g} s",
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
            if self._task is None:
                raise LinkLost(f"{self._session.device}: expected a running task, found none: {self._why_not}")
            try:
                self._check_position()
                samples = self._take()
            except LinkLost as lost:
                self._drop(str(lost))
                raise
            number = np.arange(self._read, self._read + samples.shape[1], dtype=np.float64)
            self._read += samples.shape[1]
            names = (column.name for column in self._columns)
            return {"t_s": self._start_s + number / self._rate_hz, **dict(zip(names, samples, strict=True))}

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

    def _set_up(self) -> None:
        from nidaqmx.constants import AcquisitionType
        from nidaqmx.stream_readers import AnalogMultiChannelReader

        options, session, task = self._options, self._session, self._task
        for channel in options.channels:
            session.call(f"channel {channel.name}", add_channel, task, channel)
        mode = AcquisitionType.CONTINUOUS if options.samples is None else AcquisitionType.FINITE
        count = options.buffer_samples if options.samples is None else options.samples
        set_clock = task.timing.cfg_samp_clk_timing
        session.call("sample clock", set_clock, options.rate_hz, sample_mode=mode, samps_per_chan=count)
        self._rate_hz = session.call("granted rate", lambda: task.timing.samp_clk_rate)
        self._reader = AnalogMultiChannelReader(task.in_stream)

    def _start(self) -> None:
        before_s = self._clock.now()
        self._session.call("start", self._task.start)
        self.start_half_width_s = 0.5 * (self._clock.now() - before_s)
        self._start_s = before_s + self.start_half_width_s
        self._read, self._doubt = 0, False

    def _take(self) -> NDArray[np.float64]:
        """Everything that is there, one row for each channel; after an overrun the acquisition begins anew."""
        try:
            return self._everything()
        except SamplesLost as lost:
            raise self._restarted(lost) from lost

    def _everything(self) -> NDArray[np.float64]:
        channels = len(self._options.channels)
        waiting = self._waiting()
        pieces = []
        while waiting > 0:
            wanted = min(waiting, max(1, _PORTION // channels))
            try:
                pieces.append(self._portion(channels, wanted))
            except DriverError:
                if not pieces:
                    raise
                break  # what has come is kept; the next drain meets the same again
            waiting = waiting - wanted if pieces[-1].shape[1] == wanted else 0
        taken = np.concatenate(pieces, axis=1) if pieces else np.empty((channels, 0))
        if not taken.shape[1]:
            self._check_that_it_runs()
        return taken

    def _waiting(self) -> int:
        if self._read == self._options.samples:
            return 0
        return int(self._session.call("samples there", lambda: self._task.in_stream.avail_samp_per_chan))

    def _portion(self, channels: int, wanted: int) -> NDArray[np.float64]:
        """One read without waiting. Where fewer samples are there than were announced, those are kept."""
        data = np.empty((channels, wanted))
        self._doubt = True
        count = self._session.call("read", _read_many, self._reader, data, wanted)
        self._doubt = False
        self._reader.verify_array_shape = False  # the shape holds for the rest of the task; it costs a call each time
        return data[:, :count]

    def _check_position(self) -> None:
        """After a read that failed: what the device counts as read since the start [K] and nobody has got is lost.

        Raises:
            SamplesLost: so many; the next drain goes on behind them, with the right times.
        """
        if not self._doubt:
            return
        position = int(self._session.call("read position", lambda: self._task.in_stream.curr_read_pos))
        self._doubt = False
        lost, from_s = position - self._read, self._time_s(self._read)
        self._read = position
        if lost:
            raise SamplesLost(
                "read",
                f"{self._session.device}: expected the answer to each read, found {lost} samples of each channel that "
                f"did not arrive, from {from_s:.3f} s to {self._time_s(position):.3f} s; look at the device server",
            )

    def _time_s(self, number: int) -> float:
        return self._start_s + number / self._rate_hz

    def _check_that_it_runs(self) -> None:
        silent_s = self._clock.now() - self._time_s(self._read)
        if self._read != self._options.samples and silent_s > STALL_S + 2.0 / self._rate_hz:
            raise InstrumentTimeout(
                f"{self._session.device}: expected {self._rate_hz:g} samples a second, found none for "
                f"{silent_s:.3g} s; look at the sample clock"
            )

    def _restarted(self, lost: SamplesLost) -> SamplesLost:
        """Begin to acquire again after an overrun; the answer says from when to when samples are missing."""
        from_s = self._time_s(self._read)
        self._session.call("stop", self._task.stop)
        self._start()
        missing = round((self._start_s - from_s) * self._rate_hz)
        text = f"{lost.text}; about {missing} of each channel are missing from {from_s:.3f} s to {self._start_s:.3f} s"
        return SamplesLost(lost.code, f"{text}; drain more often, or set a longer buffer in the options")

    def _drop(self, why: str) -> None:
        """Give the task up."""
        if self._task is not None:
            self._session.end_task(self._task)
        self._task = self._reader = None
        self._why_not = why


def _read_many(reader: Any, data: NDArray[np.float64], wanted: int) -> int:
    """Fill ``data``; the answer is how many samples of each channel were there."""
    from nidaqmx.errors import DaqReadError

    from drivers.daq.nidaqmx_errors import NOT_YET

    try:
        return int(reader.read_many_sample(data, wanted, timeout=0.0))
    except DaqReadError as error:
        if error.error_code != NOT_YET:
            raise
        return int(error.samps_per_chan_read)


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
