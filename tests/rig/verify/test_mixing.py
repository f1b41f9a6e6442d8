"""Composition at the tip: the model's balance of drug, and a tracer that it is fitted to."""

from __future__ import annotations

import numpy as np
import pytest

from calibration.errors import DimensionError
from calibration.units import CONCENTRATION, CONCENTRATION_DIFFERENCE, DOSE_RATE, RATIO, TIME, VOLUME
from rig.dose import bridge_time
from rig.verify.errors import MetricError
from rig.verify.mixing import Line, changed_drug, concentration_ug_ml, drug_ug, old_volume_ul
from rig.verify.tracer import fit_tracer

WEAK, STRONG = CONCENTRATION.parse("weak", "500 ug/mL"), CONCENTRATION.parse("strong", "2000 ug/mL")


def ul(value):
    return VOLUME.quantity(value)


@pytest.mark.parametrize(("old", "new", "part"), [(WEAK, STRONG, 0.25), (STRONG, WEAK, 4.0)])
def test_without_a_bridge_the_dead_volume_gives_a_quarter_or_four_times_the_dose(old, new, part):
    found = changed_drug(ul(300.0), old, new, Line(ul(300.0)))
    assert found.drug_ug / (0.3 * new.m_as("ug_drug/mL")) == pytest.approx(part)


def test_a_bridge_lasts_as_long_as_the_dead_volume_at_the_old_dose():
    dose, dead = DOSE_RATE.parse("dose", "200 ug/day"), ul(300.0)
    assert TIME.magnitude("t", bridge_time(dead, WEAK, dose)) == pytest.approx(18 * 3600.0)
    assert changed_drug(dead, WEAK, STRONG, Line(dead)).drug_ug == pytest.approx(200.0 * 18 / 24)


@pytest.mark.parametrize("mixed", [0.0, 1.0, 90.0, 300.0])
def test_in_the_end_exactly_the_dead_volume_of_the_old_liquid_has_left(mixed):
    assert old_volume_ul(1e5, 300.0, mixed) == pytest.approx(300.0)


@pytest.mark.parametrize("mixed", [0.0, 90.0, 300.0])
def test_the_amount_is_the_integral_of_the_concentration(mixed):
    v = np.linspace(0.0, 900.0, 90_001)
    c = concentration_ug_ml(v, 500.0, 2000.0, 300.0, mixed)
    summed = np.concatenate([[0.0], np.cumsum((c[1:] + c[:-1]) / 2 * np.diff(v))]) / 1000.0
    assert np.abs(drug_ug(v, 500.0, 2000.0, 300.0, mixed) - summed).max() < 0.01


def test_mixing_gives_new_drug_early_and_old_drug_late():
    """At the end of a bridge reckoned for plug flow some of the strong drug has left already: a dose too high."""
    line = Line(ul(300.0), ul(100.0))
    plug = changed_drug(ul(300.0), WEAK, STRONG, Line(ul(300.0))).drug_ug
    assert changed_drug(ul(300.0), WEAK, STRONG, line).drug_ug == pytest.approx(plug + 1.5 * 100.0 / np.e)


def test_priming_begins_without_drug():
    found = changed_drug(ul(200.0), None, STRONG, Line(ul(200.0)))
    assert (found.drug_ug, found.concentration_ug_ml) == (0.0, 0.0)
    assert changed_drug(ul(250.0), None, STRONG, Line(ul(200.0))).drug_ug == pytest.approx(100.0)


def test_a_composition_says_what_it_stands_on():
    assert Line(ul(300.0)).basis == "modelled: plug flow, no tracer was fitted"
    assert "well-mixed tail" in Line(ul(300.0), ul(30.0)).basis
    assert Line(ul(300.0), tracer="dye at 630 nm").basis == "tracer: dye at 630 nm"


def test_the_uncertainty_of_a_composition_agrees_with_draws():
    line = Line(ul(300.0), ul(90.0), ul(6.0), ul(9.0))
    u = CONCENTRATION_DIFFERENCE.parse("u", "20 ug/mL")
    found = changed_drug(ul(330.0), WEAK, STRONG, line, u_delivered=ul(2.0), u_old=u, u_new=u)
    rng = np.random.default_rng(3)
    v, old, new = (rng.normal(m, s, 4000) for m, s in ((330.0, 2.0), (500.0, 20.0), (2000.0, 20.0)))
    dead, mixed = rng.normal(300.0, 6.0, 4000), rng.normal(90.0, 9.0, 4000)
    many = np.array([float(drug_ug(*one)) for one in zip(v, old, new, dead, mixed, strict=True)])
    assert many.std() == pytest.approx(found.u_ug, rel=0.05)
    assert np.mean(np.abs(many - found.drug_ug) <= 1.96 * found.u_ug) == pytest.approx(0.95, abs=0.01)


def dye(seed, u=0.01):
    v = np.linspace(150.0, 600.0, 40)
    part = concentration_ug_ml(v, 0.0, 1.0, 300.0, 90.0) + np.random.default_rng(seed).normal(0.0, u, 40)
    return fit_tracer(ul(v), RATIO.quantity(100.0 * part), RATIO.quantity(100.0 * u), "dye")


def test_a_tracer_gives_dead_and_mixed_volume_with_their_uncertainty():
    found = np.array([dye(seed).numbers_ul for seed in range(300)])
    off = np.abs(found[:, :2] - [300.0, 90.0]) / found[:, 2:]
    assert (np.mean(off <= 1.96, axis=0) >= 0.92).all()
    assert (np.mean(off <= 1.96, axis=0) <= 0.98).all()
    assert found[0, 2] < 5.0


def test_a_tracer_that_never_arrives_is_refused():
    v = ul(np.linspace(0.0, 100.0, 10))
    with pytest.raises(MetricError, match="from old to new liquid"):
        fit_tracer(v, RATIO.quantity(np.zeros(10)), RATIO.quantity(1.0), "dye")
    with pytest.raises(MetricError, match="four samples"):
        fit_tracer(v[:3], RATIO.quantity(np.zeros(3)), RATIO.quantity(1.0), "dye")


@pytest.mark.parametrize(("dead", "mixed"), [(0.0, 0.0), (300.0, 301.0), (300.0, -1.0)])
def test_a_line_that_cannot_be(dead, mixed):
    with pytest.raises(MetricError, match="mixed part within it"):
        Line(ul(dead), ul(mixed))


def test_nothing_is_delivered_backwards():
    with pytest.raises(MetricError, match="zero or more"):
        changed_drug(ul(-1.0), WEAK, STRONG, Line(ul(300.0)))


@pytest.mark.parametrize("wrong", ["u_dead", "u_mixed"])
def test_an_uncertainty_below_zero_is_refused_by_its_name(wrong):
    with pytest.raises(MetricError, match=f"^{wrong}: expected"):
        Line(ul(300.0), ul(100.0), **{wrong: ul(-1.0)})


@pytest.mark.parametrize(("dead", "mixed"), [(0.0, 0.0), (300.0, -1.0), (300.0, 301.0)])
def test_a_line_has_a_volume_and_its_mixed_part_lies_within(dead, mixed):
    with pytest.raises(MetricError, match="expected a dead volume above zero and a mixed part within it"):
        Line(ul(dead), ul(mixed))


def test_each_uncertainty_of_the_drug_by_itself():
    """400 uL through 300 uL of plug flow: 300 uL at 500 ug/mL have left and 100 uL at 2000 ug/mL."""
    line, width = Line(ul(300.0)), CONCENTRATION_DIFFERENCE
    assert changed_drug(ul(400.0), WEAK, STRONG, line, u_delivered=ul(3.0)).u_ug == pytest.approx(3.0 * 2.0)
    assert changed_drug(ul(400.0), WEAK, STRONG, line, u_old=width.quantity(10.0)).u_ug == pytest.approx(0.3 * 10.0)
    assert changed_drug(ul(400.0), WEAK, STRONG, line, u_new=width.quantity(10.0)).u_ug == pytest.approx(0.1 * 10.0)
    longer = Line(ul(300.0), u_dead=ul(3.0))
    assert changed_drug(ul(400.0), WEAK, STRONG, longer).u_ug == pytest.approx(3.0 * 1.5)
    assert changed_drug(ul(400.0), WEAK, STRONG, line).u_ug == 0.0


def test_a_mixed_part_that_is_uncertain_matters_at_the_front():
    """At v = D a share 1/e of M is old liquid still: 1.5 ug for each microlitre of it."""
    line = Line(ul(300.0), ul(100.0), u_mixed=ul(4.0))
    assert changed_drug(ul(300.0), WEAK, STRONG, line).u_ug == pytest.approx(4.0 * 1.5 / np.e, rel=1e-3)
    assert changed_drug(ul(300.0), WEAK, STRONG, line).concentration_ug_ml == pytest.approx(2000.0 - 1500.0 / np.e)


def test_half_a_microlitre_may_be_mixed_or_be_all_there_is():
    assert concentration_ug_ml(300.0, 0.0, 1000.0, 300.0, 0.5) == pytest.approx(1000.0 * (1.0 - 1.0 / np.e))
    assert Line(ul(0.5), ul(0.5)).numbers_ul == (0.5, 0.5, 0.0, 0.0)


@pytest.mark.parametrize("part", ["dead", "mixed", "u_dead", "u_mixed"])
def test_a_part_of_a_line_that_is_no_volume_is_named(part):
    parts = {"dead": ul(300.0), part: WEAK}
    with pytest.raises(DimensionError, match=f"^{part}: expected a volume"):
        Line(**parts)


def test_at_the_very_end_of_the_old_liquid_a_longer_line_makes_no_difference_yet():
    assert changed_drug(ul(300.0), WEAK, STRONG, Line(ul(300.0), u_dead=ul(3.0))).u_ug == 0.0


def test_none_mixed_for_certain_is_not_the_same_as_none_mixed_about():
    """Plug flow with a mixed part of 0 +- 2 uL: at the front each of them holds 1/e of 1.5 ug back."""
    line = Line(ul(300.0), u_mixed=ul(2.0))
    assert changed_drug(ul(300.0), WEAK, STRONG, line).u_ug == pytest.approx(2.0 * 1.5 / np.e, rel=1e-3)
