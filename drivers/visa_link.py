r"""One VISA session to one instrument: whole lines, deadlines, one error tree; pyvisa stays behind this door.

::

    with VisaLink("TCPIP0::192.168.1.20::5025::SOCKET", clock=clock, wire=log.channel("supply")) as link:
        link.write(b"*IDN?\n")
        link.read_line(timeout_s=2.0)          # b"Keysight Technologies,E36312A,..."

Resources: ``TCPIP0::HOST::PORT::SOCKET``, ``TCPIP0::HOST::inst0::INSTR`` (VXI-11; ``HOST,PORT`` without a port
mapper), ``TCPIP0::HOST::hislip0::INSTR`` (``hislip0,PORT`` for another port than 4880),
``ASRL/dev/...::INSTR`` (at VISA's 9600 Bd 8N1), and ``ASRLsim://WORLD/INSTRUMENT::INSTR`` for a simulated one.

What pyvisa leaves open is settled here:

* Opening a refused socket "succeeds" in pyvisa-py: nothing counts as open until somebody has answered
  (:class:`~drivers.scpi_link.ScpiLink` asks ``*IDN?``).
* Part of a line is never given, and is not lost: it is quoted in a :class:`~drivers.errors.ProtocolError`.
* ``ConnectionRefusedError``, ``BrokenPipeError``, ``SerialException``, ``termios.error``, ``NotImplementedError``,
  ``RuntimeError`` (HiSLIP, when the instrument hangs up), ``RPCError`` (VXI-11) and the bare ``Exception("could not
  connect")`` of pyvisa-py escape it beside ``VisaIOError``; all become ours here.
* ``open_timeout`` is always passed: without one VXI-11 has 100 ms for its whole handshake.
* ``list_resources()`` is never called: it blocks for a second and never names a socket.

Deadlines are on the bench's clock. VISA itself waits in real time; under a clock that is not the machine's, an
in-process port is waited for on that clock, and a socket for the same number of real seconds.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Self

from drivers.errors import DriverError, InstrumentTimeout, LinkLost, NotSupported, ProtocolError
from drivers.posix import TERMINAL_ERRORS
from drivers.replay_tape import playing
from drivers.visa_replay import TapeResource

if TYPE_CHECKING:
    from drivers.clock import Clock
    from drivers.wire_log import WireChannel

OPEN_TIMEOUT_MS: Final = 3000
#: Bytes without a line end after which the other side is not talking our protocol.
LONGEST_LINE: Final = 65536
_CHUNK: Final = 4096
#: VISA's own wait for a byte that is already here; it must not be zero, or pyvisa-py gives up after one [ms].
_HERE_MS: Final = 200
#: What the wire log says where nothing came in time.
SILENCE: Final = b"read InstrumentTimeout: silence"
_open_links: weakref.WeakValueDictionary[str, VisaLink] = weakref.WeakValueDictionary()
_open_links_guard = threading.Lock()


class VisaLink:
    """An open VISA resource, used by one thread at a time.

    Args:
        address: VISA resource name.
        clock: the bench's clock.
        wire: where each message is written down.
        library: pyvisa's choice of a backend: ``@py``, ``@ivi``, or the path of a VISA library.

    Raises:
        NotSupported: pyvisa or the backend is not installed.
        LinkLost: the resource cannot be opened, or this process has it open already.
    """

    def __init__(self, address: str, *, clock: Clock, wire: WireChannel, library: str = "@py") -> None:
        self.address = address
        self.lock = threading.RLock()
        self._clock, self._wire, self._library = clock, wire, library
        self._resource: Any = None
        self._buffer = b""
        self._timeout_ms = -1
        self._quiet = contextlib.ExitStack()
        # pyvisa-py waits for a serial port by the machine's time; a port on another clock would run away from it
        self._on_clock = address.upper().startswith("ASRL") and "://" in address and clock.time_base().source != "wall"
        self._claim_and_open()

    def write(self, data: bytes) -> None:
        """Send ``data`` whole.

        Raises:
            LinkLost: the connection is gone.
            InstrumentTimeout: the instrument does not take the bytes.
        """
        with self.lock:
            try:
                self._wire.sent(self._clock.now(), data)
                self._session().write_raw(data)
            except DriverError:
                raise
            except _failures() as error:
                raise self._mapped("write", error) from error

    def read_line(self, timeout_s: float) -> bytes:
        """The next whole line, without its end.

        Args:
            timeout_s: for the whole line, in seconds.

        Raises:
            InstrumentTimeout: nothing came.
            ProtocolError: part of a line came, or far too much without an end.
            LinkLost: the connection is gone.
        """
        with self.lock:
            try:
                return self._read_line(self._clock.now() + timeout_s, timeout_s)
            except DriverError:
                raise
            except _failures() as error:
                raise self._mapped("read", error) from error

    def reopen(self) -> None:
        """Open anew, so that what was still to come on the old connection never arrives.

        Raises:
            LinkLost: it does not open.
        """
        with self.lock:
            self._shut()
            self._open()

    def close(self) -> None:
        """Let go of the resource. Never raises, may be called twice."""
        with self.lock:
            self._shut()
            with _open_links_guard:
                if _open_links.get(self.address.upper()) is self:
                    del _open_links[self.address.upper()]

    def claim_and_reopen(self) -> None:
        """As :meth:`reopen`, also after :meth:`close`."""
        with self.lock:
            self._shut()
            self._claim_and_open()

    def __enter__(self) -> Self:
        """Use as ``with VisaLink(...) as link``."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _read_line(self, deadline_s: float, timeout_s: float) -> bytes:
        resource = self._session()
        while True:
            line, found, rest = self._buffer.partition(b"\n")
            if found:
                self._buffer = rest
                return line.removesuffix(b"\r")
            if len(self._buffer) > LONGEST_LINE:
                raise self._unended("far too much")
            chunk = self._chunk(resource, deadline_s, timeout_s)
            if not chunk:
                self._wire.failed(self._clock.now(), SILENCE)
                raise self._too_late(timeout_s)
            self._wire.received(self._clock.now(), chunk)
            self._buffer += chunk

    def _chunk(self, resource: Any, deadline_s: float, timeout_s: float) -> bytes:
        """Some bytes, as soon as there are any; none when the deadline has passed."""
        if not self._serial:
            return self._visa_read(resource, _CHUNK, min(timeout_s, deadline_s - self._clock.now()))
        if self._on_clock:
            self._clock.wait(deadline_s, lambda: bool(resource.bytes_in_buffer))
            here = resource.bytes_in_buffer
            return self._visa_read(resource, here, _HERE_MS / 1e3) if here else b""
        here = resource.bytes_in_buffer or 1
        return self._visa_read(resource, here, min(timeout_s, deadline_s - self._clock.now()))

    def _visa_read(self, resource: Any, count: int, timeout_s: float) -> bytes:
        from pyvisa.constants import StatusCode
        from pyvisa.errors import VisaIOError

        wanted_ms = max(1, round(1000.0 * timeout_s))
        if abs(wanted_ms - self._timeout_ms) > self._timeout_ms // 50:  # setting it costs as much as a read
            resource.timeout = self._timeout_ms = wanted_ms
        try:
            data, _ = resource.visalib.read(resource.session, count)
        except VisaIOError as error:
            if error.error_code != StatusCode.error_timeout:
                raise
            return b""
        return bytes(data)

    def _session(self) -> Any:
        if self._resource is None:
            raise LinkLost(f"{self.address}: expected an open connection, found it closed; open the instrument again")
        return self._resource

    def _claim_and_open(self) -> None:
        with _open_links_guard:
            if _open_links.setdefault(self.address.upper(), self) is not self:
                raise LinkLost(
                    f"{self.address}: expected a connection of our own, found it already open in this process; "
                    "close the other one or correct the address in the bench file"
                )
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        tape = playing(self.address)  # the one place where a resource comes from: VISA, or a record that is replayed
        manager = _manager(self._library) if tape is None else None
        try:
            resource = _opened(manager, self.address) if tape is None else TapeResource(tape)
            self._resource, self._buffer, self._timeout_ms = resource, b"", -1
            resource.write_termination = resource.read_termination = "\n"
            self._settle(resource)
        except Exception as error:
            self._shut()
            self._note("open", LinkLost, error)
            raise LinkLost(
                f"{self.address}: expected to open it through VISA ({self._library}), found: {error}; check address, "
                "network and power, and that nothing else holds the instrument"
            ) from error

    def _settle(self, resource: Any) -> None:
        """Parts of lines from sockets instead of their silent loss; "there may be more" is no warning for us."""
        from pyvisa.constants import InterfaceType, ResourceAttribute, StatusCode

        self._quiet.enter_context(resource.ignore_warning(StatusCode.success_max_count_read))
        self._serial = resource.interface_type == InterfaceType.asrl
        if self._serial:
            while here := resource.bytes_in_buffer:  # what an earlier host was answered
                self._wire.received(self._clock.now(), self._visa_read(resource, here, _HERE_MS / 1e3))
        elif self.address.upper().endswith("SOCKET"):
            resource.set_visa_attribute(ResourceAttribute.suppress_end_enabled, False)

    def _shut(self) -> None:
        resource, self._resource = self._resource, None
        if resource is not None:
            with contextlib.suppress(Exception):  # what pyvisa-py raises on a dead session has no common class
                self._quiet.close()
                resource.close()

    def _too_late(self, timeout_s: float) -> DriverError:
        if self._buffer:
            return self._unended("nothing more in time")
        return InstrumentTimeout(
            f"{self.address}: expected an answer within {timeout_s:g} s, found silence; "
            "check that the instrument is on, and look for an error on its display"
        )

    def _unended(self, what: str) -> ProtocolError:
        start, self._buffer = self._buffer[:80], b""
        return ProtocolError(
            f"{self.address}: expected a line that ends with a line feed, found {start!r} and {what}; "
            "check the instrument's termination setting and that this is the instrument meant"
        )

    def _mapped(self, what: str, error: Exception) -> DriverError:
        """The error of ours for one of pyvisa's or of what lies under it; the wire log has both."""
        from pyvisa.constants import StatusCode

        late = getattr(error, "error_code", None) == StatusCode.error_timeout
        self._note(what, InstrumentTimeout if late else LinkLost, error)
        if late:
            return InstrumentTimeout(
                f"{self.address}: expected the instrument to take a message, found it did not; look at its display"
            )
        return LinkLost(
            f"{self.address}: expected an open connection, found: {error!r}; check cable, network and power"
        )

    def _note(self, what: str, kind: type[DriverError], error: Exception) -> None:
        self._wire.failed(self._clock.now(), f"{what} {kind.__name__}: {error!r}".encode("utf-8", "replace"))


def _failures() -> tuple[type[Exception], ...]:
    """What comes out of an open session when it fails; looked up when something has come."""
    from pyvisa.errors import Error

    # pyvisa-py: RuntimeError and AssertionError of HiSLIP; of VXI-11 the RPCError, which no other backend has
    rpc = getattr(sys.modules.get("pyvisa_py.protocols.rpc"), "RPCError", Error)
    return (Error, rpc, OSError, EOFError, RuntimeError, AssertionError, TypeError, ValueError, *TERMINAL_ERRORS)


def _opened(manager: Any, address: str) -> Any:
    return manager.open_resource(address, open_timeout=OPEN_TIMEOUT_MS)


def _manager(library: str) -> Any:
    """The resource manager of pyvisa; it is shared by all sessions of a backend, so nobody closes it."""
    try:
        import pyvisa

        return pyvisa.ResourceManager(library)
    except (ImportError, ValueError, OSError) as error:
        raise NotSupported(
            f"VISA: expected pyvisa with the backend {library!r}, found: {error}; "
            "run: pip install 'doseproof[visa]' (or install the VISA library that 'visa_library' names)"
        ) from error
