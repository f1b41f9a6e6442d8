"""Screening dose: 50, 75 and 100 ug by syringe have their volume, and last at least a minute.

Purpose
    The decision to implant stands on what one injection did: 1, 1.5 or 2 mL of 50 ug/mL, each over at least one minute.

Method
    The injection goes into the beaker while the pump stands: its volume by the rise of the balance, its time by the
    two ends of that rise. It says nothing about a pump, and the finding says so.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.
    Beside the needle of the pump a second one, of the syringe, dips into the beaker and touches neither glass nor pan.

Run
    ``pytest test_screening.py --bench bench.toml --operator "your name"``; it takes ten hours. What is done by
    hand while it runs is asked for by ``rig run``; pytest does it on a simulated bench, and is blocked elsewhere.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module", params=["50", "75", "100"])
def injected(request, run_protocol):
    return run_protocol(f"screening_{request.param}.toml")


@pytest.mark.requirement("REQ-SCREENING")
@pytest.mark.hazard("HAZ-BOLUS")
def test_a_screening_dose_has_its_volume(injected):
    """Within 5 %."""
    volume = injected.finding("screening_volume")
    expect(volume).passes()
    assert "says nothing about a pump" in volume.statement


@pytest.mark.requirement("REQ-SCREENING")
@pytest.mark.hazard("HAZ-BOLUS")
def test_a_screening_dose_lasts_at_least_its_minute(injected):
    """A bolus in seconds spreads higher in the spine than one in a minute."""
    expect(injected.finding("screening_time")).passes()
