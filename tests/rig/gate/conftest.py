"""Calibration records with something wrong, and a look at what the gate says of a station."""

import copy
import datetime as dt
import tomllib
from pathlib import Path

import pytest

from calibration.book import Book
from rig.bench import calibrations_of, load_bench, open_bench
from rig.gate.door import check_gate
from rig.protocol import load_protocol
from tests.calibration.test_book import AIR

STATED = Path(__file__).parents[3] / "fixtures" / "benches" / "calibration" / "SIM-BAL-0001.toml"
WEIGHT = {
    "name": "weight 200 g, E2",
    "serial_number": "W-77",
    "certificate": "K-12345",
    "laboratory": "DAkkS D-K-00000",
    "calibrated_on": dt.date(2025, 1, 10),
    "valid_until": dt.date(2030, 1, 9),
    "value": "200.00012 g",
    "expanded": "0.10 mg",
    "entered_by": "A. Weber",
    "checked_by": "M. Klein",
}


@pytest.fixture
def record(tmp_path):
    """Writes the simulated balance's record with texts changed into others; gives its path."""

    def write(*changes):
        text = STATED.read_text()
        for old, new in changes:
            if old not in text:
                raise LookupError(old)
            text = text.replace(old, new)
        (tmp_path / "balance.toml").write_text(text)
        return tmp_path / "balance.toml"

    return write


@pytest.fixture
def sealed_record(tmp_path):
    """Files a sealed record of the simulated balance in a book; gives its path."""

    def file(**changes):
        tables = tomllib.loads(STATED.read_text())
        del tables["schema"], tables["certificate"]
        points = {
            "reading_unit": "g",
            "reference_unit": "g",
            "reading": [40.0, 120.0, 200.0],
            "reference": [40.0, 120.0, 200.0],
            "u_reference": [0.0, 5e-5, 1e-4],
            "state": ["as left"] * 3,
        }
        filled = {**copy.deepcopy(tables), "surroundings": AIR, "standards": [WEIGHT], "points": points, **changes}
        return Book(tmp_path / "book").append(filled)

    return file


@pytest.fixture
def gate_of():
    """What the gate says of a bench file, and of a protocol file on it."""

    def look(bench_file, protocol_file=None):
        bench = load_bench(bench_file)
        protocol = None if protocol_file is None else load_protocol(protocol_file, bench.limits)
        records = calibrations_of(bench)
        with open_bench(bench) as opened:
            return check_gate(opened, records, protocol)

    return look
