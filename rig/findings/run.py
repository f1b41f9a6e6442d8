"""What every finding of a protocol stands on: the evidence, what was delivered, and the program with its beginning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import TIME, VOLUME
from rig import events
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from calibration.units import Quantity
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.dose import DoseProgram, Piece
    from rig.findings.span import Span

    Floats = np.ndarray[Any, np.dtype[np.float64]]

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

    def column(self, channel: str, column: str, begin_s: float, end_s: float) -> tuple[Floats, Floats]:
        """Times and readings of one column between two instants, both included; only what is finite, of one length.

        Raises:
            EvidenceError: the record has no such channel, or the channel no such column.
        """
        if channel not in self.evidence.record.health:
            found = ", ".join(sorted(self.evidence.record.health))
            raise EvidenceError(f"the record has no channel {channel!r}; it has {found}")
        rows = self.evidence.record.stream(channel)
        if column not in rows:
            raise EvidenceError(f"the channel {channel!r} has no column {column}; it has {', '.join(rows)}")
        good = (rows["t_s"] >= begin_s) & (rows["t_s"] <= end_s) & np.isfinite(rows[column])
        return rows["t_s"][good], rows[column][good]

    def told_s(self, action: str, due_s: float) -> float:
        """When the pump was told something that was due, by the record; the due time where it does not say [s]."""
        told = [t for t, data in self.evidence.record.events(events.ACTION) if data["action"] == action]
        near = min(told, key=lambda t: abs(t - due_s), default=due_s)
        return near if abs(near - due_s) <= _NEAR_S else due_s
