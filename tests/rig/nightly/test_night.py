"""A night from its plan to its page, with the real commands; and what happens when the machine ends in it."""

import json
import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import UTC, datetime

import pytest

from drivers.clock import WallClock
from rig.cli.app import run_app
from rig.nightly.hook import call_hook
from rig.nightly.journal import Journal
from rig.nightly.programs import TOO_LONG, Programs
from rig.record.check import check_record
from tests.rig.nightly.conftest import ONE, PLAN


@pytest.fixture
def night(project, monkeypatch):
    """Runs ``rig nightly`` in the project; gives its exit code and its newest night."""
    monkeypatch.chdir(project)

    def call(path, *more):
        code = run_app(["nightly", str(path), "--operator", "M. Keller", *more])
        folder = max((project / "records" / "nights").iterdir())
        return code, folder, json.loads((folder / "night.json").read_bytes())

    return call


def _suite(folder):
    return ET.fromstring((folder / "night.xml").read_bytes()).find("testsuite")  # noqa: S314 - our own file


def test_a_night_in_which_all_passes(night, plan_file, capfd):
    code, folder, said = night(plan_file())
    assert code == 0
    assert [(one["what"], one["verdict"]) for one in said["items"]] == [
        ("protocols/quick.toml", "pass"),
        ("protocols/short.toml", "pass"),
    ]
    assert "All passed" in (folder / "night.html").read_text(encoding="utf-8")
    assert "not device evidence" in (folder / "night.html").read_text(encoding="utf-8")
    assert _suite(folder).get("tests") == "2"
    assert "All passed." in capfd.readouterr().out


def test_the_hook_gets_the_page_and_the_verdict(tmp_path):
    told = tmp_path / "told.txt"
    script = f"import os, sys; open({str(told)!r}, 'w').write(os.environ['DOSEPROOF_NIGHT_VERDICT'] + sys.argv[1])"
    assert call_hook([sys.executable, "-c", script], tmp_path / "night.html", "fail", tmp_path) == ""
    assert told.read_text() == f"fail{tmp_path / 'night.html'}"


@pytest.mark.parametrize("command", [["/no/such/hook"], [sys.executable, "-c", "raise SystemExit(3)"]])
def test_a_hook_that_fails_is_told_and_changes_nothing(tmp_path, command):
    assert call_hook(command, tmp_path / "night.html", "pass", tmp_path).startswith(f"notify: {command[0]}")


def test_a_refused_bench_spoils_the_night_and_nothing_is_run(night, plan_file, project):
    bench = project / "benches" / "simulated.toml"
    bench.write_text(bench.read_text().replace("SIM-BAL-0001", "SIM-BAL-0002", 1), encoding="utf-8")
    code, folder, said = night(plan_file())
    assert code == 4
    assert {one["verdict"] for one in said["items"]} == {"invalid"}
    assert "SIM-BAL-0001" in said["items"][0]["reasons"][1]
    assert not list(folder.glob("0[12]-*"))


def test_outside_of_its_window_nothing_begins(night, plan_file):
    hour = WallClock().utc().astimezone().hour
    begin, end = (hour + 2) % 24, (hour + 3) % 24
    window = f'\n[window]\nstart = "{begin:02d}:00"\nend = "{end:02d}:00"\n'
    code, _, said = night(plan_file(PLAN + window))
    assert (code, {one["verdict"] for one in said["items"]}) == (3, {"blocked"})


def test_a_full_disk_lets_nothing_begin(night, plan_file):
    code, _, said = night(plan_file(PLAN.replace("bench =", 'disk_floor = "9000 TB"\nbench =', 1)))
    assert (code, said["items"][0]["verdict"]) == (3, "blocked")
    assert "expected 9e+06 GB free" in said["items"][0]["reasons"][0]


def test_a_bench_that_never_qualified_is_refused(night, plan_file):
    code, _, said = night(plan_file(PLAN.replace("bench =", "qualified = true\nbench =", 1)))
    assert code == 4
    assert "found none in" in said["items"][0]["reasons"][1]


def test_the_second_night_is_held_against_the_first(night, plan_file):
    night(plan_file(ONE))
    _, _, said = night(plan_file(ONE))
    (first, *_) = said["trends"]
    assert first["name"] == "mean_flow_error"
    assert first["values"][0] == pytest.approx(first["values"][1])
    assert abs(first["step"]) < 1.0


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is POSIX")
def test_after_a_power_cut_the_night_goes_on_with_the_next_item(night, plan_file, project):
    """The item that was running is not run again; its record is sealed with what was saved of it."""
    path = plan_file()
    command = [sys.executable, "-c", "from rig.cli import main; main()", "nightly", str(path)]
    child = subprocess.Popen(command, cwd=project, start_new_session=True, stderr=subprocess.DEVNULL)
    nights = project / "records" / "nights"
    clock = WallClock()
    assert clock.wait(clock.now() + 60.0, lambda: bool(list(nights.glob("*/01-quick/*/start.json"))))
    os.killpg(child.pid, signal.SIGKILL)
    child.wait()

    code, folder, said = night(path, "--resume")
    first, second = said["items"]
    assert (said["resumed"], first["interrupted"], second["verdict"]) == (1, True, "pass")
    assert first["verdict"] != "pass"
    assert code == {"inconclusive": 3, "fail": 1, "invalid": 4, "unusable": 2}[first["verdict"]]
    (record,) = (path.parent for path in folder.glob("01-quick/*/start.json"))
    assert check_record(record).later.startswith("interrupted (the night was cut short in it); sealed later by ")
    assert json.loads((record / "result.json").read_bytes())["verdict"]["outcome"] == first["verdict"]


def test_without_a_night_that_was_cut_short_there_is_nothing_to_resume(plan_file, project, monkeypatch, capsys):
    monkeypatch.chdir(project)
    assert run_app(["nightly", str(plan_file()), "--resume"]) == 0
    assert "nothing to do" in capsys.readouterr().err
    assert not list((project / "records" / "nights").iterdir())


def test_a_changed_plan_begins_a_new_night_and_closes_the_old_one(night, plan_file, project):
    old = Journal.create(project / "records" / "nights" / "pumps-2026-03-01T20-00-00Z")
    old.write("began", datetime(2026, 3, 1, 20, tzinfo=UTC), plan_sha256="of another plan")
    _, folder, said = night(plan_file(ONE))
    assert (folder != old.folder, said["resumed"]) == (True, 0)
    assert Journal.open(old.folder).of("ended")[0]["given_up"] == "the plan was changed"


def test_what_takes_too_long_is_stopped_and_the_night_goes_on(night, plan_file, project):
    """Ten seconds for a run of minutes; it is ended as by Ctrl-C, and its record is sealed."""
    demo = project / "protocols" / "demo.toml"
    demo.write_text(demo.read_text().replace('analysis = "24 h"', 'analysis = "720 h"'), encoding="utf-8")
    slow = PLAN.replace('protocols/quick.toml"', 'protocols/demo.toml"\nat_most = "10 s"')
    code, folder, said = night(plan_file(slow))
    first, second = said["items"]
    assert (code, first["verdict"], second["verdict"]) == (3, "inconclusive", "pass")
    assert first["reasons"][0] == "it took longer than at_most, and was stopped"
    assert list(folder.glob("01-demo/*/manifest.json"))


@pytest.fixture
def killed_in_it(monkeypatch):
    """Kills each run soon after its start: Ctrl-C does not help in time."""
    run = Programs.run

    def killed(self, command, log, at_most_s, home):
        if "run" not in command:
            return run(self, command, log, at_most_s, home)
        child = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        clock = WallClock()
        assert clock.wait(clock.now() + 60.0, lambda: bool(list(log.parent.glob("*/start.json"))))
        child.kill()
        child.wait()
        return TOO_LONG

    monkeypatch.setattr(Programs, "run", killed)


@pytest.mark.usefixtures("killed_in_it")
def test_a_process_that_is_killed_leaves_a_record_that_is_sealed(night, plan_file):
    code, folder, said = night(plan_file(ONE))
    (record,) = (path.parent for path in folder.glob("01-quick/*/manifest.json"))
    assert (code, said["items"][0]["verdict"]) == (3, "inconclusive")
    assert "had to be killed); sealed later by M. Keller" in check_record(record).later


@pytest.mark.usefixtures("killed_in_it")
def test_that_the_store_did_not_take_it_is_told_as_that(night, plan_file, tmp_path, monkeypatch):
    (tmp_path / "lab.sqlite").write_text("no database")
    monkeypatch.setenv("DOSEPROOF_STORE", str(tmp_path / "lab.sqlite"))
    _, folder, said = night(plan_file(ONE))
    (record,) = (path.parent for path in folder.glob("01-quick/*/manifest.json"))
    assert f"{record.name} was sealed, but is not in the store (2)" in "".join(said["items"][0]["reasons"])


def test_a_pump_that_gives_too_much_fails_the_night(night, plan_file, project):
    bench = project / "benches" / "simulated.toml"
    bench.write_text(bench.read_text().replace("seed = 1", "seed = 1\ngain = 1.3", 1), encoding="utf-8")
    code, folder, said = night(plan_file(ONE))
    assert (code, said["verdict"]) == (1, "fail")
    assert _suite(folder).get("failures") == "1"
