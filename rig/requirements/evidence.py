"""The last run of each requirement: what there is to show for it.

    last = evidence(stored_runs([Path("runs")]))
    last["REQ-FLOW-MEAN"].verdict         # "pass"

A run shows the requirements that its protocol names. Of several runs the latest counts, whatever it found: an older
pass does not stand above a newer failure. Files are believed here; ``rig verify`` checks a record.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.impact.stored import START
from rig.record.glance import device_text, glance
from rig.record.manifest import MANIFEST

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from rig.impact.stored import StoredRun


@dataclass(frozen=True)
class Evidence:
    """A run that says something of a requirement.

    Attributes:
        folder: of its record.
        day: in UTC.
        verdict: ``pass``, ``fail``, ``inconclusive``, ``invalid``; ``not sealed`` where the run did not end.
        evidence_class: ``simulated``, ``surrogate`` or ``device``.
        device: model and serial number.
        record_sha256: of the sealed record; empty where it was not sealed.
    """

    folder: Path
    day: str
    verdict: str
    evidence_class: str
    device: str
    record_sha256: str = ""


def evidence(runs: Iterable[StoredRun]) -> dict[str, Evidence]:
    """The latest run of each requirement, by its id."""
    last: dict[str, tuple[str, Evidence]] = {}
    for run in runs:
        started, found = _of(run.folder)
        for requirement in _named(run.folder / "inputs" / "protocol.toml"):
            if requirement not in last or last[requirement][0] <= started:
                last[requirement] = (started, found)
    return {requirement: found for requirement, (_, found) in last.items()}


def _of(folder: Path) -> tuple[str, Evidence]:
    start, result = glance(folder / START), glance(folder / "result.json")
    started = str(start.get("started_utc", ""))
    return started, Evidence(
        folder,
        started[:10],
        str(result.get("verdict", {}).get("outcome", "not sealed")),
        str(start.get("evidence_class", "")),
        device_text(start),
        str(glance(folder / MANIFEST).get("record_sha256", "")),
    )


def _named(protocol: Path) -> list[str]:
    """The requirements of a run's own copy of its protocol; none where it cannot be read."""
    try:
        said: Any = tomllib.loads(protocol.read_text(encoding="utf-8")).get("requirements", [])
    except (OSError, ValueError):
        return []
    return [str(one) for one in said] if isinstance(said, list) else []
