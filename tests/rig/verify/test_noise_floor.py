"""The trumpet that noise alone draws."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import FLOW, TIME, VOLUME
from rig.verify.errors import MetricError
from rig.verify.noise import LevelNoise, largest_differences_ul, noise_floor
from rig.verify.trumpet import trumpet

QUARTER, HOUR = TIME.parse("S", "15 min"), TIME.parse("P", "1 h")
RATE = FLOW.parse("rate", "0.15 mL/day")
TENTH = VOLUME.quantity(0.1)


def test_a_tenth_of_a_milligram_draws_a_wide_trumpet_at_itb_rates():
    largest_ul = largest_differences_ul(101, [1], 0.1, 0.0, seed=1, trials=2000)
    typical_percent = 100.0 * np.median(largest_ul) / 1.5625
    assert typical_percent == pytest.approx(23.0, abs=3.0)
    (floor,) = noise_floor(101, QUARTER, RATE, [QUARTER], LevelNoise(TENTH), seed=1)
    assert typical_percent < floor < 1.5 * typical_percent


def test_the_floor_is_the_same_for_ever_for_one_seed():
    floors = [noise_floor(101, QUARTER, RATE, [QUARTER, HOUR], LevelNoise(TENTH), seed=s) for s in (2**200, 2**200, 7)]
    assert floors[0] == floors[1]
    assert floors[0] != floors[2]
    assert floors[2] == pytest.approx(floors[0], rel=0.05)
    assert noise_floor(11, QUARTER, RATE, [QUARTER], LevelNoise(TENTH), seed=42, trials=100) == pytest.approx(
        (25.356651464406543,), rel=1e-12
    )


def test_the_blocks_do_not_change_the_stream(monkeypatch):
    whole = largest_differences_ul(11, [1, 3], 0.1, 0.5, seed=3, trials=50)
    monkeypatch.setattr("rig.verify.noise._BLOCK", 40)
    assert np.array_equal(largest_differences_ul(11, [1, 3], 0.1, 0.5, seed=3, trials=50), whole)


def test_correlated_noise_is_quieter_between_neighbours():
    white = noise_floor(101, QUARTER, RATE, [QUARTER, 40 * QUARTER], LevelNoise(TENTH))
    slow = noise_floor(101, QUARTER, RATE, [QUARTER, 40 * QUARTER], LevelNoise(TENTH, lag_one=0.9))
    assert slow[0] == pytest.approx(white[0] * np.sqrt(0.1), rel=0.1)
    assert slow[1] == pytest.approx(white[1], rel=0.15)


def test_a_noisy_window_decides_nothing():
    volume = VOLUME.quantity(np.arange(101) * 1.5625)
    noise = LevelNoise(TENTH)
    quarter, hour, two = trumpet(
        volume, QUARTER, RATE, [QUARTER, HOUR, 2 * HOUR], cycle=HOUR, level_noise=noise
    ).windows
    assert quarter.silent_because(100.0) == "the window is no whole multiple of the declared cycle"
    assert "noise alone reaches" in str(hour.silent_because(14.5))
    assert hour.decides(30.0)
    assert two.decides(14.5)


def test_a_window_with_unknown_noise_decides_nothing():
    window = trumpet(VOLUME.quantity(np.arange(101) * 1.5625), QUARTER, RATE, [HOUR], cycle=HOUR).windows[0]
    assert window.silent_because(14.5) == "the noise of the levels is not known"


@pytest.mark.parametrize(("sd", "lag", "message"), [(-0.1, 0.0, "standard_deviation"), (0.1, 1.0, "lag_one")])
def test_impossible_noise_is_refused(sd, lag, message):
    with pytest.raises(MetricError, match=message):
        LevelNoise(VOLUME.quantity(sd), lag)


def test_silent_levels_have_no_floor():
    assert noise_floor(11, QUARTER, RATE, [QUARTER], LevelNoise(VOLUME.quantity(0.0))) == (0.0,)
