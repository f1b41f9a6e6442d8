"""What is plugged in is listed by stable names; what comes and goes is told."""

import sys
import types
import warnings
from types import SimpleNamespace

import pytest

from drivers.clock import WallClock
from fixtures.simulated.clock import SimulatedClock
from rig import discovery
from rig.bench import load_bench, parse_bench
from rig.bench_new import BenchFileExistsError, bench_text, write_bench
from rig.cli.app import run_app
from rig.cli.discover_command import discover_command
from rig.discovery import Discovery, discover, serial_ports, watch
from rig.errors import FileError


def port(device, vid=None, pid=None, number=None, location=None, description="n/a"):
    return SimpleNamespace(
        device=device, vid=vid, pid=pid, serial_number=number, location=location, description=description
    )


UNO = port("/dev/ttyACM0", 0x2341, 0x0043, "7583", "1-1:1.0", "Arduino Uno")
CABLE = port("/dev/ttyUSB0", 0x0403, 0x6001, None, "1-2", "USB Serial")
TWIN = port("/dev/ttyUSB1", 0x0403, 0x6001, None, "1-3", "USB Serial")


@pytest.fixture(autouse=True)
def _no_vendors(monkeypatch):
    """As if neither VISA nor NI were installed, unless a test says otherwise."""
    monkeypatch.setattr(discovery.importlib.util, "find_spec", lambda _: None)


def test_a_port_is_known_by_its_usb_identity(tmp_path):
    uno, cable = serial_ports(lambda: [CABLE, UNO], tmp_path)

    assert (uno.about, uno.hint) == (
        "Arduino Uno, USB 2341:0043, serial number 7583, at 1-1:1.0",
        "Arduino Uno: the mock pump?",
    )
    assert cable.about == "USB Serial, USB 0403:6001, no serial number, at 1-2"


def test_the_stable_name_is_the_address(tmp_path):
    (tmp_path / "ttyUSB0").touch()
    (tmp_path / "by-id").mkdir()
    link = tmp_path / "by-id" / "usb-FTDI_FT1ABCDE-if00-port0"
    link.symlink_to("../ttyUSB0")

    (found,) = serial_ports(lambda: [port(str(tmp_path / "ttyUSB0"), 0x0403, 0x6001)], tmp_path / "by-id")

    assert found.address == str(link)


def test_the_ports_of_this_machine_can_be_listed():
    assert all(thing.kind == "serial" for thing in serial_ports())


def test_what_is_not_installed_is_said_with_the_way_to_install_it():
    notes = discover(WallClock(), list).notes

    assert "pip install 'doseproof[visa]'" in notes[0]
    assert "pip install 'doseproof[daq]'" in notes[1]


def visa(monkeypatch, resources):
    manager = SimpleNamespace(list_resources=resources, close=lambda: None)
    monkeypatch.setitem(sys.modules, "pyvisa", SimpleNamespace(ResourceManager=lambda _: manager))
    monkeypatch.setattr(discovery.importlib.util, "find_spec", lambda name: name if name == "pyvisa" else None)


def test_visa_resources_are_listed_without_the_serial_ports(monkeypatch):
    visa(monkeypatch, lambda: ("ASRL/dev/ttyUSB0::INSTR", "TCPIP::10.0.0.7::inst0::INSTR"))

    found = discover(WallClock(), list)

    assert [thing.address for thing in found.things] == ["TCPIP::10.0.0.7::inst0::INSTR"]


def test_what_pyvisa_would_look_further_with_is_a_note_and_no_warning(monkeypatch, recwarn):
    def resources():
        warnings.warn("TCPIP:instr resource discovery is limited to the default interface.", stacklevel=1)
        return ()

    visa(monkeypatch, resources)

    assert "VISA: the network was looked at in part: pip install psutil zeroconf" in discover(WallClock(), list).notes
    assert not recwarn.list


def test_a_visa_that_hangs_is_left_behind(monkeypatch):
    import threading

    forever = threading.Event()
    monkeypatch.setattr(discovery, "VISA_DEADLINE_S", 0.05)
    visa(monkeypatch, lambda: forever.wait(10) and ())

    notes = discover(WallClock(), list).notes
    forever.set()

    assert "VISA: no list within 0.05 s" in notes


def test_a_visa_that_fails_is_told(monkeypatch):
    visa(monkeypatch, lambda: 1 // 0)

    assert any("VISA: ZeroDivisionError" in note for note in discover(WallClock(), list).notes)


def ni(monkeypatch, local):
    module = types.ModuleType("nidaqmx.system")
    module.System = SimpleNamespace(local=local)
    monkeypatch.setitem(sys.modules, "nidaqmx", types.ModuleType("nidaqmx"))
    monkeypatch.setitem(sys.modules, "nidaqmx.system", module)
    monkeypatch.setattr(discovery.importlib.util, "find_spec", lambda name: name if name == "nidaqmx" else None)


def test_ni_devices_are_listed_with_serial_number_in_hex_as_it_is_printed_on_them(monkeypatch):
    device = SimpleNamespace(name="Dev1", product_type="USB-6009", serial_num=0x1A2B3C, is_simulated=True)
    ni(monkeypatch, lambda: SimpleNamespace(devices=[device]))

    (found,) = discover(WallClock(), list).things

    assert (found.address, found.about) == ("Dev1", "NI USB-6009, serial number 1A2B3C, simulated by NI-DAQmx")


def test_an_ni_package_without_its_driver_is_told(monkeypatch):
    def missing():
        raise RuntimeError("Could not find an installation of NI-DAQmx.\nmore")

    ni(monkeypatch, missing)

    assert "NI: RuntimeError: Could not find an installation of NI-DAQmx." in discover(WallClock(), list).notes


def test_a_machine_without_ni_daqmx_is_told_so_in_words(monkeypatch):
    from nidaqmx.errors import DaqNotFoundError

    def missing():
        raise DaqNotFoundError

    ni(monkeypatch, missing)

    assert any("expected NI-DAQmx on this machine, found none" in note for note in discover(WallClock(), list).notes)


# --- hot-plug --------------------------------------------------------------------------------------------------------


def looks(*states):
    """A provider that gives one list after the other; then Ctrl-C."""
    left = list(states)

    def look():
        if not left:
            raise KeyboardInterrupt
        return left.pop(0)

    return look


def test_what_comes_and_goes_is_told_once_a_second():
    clock = SimulatedClock()
    changes = watch(clock, looks([CABLE], [CABLE], [CABLE, UNO], [UNO]))

    first, second = next(changes), next(changes)

    assert ([thing.address for thing in first.appeared], first.gone) == (["/dev/ttyACM0"], ())
    assert (second.appeared, [thing.address for thing in second.gone]) == ((), ["/dev/ttyUSB0"])
    assert clock.now() == 3.0


def test_two_cables_without_serial_numbers_are_told_apart_by_their_place():
    swapped = port("/dev/ttyUSB0", 0x0403, 0x6001, None, "1-3", "USB Serial")
    changes = watch(SimulatedClock(), looks([CABLE], [swapped]))

    change = next(changes)

    assert len(change.appeared) == len(change.gone) == 1


def test_the_command_prints_a_table_and_then_changes(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")

    code = discover_command(follow=True, clock=SimulatedClock(), ports=looks([CABLE], [CABLE], [CABLE, TWIN], []))

    said = capsys.readouterr().out
    assert code == 0
    assert "/dev/ttyUSB0" in said
    assert "\n+ /dev/ttyUSB1" in said
    assert "\n- /dev/ttyUSB0" in said


# --- a new bench file ------------------------------------------------------------------------------------------------


def test_the_new_file_takes_over_what_was_found():
    found = Discovery(tuple(serial_ports(lambda: [UNO, CABLE])))

    bench = parse_bench(bench_text("b.toml", "station-2", found), "b.toml")

    assert (bench.name, bench.device.address) == ("station-2", "/dev/ttyACM0")
    assert bench.witness[0].address == "/dev/ttyUSB0"


def test_a_new_file_has_a_schema_and_asks_for_its_calibration(tmp_path):
    file = tmp_path / "station.toml"

    assert write_bench(file, Discovery(())) == [file, tmp_path / "bench.schema.json"]
    assert file.read_text("utf-8").startswith("#:schema ./bench.schema.json\n")
    with pytest.raises(FileError, match=r"balance-B123456789\.toml"):
        load_bench(file)


def test_nothing_is_overwritten(tmp_path):
    write_bench(tmp_path / "a.toml", Discovery(()))

    assert write_bench(tmp_path / "b.toml", Discovery(())) == [tmp_path / "b.toml"]  # the schema is the same
    with pytest.raises(BenchFileExistsError, match="expected no such file"):
        write_bench(tmp_path / "a.toml", Discovery(()))


def test_a_windows_port_and_a_backslash_are_valid_toml():
    found = Discovery(tuple(serial_ports(lambda: [port("\\\\.\\COM12", 0x2341, 0x0043, "1")])))

    assert parse_bench(bench_text("b.toml", "b", found), "b.toml").device.address == "\\\\.\\COM12"


def test_the_commands_end_with_their_exit_codes(tmp_path, capsys):
    file = tmp_path / "new.toml"

    assert run_app(["bench", "new", str(file)]) == 0
    assert run_app(["bench", "new", str(file)]) == 2
    assert run_app(["bench", "new", str(tmp_path / "nowhere" / "x.toml")]) == 2
    assert run_app(["bench", "discover"]) == 0
    assert "Nothing was opened." in capsys.readouterr().out
