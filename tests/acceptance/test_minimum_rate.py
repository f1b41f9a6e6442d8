"""Minimum-rate mode: the catheter stays open, and nothing stops.

Purpose
    A patient who needs no drug for a while still needs an open catheter. A pump that rounds its smallest rate to
    nothing closes it.

Method
    An hour of maintenance, sixteen in minimum-rate mode, an hour of maintenance. The flow error of the mode over whole
    roller cycles, and of all of it.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.

Run
    ``pytest test_minimum_rate.py --bench bench.toml --operator "your name"``; it takes a day and two hours.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def kept_open(run_protocol):
    return run_protocol("minimum_rate.toml")


@pytest.mark.requirement("REQ-MINIMUM-RATE")
@pytest.mark.hazard("HAZ-SILENT-STOP")
@pytest.mark.hazard("HAZ-OVER-INFUSION")
def test_the_mode_delivers_its_smallest_rate(kept_open):
    """Over whole cycles within 14.5 %."""
    modes = kept_open.findings("minimum_rate")
    assert modes, "the protocol has no segment of the kind minimum_rate"
    for mode in modes:
        expect(mode).passes()


@pytest.mark.requirement("REQ-MINIMUM-RATE")
@pytest.mark.hazard("HAZ-SILENT-STOP")
def test_the_mode_is_left_again(kept_open):
    """Before, in and after it the programmed volume, and the pump never stopped by itself."""
    expect(kept_open.finding("mean_flow_error")).passes()
    expect(kept_open).shows_no_device_fault()
