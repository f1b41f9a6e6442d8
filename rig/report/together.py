"""Which records may stand in one report."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.record import Record
    from rig.report.content.case import Case


def refuse_apart(cases: Sequence[Case], *, several_devices: bool) -> None:
    """Refuse records that do not belong together.

    Args:
        cases: two or more.
        several_devices: whether different devices were asked for.

    Raises:
        EvidenceError: with every reason.
    """
    problems = [*_names(cases), *_copies(cases), *_protocols(cases), *_classes(cases)]
    devices = sorted({case.device["serial_number"] for case in cases})
    if len(devices) > 1 and not several_devices:
        problems.append(
            f"they are of different devices ({', '.join(devices)}); if that is meant, say --several-devices"
        )
    problems += [f"{case.record.folder.name}: never sealed" for case in cases if not case.record.sealed]
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise EvidenceError(f"these {len(cases)} records do not go into one report:\n{listed}")


def _names(cases: Sequence[Case]) -> list[str]:
    names = [case.record.folder.name for case in cases]
    return [f"{name}: given twice, or two folders of one name" for name in sorted(set(names)) if names.count(name) > 1]


def _copies(cases: Sequence[Case]) -> list[str]:
    """A run that was copied, or sealed again, under another name is still one run."""
    alike = [(a.record, b.record) for a, b in combinations(cases, 2) if _same_run(a.record, b.record)]
    return [
        f"{a.folder.name}, {b.folder.name}: the same run twice; give it once" for a, b in alike if a.folder != b.folder
    ]


def _same_run(one: Record, other: Record) -> bool:
    if one.sealed and one.manifest.get("record_sha256") == other.manifest.get("record_sha256"):
        return True
    started = one.start.get("started_utc") == other.start.get("started_utc")
    return started and one.content_digest == other.content_digest


def _protocols(cases: Sequence[Case]) -> list[str]:
    texts = {case.protocol.source.text for case in cases}
    ids = sorted({case.protocol.id for case in cases})
    return [] if len(texts) == 1 else [f"their protocols differ ({', '.join(ids)}); make a report for each"]


def _classes(cases: Sequence[Case]) -> list[str]:
    found = sorted({case.assessment.verdict.evidence_class for case in cases})
    return [] if len(found) == 1 else [f"their evidence classes differ ({', '.join(found)})"]
