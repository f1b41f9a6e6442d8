"""A voltage reference turns out to be wrong: the runs that judged a battery by it, and qualifications of benches."""

import copy
import json
from datetime import date

import pytest

from calibration.book import Book
from calibration.curve import fit_curve
from rig.cli.app import run_app
from rig.control import Control
from rig.qualify.record import file_qualification
from rig.runner import run
from tests.calibration.test_book import LOAD_CELL
from tests.rig.findings.conftest import files, flow
from tests.rig.findings.test_reservoir_and_battery import ALARM, BATTERY, SUPPLY
from tests.rig.impact.test_reach import qualified_on  # noqa: F401 - a fixture

LIMIT = 'indicator = "bubble"\nindicator_limit = "3.2 V to 3.4 V"\n'
VOLTMETER = LOAD_CELL["standards"][0] | {
    "name": "voltmeter", "serial_number": "V-3", "certificate": "K-55", "calibrated_on": date(2025, 1, 1),
    "value": "0 V", "expanded": "0.2 mV",
}  # fmt: skip


def voltage_record(book, off_v):
    """A record of the supply by which true voltages are so much higher than shown."""
    shown = [2.0, 3.0, 4.0]
    true = [one + off_v for one in shown]
    tables = copy.deepcopy(LOAD_CELL) | {"kind": "voltage", "channel": None, "standards": [VOLTMETER]}
    tables |= {"performed_on": date(2026, 1, 1), "conditions": {"temperature": ["15 degC", "30 degC"]}}
    tables["instrument"] = {"manufacturer": "Keysight", "model": "E36312A", "serial_number": "SIM-PSU-0001"}
    tables["points"] |= {"reading_unit": "V", "reference_unit": "V", "reading": shown, "reference": true}
    tables["points"] |= {"u_reference": [1e-4] * 3}
    tables["curve"] = {"x_unit": "V", "y_unit": "V", "fit": fit_curve(shown, true, u_y=1e-4).as_table()}
    return book.append(tables)


@pytest.fixture(scope="module")
def judged(station_in, tmp_path_factory):
    """A run whose battery indicator came at 3.3 V by a record that was wrong by 0.15 V; record 2 is right."""
    folder = tmp_path_factory.mktemp("voltage")
    book = Book(folder / "book")
    wrong = voltage_record(book, 0.0)
    named = SUPPLY.replace("[[instrument]]", f'[[instrument]]\ncalibration = "{wrong}"')
    station = station_in(folder)
    options = f'pump_battery = "3.3 V"\n{ALARM}'
    made = files(station, 4, [flow("25 uL/h", 4)], f"{BATTERY}{LIMIT}", options, lambda text: f"{text}\n{named}")
    outcome = run(*made, folder / "runs" / "one", control=Control(unattended="yes"))
    return folder, book, outcome, wrong, voltage_record(book, -0.15)


def asked(capsys, folder, what, *more):
    code = run_app(
        ["calibration", "impact", what, "--runs", f"{folder}/runs", "--book", f"{folder}/book", "--json", *more]
    )
    return code, json.loads(capsys.readouterr().out)


def test_the_run_was_judged_by_the_record(judged):
    _, _, outcome, _, _ = judged
    (found,) = [one for one in outcome.assessment.findings if one.name == "battery_indicator"]
    assert (found.verdict, round(found.value, 2)) == ("pass", 3.3)


@pytest.mark.parametrize("what", ["V-3", "K-55"])
def test_the_reference_names_the_run_that_used_it(judged, capsys, what):
    code, said = asked(capsys, judged[0], what)
    assert code == 0
    assert [one["channels"].keys() for one in said["runs"]] == [{"supply"}]


def test_a_correction_reaches_the_verdict_on_the_battery(judged, capsys):
    folder, _, _, _, right = judged
    code, said = asked(capsys, folder, "V-3", "--corrected", str(right))
    (again,) = said["runs"]
    new = {one["name"]: one for one in again["new"]["findings"]}["battery_indicator"]
    assert (code, again["changed"]) == (3, True)
    assert (new["verdict"], round(new["value"], 2)) == ("fail", 3.15)


def test_a_qualification_on_the_reference_is_listed_and_must_be_made_anew(judged, capsys, qualified_on):  # noqa: F811
    folder, book, _, _, right = judged
    by_name = file_qualification(book.folder, qualified_on("station-1", "0" * 64, "V-3"))
    _, said = asked(capsys, folder, "V-3")
    assert [one["sha256"] for one in said["qualifications"]] == [by_name.record.sha256]
    assert said["unknown"] == []
    code, said = asked(capsys, folder, "V-3", "--corrected", str(right))
    assert code == 3
    assert [(one["place"], "qualify the bench anew" in one["reason"]) for one in said["unknown"]] == [
        (str(by_name.path), True)
    ]
