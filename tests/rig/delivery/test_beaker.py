"""The evaporation beaker in numbers: both doors of a delivery agree, and nobody's hand is taken for evaporation."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.evaporation import Leg
from calibration.evaporation_ratio import Ratio
from calibration.units import MASS_RATE
from rig.delivery.beaker import Beaker, check_readings, check_steps, free_surface_cm2
from rig.delivery.beaker_ratio import measured_ratio, ratio_so_far
from rig.delivery.collected import Air, collected_ul
from rig.delivery.evaporated import Evaporation
from rig.delivery.levels import Noise
from rig.delivery.setup import Setup
from rig.delivery.volume import Delivery
from rig.errors import EvidenceError

HOUR = 3600.0
SETUP = Setup(1.19, 8000.0, 997.77, 0.005, 53.0, 2.0, 30.0, 1.6, 3e-6, 1.0, 2e-5, 1e-5)
TIME_S = np.arange(0.0, 8 * HOUR, 5.0)
QUIET = Noise(2e-5, 0.0, "test")


def air(change=0.0):
    return Air(TIME_S, 1.19 + change * TIME_S / TIME_S[-1], 1e-3, "measured")


def beaker(lost_mg, *, air=air(), ratio=Ratio(0.9, 0.01, 12.0), load_ml=53.0):  # noqa: B008 - never changed
    setup = replace(SETUP, load_volume_ml=load_ml)
    pushed = -(air.at(TIME_S) - air.at(0.0)) * load_ml * 1e-3
    reading = 50.0 - 1e-3 * lost_mg + pushed
    gained = collected_ul(setup, air, TIME_S, reading)
    return Beaker("beaker", TIME_S, reading, gained, air, setup, QUIET, ratio, (), 0.002, 1.0)


def delivery(gained_mg, found, *, air=air()):  # noqa: B008 - never changed
    pushed = -(air.at(TIME_S) - air.at(0.0)) * 53.0 * 1e-3
    gone = Evaporation(0.3, 0.02, np.inf, measured=True, beaker=found)
    setup = replace(SETUP, u_load_volume_ml=0.0)
    return Delivery(TIME_S, 53.0 + 1e-3 * gained_mg + pushed, air, setup, gone, QUIET, 600.0)


@pytest.mark.parametrize("load_ml", [53.0, 20.0])
def test_budget_and_covariance_agree(load_ml):
    """Air that changes pushes on both loads; what is alike cancels, in the value and in its uncertainty."""
    changing = air(-0.02)
    lost = 0.3 * TIME_S / HOUR + np.clip(TIME_S - 3 * HOUR, 0.0, HOUR) / HOUR
    found = delivery(6.25 * TIME_S / HOUR - 0.9 * lost, beaker(lost, air=changing, load_ml=load_ml), air=changing)
    budget = found.difference_ul(HOUR, 7 * HOUR)
    levels, c = found.levels_ul(np.array([HOUR, 7 * HOUR]))
    assert levels[1] - levels[0] == pytest.approx(budget.value, rel=1e-5)
    assert np.sqrt(c[0, 0] + c[1, 1] - 2 * c[0, 1]) == pytest.approx(budget.u, rel=0.03)


def test_a_beaker_that_gains_takes_away_and_is_not_clipped():
    """Moist air wets both beakers: what condensed was not delivered."""
    gained = 0.5 * TIME_S / HOUR
    plain = delivery(6.25 * TIME_S / HOUR, beaker(0.0 * TIME_S)).difference_ul(HOUR, 7 * HOUR).value
    wet = delivery(6.25 * TIME_S / HOUR, beaker(-gained)).difference_ul(HOUR, 7 * HOUR).value
    assert wet - plain == pytest.approx(-0.9 * 0.5 * 6, rel=0.01)


def test_a_beaker_with_the_same_load_takes_the_air_out_of_u():
    both = delivery(6.25 * TIME_S / HOUR, beaker(0.0 * TIME_S, ratio=Ratio(1.0, 0.0)))
    alone = replace(both, evaporation=Evaporation(0.0, 0.0, np.inf, measured=True))
    assert both.difference_ul(HOUR, 7 * HOUR).u < 0.6 * alone.difference_ul(HOUR, 7 * HOUR).u


def leg(rate_mg_h, u_mg_h=0.002):
    return Leg(MASS_RATE.quantity(rate_mg_h), MASS_RATE.quantity(u_mg_h), 20.0)


def test_legs_that_disagree_are_in_the_ratio_and_in_the_drift():
    collecting, other = {"a": leg(0.30), "b": leg(0.36)}, {"a": leg(0.30), "b": leg(0.30)}
    ratio, legs, u_drift = measured_ratio(collecting, other)
    assert ratio.ratio == pytest.approx(1.1)
    assert ratio.u == pytest.approx(0.2 / np.sqrt(12), rel=0.02)
    assert u_drift == pytest.approx(0.06 / np.sqrt(12))
    assert [name for name, _ in legs] == ["a", "b"]


@pytest.mark.parametrize(("other", "words"), [({"a": leg(0.3)}, "both legs, found a"), ({}, "found none")])
def test_a_missing_leg_is_named(other, words):
    with pytest.raises(EvidenceError, match=words):
        measured_ratio({"a": leg(0.3), "b": leg(0.3)}, other)


def test_a_rate_that_could_be_nothing_measures_nothing():
    with pytest.raises(EvidenceError, match="told from nothing"):
        measured_ratio({"a": leg(0.3), "b": leg(0.3)}, {"a": leg(0.3), "b": leg(0.01, 0.02)})


@pytest.mark.parametrize(("rate", "half_width"), [(0.30, 0.1), (0.27, 0.1), (0.33, 0.11), (0.45, 0.5), (0.24, 0.2)])
def test_one_leg_leaves_room_for_what_the_beakers_are_unlike_and_for_a_tenth(rate, half_width):
    """The beaker loses 0.3 mg/h, from a free surface of the same size: what the ratio is beside 1 may not last."""
    ratio, told, u_drift = ratio_so_far("before", leg(rate), leg(0.30), area_ratio=1.0)
    assert (ratio.ratio, told[0][0]) == (pytest.approx(rate / 0.30), "before")
    u_leg = told[0][1].u
    assert ratio.u == pytest.approx(np.hypot(u_leg, half_width / np.sqrt(3)))
    assert u_drift == pytest.approx(0.30 * half_width / np.sqrt(3))
    assert ratio.degrees_of_freedom > told[0][1].degrees_of_freedom


def test_one_leg_with_beakers_that_are_nothing_alike_tells_nothing():
    with pytest.raises(EvidenceError, match=r"near 1, that of the free surfaces, found 0\.4 in before"):
        ratio_so_far("before", leg(0.12), leg(0.30), area_ratio=1.0)
    with pytest.raises(EvidenceError, match="told from nothing"):
        ratio_so_far("before", leg(0.3), leg(0.01, 0.02), area_ratio=1.0)


def test_one_leg_is_never_surer_than_both_of_a_ratio_that_stays():
    legs = {"a": leg(0.30), "b": leg(0.30)}
    assert ratio_so_far("a", legs["a"], legs["a"], area_ratio=1.0)[0].u > measured_ratio(legs, legs)[0].u


def test_a_gap_in_its_readings_is_found():
    check_readings(TIME_S, HOUR, 7 * HOUR)
    with pytest.raises(EvidenceError, match="found one of 120 s"):
        check_readings(TIME_S[(TIME_S <= 4 * HOUR) | (TIME_S >= 4 * HOUR + 120)], HOUR, 7 * HOUR)


def test_a_hand_on_the_beaker_is_no_evaporation():
    """A drop of 5 uL in the middle; ten times the usual evaporation would still be believed."""
    noisy = np.random.default_rng(5).normal(0.0, 0.02, len(TIME_S))
    fast = noisy - 3.0 * TIME_S / HOUR
    check_steps(TIME_S, fast, QUIET, SETUP, HOUR, 7 * HOUR)
    with pytest.raises(EvidenceError, match=r"near t = 1\d\d\d\d s; somebody touched"):
        check_steps(TIME_S, noisy + 15.0 * (TIME_S > 4 * HOUR), QUIET, SETUP, HOUR, 7 * HOUR)


def test_the_free_surface_is_the_vessel_s_without_the_needle():
    assert free_surface_cm2(SETUP) == pytest.approx(np.pi / 4 * (3.0**2 - 0.16**2))


def test_evaporation_that_changes_at_once_is_off_by_an_eighth_of_the_window():
    """From 0.3 to 3.3 mg/h at the instant itself: a straight line through ten minutes is 0.0625 mg off, by geometry."""
    lost = 0.3 * TIME_S / HOUR + np.clip(TIME_S - 3 * HOUR, 0.0, None) * 3.0 / HOUR
    blind, seeing = beaker(lost), replace(beaker(lost), bends=True)
    at_s = np.array([HOUR, 3 * HOUR])
    assert seeing.bent_ul(at_s) == pytest.approx([0.0, 0.9 * 3.0 / 6.0 / 8.0], abs=2e-3)
    value, _ = blind.evaporated_ul(at_s, at_s / HOUR, 1.0)
    true_ul = 0.9 * 0.3 * 2.0
    assert value[1] - value[0] - true_ul == pytest.approx(seeing.bent_ul(at_s)[1], rel=0.05)
    assert not blind.bent_ul(at_s).any()


def test_where_readings_begin_and_end_the_nearest_tell_the_bend():
    lost = 0.3 * TIME_S / HOUR
    assert replace(beaker(lost), bends=True).bent_ul(TIME_S[[0, -1]]) == pytest.approx([0.0, 0.0], abs=1e-9)


def test_the_bend_is_in_both_doors():
    lost = 0.3 * TIME_S / HOUR + np.clip(TIME_S - 3 * HOUR, 0.0, None) * 12.0 / HOUR
    found = delivery(6.25 * TIME_S / HOUR - 0.9 * lost, replace(beaker(lost), bends=True))
    budget = found.difference_ul(3 * HOUR, 7 * HOUR)
    row = next(one for one in budget.components if one.name == "beaker_bent_ul")
    assert row.contribution == pytest.approx(0.9 * 12.0 / 6.0 / 8.0 / 0.99777 / 3**0.5, rel=0.01)
    _, c = found.levels_ul(np.array([3 * HOUR, 7 * HOUR]))
    assert np.sqrt(c[0, 0] + c[1, 1] - 2 * c[0, 1]) == pytest.approx(budget.u, rel=0.03)
