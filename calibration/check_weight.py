"""The daily check: does the mean of a few weighings of a check weight still agree with its reference value?

The limit is set for false alarms, 1 % of checks unless told otherwise, and what such a check *finds* is a number of its
own: one weighing finds a shift of three standard deviations in 66 % of cases, the mean of three in 99.6 %.

>>> print(f"{detection_probability(3.0, n=1):.3f} {detection_probability(3.0, n=3):.4f}")
0.664 0.9956
>>> found = check([50.00012, 50.00009, 50.00011], 50.0, sd=0.00005)
>>> print(found.verdict, f"{found.value:.6f} {found.limit:.6f}")
shifted 0.000107 0.000074

Everything is free of units: readings, reference, standard deviation and allowance are all in one unit of the caller's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

from calibration.coverage import coverage_factor, effective_degrees_of_freedom
from calibration.errors import ImplausibleError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Check:
    """What one check found.

    Attributes:
        verdict: ``held``, or ``shifted`` where the value lies beyond the limit.
        value: mean less reference, or after less before.
        limit: largest absolute value that is no alarm.
        p: probability of a value so far out, at the edge of the allowance, if nothing had shifted beyond it.
        u: standard uncertainty of the value.
        degrees_of_freedom: of ``u``.
    """

    verdict: Literal["held", "shifted"]
    value: float
    limit: float
    p: float
    u: float
    degrees_of_freedom: float


def check(
    readings: ArrayLike,
    reference: float,
    *,
    sd: float,
    nu: float = math.inf,
    u_reference: float = 0.0,
    drift_allowance: float = 0.0,
    alpha: float = 0.01,
) -> Check:
    """Judge the mean of the readings against the reference value: |mean - reference| <= allowance + k u.

    u^2 = sd^2 / n + u_reference^2; k is two-sided for ``alpha``, Student's where ``sd`` was estimated
    (Welch-Satterthwaite). The limit is exact without an allowance, and errs towards silence with one.

    Args:
        readings: one or more weighings of the check; three are advised.
        reference: value of the weight, conventional or as found when the instrument was calibrated.
        sd: standard deviation of one weighing, from earlier weighings; never from these few readings alone.
        nu: degrees of freedom of ``sd``; ``inf`` where it is known.
        u_reference: standard uncertainty of the weight itself. The same weight has the same error every day: zero
            where the reference was found on this instrument with this weight.
        drift_allowance: how far the value may have moved without alarm, added to the limit as it is.
        alpha: probability of a false alarm, both sides together.

    Raises:
        ImplausibleError: no reading, one that is not finite, or a number out of range.
    """
    values = _readings("readings", readings)
    value = float(values.mean()) - _finite("reference", reference)
    parts = [_positive("sd", sd) / math.sqrt(values.size), _not_negative("u_reference", u_reference)]
    return _judge(value, parts, [nu, math.inf], drift_allowance, alpha)


def compare(
    before: ArrayLike,
    after: ArrayLike,
    *,
    sd: float,
    nu: float = math.inf,
    drift_allowance: float = 0.0,
    alpha: float = 0.01,
) -> Check:
    """The shift between two checks with one weight, after less before; the error of the weight cancels.

    u = sd sqrt(1/n_before + 1/n_after): sqrt(2) times that of one check when both have as many readings, so a
    comparison sees only shifts that are 1.4 times larger than a check against a reference that is known.

    Args:
        before, after: readings of the two checks.
        sd, nu, drift_allowance, alpha: as for :func:`check`.

    Raises:
        ImplausibleError: as for :func:`check`.
    """
    first, second = _readings("before", before), _readings("after", after)
    u = _positive("sd", sd) * math.sqrt(1.0 / first.size + 1.0 / second.size)
    return _judge(float(second.mean() - first.mean()), [u], [nu], drift_allowance, alpha)


def detection_probability(shift_in_sd: float, n: int = 3, alpha: float = 0.01, nu: float = math.inf) -> float:
    """How often the mean of n weighings finds a shift, with a limit at a false alarm rate of ``alpha``.

    Phi(d sqrt(n) - k) + Phi(-d sqrt(n) - k), averaged over the limits that an estimated ``sd`` may give (which is the
    noncentral t distribution).

    Args:
        shift_in_sd: true shift, in standard deviations of one weighing.
        n: weighings in the mean.
        alpha: probability of a false alarm, both sides together.
        nu: degrees of freedom of the standard deviation.

    Raises:
        ImplausibleError: fewer than one weighing, or a number out of range.
    """
    from scipy.special import ndtr

    if n < 1:
        raise ImplausibleError(f"n: expected one weighing or more, found {n!r}")
    d = abs(_finite("shift_in_sd", shift_in_sd)) * math.sqrt(n)
    scale, weight = _scale_of_sd(nu)
    k = coverage_factor(nu, 1.0 - alpha) * scale
    return float(weight @ (ndtr(d - k) + ndtr(-d - k)))


def pooled_sd(checks: Iterable[ArrayLike]) -> tuple[float, float]:
    """The standard deviation of one weighing from earlier checks, each about its own mean, and its degrees of freedom.

    Args:
        checks: the readings of each earlier check; one with a single reading says nothing and is passed over.

    Raises:
        ImplausibleError: no check of two readings or more.
    """
    groups = [_readings("checks", one) for one in checks]
    nu = float(sum(one.size - 1 for one in groups))
    if nu < 1.0:
        raise ImplausibleError("checks: expected at least one check of two readings or more, found none")
    return math.sqrt(sum(float(((one - one.mean()) ** 2).sum()) for one in groups) / nu), nu


def _judge(value: float, parts: list[float], freedoms: list[float], allowance: float, alpha: float) -> Check:
    u, nu = math.hypot(*parts), effective_degrees_of_freedom(parts, freedoms)
    edge = _not_negative("drift_allowance", allowance)
    limit = edge + coverage_factor(nu, 1.0 - alpha) * u
    p = min(1.0, 2.0 * _upper_tail((abs(value) - edge) / u, nu))
    return Check("shifted" if abs(value) > limit else "held", value, limit, p, u, nu)


@cache
def _scale_of_sd(nu: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values of estimated over true standard deviation with their weights (Gauss-Legendre in the probability).

    scipy's noncentral t would do, but it is NaN in the far tail.
    """
    from scipy.special import chdtri

    if math.isinf(nu):
        return np.ones(1), np.ones(1)
    x, weight = np.polynomial.legendre.leggauss(200)
    return np.sqrt(chdtri(nu, (1.0 - x) / 2.0) / nu), weight / 2.0


def _upper_tail(x: float, nu: float) -> float:
    from scipy.special import ndtr, stdtr

    return float(ndtr(-x)) if math.isinf(nu) else float(stdtr(nu, -x))


def _readings(name: str, readings: ArrayLike) -> NDArray[np.float64]:
    values = np.atleast_1d(np.asarray(readings, np.float64))
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise ImplausibleError(f"{name}: expected one finite reading or more in one column, found {values}")
    return values


def _finite(name: str, value: float) -> float:
    if not math.isfinite(value):
        raise ImplausibleError(f"{name}: expected a finite number, found {value!r}")
    return float(value)


def _positive(name: str, value: float) -> float:
    if not 0.0 < value < math.inf:
        raise ImplausibleError(f"{name}: expected a number above zero, found {value!r}; at least resolution / sqrt(12)")
    return float(value)


def _not_negative(name: str, value: float) -> float:
    if not 0.0 <= value < math.inf:
        raise ImplausibleError(f"{name}: expected a number from zero, found {value!r}")
    return float(value)
