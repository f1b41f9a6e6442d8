"""Whether the legs show noise that remembers for longer than their own residuals say, and what it does to a result.

Without a noise record the noise of a delivery is that of single readings in the legs, with the correlation of
neighbours. A balance that walks or flickers is worse over hours than that says, and U would be too small. The legs show
it: means over pieces of a leg scatter beside its straight line more slowly, and further, than readings that forget.

The test is the locally best one for a random walk (a score test): r' W r over the variance of a mean, with r the
residuals of the means about the line and W the covariance that a walk would give them. Without a walk it is a sum of
chi-squares, taken as one with the same mean and variance (F. E. Satterthwaite, Biometrics Bull. 2 (1946) 110). What it
is larger by gives the walk, which is then taken to go on from end to end. Steps of a digit on which a balance rests
(:mod:`rig.delivery.digit`) look like a walk; no more counts than goes beyond what they can do.

>>> time_s = np.arange(0.0, 3600.0, 5.0)
>>> rng = np.random.default_rng(1)
>>> still = 2e-5 * rng.normal(size=720)
>>> walks = still + 1e-4 * np.cumsum(rng.normal(size=720)) * np.sqrt(5.0 / 3600.0)     # 0.1 mg in a root hour
>>> wander([(time_s, still)]).p > 0.01, wander([(time_s, walks)]).p < 1e-3
(True, True)
>>> 0.05 < 1e3 * math.sqrt(3600.0 * wander([(time_s, walks)]).walk_g2_s) < 0.2         # [mg]
True
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np

from calibration.any_number import plain
from calibration.block_covariance import covariance_g2
from calibration.noise_blocks import block_means
from calibration.noise_model import NoiseModel
from calibration.straight_line import fit_line
from calibration.type_a import LONGEST_LAG, beside_a_line, lag_one_of_rows
from rig.delivery.levels import Floats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.noise_blocks import Blocks
    from rig.delivery.volume import Delivery

#: Pieces of a leg at most and at least, and the fewest readings of one: fewer do not tell their own correlation.
PIECES, FEWEST_PIECES = 24, 6
READINGS_PER_PIECE: Final = 30
FEWEST_READINGS: Final = FEWEST_PIECES * READINGS_PER_PIECE
#: So seldom legs that remember nothing are taken for others.
ALPHA: Final = 0.001
#: A walk counts where it would add this part of u in quadrature; below it an interval of 95 % holds 94.5 % or more.
PART_OF_U: Final = 1.0 / 5.0
#: A random walk of a square gram in a second.
WALK: Final = NoiseModel(0.0, 0.0, 1.0, 0.0, 0.0, 1.0, math.inf, 1.0)


@dataclass(frozen=True)
class Wander:
    """What the legs show; of several records at once, one number for each.

    Attributes:
        p: how often readings that forget within a few would scatter so slowly; NaN where no leg is long enough to tell.
        walk_g2_s: variance that a random walk would add in a second [g^2/s], zero or more.
        nu: degrees of freedom of that variance, where it goes into a budget.
        alpha, part_of_u: how seldom a sound balance is taken for another, and which part of u counts.
    """

    p: Any
    walk_g2_s: Any
    nu: Any = math.inf
    alpha: ClassVar[float] = ALPHA
    part_of_u: ClassVar[float] = PART_OF_U

    def u_ul(self, delivery: Delivery, start_s: float, end_s: float) -> Any:
        """Standard uncertainty that the walk adds to a difference, by both levels and the slopes of the legs [uL]."""
        apart_s = end_s - start_s
        grams = np.sqrt(self.walk_g2_s * (apart_s + _slopes_s(delivery) * apart_s**2))
        return plain(grams * 1e6 / delivery.setup.fluid_kg_m3)

    def covariance_ul2(self, delivery: Delivery, since_s: Floats) -> Floats:
        """The same as covariance of levels, counted from time zero [uL^2], shape (n, n); of a single record."""
        walked_s = WALK.covariance_g2(since_s, 1.0) + _slopes_s(delivery) * np.outer(since_s, since_s)
        return np.asarray(self.walk_g2_s * walked_s * (1e6 / delivery.setup.fluid_kg_m3) ** 2)

    def counts(self, delivery: Delivery, start_s: float, end_s: float, u_ul: Any) -> Any:
        """Whether it shows, and makes a difference of that standard uncertainty cover less than it says."""
        shown = np.asarray(self.p) < self.alpha
        return shown & (self.u_ul(delivery, start_s, end_s) > self.part_of_u * np.asarray(u_ul))


def wander_of(delivery: Delivery) -> Wander:
    """What the legs of a delivery show, by its readings or by its masses, whichever wander less.

    Readings go with the weather, which buoyancy takes out of the masses; and masses go in steps with the digit of a
    thermometer, which the readings know nothing of. A balance that wanders does so in both.
    """
    corrected = delivery.collected_ul * delivery.setup.fluid_kg_m3 / 1e6
    masses, readings = (
        wander([(delivery.time_s[part], mass_g[..., part]) for part in parts_of(delivery)], delivery.digit_g)
        for mass_g in (corrected, delivery.reading_g)
    )
    return Wander(*calmer(masses, readings))


def calmer(one: Wander, other: Wander) -> tuple[Any, Any, Any]:
    """How often, the walk, and its degrees of freedom, of whichever wanders less."""
    second = np.asarray(other.p) > one.p
    pairs = ((one.p, other.p), (one.walk_g2_s, other.walk_g2_s), (one.nu, other.nu))
    p, walk_g2_s, nu = (plain(np.where(second, *reversed(pair))) for pair in pairs)
    return p, walk_g2_s, nu


def wander(legs: Sequence[tuple[Floats, Floats]], digit_g: Any = 0.0) -> Wander:
    """What legs show.

    Args:
        legs: times [s], shape (n,), and masses [g], shape (..., n): a row for each of several records.
        digit_g: half width of what the digit may do to readings at rest; that much is no wander.
    """
    from scipy.special import gammaincc

    told = [_leg(time_s - time_s[0], mass_g, digit_g) for time_s, mass_g in legs if len(time_s) >= FEWEST_READINGS]
    if not told:
        return Wander(math.nan, 0.0)
    found, squares = sum(one.statistic for one in told), sum(one.squares for one in told)
    p = gammaincc(len(told) ** 2 / squares / 2.0, found * len(told) / squares / 2.0)
    walks = sum((one.statistic - 1.0) * one.mean_g2 / one.walk_s for one in told) / len(told)
    return Wander(plain(p), plain(np.maximum(walks, 0.0)))


@dataclass(frozen=True)
class _Leg:
    """One leg.

    Attributes:
        statistic: of mean one where nothing is remembered.
        squares: half of its variance then.
        mean_g2: variance of the mean of a piece [g^2].
        walk_s: by how much a walk of one g^2/s raises the statistic, times that variance [s].
    """

    statistic: Any
    squares: float
    mean_g2: Any
    walk_s: float


def _leg(since_s: Floats, mass_g: Floats, digit_g: Any) -> _Leg:
    means, size = means_of_pieces(since_s, mass_g)
    count = len(means.middle_s)
    pieces = mass_g[..., : size * count].reshape(*mass_g.shape[:-1], count, size)
    line = np.stack([np.ones(count), means.middle_s], axis=1)
    beside = np.eye(count) - line @ np.linalg.pinv(line)
    walk = beside @ covariance_g2(WALK, means, float(since_s[-1])) @ beside
    trace, squares = float(np.trace(walk)), float((walk**2).sum())
    digit_g2 = np.square(digit_g) / 3.0
    mean_g2 = np.maximum(_variance_of_a_mean(since_s[:size], pieces), digit_g2 / size)
    # as if all that the digit does were in the mode that a walk shows most
    rounded_g2 = count * np.linalg.eigvalsh(walk)[-1] * digit_g2
    shown_g2 = np.maximum(((means.mean @ walk) * means.mean).sum(axis=-1), 0.0)
    statistic = np.square(np.maximum(np.sqrt(shown_g2) - np.sqrt(rounded_g2), 0.0)) / trace / mean_g2
    return _Leg(statistic, squares / trace**2, mean_g2, squares / trace)


def means_of_pieces(since_s: Floats, mass_g: Floats) -> tuple[Blocks, int]:
    """Means of pieces of a leg of equally many readings, and how many; those at the end that are left over go."""
    count = min(PIECES, len(since_s) // READINGS_PER_PIECE)
    size = len(since_s) // count
    used = slice(0, size * count)
    edges = np.append(since_s[used].reshape(count, size)[:, 0], np.inf)
    return block_means(since_s[used], mass_g[..., used], edges), size


def _variance_of_a_mean(time_s: Floats, pieces: Floats) -> Any:
    """Of readings that remember their neighbour alone, from what is left beside a line through each piece."""
    size = pieces.shape[-1]
    residuals = fit_line(time_s - time_s[0], pieces).residuals
    variance = np.square(residuals).sum(axis=-1).mean(axis=-1) / (size - 2)
    lag = np.clip(beside_a_line(lag_one_of_rows(residuals), size).mean(axis=-1), 0.0, LONGEST_LAG)
    return np.maximum(variance * (1.0 + lag) / (1.0 - lag) / size, np.finfo(np.float64).tiny)


def _slopes_s(delivery: Delivery) -> float:
    """Variance of the mean slope of both legs by a walk of one g^2/s, per second squared [s]."""
    return sum(WALK.slope_g2_s2(delivery.time_s[part]) for part in parts_of(delivery)) / 4.0


def parts_of(delivery: Delivery) -> list[slice]:
    """Where the readings of each leg are."""
    return [slice(*np.searchsorted(delivery.time_s, leg)) for leg in delivery.legs_s]
