"""The Cramer-Rao bound of a delivered volume: the best that any unbiased estimator makes of all readings together.

Each stretch of readings is a line of its own: the legs (evaporation), and the windows around both ends, where the
program is known up to scale. Between the windows the flow is free, so readings there say nothing of V(t2) - V(t1).
Where a program declares a constant rate, the whole delivery is one stretch. For Gaussian noise joint generalised least
squares on all readings reaches the bound (S. M. Kay, Fundamentals of Statistical Signal Processing I, 4.3), and an
efficiency is the variance of the bound by that of the estimate in use, with what no weights can lessen (scale, course
of evaporation, linearity) in both.

>>> round(efficiency(u=1.1, u_noise=0.8, bound=0.7), 3)
0.876
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.delivery.joint_lines import Stretch, joint_lines, stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.noise_model import NoiseModel
    from rig.delivery.levels import Floats


def efficiency(u: float, u_noise: float, bound: float) -> float:
    """Variance of the bound by that in use, systematics in both.

    Args:
        u: standard uncertainty of the result in use.
        u_noise: the part of it that comes from noise of readings.
        bound: the least standard deviation from noise, in the same unit.
    """
    return (u**2 - u_noise**2 + bound**2) / u**2


def bound_of_ends(
    model: NoiseModel, windows: Sequence[Floats], legs: Sequence[Floats], ends_s: tuple[float, float], window_s: float
) -> float:
    """Least standard deviation of R(t2) - R(t1) + e (t2 - t1), the flow free between the windows [g].

    Args:
        model: of the balance.
        windows: times of the readings around both ends [s].
        legs: times of the readings with the line clamped, before and after; empty where evaporation is otherwise known.
        ends_s: the two instants.
        window_s: W of the model's flicker.
    """
    levels = [(_stretch(times, at), (sign, 0.0)) for times, at, sign in zip(windows, ends_s, (-1.0, 1.0), strict=True)]
    return _bound(model, levels, legs, ends_s[1] - ends_s[0], window_s)


def bound_of_constant_rate(
    model: NoiseModel, delivery: Floats, legs: Sequence[Floats], ends_s: tuple[float, float], window_s: float
) -> float:
    """The same where the rate is known to be constant over all readings of the delivery [g]."""
    apart_s = ends_s[1] - ends_s[0]
    return _bound(model, [(_stretch(delivery, ends_s[0]), (0.0, apart_s))], legs, apart_s, window_s)


def _bound(
    model: NoiseModel,
    wanted: list[tuple[Stretch, tuple[float, float]]],
    legs: Sequence[Floats],
    apart_s: float,
    window_s: float,
) -> float:
    share = -apart_s / len(legs) if legs else 0.0
    every = [*wanted, *((_stretch(leg, float(leg[0])), (0.0, share)) for leg in legs)]
    every.sort(key=lambda one: one[0].begin_s)
    lines = joint_lines(model, [one for one, _ in every], window_s)
    return lines.u([factor for _, factors in every for factor in factors])


def _stretch(time_s: Floats, at_s: float) -> Stretch:
    return stretch(time_s, at_s, 0.0 * time_s)
