"""The screening dose: a syringe that is emptied into the beaker while the pump stands."""

import pytest

from fixtures.simulated.world import opened
from tests.rig.findings.conftest import BEGAN_S, flow

STANDS = 3, [flow("25 uL/h", 1), 'kind = "stop"\nduration = "2 h"']
SOFT = 'compliance = "20 uL/kPa"'
AT_S = BEGAN_S + 7200
TABLE = (
    '[findings.screening]\nvolume = "{told}"\nafter = "115 min"\nbefore = "130 min"\n'
    'limit = "{limit}"\ntime_limit = ">= 60 s"\n'
)


class Syringe:
    """Injects a volume in a time, an eighth of a microlitre at once: a follower of the clock."""

    def __init__(self, world, volume_ul, lasts_s):
        self.plant, self.now_s = world.plant, world.clock.now()
        count = round(volume_ul / world.plant.options.shot_ul)
        self.due = [AT_S + lasts_s * i / count for i in range(count)]

    def advance(self, to_s, stop):  # noqa: ARG002 - the signature of a follower
        while self.due and self.due[0] <= to_s:
            self.plant.shot(self.due.pop(0))
        self.now_s = max(self.now_s, to_s)
        return to_s


def syringe(volume_ul, lasts_s):
    def play(event):
        if event.kind == "phase" and (event.data["name"], event.data["edge"]) == ("delivery", "begin"):
            world = opened("simulated")
            world.clock.add_follower(Syringe(world, volume_ul, lasts_s))

    return {"key": f"{volume_ul} in {lasts_s}", "observers": [play], "recorded": '[safety]\nover_volume = "3 mL"\n'}


@pytest.fixture
def injected(asked):
    def judge(volume_ul, lasts_s, limit="5 %", told="1 mL"):
        return asked(*STANDS, TABLE.format(limit=limit, told=told), SOFT, **syringe(volume_ul, lasts_s))

    return judge


@pytest.mark.parametrize(
    ("volume_ul", "lasts_s", "limit", "volume", "time"),
    [
        (1000, 120, "5 %", "pass", "pass"),
        (800, 120, "5 %", "fail", "pass"),
        (1000, 20, "5 %", "pass", "fail"),
        (1000, 60, "5 %", "pass", "inconclusive"),
        (1000, 120, "0.02 %", "inconclusive", "pass"),
    ],
)
def test_a_syringe(injected, volume_ul, lasts_s, limit, volume, time):
    found = injected(volume_ul, lasts_s, limit)
    verdicts = found["screening_volume"].verdict, found["screening_time"].verdict
    assert verdicts == (volume, time), [found[f"screening_{name}"].statement for name in ("volume", "time")]
    assert "says nothing about a pump" in found["screening_volume"].statement


def test_a_profile_of_a_pump_is_no_screening_dose(injected):
    found = injected(10, 600, told="10 uL")["screening"]
    assert found.verdict == "inconclusive"
    assert "judge it as a bolus" in found.statement
