"""Day schedule: each step of a day delivers its volume, and begins when it is programmed.

Purpose
    A schedule gives more in the hour before getting up and less at night. A day whose total is right may still have
    given every step an hour late, and the errors of its steps may cancel.

Method
    Thirteen steps, the most that a schedule has. The volume of each step, its delay by the change of the slope on
    the balance, and the most and the least that any 24 h delivered; each with its covariance, all steps judged
    together.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.

Run
    ``pytest test_day_schedule.py --bench bench.toml --operator "your name"``; it takes a day and two hours.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def day(run_protocol):
    return run_protocol("day_schedule.toml")


@pytest.mark.requirement("REQ-SCHEDULE-STEP")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_each_of_thirteen_steps_delivers_its_volume(day):
    """The worst of thirteen lies within 14.5 %."""
    error = day.finding("day_schedule_error")
    expect(error).passes()
    assert len(error.facts["steps"]) == 13, "the protocol was changed; this procedure is about thirteen steps"


@pytest.mark.requirement("REQ-SCHEDULE-TIME")
@pytest.mark.hazard("HAZ-LATE-CHANGE")
def test_each_step_begins_when_it_is_programmed(day):
    """The latest of them by no more than ten minutes."""
    expect(day.finding("day_schedule_delay")).passes()


@pytest.mark.requirement("REQ-ANY-24H")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_no_24_hours_give_more_or_less_than_programmed(day):
    """Wherever one begins to count."""
    expect(day.finding("any_24_h_most")).passes()
    expect(day.finding("any_24_h_least")).passes()
