"""A run whose load cell and flow sensor were calibrated on the same wrong bench: converted, they say what flowed."""

from __future__ import annotations

import tomllib

import pytest

from calibration.record_write import record_text
from fixtures.simulated.world import opened
from rig.bench import load_bench
from rig.delivery.calibrated_witnesses import calibrated_witnesses
from rig.delivery.from_record import Evidence
from rig.errors import BenchError
from rig.record import Record
from rig.runner import run

WRONG = {"flow_gain_error": 0.05, "load_cell_gain_error": 0.03, "load_cell_nonlinearity": 3e-4}


@pytest.fixture
def calibrated_bench(lab):
    """The bench with the records of its load cell and flow sensor, as just found."""
    path = lab.bench(**WRONG)
    lab.calibrate("load_cell", path)
    lab.calibrate("flow_sensor", path)
    table = tomllib.loads(path.read_text())
    table["device"]["load_cell"] = "../book/SIM-MP-0001/load-cell"
    table["witness"][1]["calibration"] = "../book/SIM-FLW-0001/flow-sensor"
    path.write_text(record_text(table))
    return path


def test_both_agree_with_what_the_pump_moved(lab, calibrated_bench):
    seen = {}

    def keep(event):
        if event.kind == "phase":
            seen["plant"] = opened("simulated").plant

    outcome = run(lab.folder / "benches/protocols/short.toml", calibrated_bench, lab.folder / "run", observers=[keep])
    evidence = Evidence.of(Record.open(outcome.folder))
    series, silent = calibrated_witnesses(evidence)
    assert silent == {}
    begin, end = (t + d for t, d in zip(evidence.phases["delivery"], (60.0, -30.0), strict=True))
    truth = seen["plant"].pumped_ul(end) - seen["plant"].pumped_ul(begin)
    flowed = series["flow"].seen(begin, end, 10.0)
    lost = series["device.load-cell"].seen(begin, end, 60.0)
    assert flowed.value == pytest.approx(truth, abs=2.5 * flowed.u)
    assert -lost.value * 1e3 == pytest.approx(truth, abs=2.5e3 * lost.u)


def test_a_record_of_another_kind_is_refused(lab, calibrated_bench):
    text = calibrated_bench.read_text()
    calibrated_bench.write_text(text.replace("SIM-MP-0001/load-cell", "SIM-FLW-0001/flow-sensor"))
    with pytest.raises(BenchError, match=r"device\.load-cell: expected a calibration record of kind 'load-cell'"):
        run(lab.folder / "benches/protocols/short.toml", load_bench(calibrated_bench), lab.folder / "run")
