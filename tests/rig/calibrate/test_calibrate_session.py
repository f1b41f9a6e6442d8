"""A procedure that is interrupted goes on where it was; a result that cannot be true is refused with its reason."""

from __future__ import annotations

import json

import pytest

from calibration.errors import CalibrationError
from calibration.units import TEMPERATURE
from drivers.errors import LinkLost
from rig.calibrate.errors import AnswerError, ProcedureError
from rig.calibrate.procedure import People
from rig.calibrate.steps import Ask
from rig.errors import FileError

QUICK = {"settle": "60 s", "average": "10 s", "temperatures": ["15 degC", "25 degC", "35 degC"]}


def steps_of(session, count):
    for _ in range(count):
        for _ in session.advance():
            pass


def finish(session):
    while session.view() is not None:
        steps_of(session, 1)
    return session.finish(People("the test"))


def test_each_step_is_shown_with_its_place(lab):
    with lab.session(lab.procedure("thermometer", **QUICK), lab.bench()) as session:
        steps_of(session, 1)
        view = session.view()
        assert (view.number, view.of, view.key) == (2, 11, "bath-1")
        assert "set it to 15 degC" in view.text
        assert view.asks


def test_an_interrupted_procedure_goes_on_where_it_was(lab):
    procedure, bench = lab.procedure("thermometer", **QUICK), lab.bench()
    with lab.session(procedure, bench) as session:
        steps_of(session, 7)
        found = dict(session.results)
    with lab.session(procedure, bench) as session:
        assert session.resumed == 7
        assert session.results == found
        assert session.view().number == 8
        assert len(finish(session)["points"]["reading"]) == 3


def test_a_step_that_was_broken_off_gives_nothing(lab):
    procedure, bench = lab.procedure("thermometer", **QUICK), lab.bench()
    with lab.session(procedure, bench) as session:
        steps_of(session, 4)
        step = session.advance()
        next(step)
        step.close()
    with lab.session(procedure, bench) as session:
        assert session.resumed == 4


def test_a_weighing_that_was_broken_off_begins_with_the_empty_pan(lab):
    """The weight is not there any more: what was read before it was put on means nothing."""
    procedure, bench = lab.procedure("balance_check"), lab.bench()
    with lab.session(procedure, bench) as session:
        while session.view().key != "check-2-loaded":
            steps_of(session, 1)
    with lab.session(procedure, bench) as session:
        assert session.view().key == "clamp"
        assert "check-1-loaded" in session.results
        assert not any(key.startswith("check-2") for key in session.results)
        assert finish(session)["properties"]["verdict"] == "held"


def test_what_was_left_in_the_pump_is_taken_back_when_it_is_refused(lab):
    short = {"rates": ["600 uL/h", "800 uL/h", "1000 uL/h"], "back_pressures": [], "cycles": 4, "evaporation": "2 min"}
    procedure = lab.procedure("pump", **short, refuse={"residual": "2 %", "left": "0.0001 %"})
    with lab.session(procedure, lab.bench(gain=1.05)) as session:
        while session.view() is not None:
            steps_of(session, 1)
        session.results["left"]["claimed_ul"] *= 1.2  # as if the pump had slipped in the last run
        with pytest.raises(
            CalibrationError, match=r"error left.*before, 7\.812500 nL, was written back.*stays in force"
        ):
            session.finish(People("the test"))
        assert session.station.opened.device.calibration().volume_per_step.m_as("nL") == pytest.approx(7.8125)


@pytest.mark.parametrize("change", ["another file", "another instrument", "too old"])
def test_what_does_not_belong_together_begins_anew(lab, change):
    procedure, bench = lab.procedure("thermometer", **QUICK), lab.bench()
    with lab.session(procedure, bench) as session:
        steps_of(session, 3)
        kept = json.loads(session.path.read_text())
    if change == "another file":
        procedure.write_text(procedure.read_text() + "# a remark\n")
    elif change == "another instrument":
        kept["instrument"]["firmware"] = "9.9"
    else:
        kept["kept_utc"] = "2025-12-30T00:00:00+00:00"
    session.path.write_text(json.dumps(kept))
    with lab.session(procedure, bench) as session:
        assert session.resumed == 0


def test_a_damaged_beginning_says_what_to_do(lab):
    procedure, bench = lab.procedure("thermometer", **QUICK), lab.bench()
    with lab.session(procedure, bench) as session:
        steps_of(session, 1)
        session.path.write_text("{")
    with (
        pytest.raises(ProcedureError, match="remove the file, or begin anew with --anew"),
        lab.session(procedure, bench),
    ):
        pass


def test_a_wrong_answer_is_asked_for_again():
    ask = Ask("t", "What does it show?", TEMPERATURE)

    class Nobody:
        simulated = False

    with pytest.raises(AnswerError, match="no unit; say the unit"):
        list(ask.advance(Nobody(), "21.5"))
    with pytest.raises(AnswerError, match="found none"):
        list(ask.advance(Nobody(), " "))


@pytest.mark.parametrize(
    ("name", "options", "told"),
    [
        ("balance", {"noise": "0.4 mg"}, r"noise: expected at most 0\.1 mg, found"),
        ("balance", {"sensitivity_error": 3e-4}, r"slope: expected at most 0\.01 %, found 0\.03"),
        ("balance", {"drift": "5 mg/h"}, "drift: expected at most 1"),
        ("load_cell", {"load_cell_hysteresis": 0.02}, r"hysteresis: expected at most 0\.5 %"),
        ("load_cell", {"load_cell_creep": 0.03}, "creep: expected at most"),
        ("load_cell", {"load_cell_gain_error": -2.0}, "expected readings that rise with the load"),
        ("pump", {"stall": [["0 h", "100 h"]]}, "expected steps of the pump and volume on the balance"),
        ("flow_sensor", {"stall": [["0 h", "100 h"]]}, "expected flow at every rate, found none on the balance"),
    ],
)
def test_a_result_that_cannot_be_used_is_refused_and_nothing_is_filed(lab, name, options, told):
    with pytest.raises(CalibrationError, match=told):
        lab.calibrate(name, lab.bench(**options))
    assert lab.book.units() == {}


def test_a_standard_out_of_date_stops_the_procedure(lab):
    path = lab.book.folder / "standards.toml"
    path.write_text(path.read_text().replace("valid_until = 2099-12-31", "valid_until = 2026-01-01"))
    bench = lab.bench(epoch="2026-06-01T00:00:00Z")
    with pytest.raises(CalibrationError, match="today is 2026-06-01; have it calibrated"):
        lab.calibrate("balance", bench)


def test_a_certificate_that_was_changed_is_not_the_one_that_was_checked(lab):
    path = lab.book.folder / "standards.toml"
    attached = f'attachment = "K.pdf"\nattachment_sha256 = "{"0" * 64}"\nk = 2.0'
    path.write_text(path.read_text().replace("k = 2.0", attached, 1))
    (lab.book.folder / "certificates").mkdir()
    (lab.book.folder / "certificates" / "K.pdf").write_bytes(b"%PDF")
    with pytest.raises(CalibrationError, match="it is not the certificate that the tests of"):
        lab.calibrate("balance", lab.bench(), increments=[["SIM-W-1"]])


def test_a_channel_that_the_bench_does_not_have(lab):
    with pytest.raises(ProcedureError, match="expected a channel 'scales', found device, balance"):
        lab.calibrate("balance", lab.bench(), channel="scales")


def test_a_kind_that_there_is_not(lab):
    with pytest.raises(FileError, match="kind: expected one of balance, balance-check, environment, flow-sensor"):
        lab.calibrate("balance", lab.bench(), kind="barometer")


def test_a_balance_that_is_unplugged_leaves_the_steps_before(lab):
    with lab.session(lab.procedure("balance"), lab.bench()) as session:
        steps_of(session, 4)
        session.station.opened.world.wire("balance").drop()
        with pytest.raises(LinkLost):
            steps_of(session, 2)
        assert len(session.results) >= 4
