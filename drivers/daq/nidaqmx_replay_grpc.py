"""A gRPC channel on a tape, below the unmodified package nidaqmx; imported only where gRPC is replayed.

It is the other end of what :mod:`drivers.daq.nidaqmx_calls` writes down.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import grpc
import numpy as np
from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

from drivers.daq.nidaqmx_log import READ, logged
from drivers.daq.nidaqmx_replay import TapeSamples

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.replay_tape import Tape


class TapeChannel:
    """A channel of gRPC on a tape, as far as nidaqmx needs one.

    Args:
        tape: playing.
    """

    def __init__(self, tape: Tape) -> None:
        self._tape, self._samples = tape, TapeSamples(tape)
        tape.opened = True

    def unary_unary(
        self, method: str, *, response_deserializer: Callable[[bytes], Any], **_: Any
    ) -> Callable[..., Any]:
        """A procedure."""
        name = method.rpartition("/")[2]

        def call(request: Any, **_: Any) -> Any:
            return self._call(name, request, response_deserializer)

        return call

    def unary_stream(self, method: str, **_: Any) -> Callable[..., NoReturn]:
        """A procedure of events; a tape has none: a call of it is a difference."""
        name = method.rpartition("/")[2]

        def refuse(*_: Any, **__: Any) -> NoReturn:
            self._tape.differs(self._tape.clock.now(), "a call with one answer", f"events asked for by {name}")

        return refuse

    stream_unary = stream_stream = unary_stream

    def close(self) -> None:
        """Nothing to let go of."""

    def _call(self, name: str, request: Any, parse: Callable[[bytes], Any]) -> Any:
        self._tape.send(logged(name, request))
        if (told := self._tape.failed(name)) is not None:
            raise _again(told)
        data = self._tape.message()
        if not data:
            raise _again("CANCELLED {} the tape was stopped")
        if data.startswith(f"{READ}#".encode()):
            return self._bulk(request, json.loads(data.partition(b"#")[2]), type(parse(b"")))
        return self._parsed(name, data, parse)

    def _parsed(self, name: str, data: bytes, parse: Callable[[bytes], Any]) -> Any:
        said, _, rest = data.partition(b" ")
        try:
            message = parse(rest) if said == name.encode() else None
        except DecodeError:
            message = None
        if message is None:
            self._tape.differs(self._tape.clock.now(), f"an answer of {name}", repr(data[:60]))
        if name == READ:
            self._samples.passed(message.samps_per_chan_read)
        return message

    def _bulk(self, request: Any, kept: dict[str, Any], message: Any) -> Any:
        wanted = request.num_samps_per_chan
        array = np.zeros((kept["array"] // wanted, wanted))
        array[:, : kept["read"]] = self._samples.take(array.shape[0], kept)
        return message(status=kept["status"], samps_per_chan_read=kept["read"], read_array=array.ravel())


class _Pair(NamedTuple):
    """Metadata, as nidaqmx looks at them."""

    key: str
    value: str


class _Failed(grpc.RpcError):  # type: ignore[misc]  # grpc has no types
    """A call that failed."""

    def __init__(self, status: str, said: dict[str, str], text: str) -> None:
        super().__init__(text)
        self._status, self._said, self._text = status, said, text

    def code(self) -> Any:
        """Of gRPC."""
        return grpc.StatusCode[self._status]

    def details(self) -> str:
        """In words."""
        return self._text

    def trailing_metadata(self) -> list[_Pair]:
        """NI's code among them."""
        return [_Pair(key, value) for key, value in self._said.items()]


def _again(told: str) -> _Failed:
    """The error that :func:`drivers.daq.nidaqmx_log.logged_failure` wrote down."""
    status, _, rest = told.partition(" ")
    said, end = json.JSONDecoder().raw_decode(rest)
    return _Failed(status, said, rest[end + 1 :])
