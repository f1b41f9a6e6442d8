"""A weight that is put on and taken off: what its mean is worth, and whether an alarm is as rare as it says."""

import numpy as np
import pytest

from calibration.check_weight import compare
from calibration.errors import ImplausibleError
from calibration.placements import level_sd, mean_factor, placement_matrix

AT_S = np.arange(7) * 60.0
ON = np.array([0.0, 1, 0, 1, 0, 1, 0])


def test_a_straight_drift_cancels_also_where_a_person_was_slow():
    at_s = np.array([0.0, 60.0, 300.0, 360.0, 420.0, 900.0, 960.0])
    found = placement_matrix(at_s) @ (50.0 * ON + 53.0 - 2e-6 * at_s)
    assert found == pytest.approx(50.0, abs=1e-9)


def test_the_mean_and_the_scatter_are_worth_what_they_say():
    combine = placement_matrix(AT_S)
    found = np.random.default_rng(5).normal(size=(20_000, 7)) @ combine.T
    assert found.mean(axis=1).std() == pytest.approx(mean_factor(combine), rel=0.02)
    assert np.mean([level_sd(one, combine) ** 2 for one in found[:4000]]) == pytest.approx(1.0, rel=0.05)


@pytest.mark.parametrize(("shift", "least", "most"), [(0.0, 0.005, 0.015), (6.0, 0.99, 1.0)])
def test_one_alarm_in_a_hundred_and_a_shift_of_six_deviations_is_seen(shift, least, most):
    combine = placement_matrix(AT_S)
    draws = np.random.default_rng(6).normal(size=(2, 4000, 7))
    before, after = (draws[0] @ combine.T), (draws[1] + shift * ON) @ combine.T
    sd = mean_factor(combine) * np.sqrt(3)
    alarms = [compare(one, other, sd=sd).verdict == "shifted" for one, other in zip(before, after, strict=True)]
    assert least <= np.mean(alarms) <= most


@pytest.mark.parametrize("at_s", [[0.0, 1.0], [0.0, 2.0, 1.0], [[0.0, 1.0, 2.0]]])
def test_levels_that_do_not_alternate_are_refused(at_s):
    with pytest.raises(ImplausibleError, match="odd number"):
        placement_matrix(at_s)
