"""Stop and restart: a stopped pump delivers nothing, and delivers again when it is told to.

Purpose
    Stop is what one does in an overdose. What the line still holds comes out, and then nothing more may come; and a
    pump that does not begin again is withdrawal.

Method
    Two hours of delivery, two of stop, two of delivery. After the stop the volume that still came, and the flow
    once the line has come to rest; then the volume of the delivery after it.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.

Run
    ``pytest test_stop_restart.py --bench bench.toml --operator "your name"``; it takes ten hours.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def stopped(run_protocol):
    return run_protocol("stop_restart.toml")


@pytest.mark.requirement("REQ-STOP")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
def test_little_comes_after_a_stop(stopped):
    """No more than a microlitre, and then no flow that the balance could see."""
    expect(stopped.finding("stop_residual")).passes()


@pytest.mark.requirement("REQ-STOP")
@pytest.mark.hazard("HAZ-FREE-FLOW")
def test_a_stopped_pump_does_not_flow(stopped):
    """Free flow is named where it is found."""
    flow = stopped.finding("stop_flow")
    expect(flow).passes()
    assert not flow.facts["free_flow"]


@pytest.mark.requirement("REQ-RESTART")
@pytest.mark.hazard("HAZ-SILENT-STOP")
def test_after_the_stop_the_program_is_delivered_again(stopped):
    """Before and after the stop the programmed volume."""
    expect(stopped.finding("day_schedule_error")).passes()
    expect(stopped).shows_no_device_fault()
