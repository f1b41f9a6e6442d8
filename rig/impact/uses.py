"""The runs that used some calibration records, with what a person asks of each first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rig.impact.stored import START
from rig.record.glance import device_text, glance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.impact.affected import Affected
    from rig.impact.stored import StoredRun


#: In the place of a channel: the check weight of the run.
WEIGHT: Final = "check weight"


@dataclass(frozen=True)
class Use:
    """A run that used an affected record.

    Attributes:
        run: the run.
        channels: that used one, with its SHA-256; ``check weight`` for the copy of a check weight.
        protocol, device, day, evidence_class: of the run; empty where its start cannot be read.
        verdict: as it was sealed; empty where there is none.
        findings: as they were sealed, plain JSON values.
    """

    run: StoredRun
    channels: dict[str, str]
    protocol: str = ""
    device: str = ""
    day: str = ""
    evidence_class: str = ""
    verdict: str = ""
    findings: tuple[dict[str, Any], ...] = ()


def find_uses(runs: Sequence[StoredRun], affected: Affected) -> list[Use]:
    """The runs that used an affected record, in the order of the day.

    Args:
        runs: to look in.
        affected: the records.
    """
    found = []
    for run in runs:
        channels = {channel: sha for channel, sha in run.copies.items() if sha in affected.records}
        if run.weight in affected.weights:
            channels[WEIGHT] = run.weight
        if channels:
            found.append(_use(run, channels))
    return sorted(found, key=lambda use: (use.day, use.run.folder))


def _use(run: StoredRun, channels: dict[str, str]) -> Use:
    start, result = glance(run.folder / START), glance(run.folder / "result.json")
    return Use(
        run,
        channels,
        str(start.get("protocol", "")),
        device_text(start),
        str(start.get("started_utc", ""))[:10],
        str(start.get("evidence_class", "")),
        str(result.get("verdict", {}).get("outcome", "")),
        tuple(result.get("findings", ())),
    )
