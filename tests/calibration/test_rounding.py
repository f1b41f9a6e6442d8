"""Rounded readings: what they leave open, and that it is as much as it says."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.curve import fit_curve
from calibration.errors import CalibrationError
from calibration.rounding import rounding_covariance

BATHS = np.array([15.0, 20.0, 25.0, 30.0, 35.0])
DIGIT = 0.1


def spread_of_mean(shown, reference=BATHS, u=0.0):
    return float(rounding_covariance(shown, reference, DIGIT, u).mean()) ** 0.5


def test_baths_whole_digits_apart_are_rounded_alike_and_average_little_out():
    alone = DIGIT / 12**0.5
    assert spread_of_mean(BATHS + 0.3) > 0.65 * alone  # and not 0.45, as five independent ones
    assert spread_of_mean([15.3, 20.3, 25.4, 30.4, 35.4], [15.0, 20.02, 25.04, 30.06, 35.08]) < 0.4 * alone


def test_points_that_no_line_gives_are_rounded_each_its_own_way():
    bent = [15.0, 20.6, 26.0, 30.6, 35.0]
    assert rounding_covariance(bent, BATHS, DIGIT, 0.0) == pytest.approx(np.eye(5) * DIGIT**2 / 12, rel=1e-3)


def test_noise_far_above_the_digit_is_all_that_counts():
    noise = np.random.default_rng(3).normal(0.0, 0.5, 5)
    spread = rounding_covariance(BATHS + noise, BATHS, 1e-3, 0.5)
    rounded = fit_curve(BATHS + noise, BATHS, u_x=0.5, u_y=1e-9, spread_x=spread).expanded(25.0)
    assert rounded == pytest.approx(fit_curve(BATHS + noise, BATHS, u_x=0.5, u_y=1e-9).expanded(25.0), rel=0.02)


def test_the_interval_of_rounded_readings_holds_the_truth():
    rng, held = np.random.default_rng(4), 0
    for gain, offset in rng.uniform([0.995, -0.5], [1.005, 0.5], (400, 2)):
        shown, known = np.round((BATHS * gain + offset) / DIGIT) * DIGIT, BATHS + rng.normal(0.0, 0.01)
        spread = rounding_covariance(shown, known, DIGIT, 0.0)
        curve = fit_curve(shown, known, u_x=DIGIT / 12**0.5, u_y=1e-9, common_y=0.01, spread_x=spread)
        held += abs(curve.predict(18.0)[0] - (18.0 - offset) / gain) <= curve.expanded(18.0)
    assert 0.92 <= held / 400 <= 0.98


def test_a_spread_that_is_no_covariance_of_the_points_is_refused():
    with pytest.raises(
        CalibrationError, match=r"spread_x: expected 5 by 5 finite numbers, beside u_x, found .* \(3,\)"
    ):
        fit_curve(BATHS, BATHS, u_x=0.1, u_y=0.1, spread_x=[1.0, 2.0, 3.0])
