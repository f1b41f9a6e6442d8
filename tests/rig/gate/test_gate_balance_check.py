"""The daily check of the balance: what the last one found counts before a run starts, where there are any."""

import shutil
import tomllib
from datetime import date
from pathlib import Path

import pytest

from calibration.book import Book
from calibration.record import load_calibration_record
from calibration.standards import load_standards
from rig.bench import load_bench
from rig.calibrate.tables import plain_standard
from rig.errors import BenchError
from rig.runner import run
from tests.calibration.test_book import AIR

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
#: Weighings of a weight of 50 g that scatter by 0.03 mg, as a difference of two readings of 0.02 mg does; less 50 g.
CALM_MG = (0.02, -0.03, 0.01)
WILD_MG = (0.3, -0.4, 0.1)


@pytest.fixture
def benches(tmp_path):
    """The benches that come along, with a balance that was calibrated a month before the day of the bench."""
    shutil.copytree(BENCHES, tmp_path / "benches")
    for name, was, put in (("SIM-BAL-0001", "2026-01-01", "2025-12-01"), ("standards", "2026-01-01", "2025-01-01")):
        path = tmp_path / "benches" / "calibration" / f"{name}.toml"
        path.write_text(path.read_text().replace(was, put))
    return tmp_path / "benches"


@pytest.fixture
def check(benches):
    """Files a check of the balance; the simulated bench lives on 2026-01-01."""
    book = Book(benches / "calibration")
    weight = plain_standard(load_standards(book.folder).find("SIM-W-50", date(2026, 1, 1)))

    def file(*off_mg, verdict="held", on=date(2026, 1, 1), until=date(2026, 1, 2), **against):
        readings = [50.0 + 1e-3 * one for one in off_mg or CALM_MG]
        tables = {
            "kind": "balance-check",
            "method": "daily check",
            "performed_by": "the test",
            "performed_on": on,
            "valid_until": until,
            "instrument": {"manufacturer": "M", "model": "XPR205", "serial_number": "SIM-BAL-0001"},
            "standards": [weight],
            "points": {
                "reading_unit": "g",
                "reference_unit": "g",
                "reading": readings,
                "reference": [50.0] * len(readings),
                "u_reference": [1e-5] * len(readings),
                "state": ["as found"] * len(readings),
            },
            "properties": {"verdict": verdict, "shift": "+0.4 mg", "limit": "0.1 mg", **against},
        }
        return book.append(tables)

    return file


@pytest.fixture
def told(benches, gate_of):
    def look(**changes):
        protocol = benches / "protocols" / "short.toml"
        text = protocol.read_text()
        for find, put in changes.values():
            text = text.replace(find, put)
        protocol.write_text(text)
        return gate_of(benches / "simulated.toml", protocol)

    return look


RELEASE = ('id = "SHORT-1000"', 'id = "SHORT-1000"\nfor_release = true')


def about_the_check(report):
    return [one for one in report.told() if "check of" in one or "checks vouch" in one]


def test_without_any_check_nothing_is_asked(told):
    assert about_the_check(told(release=RELEASE)) == []


def test_a_balance_that_shifted_is_refused_until_a_check_holds(benches, told, check, tmp_path):
    check(verdict="shifted")
    (reason,) = about_the_check(told())
    assert "found that the balance shifted by +0.4 mg, more than 0.1 mg" in reason
    with pytest.raises(BenchError, match="the balance shifted"):
        run(benches / "protocols" / "short.toml", load_bench(benches / "simulated.toml"), tmp_path / "run")
    check(verdict="held")
    assert about_the_check(told()) == []


@pytest.mark.parametrize(("changes", "count"), [({}, 0), ({"release": RELEASE}, 1)])
def test_a_check_that_is_out_of_date_stops_a_run_for_release(told, check, changes, count):
    check(on=date(2025, 12, 20), until=date(2025, 12, 21))
    reasons = about_the_check(told(**changes))
    assert len(reasons) == count
    assert all("found the last one of 2025-12-20, valid until 2025-12-21" in one for one in reasons)


def test_a_check_from_before_the_calibration_in_force_does_not_count(told, check):
    check(verdict="shifted", on=date(2025, 11, 1), until=date(2025, 11, 2))
    assert about_the_check(told()) == []


def test_a_calibration_on_the_day_of_a_shift_clears_it(benches, told, check):
    stated = tomllib.loads((benches / "calibration" / "SIM-BAL-0001.toml").read_text()) | {"surroundings": AIR}
    tables = {key: value for key, value in stated.items() if key != "schema"}
    tables |= {"performed_on": date(2026, 1, 1), "certificate": "K-1"}
    book, bench = Book(benches / "calibration"), benches / "simulated.toml"
    bench.write_text(bench.read_text().replace("SIM-BAL-0001.toml", "SIM-BAL-0001/balance"))
    before = load_calibration_record(book.append(tables))
    check(verdict="shifted", against=before.sha256)
    assert len(about_the_check(told())) == 1
    after = load_calibration_record(book.append(tables))
    assert about_the_check(told()) == []
    check(verdict="shifted", against=after.sha256)
    assert len(about_the_check(told())) == 1


def test_weighings_that_scatter_beyond_the_record_widen_the_prediction(told, check):
    stated = told().prediction.findings[0].expanded
    check(*CALM_MG)
    assert told().prediction.findings[0].expanded == pytest.approx(stated)
    check(*WILD_MG)
    assert told().prediction.findings[0].expanded > 2 * stated


def test_a_broken_chain_of_checks_vouches_for_nothing(told, check):
    first = check()
    check()
    first.unlink()
    (reason,) = about_the_check(told())
    assert "its daily checks vouch for nothing" in reason


def test_a_shifted_check_that_was_removed_is_missed(told, check):
    check(verdict="shifted").unlink()
    (reason,) = about_the_check(told())
    assert "0001-balance-check.toml: expected this file, which entry 1 of the book's ledger has" in reason
