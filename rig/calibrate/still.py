"""A balance left alone: how fast its load evaporates, and what two levels differ by though nothing flowed.

>>> rng = np.random.default_rng(1)
>>> times = np.arange(0.0, 1800.0, 0.5)
>>> found = still_tables(times, 53.0 - 0.3e-3 * times / 3600.0 + 2e-5 * rng.normal(size=times.size))
>>> f"{found['mg_h']:.2f} mg/h; {1e6 * level_u_g(found, 300.0):.1f} ug"     # 20 ug sqrt(2 / 16)
'0.30 mg/h; 7.2 ug'

The mean square of the difference of two levels, over all pairs so far apart, is the variance of such a difference: with
the noise of both levels and with the wander between them, whatever its kind (the structure function of a series; A. N.
Kolmogorov 1941, in metrology as D. W. Allan, Proc. IEEE 54 (1966) 221). It is counted up to a third of the readings and
goes on from there as a random walk would. A random walk that wanders as much makes the slope of a straight line of
length T uncertain by sqrt(6/5 w / T), with w the variance that it adds in a second.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.errors import CalibrationError
from calibration.evaporation import MG_H_PER_G_S, leg_rate_mg_h

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike

#: A level stands on this many seconds at either end [s].
LEVEL_S: Final = 8.0
_FEWEST: Final = 9
_LONGEST_PART: Final = 3
_WALK_OF_A_SLOPE: Final = 1.2


def still_tables(time_s: ArrayLike, mass_g: ArrayLike) -> dict[str, Any]:
    """What readings without flow say; plain JSON.

    Args:
        time_s: ascending [s].
        mass_g: readings [g], shape as ``time_s``.

    Returns:
        ``mg_h`` and ``u_mg_h``: the rate and its standard uncertainty, wander included; ``nu``, ``n``: of the straight
        line; ``apart_s`` and ``differ_g``: what two levels differ by, root mean square, so far apart.

    Raises:
        CalibrationError: too few readings.
    """
    time, mass = np.asarray(time_s, np.float64), np.asarray(mass_g, np.float64)
    levels = _levels(time, mass)
    if len(levels) < _FEWEST:
        raise CalibrationError(
            f"expected readings of the balance over {_FEWEST * LEVEL_S:g} s or more without flow, found {len(time)} "
            "readings; is the balance busy?"
        )
    rate, u_line, nu = leg_rate_mg_h(time, mass)
    apart = np.unique(np.geomspace(1.0, len(levels) // _LONGEST_PART, 12).astype(int))
    squares = np.array([np.square(levels[m:] - levels[:-m]).mean() for m in apart])
    walk_g2_s = max(0.0, squares[-1] - squares[0]) / (apart[-1] * LEVEL_S)
    u_walk = MG_H_PER_G_S * math.sqrt(_WALK_OF_A_SLOPE * walk_g2_s / (time[-1] - time[0]))
    return {
        "mg_h": rate, "u_mg_h": math.hypot(u_line, u_walk), "nu": nu, "n": len(time),
        "apart_s": (apart * LEVEL_S).tolist(), "differ_g": np.sqrt(squares).tolist(),
    }  # fmt: skip


def level_u_g(still: Mapping[str, Any], apart_s: float) -> float:
    """Standard uncertainty of the difference of two levels so far apart [g], from :func:`still_tables`."""
    apart, squares = np.asarray(still["apart_s"], np.float64), np.square(still["differ_g"])
    inside = float(np.interp(apart_s, apart, squares))
    beyond = max(0.0, apart_s / apart[-1] - 1.0) * max(0.0, squares[-1] - squares[0])
    return math.sqrt(inside + beyond)


def wander_g2(still: Mapping[str, Any], apart_s: float) -> float:
    """What so many seconds between two levels add to the variance of their difference [g^2]; none within a level."""
    if apart_s <= LEVEL_S:
        return 0.0
    return max(0.0, level_u_g(still, apart_s) ** 2 - level_u_g(still, LEVEL_S) ** 2)


def _levels(time: Any, mass: Any) -> Any:
    """Means over windows one after another, less the straight line through all readings; empty windows left out."""
    if len(time) < _FEWEST:
        return np.zeros(0)
    line = np.polynomial.Polynomial.fit(time, mass, 1)
    place = ((time - time[0]) / LEVEL_S).astype(int)
    whole = place < place[-1]
    counts = np.bincount(place[whole])
    return (np.bincount(place[whole], (mass - line(time))[whole]) / np.maximum(counts, 1))[counts > 0]
