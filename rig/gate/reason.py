"""What the gate found: reasons, and the report that holds them.

>>> reason = Reason("balance", "expected at most 220 g on the pan, found 251 g", "take a lighter vessel")
>>> print(reason)
balance: expected at most 220 g on the pan, found 251 g; take a lighter vessel
>>> GateReport(reasons=(reason,)).passed
False
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.errors import BenchError
from rig.wiring import wiring_hint

if TYPE_CHECKING:
    from drivers.errors import DriverError
    from rig.bench import Bench
    from rig.predict import Prediction


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a run does not start.

    Attributes:
        channel: of the bench, or ``protocol``.
        text: what was expected and what was found.
        fix: what to do.
    """

    channel: str
    text: str
    fix: str = ""

    def __str__(self) -> str:
        """One line for a list."""
        return f"{self.channel}: {self.text}{'; ' if self.fix else ''}{self.fix}"

    @classmethod
    def of_driver(cls, bench: Bench, channel: str, error: DriverError) -> Reason:
        """An instrument that did not do what it was asked; with its wiring where it did not answer."""
        return cls(channel, f"{type(error).__name__}: {error}{wiring_hint(bench, channel, error)}")


@dataclass(frozen=True)
class GateReport:
    """Everything that the gate found.

    Attributes:
        not_ready: what no run can do without; never overridden.
        reasons: what a run that is not for release may override.
        remarks: what is worth saying, and stops nothing.
        prediction: of the uncertainty; None without a protocol, or where it could not be made.
    """

    not_ready: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()
    prediction: Prediction | None = None
    remarks: tuple[Reason, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether a run may start without any mark."""
        return not (self.not_ready or self.reasons)

    def told(self) -> list[str]:
        """Every reason as a line."""
        return [str(reason) for reason in (*self.not_ready, *self.reasons)]

    def refuse(self, bench: str, *, not_for_release: bool) -> None:
        """Let a run pass, or not.

        Args:
            bench: name of the bench.
            not_for_release: the run is marked, so that only what is not ready stops it.

        Raises:
            BenchError: with every reason.
        """
        if self.not_ready or (self.reasons and not not_for_release):
            raise BenchError(bench, self.told())

    def as_json(self) -> dict[str, Any]:
        """For ``start.json``: whether it passed, the reasons that were overridden, the U that was predicted."""
        predicted = {} if self.prediction is None else self.prediction.as_json()
        remarks = {"remarks": [str(one) for one in self.remarks]} if self.remarks else {}
        return {"passed": self.passed, "reasons": self.told(), "predicted": predicted, **remarks}
