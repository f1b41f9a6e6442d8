"""``rig calibration due`` and ``history``: what a person reads, and what a script sees."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from calibration.book import Book
from drivers.clock import WallClock
from tests.calibration.test_book import AIR

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
STATED = {
    "repeatability": "0.02 mg",
    "resolution": "0.01 mg",
    "linearity": "0.1 mg",
    "sensitivity": "0.0003 %",
    "adjusted_temperature": "22 degC",
    "adjusted_pressure": "1013.25 hPa",
    "adjusted_humidity": "45 %",
    "weights_density": "8000 kg/m3",
    "capacity": "220 g",
}


@pytest.fixture
def calibrated(tmp_path, monkeypatch):
    """Files a balance record of so many days ago that holds for so long."""
    monkeypatch.delenv("DOSEPROOF_BOOK", raising=False)
    book = Book(tmp_path / "calibration")

    def file(days_ago, valid_days, slope="0.001 %", serial="SIM-BAL-0001"):
        day = WallClock().utc().date() - timedelta(days=days_ago)
        return book.append(
            {
                "kind": "balance",
                "method": "house method 7",
                "performed_by": "A. Weber",
                "performed_on": day,
                "valid_until": day + timedelta(days=valid_days),
                "instrument": {"manufacturer": "Mettler-Toledo", "model": "XPR205", "serial_number": serial},
                "surroundings": AIR,
                "balance": {**STATED, "slope_error": slope},
            }
        )

    return file


@pytest.fixture
def drifting(calibrated, tmp_path):
    """Four years of a balance that gains 0.002 % a year, and its tolerance."""
    for year in range(4):
        calibrated(1100 - 365 * year, 400, slope=f"{0.001 + 0.002 * year} %")
    (tmp_path / "calibration" / "tolerances.toml").write_text(
        'schema = 1\n[[tolerance]]\nserial_number = "SIM-BAL-0001"\nchain = "balance"\nof = "slope error"\n'
        'lower = "-0.01 %"\nupper = "0.01 %"\n'
    )


def test_nothing_out_of_date_ends_with_0(rig, calibrated):
    calibrated(100, 365)
    done = rig("calibration", "due")
    assert done.code == 0
    assert "in force" in done.out
    assert "0 out of date or broken, 0 soon" in done.out


def test_something_out_of_date_ends_with_4_and_comes_first(rig, calibrated):
    calibrated(100, 365)
    calibrated(400, 365, serial="B-2")
    done = rig("calibration", "due", "--json")
    said = json.loads(done.out)["due"]
    assert done.code == 4
    assert [(one["name"], one["state"], one["days_left"]) for one in said] == [
        ("B-2, balance", "out of date", -35),
        ("SIM-BAL-0001, balance", "in force", 265),
    ]


@pytest.mark.parametrize(("within", "state"), [("4 days", "in force"), ("5 days", "soon"), ("120 h", "soon")])
def test_soon_is_as_far_as_one_asks(rig, calibrated, within, state):
    calibrated(360, 365)
    done = rig("calibration", "due", "--within", within, "--json")
    assert done.code == 0
    assert json.loads(done.out)["due"][0]["state"] == state


def test_a_broken_chain_says_why_on_the_terminal(rig, calibrated):
    path = calibrated(100, 365)
    calibrated(10, 365)
    path.unlink()
    done = rig("calibration", "due")
    assert done.code == 4
    assert "the chain is broken: expected record 1" in done.out


def test_no_book_is_a_mistake(rig):
    done = rig("calibration", "due")
    assert done.code == 2
    assert "give --book" in done.err


def test_the_history_tells_signals_prediction_and_advice(rig, drifting):
    done = rig("calibration", "history", "SIM-BAL-0001")
    assert done.code == 0
    for part in ("+0.00700 %", "one beyond 3 sigma", "the upper limit is reached after", "Advice:     calibrate on"):
        assert part in done.out


def test_one_calibration_predicts_nothing_and_says_so(rig, calibrated):
    calibrated(10, 365)
    assert "one result has no slope; calibrate twice more" in rig("calibration", "history", "SIM-BAL-0001").out


def test_a_unit_that_is_not_in_the_book_names_those_that_are(rig, calibrated):
    calibrated(10, 365)
    done = rig("calibration", "history", "B-7")
    assert done.code == 2
    assert "known units are SIM-BAL-0001" in done.err


@pytest.mark.parametrize("ending", ["svg", "png"])
def test_the_picture_repeats_byte_for_byte(rig, drifting, tmp_path, ending):
    for name in ("one", "two"):
        done = rig("calibration", "history", "SIM-BAL-0001", "--picture", f"{name}.{ending}")
        assert f"{name}.{ending}" in done.out
    assert (tmp_path / f"one.{ending}").read_bytes() == (tmp_path / f"two.{ending}").read_bytes()


def test_a_picture_of_another_format_is_refused_before_anything_is_drawn(rig, drifting, tmp_path):
    done = rig("calibration", "history", "SIM-BAL-0001", "--picture", "chart.gif")
    assert done.code == 2
    assert not (tmp_path / "chart.gif").exists()


def test_the_chart_of_a_simulated_unit_says_so(drifting, tmp_path):
    from calibration.tolerances import load_tolerances
    from calibration.unit_history import unit_histories
    from rig.report.control_chart import draw_control_chart
    from rig.report.style import house_style

    book = Book(tmp_path / "calibration")
    histories = unit_histories(book, "SIM-BAL-0001", "balance", load_tolerances(book.folder))
    with house_style():
        figure = draw_control_chart(book.in_force("SIM-BAL-0001", "balance").record.instrument, "balance", histories)
    assert "simulated, not device evidence" in [text.get_text() for text in figure.axes[0].texts]


RETIRE = ("calibration", "retire", "SIM-BAL-0001", "--reason", "dropped", "--approved-by", "M. Klein")


def test_a_unit_out_of_service_is_not_due_and_its_history_says_so(rig, calibrated):
    calibrated(400, 365)
    assert rig("calibration", "due").code == 4
    done = rig(*RETIRE, "--operator", "A. Weber")
    assert (done.code, "by A. Weber, approved by M. Klein: dropped." in done.out) == (0, True)
    again = rig("calibration", "due")
    assert (again.code, "Not listed: SIM-BAL-0001, taken out of service" in again.out) == (0, True)
    assert json.loads(rig("calibration", "due", "--json").out)["retired"] == ["SIM-BAL-0001"]
    assert "Service:    taken out of service on" in rig("calibration", "history", "SIM-BAL-0001").out


@pytest.mark.parametrize(
    ("more", "told"),
    [((), "give --operator"), (("--operator", "M. Klein"), "let somebody else approve it")],
)
def test_nobody_takes_a_unit_out_of_service_alone(rig, calibrated, monkeypatch, more, told):
    monkeypatch.delenv("DOSEPROOF_OPERATOR", raising=False)
    calibrated(10, 365)
    done = rig(*RETIRE, *more)
    assert (done.code, told in done.err) == (2, True)


def test_whoever_checks_a_standard_is_told_the_line_that_confirms_it(rig, tmp_path):
    folder = tmp_path / "calibration"
    folder.mkdir()
    text = (BENCHES / "calibration" / "standards.toml").read_text()
    (folder / "standards.toml").write_text(text)
    shown = rig("calibration", "standard", "SIM-W-50").out
    (line,) = re.findall(r'checked_sha256 = "[0-9a-f]{64}"', shown)
    entry = 'serial_number = "SIM-W-50"\n'
    (folder / "standards.toml").write_text(text.replace(entry, f"{entry}{line}\n"))
    assert "Confirmed by" in rig("calibration", "standard", "SIM-W-50").out
    (folder / "standards.toml").write_text(text.replace(entry, f"{entry}{line}\n").replace("49.999958", "49.999985"))
    assert "changed since it was confirmed" in rig("calibration", "standard", "SIM-W-50").out
    assert "rig calibration standard SIM-W-50" in rig("calibration", "due").out
