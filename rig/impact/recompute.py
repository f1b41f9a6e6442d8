"""What a run says with another calibration record: the same raw readings, assessed twice.

    found = recompute(use, Corrected.from_files([path]))
    found.changed, [(pair.old.verdict, pair.new.verdict) for pair in found.pairs]

The first assessment must give the sealed result again; where it does not, a difference would be one of the software
and not of the calibration, and the run is told as one that cannot be recomputed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calibration.errors import DoseproofError
from rig.assessment import assess
from rig.errors import EvidenceError
from rig.record import Record
from rig.verify_record import compare

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from rig.assessment import Assessment
    from rig.finding import Finding
    from rig.impact.corrected import Corrected
    from rig.impact.uses import Use


@dataclass(frozen=True)
class Pair:
    """One finding twice; None where only the other calibration lets it be made.

    Attributes:
        old, new: with the record that was used, and with the corrected one.
    """

    old: Finding | None
    new: Finding | None

    @property
    def name(self) -> str:
        """Which quantity."""
        return next(one.name for one in (self.new, self.old) if one is not None)

    @property
    def changed(self) -> bool:
        """Whether the verdict on it is another one."""
        return self.old is None or self.new is None or self.old.verdict != self.new.verdict


@dataclass(frozen=True)
class Recomputed:
    """A run with the old and the corrected calibration.

    Attributes:
        use: the run.
        old, new: both assessments; None where it could not be recomputed.
        reason: why not; empty if it could.
    """

    use: Use
    old: Assessment | None = None
    new: Assessment | None = None
    reason: str = ""

    @property
    def pairs(self) -> list[Pair]:
        """Findings of both, side by side."""
        if self.old is None or self.new is None:
            return []
        old, new = _keyed(self.old.findings), _keyed(self.new.findings)
        return [Pair(old.get(key), new.get(key)) for key in dict.fromkeys((*old, *new))]

    @property
    def changed(self) -> bool:
        """Whether the verdict, one on a finding, or the right to release it is another one."""
        if self.old is None or self.new is None:
            return False
        before, after = self.old.verdict, self.new.verdict
        other = (before.outcome, before.releasable) != (after.outcome, after.releasable)
        return other or any(pair.changed for pair in self.pairs)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, unrounded."""
        if self.old is None or self.new is None:
            return {"recomputed": False, "reason": self.reason}
        return {
            "recomputed": True,
            "changed": self.changed,
            "old": _side(self.old),
            "new": _side(self.new),
        }


def recompute(use: Use, corrected: Corrected) -> Recomputed:
    """Assess a run as it was, and with the corrected records; whatever prevents it becomes the reason."""
    try:
        record = Record.open(use.run.folder)
        old = assess(record)
        _refuse_other_result(record, old)
        own = old.evidence.calibrations
        _refuse_other_inputs(use, own)
        return Recomputed(use, old, assess(record, {name: corrected.instead_of(own[name]) for name in use.channels}))
    except DoseproofError as error:
        return Recomputed(use, reason=str(error))


def _refuse_other_inputs(use: Use, own: Mapping[str, CalibrationRecord]) -> None:
    """A check weight or a noise record cannot be exchanged: what it changes is for a person to see."""
    if other := [name for name in use.channels if name not in own]:
        raise EvidenceError(
            f"its {', '.join(other)} is affected, and only calibration records of channels are exchanged"
        )


def _refuse_other_result(record: Record, old: Assessment) -> None:
    if record.result is None:
        return
    differences = compare(record.result, json.loads(json.dumps(old.as_json())))
    if differences:
        raise EvidenceError(
            f"the sealed result does not come out again ({len(differences)} differences, the first: {differences[0]}); "
            "use the software that start.json names"
        )


def _keyed(findings: list[Finding]) -> dict[tuple[str, Any], Finding]:
    """Findings by name and, for a trumpet curve, window."""
    return {(finding.name, finding.facts.get("window_s")): finding for finding in findings}


def _side(assessment: Assessment) -> dict[str, Any]:
    return {
        "verdict": assessment.verdict.as_json(),
        "findings": [finding.as_json() for finding in assessment.findings],
    }
