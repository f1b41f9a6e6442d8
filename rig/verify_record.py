"""Recompute everything that follows from a record, and see whether it is what was sealed.

    assessment = verify("runs/first")
    recomputed(Record.open("runs/first")).differences       # empty: every reported digit again

``rig.verify`` is this function too: the package of metrics that bears the name is callable.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.assessment import Assessment, assess
from rig.evaluation import revision_text
from rig.record import Record
from rig.software import LIBRARIES, software_state, software_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: Agreement of unrounded numbers between a sealed result and its recomputation, relative.
SAME_RELATIVE = 1e-9


@dataclass(frozen=True)
class Recomputation:
    """A result that was computed again.

    Attributes:
        assessment: of now.
        compared: whether there was a sealed result to hold it against; an interrupted record has none.
        differences: where the two differ, a line each.
    """

    assessment: Assessment
    compared: bool
    differences: tuple[str, ...]

    @property
    def versions(self) -> tuple[str, ...]:
        """With which software the record was made and computed again, and by which evaluation; a line each."""
        then, now = self.assessment.evidence.record.start.get("software", {}), software_state()
        changed = [text for name in LIBRARIES if (text := _changed(name, then, now))]
        return (
            f"recorded with: {software_text(then)}",
            f"computed again with: {software_text(now)}",
            f"libraries: {', '.join(changed) or 'the same versions'}",
            revision_text(self.assessment.evidence.record.start),
        )

    def as_json(self) -> dict[str, Any]:
        """The result as it is sealed, with what the comparison gave."""
        record = self.assessment.evidence.record
        return {
            **self.assessment.as_json(),
            "record": str(record.folder),
            "record_sha256": record.manifest.get("record_sha256"),
            "sealed": record.sealed,
            "recomputation": {
                "compared": self.compared,
                "differences": list(self.differences),
                "versions": list(self.versions),
            },
        }


def _changed(name: str, then: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """A library of another version than then."""
    old, new = then.get("libraries", {}).get(name, "not noted"), now["libraries"][name]
    return "" if old == new else f"{name} {old} then, {new} now"


def verify(record: Record | Path | str) -> Assessment:
    """Findings and verdict of a record, computed from its raw data.

    Args:
        record: an open one, or its folder.

    Raises:
        EvidenceError: no record, or one that is not what was sealed.
    """
    return assess(record if isinstance(record, Record) else Record.open(record))


def recomputed(record: Record) -> Recomputation:
    """Compute the result of a record again and compare it with the one that was sealed.

    Raises:
        EvidenceError: the record's own inputs cannot be read.
    """
    return held_against_seal(verify(record))


def held_against_seal(assessment: Assessment) -> Recomputation:
    """The same of a record that was assessed already."""
    record = assessment.evidence.record
    if record.result is None:
        return Recomputation(assessment, compared=False, differences=())
    again = json.loads(json.dumps(assessment.as_json()))
    return Recomputation(assessment, compared=True, differences=tuple(compare(record.result, again)))


def compare(sealed: dict[str, Any], again: dict[str, Any]) -> list[str]:
    """Where a recomputation differs from what was sealed; empty if every digit holds.

    Numbers agree within 1e-9 relative, everything else exactly.
    """
    return list(_differences(sealed, again, ""))


def _differences(one: Any, other: Any, place: str) -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other})
        return [d for key in keys for d in _differences(one.get(key), other.get(key), f"{place}.{key}".lstrip("."))]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for i, (a, b) in enumerate(zip(one, other, strict=True)) for d in _differences(a, b, f"{place}[{i}]")]
    numbers = isinstance(one, float | int) and isinstance(other, float | int) and not isinstance(one, bool)
    if numbers and math.isclose(one, other, rel_tol=SAME_RELATIVE, abs_tol=1e-12):
        return []
    return [] if one == other else [f"{place}: sealed {one!r}, recomputed {other!r}"]
