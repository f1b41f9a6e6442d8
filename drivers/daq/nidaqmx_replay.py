"""NI-DAQmx on a tape: what stands below the driver while a record is replayed; no device, no server, no library.

Where the record was made through gRPC, :mod:`drivers.daq.nidaqmx_replay_grpc` stands in for the channel of gRPC, and
the unmodified package nidaqmx runs above it: every request must be the same, to the last bit of a range or a rate, and
every answer and error is that of then. Where it was made through the library of the machine, :class:`TapeCalls` answers
in place of the calls themselves, and the task is a :class:`_StandIn`.

Samples that the wire log does not hold (:mod:`drivers.daq.nidaqmx_log`) come from the recorded stream, and must have
the digest that was logged. A call that raised recorded none of its samples: for those the driver gets NaN.
"""

from __future__ import annotations

import builtins
import functools
import json
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from drivers.daq.nidaqmx_log import OBJECT, array_of, asked, digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from drivers.replay_tape import Tape


class TapeSamples:
    """The recorded samples of a channel, in the order in which they were read."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._taken = 0

    @functools.cached_property
    def _recorded(self) -> NDArray[np.float64]:
        """One row for each channel; read when it is first needed."""
        columns = [values for name, values in self._tape.recorded().items() if name != "t_s"]
        return np.array(columns, dtype=np.float64) if columns else np.empty((0, 0))

    def passed(self, count: int) -> None:
        """So many came from the wire log."""
        self._taken += 0 if self._tape.raising else count

    def take(self, channels: int, kept: dict[str, Any]) -> NDArray[np.float64]:
        """The next ones, one row for each channel.

        Raises:
            TapeError: they are not those that were read.
        """
        count = kept["read"]
        if self._tape.raising:
            return np.full((channels, count), np.nan)
        found = self._recorded[:, self._taken : self._taken + count]
        if found.shape != (channels, count) or digest(found) != kept["sha256"]:
            where = f"samples {self._taken} to {self._taken + count} of the recorded stream"
            self._tape.differs(
                self._tape.clock.now(), f"{where} with the digest {kept['sha256'][:12]} of the read", "others"
            )
        self._taken += count
        return found


class TapeCalls:
    """Calls into the library of the machine, answered from a tape.

    Args:
        tape: playing.
    """

    def __init__(self, tape: Tape) -> None:
        self._tape, self._samples = tape, TapeSamples(tape)
        tape.opened = True

    def call(self, what: str, _: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """What it gave then, or the error of then; arrays among the arguments are filled."""
        self._tape.send(asked(what, arguments, named))
        if (told := self._tape.failed(what)) is not None:
            raise _raised(**json.loads(told))
        if not (data := self._tape.message()):
            raise OSError("the tape was stopped")
        gave = self._given(data)
        if (array := array_of(arguments)) is not None:
            array[:, : gave["read"]] = self._samples.take(array.shape[0], gave)
            return gave["read"]
        return _StandIn() if gave == OBJECT else gave

    def _given(self, data: bytes) -> Any:
        try:
            return json.loads(data)
        except ValueError:
            self._tape.differs(self._tape.clock.now(), "what the call gave, as JSON", repr(data[:60]))


class _StandIn:
    """An object of nidaqmx of which only the calls matter: every attribute and every answer is another one."""

    def __getattr__(self, _: str) -> _StandIn:
        return self

    def __call__(self, *_: Any, **__: Any) -> _StandIn:
        return self


def _raised(error: str, code: int, text: str) -> Exception:
    """An error of nidaqmx, or of what lies under it, by the name that it had."""
    import nidaqmx.errors as ni

    if code:
        return cast("Exception", ni.DaqError(text, code))
    kind: Any = getattr(ni, error, None) or getattr(builtins, error, None)
    known = isinstance(kind, type) and issubclass(kind, ni.Error | OSError | ValueError | AssertionError)
    return cast("Exception", kind(text) if known else ni.Error(text))
