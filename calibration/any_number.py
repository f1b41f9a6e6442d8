"""One formula for every kind of number: floats, float64 arrays, Monte Carlo draws and GTC's uncertain numbers.

The formulae of this package are written once, with operators and the two functions here, so that the value, its
GUM budget and its Monte Carlo check can never come from two different formulae::

    from calibration.any_number import exp

    def saturation(temperature_c):
        return exp(0.061 * temperature_c)

>>> saturation = exp(0.0)
>>> float(saturation)
1.0
"""

from __future__ import annotations

from typing import Any

import numpy as np


def is_plain(value: Any) -> bool:
    """Whether numpy can work on the value directly (no uncertain number in it)."""
    return isinstance(value, int | float | np.ndarray | np.generic)


def exp(value: Any) -> Any:
    """The exponential of any kind of number."""
    if is_plain(value):
        return np.exp(value)
    import GTC

    return GTC.exp(value)


def sqrt(value: Any) -> Any:
    """The square root of any kind of number."""
    if is_plain(value):
        return np.sqrt(value)
    import GTC

    return GTC.sqrt(value)
