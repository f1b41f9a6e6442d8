r"""Sensirion's SHDLC over a serial link of ours: the port that ``sensirion-shdlc-driver`` is given.

::

    cable = Cable(link)               # link = SerialLink(..., terminator=FLAG)
    cable.ask(0xD0, b"\x03")          # b"SIM-FLW-0001\x00"
    cable.flagged                     # whether the device shows its error flag

The library builds and checks frames and compares address, command and error code. Its own serial port is not used: it
opens by :class:`serial.Serial` alone (no ``socket://``, no ``sim://``), not exclusively, times by ``time.time`` and
lets ``termios.error`` escape on an unplug (1.0.2). Through :class:`LinkPort` every byte is in the wire log, every
deadline on the bench's clock, and every failure of the port an error of ours. The library sleeps (``time.sleep``) only
after commands with a post-processing time; none of those is sent here.

SHDLC numbers neither requests nor answers. What came before a request is thrown away; an answer to the same command
that comes too late, after the next request has been sent, cannot be told from its answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sensirion_shdlc_driver import ShdlcConnection
from sensirion_shdlc_driver.errors import ShdlcDeviceError, ShdlcError, ShdlcTimeoutError
from sensirion_shdlc_driver.port import ShdlcPort
from sensirion_shdlc_driver.serial_frame_builder import ShdlcSerialMisoFrameBuilder, ShdlcSerialMosiFrameBuilder

from drivers.errors import InstrumentError, InstrumentTimeout, ProtocolError

if TYPE_CHECKING:
    from drivers.clock import Clock
    from drivers.serial_link import SerialLink

#: Begins and ends each frame; for a link, what ends a line.
FLAG: Final = b"\x7e"
#: How long a whole answer may take [s]: the cable needs 10 ms, a full frame at 115200 Bd 45 ms, a USB bridge 16 ms.
REPLY_S: Final = 0.5
_ADDRESS: Final = 0
_ERRORS: Final = {
    1: "the request has a wrong size for this cable; update its firmware",
    2: "the cable does not know the command; it is no SCC1, or its firmware is too old",
    3: "the cable does not allow the command; higher access rights are needed",
    4: "a parameter is out of range, or this sensor cannot do that; check liquid, interval and sensor type",
    5: "the request arrived damaged; check the cable and its length",
    6: "the firmware of the cable could not be updated",
}


class LinkPort(ShdlcPort):  # type: ignore[misc]  # the library has no types
    """Carries frames over a link whose lines end with :data:`FLAG`."""

    def __init__(self, link: SerialLink, clock: Clock) -> None:
        self._link, self._clock = link, clock

    @property
    def description(self) -> str:
        """The address of the link."""
        return self._link.address

    @property
    def lock(self) -> Any:
        """The lock of the link."""
        return self._link.lock

    def transceive(
        self, slave_address: int, command_id: int, data: bytes, response_timeout: float
    ) -> tuple[int, int, int, bytes]:
        """Send one request and give address, command, state and data of the answer.

        Raises:
            DriverError: the link is gone, nothing came, or no whole frame.
            ShdlcResponseError: the frame is damaged.
        """
        builder = ShdlcSerialMisoFrameBuilder()
        request: bytes = ShdlcSerialMosiFrameBuilder(slave_address, command_id, data).to_bytes()
        builder.add_data(FLAG + self._exchange(request, response_timeout) + FLAG)
        address, command, state, answer = builder.interpret_data()
        return address, command, state, answer

    def _exchange(self, request: bytes, timeout_s: float) -> bytes:
        """What stands between the flags of the next frame; what comes before its first flag is noise."""
        with self._link.lock:
            deadline_s = self._clock.now() + timeout_s
            noise = self._link.query(request, timeout_s)
            content = b""
            try:
                while not content:
                    content = self._link.read_line(deadline_s - self._clock.now())
            except InstrumentTimeout as silence:
                raise ProtocolError(
                    f"{self._link.address}: expected a frame between two flags (7E), found {noise[:80]!r}, one flag "
                    "and then nothing in time; check cable and baud rate"
                ) from silence
            return content


class Cable:
    """Asks one device at the end of a link.

    Args:
        link: with lines that end with :data:`FLAG`.
        clock: of the link.

    Attributes:
        flagged: whether the last answer showed the device's error flag.
    """

    def __init__(self, link: SerialLink, clock: Clock) -> None:
        self.flagged = False
        self._address = link.address
        self._connection = ShdlcConnection(LinkPort(link, clock))

    def ask(self, command: int, data: bytes = b"") -> bytes:
        """The data of the answer to one command.

        Raises:
            LinkLost: the port is gone.
            InstrumentTimeout: no answer.
            ProtocolError: a damaged answer, or one to another command.
            InstrumentError: the device refuses; code and text.
        """
        try:
            answer, flagged = self._connection.transceive(_ADDRESS, command, data, REPLY_S)
        except ShdlcDeviceError as error:
            text = _ERRORS.get(error.error_code, "see the SHDLC reference of the device")
            raise InstrumentError(str(error.error_code), f"command {command:02X}: {text}") from error
        except ShdlcTimeoutError as error:
            raise InstrumentTimeout(
                f"{self._address}: command {command:02X}: expected an answer, found none"
            ) from error
        except ShdlcError as error:
            raise ProtocolError(
                f"{self._address}: expected an answer to command {command:02X}, found: {error} "
                f"{_quoted(error)}; check cable and baud rate, and that this is the instrument meant"
            ) from error
        self.flagged = bool(flagged)
        return bytes(answer)


def _quoted(error: Exception) -> str:
    received: bytes | None = getattr(error, "received_data", None)
    return "" if received is None else repr(received[:80])
