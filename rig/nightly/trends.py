"""A finding of tonight against the nights before, of the same protocol and device.

Values are compared with the mean of those before; ``step`` is the difference in units of tonight's U. It decides
nothing: a pump that drifts within its limits passes each night, and this is where a person sees it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rig.errors import EvidenceError
from rig.nightly.journal import JOURNAL, Journal
from rig.nightly.result import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: So many nights are looked back.
NIGHTS = 30


@dataclass(frozen=True)
class Trend:
    """One finding through the nights.

    Attributes:
        what: protocol.
        device: model and serial number.
        name, unit: of the finding.
        values: night by night, tonight last.
        expanded: U of tonight; None where there is none.
    """

    what: str
    device: str
    name: str
    unit: str
    values: tuple[float, ...]
    expanded: float | None

    @property
    def step(self) -> float | None:
        """Tonight less the mean of the nights before, in units of U; None with no night before, or no U."""
        before = self.values[:-1]
        if not before or not self.expanded:
            return None
        return (self.values[-1] - sum(before) / len(before)) / self.expanded


def trends(nights: Path, name: str, tonight: Journal) -> list[Trend]:
    """Every finding of tonight with a value, and what it was before.

    Args:
        nights: folder of all nights.
        name: of the plan.
        tonight: its journal.
    """
    before = [_values(journal) for journal in _earlier(nights, name, tonight.folder)]
    found = []
    for key, (value, unit, expanded) in _values(tonight).items():
        values = tuple(night[key][0] for night in before if key in night)
        found.append(Trend(*key, unit, (*values, value), expanded))
    return found


def shown_in(journal: Journal) -> list[Shown]:
    """What each item of a night has shown, in the order of the plan."""
    return sorted(map(Shown.from_json, journal.of("finished")), key=lambda one: one.item)


def _earlier(nights: Path, name: str, tonight: Path) -> Iterator[Journal]:
    folders = sorted(path.parent for path in nights.glob(f"{name}-*/{JOURNAL}"))
    for folder in [one for one in folders if one.name < tonight.name][-NIGHTS:]:
        try:
            yield Journal.open(folder)
        except EvidenceError:  # an old journal that cannot be read takes nothing away from tonight
            continue


def _values(journal: Journal) -> dict[tuple[str, str, str], tuple[float, str, float | None]]:
    return dict(_pairs(shown_in(journal)))


def _pairs(shown: Sequence[Shown]) -> Iterator[tuple[tuple[str, str, str], tuple[float, str, float | None]]]:
    for one in shown:
        findings: Sequence[dict[str, Any]] = () if one.interrupted else one.findings
        for finding in findings:
            if finding["value"] is not None and finding["verdict"] != "informative":
                key = one.what, one.device, str(finding["name"])
                yield key, (float(finding["value"]), str(finding["unit"]), finding["U"])
