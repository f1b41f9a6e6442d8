"""Supply, meters, pressure controller and environment against the simulated instruments on the plant."""

from __future__ import annotations

import math

import pytest

from calibration.units import AIR_PRESSURE, CURRENT, PRESSURE, RESISTANCE, TIME, VOLTAGE
from drivers.environment.scpi_environment import open_scpi_environment
from drivers.errors import InstrumentError, NotSupported, OverRange, ProtocolError
from drivers.meter.scpi_counter import open_scpi_counter
from drivers.meter.scpi_dmm import open_scpi_dmm
from drivers.pressure.ge_pace import open_ge_pace
from drivers.supply.battery import BatteryProfile
from drivers.supply.scpi_supply import open_scpi_supply


def volts(text):
    return VOLTAGE.parse("voltage", text)


def seconds(text):
    return TIME.parse("time", text)


def sent(log):
    return [data.decode().strip() for _, _, way, data in log.drain() if way == ">"]


@pytest.mark.parametrize(
    ("factory", "name"),
    [
        (open_scpi_supply, "supply"),
        (open_scpi_dmm, "dmm"),
        (open_scpi_counter, "counter"),
        (open_ge_pace, "pressure"),
        (open_scpi_environment, "thermohygrometer"),
    ],
)
def test_opening_and_closing_only_ask(open_it, log, factory, name):
    open_it(factory, name).close()
    assert sent(log) == ["*IDN?"]


def test_the_supply_feeds_the_pump_and_the_meter_sees_it(open_it, world):
    supply, meter = open_it(open_scpi_supply, "supply"), open_it(open_scpi_dmm, "dmm")
    assert supply.set_voltage(volts("3.3 V"), CURRENT.parse("limit", "200 mA")) == volts("3.3 V")
    supply.set_output(True)
    assert world.plant.supply_v == pytest.approx(3.3)
    assert VOLTAGE.magnitude("read", meter.read()) == pytest.approx(3.3, abs=1e-3)
    assert supply.drain()[0][3] is True


def test_every_setting_is_followed_by_a_look_at_the_error_queue(open_it, log):
    open_it(open_scpi_supply, "supply").set_output(True)
    assert sent(log)[1:] == ["OUTP ON,(@1)", "SYST:ERR?", "OUTP? (@1)"]


def test_what_the_supply_cannot_do_is_its_own_error(open_it):
    supply = open_it(open_scpi_supply, "supply")
    with pytest.raises(InstrumentError, match=r"-222.*Data out of range") as caught:
        supply.set_voltage(volts("50 V"))
    assert caught.value.code == "-222"
    assert VOLTAGE.magnitude("v", supply.read()[0]) == pytest.approx(0.0, abs=0.005)


def test_errors_that_an_earlier_user_left_are_noted(open_it, world):
    world.devices["supply"].receive(b"NONSENSE\n", 0.0)
    supply = open_it(open_scpi_supply, "supply")
    supply.prepare()
    assert supply.notes == ["error queue held -113: Undefined header"]


def test_beyond_the_current_limit_the_voltage_gives_way(open_it):
    supply = open_it(open_scpi_supply, "supply")
    supply.set_voltage(volts("5 V"), CURRENT.parse("limit", "10 mA"))
    supply.set_output(True)
    voltage, current = supply.read()
    assert VOLTAGE.magnitude("v", voltage) == pytest.approx(1.3, abs=0.01)
    assert CURRENT.magnitude("i", current) == pytest.approx(0.01, abs=0.001)


def test_a_battery_empties_sags_and_browns_out_when_the_clock_says_so(open_it, world):
    supply = open_it(open_scpi_supply, "supply")
    supply.set_output(True)
    profile = BatteryProfile.at(volts("3.3 V")).ramp(volts("2.7 V"), seconds("10 s")).brown_out(seconds("50 ms"))
    seen, set_voltage = [], supply.set_voltage
    supply.set_voltage = lambda v: seen.append((world.clock.now(), v.magnitude)) or set_voltage(v)
    profile.play(supply, world.clock, seconds("5 s"))
    assert seen == [(0.0, 3.3), (5.0, pytest.approx(3.0)), (10.0, 0.0), (pytest.approx(10.05), pytest.approx(2.7))]


def test_a_profile_holds_its_ends_and_is_straight_between():
    profile = BatteryProfile.at(volts("3 V")).hold(seconds("1 s")).sag(volts("2 V"), seconds("1 s"))
    assert [profile.voltage_v(t) for t in (-1.0, 0.5, 1.0, 1.5, 2.0, 9.0)] == [3.0, 3.0, 2.0, 2.0, 3.0, 3.0]


def test_the_meter_reads_with_the_range_that_was_set(open_it, world, log):
    meter = open_it(open_scpi_dmm, "dmm", function="resistance", range="1000", power_line_cycles="10")
    meter.prepare()
    assert RESISTANCE.magnitude("r", meter.read()) == pytest.approx(350.0, abs=0.01)
    simulated = world.devices["dmm"]
    assert (simulated.function, simulated.ranges, simulated.cycles) == ("RES", {"RES": 1000.0}, 10.0)
    assert not any(message.startswith("MEAS") for message in sent(log))


def test_overload_is_over_range_and_nan_in_the_record(open_it):
    meter = open_it(open_scpi_dmm, "dmm", function="resistance", range="100")
    with pytest.raises(OverRange):
        meter.read()
    assert math.isnan(meter.drain()[0][1])


def test_a_meter_that_came_back_is_set_anew(open_it, world):
    meter = open_it(open_scpi_dmm, "dmm", function="resistance")
    meter.prepare()
    world.wire("dmm").drop()
    world.devices["dmm"].reset()
    with pytest.raises(ConnectionError):
        meter.read()
    world.wire("dmm").replug()
    meter.reconnect(seconds("1 s"))
    assert RESISTANCE.magnitude("r", meter.read()) == pytest.approx(350.0, abs=0.01)


@pytest.mark.parametrize("options", [{"range": "many"}, {"function": "colour"}, {"range": 5}, {"range": "-1"}])
def test_a_wrong_option_is_named(open_it, options):
    with pytest.raises(NotSupported, match=r"options of scpi-dmm: \w+: expected"):
        open_it(open_scpi_dmm, "dmm", **options)


def test_the_counter_counts_every_step_from_prepare_on(open_it, world):
    counter = open_it(open_scpi_counter, "counter")
    world.plant.shot(0.0)
    with pytest.raises(InstrumentError, match="call prepare"):
        counter.drain()
    counter.prepare()
    for n in range(5):
        world.plant.shot(1.0 + n)
    assert counter.drain()[0][1:] == (80,)
    assert str(counter.read()) == "80 count"


def test_a_frequency_needs_a_signal(open_it, world):
    counter = open_it(open_scpi_counter, "counter", function="frequency")
    counter.prepare()
    assert math.isnan(counter.drain()[0][1])
    for n in range(3):
        world.plant.shot(0.5 * n)
    world.clock.sleep_until(1.1)
    assert counter.drain()[0][1] == pytest.approx(32.0)


def test_the_controller_changes_the_pressure_at_the_tip(open_it, world):
    pace = open_it(open_ge_pace, "pressure")
    assert PRESSURE.magnitude("p", pace.set_pressure(PRESSURE.parse("p", "2 kPa"))) == pytest.approx(2.0)
    assert world.plant.back_pressure_kpa == pytest.approx(2.0)
    assert pace.drain()[0][1:] == (pytest.approx(2.0, abs=0.01), pytest.approx(2.0), True)
    pace.vent()
    assert PRESSURE.magnitude("p", pace.read()) == pytest.approx(0.0, abs=0.01)


def test_the_unit_of_the_controller_is_read_and_never_assumed(open_it, world):
    world.devices["pressure"].unit = "KPA"
    open_it(open_ge_pace, "pressure").set_pressure(PRESSURE.parse("p", "2 kPa"))
    assert world.plant.back_pressure_kpa == pytest.approx(2.0)
    world.devices["pressure"].unit = "INHG"


def test_a_unit_that_nobody_knows_is_refused(open_it, world):
    world.devices["pressure"].unit = "INHG"
    with pytest.raises(ProtocolError, match="INHG"):
        open_it(open_ge_pace, "pressure").prepare()


def test_the_air_is_that_of_the_plant(open_it):
    temperature, pressure, humidity = open_it(open_scpi_environment, "thermohygrometer").read()
    assert (temperature.magnitude, humidity.magnitude) == (22.0, 45.0)
    assert pressure == AIR_PRESSURE.parse("p", "1013.25 hPa")


def test_a_wrong_unit_of_the_barometer_is_refused_before_the_run(open_it):
    with pytest.raises(ProtocolError, match="pressure_unit"):
        open_it(open_scpi_environment, "thermohygrometer", pressure_unit="Pa").prepare()
