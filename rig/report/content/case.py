"""A run with everything that its report needs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from rig.finding import Finding
from rig.findings import mean_flow
from rig.verify_record import held_against_seal
from rig.words import count_text

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

    @cached_property
    def differences(self) -> tuple[str, ...]:
        """Where what is reported, the recomputation, is not what was sealed; a line each."""
        return held_against_seal(self.assessment).differences

    @property
    def sealed_outcome(self) -> str:
        """The verdict that was sealed; empty where none was."""
        return str((self.record.result or {}).get("verdict", {}).get("outcome", ""))

    @property
    def two_results(self) -> str:
        """That the sealed result did not come out again, in a sentence; empty where it did, or none was sealed."""
        if not self.differences:
            return ""
        return (
            f"the sealed result does not come out again: sealed {self.sealed_outcome.upper()}, recomputed "
            f"{self.assessment.verdict.outcome.upper()}, {count_text(len(self.differences), 'difference')}"
        )

    @property
    def release_blocks(self) -> tuple[str, ...]:
        """What keeps the result from being released: that of the verdict, and a second result."""
        second = (self.two_results,) if self.two_results else ()
        return (*second, *self.assessment.verdict.release_blocks)

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
