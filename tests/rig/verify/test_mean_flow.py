"""The mean flow error over whole cycles."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.errors import BareNumberError
from calibration.units import VOLUME
from rig.verify.errors import MetricError
from rig.verify.mean_flow import relative_error, relative_error_percent, whole_cycles


def ul(value):
    return VOLUME.quantity(value)


def test_the_largest_whole_number_of_cycles_is_taken_from_the_start():
    assert whole_cycles(100.0, 100.0 + 3.9 * 3600.0, 3600.0) == (100.0, 100.0 + 3 * 3600.0, 3)


@given(st.floats(0.0, 1e6), st.integers(1, 1000), st.floats(1.0, 1e5))
def test_rounding_never_costs_a_cycle(start_s, cycles, cycle_s):
    end_s = start_s + cycles * cycle_s
    span = whole_cycles(start_s, end_s, cycle_s)
    assert span.cycles == cycles
    assert span.end_s <= end_s
    assert span.end_s == pytest.approx(end_s, rel=1e-12)


@pytest.mark.parametrize("end_s", [3599.0, 0.0, -10.0])
def test_a_period_without_a_whole_cycle_is_refused(end_s):
    with pytest.raises(MetricError, match="at least one whole cycle of 3600 s"):
        whole_cycles(0.0, end_s, 3600.0)


@pytest.mark.parametrize("times", [(math.nan, 1.0, 1.0), (0.0, math.inf, 1.0), (0.0, 1.0, 0.0), (0.0, 1.0, math.nan)])
def test_times_that_are_no_numbers_are_refused(times):
    with pytest.raises(MetricError, match="finite times"):
        whole_cycles(*times)


def test_the_error_and_its_uncertainty():
    error = relative_error(ul(180.0), ul(150.0), ul(2.25))
    assert (error.value, error.u) == (pytest.approx(20.0), pytest.approx(1.5))


def test_a_simulation_agrees_with_the_propagated_uncertainty():
    covariance = [[2.0**2, 0.6 * 2.0 * 1.5], [0.6 * 2.0 * 1.5, 1.5**2]]
    draws = np.random.default_rng(5).multivariate_normal([165.0, 150.0], covariance, 200_000)
    simulated = np.std(100.0 * (draws[:, 0] / draws[:, 1] - 1.0))
    error = relative_error(ul(165.0), ul(150.0), ul(2.0), ul(1.5), correlation=0.6)
    assert error.u == pytest.approx(simulated, rel=0.01)


def test_times_shared_wholly_cancel():
    assert relative_error_percent(150.0, 150.0, 1.0, 1.0, 1.0).u == 0.0


def test_nothing_programmed_has_no_relative_error():
    with pytest.raises(MetricError, match=r"programmed.*above zero.*found 0 uL"):
        relative_error(ul(1.0), ul(0.0), ul(0.1))
    with pytest.raises(BareNumberError, match="delivered"):
        relative_error(1.0, ul(1.0), ul(0.1))
    with pytest.raises(MetricError, match="zero or more"):
        relative_error(ul(1.0), ul(1.0), ul(-0.1))
