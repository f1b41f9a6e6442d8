"""The path without gRPC: the unmodified nidaqmx package on a C library that stands in for NI's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

#: In a process of its own, because nidaqmx keeps the library that it has once found.
SCRIPT = """
import json, sys
import nidaqmx._lib
nidaqmx._lib.find_library = lambda name: sys.argv[1]
from drivers.clock import WallClock
from drivers.daq.nidaqmx import open_nidaqmx
from drivers.errors import LinkLost
from drivers.wire_log import WireLog
wire = WireLog()
options = {"channels": [{"name": "p", "physical": "Dev1/ai0", "kind": "voltage", "range": ["-10 V", "10 V"]}]}
with open_nidaqmx("Dev1", clock=WallClock(), wire=wire, options=options) as daq:
    daq.prepare()
    values = [row[1] for _ in range(2) for row in daq.drain()]
    try:
        daq.drain()
    except LinkLost as lost:
        text = str(lost)
calls = [entry[3].decode() for entry in wire.drain()]
print(json.dumps([str(daq.identity), daq.identity.simulated, values, text, calls]))
"""


@pytest.fixture
def library(tmp_path):
    compiler = shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        text = "gcc on Linux is missing; run: apt-get install gcc libc6-dev"
        pytest.fail(text) if os.environ.get("CI") == "true" else pytest.skip(text)
    made = tmp_path / "libnidaqmx.so"
    source = Path(__file__).parent / "local_daqmx.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(made), str(source)], check=True)
    return made


def test_the_local_library_gives_samples_and_its_own_errors(library):
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(library)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    identity, simulated, values, text, calls = json.loads(done.stdout)
    assert identity == "National Instruments NI 9218, serial number 01A2B3C4, firmware NI-DAQmx 24.0.0"
    assert not simulated
    assert values == pytest.approx([1e-3 * n for n in range(10)])
    assert "-201003" in text
    assert calls[-2:] == ["read", "samples there"]
