"""The degree is chosen by rule: the lowest, unless the points speak against it."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.curve import fit_curve
from calibration.curve_degree import holm
from calibration.errors import CalibrationError

X = np.linspace(-1.0, 1.0, 11)


def chosen(y, **options):
    return fit_curve(X, y, degree="auto", **options).degree


@pytest.mark.parametrize("options", [{}, {"u_y": 0.01}, {"u_x": 0.005, "u_y": 0.01}])
@pytest.mark.parametrize(("degree", "shape"), [(1, 2.0 * X), (2, 2.0 * X + 0.3 * X**2), (3, 2.0 * X + X**3 - 0.6 * X)])
def test_the_degree_of_the_truth(degree, shape, options):
    noise = 0.01 * np.random.default_rng(4).standard_normal(11)
    assert chosen(shape + noise, **options) == degree


def test_an_s_is_not_missed_because_the_parabola_does_not_help():
    noise = 0.01 * np.random.default_rng(2).standard_normal(11)
    assert chosen(X**3 + noise) == 3


@pytest.mark.parametrize("options", [{}, {"u_y": 1.0}, {"u_y": 1.0, "u_known": False}])
def test_a_line_stays_a_line_in_95_of_100(options):
    rng, lines = np.random.default_rng(8), 0
    for _ in range(200):
        try:
            lines += chosen(rng.standard_normal(11), **options) == 1
        except CalibrationError:
            continue
    assert lines >= 183


def test_points_on_a_line_to_the_last_bit_are_a_line():
    assert chosen(0.1 + 0.3 * X) == 1
    assert fit_curve(np.repeat(X, 2), np.repeat(0.1 + 0.3 * X, 2), degree="auto").degree == 1


@pytest.mark.parametrize("seed", [4, 17, 28, 35, 48])  # each looks like a cubic, were rounding taken for noise
def test_rounding_is_no_evidence(seed):
    """A simulated instrument without noise: what is left over is the last bit of y, and may look like anything."""
    a, b = np.random.default_rng(seed).uniform(0.1, 10.0, 2)
    x = np.linspace(-1.0, 1.0, 20)
    assert fit_curve(x, a + b * x, degree="auto").degree == 1


def test_few_points_choose_among_few_degrees():
    """Four different x carry a line at most."""
    with pytest.raises(CalibrationError, match=r"degree 1: chi-square.*\n.*expected one of \[1\]"):
        fit_curve([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 4.0, 9.0], u_y=0.1, degree="auto")


def test_points_that_no_degree_describes():
    with pytest.raises(CalibrationError, match=r"expected one of \[1, 2, 3\] to describe the points, found none"):
        chosen(np.sin(6.0 * X), u_y=0.001)


def test_repeats_speak_too():
    x = np.repeat(X, 3)
    y = np.sin(6.0 * x) + 1e-3 * np.random.default_rng(1).standard_normal(33)
    with pytest.raises(CalibrationError, match="degree 3: lack of fit"):
        fit_curve(x, y, degree="auto")


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []
