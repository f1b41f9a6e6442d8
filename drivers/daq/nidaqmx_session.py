"""The way into NI-DAQmx: the library of this machine, or a gRPC device server, with the same calls above it.

The package is imported at the first use. Through gRPC two things are added on the way: a deadline for each call,
because nidaqmx waits for ever on a server that does not answer, and the wire log. What is written down either way is
said in :mod:`drivers.daq.nidaqmx_log`; on a tape the same calls are answered by :mod:`drivers.daq.nidaqmx_replay`.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from drivers.daq.nidaqmx_errors import escapes, translated
from drivers.daq.nidaqmx_log import LoggedCalls
from drivers.errors import LinkLost, NotSupported
from drivers.interfaces import SIMULATED_SERIAL_PREFIX, Identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.clock import Clock
    from drivers.daq.nidaqmx_options import DaqOptions
    from drivers.daq.nidaqmx_replay import TapeCalls
    from drivers.replay_tape import Tape
    from drivers.wire_log import WireChannel

_INSTALL: Final = "run: pip install 'doseproof[daq]'"
#: Devices that this process has open: NI-DAQmx itself would let two drivers in until both start.
_open: Final[set[str]] = set()


class Session:
    """One device, reached one way.

    Args:
        device: name of the device, e.g. ``Dev1``.
        options: where it is.
        clock, wire: for the wire log.
        tape: of a record that is replayed; then nothing else is opened.

    Raises:
        NotSupported: nidaqmx, or its gRPC parts, are not installed.
        LinkLost: this process has the device open already.
    """

    def __init__(
        self, device: str, options: DaqOptions, clock: Clock, wire: WireChannel, tape: Tape | None = None
    ) -> None:
        try:
            import nidaqmx  # noqa: F401 - whether it is there
        except ImportError as error:
            raise NotSupported(f"{device}: the package nidaqmx is missing ({error}); {_INSTALL}") from error
        self.device = device
        self._clock, self._wire = clock, wire
        self._escapes = escapes()
        self._options, self._tape = options, tape
        self._calls = None if options.grpc else self._library()
        self._channel: Any = None
        self._grpc_options: Any = None
        self._place = f"{options.grpc or 'local'}/{device}" if tape is None else tape.address
        if self._place in _open:
            raise LinkLost(
                f"{device}: expected to be the only user, found the device already open; close it there first"
            )
        self.reopen()
        _open.add(self._place)

    def reopen(self) -> None:
        """Connect anew to a server; nothing to do for the local library."""
        if self._options.grpc:
            if self._channel is not None:
                self._channel.close()
            self._connect(self._options)

    def _library(self) -> LoggedCalls | TapeCalls:
        """The calls into the library of this machine."""
        if self._tape is None:
            return LoggedCalls(self._clock, self._wire)
        from drivers.daq.nidaqmx_replay import TapeCalls

        return TapeCalls(self._tape)

    def _connect(self, options: DaqOptions) -> None:
        try:
            import grpc
            import nidaqmx

            import drivers.daq.nidaqmx_calls as calls
        except ImportError as error:
            raise NotSupported(f"{self.device}: the gRPC parts of nidaqmx are missing ({error}); {_INSTALL}") from error
        if self._tape is None:
            self._channel = grpc.insecure_channel(options.grpc, options=[("grpc.max_receive_message_length", -1)])
            through = calls.watched(self._channel, options.timeout_s, self._clock, self._wire)
        else:
            from drivers.daq.nidaqmx_replay_grpc import TapeChannel

            self._channel = through = TapeChannel(self._tape)
        self._grpc_options = nidaqmx.GrpcSessionOptions(through, "")

    def call(self, what: str, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Call into nidaqmx; whatever it raises leaves as a :class:`~drivers.errors.DriverError`."""
        try:
            return self._made(what, function, *arguments, **named)
        except self._escapes as error:
            raise translated(self.device, what, error) from error

    def _made(self, what: str, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Make a call; through gRPC it is written down further below."""
        if self._calls is None:
            return function(*arguments, **named)
        return self._calls.call(what, function, *arguments, **named)

    def identify(self) -> Identity:
        """Ask the system who has the device's name.

        A device that NI-DAQmx itself simulates says so, and its serial number is then made to begin with ``SIM-``.

        Raises:
            LinkLost: nobody, or no server.
        """
        import nidaqmx.system

        system = nidaqmx.system.System
        remote = self._channel is not None
        found = self.call("system", *((system.remote, self._grpc_options) if remote else (system.local,)))
        names = self.call("list the devices", lambda: found.devices.device_names)
        if self.device not in names:
            listed = ", ".join(names) or "none"
            raise LinkLost(f"{self.device}: expected a device of this name, found {listed}; look at NI MAX")
        device = self.call("device", nidaqmx.system.Device, self.device, grpc_options=self._grpc_options)
        number = self.call("serial number", lambda: device.serial_num)
        prefix = SIMULATED_SERIAL_PREFIX if self.call("is it simulated", lambda: device.is_simulated) else ""
        version = self.call("driver version", lambda: found.driver_version)
        firmware = "NI-DAQmx " + ".".join(str(part) for part in version)
        model = self.call("product type", lambda: device.product_type)
        return Identity("National Instruments", model, f"{prefix}{number:08X}", firmware)

    def new_task(self) -> Any:
        """A task without channels."""
        import nidaqmx

        return self.call("create a task", nidaqmx.Task, grpc_options=self._grpc_options)

    def end_task(self, task: Any) -> None:
        """Stop and clear a task, whatever state it is in; never raises."""
        with contextlib.suppress(*self._escapes):
            self._made("clear", task.close)

    def close(self) -> None:
        """Let go of the device and of the server."""
        _open.discard(self._place)
        if self._channel is not None:
            self._channel.close()
