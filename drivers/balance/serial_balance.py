r"""What the drivers of balances on a serial line share, whatever the dialect.

A dialect brings one immediate reading and one question that no weight can answer, and gets the rest::

    class Mine(SerialBalance):
        def _ask_weight(self) -> Weight:
            return parse_weight(self._link.query(b"SI\r\n", REPLY_S))

        def _serial_number(self) -> str: ...      # after whatever weights come before it

Weights look alike: an answer that comes after its time could be taken for the next one, and be seconds old. After an
exchange that failed the serial number is asked first; what comes before its answer belongs to the past. Where that
question failed before, and its own answer may be an old one, the line must fall silent as well. That holds for answers
up to about 5 s late; later ones come after three failures in a row, where a run has ended. A dialect that does not
confirm zero and tare is believed only when the next stable reading is zero.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Final

from calibration.units import MASS, TIME
from drivers.errors import InstrumentError, InstrumentTimeout, NotStable, OverRange, ProtocolError, WrongInstrument
from drivers.interfaces import Balance, Row
from drivers.serial_instrument import SerialInstrument

if TYPE_CHECKING:
    from calibration.units import Quantity
    from drivers.balance.weight import Weight
    from drivers.clock import Clock
    from drivers.serial_link import SerialLink

#: How long an immediate answer may take: 2400 Bd, a balance that is busy, a slow USB bridge [s].
REPLY_S: Final = 2.0
#: How long a balance may wait for stability before it gives up; adjustable on the balance [s].
STABILITY_S: Final = 60.0
#: Weight lines of a stream that may still come after it was ended.
STREAM_REST: Final = 50
#: A zeroed balance must show less than this [g]: 1 mg, far above noise and far below any load.
_ZERO_G: Final = 1e-3
_LOOK_AGAIN_S: Final = 0.2


class SerialBalance(SerialInstrument, Balance):
    """A balance that answers with its present weight when it is asked.

    Attributes:
        notes: what :meth:`prepare` could not check, or has done, in words for the record.
    """

    def __init__(self, link: SerialLink, clock: Clock) -> None:
        self.notes: list[str] = []
        self._clock = clock
        self._in_doubt = False
        self._unanswered = 0  # questions for the serial number whose answers may still come
        super().__init__(link)

    @abstractmethod
    def _ask_weight(self) -> Weight:
        """The weight now, stable or not; a status where the balance gives no mass."""

    @abstractmethod
    def _serial_number(self) -> str:
        """Ask for the serial number, and read over weights that come before it."""

    def _weight(self) -> Weight:
        """The weight now; never one that was asked for before."""
        with self._link.lock:
            if self._in_doubt:
                self._catch_up()
            self._in_doubt = True
            weight = self._ask_weight()
            self._in_doubt = False
        return weight

    def _catch_up(self) -> None:
        """Read over everything that was asked before."""
        self._unanswered += 1
        found = self._serial_number()
        if self._unanswered > 1:
            self._wait_for_silence()
        self._unanswered = 0
        if found != self.identity.serial_number:
            raise WrongInstrument(
                f"{self._link.address}: expected {self.identity}, found serial number {found}; open the balance again"
            )

    def _wait_for_silence(self) -> None:
        for _ in range(STREAM_REST):
            try:
                self._link.read_line(REPLY_S)
            except InstrumentTimeout:
                return
        raise ProtocolError(
            f"{self._link.address}: expected silence after an answer, found line upon line; "
            "switch automatic output off on the balance"
        )

    def drain(self) -> list[Row]:
        """One reading, now: ``[(t_s, mass_g, stable, status)]``; NaN where the balance gives no mass.

        Raises:
            DriverError: the branch names the culprit.
        """
        weight = self._weight()
        return [(self._clock.now(), weight.grams, weight.stable, weight.status)]

    def read(self) -> Quantity:
        """The mass indicated now, stable or not.

        Raises:
            OverRange: over or under the weighing range.
            NotStable: the balance is busy with something else.
        """
        return self._mass(self._weight())

    def read_stable(self, timeout: Quantity) -> Quantity:
        """The next stable mass; asked for again and again, so that the balance is never left waiting.

        Raises:
            NotStable: none within ``timeout``.
            InstrumentTimeout: the balance has gone silent.
            OverRange: over or under the weighing range.
        """
        deadline_s = self._clock.now() + TIME.magnitude("timeout", timeout)
        while True:
            weight = self._weight()
            if weight.stable or weight.status not in {"ok", "busy"}:
                return self._mass(weight)
            if self._clock.now() >= deadline_s:
                raise self._never_stable(timeout)
            self._clock.sleep_until(self._clock.now() + _LOOK_AGAIN_S)

    def _mass(self, weight: Weight) -> Quantity:
        """The mass of a weight answer, or the error that its status stands for."""
        if weight.status == "busy":
            raise NotStable(
                f"{self._link.address}: expected a weight, found the balance busy or never stable; "
                "wait, and look for draught and vibration"
            )
        if weight.status != "ok":
            raise OverRange(f"{self._link.address}: expected a weight, found {weight.status}; look at the load")
        return MASS.quantity(weight.grams)

    def _never_stable(self, timeout: Quantity) -> NotStable:
        return NotStable(
            f"{self._link.address}: expected a stable weight within {timeout!s}, found none; "
            "look for draught, vibration, and a drop at the needle"
        )

    def _look_for_refusal(self) -> None:
        """Raise if the balance has said meanwhile that it will not do what it was told."""

    def _wait_for_zero(self, what: str) -> None:
        """After a zero or tare that the dialect does not confirm: wait until a stable reading shows it.

        Raises:
            InstrumentError: the balance is stable and has not done it.
            NotStable: the balance was never stable.
        """
        deadline_s = self._clock.now() + STABILITY_S
        while True:
            self._look_for_refusal()
            weight = self._weight()
            if weight.stable and abs(weight.grams) < _ZERO_G:
                return
            if self._clock.now() >= deadline_s:
                break
            self._clock.sleep_until(self._clock.now() + _LOOK_AGAIN_S)
        if not weight.stable:
            raise self._never_stable(TIME.quantity(STABILITY_S))
        raise InstrumentError(
            what,
            f"{self._link.address}: expected a reading of zero, found {weight.value:g} {weight.unit}; look at the load",
        )
