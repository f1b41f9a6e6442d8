"""The verdict: what all findings of a run come to, kept apart to the exit code.

==============  ====  ====================================================================
pass            0     every decided finding passes
fail            1     one finding fails
inconclusive    3     none fails, and the data do not allow every decision
invalid         4     there is positive evidence that the bench, not the pump, was at fault
==============  ====  ====================================================================

Invalid must be earned: a silent or resetting *device* is not the bench's fault. It stands before all others,
because a broken bench may have spoiled any number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from rig.execute.phases import BENCH_FAULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.execute.phases import End
    from rig.finding import Finding

Outcome = Literal["pass", "fail", "inconclusive", "invalid"]

#: Exit codes of the command line (2: bad files or usage, 70: internal error).
EXIT_CODES: dict[Outcome, int] = {"pass": 0, "fail": 1, "inconclusive": 3, "invalid": 4}


@dataclass(frozen=True)
class Verdict:
    """What the run says about the pump, and whether that may be released.

    Attributes:
        outcome: pass, fail, inconclusive or invalid.
        reasons: why, a sentence each.
        evidence_class: simulated, surrogate or device.
        release_blocks: what keeps this result from being released, a sentence each; empty if nothing does.
    """

    outcome: Outcome
    reasons: tuple[str, ...]
    evidence_class: str
    release_blocks: tuple[str, ...]

    @property
    def exit_code(self) -> int:
        """For the command line."""
        return EXIT_CODES[self.outcome]

    @property
    def releasable(self) -> bool:
        """Whether the result may be released as device evidence."""
        return not self.release_blocks

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "outcome": self.outcome,
            "reasons": list(self.reasons),
            "evidence_class": self.evidence_class,
            "releasable": self.releasable,
            "release_blocks": list(self.release_blocks),
        }


def conclude(
    findings: Sequence[Finding],
    end: End,
    evidence_class: str,
    release_blocks: Sequence[str],
    device_faults: Sequence[str] = (),
) -> Verdict:
    """The verdict of a run.

    Args:
        findings: all of them.
        end: how the run ended.
        evidence_class: of the record.
        release_blocks: what keeps the result from being released, beyond the evidence class.
        device_faults: what the device did that it should not (fell silent, reset), in words.
    """
    blocks = [*release_blocks]
    if evidence_class != "device":
        blocks.insert(0, f"the evidence is {evidence_class}: it says nothing about an implantable pump")
    outcome, reasons = _outcome(findings, end, device_faults)
    return Verdict(outcome, tuple(reasons), evidence_class, tuple(blocks))


def _outcome(findings: Sequence[Finding], end: End, device_faults: Sequence[str]) -> tuple[Outcome, list[str]]:
    if end.kind == BENCH_FAULT:
        return "invalid", [f"the bench was at fault: {end.cause}"]
    decided = {v: [f for f in findings if f.verdict == v] for v in ("fail", "inconclusive", "pass")}
    told = [f"the device: {fault}" for fault in device_faults]
    if decided["fail"]:
        return "fail", [*(f"{f.name}: {f.statement}" for f in decided["fail"]), *told]
    reasons = [f"{f.name}: {f.statement}" for f in decided["inconclusive"]]
    if end.cause:
        reasons.insert(0, f"the run ended early ({end.kind}): {end.cause}")
    if reasons or told or not decided["pass"]:
        return "inconclusive", [*reasons, *told] or ["nothing was decided"]
    return "pass", [f"{f.name}: {f.statement}" for f in decided["pass"]]
