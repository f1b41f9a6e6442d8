"""What every driver must do: who answers, what rows are, opening, closing, threads."""

from __future__ import annotations

import re
import sys
import threading
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from calibration.errors import UnitError
from calibration.registry import registry
from calibration.units import KINDS
from drivers.errors import LinkLost, NotSupported
from drivers.interfaces import Column
from drivers.wiring import Wiring

GROUP = "doseproof.drivers"
TYPES = {"float64": float, "int64": int, "bool": bool, "text": str, "bytes": bytes}
CAPABILITIES = {"pump", "balance", "environment", "flow", "analog", "supply", "meter", "pressure"}


@pytest.mark.parametrize("name", sorted(entry_points(group=GROUP).names))
def test_every_registered_driver_is_covered(name, peers):
    assert name in peers, (
        f"the driver {name!r} is registered and nothing says how its simulated peer is reached: "
        f"add a table [driver.{name}] to tests/drivers/contract/peers.toml"
    )


def test_every_peer_has_its_driver(peers):
    assert set(peers) <= entry_points(group=GROUP).names, "install the package: pip install -e ."


def test_what_does_not_apply_names_a_test_and_has_a_reason(peers):
    texts = [file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_*.py")]
    tests = {name for text in texts for name in re.findall(r"^def test_(\w+)\(", text, re.MULTILINE)}
    excused = {(peer.driver, test, reason) for peer in peers.values() for test, reason in peer.excused.items()}
    assert [one for one in excused if one[1] not in tests or len(one[2]) < 20] == []
    assert [peer.driver for peer in peers.values() if peer.checksum == bool(peer.garbled)] == []


def test_it_says_who_answered_and_that_it_is_simulated(open_it, peer):
    identity = open_it().identity
    assert (identity.model, identity.serial_number) == (peer.model, peer.serial_number)
    assert identity.simulated
    assert identity.firmware


def test_it_has_one_of_the_capabilities(open_it):
    assert open_it().CAPABILITY in CAPABILITIES


@pytest.mark.parametrize("name", sorted(entry_points(group=GROUP).names))
def test_every_registered_driver_says_how_it_is_connected(name):
    module = sys.modules[entry_points(group=GROUP)[name].load().__module__]
    assert isinstance(getattr(module, "WIRING", None), Wiring), f"{module.__name__} needs a constant WIRING"
    assert module.WIRING.capability in CAPABILITIES
    assert min(len(text) for text in module.WIRING[1:]) > 20


def test_its_wiring_is_that_of_its_capability(open_it):
    instrument = open_it()
    found = sys.modules[type(instrument).__module__].WIRING
    assert found.capability == instrument.CAPABILITY


def test_columns_say_their_unit_and_meaning(open_it):
    columns = open_it().columns
    assert len({column.name for column in columns}) == len(columns) > 0
    for column in columns:
        assert isinstance(column, Column)
        assert column.meaning
        assert not column.unit or column.name.endswith(suffix(column.unit)), column


def suffix(unit):
    """How the name of a column says its unit."""
    words = {"degC": "c", "%": "percent", "uL/h": "ul_h", "V/V": "v_v"}
    return "_" + words.get(unit, unit.lower().replace("/", "_"))


def test_rows_have_the_declared_columns_and_types(ready, later):
    rows = later(ready)
    assert rows
    for t_s, *values in rows:
        assert isinstance(t_s, float)
        assert [type(value) for value in values] == [TYPES[column.type] for column in ready.columns]


def test_each_value_is_plausible_in_its_unit(ready, later):
    for _, *values in later(ready):
        for column, value in zip(ready.columns, values, strict=True):
            if column.unit and column.type != "int64":
                assert plausible(value, column.unit), f"{column.name}: {value} {column.unit}"


def plausible(value, unit):
    """Whether some kind has this unit in its list and this value in its range."""
    for kind in KINDS.values():
        if unit in kind.spellings:
            try:
                kind.parse("value", f"{value:.9f} {unit}")
            except UnitError:
                continue
            return True
    return False


def test_a_reading_is_a_quantity_and_says_what_a_row_says(ready, later, believe):
    rows = later(ready)
    believe(rows)
    reading = ready.read()
    readings = reading if isinstance(reading, tuple) else (reading,)
    assert all(isinstance(one, registry().Quantity) for one in readings)
    for one, column, value in zip(readings, ready.columns, rows[-1][1:], strict=False):
        assert magnitude(one, column.unit) == pytest.approx(value, rel=0.02, abs=0.002)


def magnitude(quantity, unit):
    """The number in the unit of a column; a count has none."""
    spelled = [kind.spellings[unit] for kind in KINDS.values() if unit in kind.spellings]
    return (quantity.to(spelled[0]) if spelled else quantity).magnitude


def test_rows_come_oldest_first_with_times_of_this_drain(ready, later, world):
    before_s = world.clock.now()
    times_s = [row[0] for _ in range(3) for row in later(ready)]
    assert times_s == sorted(times_s)
    assert before_s < times_s[0]
    assert times_s[-1] <= world.clock.now()


def test_every_byte_is_in_the_wire_log(ready, later, log):
    log.drain()
    later(ready)
    assert {entry[2] for entry in log.drain()} >= {"<"}


def test_an_unknown_option_is_refused(open_it):
    with pytest.raises(NotSupported, match="'no_such_key'"):
        open_it({"no_such_key": 1})


def test_only_one_can_have_it(open_it):
    open_it()
    with pytest.raises(LinkLost, match="already open"):
        open_it()


def test_it_can_be_closed_twice_and_is_gone_then(open_it):
    instrument = open_it()
    instrument.close()
    instrument.close()
    with pytest.raises(LinkLost):
        instrument.prepare()


def test_it_is_a_context_manager_and_can_be_opened_again(open_it):
    with open_it() as instrument:
        instrument.prepare()
    with open_it() as again:
        assert again.identity == instrument.identity


@pytest.fixture
def switching():
    """Threads change as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_never_mix_answers(ready, believe, later, switching):
    rows, errors = [], []

    def ask():
        try:
            for _ in range(20):
                rows.extend(ready.drain())
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    rows += later(ready)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    believe(rows + later(ready))
