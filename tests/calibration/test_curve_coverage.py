"""Simulated calibrations: the stated 95 % interval holds the true curve as often as it says."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.curve import fit_curve

X = np.repeat(np.linspace(0.0, 10.0, 6), 2)
AT = np.linspace(0.0, 10.0, 5)
WHOLE = np.linspace(0.0, 10.0, 51)
U = 0.02 + 0.01 * X


def line(x):
    return 1.0 + 2.0 * x


def parabola(x):
    return 1.0 + 2.0 * x - 0.05 * x**2


def ordinary(g):
    return fit_curve(X, line(X) + 0.1 * g(12))


def weighted(g):
    return fit_curve(X, line(X) + U * g(12), u_y=U)


def in_proportion(g):
    return fit_curve(X, line(X) + 3.0 * U * g(12), u_y=U, u_known=False)


def both_axes(g):
    return fit_curve(X + 0.2 * g(12), line(X) + 0.3 * g(12), 0.2, 0.3)


def bent(g):
    return fit_curve(X, parabola(X) + 0.1 * g(12), degree=2)


def bent_both_axes(g):
    return fit_curve(X + 0.1 * g(12), parabola(X) + 0.1 * g(12), 0.1, 0.1, degree=2)


def common(g):
    """One weight for all, with a scale error, and a zero that is wrong; noise from the residuals."""
    wrong = 0.01 * X * g() + 0.05 * g()
    return fit_curve(X, line(X) + wrong + 0.1 * g(12), common_y=[0.01 * X, np.full(12, 0.05)])


def common_both_axes(g):
    return fit_curve(X * (1.0 + 0.01 * g()) + 0.1 * g(12), line(X) + 0.1 * g(12), 0.1, 0.1, common_x=0.01 * X)


MODELS = {
    ordinary: line,
    weighted: line,
    in_proportion: line,
    both_axes: line,
    bent: parabola,
    bent_both_axes: parabola,
    common: line,
    common_both_axes: line,
}


def coverage(make, true, repeats):
    """Percent of calibrations whose interval holds the truth, at five points, and whose band holds all of it."""
    g = np.random.default_rng(2026).standard_normal
    held, whole = np.zeros(AT.size), 0
    for _ in range(repeats):
        curve = make(g)
        held += np.abs(curve.predict(AT, extrapolate=True)[0] - true(AT)) <= curve.expanded(AT, extrapolate=True)
        off = np.abs(curve.predict(WHOLE, extrapolate=True)[0] - true(WHOLE))
        whole += bool((off <= curve.band(WHOLE, extrapolate=True)).all())
    return 100.0 * held / repeats, 100.0 * whole / repeats


@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_intervals_hold_the_truth(make):
    """200 repeats, four standard errors about 95 %: a wrong factor shows, luck does not."""
    held, whole = coverage(make, MODELS[make], 200)
    assert held.min() >= 89.0
    assert held.mean() <= 98.5
    assert whole >= 89.0


@pytest.mark.nightly
@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_intervals_hold_the_truth_in_95_of_100(make):
    held, whole = coverage(make, MODELS[make], 1000)
    assert (held >= 93.0).all(), held
    assert (held <= 97.0).all(), held
    assert whole >= 94.0


def test_without_the_common_part_the_truth_is_lost():
    """What the interval would claim if one weight's error were taken to average out."""

    def forgetful(g):
        return fit_curve(X, line(X) + 0.1 * g(12) + 0.02 * X * g())

    held, _ = coverage(forgetful, line, 200)
    assert held[-1] < 80.0
