"""What every finding of a protocol stands on: the evidence, what was delivered, and the program with its beginning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.units import TIME, VOLUME
from rig import events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calibration.units import Quantity
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.dose import DoseProgram, Piece
    from rig.findings.span import Span

#: An action is told within so long of its programmed instant, or it is another one's [s].
_NEAR_S = 60.0


@dataclass(frozen=True)
class Run:
    """One run, as findings see it.

    Attributes:
        evidence: the record with its inputs.
        delivery: what the witness at the tip saw.
        span: whole cycles of the analysis.
        shot_ul: the portion that the pump moves at once.
    """

    evidence: Evidence
    delivery: Delivery
    span: Span
    shot_ul: float

    @property
    def dose(self) -> DoseProgram:
        """What the pump was told."""
        return self.evidence.protocol.dose

    @property
    def began_s(self) -> float:
        """When the program began, on the bench's clock [s]."""
        return self.evidence.delivery_began_s

    @property
    def began(self) -> Quantity:
        """The same as a quantity."""
        return TIME.quantity(self.began_s)

    @property
    def ripple(self) -> Quantity:
        """Standard uncertainty of a level by the shots of the pump."""
        return VOLUME.quantity(self.shot_ul / 12.0**0.5)

    @property
    def cycle_ul(self) -> float | None:
        """The declared cycle [uL]; None where there is none."""
        declared = self.evidence.bench.device.cycle_volume
        return None if declared is None else VOLUME.magnitude("cycle_volume", declared)

    def pieces(self) -> Iterator[tuple[Piece, float, float]]:
        """Pieces of the program with begin and end on the bench's clock [s]."""
        points = self.dose.breakpoints + self.began_s
        for piece, begin, end in zip(self.dose.pieces, points, points[1:], strict=False):
            yield piece, float(begin), float(end)

    def told_s(self, action: str, due_s: float) -> float:
        """When the pump was told something that was due, by the record; the due time where it does not say [s].

        A planned record has no events: there the pump is told on time.
        """
        if "events" not in self.evidence.record.health:
            return due_s
        told = [t for t, data in self.evidence.record.events(events.ACTION) if data["action"] == action]
        near = min(told, key=lambda t: abs(t - due_s), default=due_s)
        return near if abs(near - due_s) <= _NEAR_S else due_s
