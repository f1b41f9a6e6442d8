"""A protocol may ask for a qualified bench; what it accepts, and what it refuses before the start."""

from datetime import date

import pytest

from rig.bench import load_bench, open_bench
from rig.errors import BenchError
from rig.protocol import parse_protocol
from rig.qualify.record import history
from rig.qualify.require import qualification_problems
from rig.runner import run

ASKED = '\n[qualification]\nwithin = "90 days"\nshort = true\n'


@pytest.fixture
def problems(qualified):
    """What is found on a day, for a bench and a protocol that asks."""
    laboratory, _ = qualified
    text = (laboratory.folder / "benches" / "protocols" / "quick.toml").read_text()

    def found(asked=ASKED, today=date(2026, 1, 1), book=laboratory.book, bench=None):
        with open_bench(bench or laboratory.bench()) as opened:
            return qualification_problems(parse_protocol(text + asked, "p.toml"), opened, today, book)

    return found


def test_a_recent_one_for_the_same_instruments_is_accepted(problems):
    assert problems() == []
    assert problems(today=date(2026, 4, 1)) == []
    assert problems(asked="", book=None) == []


@pytest.mark.parametrize(
    ("day", "why"),
    [(date(2026, 4, 2), "91 days old"), (date(2027, 1, 2), "it ended on 2027-01-01"), (date(2025, 12, 31), "clock")],
)
def test_an_old_one_is_refused(problems, day, why):
    assert any(why in one for one in problems(today=day))


def test_the_short_form_counts_only_where_the_protocol_says_so(problems):
    (reason,) = problems(asked='\n[qualification]\nwithin = "90 days"\n')
    assert "short form" in reason


def test_no_book_and_an_empty_book_are_refused_with_what_to_do(problems, tmp_path):
    assert "--book" in problems(book=None)[0]
    assert "run rig qualify" in problems(book=tmp_path)[0]


def test_another_serial_number_at_the_bench_is_refused(problems, qualified):
    laboratory, _ = qualified
    path = laboratory.folder / "benches" / "other.toml"
    text = (path.parent / "simulated.toml").read_text()
    text = text.replace("sim://simulated/balance", "sim://simulated/sbi").replace('"mt-sics"', '"sbi"')
    text = text.replace('"XPR205"', '"MSE225S"').replace("SIM-BAL-0001", "SIM-SBI-0001")
    path.write_text(text)
    (reason,) = problems(bench=load_bench(path))
    assert "balance was SIM-BAL-0001, now it is SIM-SBI-0001" in reason


def test_a_failed_one_supersedes_a_passed_one(laboratory, tmp_path):
    laboratory.qualify()
    laboratory.qualify(bench=laboratory.bench(sensitivity_error=3e-5), out="again")
    path = laboratory.folder / "benches" / "protocols" / "asks.toml"
    path.write_text((path.parent / "quick.toml").read_text() + ASKED)
    with pytest.raises(BenchError, match="was not qualified"):
        run(path, laboratory.bench(), tmp_path / "refused", book=laboratory.book)
    marked = run(path, laboratory.bench(), tmp_path / "marked", book=laboratory.book, not_for_release=True)
    assert marked.assessment.verdict.outcome == "pass"
    assert not (tmp_path / "refused").exists()
    history(laboratory.book, "simulated")[-1].path.unlink()
    with pytest.raises(BenchError, match=r"0002-qualification\.toml: expected this file, which entry"):
        run(path, laboratory.bench(), tmp_path / "refused", book=laboratory.book)
