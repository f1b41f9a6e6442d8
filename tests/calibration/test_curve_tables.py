"""Curves as tables at their borders, fits that are tested at theirs, and steps that come to rest."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.curve import fit_curve
from calibration.curve_points import read_points
from calibration.curve_table import read_table, table_of
from calibration.curve_value import Curve
from calibration.errors import CalibrationError, ImplausibleError
from calibration.gauss_newton import GaussNewton
from calibration.lack_of_fit import FitTest, chi_square_test, f_test, lack_of_fit, rounding

STATED = {
    "degree": 1, "coefficients": [0.0, 2.0], "covariance": [[1.0, 0.0], [0.0, 1.0]], "x0": 0, "lowest": 0.0,
    "highest": 5.0, "dof": 1, "u_known": True,
}  # fmt: skip


def of_degree(degree):
    size = max(degree + 1, 0)
    return STATED | {"degree": degree, "coefficients": [1.0] * size, "covariance": np.eye(size).tolist()}


@pytest.mark.parametrize("degree", [0, 1, 2, 3])
def test_a_curve_has_a_degree_from_none_to_three(degree):
    assert Curve.from_table(of_degree(degree)).free == degree + 1


@pytest.mark.parametrize("degree", [-1, 4])
def test_no_other_degree_is_read(degree):
    table = of_degree(4) | {"degree": degree}
    size = len(table["coefficients"])
    with pytest.raises(
        CalibrationError, match=f"expected 0 to 3 with one coefficient more, found {degree} with {size}"
    ):
        read_table(table)


@pytest.mark.parametrize("degree", [0, 2])
def test_a_curve_has_one_coefficient_more_than_its_degree(degree):
    with pytest.raises(CalibrationError, match=f"one coefficient more, found {degree} with 2"):
        read_table(STATED | {"degree": degree})


def test_what_a_certificate_does_not_say_is_not_in_the_table():
    table = table_of(Curve.from_table(STATED))
    assert table == STATED | {"through_zero": False, "method": "stated"}
    assert Curve.from_table(table) == Curve.from_table(STATED)


@pytest.mark.parametrize(
    ("entry", "read"),
    [({"highest": 0.0}, True), ({"highest": -1e-9}, False), ({"dof": 1}, True), ({"dof": 0}, False),
     ({"x0": 3}, True), ({"x0": True}, False), ({"x0": math.inf}, False), ({"x0": "0"}, False),
     ({"dof": 2.0}, False), ({"dof": True}, False), ({"method": 1}, False), ({"method": "weighted"}, True),
     ({"coefficients": 1.0}, False), ({"covariance": [[1.0, 0.0], [0.0]]}, False),
     ({"covariance": [[1.0, 1.0], [1.0, 1.0]]}, True), ({"covariance": [[1.0, 1.1], [1.1, 1.0]]}, False),
     ({"covariance": [[1.0, 0.5], [0.4, 1.0]]}, False), ({"covariance_common": [[1.0, 0.5], [0.4, 1.0]]}, False),
     ({"covariance_common": []}, True), ({"covariance": [[0.0, 0.0], [0.0, 0.0]]}, True),
     ({"x": [1.0], "residuals": [0.1], "u_points": [0.1]}, True), ({"x": [1.0], "residuals": [0.1]}, False)],
)  # fmt: skip
def test_what_a_table_may_say(entry, read):
    if read:
        assert isinstance(Curve.from_table(STATED | entry), Curve)
        return
    with pytest.raises(CalibrationError, match=f"calibration curve refused:\n  (.*{next(iter(entry))}|x, residuals)"):
        Curve.from_table(STATED | entry)


def test_numbers_of_a_table_are_floats_and_rows_tuples():
    found = read_table(STATED)
    assert (found["x0"], type(found["x0"])) == (0.0, float)
    assert found["covariance"] == ((1.0, 0.0), (0.0, 1.0))


@pytest.mark.parametrize("alpha", [0.0, 1.0, -0.1, 5.0])
def test_a_level_of_significance_is_a_probability(alpha):
    curve = fit_curve([0.0, 0.0, 1.0, 1.0, 2.0, 2.0], [0.0, 0.1, 1.0, 1.1, 2.0, 2.1], u_y=0.1)
    for test in (lack_of_fit, chi_square_test):
        with pytest.raises(
            ImplausibleError, match=r"alpha: expected a probability between 0 and 1, such as 0.05, found"
        ):
            test(curve, alpha=alpha)


def test_a_p_of_alpha_itself_is_accepted():
    """And an F of 4.96 with 1 and 10 degrees of freedom is that of the tables for 5 %."""
    assert FitTest("F", 4.0, (1, 10), 0.05, 0.05).accepted
    assert not FitTest("F", 4.0, (1, 10), 0.0499, 0.05).accepted
    assert f_test("F", (4.9646, 1), (10.0, 10), 0.05).p == pytest.approx(0.05, abs=1e-5)
    assert f_test("F", (2 * 4.1028, 2), (10.0, 10), 0.05).dof == (2, 10)


def test_a_test_is_told_in_a_sentence():
    told = "F: 4 with 1 and 10 degrees of freedom, p = 0.03, significant at 0.05"
    assert str(FitTest("F", 4.0, (1, 10), 0.03, 0.05)) == told
    assert str(FitTest("F", 4.0, (1, 10), 0.06, 0.05)).endswith("p = 0.06, not significant at 0.05")


def test_a_ratio_to_nothing_is_nothing_or_without_end():
    assert (f_test("F", (0.0, 1), (0.0, 3), 0.05).statistic, f_test("F", (0.0, 1), (0.0, 3), 0.05).p) == (0.0, 1.0)
    assert (f_test("F", (1.0, 1), (0.0, 3), 0.05).statistic, f_test("F", (1.0, 1), (0.0, 3), 0.05).p) == (math.inf, 0.0)


def test_the_last_bits_of_y_make_no_more_than_they_can():
    """Eight bits' worth of the largest y, squared, for each point in its own uncertainty."""
    curve = fit_curve([0.0, 1.0, 2.0], [0.0, 50.0, 100.0], u_y=[1.0, 1.0, 2.0])
    one = (8.0 * 2.0**-52 * 100.0) ** 2
    assert rounding(curve) == pytest.approx(one * (1.0 + 1.0 + 0.25), rel=1e-9, abs=0.0)


def test_lack_of_fit_is_what_a_mean_for_each_x_explains_beyond_the_line():
    """The extra sum of squares of the larger of two models, by general least squares of whitened columns."""
    x, y = np.repeat([0.0, 1.0, 2.0, 3.0], 2), np.array([0.0, 0.3, 1.4, 1.0, 1.9, 2.6, 2.7, 2.9])
    u = np.array([0.1, 0.2, 0.3, 0.1, 0.2, 0.4, 0.1, 0.3])
    line, means = np.column_stack([np.ones(8), x]), np.equal.outer(x, np.unique(x)).astype(float)
    (of_line,), (of_means,) = (np.linalg.lstsq(model / u[:, None], y / u)[1] for model in (line, means))
    found = lack_of_fit(fit_curve(x, y, u_y=u))
    assert found.statistic == pytest.approx(((of_line - of_means) / 2) / (of_means / 4))
    assert found.dof == (2, 4)


def test_points_on_a_line_to_the_last_bit_show_no_lack_of_fit():
    x = np.repeat([0.0, 1.0, 2.0, 3.0], 2)
    found = lack_of_fit(fit_curve(x, 0.1 + 1e6 * x, u_y=1.0))
    assert found.accepted
    assert found.dof == (2, 4)


def solver(u_x=None, u_y=0.1, **more):
    points = read_points([-1.0, 0.0, 1.0, 2.0], [1.0, 2.0, 3.1, 3.9], u_x=u_x, u_y=u_y, **more)
    return GaussNewton(points, points.x, 1.0, np.arange(2))


def test_a_fit_has_found_nothing_before_it_has_run():
    made = solver()
    assert (made.theta.tolist(), made.chi2, made.u_points.tolist()) == ([0.0, 0.0], 0.0, [1.0] * 4)


def test_exact_x_takes_one_step_and_is_the_line_of_least_squares():
    made = solver()
    made.run()
    slope, constant = np.polyfit([-1.0, 0.0, 1.0, 2.0], [1.0, 2.0, 3.1, 3.9], 1)
    assert made.theta.tolist() == pytest.approx([constant, slope])
    residuals = np.array([1.0, 2.0, 3.1, 3.9]) - constant - slope * np.array([-1.0, 0.0, 1.0, 2.0])
    assert made.chi2 == pytest.approx(float((residuals**2).sum()) / 0.01)


@pytest.mark.parametrize("u_x", [1e-6, 1e-9, 1e-12])
def test_x_that_is_nearly_exact_comes_to_rest_on_the_same_line(u_x):
    """A step of a billionth of such an uncertainty is below the last bit of x."""
    exact, nearly = solver(), solver(u_x=u_x)
    exact.run()
    nearly.run()
    assert nearly.theta.tolist() == pytest.approx(exact.theta.tolist(), rel=1e-9)


def test_equal_uncertainties_of_both_find_the_line_of_shortest_distances():
    """Deming's line with equal variances is the main axis of the points."""
    made = solver(u_x=0.1)
    made.run()
    centred = np.array([[-1.0, 0.0, 1.0, 2.0], [1.0, 2.0, 3.1, 3.9]])
    centred = centred - centred.mean(axis=1, keepdims=True)
    axis = np.linalg.eigh(centred @ centred.T)[1][:, 1]
    assert made.theta[1] == pytest.approx(axis[1] / axis[0], rel=1e-9)
    assert made.chi2 == pytest.approx(np.linalg.eigvalsh(centred @ centred.T)[0] / 0.01, rel=1e-6)


def test_a_fit_that_finds_no_rest_says_so(monkeypatch):
    """One step is too few where x is uncertain."""
    monkeypatch.setattr("calibration.gauss_newton._STEPS", 1)
    with pytest.raises(CalibrationError, match=r"expected to come to rest in 1 steps, found no rest; .* for degree 1"):
        solver(u_x=0.1).run()
