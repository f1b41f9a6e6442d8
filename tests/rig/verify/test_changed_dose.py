"""Drug of a window while a new concentration is on its way to the tip: each uncertainty alone, and all of them."""

from __future__ import annotations

import numpy as np
import pytest

from rig.verify.changed_dose import drug_between
from rig.verify.errors import MetricError
from rig.verify.mixing import drug_ug

#: From 500 to 2000 ug/mL through 300 uL, of which the last 100 uL are well mixed.
OLD, NEW, DEAD, MIXED = 500.0, 2000.0, 300.0, 100.0
NOTHING = np.zeros((3, 3))


def drug(begin, end, levels=NOTHING, *, old=0.0, new=0.0, dead=0.0, mixed=0.0, tail=MIXED):
    """The window's drug with the standard uncertainties that are named."""
    return drug_between((begin, end), levels, old=(OLD, old), new=(NEW, new), line=(DEAD, tail, dead, mixed))


def test_before_the_front_it_is_the_old_liquid_and_only_that_matters():
    value, u = drug(50.0, 150.0, old=5.0, new=20.0)
    assert (value, u) == (pytest.approx(0.1 * OLD), pytest.approx(0.1 * 5.0))


def test_long_after_the_change_it_is_the_new_liquid_and_only_that_matters():
    value, u = drug(3000.0, 3100.0, old=5.0, new=20.0, dead=3.0, mixed=3.0)
    assert (value, u) == (pytest.approx(0.1 * NEW), pytest.approx(0.1 * 20.0))


@pytest.mark.parametrize("tail", [0.0, MIXED, DEAD])
def test_a_longer_line_holds_the_new_drug_back(tail):
    """Each microlitre of dead volume more keeps 1500 ug/mL from leaving, once all of the old has left."""
    _, u = drug(0.0, 4000.0, dead=3.0, tail=tail)
    assert u == pytest.approx(3.0 * (NEW - OLD) / 1000.0, rel=1e-3)


def test_how_much_is_mixed_matters_while_the_front_is_at_the_tip_and_not_in_the_end():
    """At the end of the dead volume a share 1/e of the mixed part is old liquid still."""
    assert drug(0.0, DEAD, mixed=3.0)[1] == pytest.approx(3.0 * (NEW - OLD) / 1000.0 / np.e, rel=1e-3)
    assert drug(0.0, 4000.0, mixed=3.0)[1] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("tail", [0.0, DEAD])
def test_a_line_all_plug_or_all_mixed_has_an_uncertainty_too(tail):
    """Only one side is left to step to, from none mixed or from all of it."""
    begin, step = 250.0, 0.01
    inward = tail + step if tail == 0.0 else tail - step

    def amount(mixed):
        return drug_ug(DEAD, OLD, NEW, DEAD, mixed) - drug_ug(begin, OLD, NEW, DEAD, mixed)

    assert drug(begin, DEAD, mixed=2.0, tail=tail)[1] == pytest.approx(
        2.0 * abs(float(amount(inward) - amount(tail))) / step, rel=1e-3
    )


def test_the_level_at_the_change_moves_the_whole_window_and_cancels_in_one_liquid():
    at_the_change = np.diag([4.0, 0.0, 0.0])
    assert drug(50.0, 150.0, at_the_change)[1] == pytest.approx(0.0, abs=1e-9)
    assert drug(50.0, 4000.0, at_the_change)[1] == pytest.approx(2.0 * (NEW - OLD) / 1000.0, rel=1e-3)


def test_levels_at_both_ends_count_with_the_liquid_that_leaves_then():
    ends = np.diag([0.0, 4.0, 9.0])
    assert drug(50.0, 4000.0, ends)[1] == pytest.approx(np.hypot(2.0 * OLD, 3.0 * NEW) / 1000.0)


@pytest.mark.parametrize("tail", [0.0, MIXED])
def test_a_line_without_drug_that_is_primed_gives_what_comes_after_it(tail):
    """The old liquid holds no drug, for certain: in the end all but the dead volume counts."""
    value, u = drug_between((0.0, 4000.0), NOTHING, old=(0.0, 0.0), new=(NEW, 20.0), line=(DEAD, tail, 3.0, 0.0))
    assert value == pytest.approx(3.7 * NEW)
    assert u == pytest.approx(np.hypot(3.7 * 20.0, 3.0 * NEW / 1000.0), rel=1e-3)


def test_two_windows_that_meet_hold_what_the_long_one_holds():
    first, second, both = drug(10.0, 260.0)[0], drug(260.0, 500.0)[0], drug(10.0, 500.0)[0]
    assert first + second == pytest.approx(both)


def test_all_uncertainties_together_are_those_of_a_monte_carlo():
    levels = np.array([[1.0, 0.4, 0.4], [0.4, 2.0, 0.8], [0.4, 0.8, 3.0]])
    rng = np.random.default_rng(29)
    at_0, at_1, at_2 = rng.multivariate_normal([0.0, 220.0, 330.0], levels, 20_000).T
    old, new = rng.normal(OLD, 5.0, 20_000), rng.normal(NEW, 20.0, 20_000)
    dead, mixed = rng.normal(DEAD, 3.0, 20_000), rng.normal(MIXED, 4.0, 20_000)
    rows = zip(at_1 - at_0, at_2 - at_0, old, new, dead, mixed, strict=True)
    drawn = [drug_ug(end, *row) - drug_ug(begin, *row) for begin, end, *row in rows]
    _, u = drug(220.0, 330.0, levels, old=5.0, new=20.0, dead=3.0, mixed=4.0)
    assert u == pytest.approx(np.std(drawn), rel=0.03)


@pytest.mark.parametrize(("begin", "end"), [(-3.1, 50.0), (50.0, 46.9)])
def test_a_volume_that_falls_beyond_its_noise_is_refused(begin, end):
    """Levels with 1/sqrt(3) uL each: three times their joint 1 uL is as far as noise may carry them."""
    noise = np.eye(3) / 3.0
    with pytest.raises(MetricError, match=r"volumes that rise from the change on, found .* uL and .* uL"):
        drug(begin, end, noise)


@pytest.mark.parametrize(("begin", "end"), [(-2.9, 50.0), (50.0, 47.1)])
def test_a_volume_that_falls_within_its_noise_is_not(begin, end):
    assert drug(begin, end, np.eye(3) / 3.0)[0] == pytest.approx(OLD * (end - max(begin, 0.0)) / 1000.0)


def test_without_any_noise_nothing_may_fall():
    assert drug(0.0, 0.0)[0] == 0.0
    with pytest.raises(MetricError):
        drug(1.0, 0.999)
