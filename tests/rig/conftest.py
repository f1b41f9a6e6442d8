"""A station in a folder: bench and protocol files of the simulated world, with what a test wants changed."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from pathlib import Path

import psycopg
import pytest

from fixtures.emulator.build import emulator_missing
from fixtures.emulator.errors import INSTALL

BENCHES = Path(__file__).parents[2] / "fixtures" / "benches"

PROTOCOL = """
schema = 1
id = "SPINE"
for_release = {for_release}
[program]
drug = "baclofen"
concentration = "2000 ug/mL"
reservoir = "20 mL"
[[program.segments]]
kind = "continuous"
flow = "{flow}"
[timing]
{legs}
settle = "2 min"
stabilization = "{stabilization}"
analysis = "{analysis}"
sample_interval = "{sample_interval}"
[findings.mean_flow_error]
limit = "14.5 %"
[findings.claim_agreement]
limit = "14.5 %"
{more}
"""

BENCH = """
schema = 1
name = "station"
world = "simulated"
[world_options]
line_time_constant = "2 s"
{options}
[device]
driver = "mock-pump"
address = "sim://simulated/pump"
model = "DP-MP1"
serial_number = "SIM-MP-0001"
cycle_volume = "6.25 uL"
min_rate = "2 uL/h"
max_rate = "1000 uL/h"
[[witness]]
name = "balance"
node = "tip"
driver = "mt-sics"
address = "sim://simulated/balance"
model = "XPR205"
serial_number = "{balance}"
calibration = "{calibration}"
[witness.vessel]
inner_diameter = "30 mm"
needle_outer_diameter = "1.6 mm"
load_volume = "53 mL"
[environment]
{environment}
"""

SENSORS = """
driver = "ptu300"
address = "sim://simulated/environment"
model = "PTU300"
serial_number = "SIM-ENV-0001"
calibration = "{folder}/calibration/SIM-ENV-0001.toml"
"""


class Station:
    """Writes bench and protocol files; every argument has a default that makes a sound run of two hours."""

    def __init__(self, folder):
        self.folder = folder

    def protocol(
        self,
        *,
        flow="0.15 mL/day",
        leg="1 h",
        stabilization="1 h",
        analysis="2 h",
        sample_interval="15 min",
        for_release="false",
        more="",
    ):
        legs = f'evaporation_before = "{leg}"\nevaporation_after = "{leg}"' if leg else ""
        path = self.folder / "protocol.toml"
        path.write_text(PROTOCOL.format(**{k: v for k, v in locals().items() if k not in {"self", "path"}}))
        return path

    def bench(self, options="", *, balance="SIM-BAL-0001", calibration=None, environment=None):
        calibration = calibration or f"{BENCHES}/calibration/SIM-BAL-0001.toml"
        environment = SENSORS.format(folder=BENCHES) if environment is None else environment
        path = self.folder / "bench.toml"
        path.write_text(
            BENCH.format(options=options, balance=balance, calibration=calibration, environment=environment)
        )
        return path


@pytest.fixture
def station(tmp_path):
    return Station(tmp_path)


@pytest.fixture(scope="session")
def station_in():
    """Makes a station in any folder, for tests that need one for longer than a test."""
    return Station


@pytest.fixture(scope="session")
def free_port():
    """Gives a TCP port that nobody has, as text."""

    def found():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return str(probe.getsockname()[1])

    return found


@pytest.fixture
def emulator():
    """The tools of the emulated firmware; missing ones fail in CI and skip elsewhere, with what to install."""
    if lost := emulator_missing():
        text = f"the emulated pump needs {', '.join(lost)}; run: {INSTALL}"
        pytest.fail(text) if os.environ.get("CI") == "true" else pytest.skip(text)


@pytest.fixture(scope="session")
def postgresql(free_port):
    """URL of a PostgreSQL server of our own on the loopback; a missing one fails in CI and skips elsewhere."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]  # noqa: PTH207
    if programs[-1] is None:
        text = "PostgreSQL is missing; run: apt-get install postgresql"
        pytest.fail(text) if os.environ.get("CI") == "true" else pytest.skip(text)
    bin_folder, folder, port = Path(programs[-1]).parent, tempfile.mkdtemp(prefix="doseproof-pg-"), free_port()
    who = {"user": "postgres"} if os.getuid() == 0 else {}  # it refuses to be root
    if who:
        shutil.chown(folder, "postgres")

    def call(program, *arguments):
        done = subprocess.run(
            [bin_folder / program, *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **who,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    call("initdb", "-D", f"{folder}/data", "-U", "rig", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    call("pg_ctl", "-D", f"{folder}/data", "-o", options, "-l", f"{folder}/log", "-w", "start")
    yield f"postgresql+psycopg://rig@127.0.0.1:{port}"
    call("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path):
    """An empty database of each kind: what ``Store.open`` is given."""
    if request.param == "sqlite":
        return str(tmp_path / "store.sqlite")
    server = request.getfixturevalue("postgresql")
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(f"{server.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy")
    return f"{server}/{name}"
