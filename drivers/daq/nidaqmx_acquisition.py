"""A running task of NI-DAQmx: what has come, at which time, and what was lost.

::

    running = Acquisition(session, options, clock)      # channels, sample clock, start
    times_s, samples = running.take()                   # all that is there: (n,), (channels, n)
    running.end()

Sample ``n`` after a start has the time ``start + n / rate``. An overrun begins anew, behind a gap that is told; after a
read whose answer did not arrive the device is asked how far it was read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from drivers.daq.nidaqmx_channels import add_channel
from drivers.daq.nidaqmx_errors import NOT_YET, SamplesLost
from drivers.errors import DriverError, InstrumentTimeout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from drivers.clock import Clock
    from drivers.daq.nidaqmx_options import DaqOptions
    from drivers.daq.nidaqmx_session import Session

#: Silence of a running sample clock after which it counts as stopped, beside two periods of it [s].
STALL_S: Final = 2.0
#: The most samples, over all channels, that one call asks for: 16 MB.
_PORTION: Final = 2_000_000


class Acquisition:
    """A task with its channels, started; used by one thread at a time.

    Args:
        session: with the device.
        options: channels, rate and buffer.
        clock: of the bench.

    Attributes:
        rate_hz: as the device granted it.
        start_half_width_s: half of the time that the last start took.
        ended: whether the task was given up.

    Raises:
        DriverError: the device is gone, in use, or cannot do what the options ask.
    """

    def __init__(self, session: Session, options: DaqOptions, clock: Clock) -> None:
        self.rate_hz, self.start_half_width_s, self.ended = options.rate_hz, 0.0, False
        self._session, self._options, self._clock = session, options, clock
        self._reader: Any = None
        self._start_s = 0.0
        self._read = 0
        self._doubt = False
        self._task = session.new_task()
        try:
            self._set_up()
            self._start()
        except BaseException:
            self.end()
            raise

    def take(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Everything that is there: times [s], and one row for each channel.

        Raises:
            SamplesLost: samples were overwritten, and the acquisition goes on from now; or they did not arrive.
            InstrumentTimeout: the sample clock stands still, or the server does not answer.
            LinkLost: device or server are gone.
        """
        self._check_position()
        samples = self._take()
        number = np.arange(self._read, self._read + samples.shape[1], dtype=np.float64)
        self._read += samples.shape[1]
        return self._start_s + number / self.rate_hz, samples

    def end(self) -> None:
        """Stop and clear the task. Never raises, may be called twice."""
        if not self.ended:
            self._session.end_task(self._task)
            self.ended = True

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
        self.rate_hz = session.call("granted rate", lambda: task.timing.samp_clk_rate)
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
        return self._start_s + number / self.rate_hz

    def _check_that_it_runs(self) -> None:
        silent_s = self._clock.now() - self._time_s(self._read)
        if self._read != self._options.samples and silent_s > STALL_S + 2.0 / self.rate_hz:
            raise InstrumentTimeout(
                f"{self._session.device}: expected {self.rate_hz:g} samples a second, found none for "
                f"{silent_s:.3g} s; look at the sample clock"
            )

    def _restarted(self, lost: SamplesLost) -> SamplesLost:
        """Begin to acquire again after an overrun; the answer says from when to when samples are missing."""
        from_s = self._time_s(self._read)
        self._session.call("stop", self._task.stop)
        self._start()
        missing = round((self._start_s - from_s) * self.rate_hz)
        text = f"{lost.text}; about {missing} of each channel are missing from {from_s:.3f} s to {self._start_s:.3f} s"
        return SamplesLost(lost.code, f"{text}; drain more often, or set a longer buffer in the options")


def _read_many(reader: Any, data: NDArray[np.float64], wanted: int) -> int:
    """Fill ``data``; the answer is how many samples of each channel were there."""
    from nidaqmx.errors import DaqReadError

    try:
        return int(reader.read_many_sample(data, wanted, timeout=0.0))
    except DaqReadError as error:
        if error.error_code != NOT_YET:
            raise
        return int(error.samps_per_chan_read)
