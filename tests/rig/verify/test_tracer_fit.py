"""A tracer that is fitted: which samples fix a line, and which do not."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.units import RATIO, VOLUME
from rig.verify.errors import MetricError
from rig.verify.mixing import concentration_ug_ml
from rig.verify.tracer import fit_tracer

ENDS = np.array([0.0, 0.0, 1.0, 1.0])
APART = np.array([0.0, 100.0, 500.0, 600.0])


def fit(v, part, u=0.01, tracer="dye"):
    given = VOLUME.quantity(np.asarray(v, float)), RATIO.quantity(100.0 * np.asarray(part, float))
    return fit_tracer(*given, RATIO.quantity(100.0 * u), tracer)


@pytest.mark.parametrize("dead", [0.5, 40.0, 2000.0])
@pytest.mark.parametrize("share", [0.02, 0.3, 1.0])
@pytest.mark.parametrize("flushed", [1.3, 5.0, 20.0])
def test_a_line_of_any_size_and_kind_is_found(dead, share, flushed):
    """Samples without noise, dense in the transition, and as far beyond it as anybody flushes."""
    mixed = dead * share
    v = np.sort(np.r_[np.linspace(0.0, flushed * dead, 12), np.linspace(dead - mixed, dead + 2.0 * mixed, 12)])
    found = fit(v, concentration_ug_ml(v, 0.0, 1.0, dead, mixed))
    assert found.numbers_ul[:2] == pytest.approx((dead, mixed), rel=1e-3)
    assert found.tracer == "dye"


def test_uncertainty_grows_with_that_of_the_samples_and_shrinks_with_their_number():
    v = np.linspace(150.0, 600.0, 40)
    one, coarse = (fit(v, concentration_ug_ml(v, 0.0, 1.0, 300.0, 90.0), u).numbers_ul for u in (0.01, 0.03))
    four = np.repeat(v, 4)
    many = fit(four, concentration_ug_ml(four, 0.0, 1.0, 300.0, 90.0)).numbers_ul
    assert coarse[2:] == pytest.approx([3.0 * u for u in one[2:]], rel=1e-3)
    assert many[2:] == pytest.approx([0.5 * u for u in one[2:]], rel=1e-3)


def test_samples_that_no_line_explains_are_refused():
    """In the wrong order, or with a scatter three times what is declared for it: no line is fitted to that."""
    v, scatter = np.linspace(10.0, 500.0, 40), np.random.default_rng(0).normal(0.0, 0.01, 40)
    part = concentration_ug_ml(v, 0.0, 1.0, 300.0, 60.0) + scatter
    assert fit(v, part).numbers_ul[:2] == pytest.approx((300.0, 60.0), rel=0.05)
    with pytest.raises(MetricError, match=r"chi-square up to 70\.7 with 38 degrees of freedom, found .*Birge ratio"):
        fit(v[::-1], part)
    with pytest.raises(MetricError, match=r"expected residuals that u = 0\.33% explains"):
        fit(v, part, 0.01 / 3.0)


def test_a_little_more_scatter_than_declared_widens_the_uncertainty_and_less_never_narrows_it():
    """Residuals of exactly 1.3 and 0.7 times the declared size."""
    v = np.linspace(150.0, 600.0, 40)
    exact = concentration_ug_ml(v, 0.0, 1.0, 300.0, 90.0)
    scatter = np.random.default_rng(4).normal(0.0, 0.01, 40)
    found = fit(v, exact + scatter, 0.01)
    left = exact + scatter - concentration_ug_ml(v, 0.0, 1.0, *found.numbers_ul[:2])
    size = np.sqrt(np.sum(left**2) / 38)
    wide, plain, narrow = (fit(v, exact + scatter, size / birge).numbers_ul for birge in (1.3, 1.0, 0.7))
    assert wide[2:] == pytest.approx(plain[2:], rel=1e-3)  # a smaller u, and 1.3 times it
    assert narrow[2:] == pytest.approx([u / 0.7 for u in plain[2:]], rel=1e-3)


def test_a_sample_from_before_the_change_is_refused():
    with pytest.raises(MetricError, match=r"^delivered: expected zero or more, found -10 uL$"):
        fit(APART - 10.0, ENDS)


def test_poor_samples_fix_a_line_poorly():
    """One half of all there is to be uncertain of each of 40 samples: the dead volume is known to a third."""
    v = np.linspace(150.0, 600.0, 40)
    poor = fit(v, concentration_ug_ml(v, 0.0, 1.0, 300.0, 90.0), 0.5).numbers_ul
    assert 30.0 < poor[2] < 150.0
    with pytest.raises(MetricError, match="that fix dead and mixed volume"):
        fit(v, concentration_ug_ml(v, 0.0, 1.0, 300.0, 90.0), 5.0)


def test_dead_and_mixed_volume_have_the_scatter_of_drawn_samples():
    v, drawn = np.linspace(150.0, 600.0, 40), np.random.default_rng(4)
    exact = concentration_ug_ml(v, 0.0, 1.0, 300.0, 60.0)
    found = np.array([fit(v, exact + drawn.normal(0.0, 0.01, 40)).numbers_ul for _ in range(150)])
    assert found[:, :2].std(axis=0) == pytest.approx(found[:, 2:].mean(axis=0), rel=0.2)


def test_a_line_that_is_all_mixed_has_no_more_mixed_than_dead_volume():
    v = np.linspace(0.0, 900.0, 40)
    part = concentration_ug_ml(v, 0.0, 1.0, 300.0, 300.0) + np.random.default_rng(1).normal(0.0, 0.01, 40)
    dead, mixed, *_ = fit(v, part + 0.02 * (v < 100.0)).numbers_ul
    assert mixed <= dead == pytest.approx(300.0, rel=0.03)


def test_four_samples_are_the_least_and_may_do():
    v = np.array([150.0, 230.0, 270.0, 600.0])
    found = fit(v, concentration_ug_ml(v, 0.0, 1.0, 250.0, 75.0))
    assert found.numbers_ul[:2] == pytest.approx((250.0, 75.0), rel=1e-3)
    with pytest.raises(MetricError, match=r"a name, u above zero and four samples or more, found shape \(3,\)"):
        fit(v[1:], np.array([0.0, 0.5, 1.0]))


@pytest.mark.parametrize(
    ("v", "part"),
    [
        (APART, ENDS),
        (np.array([10.0, 100.0, 300.0, 500.0, 600.0]), np.array([0.0, 0.0, 0.5, 1.0, 1.0])),
        (np.full(4, 10.0), np.array([0.0, 1.0, 0.0, 1.0])),
        (np.zeros(4), np.array([0.0, 1.0, 0.0, 1.0])),
    ],
)
def test_samples_that_do_not_fix_both_volumes_are_refused(v, part):
    with pytest.raises(MetricError, match="that fix dead and mixed volume; take more within the transition"):
        fit(v, part)


@pytest.mark.parametrize(("least", "most"), [(0.4, 1.0), (0.0, 0.6), (0.5, 0.55), (0.9, 1.0)])
def test_samples_that_miss_one_of_the_liquids_are_refused(least, most):
    with pytest.raises(MetricError, match=f"from old to new liquid, found {least:.0%} to {most:.0%}"):
        fit(np.linspace(0.0, 600.0, 5), np.linspace(least, most, 5))


def test_samples_that_just_hold_both_liquids_are_taken():
    v = np.linspace(250.0, 300.0, 80)
    part = concentration_ug_ml(v, 0.0, 1.0, 300.0, 90.0)
    some = (part > 0.385) & (part < 0.615)
    assert fit(v[some], part[some], 1e-4).numbers_ul[:2] == pytest.approx((300.0, 90.0), rel=1e-2)


@pytest.mark.parametrize(
    "wrong",
    [{"tracer": " "}, {"u": 0.0}, {"u": -0.01}, {"part": ENDS[:3]}, {"v": APART[None], "part": ENDS[None]}],
)
def test_samples_without_a_name_or_an_uncertainty_are_refused(wrong):
    with pytest.raises(MetricError, match="tracer: expected a name, u above zero and four samples or more"):
        fit(**{"v": APART, "part": ENDS} | wrong)
