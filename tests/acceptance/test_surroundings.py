"""Surroundings: back pressure, height, warmth and viscosity change the flow by no more than the limit.

Purpose
    Patients lie, stand and cough, and they are warm. The tube of a peristaltic pump is softer at 37 degC, and gives way
    against pressure; a viscous fluid makes that pressure in the catheter itself.

Method
    The tip at 0, 10 and 20 kPa (10 kPa are a column of a metre of water), and the slope of the flow error over the
    pressure. Pump and fluid in a bath of 37 degC, volumes stated for that temperature. A fluid ten times as viscous as
    water, of measured density. Adapted from IEC 60601-2-24.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.
    A pressure controller at the tip, or an outlet that can be raised by two metres; a bath for the pump.

Run
    ``pytest test_surroundings.py --bench bench.toml --operator "your name"``; it takes twenty hours. What is done
    by hand while it runs is asked for by ``rig run``; pytest does it on a simulated bench, and is blocked
    elsewhere.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def pressed(run_protocol):
    return run_protocol("back_pressure.toml")


@pytest.fixture(scope="module")
def warm(run_protocol):
    return run_protocol("body_temperature.toml")


@pytest.fixture(scope="module")
def viscous(run_protocol):
    return run_protocol("viscosity.toml")


@pytest.mark.requirement("REQ-BACK-PRESSURE")
@pytest.mark.hazard("HAZ-SURROUNDINGS")
def test_back_pressure_and_height_change_little(pressed):
    """By no more than 5 % for the metre of water between lying and standing."""
    slope = pressed.finding("back_pressure")
    expect(slope).passes()
    assert slope.limits == (-0.5, 0.5), "the protocol was changed; this procedure is about 0.5 %/kPa"


@pytest.mark.requirement("REQ-BODY-TEMPERATURE")
@pytest.mark.hazard("HAZ-SURROUNDINGS")
def test_in_the_warmth_of_a_body_the_programmed_volume_comes(warm):
    """At 37 degC, as at 22."""
    expect(warm.finding("mean_flow_error")).passes()


@pytest.mark.requirement("REQ-VISCOSITY")
@pytest.mark.hazard("HAZ-INCOMPATIBLE")
@pytest.mark.hazard("HAZ-SURROUNDINGS")
def test_a_viscous_fluid_is_delivered_as_programmed(viscous):
    """Ten times as viscous as water, and the pump's own word still agrees."""
    expect(viscous.finding("mean_flow_error")).passes()
    expect(viscous.finding("claim_agreement")).passes()
