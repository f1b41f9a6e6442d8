"""The path without gRPC: the unmodified nidaqmx package on a C library that stands in for NI's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.missing import missing

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
entries = wire.drain()
calls = [entry[3].decode() for entry in entries]

# the same calls on a tape; the library is not asked again, and says that the device is gone if it is
marked = [(t_s, way, data) for t_s, _, way, data in entries]
import numpy as np
from drivers.replay_tape import Tape
recorded = lambda: {"t_s": np.arange(len(values)), "p_v": np.array(values)}
with Tape("Dev1", [*marked, (marked[-1][0], "=", b"all")], recorded) as tape:
    tape.begin_call()
    again = open_nidaqmx(tape.address, clock=tape.clock, wire=WireLog(), options=options)
    again.prepare()
    replayed = [row[1] for _ in range(2) for row in again.drain()]
    try:
        again.drain()
    except LinkLost as lost:
        replayed.append(str(lost))
    tape.end_call()
    again.close()
print(json.dumps([str(daq.identity), daq.identity.simulated, values, text, calls, replayed]))
"""


@pytest.fixture
def library(tmp_path):
    compiler = shutil.which("gcc")
    if compiler is None or not sys.platform.startswith("linux"):
        missing("gcc on Linux is missing; run: apt-get install gcc libc6-dev")
    made = tmp_path / "libnidaqmx.so"
    source = Path(__file__).parent / "local_daqmx.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(made), str(source)], check=True)
    return made


@pytest.fixture
def told(library):
    """What the script printed."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(library)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    names = ("identity", "simulated", "values", "text", "calls", "replayed")
    return dict(zip(names, json.loads(done.stdout), strict=True))


def test_the_local_library_gives_samples_and_its_own_errors(told):
    assert told["identity"] == "National Instruments NI 9218, serial number 01A2B3C4, firmware NI-DAQmx 24.0.0"
    assert not told["simulated"]
    assert told["values"] == pytest.approx([1e-3 * n for n in range(10)])
    assert "-201003" in told["text"]


def test_the_wire_log_has_the_calls_with_arguments_and_answers(told):
    calls = told["calls"]
    clock = 'sample clock [10.0, {"sample_mode": "CONTINUOUS", "samps_per_chan": 1000}]'
    assert calls[calls.index(clock) + 1 : calls.index(clock) + 4] == ["null", "granted rate []", "10.0"]
    assert next(call for call in calls if call.startswith("channel p")).count('"high": 10.0') == 1
    assert [call.partition(" {")[0] for call in calls[-4:]] == ["samples there []", "samples there", "clear []", "null"]


def test_on_a_tape_it_gives_the_same_samples_and_errors_without_the_library(told):
    assert told["replayed"] == [*told["values"], told["text"]]
