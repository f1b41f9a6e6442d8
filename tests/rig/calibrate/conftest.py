"""Calibrations on the simulated bench, whose plant knows what they should have found."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from calibration.book import Book
from calibration.record import CalibrationRecord, load_calibration_record
from calibration.record_write import record_text
from calibration.standards import load_standards
from rig.bench import load_bench, open_bench
from rig.calibrate.bench import Station
from rig.calibrate.kinds import load_procedure_file, make_procedure
from rig.calibrate.procedure import People
from rig.calibrate.session import CalibrationSession
from rig.protocol import parse_protocol

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
FLOW = {
    "name": "flow",
    "node": "pump outlet",
    "driver": "slf3x",
    "address": "sim://simulated/flow",
    "model": "SLF3S-0600F",
    "serial_number": "SIM-FLW-0001",
}
PACE = {
    "name": "back-pressure",
    "driver": "ge-pace",
    "address": "ASRLsim://simulated/pressure::INSTR",
    "model": "PACE5000",
    "serial_number": "SIM-PACE-0001",
}


@dataclass
class Lab:
    """A folder with a bench, a book with standards, and procedure files.

    Attributes:
        folder: of everything.
        truth: of the plant of the last calibration.
        found: every record made, by kind.
    """

    folder: Path
    truth: Any = None
    found: dict[str, CalibrationRecord] = field(default_factory=dict)

    @property
    def book(self) -> Book:
        return Book(self.folder / "book")

    def bench(self, base: str = "simulated", **options: Any) -> Path:
        """A bench file with some world options, a flow sensor and a pressure controller."""
        table = tomllib.loads((BENCHES / f"{base}.toml").read_text(encoding="utf-8"))
        table["world_options"] = table.get("world_options", {}) | options
        if base == "simulated":
            table["witness"].append(dict(FLOW))
            table["instrument"] = [dict(PACE)]
        path = self.folder / "benches" / f"{base}-lab.toml"
        path.write_text(record_text(table), encoding="utf-8")
        return path

    def procedure(self, name: str, **changes: Any) -> Path:
        table = tomllib.loads((BENCHES / "procedures" / f"{name}.toml").read_text(encoding="utf-8"))
        path = self.folder / f"{name}.toml"
        path.write_text(record_text(table | changes), encoding="utf-8")
        return path

    @contextmanager
    def session(self, procedure: Path, bench: Path):
        """A session on an open bench."""
        file = load_procedure_file(procedure)
        with open_bench(load_bench(bench)) as opened:
            self.truth = opened.world.plant.truth
            made = make_procedure(file, load_standards(self.book.folder), opened.clock.utc().date())
            yield CalibrationSession.begin(made, Station(opened), self.folder / "unfinished")

    def calibrate(self, name: str, bench: Path, **changes: Any) -> CalibrationRecord:
        """The whole way: every step, the record filed and read back."""
        with self.session(self.procedure(name, **changes), bench) as session:
            while session.view() is not None:
                for _ in session.advance():
                    pass
            tables = session.finish(People("the test"))
        record = load_calibration_record(self.book.append(tables))
        self.found[record.kind] = record
        return record


def lab_in(folder: Path) -> Lab:
    shutil.copytree(BENCHES, folder / "benches")
    (folder / "book").mkdir()
    shutil.copy(BENCHES / "calibration" / "standards.toml", folder / "book")
    return Lab(folder)


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return lab_in(tmp_path)


@pytest.fixture
def bench_with(lab):
    """The bench with the records of its load cell and flow sensor; what goes wrong later is said then."""
    return with_witnesses(lab)


def with_witnesses(lab: Lab) -> Callable[..., Any]:
    good = lab.bench()
    lab.calibrate("load_cell", good)
    lab.calibrate("flow_sensor", good)

    def make(instrument=None, **options):
        table = tomllib.loads(good.read_text())
        table["world_options"] |= options
        table["instrument"] += [instrument] if instrument else []
        table["device"]["load_cell"] = "../book/SIM-MP-0001/load-cell"
        table["witness"][1]["calibration"] = "../book/SIM-FLW-0001/flow-sensor"
        path = good.with_name("compared.toml")
        path.write_text(record_text(table))
        return load_bench(path)

    return make


@pytest.fixture
def protocol(lab):
    """An hour at 1 mL/h, at which all three can speak."""
    return hour_long(lab)


def hour_long(lab: Lab) -> Callable[..., Any]:
    text = (lab.folder / "benches/protocols/short.toml").read_text()
    for old, new in (
        ('evaporation_before = "60 s"', 'evaporation_before = "15 min"'),
        ('evaporation_after = "60 s"', 'evaporation_after = "15 min"'),
        ('analysis = "315 s"', 'analysis = "3600 s"'),
    ):
        assert old in text
        text = text.replace(old, new)
    text = text[: text.index("[findings.trumpet]")] + text[text.index("[intervals]") :]

    def make(more: str = "", analysis: str = "3600 s", *, coarse: bool = False, flow: str = "1 mL/h") -> Any:
        seldom = 'environment = "60 s"\npump = "5 s"\nwitness = "5 s"'
        said = text.replace('environment = "10 s"', seldom) if coarse else text
        said = said.replace("3600 s", analysis).replace('flow = "1 mL/h"', f'flow = "{flow}"')
        return parse_protocol(said + more, "hour.toml")

    return make


@pytest.fixture
def agrees() -> Callable[[CalibrationRecord, Mapping[float, float]], None]:
    """Whether a curve gives the true value at each true reading, within its own 99.9 % interval."""

    def check(record: CalibrationRecord, truth: Mapping[float, float]) -> None:
        curve = record.curve.curve()
        for reading, value in truth.items():
            found = float(curve.predict(reading, extrapolate=True)[0])
            assert found == pytest.approx(value, abs=float(curve.expanded(reading, p=0.999, extrapolate=True))), reading

    return check


@pytest.fixture
def full(lab, free_port):
    """The whole station on ports of its own."""
    path = lab.folder / "benches" / "simulated_full.toml"
    text = path.read_text()
    for port in ("31762", "31763"):
        text = text.replace(port, free_port())
    path.write_text(text)
    return path
