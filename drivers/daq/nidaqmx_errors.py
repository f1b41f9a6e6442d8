"""What nidaqmx and gRPC raise, told as errors of ours; no exception of theirs leaves the driver.

>>> type(translated("Dev1", "start", ConnectionResetError("gone"))).__name__
'LinkLost'

Three families of nidaqmx are *not* a ``DaqError``: ``DaqNotFoundError`` (no driver on this machine), ``RpcError`` (the
device server) and ``DaqFunctionNotSupportedError``. Beside them come gRPC's own ``RpcError``, ``ValueError`` from a
channel that is closed, ``AssertionError`` from an answer of the wrong size, and ``OSError``.
"""

from __future__ import annotations

from typing import Final

from drivers.errors import (
    DriverError,
    InstrumentError,
    InstrumentTimeout,
    LinkLost,
    NotSupported,
    ProtocolError,
)

#: The error that comes with the samples read so far, and is no error to a driver that takes what is there.
NOT_YET: Final = -200284
#: Codes that mean that samples were overwritten before they were read: in the buffer, in the device's own memory.
OVERRUN: Final = frozenset({-200279, -200010})
#: Codes that mean that the device, or with it the task, is gone.
_GONE: Final = frozenset({-201003, -200045, -200088, -200220})
_HINTS: Final = {
    -50103: "another task or program has the device; end it",
    -200077: "this device does not have that value; look at rate, range and excitation",
    -200170: "name a channel that this device has",
    -200431: "this channel does not measure that; choose another kind or another channel",
}
#: Whatever may come out of nidaqmx, gRPC and the operating system, and is not a mistake in this driver.
_ESCAPES: Final = (OSError, ValueError, AssertionError, Warning)


class SamplesLost(InstrumentError):  # noqa: N818 - named for what happened on the bench, as it reads in a report
    """Samples were overwritten before they were read, or read and did not arrive; the times after it show the gap."""


def escapes() -> tuple[type[BaseException], ...]:
    """Every exception to be caught around a call into nidaqmx; imported when it is first needed."""
    import nidaqmx.errors

    try:
        import grpc
    except ImportError:
        return (nidaqmx.errors.Error, *_ESCAPES)
    return (nidaqmx.errors.Error, grpc.RpcError, *_ESCAPES)


def code_of(error: BaseException) -> int:
    """NI's code, 0 where the error has none."""
    code = getattr(error, "error_code", 0)
    return code if isinstance(code, int) else 0


def translated(address: str, what: str, error: BaseException) -> DriverError:
    """The branch of our tree for anything that a call into nidaqmx raised.

    Args:
        address: of the device, for the message.
        what: what was being done.
        error: what came.
    """
    said = " ".join(str(error).split())
    where = f"{address}: {what}"
    if code := code_of(error):
        return _of_code(code, where, said)
    if (status := _status(error)) is not None:
        return _of_status(status, where, said)
    name = type(error).__name__
    if name == "DaqNotFoundError":
        return LinkLost(f"{where}: expected NI-DAQmx on this machine, found none; install it, or set the option grpc")
    if name in {"DaqFunctionNotSupportedError", "DaqNotSupportedError"}:
        return NotSupported(f"{where}: this NI-DAQmx cannot do that ({said}); update it")
    if isinstance(error, AssertionError):
        return ProtocolError(f"{where}: expected an answer of the size asked for, found another {said}".rstrip())
    if isinstance(error, OSError | ValueError):
        return LinkLost(
            f"{where}: expected a connection, found none: {said}; look at the cable and at the device server"
        )
    return InstrumentError(name, f"{where}: {said}")


def _of_code(code: int, where: str, said: str) -> DriverError:
    if code in _GONE:
        return LinkLost(
            f"{where}: expected the device and its task, found them gone ({code}): {said}; look at the cable"
        )
    if code == NOT_YET:
        return InstrumentTimeout(f"{where}: expected samples, found none in time ({code}); look at the sample clock")
    if code in OVERRUN:
        return SamplesLost(
            str(code), f"{where}: expected every sample, found some overwritten before they were read: {said}"
        )
    hint = f"; {_HINTS[code]}" if code in _HINTS else ""
    return InstrumentError(str(code), f"{where}: {said}{hint}")


def _status(error: BaseException) -> str | None:
    """Name of the gRPC status that an error carries."""
    status = getattr(error, "rpc_code", None)
    if status is None and callable(found := getattr(error, "code", None)):
        status = found()
    return None if status is None else str(getattr(status, "name", status))


def _of_status(status: str, where: str, said: str) -> DriverError:
    if status in {"UNAVAILABLE", "CANCELLED"}:
        return LinkLost(f"{where}: expected the device server, found none: {said}; see that it runs, and at which port")
    if status == "DEADLINE_EXCEEDED":
        return InstrumentTimeout(
            f"{where}: expected an answer in time, found none; look at the machine of the device server"
        )
    if status == "UNIMPLEMENTED":
        return NotSupported(f"{where}: {said}")
    return ProtocolError(f"{where}: expected an answer of an NI device server, found {status}: {said}")
