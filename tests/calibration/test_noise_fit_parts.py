"""The parts of a noise fit: Hadamard variances, the fit to them, and records made of a noise that is known.

What is known of the three processes: NIST SP 1065 (2008) 5.2.9; that the mean of a walk over a block varies by a third
of what the walk gains in it, and two neighbours by two thirds, follows from its increments alone.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from calibration.errors import ImplausibleError
from calibration.noise_fit import fit_noise, fit_slow, hadamard, simulated
from tests.calibration.test_noise_fit import made

BLOCK_S = 60.0
FLICKER = 0.5 * math.log(256.0 / 27.0)


@pytest.fixture
def quick(monkeypatch):
    """Five records behind the degrees of freedom in place of two hundred, for who asks something else."""
    monkeypatch.setattr("calibration.noise_fit._REPLICATES", 5)


def quiet(hours=5.0, step_s=3.0, mg_h=0.0):
    time_s = np.arange(0.0, hours * 3600.0, step_s)
    return time_s, 53.0 + 1e-3 * mg_h * time_s / 3600.0


@pytest.mark.parametrize(("blocks", "octaves"), [(191, [4, 8, 16]), (192, [4, 8, 16, 32]), (24, [4]), (23, [])])
def test_octaves_go_up_to_a_sixth_of_the_record(blocks, octaves):
    assert [*hadamard(np.zeros(blocks))] == octaves


def test_a_line_leaves_no_variance_and_a_parabola_its_curvature():
    """Second differences of k^2 over m blocks are 2 m^2; their square over six."""
    k = np.arange(240.0)
    assert list(hadamard(7.0 - 3.0 * k).values()) == pytest.approx([0.0] * 4, abs=1e-15)
    assert hadamard(k**2) == pytest.approx({m: 4.0 * m**4 / 6.0 for m in (4, 8, 16, 32)})
    both = hadamard(np.stack([k**2, 2.0 * k**2]))
    assert both[8].tolist() == pytest.approx([4.0 * 8**4 / 6.0, 16.0 * 8**4 / 6.0])


@pytest.mark.parametrize("slow", [(2e-9, 0.0, 0.0), (0.0, 3e-11, 0.0), (0.0, 0.0, 4e-13), (2e-9, 3e-11, 4e-13)])
def test_each_process_is_found_by_how_it_goes_with_tau(slow):
    white, flicker, walk = slow
    tau = {m: m * BLOCK_S for m in (4, 8, 16, 32, 64)}
    variances = {m: white / t + FLICKER * flicker + walk * t / 6.0 for m, t in tau.items()}
    assert fit_slow(variances, 1440, BLOCK_S) == pytest.approx(slow, rel=1e-6, abs=1e-18)


def test_what_has_many_independent_differences_weighs_most():
    """One octave 10 % too high: the first of them moves a white fit by nearly as much, the last by nearly nothing."""
    even = {m: 1e-9 / (m * BLOCK_S) for m in (4, 8, 16, 32, 64, 128)}
    first, last = (fit_slow(even | {m: 1.1 * even[m]}, 1440, BLOCK_S)[0] for m in (4, 128))
    assert first > 1.05e-9
    assert last == pytest.approx(1e-9, rel=0.03)


def test_octaves_weigh_by_how_many_differences_they_have():
    """Two octaves that only white noise comes near to: 48 blocks have 37 differences of means over 4, each overlapping
    by three quarters, so 37/4 independent ones; and 25 of means over 8, so 25/8.
    """
    found, *others = fit_slow({4: 1.2 / (4 * BLOCK_S), 8: 0.9 / (8 * BLOCK_S)}, 48, BLOCK_S)
    assert found == pytest.approx((1.2 * 37 / 4 + 0.9 * 25 / 8) / (37 / 4 + 25 / 8), rel=1e-6)
    assert others == [0.0, 0.0]


def test_no_process_is_ever_below_zero():
    falling = {m: 1e-9 / m**2 for m in (4, 8, 16, 32)}
    assert min(fit_slow(falling, 1440, BLOCK_S)) == 0.0


@pytest.fixture(scope="module")
def draw():
    return lambda *slow, blocks=1000: simulated(slow, blocks, BLOCK_S, np.random.default_rng(1))


def test_a_record_of_a_walk_has_the_means_of_a_walk(draw):
    means = draw(0.0, 0.0, 1.0)
    assert means.shape == (200, 1000)
    steps = np.diff(means, axis=1)
    assert means[:, 0].var() == pytest.approx(BLOCK_S / 3.0, rel=0.3)
    assert steps.var() == pytest.approx(BLOCK_S * 2.0 / 3.0, rel=0.01)
    assert (steps[:, 1:] * steps[:, :-1]).mean() == pytest.approx(BLOCK_S / 6.0, rel=0.03)
    assert means[:, -1].var() == pytest.approx(1000 * BLOCK_S, rel=0.3)


def test_a_record_of_white_noise_has_independent_means(draw):
    means = draw(1.0, 0.0, 0.0)
    assert means.var() == pytest.approx(1.0 / BLOCK_S, rel=0.01)
    assert (means[:, 1:] * means[:, :-1]).mean() == pytest.approx(0.0, abs=1e-4)


def test_a_record_of_flicker_has_the_same_variance_at_every_octave(draw):
    found = {m: one.mean() for m, one in hadamard(draw(0.0, 1.0, 0.0)).items()}
    assert list(found.values()) == pytest.approx([FLICKER] * len(found), rel=0.06)


def test_a_record_of_all_three_is_their_sum(draw):
    slow = (60.0, 1.0, 1e-3)
    found = hadamard(draw(*slow))
    fits = np.array([fit_slow({m: one[i] for m, one in found.items()}, 1000, BLOCK_S) for i in range(200)])
    assert fits.mean(axis=0)[1:].tolist() == pytest.approx(slow[1:], rel=0.15)
    assert fits.mean(axis=0)[0] == pytest.approx(60.0, rel=0.5)  # the least of the three, and never below zero
    other = simulated(slow, 1000, BLOCK_S, np.random.default_rng(2))
    assert np.corrcoef(draw(*slow)[0], other[0])[0, 1] < 0.9


def scatter(slow, blocks=1440, length_s=86400.0):
    """2 mean^2 / variance of what is fitted to records of this noise, made and fitted here."""
    rng = np.random.default_rng(11)
    walks = np.cumsum(rng.normal(size=(300, blocks * 10)) * math.sqrt(slow[2] * BLOCK_S / 10.0), axis=1)
    means = walks.reshape(300, blocks, 10).mean(axis=2) + rng.normal(size=(300, blocks)) * math.sqrt(slow[0] / BLOCK_S)
    found = hadamard(means)
    fits = np.array([fit_slow({m: one[i] for m, one in found.items()}, blocks, BLOCK_S) for i in range(300)])
    wander = fits[:, 2] * length_s + 2.0 * fits[:, 1] * math.log(length_s / BLOCK_S) + fits[:, 0] / BLOCK_S
    return 2.0 * wander.mean() ** 2 / wander.var(ddof=1)


def test_degrees_of_freedom_say_how_much_records_of_a_walk_scatter():
    told = [fit_noise(*made(seed, walk_mg=0.1), seed=seed).nu for seed in range(3)]
    assert np.mean(told) == pytest.approx(scatter((1.2e-9, 0.0, 1e-8 / 3600.0)), rel=0.3)


def test_a_balance_that_does_not_wander_is_well_known():
    """A day of white noise: what little walk is fitted into it varies by more than itself, what a minute has does not.

    With two degrees of freedom a 95 % interval would be twice as wide as it need be.
    """
    assert min(fit_noise(*made(seed), seed=seed).nu for seed in (1, 2, 3)) > 50.0


def test_what_readings_say_by_themselves_is_not_said_again_as_slow_noise(quick):
    """Neighbours that share half: three times the white noise of independent ones, all of it the readings' own."""
    model = fit_noise(*made(4, lag=0.5, hours=48.0), seed=1)
    own = (2e-5) ** 2 * 3.0 * 3.0
    assert model.slow_white_g2_s < 0.45 * own  # a minute about its own line hides some of it


def test_white_noise_of_minutes_is_found_beside_that_of_the_readings(quick):
    """Each minute off by 0.01 mg, on readings with as much noise of their own (see above)."""
    found = []
    for seed in range(3):
        time_s, mass_g = made(seed, lag=0.5, hours=48.0)
        minutes = np.random.default_rng(100 + seed).normal(size=48 * 60) * 1e-5
        found.append(fit_noise(time_s, mass_g + minutes[(time_s // 60.0).astype(int)], seed=1).slow_white_g2_s)
    assert np.mean(found) == pytest.approx(1e-10 * 60.0, rel=0.25)


def test_a_reading_varies_about_its_own_minute(quick):
    """Twenty readings about a line have eighteen degrees of freedom."""
    assert fit_noise(*made(1, hours=48.0), seed=1).reading_g == pytest.approx(2e-5, rel=0.012)


def test_readings_that_push_each_other_away_count_as_independent(quick):
    time_s, mass_g = made(1, white_mg=0.0, hours=5.0)
    swing = np.where(np.arange(len(time_s)) % 2, 1e-5, -1e-5)
    model = fit_noise(time_s, mass_g + swing, seed=1)
    assert (model.lag_one, model.interval_s, model.length_s) == (0.0, 3.0, time_s[-1])


def test_a_line_with_minutes_that_are_half_empty_is_still_a_line(quick):
    """The mean of a block is that of its line at its middle, wherever in it the readings lie."""
    time_s, mass_g = quiet(mg_h=-3.0)
    kept = ((time_s // 60.0) % 7 != 3) | (time_s % 60.0 < 30.0)
    model = fit_noise(time_s[kept], mass_g[kept], seed=1)
    assert (model.walk_g2_s, model.flicker_g2, model.slow_white_g2_s) == pytest.approx((0.0, 0.0, 0.0), abs=1e-20)


def test_slow_readings_are_taken_in_longer_blocks(quick):
    """Every 6 s: twenty of them take two minutes, and the walk is the same."""
    usual, slower = (fit_noise(*made(5, walk_mg=0.1, hours=48.0, step_s=step), seed=1) for step in (3.0, 6.0))
    assert (usual.interval_s, slower.interval_s) == (3.0, 6.0)
    assert 0.05 < 1e3 * math.sqrt(3600.0 * slower.walk_g2_s) < 0.15
    with pytest.raises(ImplausibleError, match="readings over more than 8 h without flow, found 6 h"):
        fit_noise(*made(5, hours=6.0, step_s=6.0), seed=1)


def test_four_hours_are_enough_and_not_a_minute_less(quick):
    with pytest.raises(ImplausibleError, match="expected readings over more than 4 h without flow, found 4 h"):
        fit_noise(*quiet(hours=4.0), seed=1)
    assert fit_noise(*made(1, hours=4.0 + 1.0 / 60.0), seed=1).length_s == pytest.approx(4 * 3600.0 + 57.0)


@pytest.mark.parametrize(("left", "enough"), [(10, True), (9, False)])
def test_half_of_the_readings_make_a_minute(quick, left, enough):
    """Of every tenth minute so many are left; a tenth of the minutes may not be empty."""
    time_s, mass_g = made(2, hours=5.0)
    kept = ((time_s // 60.0) % 10 != 3) | (time_s % 60.0 < 3.0 * left)
    if enough:
        assert fit_noise(time_s[kept], mass_g[kept], seed=1).reading_g == pytest.approx(2e-5, rel=0.05)
        return
    with pytest.raises(ImplausibleError, match="throughout, found 30 of 299 minutes empty"):
        fit_noise(time_s[kept], mass_g[kept], seed=1)


def test_a_few_minutes_may_be_missing(quick):
    """One in twenty; what lies between is drawn straight, so that a walk stays one."""
    time_s, mass_g = made(3, walk_mg=0.1, hours=24.0)
    kept = (time_s // 60.0) % 21 != 5
    whole, holed = (fit_noise(time_s[some], mass_g[some], seed=1) for some in (slice(None), kept))
    assert holed.walk_g2_s == pytest.approx(whole.walk_g2_s, rel=0.3)


def test_a_balance_that_never_moves_is_known():
    time_s = np.arange(0.0, 5 * 3600.0, 3.0)
    model = fit_noise(time_s, np.zeros(len(time_s)), seed=1)
    assert (model.reading_g, model.walk_g2_s, model.nu) == (0.0, 0.0, math.inf)


@pytest.mark.parametrize(("more", "enough"), [((), True), ((100,), False)])
def test_one_minute_in_twenty_may_be_empty(quick, more, enough):
    """Fifteen of three hundred, and not sixteen."""
    time_s, mass_g = made(2, hours=5.0 + 1.0 / 60.0)
    minute = (time_s // 60.0).astype(int)
    kept = (minute % 20 != 3) & ~np.isin(minute, more)
    if enough:
        assert fit_noise(time_s[kept], mass_g[kept], seed=1).reading_g > 0.0
        return
    with pytest.raises(ImplausibleError, match="found 16 of 300 minutes empty"):
        fit_noise(time_s[kept], mass_g[kept], seed=1)


def test_the_time_of_day_does_not_matter():
    time_s, mass_g = made(6, walk_mg=0.1, hours=5.0)
    model, later = (fit_noise(time_s + begin_s, mass_g, seed=1) for begin_s in (0.0, 4096.0))
    assert list(vars(later).values()) == pytest.approx(list(vars(model).values()), rel=1e-6, abs=0.0)
