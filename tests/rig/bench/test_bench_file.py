"""The bench file: what it says, and what is refused in it."""

from __future__ import annotations

import pytest

from calibration.units import FLOW, LENGTH, TEMPERATURE_DIFFERENCE
from rig.bench import calibration_path, load_bench, parse_bench
from rig.bench_tables import DeclaredEnvironment
from rig.errors import FileError


def refusal(bench, *changes):
    with pytest.raises(FileError) as caught:
        bench(*changes)
    return str(caught.value).splitlines()


def test_a_bench_names_its_instruments_by_channel(bench):
    made = bench()

    assert list(made.instruments()) == ["device", "balance", "environment"]
    assert made.calibrations() == {"balance": "balance.toml", "environment": "air.toml"}
    assert FLOW.magnitude("minimum", made.limits.minimum) == pytest.approx(2.0)
    assert LENGTH.magnitude("needle", made.witness[0].vessel.needle_outer_diameter) == 1.6


def test_air_may_be_declared_or_left_to_wide_defaults(good):
    head = good.split("[environment]")[0]
    declared = parse_bench(head + '[environment]\ntemperature_half_width = "1 K"\n', "b.toml").environment
    silent = parse_bench(head, "b.toml").environment

    assert isinstance(silent, DeclaredEnvironment)
    assert TEMPERATURE_DIFFERENCE.magnitude("half width", declared.temperature_half_width) == 1.0
    assert TEMPERATURE_DIFFERENCE.magnitude("half width", silent.temperature_half_width) == 3.0


@pytest.mark.parametrize("name", ["simulated", "emulated", "realtime"])
def test_the_benches_that_come_along_are_good(benches, name):
    bench = load_bench(benches / f"{name}.toml")

    assert bench.world == (None if name == "realtime" else name)
    assert all(table.serial_number.startswith("SIM-") for table in bench.instruments().values())
    assert all(calibration_path(bench, channel).is_file() for channel in bench.calibrations())


def test_the_example_with_real_ports_is_good_but_for_its_calibration_records(benches):
    path = benches / "serial_example.toml"
    parse_bench(path.read_text("utf-8"), path.name)

    with pytest.raises(FileError, match=r"serial_example.toml:\d+: witness\[0\].calibration: there is no file"):
        load_bench(path)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('driver = "fake-pump"', 'drivr = "fake-pump"', "b.toml:5: device.drivr: unknown key; did you mean 'driver'?"),
        ('driver = "fake-environment"', 'drivr = "x"', "environment.drivr: unknown key; did you mean 'driver'?"),
        ('"30 mm"', "30", "b.toml:19: witness[0].vessel.inner_diameter: expected a length such as '1.6 mm'"),
        ('"53 mL"', '"53 g"', "b.toml:21: witness[0].vessel.load_volume: expected a volume such as '250 uL'"),
        ('"1.6 mm"', '"1.6 m"', "witness[0].vessel: needle_outer_diameter must be less than inner_diameter"),
        ('name = "balance"', 'name = "device"', "b.toml:11: witness[0].name: 'device' is taken"),
        ('"balance-port"', '"pump-port"', "b.toml:13: witness[0].address: 'pump-port' is the address of 'device' too"),
        ('"pump-port"', '"sim://simulated/pump"', "b.toml:6: device.address: 'sim://simulated/pump' is simulated"),
        ('name = "balance"', 'name = "balance"\nnode = "tipp"', "b.toml:12: witness[0].node: expected one of"),
        ('name = "balance"', 'name = "balance"\nnode = "reservoir"', "a witness with node = 'tip', found none"),
        ('model = "XPR205"\n', "", "witness[0].model: required, and missing; add it, e.g. 'XPR205'"),
        ("[[witness]]", "[[witnes]]", ": witnes: unknown key; did you mean 'witness'?"),
        ("[[witness]]", "[[witnes]]", "witness: expected a list of tables, each below a line [[witness]], found one"),
        ("schema = 1", "schema = 9", "b.toml:1: schema: expected schema = 1, found 9"),
    ],
)  # fmt: skip
def test_what_is_wrong_gets_a_line_a_key_and_a_fix(bench, old, new, expected):
    assert any(expected in line for line in refusal(bench, (old, new)))


def test_a_balance_at_the_tip_needs_its_vessel(good):
    before, rest = good.split("[witness.vessel]")
    with pytest.raises(FileError, match=r"b.toml:10: witness\[0\]: a balance at the tip needs inner_diameter"):
        parse_bench(before + "[environment]" + rest.split("[environment]")[1], "b.toml")


BEAKER = """
[[instrument]]
name = "{name}"
driver = "mt-sics"
address = "{name}-port"
model = "XPR205"
serial_number = "B2"
{calibration}
[instrument.evaporation_beaker]
inner_diameter = "30 mm"
needle_outer_diameter = "1.6 mm"
load_volume = "53 mL"
"""
VOUCHED = 'calibration = "beaker.toml"'


def test_one_balance_is_that_of_the_evaporation_beaker(good):
    made = parse_bench(good + BEAKER.format(name="second", calibration=VOUCHED), "b.toml")
    assert made.evaporation_beaker.name == "second"
    assert parse_bench(good, "b.toml").evaporation_beaker is None


def test_a_second_beaker_and_one_that_nobody_vouches_for_are_refused(good):
    two = good + BEAKER.format(name="second", calibration=VOUCHED) + BEAKER.format(name="third", calibration="")
    with pytest.raises(FileError) as refused:
        parse_bench(two, "b.toml")
    assert "there is an evaporation beaker already" in str(refused.value)
    assert "needs a calibration record; name it" in str(refused.value)


def test_the_bench_with_a_beaker_that_comes_along_names_it(benches):
    assert load_bench(benches / "simulated_beaker.toml").evaporation_beaker.name == "evaporation"
