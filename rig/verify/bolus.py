"""Statistics of a series of boluses, each weighed by itself.

IEC 60601-2-24 asks for 25 successive boluses at the minimum and at the maximum setting, with the mean and the
largest deviation on either side [K]. The tolerance interval says what that promises for the next ones::

    series = bolus_statistics(volumes, VOLUME.parse("programmed", "10 uL"))
    print(series.mean_error_percent, series.tolerance_low_ul, series.tolerance_high_ul)
"""

from __future__ import annotations

from dataclasses import dataclass

from calibration.units import VOLUME, Quantity
from rig.verify.errors import MetricError
from rig.verify.tolerance import two_sided_factor


@dataclass(frozen=True)
class BolusStatistics:
    """A series of boluses.

    Attributes:
        count: how many.
        mean_ul, sd_ul: mean and sample standard deviation, microlitres.
        mean_error_percent: error of the mean against the programmed volume.
        max_error_percent, min_error_percent: largest and smallest error of a single bolus (the largest positive
            and the largest negative deviation, where there are both).
        tolerance_low_ul, tolerance_high_ul: normal tolerance interval, exact factor.
        content, confidence: of that interval.
    """

    count: int
    mean_ul: float
    sd_ul: float
    mean_error_percent: float
    max_error_percent: float
    min_error_percent: float
    tolerance_low_ul: float
    tolerance_high_ul: float
    content: float
    confidence: float


def bolus_statistics(
    volumes: Quantity, programmed: Quantity, *, content: float = 0.95, confidence: float = 0.95
) -> BolusStatistics:
    """Statistics of a series of delivered boluses of one setting.

    Args:
        volumes: delivered volume of each bolus, shape (count,), two or more.
        programmed: the setting, above zero.
        content, confidence: of the tolerance interval.

    Raises:
        UnitError: an argument without its unit, of another kind or implausible.
        MetricError: fewer than two boluses, nothing programmed, content or confidence not between 0 and 1.
    """
    volumes_ul = VOLUME.array("volumes", volumes)
    programmed_ul = VOLUME.magnitude("programmed", programmed)
    if volumes_ul.ndim != 1 or len(volumes_ul) < 2:
        raise MetricError(f"volumes: expected a row of two boluses or more, found shape {volumes_ul.shape}")
    if programmed_ul <= 0.0:
        raise MetricError(f"programmed: expected a bolus above zero, found {programmed_ul:g} uL")
    errors = 100.0 * (volumes_ul - programmed_ul) / programmed_ul
    mean_ul, sd_ul = float(volumes_ul.mean()), float(volumes_ul.std(ddof=1))
    reach_ul = two_sided_factor(len(volumes_ul), content, confidence) * sd_ul
    return BolusStatistics(
        count=len(volumes_ul),
        mean_ul=mean_ul,
        sd_ul=sd_ul,
        mean_error_percent=float(errors.mean()),
        max_error_percent=float(errors.max()),
        min_error_percent=float(errors.min()),
        tolerance_low_ul=mean_ul - reach_ul,
        tolerance_high_ul=mean_ul + reach_ul,
        content=content,
        confidence=confidence,
    )
