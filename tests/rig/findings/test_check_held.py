"""What a check weight does not show is in U: a balance that moved less than its alarm limit, at no known instant."""

from dataclasses import replace

import pytest

from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.bench import calibrations_of, load_bench
from rig.delivery.from_record import delivery_of
from rig.evaluation import WITH_UNSEEN
from rig.findings.check_held import with_held
from rig.predict.planned import planned_evidence
from rig.predict.streams import Allowance
from rig.protocol import load_protocol
from rig.record import Record
from rig.runner import run
from tests.rig.conftest import STILL

WEIGHT = '[check_weight]\nserial = "SIM-W-50"\n'
#: 4 ppm are 0.21 mg of the load: 1.7 % of two hours at 0.15 mL/day.
STEP = f'{STILL}\nsensitivity_step = [{{ at = "2.5 h", change = 4e-6 }}]'


def budget_of(assessment):
    return {line["name"]: line for line in assessment.findings[0].facts["budget"]}


def seen(found):
    """What was delivered between both ends, and its expanded uncertainty (k = 2) [uL]."""
    facts = found.findings[0].facts
    return facts["delivered_ul"], 2.0 * facts["u_delivered_ul"]


def test_a_balance_that_moved_within_its_allowance_is_in_u_and_was_not_before(station, tmp_path):
    planted = {}

    def keep(event):
        if event.kind == "phase":
            planted["plant"] = opened("simulated").plant

    protocol = station.protocol(more=f'{WEIGHT}allowance = "0.2 mg"')
    outcome = run(protocol, station.bench(STEP), tmp_path / "run", observers=[keep])
    now = outcome.assessment
    facts = now.findings[0].facts
    truth = planted["plant"].delivered_ul(facts["end_s"]) - planted["plant"].delivered_ul(facts["start_s"])
    assert now.verdict.outcome == "pass"  # the weight is within its limit
    value, expanded = seen(now)
    assert 0.1 < abs(value - truth) < expanded
    assert budget_of(now)["held_ul"]["u"] == pytest.approx(0.21, abs=0.03)

    record = Record.open(outcome.folder)
    before = assess(replace(record, start=record.start | {"evaluation": WITH_UNSEEN - 1}))
    value, expanded = seen(before)
    assert abs(value - truth) > expanded
    assert "held_ul" not in budget_of(before)
    assert assess(record).as_json() == now.as_json()


def test_a_plan_and_a_look_into_the_run_know_what_the_checks_will_leave(station, tmp_path):
    """Three placements leave 0.0223 mg of 50 g, so 0.0237 mg of a load of 53 g; the run found a shift beside that."""
    bench = load_bench(station.bench(STILL))
    protocol = load_protocol(station.protocol(analysis="1 h", more=WEIGHT), bench.limits)
    planned = planned_evidence(protocol, bench, calibrations_of(bench), None, Allowance(), whole=False)
    expected = with_held(planned, delivery_of(planned, happened=False), after=False).held_g
    assert expected == pytest.approx(2.36e-5, rel=0.01)

    over = run(protocol, bench, tmp_path / "run").assessment
    at_a_look = with_held(over.evidence, replace(over.delivery, held_g=0.0), after=False).held_g
    assert at_a_look == pytest.approx(expected, rel=0.01)
    assert over.delivery.held_g > at_a_look


def test_more_placements_of_a_heavier_weight_leave_less(station):
    def left_g(serial, times):
        bench = load_bench(station.bench(STILL))
        more = f'[check_weight]\nserial = "{serial}"\ntimes = {times}'
        protocol = load_protocol(station.protocol(more=more), bench.limits)
        planned = planned_evidence(protocol, bench, calibrations_of(bench), None, Allowance(), whole=False)
        return with_held(planned, delivery_of(planned, happened=False), after=False).held_g

    assert left_g("SIM-W-20", 3) == pytest.approx(2.5 * left_g("SIM-W-50", 3), rel=1e-3)
    assert left_g("SIM-W-50", 12) < 0.55 * left_g("SIM-W-50", 3)


def test_a_load_that_was_tared_counts_as_its_volume_of_the_fluid(station, tmp_path):
    """The balance shows next to nothing then, and the beaker of 53 mL still stands on it."""
    over = run(station.protocol(analysis="1 h", more=WEIGHT), station.bench(STILL), tmp_path / "run").assessment
    delivery = over.delivery
    tared = with_held(over.evidence, replace(delivery, reading_g=delivery.reading_g - delivery.reading_g[0]))
    assert tared.held_g == pytest.approx(delivery.held_g, rel=0.01)
    heavier = with_held(over.evidence, replace(delivery, reading_g=delivery.reading_g + 53.0))
    assert heavier.held_g == pytest.approx(2.0 * delivery.held_g, rel=0.01)


def test_a_run_without_a_check_weight_has_no_line(station, tmp_path):
    over = run(station.protocol(analysis="1 h"), station.bench(STILL), tmp_path / "run").assessment
    assert "held_ul" not in budget_of(over)
    assert over.delivery.held_g == 0.0
