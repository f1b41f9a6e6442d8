"""The influence of back pressure, of a plant whose head is changed during the run."""

import pytest

from fixtures.simulated.world import opened
from tests.rig.findings.conftest import BEGAN_S, flow

SIX_HOURS = 6, [flow("25 uL/h", 6)]
STEPS = [(0.25, 1.75, 0.0), (2.25, 3.75, 10.0), (4.25, 5.75, 20.0)]


class Head:
    """Sets the pressure at the tip in the middle between two steps: a follower that looks as the clock goes on."""

    def __init__(self, world):
        self.plant, self.now_s = world.plant, world.clock.now()

    def advance(self, to_s, stop):  # noqa: ARG002 - the signature of a follower
        for after_h, kpa in ((2.0, 10.0), (4.0, 20.0)):
            at_s = BEGAN_S + 3600 * after_h
            if self.now_s < at_s <= to_s:
                self.plant.set_back_pressure_kpa(kpa, at_s)
        self.now_s = max(self.now_s, to_s)
        return to_s


def play(event):
    if event.kind == "phase" and (event.data["name"], event.data["edge"]) == ("delivery", "begin"):
        world = opened("simulated")
        world.clock.add_follower(Head(world))


def table(limit, head="pressure"):
    steps = ", ".join(
        f'{{ start = "{a} h", end = "{b} h", pressure = "{kpa} kPa" }}' if head == "pressure"
        else f'{{ start = "{a} h", end = "{b} h", height = "{kpa / 9.807:.4f} m" }}'
        for a, b, kpa in STEPS
    )  # fmt: skip
    return f'[findings.back_pressure]\nsteps = [{steps}]\nlimit = "{limit}"'


@pytest.mark.parametrize(
    ("slip", "limit", "verdict"),
    [("0.0", "0.5 %/kPa", "pass"), ("0.01", "0.5 %/kPa", "fail"), ("0.01", "1 %/kPa", "inconclusive")],
)
def test_a_pump_that_slips_against_pressure(asked, slip, limit, verdict):
    how = {"key": "heads", "observers": [play]}
    found = asked(*SIX_HOURS, table(limit), f"slip_per_kpa = {slip}", **how)["back_pressure"]
    assert found.verdict == verdict, found.statement
    assert found.value == pytest.approx(-100 * float(slip), abs=0.1)
    assert found.unit == "%/kPa"


def test_a_height_is_a_head(asked):
    how = {"key": "heads", "observers": [play]}
    found = asked(*SIX_HOURS, table("0.5 %/kPa", "height"), "slip_per_kpa = 0.01", **how)["back_pressure"]
    assert found.facts["head_kpa"] == pytest.approx([0.0, 9.98, 19.96], abs=0.05)


def test_a_channel_that_is_not_there_decides_nothing(asked):
    asks = f'{table("0.5 %/kPa")}\nchannel = "gauge"'
    found = asked(*SIX_HOURS, asks, key="heads", observers=[play])["back_pressure"]
    assert (found.verdict, "no channel 'gauge'" in found.statement) == ("inconclusive", True)
