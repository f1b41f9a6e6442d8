r"""A dialogue in SCPI over one VISA session: questions, settings that are confirmed, and never a stale answer.

::

    link = ScpiLink("TCPIP0::192.168.1.20::5025::SOCKET", clock=clock, wire=log.channel("supply"))
    link.identity                       # asked at once: only who has answered is there
    link.set("VOLT 3.3,(@1)")           # then drains SYST:ERR?
    link.number("MEAS:VOLT? (@1)")      # 3.30012

After a timeout, or an answer that is none, an answer may still be on its way, and VISA would give it to the next
question (pyvisa-py #376). So the connection is opened anew and ``*IDN?`` asked until the known identity answers: only
then is the dialogue in step again. That also tells a slow instrument from one whose connection is gone (pyvisa-py
calls both a timeout), and notices when another instrument has taken the place.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from drivers import scpi_answers
from drivers.errors import DriverError, InstrumentError, InstrumentTimeout, LinkLost, ProtocolError, WrongInstrument
from drivers.visa_link import VisaLink

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.clock import Clock
    from drivers.interfaces import Identity
    from drivers.wire_log import WireChannel

REPLY_S: Final = 2.0
#: Pause between attempts to come back after a lost link [s].
RETRY_S: Final = 0.1
#: Lines that may be late answers, before the identity must come.
_LATE_LINES: Final = 20
#: Entries of an error queue; SCPI wants room for two at least, makers give 20 or 30.
_ERRORS: Final = 64
#: Of an answer that nobody read, e.g. after a timeout: never of a setting (SCPI-1999 volume 2, 21.8.11).
_QUERY_ERRORS: Final = range(-499, -399)
_IDENTITY: Final = "*IDN?"
_ERROR: Final = "SYST:ERR?"
_T = TypeVar("_T")


class ScpiLink:
    """An identified SCPI instrument; every method holds the lock for its whole exchange.

    Args:
        address: VISA resource name.
        clock, wire: as for :class:`~drivers.visa_link.VisaLink`.
        library: pyvisa backend.
        timeout_s: for one answer, in seconds.
        header_echo: the instrument repeats the header of the question in its answer (GE PACE).

    Attributes:
        identity: who answered.
        generation: how often the connection was opened; settings made before may be gone when it changes.

    Raises:
        DriverError: nothing, or nothing fitting, answers.
    """

    def __init__(
        self,
        address: str,
        *,
        clock: Clock,
        wire: WireChannel,
        library: str = "@py",
        timeout_s: float = REPLY_S,
        header_echo: bool = False,
    ) -> None:
        self.address, self.generation = address, 1
        self._clock, self._timeout_s, self._echo = clock, timeout_s, header_echo
        self._doubtful, self._identity_line = False, b""
        self._link = VisaLink(address, clock=clock, wire=wire, library=library)
        self.lock = self._link.lock
        try:
            self._identity_line = self._exchange(_IDENTITY)
            self.identity = self._parsed_identity()
        except BaseException:
            self._link.close()
            raise

    def ask(self, command: str, timeout_s: float | None = None) -> str:
        """The answer to one question.

        Raises:
            InstrumentTimeout: none in time; the next question gets its own answer all the same.
            ProtocolError: part of a line, or another header.
            LinkLost: the connection is gone; see :meth:`reconnect`.
        """
        return self._ask(command, lambda text: text, timeout_s)

    def number(self, command: str, timeout_s: float | None = None) -> float:
        """The answer to one question, a number.

        Raises:
            OverRange, NotStable: 9.9E37, 9.91E37.
            DriverError: as for :meth:`ask`.
        """
        return self._ask(command, lambda text: scpi_answers.number(self.address, command, text), timeout_s)

    def flag(self, command: str) -> bool:
        """The answer to one question, 0 or 1; errors as for :meth:`ask`."""
        return self._ask(command, lambda text: scpi_answers.flag(self.address, command, text))

    def set(self, *commands: str) -> None:
        """Send settings, each as a message of its own, and read the error queue empty after each.

        Raises:
            InstrumentError: the instrument refused; code of the first error, text of all.
            DriverError: as for :meth:`ask`.
        """
        with self.lock:
            for command in commands:
                self._in_step(partial(self._link.write, command.encode("ascii") + b"\n"))
                if found := [error for error in self.errors() if error[0] not in _QUERY_ERRORS]:
                    texts = "; ".join(text for _, text in found)
                    raise InstrumentError(
                        str(found[0][0]),
                        f"{self.address}: expected {command!r} to be taken, found {texts}; "
                        "check options and limits of this model",
                    )

    def errors(self) -> list[tuple[int, str]]:
        """The error queue, read empty: codes and texts, oldest first; errors as for :meth:`ask`."""
        found = []
        with self.lock:
            while (error := self._next_error()) is not None:
                found.append(error)
                if len(found) >= _ERRORS:
                    raise ProtocolError(f"{self.address}: expected an end of the error queue, found {error} again")
        return found

    def reconnect(self, timeout_s: float) -> None:
        """Come back after :class:`~drivers.errors.LinkLost`, trying each 0.1 s.

        Raises:
            LinkLost, InstrumentTimeout: not back in time.
            WrongInstrument: another one answers there now; the link is closed.
        """
        deadline_s = self._clock.now() + timeout_s
        with self.lock:
            while True:
                try:
                    return self._resync()
                except WrongInstrument:
                    raise
                except DriverError:
                    if self._clock.now() >= deadline_s:
                        raise
                self._clock.sleep_until(min(deadline_s, self._clock.now() + RETRY_S))

    def close(self) -> None:
        """Let go. Never raises, may be called twice."""
        self._link.close()

    def _ask(self, command: str, parse: Callable[[str], _T], timeout_s: float | None = None) -> _T:
        def answer() -> _T:
            return parse(self._bare(command, self._exchange(command, timeout_s)))

        with self.lock:
            return self._in_step(answer)

    def _in_step(self, exchange: Callable[[], _T]) -> _T:
        """Do an exchange with the dialogue in step, and put it in step again where it failed."""
        if self._doubtful:
            self._resync()
        try:
            return exchange()
        except (InstrumentTimeout, ProtocolError) as error:
            self._doubtful = True
            with contextlib.suppress(InstrumentTimeout, ProtocolError):
                self._probe(error)
            raise
        except LinkLost:
            self._link.close()
            raise

    def _probe(self, error: DriverError) -> None:
        try:
            self._resync()
        except LinkLost as lost:
            self._link.close()
            raise lost from error

    def _resync(self) -> None:
        """Open anew, and read on until the known identity answers."""
        self._link.claim_and_reopen()
        self.generation += 1
        self._link.write(_IDENTITY.encode("ascii") + b"\n")
        for _ in range(_LATE_LINES):
            line = self._link.read_line(self._timeout_s)
            if line == self._identity_line:
                self._doubtful = False
                return
            self._refuse_another(line)
        raise ProtocolError(f"{self.address}: expected {self.identity} to answer, found other answers without end")

    def _refuse_another(self, line: bytes) -> None:
        try:
            text = self._bare(_IDENTITY, line)
            found = scpi_answers.identity(self.address, text)
        except ProtocolError:
            return  # a late answer to something else
        self._link.close()
        raise WrongInstrument(
            f"{self.address}: expected {self.identity} to come back, found {found}; plug the right one in"
        )

    def _exchange(self, command: str, timeout_s: float | None = None) -> bytes:
        self._link.write(command.encode("ascii") + b"\n")
        line = self._link.read_line(timeout_s or self._timeout_s)
        if command != _IDENTITY and line == self._identity_line:  # a late answer to a probe
            line = self._link.read_line(timeout_s or self._timeout_s)
        return line

    def _bare(self, command: str, line: bytes) -> str:
        text = line.decode("latin-1")
        return scpi_answers.without_header(self.address, command, text) if self._echo else text

    def _parsed_identity(self) -> Identity:
        return scpi_answers.identity(self.address, self._bare(_IDENTITY, self._identity_line))

    def _next_error(self) -> tuple[int, str] | None:
        return self._ask(_ERROR, lambda text: scpi_answers.error_of(self.address, text))
