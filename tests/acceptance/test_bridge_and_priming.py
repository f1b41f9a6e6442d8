"""Bridge and priming: the line is filled, and after a change of concentration the dose stays what it was.

Purpose
    Priming fills tube and catheter at a high flow; too little is withdrawal on the first day, too much a bolus.
    After a change of concentration the line still holds the old drug: without a bridge the patient gets a quarter
    of the dose, or four times the dose, until it has gone (500 and 2000 ug/mL).

Method
    Gravimetric for the volumes. The dose is volume times assayed concentration; what leaves the tip during the
    bridge is modelled by plug flow through the declared dead volume, unless a tracer was fitted, and the finding
    says which.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.

Run
    ``pytest test_bridge_and_priming.py --bench bench.toml --operator "your name"``; it takes fourteen hours. Put
    the assays of your lots and the dead volume of your line into ``bridge.toml``.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def bridged(run_protocol):
    return run_protocol("bridge.toml")


@pytest.fixture(scope="module")
def primed(run_protocol):
    return run_protocol("priming.toml")


@pytest.mark.requirement("REQ-PRIMING")
@pytest.mark.hazard("HAZ-PRIMING")
def test_a_priming_bolus_has_its_volume(primed):
    """It fills the line, and no more."""
    expect(primed.finding("priming_bolus_mean")).passes()


@pytest.mark.requirement("REQ-BRIDGE")
@pytest.mark.hazard("HAZ-BRIDGE")
def test_a_bridge_bolus_has_its_volume(bridged):
    """The old drug in the line is pushed out, and no more."""
    expect(bridged.finding("bridge_bolus_mean")).passes()


@pytest.mark.requirement("REQ-DOSE")
@pytest.mark.requirement("REQ-BRIDGE")
@pytest.mark.hazard("HAZ-BRIDGE")
@pytest.mark.hazard("HAZ-PROGRAMMING")
def test_through_the_change_of_concentration_the_dose_is_the_programmed_one(bridged):
    """By assay, since the label is none; it says whether the composition was modelled or traced."""
    dose = bridged.finding("dose")
    expect(dose).passes()
    assert "modelled" in dose.statement or "tracer" in dose.statement
