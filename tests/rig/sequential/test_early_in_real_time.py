"""Looks while time does not stand still: a bench on pseudo-terminals and TCP, and a look that takes its time."""

import re
import shutil
import sys
import threading
from pathlib import Path

import pytest

from drivers.clock import WallClock
from fixtures.simulated.serving import served
from rig.execute.looking import POLL_S, Looking
from rig.record import Record
from rig.runner import run
from rig.verify_record import recomputed

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
LOOKS = """
[findings.mean_flow_error.sequential]
required = "22.5 s"
every = "22.5 s"
"""


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX; use TCP only on Windows")
def test_a_run_in_real_time_ends_early_and_verifies(tmp_path, looks_of):
    shutil.copytree(BENCHES / "calibration", tmp_path / "calibration")
    protocol = (BENCHES / "protocols" / "quick.toml").read_text().replace('analysis = "45 s"', 'analysis = "135 s"')
    (tmp_path / "early.toml").write_text(protocol + LOOKS)
    with served("--pty", str(tmp_path / "ports"), "--tcp", "127.0.0.1", "--set", "line_time_constant=2 s") as there:
        text = (BENCHES / "realtime.toml").read_text()
        for name, at in (
            ("pump", there["pump"][0]),
            ("balance", there["balance"][1]),
            ("environment", there["environment"][0]),
        ):
            text = re.sub(rf'address = ".*/{name}"', f'address = "{at}"', text)
        (tmp_path / "bench.toml").write_text(text)
        outcome = run(tmp_path / "early.toml", tmp_path / "bench.toml", tmp_path / "run")
    record = Record.open(outcome.folder)
    assert looks_of(record)[-1]["stops"]
    assert recomputed(record).differences == ()
    assert outcome.assessment.verdict.outcome == "pass"


class Slow:
    """Looks that are there when a test lets them."""

    due_s, planned = [1.0], {}

    def __init__(self):
        self.prepared_on, self.let = None, threading.Event()

    def prepare(self):
        self.prepared_on = threading.current_thread()

    def __call__(self, number, now_s):
        self.let.wait(10.0)
        return {"number": number, "now_s": now_s, "thread": threading.current_thread()}


def test_the_loop_goes_on_while_a_look_is_made():
    slow, found = Slow(), []
    looking = Looking(slow, WallClock(), found.append, waits=False)
    task = looking.task(0, wanted=lambda: True)
    assert [task(5.0), task(6.0), found] == [5.0 + POLL_S, 6.0 + POLL_S, []]
    slow.let.set()
    looking._worker.shutdown(wait=True)
    assert task(7.0) is None
    assert found[0]["thread"] is not slow.prepared_on is threading.current_thread()


def test_a_look_that_nobody_wants_any_more_is_dropped():
    slow, found = Slow(), []
    looking = Looking(slow, WallClock(), found.append, waits=True)
    assert looking.task(0, wanted=lambda: False)(5.0) is None
    assert (found, slow.prepared_on) == ([], None)
