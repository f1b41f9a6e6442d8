"""A small campaign in a folder of its own: two quick faults, the real protocols and bench."""

import shutil
from pathlib import Path

import pytest

from rig.campaign.assemble import make_campaign

ROOT = Path(__file__).parents[3]
ACCEPTANCE = ROOT / "tests" / "acceptance"
PROTOCOLS = (ACCEPTANCE / "protocols", ROOT / "fixtures" / "benches" / "protocols")
BENCH = ROOT / "fixtures" / "benches" / "simulated_supply.toml"

FAULT = """
schema = 1
id = "FLT-MORE"
title = "The pump moves more than it is told"
where = "plant"
culprit = "device"
hazards = ["HAZ-OVER-INFUSION"]

[[evidence]]
kind = "recall"
source = "field safety notice of March 2014"
confirmed = true

[magnitude]
name = "excess"
unit = "%"
values = [2, 50]

[world]
gain = "{(1 + e) * (1 + m / 100)}"

[[expect]]
protocol = "quick"
verdict = "fail"
detectable = 50
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of faults with one in it, hazards and draws where they belong."""
    faults = tmp_path / "acceptance" / "campaign" / "faults"
    faults.mkdir(parents=True)
    for name in ("hazards.toml", "requirements.toml"):
        shutil.copyfile(ACCEPTANCE / name, faults.parents[1] / name)
    shutil.copyfile(ACCEPTANCE / "campaign" / "sound.toml", faults.parent / "sound.toml")
    (faults / "more.toml").write_text(FAULT, encoding="utf-8")
    return faults


@pytest.fixture
def campaign_of(folder, tmp_path):
    """The campaign of that folder; keywords as for ``make_campaign``."""

    def make(number=None, seed=1, **more):
        return make_campaign(folder, PROTOCOLS, BENCH, tmp_path / "out", number=number, seed=seed, **more)

    return make


@pytest.fixture
def acceptance():
    """The folders and the bench of the faults that come along."""
    return ACCEPTANCE / "campaign" / "faults", PROTOCOLS, BENCH
