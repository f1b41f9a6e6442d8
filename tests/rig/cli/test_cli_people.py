"""People at the terminal: prompts, Ctrl-C, and a demo that can be run twice."""

import io
import os
import shutil
import signal
import sys
import time

import pytest

from rig import events
from rig.cli.interrupt import aborts
from rig.control import Control
from rig.events import Event

PROMPT = '[[prompts]]\nat = "delivery"\ntext = "Is the needle under water?"\n\n[intervals]'


@pytest.fixture
def asking(short, tmp_path):
    path = tmp_path / "asking.toml"
    path.write_text(short.read_text().replace("[intervals]", PROMPT))
    return path


def test_without_a_terminal_a_prompt_is_refused_before_the_start(rig, asking, simulated, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    done = rig("run", asking, "--bench", simulated, "--out", "records")
    assert done.code == 2
    assert "--yes" in done.err
    assert "Is the needle under water?" in done.err
    assert not (tmp_path / "records").exists()


def test_unattended_answers_are_recorded_as_given_by_nobody(rig, asking, simulated):
    done = rig("run", asking, "--bench", simulated, "--out", "records", "--yes")
    assert done.code == 0
    assert "asked: Is the needle under water?" in done.err
    assert "answered by nobody (unattended run): yes" in rig("record", "show", "records").out


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal needs POSIX")
@pytest.mark.parametrize(("answer", "code"), [(b"yes\n", 0), (b"no\n", 3)])
def test_an_answer_at_the_terminal_goes_on_or_ends_the_run(start_program, asking, simulated, answer, code):
    ours, theirs = os.openpty()
    process = start_program(
        "run", asking, "--bench", simulated, "--operator", "A. Weber", stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said = read_until(ours, b"press Enter")
    os.write(ours, answer)
    said += read_until(ours, b"Check it:")
    assert process.wait(30) == code
    assert b"answered by A. Weber" in said
    os.close(ours)


def read_until(descriptor, mark):
    said = b""
    while mark not in said:
        said += os.read(descriptor, 65536)  # ends with an OSError when the program is gone
    return said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_by_hand_stops_the_pump_and_seals_even_if_impatient(rig, start_program, simulated, tmp_path, number):
    long = tmp_path / "long.toml"
    demo = simulated.parent / "protocols" / "demo.toml"
    long.write_text(demo.read_text().replace('analysis = "24 h"', 'analysis = "960 h"'))
    with (tmp_path / "err").open("wb") as err:
        process = start_program("run", long, "--bench", simulated, "--out", "records", stdout=err, stderr=err)
        wait_for(tmp_path / "err", "delivery begins")
        process.send_signal(number)
        wait_for(tmp_path / "err", "stopping")
        process.send_signal(number)
        assert process.wait(30) == 3
    said = (tmp_path / "err").read_text()
    assert "the run ended early (aborted)" in said
    assert "the run ended before the analysis" in said
    assert "not determined" in said
    assert rig("verify", "records").code == 3


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGHUP")
def test_a_closed_terminal_ends_the_run_in_order(rig, start_program, asking, simulated, tmp_path):
    ours, theirs = os.openpty()
    process = start_program(
        "run", asking, "--bench", simulated, "--out", "records", stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    read_until(ours, b"press Enter")
    process.send_signal(signal.SIGHUP)
    os.close(ours)
    assert process.wait(30) == 3
    assert "aborted" in rig("record", "show", "records").out
    assert rig("verify", "records").code == 3


def test_after_the_end_of_a_run_ctrl_c_stops_nothing(capfd):
    control = Control()
    with aborts(control) as ended:
        ended(Event(0.0, events.ENDED))
        signal.raise_signal(signal.SIGINT)
    assert not control.aborted
    assert "the run has ended" in capfd.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGHUP")
def test_a_run_under_nohup_stays_deaf_to_a_closed_terminal():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with aborts(Control()):
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def wait_for(path, text):
    patience = 300
    while text not in path.read_text() and patience:
        patience -= 1
        time.sleep(0.1)  # noqa: TID251 - another process is waited for, in its own time
    assert patience, path.read_text()


@pytest.mark.slow
def test_the_demo_is_a_day_of_analysis_that_passes(rig):
    done = rig("demo")
    assert done.code == 0
    assert "analysis 24 h" in done.out
    assert "error in any 15 min *" in done.out


def test_the_demo_can_be_run_twice(rig, simulated, short, tmp_path, monkeypatch):
    benches = shutil.copytree(simulated.parent, tmp_path / "benches")
    shutil.copyfile(short, benches / "protocols" / "demo.toml")  # quicker
    monkeypatch.setattr("rig.cli.run_command.packaged_benches", lambda: benches)
    assert [rig("demo").code, rig("demo").code] == [0, 0]
    assert len([*(tmp_path / "doseproof-demo").glob("*/manifest.json")]) == 2
    assert len([*(tmp_path / "doseproof-demo").glob("*-pictures/*.svg")]) == 4
