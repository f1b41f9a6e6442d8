"""What a balance's digit may do to levels and to the slopes of legs, where noise does not dither it.

A balance whose noise is small beside its digit rests on it: however often it is read, the mean stays wrong by up to
half a digit, and a leg may hide a slope of a digit over its length, or show one and a half that is not there. Noise of
half a digit averages that out: of the mean error of a rounded reading exp(-2 pi^2 sd^2 / digit^2) is left, 0.7 %
(B. Widrow and I. Kollar, Quantization Noise, Cambridge 2008, ch. 4 and 19 [K]).

Readings tell their noise only behind their digit. With 0.5 digits of noise or more they scatter by Sheppard's root of
noise^2 + digit^2 / 12, so by 0.577 digits. Two values in turn scatter by 0.5 digits, and may be a balance without any
noise that rests between two digits. So below 0.52 digits all of the digit counts, and above 0.577 nothing of it.

>>> [round(undithered_g(sd_g, 1e-3) * 1e3, 3) for sd_g in (0.0, 5e-4, 5.5e-4, 6.7e-4)]     # mg, of a digit of 1 mg
[0.5, 0.5, 0.238, 0.0]
>>> hours = np.linspace(0.0, 18000.0, 1800)
>>> [round(u_slope_mg_h(5e-4, [(hours, lost * hours / 18000.0)] * 2, 1e-3), 4) for lost in (0.0, 0.0105)]
[0.0816, 0.0082]

None of it averages with the number of readings (GUM F.2.2.1). A level is off by at most half a digit times the sum of
its weights' sizes, which is one in the middle of a window and 5/3 at its end (:attr:`rig.delivery.levels.Level.reach`).
A slope counts as off by half a digit at either end, a digit over its length. By least squares it can be off by half as
much again, seldom: of a leg that loses a part h of a digit the mean square is 1.2 h - h^2 over all places between two
digits, a root of 0.6 digits at most, and the rectangle has 0.58.

A leg that loses many digits is rounded up as often as down: what is left falls with their number, since only the first
and last of them do not cancel. A leg at rest may show one and a half digits, so half of one is taken off what it shows.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.any_number import plain
from calibration.evaporation import MG_H_PER_G_S
from calibration.straight_line import fit_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.delivery.levels import Floats

#: Scatter of readings [digits] up to which they may rest, and from which on they are dithered (Sheppard, of 0.5).
RESTS: Final = 0.52
DITHERED: Final = math.sqrt(0.5**2 + 1.0 / 12.0)
#: What a leg shows of its motion beyond what is sure of it [digits]: 1.5 may be one step in its middle.
LEAST_MOVED: Final = 0.5
#: Readings on one line of their own: so few that neither evaporation nor weather passes for noise.
READINGS_PER_PIECE: Final = 30


def undithered_g(sd_g: Any, resolution_g: float) -> Any:
    """Half width of what the digit may do to a reading at rest, however often it is read [g].

    Args:
        sd_g: standard deviation of the rounded readings [g]; of several records, one for each.
        resolution_g: one digit.
    """
    if resolution_g == 0.0:
        return 0.0 * sd_g
    left = (DITHERED - np.asarray(sd_g) / resolution_g) / (DITHERED - RESTS)
    return plain(resolution_g / 2.0 * np.clip(left, 0.0, 1.0))


def scatter_g(legs_g: Sequence[Floats]) -> Any:
    """Standard deviation of readings about lines through short pieces of the legs, of each row of readings [g]."""
    return plain(np.sqrt(sum(_variance_g2(leg) for leg in legs_g) / len(legs_g)))


def u_slope_mg_h(half_g: Any, legs: Sequence[tuple[Floats, Floats]], resolution_g: float) -> Any:
    """Standard uncertainty of the mean slope of legs, a rectangle of each [mg/h]; zero without any leg.

    Args:
        half_g: from :func:`undithered_g`.
        legs: times [s], shape (n,), and readings [g], shape (..., n), of each.
        resolution_g: one digit.
    """
    if not legs or not np.any(half_g):
        return 0.0 * half_g
    squares = sum(np.square(_slope_reach(time_s, reading_g, resolution_g)) for time_s, reading_g in legs)
    return plain(MG_H_PER_G_S * half_g * np.sqrt(squares / 3.0) / len(legs))


def _slope_reach(time_s: Floats, reading_g: Floats, resolution_g: float) -> Any:
    """How far readings that are all off by one may take a slope [1/s]; less if it moved through many digits."""
    length_s = float(time_s[-1] - time_s[0])
    moved = np.abs(fit_line(time_s - time_s[0], reading_g).slope) * length_s / resolution_g
    through = np.where(2.0 * moved < len(time_s), np.maximum(1.0, moved - LEAST_MOVED), 1.0)
    return 2.0 / length_s / through


def _variance_g2(reading_g: Floats) -> Any:
    count = max(1, reading_g.shape[-1] // READINGS_PER_PIECE)
    size = reading_g.shape[-1] // count
    pieces = reading_g[..., : size * count].reshape(*reading_g.shape[:-1], count, size)
    residuals = fit_line(np.arange(size, dtype=np.float64), pieces).residuals
    return np.square(residuals).sum(axis=-1).mean(axis=-1) / (size - 2)
