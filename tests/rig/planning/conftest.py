"""Plans of a station in a folder, with a balance as good or bad as a test wants it."""

from datetime import date
from pathlib import Path

import pytest

from rig.bench import calibrations_of, load_bench
from rig.noise_record import noise_of
from rig.planning import Case
from rig.protocol import load_protocol
from tests.rig.conftest import program

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
TODAY = date(2026, 3, 2)
#: A balance with which an hour at 0.15 mL/day decides nothing.
COARSE = {"repeatability": "1 mg", "resolution": "0.1 mg", "linearity_increment": "0.5 mg", "minimum_weight": "1 mg"}

BASAL = {"kind": "continuous", "flow": "0.5 mL/day"}
BOLUS = {"kind": "single_bolus", "volume": "10 uL", "duration": "5 min"}


@pytest.fixture
def benches():
    return BENCHES


@pytest.fixture
def with_boluses(station):
    """A protocol of 3.6 h with two boluses of 10 uL."""

    def write(more):
        path = station.protocol(
            flow="0.5 mL/day",
            leg="30 min",
            stabilization="36 min",
            analysis="216 min",
            sample_interval="18 min",
            more=more,
        )
        between = (BASAL | {"duration": "90 min"}, BOLUS, BASAL | {"duration": "40 min"}, BOLUS, BASAL)
        path.write_text(path.read_text().replace(program(BASAL), program(*between)))
        return path

    return write


@pytest.fixture
def case_of():
    """The case of a protocol file on a bench file."""

    def make(protocol_file, bench_file, **how):
        bench = load_bench(bench_file)
        records = calibrations_of(bench)
        return Case(load_protocol(protocol_file, bench.limits), bench, records, noise_of(bench), **how)

    return make


@pytest.fixture
def balance(tmp_path):
    """Writes the calibration record of a balance with other properties; the answer is its path."""

    def write(**properties):
        lines = (BENCHES / "calibration" / "SIM-BAL-0001.toml").read_text().splitlines()
        known = {name: f'{name} = "{value}"' for name, value in properties.items()}
        path = tmp_path / "balance.toml"
        path.write_text("\n".join(known.get(line.split(" = ")[0], line) for line in lines))
        return str(path)

    return write
