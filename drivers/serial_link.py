r"""One serial line to one instrument: deadlines on the bench's clock, whole lines only, one error tree.

>>> from drivers.clock import WallClock
>>> from drivers.wire_log import WireLog
>>> log = WireLog()
>>> with SerialLink("loop://", clock=WallClock(), wire=log.channel("echo")) as link:
...     link.query(b"hello\r\n", timeout_s=1.0)
b'hello'

What pyserial leaves open is settled here:

* A read has one deadline for the whole line (pyserial restarts its timer with each byte) and never gives
  half a line: ``S S     12.`` is a wrong weight, not a short answer.
* The port is opened exclusively. The lock of the operating system is advisory, so the same address is also
  refused twice within one process, whatever the transport.
* Every way in which a port fails (``SerialException``, ``OSError``, ``termios.error``, the ``TypeError`` of a
  read after close) leaves as :class:`~drivers.errors.LinkLost`; a full output buffer as
  :class:`~drivers.errors.InstrumentTimeout`.
* :meth:`SerialLink.query` throws away what came before the question was asked: an answer that came too
  late is never taken for the next one. It stays in the wire log.
* A port that comes back under its stable path (``/dev/serial/by-id/…``) is opened again by
  :meth:`SerialLink.reopen`; who answers there must be asked anew.

DTR stays asserted and is not dropped at close. On Linux the first open after plugging in still resets a stock
Uno: the driver waits for its boot frame.
"""

from __future__ import annotations

import contextlib
import os
import threading
import weakref
from typing import TYPE_CHECKING, Any, Final, Self

import serial

from drivers.errors import DriverError, InstrumentTimeout, LinkLost, ProtocolError
from drivers.posix import TERMINAL_ERRORS, keep_dtr_on_close, settings_for

if TYPE_CHECKING:
    from drivers.clock import Clock
    from drivers.wire_log import WireChannel

#: How long one read of the port may block; the deadline is looked at again after it [s].
PORT_TIMEOUT_S: Final = 0.05
#: A full output buffer for this long means that the other end does not take our bytes [s].
WRITE_TIMEOUT_S: Final = 2.0
#: Pause between attempts to open a port that has gone [s].
RETRY_S: Final = 0.1
#: Bytes without a line end after which the other side is not talking our protocol.
LONGEST_LINE: Final = 4096
_AT_ONCE: Final = 65536

_FAILURES: Final[tuple[type[Exception], ...]] = (OSError, TypeError, ValueError, NotImplementedError, *TERMINAL_ERRORS)
_open_links: weakref.WeakValueDictionary[str, SerialLink] = weakref.WeakValueDictionary()
_open_links_guard = threading.Lock()


class SerialLink:
    """An open line, used by one thread at a time.

    Args:
        address: port name, stable path, or pyserial URL (``socket://host:port``, ``rfc2217://host:port``,
            ``sim://world/instrument``).
        clock: the bench's clock; every deadline is on it.
        wire: where each byte is written down.
        baudrate, bytesize, parity, stopbits, xonxoff: line settings as pyserial names them.
        terminator: what ends a line from the instrument.

    Raises:
        LinkLost: the port cannot be opened, or this process has it open already.
    """

    def __init__(
        self,
        address: str,
        *,
        clock: Clock,
        wire: WireChannel,
        baudrate: int = 9600,
        bytesize: int = 8,
        parity: str = "N",
        stopbits: float = 1,
        xonxoff: bool = False,
        terminator: bytes = b"\r\n",
    ) -> None:
        self.address = address
        self.lock = threading.RLock()
        self.discarded = 0  # bytes thrown away because nobody had asked for them
        self._clock = clock
        self._now = clock.now
        self._wire_sent = wire.sent
        self._wire_received = wire.received
        self._wire_failed = wire.failed
        self._terminator = terminator
        self._settings = {
            "baudrate": baudrate, "bytesize": bytesize, "parity": parity, "stopbits": stopbits, "xonxoff": xonxoff,
        }  # fmt: skip
        self._coarse = address.startswith("socket://")
        self._buffer = b""
        self._port: Any = None
        self._last_idle_s = float("nan")  # when a read last came back empty
        self._key = ""
        self._claim_and_open()

    def write(self, data: bytes) -> None:
        """Send ``data`` whole.

        Raises:
            LinkLost: the port is gone.
            InstrumentTimeout: the other end does not take the bytes.
        """
        with self.lock:
            try:
                self._wire_sent(self._now(), data)
                self._port.write(data)
            except _FAILURES as error:
                raise self._mapped(error) from error

    def read_line(self, timeout_s: float) -> bytes:
        """The next whole line, without its end.

        Args:
            timeout_s: for the whole line, in seconds on the bench's clock.

        Raises:
            InstrumentTimeout: nothing came.
            ProtocolError: part of a line came (it is kept), or far too much without a line end (it is not).
            LinkLost: the port is gone.
        """
        with self.lock:
            try:
                return self._read_line(self._now() + timeout_s)
            except DriverError:
                raise
            except _FAILURES as error:
                raise self._mapped(error) from error

    def query(self, data: bytes, timeout_s: float) -> bytes:
        """Discard what is waiting, send ``data``, and give the next whole line.

        Raises:
            LinkLost, InstrumentTimeout, ProtocolError: as for :meth:`write` and :meth:`read_line`.
        """
        with self.lock:
            try:
                port = self._port
                if self._buffer or port.in_waiting:
                    self._discard()
                start_s = self._now()
                self._wire_sent(start_s, data)
                port.write(data)
                return self._read_line(start_s + timeout_s)
            except DriverError:
                raise
            except _FAILURES as error:
                raise self._mapped(error) from error

    def lines_ready(self) -> list[bytes]:
        """Every whole line that is already here, without waiting; part of a line stays for the next call.

        Raises:
            LinkLost: the port is gone.
            ProtocolError: far too much without a line end.
        """
        with self.lock:
            try:
                self._take_waiting()
                *lines, self._buffer = self._buffer.split(self._terminator)
                self._check_length()
            except DriverError:
                raise
            except _FAILURES as error:
                raise self._mapped(error) from error
            return lines

    def flush_input(self) -> None:
        """Throw away what has come and was not read; it stays in the wire log.

        Raises:
            LinkLost: the port is gone.
        """
        with self.lock:
            try:
                self._discard()
            except _FAILURES as error:
                raise self._mapped(error) from error

    def close(self) -> None:
        """Let go of the port. Never raises, may be called twice."""
        with self.lock:
            self._release()
            self._shut()

    def reopen(self, timeout_s: float) -> None:
        """Open the same address again, trying each 0.1 s until it is there.

        The caller must ask who answers before it uses the instrument.

        Raises:
            LinkLost: not back in time.
        """
        with self.lock:
            self._shut()
            self._release()
            deadline_s = self._now() + timeout_s
            while True:
                try:
                    return self._claim_and_open()
                except LinkLost:
                    if self._now() >= deadline_s:
                        raise
                self._clock.sleep_until(min(deadline_s, self._now() + RETRY_S))

    def __enter__(self) -> Self:
        """Use as ``with SerialLink(...) as link``."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()

    def _read_line(self, deadline_s: float) -> bytes:
        """One whole line; the common case is a single read that brings exactly one."""
        terminator = self._terminator
        if self._buffer:
            line, found, rest = self._buffer.partition(terminator)
            if found:
                self._buffer = rest
                return line
        port, now = self._port, self._now
        while True:
            chunk: bytes = self._coarse_read() if self._coarse else port.read(port.in_waiting or 1)
            now_s = now()
            if chunk:
                self._wire_received(now_s, chunk)
                line, found, rest = (self._buffer + chunk).partition(terminator)
                if found:
                    self._buffer = rest
                    return line
                self._buffer = line
                self._check_length()
            if now_s >= deadline_s:
                raise self._too_late()
            if not chunk:
                self._idle(now_s)

    def _coarse_read(self) -> bytes:
        """Everything that is here, from a port that only tells "some" apart from "none" (``socket://``).

        Byte by byte, as its ``in_waiting`` would have it, a reply costs a system call a byte.
        """
        port = self._port
        first: bytes = port.read(1)
        if not first:
            return first
        port.timeout = 0
        try:
            rest: bytes = port.read(_AT_ONCE)
        finally:
            port.timeout = PORT_TIMEOUT_S
        return first + rest

    def _idle(self, since_s: float) -> None:
        """Let time pass where an empty read did not: a real port under a clock that only waiting moves."""
        if self._now() == since_s == self._last_idle_s:
            self._clock.sleep_until(since_s + PORT_TIMEOUT_S)
        self._last_idle_s = since_s

    def _take_waiting(self) -> None:
        port = self._port
        if not (count := port.in_waiting):
            return
        chunk: bytes = self._coarse_read() if self._coarse else port.read(count)
        if chunk:
            self._wire_received(self._now(), chunk)
            self._buffer += chunk

    def _discard(self) -> None:
        self._take_waiting()
        self.discarded += len(self._buffer)
        self._buffer = b""

    def _check_length(self) -> None:
        if len(self._buffer) <= LONGEST_LINE:
            return
        start, self._buffer = self._buffer[:40], b""
        raise ProtocolError(
            f"{self.address}: expected a line that ends with {self._terminator!r}, found more than {LONGEST_LINE} "
            f"bytes without one, beginning {start!r}; check the baud rate and that this is the instrument meant"
        )

    def _too_late(self) -> DriverError:
        if self._buffer:
            return ProtocolError(
                f"{self.address}: expected a line that ends with {self._terminator!r}, found {self._buffer[:80]!r} and "
                "then nothing in time; check cable, baud rate and line end setting"
            )
        return InstrumentTimeout(
            f"{self.address}: expected an answer in time, found silence; "
            "check that the instrument is on and its interface settings are right"
        )

    def _claim_and_open(self) -> None:
        self._claim()
        try:
            self._open()
        except BaseException:
            self._release()
            raise

    def _claim(self) -> None:
        """Take the address for this link; what its stable path points to may have changed since the last time."""
        self._key = _canonical(self.address)
        with _open_links_guard:
            if _open_links.setdefault(self._key, self) is not self:
                raise LinkLost(
                    f"{self.address}: expected a port of our own, found it already open in this process; "
                    "close the other link or correct the address in the bench file"
                )

    def _release(self) -> None:
        with _open_links_guard:
            if _open_links.get(self._key) is self:
                del _open_links[self._key]

    def _open(self) -> None:
        try:
            settings = settings_for(self.address, self._settings)
            port = serial.serial_for_url(self.address, do_not_open=True, timeout=PORT_TIMEOUT_S, **settings)
            port.dsrdtr = port.rtscts = False
            port.exclusive = True
            if not self.address.startswith("rfc2217:"):  # pyserial 3.5 refuses a write timeout there
                port.write_timeout = WRITE_TIMEOUT_S
            port.open()
        except _FAILURES as error:
            raise LinkLost(
                f"{self.address}: expected to open the port for us alone, found: {error}; check that it is "
                f"plugged in, that nothing else uses it, and that you may read and write it{self._modem_hint()}"
            ) from error
        keep_dtr_on_close(port)
        self._port, self._buffer = port, b""

    def _modem_hint(self) -> str:
        """Many a device server does not answer to modem lines; pyserial then waits for it in vain."""
        if self.address.startswith("rfc2217:") and "ign_set_control" not in self.address:
            return "; where the device server has no modem lines, end the address with ?ign_set_control"
        return ""

    def _shut(self) -> None:
        if self._port is not None:
            inner = getattr(self._port, "_socket", None)  # pyserial forgets to close it where the other end has gone
            with contextlib.suppress(*_FAILURES):
                self._port.close()
            if inner is not None:
                with contextlib.suppress(OSError):
                    inner.close()

    def _mapped(self, error: Exception) -> Exception:
        """The error of ours for one of pyserial's; a mistake of our own stays what it is. The wire log has both."""
        if isinstance(error, serial.SerialTimeoutException):
            self._wire_failed(self._now(), f"port InstrumentTimeout: {error!r}".encode("utf-8", "replace"))
            return InstrumentTimeout(
                f"{self.address}: expected to send within {WRITE_TIMEOUT_S:g} s, found the output full; "
                "check handshake settings and that the instrument is on"
            )
        if isinstance(error, TypeError | ValueError) and self._port.is_open:
            return error
        self._wire_failed(self._now(), f"port LinkLost: {error!r}".encode("utf-8", "replace"))
        return LinkLost(f"{self.address}: expected an open line, found: {error!r}; check cable, power and port")


def _canonical(address: str) -> str:
    """The same key for two names of one device file."""
    return address if "://" in address else os.path.realpath(address)
