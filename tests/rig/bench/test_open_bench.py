"""Opening a bench: everybody must be there and be who the file says; one refusal names all who are not."""

from __future__ import annotations

import pytest

from calibration.errors import DoseproofError
from drivers.clock import WallClock
from rig.bench import open_bench
from rig.errors import BenchError, FileError

EVERY = ("pump", "balance", "air")
IN_WORLD = [('name = "station-1"', 'name = "station-1"\nworld = "fake"'), ("-port", "-sim")]


def simulated(station):
    station.answers = {
        "pump-sim": ("DP-MP1", "SIM-1"),
        "balance-sim": ("XPR205", "SIM-2"),
        "air-sim": ("PTU300", "SIM-3"),
    }
    names = zip(("MP-0007", "B1", "P1"), ("SIM-1", "SIM-2", "SIM-3"), strict=True)
    return [*IN_WORLD, *((f'serial_number = "{real}"', f'serial_number = "{sim}"') for real, sim in names)]


def test_a_good_bench_opens_and_closes_again(station, bench):
    with open_bench(bench()) as opened:
        assert isinstance(opened.clock, WallClock)
        assert set(opened.identities) == {"device", "balance", "environment"}
        table, balance = opened.witnesses["balance"]
        assert (table.name, balance.identity.serial_number) == ("balance", "B1")
    assert station.log[3:] == ["close air-port", "close balance-port", "close pump-port"]


@pytest.mark.parametrize(("model", "expected"), [("DP-MP1", "surrogate"), ("SM3", "device")])
def test_the_evidence_class_follows_from_who_answers(station, bench, model, expected):
    station.answers["pump-port"] = (model, "MP-0007")

    with open_bench(bench(("DP-MP1", model))) as opened:
        assert opened.evidence_class == expected


def test_one_simulated_instrument_makes_the_evidence_simulated(station, bench):
    station.answers["balance-port"] = ("XPR205", "SIM-BAL-0001")

    with open_bench(bench(('"B1"', '"SIM-BAL-0001"'))) as opened:
        assert opened.evidence_class == "simulated"


def test_all_mismatches_come_at_once_and_everything_is_closed(station, bench, unplugged):
    station.missing["pump-port"] = unplugged
    station.answers["balance-port"] = ("XS205", "B2")
    with pytest.raises(BenchError) as refusal, open_bench(bench()):
        pass

    pump, model, serial = refusal.value.reasons
    assert pump == "device at pump-port: LinkLost: nothing is there; plug it in"
    assert "balance at balance-port: expected model 'XPR205', found 'XS205'" in model
    assert "expected serial number 'B1', found 'B2'" in serial
    assert set(station.log[:2]) == {"open balance-port", "open air-port"}  # opened at once, in whatever order
    assert station.log[2:] == ["close air-port", "close balance-port"]


def test_a_driver_of_another_capability_is_refused(station, bench):
    with (
        pytest.raises(BenchError, match="balance: expected a balance, found a pump"),
        open_bench(bench(("fake-balance", "fake-pump"))),
    ):
        pass


def test_a_driver_that_is_not_installed_is_a_mistake_in_the_file(station, bench):
    with (
        pytest.raises(FileError, match=r"b.toml:5: device.driver: no driver 'nobody' is installed; .*fake-balance"),
        open_bench(bench(("fake-pump", "nobody"))),
    ):
        pass
    assert station.log == []


def test_options_that_a_driver_does_not_know_are_a_mistake_in_the_file(station, bench):
    change = ('driver = "fake-balance"', 'driver = "fake-balance"\noptions = {speed = 9600}')
    with (
        pytest.raises(FileError, match=r"b.toml:13: witness\[0\].options: options of the fake: unknown key 'speed'"),
        open_bench(bench(change)),
    ):
        pass
    assert station.log[-1].startswith("close")


def test_a_world_gives_the_clock_and_is_closed_last(station, bench):
    with open_bench(bench(*simulated(station))) as opened:
        assert opened.clock is station.clock
        assert opened.evidence_class == "simulated"
    assert (station.log[0], station.log[-1]) == ("open world", "close world")


def test_a_real_instrument_cannot_stand_in_a_simulated_world(station, bench):
    changes = simulated(station)
    station.answers["balance-sim"] = ("XPR205", "B1")
    with (
        pytest.raises(BenchError, match=r"B1.* is no simulated instrument"),
        open_bench(bench(*changes[:-2], changes[-1])),
    ):
        pass


def test_wrong_world_options_are_a_mistake_in_the_file(station, bench):
    station.world_error = DoseproofError("[world_options]: gian: no such option")
    options = ("[device]", "[world_options]\ngian = 1.2\n[device]")
    found = pytest.raises(FileError, match=r"b.toml:6: world_options.gian: no such option")
    with found, open_bench(bench(*IN_WORLD, options)):
        pass


def test_a_world_that_does_not_open_refuses_the_bench(station, bench):
    station.world_error = DoseproofError("the compiler is missing; install gcc-avr")
    with (
        pytest.raises(BenchError, match="the world 'fake' does not open: the compiler is missing"),
        open_bench(bench(*IN_WORLD)),
    ):
        pass


def test_a_world_that_nobody_installed_is_a_mistake_in_the_file(station, bench):
    with (
        pytest.raises(FileError, match=r"b.toml:3: world: no world 'mars' is installed; known are .*fake"),
        open_bench(bench(('name = "station-1"', 'name = "station-1"\nworld = "mars"'))),
    ):
        pass


def test_an_error_inside_closes_everything(station, bench):
    with pytest.raises(ZeroDivisionError), open_bench(bench()):
        raise ZeroDivisionError
    assert sum(entry.startswith("close") for entry in station.log) == 3


def test_a_station_in_use_is_refused_to_the_second_run(station, bench):
    busy = pytest.raises(BenchError, match="pump-port is in use by another run")
    with open_bench(bench()), busy as refusal, open_bench(bench()):
        pass
    assert len(refusal.value.reasons) == 3
    with open_bench(bench()):
        assert "open air-port" in station.log[-3:]


def test_the_same_name_on_two_device_servers_is_two_devices(station, bench):
    servers = [(f'address = "{one}-port"', f'address = "{one}-port"\noptions = {{ grpc = "%s" }}') for one in EVERY]
    first, second = ([(old, new % host) for old, new in servers] for host in ("one:31763", "two:31763"))
    with open_bench(bench(*first)):
        with open_bench(bench(*second)):
            pass
        with pytest.raises(BenchError, match="one:31763/pump-port is in use"), open_bench(bench(*first)):
            pass


def test_the_evaporation_beaker_stands_on_a_balance(station, bench):
    station.answers["beaker-port"] = ("PTU300", "P2")
    table = '[[instrument]]\nname = "beaker"\ndriver = "fake-environment"\naddress = "beaker-port"\nmodel = "PTU300"\n'
    table += 'serial_number = "P2"\ncalibration = "air.toml"\n[instrument.evaporation_beaker]\n'
    table += 'inner_diameter = "30 mm"\nneedle_outer_diameter = "1.6 mm"\nload_volume = "53 mL"\n'

    with (
        pytest.raises(BenchError, match="beaker: expected a balance, found"),
        open_bench(bench(("[environ", table + "[environ"))),
    ):
        pass
