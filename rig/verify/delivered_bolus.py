"""Boluses of a program, weighed: single, bridge and priming, each with its error and their joint covariance.

Basal delivery is suspended while a bolus lasts. A line that gives way delivers the last part of it late, so the
window reaches ``settle`` beyond its end, and what the program gives in that time is taken off::

    found = delivered_boluses(delivery, program, began, settle=TIME.parse("settle", "5 min"))
    found.error_percent, found.u_percent, found.mean_error_percent, found.u_mean_percent
    found.statistics()      # mean, extremes, tolerance interval of a series of one setting

The volume is measured. Which drug is in it, during bridge and priming, is a model (:mod:`rig.verify.mixing`).
The scatter of a weighed series holds the weighing's own noise: its tolerance interval is then too wide, never too
narrow, and the largest deviation of a series is pushed outwards by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from calibration.units import CONCENTRATION, TIME, VOLUME
from rig.verify.bolus import BolusStatistics, bolus_statistics
from rig.verify.errors import MetricError
from rig.verify.series import not_negative
from rig.verify.windows import Levels, freedom, windows_ul

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.dose import DoseProgram, Piece

    Floats = np.ndarray[Any, np.dtype[np.float64]]

BolusKind = Literal["single", "bridge", "priming"]


@dataclass(frozen=True, eq=False)
class DeliveredBoluses:
    """Boluses in order of time.

    Attributes:
        kinds: of each, shape (n,).
        start_s, end_s: of each window, on the bench's clock [s].
        volume_ul, covariance_ul2: delivered beyond the basal rate [uL, uL^2].
        programmed_ul: the setting of each [uL].
        nu: effective degrees of freedom, the fewest of all windows.
    """

    kinds: tuple[BolusKind, ...]
    start_s: Floats
    end_s: Floats
    volume_ul: Floats
    covariance_ul2: Floats
    programmed_ul: Floats
    nu: float

    @property
    def error_percent(self) -> Floats:
        """100 (delivered / programmed - 1) of each."""
        return 100.0 * (self.volume_ul / self.programmed_ul - 1.0)

    @property
    def u_percent(self) -> Floats:
        """Standard uncertainty of each error [%]."""
        return 100.0 * np.sqrt(np.diag(self.covariance_ul2)) / self.programmed_ul

    @property
    def mean_error_percent(self) -> float:
        """Mean of the errors."""
        return float(self.error_percent.mean())

    @property
    def u_mean_percent(self) -> float:
        """Its standard uncertainty, with what all weighings share: it does not shrink with the square root of n."""
        weight = 100.0 / (len(self.volume_ul) * self.programmed_ul)
        return float(np.sqrt(weight @ self.covariance_ul2 @ weight))

    def statistics(self, *, content: float = 0.95, confidence: float = 0.95) -> BolusStatistics:
        """Statistics of the series.

        Raises:
            MetricError: boluses of more than one setting, or fewer than two.
        """
        settings = np.unique(np.round(self.programmed_ul, 9))
        if len(settings) > 1:
            raise MetricError(f"boluses: expected a series of one setting, found {settings.tolist()} uL")
        programmed = VOLUME.quantity(float(settings[0]))
        return bolus_statistics(VOLUME.quantity(self.volume_ul), programmed, content=content, confidence=confidence)


def delivered_boluses(
    delivery: Levels, program: DoseProgram, began: Quantity, *, settle: Quantity, shot: Quantity | None = None
) -> DeliveredBoluses:
    """Every bolus of a program, single, bridge or priming.

    Args:
        delivery: delivered volume.
        program: what the pump was told.
        began: when the program began, on the bench's clock.
        settle: how long after its end a bolus still arrives; five time constants of the line.
        shot: what the pump moves at once; a bolus may hold half a shot more or less (rectangular).

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: no bolus in the program, one outside the record, a settle time that reaches the next bolus.
    """
    began_s, settle_s = TIME.magnitude("began", began), TIME.magnitude("settle", settle)
    shot_ul = 0.0 if shot is None else not_negative("shot", VOLUME.magnitude("shot", shot), "uL")
    found = [
        (piece, float(start), float(end))
        for piece, start, end in zip(program.pieces, program.breakpoints, program.breakpoints[1:], strict=False)
        if piece.kind == "bolus"
    ]
    if not found:
        raise MetricError("boluses: expected a program with a bolus, found none")
    _check_apart([start for _, start, _ in found[1:]], [end + settle_s for _, _, end in found])
    start_s = began_s + np.array([start for _, start, _ in found])
    end_s = began_s + np.array([end + settle_s for _, _, end in found])
    seen = windows_ul(delivery, start_s, end_s)
    programmed_ul = np.array([piece.volume_ul for piece, _, _ in found])
    basal_ul = program.volume_ul(end_s - began_s) - program.volume_ul(start_s - began_s) - programmed_ul
    own = CONCENTRATION.magnitude("concentration", program.concentration)
    return DeliveredBoluses(
        kinds=tuple(_kind(piece, own) for piece, _, _ in found),
        start_s=start_s,
        end_s=end_s,
        volume_ul=seen.volume_ul - basal_ul,
        covariance_ul2=seen.covariance_ul2 + np.eye(len(found)) * shot_ul**2 / 12.0,
        programmed_ul=programmed_ul,
        nu=min(freedom(delivery, float(a), float(b)) for a, b in zip(start_s, end_s, strict=True)),
    )


def _check_apart(next_starts: list[float], ends: list[float]) -> None:
    for begins, ended in zip(next_starts, ends, strict=False):
        if begins < ended - 1e-6:
            raise MetricError(
                f"boluses: expected each to settle before the next begins, found one that settles until {ended:g} s "
                f"and the next at {begins:g} s; leave more time between them, or settle for less"
            )


def _kind(piece: Piece, own_ug_ml: float) -> BolusKind:
    if piece.concentration_ug_ml == 0.0:
        return "priming"
    return "single" if piece.concentration_ug_ml == own_ug_ml else "bridge"
