"""The pump on the simulated supply, through both drivers: low is not gone, gone is silent, and back is a reset."""

from __future__ import annotations

import pytest

from calibration.units import CURRENT, FLOW, TIME, VOLTAGE, VOLUME
from drivers.errors import InstrumentTimeout
from drivers.pump.mock_pump import open_mock_pump
from drivers.supply.battery import BatteryProfile
from drivers.supply.scpi_supply import open_scpi_supply
from drivers.wire_log import WireLog
from fixtures.simulated.world import open_world

FAST = FLOW.quantity(1000.0)


def volts(number):
    return VOLTAGE.quantity(number)


def seconds(number):
    return TIME.quantity(number)


@pytest.fixture
def stand():
    """World, supply and pump; the pump runs at 1 mL/h, a shot each 0.45 s."""
    with open_world({"pump_battery": "3.3 V"}) as world:
        common = {"clock": world.clock, "wire": WireLog(), "options": {}}
        supply = open_scpi_supply("ASRLsim://simulated/supply::INSTR", **common)
        with open_mock_pump("sim://simulated/pump", **common) as pump, supply:
            pump.prepare()
            pump.set_rate(FAST)
            pump.start()
            yield world, supply, pump


def run_on(world, pump, until_s):
    """Drain the pump each second, as the loop does; gives its rows."""
    rows = []
    while world.clock.now() < until_s:
        world.clock.sleep_until(world.clock.now() + 1.0)
        pump.keep_alive()
        rows += pump.drain()
    return rows


def test_a_ramp_down_to_brown_out_resets_the_pump_and_it_does_not_resume(stand):
    world, supply, pump = stand
    pump.bolus(VOLUME.quantity(100.0), FAST)
    profile = BatteryProfile.at(volts(3.3)).ramp(volts(2.6), seconds(10.0)).ramp(volts(3.3), seconds(0.5))
    profile.play(supply, world.clock, seconds(0.5))
    moved = world.plant.shots(world.clock.now())
    rows = run_on(world, pump, world.clock.now() + 10.0)
    assert pump.resets_seen == ("brown-out",)
    assert [row[1] for row in rows[-3:]] == ["idle"] * 3
    assert rows[-1][5] == 2
    assert 0 < world.plant.shots(world.clock.now()) == moved


def test_a_sag_above_the_threshold_changes_nothing(stand):
    world, supply, pump = stand
    BatteryProfile.at(volts(3.3)).sag(volts(2.75), seconds(5.0)).play(supply, world.clock, seconds(1.0))
    rows = run_on(world, pump, 15.0)
    assert pump.resets_seen == ()
    assert {row[1] for row in rows} == {"running"}
    assert world.plant.shots(15.0) == int(15.0 / 0.45)


def test_without_output_the_pump_is_silent_and_stands(stand):
    world, supply, pump = stand
    world.clock.sleep_until(5.0)
    supply.set_output(False)
    shots = world.plant.shots(world.clock.now())
    with pytest.raises(InstrumentTimeout):
        pump.keep_alive()
    world.clock.sleep_until(60.0)
    assert world.plant.shots(60.0) == shots
    supply.set_output(True)
    world.clock.sleep_until(61.0)
    assert pump.state().state == "idle"
    assert pump.resets_seen == ("power-on",)


def test_the_current_follows_the_motor(stand):
    world, supply, pump = stand
    world.clock.sleep_until(5.0)
    running = CURRENT.magnitude("i", supply.read()[1])
    pump.stop()
    world.clock.sleep_until(10.0)
    resting = CURRENT.magnitude("i", supply.read()[1])
    assert resting == pytest.approx(0.025, abs=3e-4)
    assert running == pytest.approx(0.025 + 0.225 * 0.017 / 0.45, abs=3e-4)


def test_a_supply_too_weak_for_a_shot_browns_the_pump_out_at_the_first(stand):
    world, supply, pump = stand
    supply.set_voltage(volts(3.3), CURRENT.quantity(0.1))
    run_on(world, pump, 5.0)
    assert pump.resets_seen == ("brown-out",)
    assert pump.state().state == "idle"


def test_without_the_option_the_pump_runs_whatever_the_supply_does():
    with open_world({}) as world:
        world.devices["supply"].receive(b"VOLT 0,(@1);:OUTP OFF,(@1)\n", 0.0)
        world.devices["pump"].receive(b">00 ID*B8EA\n", 1.0)
        assert b"SIM-MP-0001" in world.devices["pump"].transmit(1.0)
