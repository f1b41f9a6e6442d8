"""The trumpet against the reference vectors, against its other form, and against misuse."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calibration.errors import BareNumberError, DimensionError, ImplausibleError
from calibration.units import DENSITY, FLOW, MASS, TIME, VOLUME
from rig.verify.errors import MetricError
from rig.verify.extremes import extreme_errors_percent
from rig.verify.extremes_plain import BLOCK
from rig.verify.noise import LevelNoise
from rig.verify.trumpet import trumpet, trumpet_from_mass
from rig.verify.window_errors import window_errors_percent

HALF_MINUTE = TIME.parse("S", "0.5 min")
QUARTER = TIME.parse("S", "15 min")
HOUR = TIME.parse("cycle", "1 h")
ITB_RATE = FLOW.parse("rate", "0.15 mL/day")


def minutes(*values):
    return [TIME.parse("window", f"{value} min") for value in values]


def even_volume(samples, step_ul=1.5625):
    return VOLUME.quantity(np.arange(samples) * step_ul)


def compare(curve, expected, tolerance):
    assert [w.ep_max_percent for w in curve.windows] == pytest.approx(expected["Ep_max"], abs=tolerance)
    assert [w.ep_min_percent for w in curve.windows] == pytest.approx(expected["Ep_min"], abs=tolerance)
    assert curve.mean_error_percent == pytest.approx(expected["A_percent"], abs=tolerance)


def test_a_sinusoidal_pump_gives_the_closed_form(vector):
    case = vector("IEC-T1")
    t = np.arange(121) * 0.5
    mass_g = 0.998 / 60 * (t + 0.2 * 10 / (2 * np.pi) * (1 - np.cos(2 * np.pi * t / 10)))
    rate, density = FLOW.parse("rate", "1 mL/h"), DENSITY.parse("d", "0.998 g/mL")
    windows = minutes(*case["inputs"]["windows_min"])
    curve = trumpet_from_mass(MASS.quantity(mass_g), density, HALF_MINUTE, rate, windows)
    compare(curve, case["expected"], 1e-6)
    assert [w.count for w in curve.windows] == case["expected"]["m_windows"]


def test_a_shot_pump_saturates_windows_that_are_no_multiple_of_its_cycle(vector):
    case = vector("IEC-T3")
    volume = VOLUME.quantity(np.floor(np.arange(121) * 0.5 / 4.0) * 2.0)
    windows, cycle = minutes(*case["inputs"]["windows_min"]), TIME.parse("cycle", "4 min")
    curve = trumpet(volume, HALF_MINUTE, FLOW.parse("rate", "0.03 mL/h"), windows, cycle=cycle)
    compare(curve, case["expected"], 1e-6)
    assert [w.commensurate for w in curve.windows] == [False] * 5


def test_a_shot_pump_shows_nothing_in_windows_of_whole_cycles():
    volume = VOLUME.quantity(np.floor(np.arange(121) * 0.5 / 4.0) * 2.0)
    curve = trumpet(volume, HALF_MINUTE, FLOW.parse("r", "0.03 mL/h"), minutes(4, 8, 20), cycle=minutes(4)[0])
    assert [w.commensurate for w in curve.windows] == [True] * 3
    assert max(abs(w.ep_max_percent) + abs(w.ep_min_percent) for w in curve.windows) < 1e-9


def test_the_number_of_windows(vector):
    case = vector("IEC-T4")
    curve = trumpet(even_volume(121), HALF_MINUTE, ITB_RATE, minutes(*case["inputs"]["P_min"]))
    assert [w.count for w in curve.windows] == case["expected"]["m"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-5.0, 20.0), min_size=5, max_size=40), st.integers(1, 5), st.floats(0.01, 10.0))
def test_both_forms_of_the_standard_agree(steps_ul, n, step_ul):
    volume_ul = np.concatenate([[0.0], np.cumsum(steps_ul)])
    interval_errors = 100.0 * (np.diff(volume_ul) - step_ul) / step_ul
    mean_form = np.convolve(interval_errors, np.full(n, 1.0 / n), mode="valid")
    difference_form = window_errors_percent(volume_ul, n, step_ul)
    assert difference_form == pytest.approx(mean_form, rel=1e-9, abs=1e-6 / step_ul)


def plain(volume_ul, n, step_ul):
    """The definition: every error, and the first of the largest and of the smallest."""
    errors = [
        100.0 * (late - early - n * step_ul) / (n * step_ul)
        for early, late in zip(volume_ul[:-n], volume_ul[n:], strict=True)
    ]
    return max(errors), errors.index(max(errors)), min(errors), errors.index(min(errors))


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from([0.0, 1e-17, 0.1, 0.7, 2.0, -0.3]), min_size=1, max_size=60), st.data())
@example([0.0] * 9, None)  # a flat record: every window ties
@example([1.5625] * 40, None)
@example([2.0], None)  # the shortest record
def test_blocks_find_to_the_last_bit_what_the_definition_says(steps_ul, data):
    volume_ul = np.concatenate([[0.0], np.cumsum(steps_ul)])
    every = list(range(1, len(volume_ul)))
    steps = every if data is None else data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=4))
    block = 4 if data is None else data.draw(st.integers(1, 70))
    found = extreme_errors_percent(volume_ul, steps, 0.37, block=block)
    assert found == [plain(volume_ul.tolist(), n, 0.37) for n in steps]


def test_a_record_of_many_blocks_gives_the_same_as_the_whole_array():
    volume_ul = np.cumsum(np.random.default_rng(5).normal(1.0, 0.5, 700_001).round(1))
    for n, extremes in zip((1, 62, 400_000), extreme_errors_percent(volume_ul, (1, 62, 400_000), 1.0), strict=True):
        errors = window_errors_percent(volume_ul, n, 1.0)
        assert extremes == (errors.max(), errors.argmax(), errors.min(), errors.argmin())


@pytest.mark.parametrize("place", [0, BLOCK, BLOCK + 1, 2 * BLOCK + 3])
@pytest.mark.parametrize("windows", [minutes(0.5, 1), [(2 * BLOCK + 2) * HALF_MINUTE], []])
def test_a_level_that_is_none_is_refused_wherever_it_is(place, windows):
    volume_ul = np.arange(2 * BLOCK + 4) * 1e-3
    assert trumpet(VOLUME.quantity(volume_ul), HALF_MINUTE, ITB_RATE, windows).duration_s == (2 * BLOCK + 3) * 30.0
    volume_ul[place] = np.nan
    with pytest.raises(ImplausibleError, match=rf"volume\[{place}\].*NaN"):
        trumpet(VOLUME.quantity(volume_ul), HALF_MINUTE, ITB_RATE, windows)


def test_extremes_are_located():
    volume_ul = np.arange(101) * 1.5625
    volume_ul[41:] -= 1.5625  # the pump stands still in the interval from 10 h
    curve = trumpet(VOLUME.quantity(volume_ul), QUARTER, ITB_RATE, minutes(15, 60), cycle=HOUR)
    short, long = curve.windows
    assert (short.at_min_s, short.ep_min_percent) == (36000.0, pytest.approx(-100.0))
    assert (long.at_min_s, long.ep_min_percent) == (36000.0 - 2700.0, pytest.approx(-25.0))
    assert long.ep_max_percent == pytest.approx(0.0, abs=1e-9)
    assert curve.mean_error_percent == pytest.approx(-1.0)


def test_a_curve_says_how_long_its_record_and_its_windows_are():
    curve = trumpet(even_volume(101), QUARTER, ITB_RATE, minutes(15, 60))
    assert (curve.duration_s, curve.sample_interval_s) == (100 * 900.0, 900.0)
    assert [window.window_s for window in curve.windows] == [900.0, 3600.0]


def test_extremes_are_told_by_the_time_at_which_their_windows_begin():
    volume_ul = np.arange(101) * 1.5625
    volume_ul[71:] += 1.5625  # a shot too many in the interval from 17.5 h
    window = trumpet(VOLUME.quantity(volume_ul), QUARTER, ITB_RATE, minutes(15)).windows[0]
    assert (window.at_max_s, window.ep_max_percent) == (70 * 900.0, pytest.approx(100.0))


def test_the_floor_of_a_curve_depends_on_its_seed_alone():
    mass, density = MASS.quantity(np.arange(101) * 1.5625e-3), DENSITY.parse("d", "1 g/mL")
    noise = LevelNoise(VOLUME.parse("u", "0.1 uL"))

    def floors(seed):
        of_volume = trumpet(even_volume(101), QUARTER, ITB_RATE, minutes(60), level_noise=noise, seed=seed)
        of_mass = trumpet_from_mass(mass, density, QUARTER, ITB_RATE, minutes(60), level_noise=noise, seed=seed)
        return of_volume.windows[0].noise_floor_percent, of_mass.windows[0].noise_floor_percent

    assert floors(1) == floors(1)
    assert floors(1)[0] == floors(1)[1]
    assert floors(1) != floors(2)


def test_without_windows_there_is_no_curve():
    assert trumpet(even_volume(101), QUARTER, ITB_RATE, []).windows == ()


def test_a_cycle_is_heard_of_a_mass_as_well():
    mass, density = MASS.quantity(np.arange(101) * 1.5625e-3), DENSITY.parse("d", "1 g/mL")
    curve = trumpet_from_mass(mass, density, QUARTER, ITB_RATE, minutes(60, 75), cycle=HOUR)
    assert [window.commensurate for window in curve.windows] == [True, False]


def test_a_window_without_a_declared_cycle_is_not_called_commensurate():
    window = trumpet(even_volume(101), QUARTER, ITB_RATE, minutes(60)).windows[0]
    assert window.commensurate is None
    assert "no cycle is declared" in str(window.silent_because(14.5))


def test_a_cycle_from_a_conversion_is_still_commensurate():
    cycle = (VOLUME.quantity(6.25) / ITB_RATE).to("day")
    window = trumpet(even_volume(101), QUARTER, ITB_RATE, minutes(120), cycle=cycle).windows[0]
    assert window.commensurate is True


@pytest.mark.parametrize(("text", "message"), [("20 min", r"windows\[1\].*whole multiple.*1200 s"),
                                               ("26 h", r"windows\[1\].*at most.*93600 s"),
                                               ("0 s", r"windows\[1\].*found 0 s")])  # fmt: skip
def test_a_window_off_the_grid_is_named(text, message):
    windows = [QUARTER, TIME.parse("window", text)]
    with pytest.raises(MetricError, match=message):
        trumpet(even_volume(101), QUARTER, ITB_RATE, windows)


def test_volume_rate_and_interval_are_checked_at_the_door():
    with pytest.raises(BareNumberError, match="volume"):
        trumpet(np.arange(5.0), QUARTER, ITB_RATE, [QUARTER])
    with pytest.raises(DimensionError, match="rate"):
        trumpet(even_volume(5), QUARTER, HOUR, [QUARTER])
    with pytest.raises(ImplausibleError, match=r"volume\[1\].*NaN"):
        trumpet(VOLUME.quantity(np.array([0.0, np.nan])), QUARTER, ITB_RATE, [QUARTER])
    with pytest.raises(MetricError, match=r"rate.*above zero"):
        trumpet(even_volume(5), QUARTER, FLOW.quantity(0.0), [QUARTER])
    with pytest.raises(MetricError, match="two levels"):
        trumpet(even_volume(1), QUARTER, ITB_RATE, [QUARTER])
