"""What one item of a night has shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from rig.nightly.programs import TOO_LONG
from rig.record.glance import device_text, glance

if TYPE_CHECKING:
    from pathlib import Path

#: What the process that ran a protocol says with its exit code (the README has the table).
_BY_CODE: Final = {0: "pass", 1: "fail", 3: "inconclusive", 4: "invalid"}
_ENDINGS: Final = {
    2: "a file that cannot be used; the log beside the record says which",
    70: "a defect of the rig; the log beside the record shows it",
    130: "it was stopped from outside before it began",
    TOO_LONG: "it took longer than at_most, and was stopped",
}
#: Worst first: which verdict names the night.
ORDER: Final = ("fail", "invalid", "unusable", "inconclusive", "blocked", "pass")
EXIT_CODES: Final = {"fail": 1, "invalid": 4, "unusable": 2, "inconclusive": 3, "blocked": 3, "pass": 0}


@dataclass(frozen=True)
class Shown:
    """The outcome of an item; plain values, as they stand in the journal.

    Attributes:
        item: its place in the plan, from 0.
        what: protocol or suite.
        verdict: pass, fail, inconclusive, invalid, blocked (did not begin), unusable (a file, or a defect of the rig).
        reasons: in words.
        folder: of record and log, below the night's folder; empty where it did not begin.
        interrupted: whether the night was cut short in it.
        device: model and serial number; empty where nobody said.
        evidence_class: simulated, surrogate or device; empty where nobody said.
        findings: name, value, U, unit, verdict of each.
    """

    item: int
    what: str
    verdict: str
    reasons: tuple[str, ...] = ()
    folder: str = ""
    interrupted: bool = False
    device: str = ""
    evidence_class: str = ""
    findings: tuple[dict[str, Any], ...] = field(default=())

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Shown:
        """From what :meth:`as_json` gave; other keys are left out."""
        known = {name: said[name] for name in cls.__dataclass_fields__ if name in said}
        return cls(**{**known, "reasons": tuple(known["reasons"]), "findings": tuple(known["findings"])})


def run_outcome(record: Path | None, exit_code: int) -> dict[str, Any]:
    """Verdict, reasons, device and findings of a run of a protocol.

    Args:
        record: its record; None where none was begun.
        exit_code: of the process.
    """
    start = {} if record is None else glance(record / "start.json")
    result = {} if record is None else glance(record / "result.json")
    said = result.get("verdict", {})
    verdict = _BY_CODE.get(exit_code, "unusable")
    ending = [_ENDINGS.get(exit_code, f"the process ended with {exit_code}")] if verdict == "unusable" else []
    if said and exit_code == TOO_LONG:
        verdict = str(said.get("outcome", "inconclusive"))
    return {
        "verdict": verdict,
        "reasons": (*ending, *map(str, said.get("reasons", ()))),
        "device": device_text(start),
        "evidence_class": str(start.get("evidence_class", "")),
        "findings": tuple(_short(one) for one in result.get("findings", ())),
    }


def _short(finding: dict[str, Any]) -> dict[str, Any]:
    return {key: finding.get(key) for key in ("name", "value", "U", "unit", "verdict", "limits")}


def worst(verdicts: list[str]) -> str:
    """The verdict that names a night; ``blocked`` where nothing ran."""
    return min(verdicts, key=ORDER.index, default="blocked")
