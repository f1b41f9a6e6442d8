"""CUSUM: a small shift that no single result shows, found by adding up what each is too high or too low.

>>> found = cusum([0.2, -0.3, 1.2, 1.4, 0.9, 1.6, 1.1, 1.3, 1.5])
>>> found.alarms.tolist(), found.begun_at(8)
([8], 2)

Standardised results z (distance from the target in standard deviations, :attr:`calibration.control_chart.Chart.z`) in
the order of time::

    C+[i] = max(0, C+[i-1] + z[i] - k),   C-[i] = max(0, C-[i-1] - z[i] - k)

with an alarm where either exceeds h. **k = 0.5** is half the shift that is to be found soonest, one standard deviation;
**h = 5** leaves a false alarm in about 465 results and finds that shift after about 10 (a single limit at three sigma
takes 44). h = 4 leaves one in 168 and takes 8.

Source: Page, Biometrika 41 (1954) 100; the run lengths are in Montgomery, Statistical Quality Control [K] and are
simulated in the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Cusum:
    """Both sums after each result.

    Attributes:
        high, low: C+ and C-, from zero, with the shape of the results.
        k, h: reference value and limit, in standard deviations.
    """

    high: NDArray[np.float64]
    low: NDArray[np.float64]
    k: float
    h: float

    @property
    def beyond(self) -> NDArray[np.bool_]:
        """Where either sum is beyond its limit."""
        return (self.high > self.h) | (self.low > self.h)

    @property
    def alarms(self) -> NDArray[np.intp]:
        """Indices of the results (of one series) at which either sum is beyond its limit."""
        return np.flatnonzero(self.beyond)

    def begun_at(self, index: int) -> int:
        """The first result of the climb that leads to ``index`` (one series): where the shift probably happened."""
        side = self.high if self.high[index] >= self.low[index] else self.low
        resting = np.flatnonzero(side[: index + 1] == 0.0)
        return int(resting[-1]) + 1 if resting.size else 0


def cusum(z: ArrayLike, *, k: float = 0.5, h: float = 5.0) -> Cusum:
    """The two sums of a series, or of many at once along the last axis; they are not reset by an alarm.

    Args:
        z: standardised results, in the order of time.
        k: reference value, half the shift to be found, in standard deviations.
        h: limit, in standard deviations.

    Raises:
        ImplausibleError: results that are not finite, or ``k`` or ``h`` not above zero.
    """
    values = np.atleast_1d(np.asarray(z, np.float64))
    if not np.isfinite(values).all():
        raise ImplausibleError("z: expected finite numbers, found otherwise")
    if not (k > 0.0 and h > 0.0):
        raise ImplausibleError(f"k, h: expected numbers above zero, found {k!r}, {h!r}")
    return Cusum(_climb(values - k), _climb(-values - k), k, h)


def _climb(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Running sum held at zero from below: the sum less its lowest value so far."""
    total = np.cumsum(steps, axis=-1)
    lowest = np.minimum(np.minimum.accumulate(total, axis=-1), 0.0)
    return total - lowest
