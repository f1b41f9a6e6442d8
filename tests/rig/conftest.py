"""A station in a folder: bench and protocol files of the simulated world, with what a test wants changed."""

import glob
import os
import shutil
import socket
import subprocess
import tempfile
import tomllib
import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from calibration.book import Book
from calibration.record_write import record_text
from rig.bench import load_bench
from rig.record import RecordWriter
from rig.record.seal import seal_streams, write_manifest
from rig.store.store import Store
from tests.missing import missing, need_emulator

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


#: Options of a world in which nothing is left but the white noise that the calibration record states.
STILL = """
drift_walk_mg = 0.0
slow_noise = "0 g"
evaporation_modulation = 0.0
temperature_wave = "0 K"
humidity_wave = "0 %"
"""


#: Tables of a noise record of the simulated balance, for its book.
NOISE = {
    "kind": "noise",
    "method": "declared: what is left of the simulated balance where nothing flows",
    "performed_by": "the simulated bench",
    "performed_on": date(2026, 1, 1),
    "valid_until": date(2099, 12, 31),
    "instrument": {"manufacturer": "Mettler-Toledo", "model": "XPR205", "serial_number": "SIM-BAL-0001"},
    "surroundings": {"temperature": "22 degC", "pressure": "1013.25 hPa", "humidity": "45 %"},
    "noise": {
        "reading": "0.02 mg",
        "lag_one": 0.0,
        "interval": "1 s",
        "slow_white": "0 mg",
        "flicker": "0 mg",
        "walk": "0 mg",
        "degrees_of_freedom": 50.0,
        "length": "40 h",
        "readings": 144_000,
        "load": "53 g",
        "load_volume": "53 mL",
        "needle_outer_diameter": "1.6 mm",
        "record_digest": "0" * 64,
    },
}


def program(*segments):
    """Segments of a program as TOML, each given as a dict of its keys."""
    tables = ("".join(f'{key} = "{value}"\n' for key, value in one.items()) for one in segments)
    return "".join(f"[[program.segments]]\n{table}" for table in tables)


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

    def bench_with_noise(self, options=STILL, **noise):
        """A bench whose balance has a noise record in a book beside it."""
        book = self.folder / "calibration"
        if not book.exists():
            shutil.copytree(BENCHES / "calibration", book)
            Book(book).append(NOISE | {"noise": NOISE["noise"] | noise}, today=date(2026, 1, 1))
        path = self.bench(options)
        named = f'noise = "{book}/SIM-BAL-0001/noise"\n[witness.vessel]'
        path.write_text(path.read_text().replace("[witness.vessel]", named))
        return path


@pytest.fixture
def station(tmp_path):
    return Station(tmp_path)


@pytest.fixture
def bench_with(tmp_path):
    """The simulated bench with a supply, and with some options of its world."""

    def make(options):
        table = tomllib.loads((BENCHES / "simulated_supply.toml").read_text(encoding="utf-8"))
        table["world_options"] |= options
        for part in (*table["witness"], table["environment"]):
            part["calibration"] = str(BENCHES / part["calibration"])
        path = tmp_path / "bench_with.toml"
        path.write_text(record_text(table), encoding="utf-8")
        return load_bench(path)

    return make


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
    need_emulator()


@pytest.fixture(scope="session")
def postgresql(free_port):
    """URL of a PostgreSQL server of our own on the loopback; a missing one fails in CI and skips elsewhere."""
    programs = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]  # noqa: PTH207
    if programs[-1] is None:
        missing("PostgreSQL is missing; run: apt-get install postgresql")
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


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """A store without content, to be copied: migrating each time would take longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    Store.open(path).close()
    return path


@pytest.fixture(scope="session")
def create_database(postgresql):
    """Makes a database with an empty store on the server; the answer is its URL."""

    def create(template):
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(f"{postgresql.replace('+psycopg', '')}/postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return f"{postgresql}/{name}"

    migrated = create("template0")
    Store.open(migrated).close()
    return lambda: create(migrated.rpartition("/")[2])


@pytest.fixture(params=["sqlite", "postgresql"])
def where(request, tmp_path):
    """An empty store of each kind: what ``Store.open`` is given."""
    if request.param == "postgresql":
        return request.getfixturevalue("create_database")()
    return str(shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "store.sqlite"))


class SetClock:
    """A clock that a test sets."""

    def __init__(self):
        self.time = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)

    def utc(self):
        return self.time

    def pass_time(self, **span):
        self.time += timedelta(**span)


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def store(where, clock, tmp_path):
    """An open store, on SQLite and on PostgreSQL: every test that asks for one runs on both."""
    with Store.open(where, clock=clock, key=tmp_path / "store.key") as opened:
        yield opened


@pytest.fixture
def made_record(tmp_path):
    """Seals a record by hand, of a device that never was: what only such evidence can show."""

    def make(name, *, outcome="pass", error=1.0, blocks=(), seal=True, end=None, **start):
        said = {"schema": 1, "run": f"run-{name}", "protocol": "P-1", "bench": "station", "evidence_class": "device"}
        said |= {"identities": {"device": {"serial_number": "SN-1", "model": "X"}}, "started_utc": f"2026-{name}"}
        said |= {"operator": ""}
        inputs = {
            "protocol.toml": b'title = "T"\nrequirements = ["REQ-1"]\nhazards = ["HAZ-1"]\n',
            "calibration/balance.toml": b'kind = "balance"\nvalid_until = 2027-01-01\n',
        }
        writer = RecordWriter(tmp_path / "records" / name, start=said | start, inputs=inputs, channels={})
        writer.event(0.0, "phase", name="delivery")
        writer.close()
        finding = {
            "name": "mean_flow_error",
            "verdict": outcome,
            "statement": "s",
            "value": error,
            "U": 0.5,
            "unit": "%",
        }
        verdict = {"outcome": outcome, "reasons": [], "release_blocks": [*blocks]}
        if seal:
            result = {"verdict": verdict, "findings": [finding | {"limits": [-5.0, 5.0], "nu": None, "k": 2.0}]}
            write_manifest(writer.folder, seal_streams(writer.folder), result, end or {"kind": "completed"})
        return writer.folder

    return make
