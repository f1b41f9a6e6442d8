"""Records to hand over: a sealed one, one that was killed, and one that holds what formats find hard."""

import math
from pathlib import Path

import pytest

from drivers.interfaces import Column
from rig.export import export
from rig.export.contents import columns_of
from rig.record import Record, RecordWriter
from rig.record.seal import seal_streams, write_manifest

SHELF = Path(__file__).parents[2] / "shelf" / "emulated-firmware-15min"
#: 17 digits, the smallest and the largest, a negative zero, what an instrument did not say.
HARD = (0.1 + 0.2, 1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 123456789.12345679, math.nan, math.inf)
TEXTS = ("ok", "", 'a "quoted", text', "two\nlines", "return\rhere", "µL/h × 5 ≤ °C", "bell\x07", "_x0041_")
#: What a spreadsheet would work out, if it took it for a formula.
FORMULAE = ("=1+1", "@SUM(1)", "+1-1", " -1+1", "'=1", '"=1"', "=", "-")
COUNTS = (0, -1, 2**53, 2**53 + 1, -(2**63), 2**63 - 1, 7, 8)
HEX = ("", "00", "0a0d", "ff", "2c", "22", "1a", "7e")
COLUMNS = (
    Column("mass_g", "float64", "g", "hard to write"),
    Column("raw", "int64", "", "counts"),
    Column("stable", "bool", "", "yes or no"),
    Column("status", "text", "", "words"),
    Column("data", "bytes", "", "the bytes"),
)
START = {
    "protocol": "HARD",
    "bench": "none",
    "operator": "",
    "evidence_class": "surrogate",
    "started_utc": "2026-03-01T10:00:00+00:00",
    "started_s": 0.0,
    "identities": {"device": {"model": "P", "serial_number": "7"}},
    "software": {"doseproof": "0"},
}


def finding(name, verdict):
    numbers = {"value": 0.1 + 0.2, "u": 0.1, "U": 0.2, "k": 2.0, "nu": None, "unit": "%", "limits": [None, 14.5]}
    return {"name": name, "verdict": verdict, "statement": "said\x07", "rule": "simple", "facts": {}, **numbers}


def result(outcome="pass", *findings):
    verdict = {"outcome": outcome, "reasons": ["because"], "release_blocks": []}
    return {"verdict": verdict, "findings": [finding(*one) for one in findings or [("mean_flow_error", "pass")]]}


@pytest.fixture
def hard(tmp_path):
    """Writes a record with hard values, sealed with a result."""

    def make(sealed_as=None, texts=TEXTS, operator=""):
        folder = tmp_path / "hard"
        columns = {"balance": COLUMNS, "silent": COLUMNS}
        start = {**START, "operator": operator}
        writer = RecordWriter(folder, start=start, inputs={"protocol.toml": b""}, channels=columns)
        data = map(bytes.fromhex, HEX)
        stable = (True, False) * 4
        rows = zip(map(float, range(8)), HARD, COUNTS, stable, texts, data, strict=True)
        writer.rows("balance").extend(rows)
        writer.close()
        write_manifest(folder, seal_streams(folder), sealed_as or result(), {"kind": "completed", "cause": ""})
        return Record.open(folder)

    return make


@pytest.fixture
def cut_short(tmp_path):
    """The shelf's record as a kill would have left it, with a byte of the balance's stream flipped near its end."""
    import pyarrow.parquet as pq

    folder = tmp_path / "cut-short"
    source = Record.open(SHELF)
    names = [name for name in source.channels() if name not in {"wire", "events"}]
    tables = {name: pq.read_table(SHELF / "streams" / f"{name}.parquet") for name in source.channels()}
    inputs = {p.relative_to(SHELF / "inputs").as_posix(): p.read_bytes() for p in (SHELF / "inputs").rglob("*.toml")}
    channels = {name: columns_of(tables[name].schema)[1:] for name in names}
    writer = RecordWriter(folder, start=source.start, inputs=inputs, channels=channels)
    for begin in range(0, 900, 100):
        for name in (*names, "events"):
            rows = tables[name].slice(begin, 100).to_pylist()
            writer._rows.setdefault(name, []).extend(tuple(row.values()) for row in rows)
        writer.flush()
    writer.close()
    path = folder / "streams" / "balance.arrows"
    data = bytearray(path.read_bytes())
    data[int(len(data) * 0.8)] ^= 1
    path.write_bytes(data)
    return Record.open(folder)


@pytest.fixture
def exported(tmp_path):
    """Exports a record in one format: the folder."""

    def make(record, kind, **how):
        return export(record, [kind], tmp_path / "handed" / kind, **how).folder

    return make
