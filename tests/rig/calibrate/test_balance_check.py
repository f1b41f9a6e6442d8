"""The daily check: a balance that held, and one that moved since it was calibrated."""

from __future__ import annotations

import pytest


def test_a_balance_that_held(lab):
    record = lab.calibrate("balance_check", lab.bench())
    assert record.properties["verdict"] == "held"
    assert record.valid_until.toordinal() - record.performed_on.toordinal() == 1
    assert len(record.points.reading) == 3


def test_a_balance_that_has_moved_is_filed_all_the_same(lab):
    record = lab.calibrate("balance_check", lab.bench(sensitivity_error=8e-6))
    assert record.properties["verdict"] == "shifted"
    assert float(record.properties["shift"].split()[0]) == pytest.approx(0.4, abs=0.1)  # 50 g times 8e-6


def test_the_error_that_the_calibration_knows_is_no_shift(lab):
    """Calibrated with the error, then checked against the record of that calibration."""
    bench = lab.bench(sensitivity_error=8e-6)
    lab.calibrate("balance", bench)
    text = bench.read_text()
    place = (lab.book.folder / "SIM-BAL-0001" / "balance").as_posix()
    bench.write_text(text.replace("calibration/SIM-BAL-0001.toml", place))
    assert lab.calibrate("balance_check", bench).properties["verdict"] == "held"
