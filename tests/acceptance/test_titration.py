"""Titration: a new rate holds from the time at which it was confirmed.

Purpose
    After an implantation the dose is raised by 10 to 30 % a day and lowered by 10 to 20 % [K]. Physician and
    patient judge the new dose by the clock of the change; a pump that confirms at once and changes at its next
    refill is dangerous.

Method
    Two changes while the pump runs: 30 % up, and 20 % down. The instant of each is the best change point of two
    straight lines through the balance's readings, with its uncertainty, against the instant at which the pump was
    told.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.

Run
    ``pytest test_titration.py --bench bench.toml --operator "your name"``; it takes eight hours.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def titration(run_protocol):
    return run_protocol("titration.toml")


@pytest.mark.requirement("REQ-TITRATION")
@pytest.mark.hazard("HAZ-LATE-CHANGE")
@pytest.mark.parametrize("change", [1, 2])
def test_a_change_of_the_dose_holds_at_once(titration, change):
    """Within a quarter of an hour, up and down."""
    expect(titration.finding(f"reprogramming_{change}")).passes()


@pytest.mark.requirement("REQ-TITRATION")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
def test_the_changed_doses_come_out(titration):
    """Over all of it the programmed volume, old rate and new."""
    expect(titration.finding("mean_flow_error")).passes()
