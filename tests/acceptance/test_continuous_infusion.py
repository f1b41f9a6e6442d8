"""Continuous infusion: the pump delivers the dose that it was programmed to deliver.

Purpose
    A patient on a maintenance dose gets one small volume a day, for months. Over-infusion is defined as more than
    14.5 % above the programmed rate; the same is asked below. This procedure measures the mean flow error over whole
    roller cycles, the extremes over shorter windows, and whether the pump tells the truth about what it delivered.

Method
    Gravimetric, adapted from IEC 60601-2-24 (which does not cover implantable pumps): mass of delivered water against
    time, with buoyancy, evaporation, needle immersion and their uncertainties. Decision rule: guard band w = U.

Set-up and wiring
    ::

        pump ── catheter, primed, no bubble ── needle, under water ── beaker on the balance
        host ── USB ── pump                                            host ── RS-232 ── balance
        host ── RS-232 ── transmitter of air temperature, pressure and humidity, beside the beaker

    1. Fill the reservoir with degassed water at room temperature; prime until drops come.
    2. Put the beaker on the pan, the needle's tip 5 mm under water, 2 mm of paraffin oil on top, the draught shield
       closed. The needle touches neither glass nor pan.
    3. Let it stand for 2 h. Zero tracking of the balance is off.
    4. Name all of it in the bench file, with the calibration records of balance and transmitter.

Run
    ``pytest tests/acceptance/test_continuous_infusion.py --bench bench.toml --operator "your name"``

    The pump is stopped for the two legs in which evaporation is measured; nothing has to be clamped by hand.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def infusion(run_protocol):
    return run_protocol("continuous_infusion.toml")


@pytest.mark.requirement("REQ-FLOW-MEAN")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_the_mean_flow_error_lies_within_14_5_percent(infusion):
    """Over at least five whole roller cycles the programmed volume comes out."""
    error = infusion.finding("mean_flow_error")
    expect(error).passes()
    assert error.limits == (-14.5, 14.5), "the protocol was changed; this procedure is about +-14.5 %"
    assert error.rule == "guard-band-U"
    assert error.facts["cycles"] >= 5, "a mean over fewer than five roller cycles is no mean"


@pytest.mark.requirement("REQ-FLOW-TRUMPET")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_no_window_of_whole_cycles_strays_beyond_the_limit(infusion):
    """A right mean does not hide an hour without drug."""
    whole = [window for window in infusion.findings("trumpet_") if window.facts["commensurate"]]
    assert whole, "no window of the protocol is a whole number of roller cycles"
    for window in whole:
        expect(window).passes()


@pytest.mark.requirement("REQ-FLOW-TRUMPET")
def test_windows_that_cut_a_cycle_are_shown_and_decide_nothing(infusion):
    """What shows the phase of the strokes is no error of the pump."""
    for window in infusion.findings("trumpet_"):
        if not window.facts["commensurate"]:
            expect(window).decides_nothing()


@pytest.mark.requirement("REQ-FLOW-START")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_after_a_start_the_flow_comes_into_its_band_and_stays_there(infusion):
    """Within four hours, and every cycle from then on."""
    expect(infusion.finding("start_up")).passes()


@pytest.mark.requirement("REQ-CLAIM")
@pytest.mark.hazard("HAZ-SILENT-STOP")
def test_the_pump_tells_the_truth_about_what_it_delivered(infusion):
    """Its word agrees with the balance."""
    expect(infusion.finding("claim_agreement")).passes()


@pytest.mark.hazard("HAZ-SILENT-STOP")
def test_the_pump_neither_falls_silent_nor_stops_by_itself(infusion):
    """It answers and turns from the first to the last minute."""
    expect(infusion).shows_no_device_fault()


@pytest.mark.requirement("REQ-FLOW-MEAN")
def test_evaporation_was_measured_before_and_after(infusion):
    """The bench did what the method asks for; without it no flow of this size can be decided."""
    expect(infusion).measured_evaporation()


@pytest.mark.requirement("REQ-FLOW-MEAN")
def test_the_run_as_a_whole_passes(infusion):
    """Every finding that decides passes, and the bench held."""
    expect(infusion).passes()
