"""Who is right about a fault: the file that says what is owed, or the verdict."""

import pytest

from rig.campaign.judge import WRONG, judged
from rig.campaign.load import read_faults


@pytest.fixture
def fault(folder):
    return read_faults(folder)[0]


@pytest.fixture
def bench_fault(folder):
    path = folder / "more.toml"
    text = path.read_text(encoding="utf-8").replace('"device"', '"bench"').replace('"fail"', '"invalid"')
    path.write_text(text, encoding="utf-8")
    return read_faults(folder)[0]


@pytest.mark.parametrize(
    ("magnitude", "verdict", "judgement"),
    [
        (50, "fail", "found"),
        (50, "pass", "missed"),
        (50, "inconclusive", "undecided"),
        (50, "invalid", "excused"),
        (2, "pass", "below"),
        (2, "fail", "found"),
        (2, "invalid", "excused"),
        (2, "unusable", "unusable"),
    ],
)
def test_a_fault_of_the_device(fault, magnitude, verdict, judgement):
    assert judged(fault, "quick", magnitude, verdict) == judgement


@pytest.mark.parametrize(
    ("verdict", "judgement"),
    [("invalid", "found"), ("fail", "blamed"), ("pass", "missed"), ("inconclusive", "undecided")],
)
def test_a_fault_of_the_bench(bench_fault, verdict, judgement):
    assert judged(bench_fault, "quick", 50, verdict) == judgement


def test_a_fail_that_is_held_against_nobody_is_as_declared_where_the_protocol_cannot_see_the_bench(folder):
    path = folder / "more.toml"
    text = path.read_text(encoding="utf-8").replace('"device"', '"bench"')
    lines = [line for line in text.splitlines() if not line.startswith(("verdict", "detectable"))]
    path.write_text("\n".join([*lines, 'undetectable = "no check weight"']), encoding="utf-8")
    fault = read_faults(folder)[0]
    assert judged(fault, "quick", 50, "fail", nobodys=True) == "as declared"
    assert judged(fault, "quick", 50, "fail") == "blamed"


def test_a_fail_that_is_held_against_nobody_blames_where_the_bench_could_be_seen(bench_fault):
    assert judged(bench_fault, "quick", 50, "fail", nobodys=True) == "blamed"


def test_a_known_defect_is_shown_as_one(folder):
    path = folder / "more.toml"
    path.write_text(path.read_text(encoding="utf-8") + 'known_defect = "not yet"\n', encoding="utf-8")
    fault = read_faults(folder)[0]
    told = [judged(fault, "quick", 50, verdict) for verdict in ("pass", "invalid", "fail")]
    assert told == ["known defect", "known defect", "found"]


@pytest.mark.parametrize(
    ("verdict", "judgement"), [("pass", "sound"), ("fail", "false alarm"), ("invalid", "false alarm")]
)
def test_a_sound_pump_on_a_sound_bench(verdict, judgement):
    assert judged(None, "quick", 0.0, verdict) == judgement


def test_blame_and_excuse_are_wrong_at_any_magnitude():
    assert {"missed", "blamed", "excused", "false alarm", "unusable"} == WRONG
