"""What a script sees of a command: the exit code, and that 1 means *fail* and nothing else."""

import os
import subprocess
import sys

import pytest

from fixtures.simulated.world import opened
from rig.runner import run


def test_a_sound_pump_ends_with_0_and_says_where_everything_is(rig, short, simulated):
    done = rig("run", short, "--bench", simulated, "--out", "records")
    assert done.code == 0
    assert "PASS" in done.out
    assert "simulated, not device evidence" in done.out
    assert "x real time" in done.out
    assert "delivered.png" in done.out


def test_a_pump_that_gives_too_much_ends_with_1(rig, short, gained):
    done = rig("run", short, "--bench", gained(1.2))
    assert done.code == 1
    assert "FAIL" in done.out


def test_what_cannot_be_decided_ends_with_3(rig, short, gained):
    done = rig("run", short, "--bench", gained(1.1445))
    assert done.code == 3
    assert "this is no pass" in done.out


def test_a_broken_witness_ends_with_4(rig, short, simulated, tmp_path):
    def mute(event):
        if event.kind == "phase" and event.data["name"] == "delivery":
            opened("simulated").wire("balance").mute()

    run(short, simulated, tmp_path / "broken", observers=[mute])
    done = rig("verify", "broken")
    assert done.code == 4
    assert "the bench was at fault" in done.out


def test_another_serial_number_is_refused_with_4_and_nothing_is_written(rig, short, simulated, gained, tmp_path):
    bench = gained(1.0)
    bench.write_text(bench.read_text().replace('"SIM-BAL-0001"\ncal', '"B123456789"\ncal'))
    done = rig("run", short, "--bench", bench, "--out", "records")
    assert done.code == 4
    assert "B123456789" in done.err
    assert not (tmp_path / "records").exists()


def test_a_mistake_in_a_file_ends_with_2_and_names_line_and_fix(rig, short, simulated, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(short.read_text().replace("analysis =", "analisys ="))
    done = rig("run", wrong, "--bench", simulated)
    assert done.code == 2
    assert "wrong.toml:" in done.err
    assert "did you mean 'analysis'" in done.err


@pytest.mark.parametrize(
    "arguments",
    [["verify", "nowhere"], ["record", "show", "."], ["run", "a.toml"], ["launch"], ["bench", "check", "no.toml"]],
)
def test_what_is_not_there_ends_with_2(rig, arguments):
    done = rig(*arguments)
    assert done.code == 2
    assert done.err


def test_a_defect_of_the_rig_ends_with_70_and_never_reads_as_a_verdict(rig, monkeypatch):
    def broken(_folder):
        raise KeyError("a defect")

    monkeypatch.setattr("rig.cli.record_command.show_command", broken)
    done = rig("record", "show", ".")
    assert done.code == 70
    assert "says nothing about the pump" in done.err
    assert "Traceback" not in done.err
    assert "Traceback" in rig("--log", "debug", "record", "show", ".").err


def test_a_missing_extra_names_the_command_that_installs_it(rig, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    done = rig("demo")
    assert done.code == 2
    assert "pip install 'doseproof[sim]'" in done.err


def test_a_reader_that_goes_away_is_no_fail(sealed):
    command = [sys.executable, "-c", "from rig.cli import main; main()", "verify", str(sealed), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        assert process.wait(60) in {0, 141}
        assert b"Traceback" not in process.stderr.read()


def test_help_is_there_at_once_and_loads_nothing_heavy():
    heavy = "{'numpy', 'pint', 'pyarrow', 'matplotlib', 'scipy', 'pydantic', 'GTC'}"
    code = f"import sys, rig.cli.app\nrig.cli.app.run_app(['--help'])\nprint({heavy} & set(sys.modules) or 'light')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("light")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows breaks pipes in another way")
@pytest.mark.parametrize("command", [("record", "show"), ("verify",)])
def test_a_reader_that_goes_away_is_no_failed_pump(start_program, sealed, command):
    ours, theirs = os.pipe()
    os.close(ours)
    process = start_program(*command, sealed, stdout=theirs, stderr=subprocess.PIPE)
    os.close(theirs)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 141
    assert b"Traceback" not in said


@pytest.mark.skipif(sys.platform == "win32", reason="Windows breaks pipes in another way")
def test_a_run_outlives_the_reader_of_its_log(rig, start_program, short, simulated):
    ours, theirs = os.pipe()
    os.close(ours)
    process = start_program(
        "run", short, "--bench", simulated, "--out", "records", stdout=subprocess.DEVNULL, stderr=theirs
    )
    os.close(theirs)
    assert process.wait(30) == 0
    assert rig("verify", "records").code == 0
