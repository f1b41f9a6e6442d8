"""Rates: at its smallest and at its greatest rate the pump delivers the programmed volume.

Purpose
    Dead times, stalls and slip show at the ends of the range. The smallest rate keeps a catheter open and hardly
    turns the rotor; the greatest is that of a bolus.

Method
    Gravimetric, as for the continuous infusion; five cycles at 2 uL/h, more than a hundred at 1 mL/h.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.

Run
    ``pytest test_rates.py --bench bench.toml --operator "your name"``; it takes a day and three hours.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def smallest(run_protocol):
    return run_protocol("rate_minimum.toml")


@pytest.fixture(scope="module")
def greatest(run_protocol):
    return run_protocol("rate_maximum.toml")


@pytest.mark.requirement("REQ-FLOW-MIN")
@pytest.mark.hazard("HAZ-SILENT-STOP")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
def test_the_smallest_rate_is_delivered(smallest):
    """Five cycles within 14.5 %, and the pump neither stops nor falls silent."""
    error = smallest.finding("mean_flow_error")
    expect(error).passes()
    expect(smallest).shows_no_device_fault()
    assert error.facts["cycles"] >= 5


@pytest.mark.requirement("REQ-FLOW-MIN")
@pytest.mark.requirement("REQ-CLAIM")
def test_at_the_smallest_rate_the_pump_tells_the_truth(smallest):
    """Its word agrees with the balance where a stall is easiest to hide."""
    expect(smallest.finding("claim_agreement")).passes()


@pytest.mark.requirement("REQ-FLOW-MAX")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_the_greatest_rate_is_delivered(greatest):
    """An hour at 1 mL/h within 14.5 %."""
    expect(greatest.finding("mean_flow_error")).passes()


@pytest.mark.requirement("REQ-CLAIM")
def test_at_the_greatest_rate_the_pump_tells_the_truth(greatest):
    """Its word agrees with the balance where shots are easiest to lose."""
    expect(greatest.finding("claim_agreement")).passes()
