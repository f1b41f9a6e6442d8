"""Levels of 16 bits: what they leave out is never the extreme, and what they keep is looked at as it is."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibration.errors import ImplausibleError
from calibration.units import VOLUME
from rig.verify import extremes
from rig.verify.extremes import extreme_errors_percent
from rig.verify.extremes_coarse import STEPS, Search, coarse_levels, parted
from rig.verify.extremes_plain import aligned, plain_extremes
from rig.verify.window_errors import window_errors_percent

STEP_UL = 0.37


def whole(volume_ul, n, step_ul=STEP_UL):
    """What the array of all errors says."""
    errors = window_errors_percent(volume_ul, n, step_ul)
    return errors.max(), errors.argmax(), errors.min(), errors.argmin()


def noisy(samples, seed=3):
    """A pump that keeps its line, on a balance with noise and a last digit."""
    noise = np.random.default_rng(seed).normal(0.0, 0.05, samples)
    return np.round(STEP_UL * np.arange(samples) + noise, 2)


#: Steps that tie, that differ by what no scale shows, that fall, and one that is all there is to see.
INTERVALS = st.one_of(st.sampled_from([0.0, 1e-17, 0.1, 0.37, 2.0, -0.3, 1e5]), st.floats(-1e3, 1e3))


@settings(max_examples=150, deadline=None)
@given(st.lists(INTERVALS, min_size=1, max_size=60), st.data())
def test_what_is_found_is_to_the_last_bit_what_all_errors_say(intervals_ul, data):
    volume_ul = np.concatenate([[data.draw(st.sampled_from([0.0, -40.0, 7e6]))], np.cumsum(intervals_ul)])
    steps = range(1, len(volume_ul))
    coarse = coarse_levels(volume_ul, STEP_UL, block=data.draw(st.integers(1, 70)))
    assert [one.extremes(STEP_UL) for one in coarse.of_blocks(steps)] == [whole(volume_ul, n) for n in steps]


@pytest.mark.parametrize("scale_ul", [1e-9, 1.0, 1e9])
def test_each_word_stands_for_its_level_less_the_line_to_one_step(scale_ul):
    volume_ul = scale_ul * noisy(1000)
    words = coarse_levels(volume_ul, scale_ul * STEP_UL, block=64).words.astype(float)
    stray_ul = volume_ul - scale_ul * STEP_UL * np.arange(1000)
    assert (words.min() >= 0, words.max() <= STEPS) == (True, True)
    step_ul, zero_ul = np.polyfit(words, stray_ul, 1)
    assert step_ul <= scale_ul * (np.ptp(stray_ul / scale_ul) + 2 * 64 * STEP_UL) / STEPS  # a block's rise at each end
    assert np.ptp(stray_ul - zero_ul - step_ul * words) < 1.1 * step_ul  # cut off, and the fit is not the scale itself


@pytest.mark.parametrize("far_ul", [1e9, -1e9])
def test_the_scale_is_no_finer_than_doubles_are(far_ul):
    """Levels that are alike to eleven digits: a step is a thousandth of a microlitre, and no less."""
    volume_ul = far_ul + np.random.default_rng(2).permutation(256) / 255 * 0.01
    coarse = coarse_levels(volume_ul, 1e-6, block=64)
    assert np.ptp(coarse.words) == pytest.approx(10, abs=1)
    assert [one.extremes(1e-6) for one in coarse.of_blocks([1, 100])] == [whole(volume_ul, n, 1e-6) for n in (1, 100)]


def test_up_to_a_quarter_of_the_blocks_at_each_end_are_few():
    """Within two steps of the largest is near; each end has its own quarter."""
    largest = np.zeros((2, 16), int)
    largest[0, [1, 5, 8, 9]] = 100, 98, 99, 100
    largest[1, [2, 3, 11, 12]] = 40, 40, 40, 38
    assert not Search(coarse_levels(noisy(160), STEP_UL, block=10), 1, largest).crowded
    largest[1, 13] = 38
    assert Search(coarse_levels(noisy(160), STEP_UL, block=10), 1, largest).crowded


def shots(samples):
    """Shots of a pump without noise: every difference is one of two."""
    return 37.0 * np.floor(np.arange(samples) / 100)


def walk(samples):
    return np.cumsum(np.random.default_rng(5).normal(STEP_UL, 0.01, samples))


@pytest.mark.parametrize(
    ("volume_ul", "steps", "told"),
    [
        (noisy(40_000), 1, True),
        (noisy(40_000), 3000, True),
        (noisy(40_000), 39_999, True),
        (walk(40_000), 1, False),
        (walk(40_000), 3000, True),
        (shots(40_000), 150, False),
        (STEP_UL * np.arange(40_000), 7, False),
        (STEP_UL * np.arange(40_000), 3000, False),
    ],
)
def test_whether_the_scale_tells_extremes_apart_is_seen_in_the_middle(volume_ul, steps, told):
    assert parted(volume_ul, steps, STEP_UL, 512) is told


@pytest.mark.parametrize(
    ("block", "alike", "told"), [(512, 8, True), (512, 9, False), (64, 1, True), (64, 2, False), (8, 1, True)]
)
@pytest.mark.parametrize("sign", [1, -1])
def test_one_in_64_as_extreme_as_the_extreme_is_few(block, alike, told, sign):
    """A block of differences in the middle of 4096 levels: so many are the extreme, and the others differ from it."""
    volume_ul = np.random.default_rng(4).uniform(-0.2, 0.2, 4096)
    begin = (4096 - 700) // 2
    volume_ul[begin : begin + block] = 0.0
    volume_ul[begin + 700 : begin + 700 + block] = sign * np.linspace(0.0, 0.9, block)
    volume_ul[begin + 700 : begin + 700 + alike] = sign
    assert parted(volume_ul, 700, 1e-6, block) is told


def test_which_way_is_taken_and_with_what(monkeypatch):
    taken = []

    def noting(name, way):
        def note(volume_ul, *said, **more):
            taken.append((name, list(said[0]) if name == "plain" else None, more["block"]))
            return way(volume_ul, *said, **more)

        monkeypatch.setattr(extremes, f"{name}_{'extremes' if name == 'plain' else 'levels'}", note)

    noting("plain", plain_extremes)
    noting("coarse", coarse_levels)
    for volume_ul in (noisy(40_000), STEP_UL * np.arange(40_000), noisy(2047), walk(40_000)):
        extreme_errors_percent(volume_ul, [7, 3000] if len(volume_ul) > 3000 else [7], STEP_UL, block=512)
    coarse = ("coarse", None, 512)
    assert taken == [
        coarse, ("plain", [], 512),  # noise: 16 bits tell all apart
        ("plain", [7, 3000], 512),  # no noise: they tell nothing apart
        ("plain", [7], 512),  # fewer than four blocks
        coarse, ("plain", [7], 512),  # a walk: only what is long enough
    ]  # fmt: skip


def test_four_blocks_are_enough(monkeypatch):
    monkeypatch.setattr(extremes, "coarse_levels", None)
    with pytest.raises(TypeError):
        extreme_errors_percent(noisy(2048), [7], STEP_UL, block=512)


def test_few_blocks_hold_an_extreme_of_noise_and_all_hold_one_of_equal_steps():
    noise = coarse_levels(noisy(40_000), STEP_UL, block=512).of_blocks([7, 3000])
    equal = coarse_levels(STEP_UL * np.arange(40_000), STEP_UL, block=512).of_blocks([7, 3000])
    assert [one.crowded for one in noise] == [False, False]
    assert [one.crowded for one in equal] == [True, True]


def test_one_end_that_is_crowded_is_enough():
    """A pump without noise that stood still once: one block holds the smallest error, and all others the largest."""
    volume_ul = STEP_UL * np.arange(40_000)
    volume_ul[20_000:] -= 5.0
    (search,) = coarse_levels(volume_ul, STEP_UL, block=512).of_blocks([7])
    assert (search.crowded, search.extremes(STEP_UL)) == (True, whole(volume_ul, 7))


@pytest.mark.parametrize("steps", [(7,), (1, 4, 10, 22), (3000, 7, 3000), (39_990, 5)])
def test_windows_that_16_bits_part_and_windows_that_they_do_not_are_told_as_asked(steps):
    """A walk in small steps: in short windows all differences are alike on the scale, in long ones they are not."""
    for volume_ul in (walk(40_000), noisy(40_000), STEP_UL * np.arange(40_000)):
        found = extreme_errors_percent(volume_ul, steps, STEP_UL, block=512)
        assert found == plain_extremes(volume_ul, steps, STEP_UL, block=512)
        assert found == [whole(volume_ul, n) for n in steps]


@pytest.mark.parametrize("level", [np.nan, np.inf, -np.inf, 1e12])
@pytest.mark.parametrize("place", [0, 511, 512, 20_000, 39_999])
def test_a_level_that_is_none_is_refused_at_its_place(level, place):
    volume_ul = noisy(40_000)
    volume_ul[place] = level
    with pytest.raises(ImplausibleError, match=rf"^volume\[{place}\]"):
        extreme_errors_percent(volume_ul, [7, 3000], STEP_UL, block=512, kind=VOLUME)


def test_levels_that_are_none_are_refused_without_a_warning():
    """Two of them, of which the difference is no number."""
    volume_ul = noisy(40_000)
    volume_ul[[18_600, 21_600]] = np.inf
    with warnings.catch_warnings(), pytest.raises(ImplausibleError, match=r"^volume\[18600\]"):
        warnings.simplefilter("error")
        extreme_errors_percent(volume_ul, [3000], STEP_UL, block=512, kind=VOLUME)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_of_errors_that_round_alike_the_first_is_told(sign):
    """Differences of 1 and of one and a few bits, beside a programmed volume of a litre: one error, in two blocks."""
    volume_ul = np.array([0.0, sign, 0.0, sign * (1.0 + 2.0**-50)])
    assert plain_extremes(volume_ul, [1], 1e6, block=2) == [whole(volume_ul, 1, 1e6)]


def test_room_begins_with_a_line_of_the_cache():
    rooms = [aligned(size, kind) for size in range(1, 100) for kind in (np.int16, np.float64)]
    assert {room.ctypes.data % 64 for room in rooms} == {0}
    assert [room.size for room in rooms[::2]] == list(range(1, 100))
