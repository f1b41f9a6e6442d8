"""Bolus: each of 25 in series has its volume.

Purpose
    A bolus is given alone, on demand, and what it lacks is not made up for by the next one.

Method
    Twenty-five boluses of two roller cycles, half an hour apart, over a basal rate. The error of each with their
    joint covariance; all 25 within the limit at once.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.

Run
    ``pytest test_bolus.py --bench bench.toml --operator "your name"``; it takes fifteen hours.
"""

from __future__ import annotations

import pytest

from fixtures.plugin_expect import expect


@pytest.fixture(scope="module")
def series(run_protocol):
    return run_protocol("bolus_series.toml")


@pytest.mark.requirement("REQ-BOLUS-VOLUME")
@pytest.mark.hazard("HAZ-BOLUS")
def test_each_of_25_boluses_has_its_volume(series):
    """The worst of them lies within 14.5 %, and there are 25."""
    worst = series.finding("bolus_series")
    expect(worst).passes()
    assert "of 25 values" in worst.statement, "the protocol was changed; this procedure is about 25 boluses"


@pytest.mark.requirement("REQ-BOLUS-VOLUME")
@pytest.mark.hazard("HAZ-UNDER-INFUSION")
def test_the_basal_rate_goes_on_between_them(series):
    """Boluses and basal rate together come to the programmed volume."""
    expect(series.finding("mean_flow_error")).passes()
