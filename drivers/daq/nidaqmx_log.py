"""What the wire log keeps of a call into NI-DAQmx, so that :mod:`drivers.daq.nidaqmx_replay` can make it again.

Through gRPC: each request and each answer whole, as ``NAME message``; what failed as ``NAME STATUS {metadata} text``.
Of an answer to a read above :data:`BULK` bytes, whose samples are recorded anyway, only what came with the samples and
their digest: ``ReadAnalogF64#{"array": 8000, "read": 1000, "sha256": "...", "status": 0}``. Through the library of this
machine there are no bytes, and an entry holds name, arguments, and what the call gave, as JSON; samples as above.

The digest is that of the samples as little-endian doubles, one channel after the other:

>>> import numpy as np
>>> digest(np.array([[1.0, 2.0], [3.0, 4.0]]))[:12]
'6bab56d2f81d'
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from drivers.clock import Clock
    from drivers.wire_log import WireChannel

#: Samples longer than this are not copied into the wire log [bytes].
BULK: Final = 4096
READ: Final = "ReadAnalogF64"
#: Stands for what cannot be written down, such as a task.
OBJECT: Final = "*"
_BY_CHANNEL: Final = 0


def digest(samples: NDArray[np.float64]) -> str:
    """SHA-256 of samples, one row for each channel."""
    return hashlib.sha256(np.ascontiguousarray(samples, dtype="<f8").data).hexdigest()


def logged(name: str, message: Any) -> bytes:
    """A message of protobuf."""
    return name.encode() + b" " + bytes(message.SerializeToString())


def logged_answer(name: str, request: Any, message: Any) -> bytes:
    """An answer; a long one to a read without its samples."""
    if name != READ or message.ByteSize() <= BULK or (samples := _samples(request, message)) is None:
        return logged(name, message)
    kept = {
        "array": len(message.read_array),
        "read": message.samps_per_chan_read,
        "sha256": digest(samples),
        "status": message.status,
    }
    return f"{name}#{json.dumps(kept, sort_keys=True)}".encode()


def logged_failure(name: str, call: Any) -> bytes:
    """A call of gRPC that failed, with what NI's server says of it beside the text."""
    said = {key: value for key, value in call.trailing_metadata() or () if key.startswith("ni-")}
    return f"{name} {call.code().name} {json.dumps(said, sort_keys=True)} {call.details()}".encode()


def _samples(request: Any, message: Any) -> NDArray[np.float64] | None:
    """The samples that were read; None where they do not lie as the driver asked for them."""
    size, wanted = len(message.read_array), request.num_samps_per_chan
    if request.fill_mode_raw != _BY_CHANNEL or wanted <= 0 or size % wanted:
        return None
    array = np.asarray(message.read_array, dtype=np.float64)
    return array.reshape(-1, wanted)[:, : message.samps_per_chan_read]


class LoggedCalls:
    """Calls into the library of this machine.

    Args:
        clock, wire: for the log.
    """

    def __init__(self, clock: Clock, wire: WireChannel) -> None:
        self._clock, self._wire = clock, wire

    def call(self, what: str, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Make it; what it raises is written down and goes on."""
        self._wire.sent(self._clock.now(), asked(what, arguments, named))
        try:
            gave = function(*arguments, **named)
        except Exception as error:
            self._failed(what, error)
            raise
        self._wire.received(self._clock.now(), _answered(gave, arguments))
        return gave

    def _failed(self, what: str, error: BaseException) -> None:
        said = {"error": type(error).__name__, "code": getattr(error, "error_code", 0), "text": str(error)}
        self._wire.failed(self._clock.now(), f"{what} {json.dumps(said, default=_plain)}".encode())


def asked(what: str, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> bytes:
    """A call with its arguments.

    >>> asked("sample clock", (100.0,), {"samps_per_chan": 1000})
    b'sample clock [100.0, {"samps_per_chan": 1000}]'
    """
    every = [*arguments, *([dict(named)] if named else [])]
    return f"{what} {json.dumps(every, default=_plain, sort_keys=True)}".encode()


def array_of(arguments: tuple[Any, ...]) -> NDArray[np.float64] | None:
    """The array among them, which a read fills."""
    return next((each for each in arguments if isinstance(each, np.ndarray)), None)


def _answered(gave: Any, arguments: tuple[Any, ...]) -> bytes:
    if (array := array_of(arguments)) is not None:
        return json.dumps({"read": gave, "sha256": digest(array[:, :gave])}).encode()
    return json.dumps(gave, default=_plain).encode()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, np.ndarray):
        return list(value.shape)
    return getattr(value, "name", OBJECT) if hasattr(type(value), "__members__") else OBJECT
