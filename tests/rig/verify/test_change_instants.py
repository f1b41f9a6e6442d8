"""When a flow changed: what is found, how well, and what is refused, of levels whose lines and noise are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from rig.verify.change_point import MOST_LEVELS, change_of_flow, meeting_of_lines
from rig.verify.errors import MetricError, NoChangeError

HOUR = 3600.0
LONG = 48 * HOUR


class Lines:
    """Levels of 5 uL/h and then more, to which ``bend`` adds on each side; remembers at which instants it was asked."""

    def __init__(self, late_s=0.0, more_ul_h=5.0, bend=None, noise_ul=1e-3, u_rate_ul_h=0.0):
        self.time_s, self.window_s = np.array([0.0, 2 * LONG]), 600.0
        self._late_s, self._more, self._bend = late_s, more_ul_h, bend
        self._noise_ul, self._u_rate = noise_ul, u_rate_ul_h

    def with_corners(self, *_):
        return self

    def levels_ul(self, times_s):
        self.asked_s = times_s - LONG
        hours = times_s / HOUR
        level = 5.0 * hours + self._more * np.maximum(self.asked_s - self._late_s, 0.0) / HOUR
        if self._bend is not None:
            for side in (self.asked_s < 0.0, self.asked_s >= 0.0):
                level[side] += self._bend(int(side.sum()))
        return level, np.eye(len(times_s)) * self._noise_ul**2 + np.outer(hours, hours) * self._u_rate**2


def change(levels, before_s=LONG, after_s=LONG, guard_s=1200.0, ripple_ul=0.0):
    return change_of_flow(levels, LONG, LONG - before_s, LONG + after_s, guard_s, ripple_ul)


def off_the_line(count):
    """A pattern of length one that no straight line follows, not even in part."""
    at = np.arange(count) - (count - 1) / 2
    bent = at**2 - np.mean(at**2)
    return bent / np.linalg.norm(bent)


def test_uncertainty_of_a_meeting_is_that_of_the_textbook():
    """Variance of a slope is s2 / Sxx; the lines meet at zero, so each brings s2 (1/n + mean2 / Sxx) to the instant."""
    t = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]) * HOUR
    found = meeting_of_lines(t, np.where(t < 0.0, 5.0, 15.0) * t / HOUR, np.eye(6) * 0.1**2)
    assert (found.at_s, found.change_ul_h, found.after_ul_h) == pytest.approx((0.0, 10.0, 15.0), abs=1e-9)
    assert found.u_change_ul_h == pytest.approx(0.1 * math.sqrt(1 / 2 + 1 / 2))
    assert found.u_s == pytest.approx(0.1 * math.sqrt(2 * (1 / 3 + 4 / 2)) / 10.0 * HOUR)


def test_a_rate_that_is_wrong_throughout_changes_neither_the_change_nor_the_instant():
    t = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]) * HOUR
    found = meeting_of_lines(t, np.where(t < 0.0, 5.0, 15.0) * t / HOUR, np.outer(t, t) / HOUR**2)
    assert (found.u_change_ul_h, found.u_s) == pytest.approx((0.0, 0.0), abs=1e-3)


def test_a_wrong_rate_hides_no_noise_of_the_levels():
    t = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0]) * HOUR
    found = meeting_of_lines(t, np.where(t < 0.0, 5.0, 15.0) * t / HOUR, np.eye(6) * 0.1**2 + np.outer(t, t) / HOUR**2)
    assert found.u_change_ul_h == pytest.approx(0.1)


def test_the_sides_of_a_meeting_part_where_they_are_told_to():
    """A level that stands on the split is one of those after it."""
    t = np.array([0.0, 1.0, 2.0, 3.0, 4.0]) * HOUR
    found = meeting_of_lines(t, np.array([0.0, 1.0, 10.0, 13.0, 16.0]), np.eye(5), 2 * HOUR)
    assert found[:1] + found[2:3] + found[4:] == pytest.approx((-2.0 * HOUR, 2.0, 3.0))  # v = t and v = 4 + 3 t


def test_lines_that_never_meet_are_no_warning():
    t = np.array([-2.0, -1.0, 1.0, 2.0]) * HOUR
    found = meeting_of_lines(t, t / HOUR, np.eye(4))
    assert found.change_ul_h == pytest.approx(0.0, abs=1e-9)
    with pytest.raises(NoChangeError, match=r"found .* uL/h with u = .* uL/h; measure for longer either side") as no:
        change(Lines(more_ul_h=0.0))
    assert no.value.change_ul_h == pytest.approx(0.0, abs=1e-9)


def test_a_pump_that_stands_still_without_any_noise_has_not_changed():
    """Nothing over nothing is no number, and no warning either."""
    still = Lines(more_ul_h=0.0, noise_ul=0.0)
    still.levels_ul = lambda times_s: (np.zeros(len(times_s)), np.zeros((len(times_s), len(times_s))))
    with pytest.raises(NoChangeError, match="found 0 uL/h with u = 0 uL/h; measure for longer either side"):
        change(still)
    assert np.isnan(meeting_of_lines(np.array([-2.0, -1.0, 1.0, 2.0]), np.zeros(4), np.eye(4)).at_s)


@pytest.mark.parametrize("late_s", [-890.0, -1.0, 0.0, 240.0, 890.0])
def test_a_change_is_found_as_late_as_it_came(late_s):
    found = change(Lines(late_s))
    assert found.at_s == pytest.approx(late_s, abs=1e-4)
    assert (found.change_ul_h, found.after_ul_h) == pytest.approx((5.0, 10.0))


@pytest.mark.parametrize("late_s", [-910.0, 910.0])
def test_a_change_in_the_window_of_a_level_is_refused(late_s):
    """A guard of 1200 s less half of a window of 600 s."""
    with pytest.raises(NoChangeError, match=rf"172800 s: expected it within 900 s, found it \{late_s:+.0f} s") as no:
        change(Lines(late_s))
    assert no.value.change_ul_h == pytest.approx(5.0)
    assert 0.0 < no.value.u_ul_h < 1e-3


def test_a_change_has_to_be_five_standard_uncertainties_large():
    u = float(change(Lines(noise_ul=0.1)).u_change_ul_h)
    for sign in (-1.0, 1.0):
        assert change(Lines(more_ul_h=sign * 5.02 * u, noise_ul=0.1)).change_ul_h == pytest.approx(sign * 5.02 * u)
        with pytest.raises(NoChangeError, match="at least 5 standard uncertainties, found") as refused:
            change(Lines(more_ul_h=sign * 4.98 * u, noise_ul=0.1))
        assert (refused.value.change_ul_h, refused.value.u_ul_h) == pytest.approx((sign * 4.98 * u, u))


def test_levels_stand_from_end_to_end_and_none_within_the_guard():
    levels = Lines()
    change(levels, before_s=1200.0 + 1799.0, after_s=1200.0 + 1800.0)
    assert levels.asked_s == pytest.approx([-2999.0, -2099.5, -1200.0, 1200.0, 1800.0, 2400.0, 3000.0])
    change(levels)
    assert len(levels.asked_s) == 2 * MOST_LEVELS == 48
    assert np.abs(levels.asked_s).min() == 1200.0
    assert levels.asked_s[[0, -1]] == pytest.approx([-LONG, LONG])


def test_a_stretch_of_one_window_is_the_least():
    assert change(Lines(), before_s=1800.0, after_s=1800.0).at_s == pytest.approx(0.0, abs=1e-6)
    with pytest.raises(MetricError, match="at least 600 s before it, beyond the guard, found 599 s"):
        change(Lines(), before_s=1799.0)
    with pytest.raises(MetricError, match="at least 600 s after it, beyond the guard, found 599 s"):
        change(Lines(), after_s=1799.0)


def test_ripple_that_is_declared_is_noise_of_each_level():
    told, noisy = change(Lines(), ripple_ul=0.3), change(Lines(noise_ul=math.hypot(1e-3, 0.3)))
    assert told.u_s == pytest.approx(noisy.u_s)


def test_levels_that_stray_may_shift_a_whole_side():
    """Each side has a variance of 22 / (24 - 2) uL2 about its line: as long as 5 uL/h take for the root of both."""
    plain, bent = (change(Lines(bend=bend)) for bend in (None, lambda n: math.sqrt(22.0) * off_the_line(n)))
    shift_s = math.sqrt(2.0) / 5.0 * HOUR
    assert bent.u_s == pytest.approx(math.hypot(plain.u_s, shift_s), rel=1e-3)
    falling = change(Lines(more_ul_h=-5.0, bend=lambda n: math.sqrt(22.0) * off_the_line(n)))
    assert falling.u_s == pytest.approx(bent.u_s)


@pytest.mark.parametrize(("chi_square", "strays"), [(0.0, False), (42.4, False), (42.7, True)])
def test_levels_stray_when_chance_hardly_explains_it(chi_square, strays):
    """Chi-square of 22 degrees of freedom is normal with a variance of 44, nearly: 22 + 3.1 * 6.633 = 42.56."""
    plain, bent = (change(Lines(bend=bend)) for bend in (None, lambda n: 1e-3 * chi_square**0.5 * off_the_line(n)))
    assert bool(bent.u_s > 1.1 * plain.u_s) is strays
    assert strays or bent.u_s == pytest.approx(plain.u_s)


def test_a_rate_that_is_uncertain_hides_no_ripple():
    """A wrong rate makes another line, and none that is bent."""
    sure, unsure = (change(Lines(bend=lambda n: 0.1 * off_the_line(n), u_rate_ul_h=u)).u_s for u in (0.0, 0.5))
    assert sure > 10.0
    assert unsure == pytest.approx(sure, rel=1e-3)


def test_two_levels_a_side_are_always_on_their_line():
    few = {"before_s": 1800.0, "after_s": 1800.0}
    plain, bent = change(Lines(), **few), change(Lines(bend=lambda _: np.array([0.0, 1e-3])), **few)
    assert bent.u_s == pytest.approx(plain.u_s, rel=0.05)
    assert plain.u_s < 10.0


def test_three_levels_can_stray():
    bent = change(Lines(bend=lambda n: 0.1 * off_the_line(n)), before_s=2400.0, after_s=2400.0)
    plain = change(Lines(), before_s=2400.0, after_s=2400.0)
    assert bent.u_s == pytest.approx(math.hypot(plain.u_s, 0.1 * math.sqrt(2.0) / 5.0 * HOUR), rel=1e-3)
