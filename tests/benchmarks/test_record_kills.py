"""Recording processes that are killed at random moments leave records that are whole up to the last moments."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("record_kills.py")


def kill(count):
    return subprocess.run([sys.executable, str(SCRIPT), str(count)], capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_twenty_kills_lose_next_to_nothing():
    done = kill(20)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "20 kills" in done.stdout
    assert ": 0 wrong" in done.stdout


@pytest.mark.nightly
@pytest.mark.timeout(3600)
def test_a_thousand_kills_lose_next_to_nothing():
    done = kill(1000)
    assert done.returncode == 0, done.stdout + done.stderr
