"""A run with everything that its report needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.finding import Finding
from rig.findings import mean_flow

if TYPE_CHECKING:
    from rig.assessment import Assessment
    from rig.bench import Bench
    from rig.delivery.from_record import Evidence
    from rig.protocol import Protocol
    from rig.record import Record
    from rig.report.details import Details
    from rig.report.people import Annex


@dataclass(frozen=True)
class Case:
    """One run under report.

    Attributes:
        assessment: computed from the record, by this version.
        details: of laboratory, customer, plan.
        annex: signatures, audit, attempts.
        attached: whether the record is attached to the report.
    """

    assessment: Assessment
    details: Details
    annex: Annex
    attached: bool = True

    @property
    def evidence(self) -> Evidence:
        """The record with its inputs."""
        return self.assessment.evidence

    @property
    def record(self) -> Record:
        """The record."""
        return self.evidence.record

    @property
    def protocol(self) -> Protocol:
        """The copy in the record."""
        return self.evidence.protocol

    @property
    def bench(self) -> Bench:
        """The copy in the record."""
        return self.evidence.bench

    @property
    def start(self) -> dict[str, Any]:
        """``start.json``."""
        return self.record.start

    @property
    def ended(self) -> dict[str, Any]:
        """How it ended, from the manifest."""
        return dict(self.record.manifest.get("end", {}))

    @property
    def device(self) -> dict[str, str]:
        """What the device answered."""
        return dict(self.start["identities"]["device"])

    @property
    def record_sha256(self) -> str:
        """Of the sealed record; empty if it was never sealed."""
        return str(self.record.manifest.get("record_sha256", ""))

    @property
    def main(self) -> Finding | None:
        """The finding that page one is about; None where none was made."""
        return self.finding(mean_flow.NAME) or next((f for f in self.decided), None)

    @property
    def decided(self) -> list[Finding]:
        """Findings that decide something."""
        return [finding for finding in self.assessment.findings if finding.verdict != "informative"]

    def finding(self, name: str) -> Finding | None:
        """A finding by its name."""
        return next((finding for finding in self.assessment.findings if finding.name == name), None)


def evidence_text(evidence_class: str) -> str:
    """The evidence class, as it stands on every page."""
    return "device evidence" if evidence_class == "device" else f"{evidence_class}: not device evidence"
