"""One protocol, three benches: in process (test_spine), in real time over pty and TCP, and the real firmware."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from drivers.interfaces import SIMULATED_SERIAL_PREFIX
from fixtures.simulated.serving import served
from rig.record import Record
from rig.runner import run

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"
PROTOCOLS = BENCHES / "protocols"


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are POSIX; use TCP only on Windows")
def test_the_verdict_over_pty_and_tcp_in_real_time(tmp_path):
    """Pump and sensors on pseudo-terminals, balance on TCP: two minutes on the wall clock."""
    shutil.copytree(BENCHES / "calibration", tmp_path / "calibration")
    with served("--pty", str(tmp_path / "ports"), "--tcp", "127.0.0.1", "--set", "line_time_constant=2 s") as there:
        (pump, _), (_, balance), (sensors, _) = (there[name] for name in ("pump", "balance", "environment"))
        text = (BENCHES / "realtime.toml").read_text()
        for name, address in (("pump", pump), ("balance", balance), ("environment", sensors)):
            text = re.sub(rf'address = ".*/{name}"', f'address = "{address}"', text)
        (tmp_path / "bench.toml").write_text(text)
        outcome = run(PROTOCOLS / "quick.toml", tmp_path / "bench.toml", tmp_path / "run")
    record = Record.open(outcome.folder)
    assert outcome.assessment.verdict.outcome == "pass"
    assert record.start["evidence_class"] == "simulated"
    assert record.start["time_base"]["source"] == "wall"
    assert "socket://" in text


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_verdict_with_the_real_firmware(emulator, tmp_path):
    """Fifteen simulated minutes of the unmodified firmware; a claim of every shot is there."""
    outcome = run(PROTOCOLS / "emulated_15min.toml", BENCHES / "emulated.toml", tmp_path / "run")
    record = Record.open(outcome.folder)
    assert outcome.assessment.verdict.outcome == "pass"
    assert record.start["identities"]["device"]["serial_number"].startswith(SIMULATED_SERIAL_PREFIX)
    assert record.start["identities"]["device"]["firmware"].startswith("1.1.0")
    claim = next(f for f in outcome.assessment.findings if f.name == "claim_agreement")
    assert abs(claim.value) < 0.5


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_two_hours_of_the_real_firmware(emulator, tmp_path):
    outcome = run(PROTOCOLS / "emulated_2h.toml", BENCHES / "emulated.toml", tmp_path / "run")
    assert outcome.assessment.verdict.outcome == "pass"
