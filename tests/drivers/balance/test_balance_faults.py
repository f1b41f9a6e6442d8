"""Each fault of the wire against each balance: one of our errors, or the weight that was on the pan, never another."""

from __future__ import annotations

import math

import pytest

from calibration.units import TIME
from drivers.errors import DriverError, InstrumentTimeout, LinkLost, ProtocolError
from fixtures.simulated.and_balance import AndBalance
from fixtures.simulated.mt_sics import MtSicsBalance
from fixtures.simulated.radwag import RadwagBalance
from fixtures.simulated.sbi import SbiBalance

#: Name, simulated balance, driver, options, decimals.
BALANCES = {
    "mt-sics": (MtSicsBalance, "mt-sics", {}, 5),
    "mt-sics stream": (MtSicsBalance, "mt-sics", {"mode": "stream"}, 5),
    "sbi": (SbiBalance, "sbi", {}, 5),
    "sbi 16": (lambda plant: SbiBalance(plant, characters=16), "sbi", {}, 5),
    "and-balance": (AndBalance, "and-balance", {}, 4),
    "radwag": (RadwagBalance, "radwag", {}, 4),
}
FAULTS = {
    "mute": (lambda wire: wire.mute(), InstrumentTimeout),
    "mute to": (lambda wire: wire.mute(direction="to"), InstrumentTimeout),
    "late": (lambda wire: wire.delay(2.5), InstrumentTimeout),
    "later than the next question": (lambda wire: wire.delay(3.5), InstrumentTimeout),
    "slow": (lambda wire: wire.delay(0.7), None),
    "drip": (lambda wire: wire.drip(0.02), None),
    "slow drip": (lambda wire: wire.drip(0.4), ProtocolError),
    "truncate": (lambda wire: wire.truncate(), ProtocolError),
    "garble": (lambda wire: wire.garble(1.0), ProtocolError),
    "garble to": (lambda wire: wire.garble(1.0, direction="to"), DriverError),
    "drop": (lambda wire: wire.drop(), LinkLost),
}
#: A stream goes on by itself whatever is lost on the way to the balance, and comes late without harm.
NO_FAULT_OF_A_STREAM = {"mute to", "garble to", "late", "later than the next question", "slow drip"}


@pytest.fixture(params=BALANCES)
def bench(request, on_plant, open_on):
    """World, open driver, and the weight on the pan."""
    make, driver, options, decimals = BALANCES[request.param]
    world = on_plant(make)
    opened = open_on(world, driver, **options)
    opened.prepare()
    return world, opened, round(world.plant.indication_g(0.0), decimals)


def drains(world, balance, number=8):
    """What came of some drains: grams, or the error."""
    seen = []
    for _ in range(number):
        world.clock.sleep_until(world.clock.now() + 3.0)
        try:
            seen += [row[1] for row in balance.drain()]
        except DriverError as error:
            seen.append(error)
    return seen


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_the_right_error_and_never_a_wrong_weight(bench, fault):
    world, balance, grams = bench
    make, error = FAULTS[fault]
    make(world.wire("it"))
    seen = drains(world, balance)
    assert {one for one in seen if isinstance(one, float)} <= {grams}
    errors = [one for one in seen if isinstance(one, DriverError)]
    if error is None:
        assert errors == []
    elif fault == "later than the next question" and not getattr(balance, "_streams", False):
        assert errors == seen  # an old weight is no weight of now
    elif fault not in NO_FAULT_OF_A_STREAM or not getattr(balance, "_streams", False):
        assert isinstance(errors[0], error)
        assert all(str(one) for one in errors)


def test_after_each_fault_the_link_works_again(bench):
    world, balance, grams = bench
    for fault, (make, _) in FAULTS.items():
        if fault in {"drop", "slow drip"}:  # one has its own test; ten lines a second through the other last for hours
            continue
        make(world.wire("it"))
        drains(world, balance, 3)
        world.wire("it").clear()
        drains(world, balance, 3)
        assert drains(world, balance, 2)[-1] == grams


def test_after_an_unplugged_cable_it_is_asked_who_it_is(bench):
    world, balance, grams = bench
    world.wire("it").drop()
    assert all(isinstance(one, LinkLost) for one in drains(world, balance, 2))
    world.wire("it").replug()
    balance.reconnect(TIME.parse("t", "5 s"))
    balance.prepare()
    assert drains(world, balance, 2)[-1] == grams


def test_a_little_garbling_is_an_error_or_a_line_of_the_right_form(bench):
    """Without a checksum a changed digit cannot be seen; everything else is."""
    world, balance, grams = bench
    world.wire("it").garble(0.03, seed=5)
    seen = drains(world, balance, 60)
    assert any(isinstance(one, ProtocolError) for one in seen)
    numbers = [one for one in seen if isinstance(one, float) and not math.isnan(one)]
    assert numbers.count(grams) > len(numbers) / 2


@pytest.mark.parametrize("delay_s", [2.5, 3.5, 5.0, 11.0])
@pytest.mark.parametrize("name", [name for name in BALANCES if "stream" not in name])
def test_an_old_weight_is_never_taken_for_a_new_one(on_plant, open_on, name, delay_s):
    """The load grows by 28 mg each second: a weight of another time shows. A run ends at three failures in a row."""
    make, driver, options, _ = BALANCES[name]
    world = on_plant(make, drift="100 g/h")
    balance = open_on(world, driver, **options)
    balance.prepare()
    world.wire("it").delay(delay_s, end_s=world.clock.now() + 30.0)
    rows, failures = [], 0
    while world.clock.now() < 60.0 and failures < 3:
        world.clock.sleep_until(world.clock.now() + 1.0)
        try:
            rows += balance.drain()
            failures = 0
        except DriverError:
            failures += 1
    assert len(rows) > 5 or failures == 3
    assert [row[1] for row in rows] == [pytest.approx(world.plant.indication_g(row[0]), abs=1e-4) for row in rows]
