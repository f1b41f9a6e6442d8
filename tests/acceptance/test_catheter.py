"""Catheter: an occlusion is noticed before an hour's dose is missed, and a kink costs nothing.

Purpose
    A closed catheter is withdrawal, and what the line has stored meanwhile is an unplanned bolus when it opens. Many
    implantable pumps have no detection: then the missed and the released volume have to be stated.

Method
    The line is closed and opened again at noted instants. From closing to the pump's alarm; the volume missed until
    it opened, and the volume beyond the program when it did. A kink is the same for a quarter of an hour, four
    times: too short for an alarm, and nothing may be lost. Adapted from IEC 60601-2-24.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``), with a stopcock between pump and tip.

Run
    ``pytest test_catheter.py --bench bench.toml --operator "your name"``; it takes twelve hours. What is done by
    hand while it runs is asked for by ``rig run``; pytest does it on a simulated bench, and is blocked elsewhere.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def occluded(run_protocol):
    return run_protocol("occlusion.toml")


@pytest.fixture(scope="module")
def kinked(run_protocol):
    return run_protocol("kink.toml")


@pytest.mark.requirement("REQ-OCCLUSION")
@pytest.mark.hazard("HAZ-OCCLUSION")
@pytest.mark.needs("occlusion-alarm")
def test_an_occlusion_is_detected_before_an_hours_dose_is_missed(occluded):
    """The alarm comes within the hour, once."""
    expect(occluded.finding("occlusion_detection")).passes()
    expect(occluded.finding("alarms")).passes()


@pytest.mark.requirement("REQ-OCCLUSION")
@pytest.mark.hazard("HAZ-OCCLUSION")
def test_what_was_missed_and_what_was_released_is_bounded(occluded):
    """No more missed than an hour's dose, no more released than half of one."""
    expect(occluded.finding("occlusion_missed")).passes()
    expect(occluded.finding("occlusion_release")).passes()


@pytest.mark.requirement("REQ-KINK")
@pytest.mark.hazard("HAZ-OCCLUSION")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_a_kink_that_straightens_loses_nothing(kinked):
    """What was held back comes, over all of it the programmed volume, and nobody is alarmed for it."""
    expect(kinked.finding("mean_flow_error")).passes()
    expect(kinked.finding("occlusion_release")).passes()
    expect(kinked.finding("alarms")).passes()
