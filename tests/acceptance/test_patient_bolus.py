"""Patient bolus: one is given, and the next is refused until its lockout is over.

Purpose
    A patient cannot count. What is asked for again and again is given once, and then not before its time.

Method
    The pump is told in the hand of the test; nothing is weighed (the volume of a bolus is what ``test_bolus.py`` is
    about). A bolus is asked for while one is given, and again within its lockout. The lockout is that of
    :data:`LOCKOUT_S`, and is programmed where the driver can do that; elsewhere set it to that of your program.

Set-up and wiring
    ::

        pump ── programmer, or USB ── host                patient's remote control, or the programmer in its place

    Needle and beaker as for the continuous infusion (``test_continuous_infusion.py``); two boluses come.

Run
    ``pytest test_patient_bolus.py --bench bench.toml``; it takes an hour.
"""

from __future__ import annotations

import pytest

from calibration.units import FLOW, TIME, VOLUME
from drivers.errors import InstrumentError
from drivers.interfaces import BolusLockout

LOCKOUT_S = 1800.0
VOLUME_UL, RATE_UL_H = 2.5, 150.0  # in a minute


@pytest.fixture
def ask(pump, story):
    """Asks for a bolus, as the patient does."""

    def asked():
        story(f"Ask for a bolus of {VOLUME_UL:g} uL.")
        pump.bolus(VOLUME.quantity(VOLUME_UL), FLOW.quantity(RATE_UL_H))

    return asked


@pytest.fixture
def program_lockout(pump, story):
    """Programs the lockout, where the rig can; it counts from the beginning of the last bolus."""

    def programmed():
        if isinstance(pump, BolusLockout):
            story(f"Program a lockout of {LOCKOUT_S:g} s.")
            assert pump.set_bolus_lockout(TIME.quantity(LOCKOUT_S)) == TIME.quantity(LOCKOUT_S)

    return programmed


@pytest.fixture
def wait(opened_bench, pump):
    """Lets time pass, and keeps the pump alive."""

    def passed(seconds):
        clock, until_s = opened_bench.clock, opened_bench.clock.now() + seconds
        while clock.now() < until_s:
            pump.keep_alive()
            clock.sleep_until(min(until_s, clock.now() + min(pump.deadman_s / 4.0, 60.0)))

    return passed


@pytest.mark.requirement("REQ-BOLUS-LOCKOUT")
@pytest.mark.hazard("HAZ-BOLUS")
def test_while_a_bolus_is_given_no_other_is(pump, ask, wait):
    """The second one is refused, and the first one ends as it was told."""
    ask()
    before = VOLUME.magnitude("claimed", pump.state().claimed)
    wait(10.0)
    with pytest.raises(InstrumentError):
        ask()
    wait(120.0)
    said = pump.state()
    assert said.state == "idle"
    assert VOLUME.magnitude("claimed", said.claimed) - before <= VOLUME_UL * 1.1


@pytest.mark.requirement("REQ-BOLUS-LOCKOUT")
@pytest.mark.hazard("HAZ-BOLUS")
@pytest.mark.needs("patient-bolus")
def test_within_its_lockout_a_bolus_is_refused_and_after_it_given(pump, ask, program_lockout, wait):
    """Soon after the first one, a minute before its time, and a minute after it."""
    ask()
    program_lockout()  # not before: the bolus of another test would count as the first one
    for seconds in (120.0, LOCKOUT_S - 180.0):
        wait(seconds)
        with pytest.raises(InstrumentError):
            ask()
    wait(120.0)
    ask()
    assert pump.state().state == "bolus"
