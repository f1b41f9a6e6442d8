"""Sealed records keep their findings: every one on the shelf is computed again, and every digit must hold."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rig.assessment import assess
from rig.record import Record
from rig.verify_record import compare

SHELF = Path(__file__).resolve().parent.parent / "shelf"
RECORDS = sorted(start.parent for start in SHELF.rglob("start.json"))


def test_the_shelf_is_not_empty():
    assert RECORDS, f"no record on {SHELF}; see its README"


@pytest.mark.parametrize("folder", RECORDS, ids=lambda folder: folder.name)
def test_a_record_gives_the_digits_that_were_sealed(folder):
    record = Record.open(folder)
    assert record.sealed
    assert record.result is not None
    again = json.loads(json.dumps(assess(record).as_json()))
    assert compare(record.result, again) == []


@pytest.mark.parametrize("folder", RECORDS, ids=lambda folder: folder.name)
def test_it_holds_something_to_compare(folder):
    findings = json.loads((folder / "result.json").read_text(encoding="utf-8"))["findings"]
    assert any(finding["value"] is not None for finding in findings)
