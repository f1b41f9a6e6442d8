"""Numbers that cannot be are refused at the door, and the message says which and what was expected."""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.check_weight import check, compare, detection_probability, pooled_sd
from calibration.control_chart import individuals_chart
from calibration.coverage import coverage_factor, effective_degrees_of_freedom
from calibration.cusum import cusum
from calibration.drift import fit_drift
from calibration.errors import ImplausibleError
from calibration.series import column, days, uncertainties
from calibration.straight_line import fit_line
from calibration.type_a import effective_sample_size, lag_one_correlation, type_a, type_a_joint, widened
from calibration.variance_components import sum_interval

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: check([], 100.0, sd=1.0), "readings: expected one finite reading or more"),
        (lambda: check([100.0, NAN], 100.0, sd=1.0), "readings: expected one finite reading"),
        (lambda: check([[100.0]], 100.0, sd=1.0), "readings: .* in one column"),
        (lambda: check([100.0], INF, sd=1.0), "reference: expected a finite number, found inf"),
        (lambda: check([100.0], 100.0, sd=0.0), "sd: expected a number above zero, found 0.0"),
        (lambda: check([100.0], 100.0, sd=INF), "sd: expected a number above zero, found inf"),
        (lambda: check([100.0], 100.0, sd=1.0, u_reference=-1e-9), "u_reference: expected a number from zero"),
        (lambda: check([100.0], 100.0, sd=1.0, u_reference=INF), "u_reference: expected a number from zero, found inf"),
        (lambda: check([100.0], 100.0, sd=1.0, drift_allowance=-1.0), "drift_allowance: expected a number from zero"),
        (lambda: compare([], [1.0], sd=1.0), "before: expected one finite reading"),
        (lambda: compare([1.0], [], sd=1.0), "after: expected one finite reading"),
        (lambda: compare([1.0], [1.0], sd=-1.0), "sd: expected a number above zero"),
        (lambda: detection_probability(1.0, n=0), "n: expected one weighing or more, found 0"),
        (lambda: detection_probability(NAN), "shift_in_sd: expected a finite number, found nan"),
        (lambda: pooled_sd([[1.0], [2.0]]), "checks: expected at least one check of two readings or more"),
        (lambda: pooled_sd([[NAN, 1.0]]), "checks: expected one finite reading"),
        (
            lambda: effective_degrees_of_freedom([1.0, 2.0], [3.0]),
            r"one of each per component, found \(2,\) and \(1,\)",
        ),
        (lambda: effective_degrees_of_freedom([], []), "one of each per component"),
        (lambda: effective_degrees_of_freedom([[1.0]], [[1.0]]), "one of each per component"),
        (lambda: effective_degrees_of_freedom([-1.0], [3.0]), "uncertainties from zero and degrees of freedom above"),
        (lambda: effective_degrees_of_freedom([INF], [3.0]), "uncertainties from zero"),
        (lambda: effective_degrees_of_freedom([1.0], [0.0]), "degrees of freedom above zero"),
        (lambda: coverage_factor(0.0), "nu: expected degrees of freedom above zero, found 0.0"),
        (lambda: coverage_factor(3.0, 1.0), "p: expected a probability between 0 and 1"),
        (lambda: coverage_factor(3.0, 0.0), "p: expected a probability between 0 and 1"),
        (lambda: individuals_chart([1.0, 2.0], centre=NAN), "centre: expected a finite number, found nan"),
        (lambda: individuals_chart([1.0]), "results: a moving range takes two results or more"),
        (lambda: fit_line([0.0, 1.0], [0.0, 1.0]), r"two equal columns of three points or more, found \(2,\), \(2,\)"),
        (lambda: fit_line([0.0, 1.0, 2.0], [0.0, 1.0]), "two equal columns"),
        (lambda: fit_line([[0.0, 1.0, 2.0]], [[0.0, 1.0, 2.0]]), "two equal columns"),
        (lambda: fit_line([0.0, 1.0, INF], [0.0, 1.0, 2.0]), "finite numbers at more than one x"),
        (lambda: fit_line([0.0, 1.0, 2.0], [0.0, NAN, 2.0]), "finite numbers at more than one x"),
        (lambda: fit_line([1.0, 1.0, 1.0], [0.0, 1.0, 2.0]), "finite numbers at more than one x"),
        (lambda: sum_interval([1.0, 0.0], [1.0, 1.0], [3.0, 3.0]), r"coefficients: expected numbers above zero"),
        (lambda: sum_interval([1.0], [1.0], [3.0], level=1.0), "level: expected a probability between 0 and 1"),
        (lambda: sum_interval([1.0], [1.0], [3.0], level=-1.0), "level: expected a probability between 0 and 1"),
        (lambda: cusum([0.0, NAN]), "z: expected finite numbers"),
        (lambda: cusum([0.0], k=0.0), "k, h: expected numbers above zero, found 0.0, 5.0"),
        (lambda: cusum([0.0], h=0.0), "k, h: expected numbers above zero, found 0.5, 0.0"),
        (lambda: fit_drift([1.0, 2.0], [1.0]), r"a day for each result, found \(2,\) and \(1,\)"),
        (lambda: fit_drift([], []), "a day for each result"),
        (lambda: fit_drift([1.0, INF], [1.0, 2.0]), "history: expected finite days and results"),
        (lambda: fit_drift([1.0, 2.0], [1.0, NAN]), "history: expected finite days and results"),
        (lambda: fit_drift([1.0], [1.0], u_common=-1.0), "u_common, u_next: expected numbers from zero"),
        (lambda: fit_drift([1.0], [1.0], u_common=INF), "u_common, u_next: expected numbers from zero"),
        (lambda: fit_drift([1.0], [1.0], u_next=-1.0), "u_common, u_next: expected numbers from zero"),
        (lambda: fit_drift([1.0], [1.0], u_next=INF), "u_common, u_next: expected numbers from zero"),
        (lambda: column("mass", []), "mass: expected finite numbers in one column"),
        (lambda: column("mass", [[1.0]]), "mass: .* of shape"),
        (lambda: column("mass", [NAN]), "mass: expected finite numbers"),
        (lambda: days("day", ["yesterday"]), "day: expected numbers of days, or dates"),
        (lambda: uncertainties("u", [1.0, 1.0], 3), "u: expected one number above zero, or 3 of them"),
        (lambda: uncertainties("u", 0.0, 3), "u: expected one number above zero"),
        (lambda: uncertainties("u", INF, 3), "u: expected one number above zero"),
        (lambda: effective_sample_size(0.5, 0.0), "n: expected one reading or more, found 0.5"),
        (lambda: effective_sample_size(9, 1.0), "correlation: expected a number between -1 and 1, found 1.0"),
        (lambda: effective_sample_size(9, -1.0), "correlation: expected a number between -1 and 1, found -1.0"),
        (lambda: lag_one_correlation([1.0, 2.0]), "readings: expected 3 finite numbers or more"),
        (lambda: type_a([1.0, 2.0, NAN]), "readings: expected 3 finite numbers or more"),
        (lambda: type_a([[1.0, 2.0, 3.0]]), r"in one column, found an array of shape \(1, 3\)"),
        (lambda: widened(1.0, 2.0), "degrees_of_freedom: expected more than 2, found 2.0"),
        (lambda: type_a_joint([[1.0, 2.0], [2.0, 3.0]]), "three or more finite readings"),
        (lambda: type_a_joint([1.0, 2.0, 3.0]), "three or more finite readings"),
        (lambda: type_a_joint([[1.0, 2.0], [2.0, 2.0], [3.0, 2.0]]), "of quantities that vary"),
        (lambda: type_a_joint([[1.0, 2.0], [2.0, 3.0], [3.0, NAN]]), "finite readings"),
    ],
)
def test_what_cannot_be_is_refused(call, says):
    with pytest.raises(ImplausibleError, match=says):
        call()


def test_the_smallest_that_can_be_is_taken():
    """One reading with one weight, three readings for a scatter, no uncertainty in a part of many."""
    assert check([100.0], 100.0, sd=1.0, u_reference=0.0, drift_allowance=0.0).verdict == "held"
    assert effective_sample_size(1.0, 0.0) == 1.0
    assert type_a([1.0, 2.0, 3.0]).degrees_of_freedom == 2.0
    assert effective_degrees_of_freedom([1.0, 0.0], [3.0, INF]) == pytest.approx(3.0)
    assert effective_degrees_of_freedom([0.0], [3.0]) == INF
    assert type_a_joint(np.diag([1.0, 1.0, 1.0]))[3] == 2.0
