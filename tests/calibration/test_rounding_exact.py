"""What rounded readings leave open where it can be reckoned: lines that would be shown as these readings."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.rounding import rounding_covariance

DIGIT = 0.1
THREE = np.array([-1.0, 0.0, 1.0])


def test_two_readings_are_rounded_each_its_own_way():
    """Two errors within half a digit each, and a line for every pair of them: two independent rectangles."""
    found = rounding_covariance([15.3, 20.3], [15.0, 20.0], DIGIT, 0.0)
    assert found == pytest.approx(np.eye(2) * DIGIT**2 / 12.0, rel=0.06, abs=DIGIT**2 / 500.0)


@pytest.mark.parametrize("digit", [DIGIT, 50.0])
def test_three_readings_in_a_row_share_their_line(digit):
    """Level a and tilt b with |a - b|, |a|, |a + b| below half a digit h: a square on its corner.

    The ends are rectangles; the middle is a triangle, of half the variance, which it shares with both.
    """
    found = rounding_covariance(7.0 * digit + 3.0 * digit * THREE, THREE, digit, 0.0)
    expected = digit**2 / 24.0 * np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])
    assert found == pytest.approx(expected, rel=0.08, abs=digit**2 / 500.0)


def test_noise_alone_leaves_what_a_fitted_line_leaves():
    """Far above the digit the errors that a line explains have the variance of its fitted values: sigma^2 times

    [[5, 2, -1], [2, 2, 2], [-1, 2, 5]] / 6 for three places in a row.
    """
    found = rounding_covariance(5.0 + THREE, THREE, 1e-4, 0.1)
    expected = 0.01 / 6.0 * np.array([[5.0, 2.0, -1.0], [2.0, 2.0, 2.0], [-1.0, 2.0, 5.0]])
    assert found == pytest.approx(expected, rel=0.02, abs=1e-5)


def test_a_bend_that_no_line_makes_keeps_noise_and_digit_apart():
    """Scatter adds to the rectangle in squares, reading by reading."""
    found = rounding_covariance([0.0, 50.0, 0.0], THREE, DIGIT, [0.01, 0.02, 0.03])
    noise = np.array([0.01, 0.02, 0.03]) ** 2
    assert found == pytest.approx(np.diag(DIGIT**2 / 12.0 + noise), rel=1e-4)


@pytest.mark.parametrize("factor", [1e-3, 1e3])
def test_the_unit_does_not_matter(factor):
    shown, reference, u = np.array([15.3, 20.3, 25.4]), np.array([15.0, 20.02, 25.04]), 0.02
    found = rounding_covariance(shown, reference, DIGIT, u)
    assert rounding_covariance(factor * shown, reference, factor * DIGIT, factor * u) == pytest.approx(
        factor**2 * found, rel=1e-6
    )
    assert rounding_covariance(shown, factor * reference + 7.0, DIGIT, u) == pytest.approx(found, rel=1e-6)
    assert rounding_covariance(shown + 3.0, reference, DIGIT, u) == pytest.approx(found, rel=1e-6)


def test_the_order_does_not_matter_and_a_mirror_neither():
    shown, reference = np.array([15.3, 20.3, 25.4, 30.4]), np.array([15.0, 20.02, 25.04, 30.06])
    found = rounding_covariance(shown, reference, DIGIT, 0.0)
    assert np.allclose(found, found.T)
    assert np.linalg.eigvalsh(found).min() > -1e-9 * found.max()
    assert rounding_covariance(shown[::-1], reference[::-1], DIGIT, 0.0) == pytest.approx(
        found[::-1, ::-1], rel=0.02, abs=DIGIT**2 / 1000.0
    )
    assert rounding_covariance(-shown, -reference, DIGIT, 0.0) == pytest.approx(found, rel=0.02, abs=DIGIT**2 / 1000.0)


def test_no_reading_may_be_off_by_more_than_it_could_be():
    """At rest an error is half a digit at most, so that its mean square is at most a quarter of the digit's square."""
    found = rounding_covariance([15.3, 20.3, 25.4, 30.4], [15.0, 20.02, 25.04, 30.06], DIGIT, 0.0)
    assert (np.diag(found) <= DIGIT**2 / 4.0).all()
    assert (np.diag(found) > 0.0).all()
