"""One formula for every kind of number: floats, float64 arrays, Monte Carlo draws and GTC's uncertain numbers.

The formulae of this package are written once, with operators and the few functions here, so that the value, its
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


def plain(value: Any) -> Any:
    """A float of what is one number, and an array of what is many."""
    return float(value) if np.ndim(value) == 0 else np.asarray(value, np.float64)


def exp(value: Any) -> Any:
    """The exponential of any kind of number."""
    return _apply("exp", value)


def log(value: Any) -> Any:
    """The natural logarithm of any kind of number."""
    return _apply("log", value)


def sqrt(value: Any) -> Any:
    """The square root of any kind of number."""
    return _apply("sqrt", value)


def sin(value: Any) -> Any:
    """The sine of any kind of number, in radians."""
    return _apply("sin", value)


def cos(value: Any) -> Any:
    """The cosine of any kind of number, in radians."""
    return _apply("cos", value)


def _apply(name: str, value: Any) -> Any:
    if is_plain(value):
        return getattr(np, name)(value)
    import GTC

    return getattr(GTC, name)(value)
