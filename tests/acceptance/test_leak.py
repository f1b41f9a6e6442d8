"""Leak: what leaves the pump arrives at the tip, and a catheter that has come off is found.

Purpose
    A catheter that leaks, has a micro-fracture or has come off is withdrawal, and the pump's word is right all the
    while. A balance alone sees that too little comes, and not whether the pump gave too little.

Method
    Three witnesses at three places: the load cell under the reservoir, a calibrated flow sensor at the pump outlet, the
    balance at the tip. For three hours at 1 mL/h what left the reservoir is held against what came, within 5 %, and all
    three against each other in each hour, in which a leak that comes and goes shows. For half an hour the flow sensor
    is held against the balance: a catheter that has come off. A check weight before and after vouches for the balance;
    without it a loss may as well be the balance's.

    "No loss seen" is not "tight": each test tells which leak it would have seen, and asks that this is half of its
    limit at most. The simulated bench sees 9 uL/h (0.9 %) in three hours, 71 uL/h (7 %) in half an hour.

Set-up and wiring
    ::

        reservoir on its load cell ── pump ── flow sensor ── catheter ── needle, under water ── beaker on the balance
        host ── USB ── pump (it reads the load cell)      host ── USB ── flow sensor      host ── RS-232 ── balance

    The rest as for the continuous infusion (``test_continuous_infusion.py``). Load cell and flow sensor need records of
    their calibration (``docs/calibration.md``), the sensor up to 1 mL/h at least; ``simulated_leak.toml`` is a bench
    file with both. A bench without them is blocked, with what is wanted. Put your check weight into the protocols.

Run
    ``pytest test_leak.py --bench bench.toml --operator "your name"``; it takes six hours. The check weight is placed
    by hand, so ``rig run PROTOCOL`` carries it out; pytest does it on a simulated bench, and is blocked elsewhere.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def watched(run_protocol):
    return run_protocol("leak.toml")


@pytest.fixture(scope="module")
def connected(run_protocol):
    return run_protocol("disconnect.toml")


@pytest.mark.requirement("REQ-LEAK")
@pytest.mark.hazard("HAZ-LEAK")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_what_leaves_the_reservoir_arrives_at_the_tip(watched, story):
    """Of three millilitres no more than 5 % are lost, and half of that would have been seen."""
    loss = watched.finding("leak")
    story(f"The smallest leak that would have been seen is {loss.facts['smallest_seen_ul_h']:.0f} uL/h.")
    expect(loss).passes()
    assert loss.limits[1] == 5.0, "the protocol was changed; this procedure is about 5 %"
    assert loss.facts["could_see"] <= 2.5


@pytest.mark.requirement("REQ-LEAK")
@pytest.mark.hazard("HAZ-LEAK")
def test_in_each_hour_three_witnesses_agree(watched, story):
    """A leak that comes and goes shows in its hour, and reservoir, pump outlet and tip are three places."""
    agreement = watched.finding("witnesses")
    story(f"Compared: the whole span and {len(agreement.facts['intervals']) - 1} parts of it.")
    expect(agreement).passes()
    assert len(agreement.facts["intervals"]) == 4, "the protocol was changed; this procedure is about three hours"


@pytest.mark.requirement("REQ-LEAK")
@pytest.mark.requirement("REQ-CLAIM")
@pytest.mark.hazard("HAZ-LEAK")
def test_the_steps_of_the_pump_are_what_arrives(watched):
    """The pump's own word is right at the tip, and not at its outlet alone."""
    expect(watched.finding("claim_agreement")).passes()


@pytest.mark.requirement("REQ-LEAK")
@pytest.mark.hazard("HAZ-LEAK")
@pytest.mark.hazard("HAZ-SILENT-STOP")
def test_the_catheter_has_not_come_off(connected, story):
    """In half an hour it shows whether anything reaches the tip."""
    loss = connected.finding("leak")
    story(f"The smallest leak that would have been seen is {loss.facts['smallest_seen_ul_h']:.0f} uL/h.")
    expect(loss).passes()
    expect(connected.finding("witnesses")).passes()
