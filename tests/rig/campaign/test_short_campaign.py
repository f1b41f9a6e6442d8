"""The short form of the campaign: a handful of the faults that come along; the rest runs at night."""

import pytest

from drivers.clock import WallClock
from rig.campaign.assemble import make_campaign
from rig.campaign.conduct import conduct
from rig.campaign.report import campaign_report

#: One for each culprit and place, all of them in the protocol of two minutes.
HANDFUL = (
    "FLT-GAIN-HIGH",
    "FLT-GAIN-LOW",
    "FLT-STALL-FOR-GOOD",
    "FLT-LEAK",
    "FLT-UNIT-SLIP",
    "FLT-TELEMETRY-SILENT",
    "FLT-TARED",
    "FLT-BALANCE-UNPLUGGED",
    "FLT-BALANCE-SILENT",
    "FLT-ZERO-TRACKING",
)


@pytest.mark.slow
def test_a_handful_of_faults_is_found_and_nobody_is_blamed_for_another(acceptance, tmp_path):
    campaign = make_campaign(*acceptance, tmp_path / "out", number=None, seed=1, short=True, only=HANDFUL)
    report = campaign_report(campaign, conduct(campaign, WallClock(), workers=1, tell=lambda *_told: None))
    assert report.outcome == "right", report.wrong
    assert report.confusion["device"]["invalid"] == report.confusion["bench"]["fail"] == 0
    assert report.confusion["nobody"]["pass"] == 1
