"""The degree is chosen by rule: the lowest, unless the points speak against it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from calibration.curve import fit_curve
from calibration.curve_degree import choose, holm
from calibration.curve_degree import tests_of as told_of
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
    assert holm([0.6, 0.9]) == [1.0, 1.0]  # a probability, whatever it is multiplied by


def fits(y, x=X, degrees=(1, 2, 3), **options):
    return [fit_curve(x, y, degree=degree, **options) for degree in degrees]


def test_with_known_uncertainties_more_terms_are_judged_by_chi_square():
    """The difference of two chi-squares is one, of as many degrees of freedom as there are more coefficients."""
    line, parabola, cubic = fits(2.0 * X + 0.05 * np.cos(9.0 * X), u_y=0.1)
    two, three, own = told_of(line, [parabola, cubic], 0.01)
    assert (two.name, two.dof) == ("terms up to degree 2", (1,))
    assert (three.name, three.dof) == ("terms up to degree 3", (2,))
    assert 0.0 < two.statistic == line.chi2 - parabola.chi2 < 1.0
    assert two.p == pytest.approx(math.erfc(math.sqrt(two.statistic / 2.0)))  # chi-square of one degree of freedom
    assert three.p == pytest.approx(math.exp(-three.statistic / 2.0))  # and of two
    assert (own.name, own.alpha, two.alpha) == ("chi-square", 0.01, 0.01)


def test_the_rule_speaks_against_a_line_at_one_in_twenty_unless_told_otherwise():
    """A bend with p = 0.014, twice that after Holm: seen at 0.05, not at 0.01."""

    def fit(degree):
        return fit_curve(X, 2.0 * X + 0.21 * X**2, u_y=0.1, degree=degree)

    assert choose(4, fit).degree == 1  # alone it has nothing to be compared with, and its chi-square is small
    assert [choose(5, fit).degree, choose(5, fit, alpha=0.01).degree] == [2, 1]


def test_where_one_fit_knows_its_uncertainties_and_the_other_does_not_the_residuals_decide():
    y = 2.0 * X + 0.05 * np.cos(9.0 * X)
    (known, _, _), (_, unknown, _) = fits(y, u_y=0.1), fits(y)
    for low, high in ((known, unknown), (fits(y)[0], fits(y, u_y=0.1)[1])):
        assert told_of(low, [high], 0.05)[0].dof == (1, 8)


@pytest.mark.parametrize("options", [{}, {"u_y": 1.0 + X**2, "u_known": False}])
def test_repeats_are_asked_where_x_is_exact(options):
    x = np.repeat([0.0, 1.0, 2.0], 2)
    options = {name: np.repeat(u[:3], 2) if name == "u_y" else u for name, u in options.items()}
    (line,) = fits(x + np.tile([0.1, -0.1], 3), x, [1], **options)
    assert [(test.name, test.alpha) for test in told_of(line, [], 0.01)] == [("lack of fit", 0.01)]


def test_as_many_places_as_coefficients_cannot_speak_against_a_line():
    (line,) = fits([0.0, 0.2, 1.0, 1.2], [0.0, 0.0, 1.0, 1.0], [1])
    assert told_of(line, [], 0.05) == []


def test_a_degree_that_leaves_nothing_at_all_speaks_against_a_lower_one():
    line, parabola, _ = fits(X + 0.2 * X**2)
    exact = replace(parabola, sum_of_squares=0.0)
    assert told_of(line, [exact], 0.05)[0].p < 1e-12
