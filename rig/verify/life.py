"""The trend of one device over its life: whether its error drifts, and when it may leave its limits.

>>> life = trend([0.0, 90.0, 180.0, 270.0], [1.0, 1.9, 3.1, 4.0], 0.2, limits=(-14.5, 14.5), u_shared=0.3)
>>> print(life.drifts, f"{365 * life.line.slope:.1f} % a year", life.departure.side, life.statement)
True 4.1 % a year upper drifts by +4.1 % +- 0.71 % a year (k = 1.96); the upper limit is reached after 781 days by the \
prediction bound, 95 % one-sided

The line is :func:`calibration.drift.fit_drift`: what all runs share (the bench) moves the whole line and no slope. Runs
on another bench share less than that; their difference is then in the scatter. A device is no proof of a design.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.coverage import coverage_factor
from calibration.departure import Departure, departure
from calibration.drift import Drift, fit_drift
from rig.verify.errors import MetricError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_YEAR = 365.0


@dataclass(frozen=True)
class Trend:
    """The trend of a device.

    Attributes:
        line: its straight line.
        departure: when the line may leave the limits.
        drifts: whether the slope differs from zero with 95 %.
        statement: for the report.
    """

    line: Drift
    departure: Departure
    drifts: bool
    statement: str


def trend(
    day: ArrayLike,
    error_percent: ArrayLike,
    u_percent: ArrayLike,
    *,
    limits: tuple[float, float],
    u_shared: float = 0.0,
) -> Trend:
    """The trend of one device through its runs.

    Args:
        day: of each run, numbers or dates.
        error_percent: its mean flow error.
        u_percent: standard uncertainty of each, without what all share.
        limits: lower and upper, in percent.
        u_shared: standard uncertainty that all runs share, in percent.

    Raises:
        MetricError: too few runs for a line.
        ImplausibleError: see :func:`calibration.drift.fit_drift` and :func:`calibration.departure.departure`.
    """
    line = fit_drift(day, error_percent, u_percent, u_common=u_shared)
    if line.problem:
        raise MetricError(f"trend: expected three runs or more on different days; {line.problem}")
    left = departure(line, limits)
    k = coverage_factor(line.degrees_of_freedom, 0.95)
    drifts = abs(line.slope) > k * line.u_slope
    says = (
        f"{'drifts' if drifts else 'shows no drift, found one'} by {_YEAR * line.slope:+.2g} % "
        f"+- {k * _YEAR * line.u_slope:.2g} % a year (k = {k:.3g}); {left.reason}"
    )
    return Trend(line, left, drifts, says)
