"""Evaporation that wanders during the run and is back before the second leg: the beaker sees it, two legs do not."""

import functools
import re
from pathlib import Path

import pytest

from fixtures.simulated.world import opened
from rig.assessment import assess
from rig.record import Record
from rig.runner import run
from rig.verify_record import compare

#: Moist for three of the four hours of delivery, as dry as before in both legs.
STEP = """
evaporation = "1 mg/h"
evaporation_follows_air = true
evaporation_ratio = 0.9
humidity_front = [{ start = "2.2 h", duration = "5 min", change = "25 %" },
                  { start = "4.8 h", duration = "5 min", change = "-25 %" }]
"""
ANSWERS = {
    "balance": ("mt-sics", "XPR205", "SIM-BAL-0001", ""),
    "sbi": ("sbi", "MSE225S", "SIM-SBI-0001", 'options = { line = "9600 8O1" }'),
    "and-balance": ("and-balance", "GX-124A", "SIM-AND-0001", ""),
    "radwag": ("radwag", "AS 220.R2", "SIM-RAD-0001", 'options = { autozero = "off" }'),
}
TABLE = """
driver = "{}"
address = "sim://simulated/{}"
model = "{}"
serial_number = "{}"
calibration = "{}"
{}
"""
CALIBRATION = Path(__file__).parents[2] / "fixtures" / "benches" / "calibration"


def answering(place):
    driver, model, serial, options = ANSWERS[place]
    return TABLE.format(driver, place, model, serial, (CALIBRATION / f"{serial}.toml").as_posix(), options)


@pytest.fixture(scope="module")
def go(station_in, tmp_path_factory):
    """A run of five hours, once for all tests that ask the same; gives the outcome, the error and U of the volume."""

    @functools.cache
    def _go(place, options=STEP, *, declared=True, interval="5 s", leg="1 h"):
        station = station_in(tmp_path_factory.mktemp("beaker"))
        text = station.bench(f'evaporation_beaker = "{place}"\n{options}').read_text()
        if place == "balance":  # then another dialect stands under the tip
            text = re.sub(r'(node = "tip").*?(\[witness)', rf"\1\n{answering('sbi')}\2", text, flags=re.DOTALL)
        vessel = re.search(r"\[witness.vessel\](.*)\[environment\]", text, re.DOTALL)[1]
        table = f'[[instrument]]\nname = "beaker"\ninterval = "{interval}"\n{answering(place)}'
        table += f"[instrument.evaporation_beaker]{vessel}" if declared else ""
        station.bench().write_text(text.replace("[environment]", f"{table}\n[environment]"))
        seen = {}
        keep = lambda event: event.kind == "phase" and seen.update(plant=opened("simulated").plant)  # noqa: E731
        bench = station.folder / "bench.toml"
        outcome = run(station.protocol(analysis="3 h", leg=leg), bench, station.folder / "run", observers=[keep])
        facts = outcome.assessment.findings[0].facts
        truth = seen["plant"].delivered_ul(facts["end_s"]) - seen["plant"].delivered_ul(facts["start_s"])
        return outcome, abs(facts["delivered_ul"] - truth), 2 * facts["u_delivered_ul"]

    return _go


def facts_of(outcome):
    return outcome.assessment.as_json()["delivery"]


@pytest.mark.parametrize(
    "place", ["sbi", "radwag", *(pytest.param(one, marks=pytest.mark.nightly) for one in ("balance", "and-balance"))]
)
def test_a_beaker_on_any_balance_corrects_what_two_legs_do_not_see(go, place):
    outcome, error_ul, expanded_ul = go(place)
    assert error_ul <= expanded_ul < 0.01 * 18.75
    facts = facts_of(outcome)
    assert facts["evaporation_course"] == "beaker beaker"
    assert facts["evaporation_ratio"] == pytest.approx(0.9, abs=4 * facts["u_evaporation_ratio"])


def test_without_it_only_the_sensors_of_the_room_widen_u_until_it_holds_the_truth(go):
    """The same run, the second balance recorded and not named: so the test above can fail."""
    outcome, error_ul, expanded_ul = go("sbi", declared=False)
    budget = {row["name"]: row["contribution"] for row in outcome.assessment.findings[0].facts["budget"]}
    others_ul = 2 * (sum(part**2 for name, part in budget.items() if name != "room_ul")) ** 0.5
    assert 3 * others_ul < error_ul <= expanded_ul
    assert "evaporation_course" not in facts_of(outcome)


def test_the_budget_names_what_the_beaker_brings(go):
    outcome, _, _ = go("sbi")
    budget = {row["name"]: row for row in outcome.assessment.findings[0].facts["budget"]}
    assert {"beaker_g", "beaker_linearity_g", "evaporation_ratio", "drift_mg_h"} <= budget.keys()
    assert "evaporation_mg_h" not in budget
    assert abs(budget["evaporation_ratio"]["contribution_percent"]) > 0


def test_a_record_with_a_beaker_gives_every_digit_again(go):
    outcome, _, _ = go("sbi")
    assert compare(outcome.assessment.as_json(), assess(Record.open(outcome.folder)).as_json()) == []


def test_a_beaker_without_legs_leaves_two_legs_and_says_so(go):
    outcome, _, _ = go("sbi", interval="10 min", leg="30 min")
    facts = facts_of(outcome)
    assert facts["evaporation_measured"]
    assert facts["evaporation_course"].startswith("two legs; not the beaker: expected both balances in both legs")


def test_a_beaker_that_does_not_evaporate_cannot_tell_and_says_so(go):
    outcome, error_ul, expanded_ul = go("radwag", 'evaporation = "0 mg/h"')
    assert "told" in facts_of(outcome)["evaporation_course"]
    assert error_ul <= expanded_ul


@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_u_covers_the_truth_on_twelve_benches_with_a_beaker(go):
    found = [go("sbi", f'{STEP}\nseed = {seed}\ndrift = "0.02 mg/h"')[1:] for seed in range(12)]
    ratios = sorted(float(error_ul / expanded_ul) for error_ul, expanded_ul in found)
    assert sum(ratio <= 1 for ratio in ratios) >= 10, ratios
    assert ratios[-1] < 2
