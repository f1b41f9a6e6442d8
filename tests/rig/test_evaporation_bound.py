"""Evaporation that is only bounded: enough for a short bolus, said so, and refused for anything longer."""

import pytest

from rig.errors import FileError
from rig.runner import run

BOUND = """
[evaporation_bound]
rate = "{rate}"
half_width = "0.4 mg/h"
up_to = "45 min"
basis = "house method 12"
"""


def short(station, rate="0.3 mg/h", **more):
    """Half an hour at 2.4 mL/day without any leg."""
    times = {"stabilization": "15 min", "analysis": "30 min", "leg": "", "flow": "2.4 mL/day"}
    return station.protocol(**times | {"more": BOUND.format(rate=rate)} | more)


def test_a_short_program_stands_on_its_bound_and_says_so(station, tmp_path):
    outcome = run(short(station), station.bench(), tmp_path / "run")
    facts = outcome.assessment.as_json()["delivery"]
    assert outcome.assessment.verdict.outcome == "pass"
    assert (facts["evaporation_measured"], facts["evaporation_bound"]) == (False, "house method 12")
    assert not any("evaporation" in block for block in outcome.assessment.verdict.release_blocks)


def test_the_bound_is_rectangular_in_the_budget(station, tmp_path):
    outcome = run(short(station), station.bench(), tmp_path / "run")
    budget = outcome.assessment.findings[0].facts["budget"]
    row = next(row for row in budget if row["name"] == "evaporation_mg_h")
    assert row["u"] == pytest.approx(0.4 / 3**0.5)
    assert row["contribution_percent"] == pytest.approx(100 * 0.231 * 0.5 / 50, rel=0.01)


def test_a_reading_that_rises_is_bounded_with_its_sign(station, tmp_path):
    """Water that condenses in an open beaker: -0.3 mg/h is not nothing."""
    outcome = run(short(station, rate="-0.3 mg/h"), station.bench('evaporation = "-0.3 mg/h"'), tmp_path / "run")
    assert outcome.assessment.delivery.evaporation.rate_mg_h == -0.3
    assert abs(outcome.assessment.findings[0].value) < 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"analysis": "1 h"}, "declared for deliveries up to 0.75 h, this one lasts 1.25 h"),
        ({"leg": "1 h"}, "evaporation is measured in legs too"),
        ({"more": BOUND.format(rate="0 mg/h").replace("45 min", "5 h")}, "up_to may be 4 h at most"),
        ({"more": BOUND.format(rate="0 mg/h").replace("0.4", "-0.4")}, "above zero"),
        ({"more": BOUND.format(rate="0 mg/h").replace("house method 12", " ")}, "basis: expected a text, found ' '"),
    ],
)
def test_a_bound_that_does_not_fit_is_refused(station, tmp_path, change, said):
    with pytest.raises(FileError, match=said):
        run(short(station, **change), station.bench(), tmp_path / "run")
