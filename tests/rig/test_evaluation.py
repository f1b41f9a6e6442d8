"""By which arithmetic a record is judged: by that of the day it was made, for ever."""

from dataclasses import replace
from pathlib import Path

import pytest

from rig.assessment import assess
from rig.errors import EvidenceError
from rig.evaluation import EVALUATION, WITH_DIGIT, revision_of, revision_text
from rig.record import Record
from rig.runner import run

SHELF = Path(__file__).resolve().parents[1] / "shelf"


def budget_of(record):
    return {row["name"] for row in assess(record).findings[0].facts["budget"]}


def test_a_record_that_says_nothing_is_of_the_first_revision():
    old = Record.open(SHELF / "emulated-firmware-15min")
    assert revision_of(old.start) == 1
    assert "room_ul" not in budget_of(old)


def test_a_new_record_is_of_the_newest_and_an_old_one_has_no_line_for_the_room(station):
    outcome = run(station.protocol(leg="10 min"), station.bench("temperature_wave = '3 K'"), station.folder / "run")
    record = Record.open(outcome.folder)
    assert revision_of(record.start) == EVALUATION
    assert "room_ul" in budget_of(record)
    old = {name: said for name, said in record.start.items() if name != "evaluation"}
    assert "room_ul" not in budget_of(replace(record, start=old))


def test_a_record_from_before_the_digit_counted_has_no_line_for_it(station):
    bench = station.bench()
    text = bench.read_text().replace("mt-sics", "and-balance").replace("simulated/balance", "simulated/and-balance")
    bench.write_text(text.replace("XPR205", "GX-124A").replace("BAL-0", "AND-0"))
    record = Record.open(run(station.protocol(flow="1 mL/day"), bench, station.folder / "run").folder)
    assert "digit_ul" in budget_of(record)
    assert "digit_ul" not in budget_of(replace(record, start=record.start | {"evaluation": WITH_DIGIT - 1}))


@pytest.mark.parametrize("said", [0, EVALUATION + 1, "2", True, 1.0])
def test_another_revision_is_not_judged(said):
    with pytest.raises(EvidenceError, match="newer version"):
        revision_of({"evaluation": said})


def test_a_record_of_a_newer_revision_is_refused_and_not_inconclusive():
    """Also where the line that differs is not asked for: nobody knows here what else the newer one counts."""
    old = Record.open(SHELF / "emulated-firmware-15min")
    with pytest.raises(EvidenceError, match="newer version"):
        assess(replace(old, start=old.start | {"evaluation": EVALUATION + 1}))


def test_what_was_mended_for_every_record_may_explain_a_difference_in_an_old_one():
    assert "global risk" in revision_text({"evaluation": 2})
    assert "but for what was mended for every record" in revision_text({})
    assert revision_text({"evaluation": 3}).endswith(": no change on purpose explains a difference")
    assert "between_legs_ul" in revision_text({"evaluation": 3})
