"""The mean flow error: delivered against programmed volume over whole cycles of the pump.

The estimand is a difference of levels, V(t2) - V(t1), never a slope: a slope weights the middle of the
record. The span holds whole declared cycles only, because a pump that delivers in shots and roller passages
is anywhere within a cycle when the span ends, and that is phase, not error.

>>> whole_cycles(0.0, 90_000.0, 3600.0)
CycleSpan(start_s=0.0, end_s=90000.0, cycles=25)
>>> relative_error_percent(157.5, 150.0, 0.75)
ErrorPercent(value=5.0, u=0.5)
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from calibration.units import VOLUME, Quantity
from rig.verify.errors import MetricError
from rig.verify.grid import RELATIVE


class CycleSpan(NamedTuple):
    """The part of an analysis period that holds whole cycles.

    Attributes:
        start_s, end_s: its ends, in the seconds of the arguments.
        cycles: how many.
    """

    start_s: float
    end_s: float
    cycles: int


@dataclass(frozen=True)
class ErrorPercent:
    """A relative error.

    Attributes:
        value: 100 (delivered/programmed - 1), in percent.
        u: its standard uncertainty, in percent of the programmed volume.
    """

    value: float
    u: float


def whole_cycles(start_s: float, end_s: float, cycle_s: float) -> CycleSpan:
    """The longest span of whole cycles that begins at the start of the analysis and lies within it.

    A last cycle that falls short of its end by rounding alone (relative 1e-6 of a cycle) counts, and the span
    then ends with the analysis.

    Args:
        start_s, end_s: the analysis period, seconds of any one time base.
        cycle_s: the declared cycle, seconds.

    Raises:
        MetricError: no whole cycle fits, or a time is no number.
    """
    if not (math.isfinite(start_s) and math.isfinite(end_s) and 0.0 < cycle_s < math.inf):
        raise MetricError(
            f"whole_cycles: expected finite times and a cycle above zero, found {start_s=}, {end_s=}, {cycle_s=}"
        )
    cycles = math.floor((end_s - start_s) / cycle_s + RELATIVE)
    if cycles < 1:
        raise MetricError(
            f"analysis period: expected at least one whole cycle of {cycle_s:g} s, found {end_s - start_s:g} s; "
            "make the analysis longer, or declare the cycle that the maker states for this rate"
        )
    return CycleSpan(start_s, min(start_s + cycles * cycle_s, end_s), cycles)


def relative_error(
    delivered: Quantity,
    programmed: Quantity,
    u_delivered: Quantity,
    u_programmed: Quantity | None = None,
    *,
    correlation: float = 0.0,
) -> ErrorPercent:
    """The error of a delivered volume against the programmed one.

    Args:
        delivered, programmed: differences of volume over the same span; the programmed one above zero.
        u_delivered: standard uncertainty of the delivered difference (of the *difference*: components that are
            common to both levels are in it once, with their covariance).
        u_programmed: standard uncertainty of the programmed volume, from the times of the span; None is zero.
        correlation: between the two, e.g. through the times that both share.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: nothing programmed, a negative uncertainty, or a correlation beyond +-1.
    """
    return relative_error_percent(
        VOLUME.magnitude("delivered", delivered),
        VOLUME.magnitude("programmed", programmed),
        VOLUME.magnitude("u_delivered", u_delivered),
        0.0 if u_programmed is None else VOLUME.magnitude("u_programmed", u_programmed),
        correlation,
    )


def relative_error_percent(
    delivered_ul: float,
    programmed_ul: float,
    u_delivered_ul: float,
    u_programmed_ul: float = 0.0,
    correlation: float = 0.0,
) -> ErrorPercent:
    """Kernel of :func:`relative_error`: all volumes in microlitres; first-order propagation (GUM 5.2)."""
    if not programmed_ul > 0.0:
        raise MetricError(f"programmed: expected a programmed volume above zero, found {programmed_ul:g} uL")
    if not (u_delivered_ul >= 0.0 and u_programmed_ul >= 0.0 and abs(correlation) <= 1.0):
        raise MetricError(
            "uncertainty: expected standard uncertainties of zero or more and a correlation within +-1, "
            f"found {u_delivered_ul:g} uL, {u_programmed_ul:g} uL and {correlation:g}"
        )
    ratio = delivered_ul / programmed_ul
    part, other = u_delivered_ul / programmed_ul, ratio * u_programmed_ul / programmed_ul
    variance = part**2 + other**2 - 2.0 * correlation * part * other
    return ErrorPercent(100.0 * (delivered_ul - programmed_ul) / programmed_ul, 100.0 * math.sqrt(max(variance, 0.0)))
