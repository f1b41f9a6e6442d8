"""Follow-up: over the years a device keeps its limit, and the day on which it may not is told in time.

Purpose
    A drift is seen in years and treated in weeks. One visit says whether the pump is right today; several say until
    when it will be.

Method
    The same short run at each visit, half a year apart. The line through the mean flow errors with their
    uncertainties, and the day on which its prediction bound (95 %, one-sided) lies on the limit: the next visit is due
    before it, and half a year after the last one at the latest.

Set-up and wiring
    As for the continuous infusion (``test_continuous_infusion.py``): pump, primed catheter without a bubble, needle
    under water in the beaker on the balance, oil film, draught shield closed; transmitter of the air beside it.

Run
    ``rig run visit.toml --bench bench.toml --out runs`` at each visit (three hours), and then
    ``pytest test_follow_up.py --bench bench.toml --records runs``. A simulated bench makes six visits by itself;
    another one is blocked until three stand among the records.
"""

from __future__ import annotations

import pytest

from rig.follow_up import follow_up

LIMITS = (-14.5, 14.5)
INTERVAL_DAYS = 182


@pytest.fixture(scope="module")
def life(visits):
    return visits("visit.toml", every_days=INTERVAL_DAYS, count=6)


@pytest.mark.requirement("REQ-TREND")
@pytest.mark.hazard("HAZ-WEAR")
def test_at_each_visit_the_pump_keeps_its_limit(life):
    """Every one of them passes."""
    assert {visit.day: visit.verdict for visit in life} == {visit.day: "pass" for visit in life}


@pytest.mark.requirement("REQ-TREND")
@pytest.mark.hazard("HAZ-WEAR")
@pytest.mark.hazard("HAZ-BATTERY")
def test_until_the_next_visit_it_will_keep_it(life, story):
    """The trend leaves half a year at least; the due date is told."""
    found = follow_up(life, LIMITS, interval_days=INTERVAL_DAYS)
    story(found.says)
    assert found.advice.days == INTERVAL_DAYS, found.says
