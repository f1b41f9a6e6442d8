"""What a campaign has shown: a row for each fault and protocol, who was blamed for what, and what is wrong.

*Smallest magnitude detected with 95 % confidence*: the smallest one from which on, at each magnitude, the one-sided
lower 95 % Clopper-Pearson bound of the probability of detection is at least 90 % (that takes 29 runs, all found; the
90/95 of NDT, MIL-HDBK-1823A [K]). With fewer runs the row says from where on every run was found, and no more.
"""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rig.campaign.judge import WRONG
from rig.verify.reliability import lower_bound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from rig.campaign.assemble import Campaign
    from rig.campaign.fault import Expectation, Fault
    from rig.nightly.journal import Journal

CONFIDENCE: Final = 0.95
PROBABILITY: Final = 0.90
VERDICTS: Final = ("pass", "fail", "inconclusive", "invalid", "unusable")
CULPRITS: Final = ("nobody", "device", "bench")
#: What the rule of the limits admits: guard band of U with k = 2, one-sided.
RISK: Final = 0.025
_TOLD: Final = {*WRONG, "undecided", "known defect"}


@dataclass(frozen=True)
class Level:
    """One magnitude.

    Attributes:
        magnitude: in the fault's unit.
        runs, found: how many.
        low, high: two-sided 95 % Clopper-Pearson interval of the probability of detection.
        surely: one-sided lower 95 % bound of it.
        after_h, error_ul, error_percent: medians of the runs that were found; None where nothing is known.
    """

    magnitude: float
    runs: int
    found: int
    low: float
    high: float
    surely: float
    after_h: float | None
    error_ul: float | None
    error_percent: float | None


@dataclass(frozen=True)
class Row:
    """A fault in a protocol.

    Attributes:
        fault: whose.
        expect: what the protocol owes it.
        levels: by magnitude, rising.
    """

    fault: Fault
    expect: Expectation
    levels: tuple[Level, ...]

    @property
    def smallest(self) -> float | None:
        """Smallest magnitude detected with 95 % confidence; None where the runs do not show one."""
        return self._from(lambda level: level.surely >= PROBABILITY)

    @property
    def all_found_from(self) -> float | None:
        """Magnitude from which on every run was found."""
        return self._from(lambda level: level.found == level.runs)

    def at(self, magnitude: float | None) -> Level | None:
        """The level of a magnitude."""
        return next((one for one in self.levels if one.magnitude == magnitude), None)

    def _from(self, enough: Callable[[Level], bool]) -> float | None:
        found = None
        for level in reversed(self.levels):
            if not enough(level):
                break
            found = level.magnitude
        return found


@dataclass(frozen=True)
class CampaignReport:
    """One campaign.

    Attributes:
        runs: made, and asked for.
        seed: of the campaign.
        took_h: of the machine, over all processes [h].
        rows: by fault and protocol.
        confusion: runs by culprit and verdict.
        judgements: how often each.
        wrong: every run whose verdict is a wrong one, an undecided one, or a known defect.
        outside: runs whose true mean flow was outside its limit and whose fault was a device's, and those that passed.
    """

    runs: tuple[int, int]
    seed: int
    took_h: float
    rows: tuple[Row, ...]
    confusion: Mapping[str, Mapping[str, int]]
    judgements: Mapping[str, int]
    wrong: tuple[dict[str, Any], ...]
    outside: tuple[int, int]

    @property
    def outcome(self) -> str:
        """``wrong``, ``undecided`` or ``right``."""
        if any(self.judgements.get(one, 0) for one in WRONG) or self.risk_exceeded:
            return "wrong"
        return "undecided" if self.judgements.get("undecided", 0) else "right"

    @property
    def risk_exceeded(self) -> bool:
        """Whether more pumps outside the limit passed than the rule admits, with 95 % confidence."""
        of, passed = self.outside
        return of > 0 and lower_bound(of, of - passed, CONFIDENCE) > RISK


def campaign_report(campaign: Campaign, journal: Journal) -> CampaignReport:
    """From the journal, over or not."""
    shown = journal.of("run")
    culprit = {fault.id: fault.culprit for fault in campaign.faults}
    outside = [one for one in shown if one["outside"] and culprit.get(one["fault"]) != "bench"]
    return CampaignReport(
        runs=(len(shown), len(campaign.runs)),
        seed=campaign.seed,
        took_h=sum(one["took_s"] for one in shown) / 3600.0,
        rows=tuple(_rows(campaign.faults, shown)),
        confusion=_confusion(shown, culprit),
        judgements=dict(Counter(one["judgement"] for one in shown)),
        wrong=tuple(one for one in shown if one["judgement"] in _TOLD),
        outside=(len(outside), sum(one["verdict"] == "pass" for one in outside)),
    )


def _rows(faults: Iterable[Fault], shown: Sequence[dict[str, Any]]) -> Iterable[Row]:
    for fault in faults:
        for expect in fault.expect:
            mine = [one for one in shown if (one["fault"], one["protocol"]) == (fault.id, expect.protocol)]
            if mine:
                strengths = sorted({one["magnitude"] for one in mine})
                levels = [_level(value, [one for one in mine if one["magnitude"] == value]) for value in strengths]
                yield Row(fault, expect, tuple(levels))


def _level(magnitude: float, shown: Sequence[dict[str, Any]]) -> Level:
    found = [one for one in shown if one["judgement"] == "found"]
    n, k = len(shown), len(found)
    half = (1.0 + CONFIDENCE) / 2.0
    low, high = lower_bound(n, n - k, half), 1.0 - lower_bound(n, k, half)
    medians = [_median(one[key] for one in found) for key in ("after_h", "error_ul", "error_percent")]
    return Level(magnitude, n, k, low, high, lower_bound(n, n - k, CONFIDENCE), *medians)


def _median(values: Iterable[float | None]) -> float | None:
    known = [one for one in values if one is not None]
    return statistics.median(known) if known else None


def _confusion(shown: Iterable[dict[str, Any]], culprit: Mapping[str, str]) -> dict[str, dict[str, int]]:
    counted = Counter((culprit.get(one["fault"], "nobody"), one["verdict"]) for one in shown)
    return {who: {verdict: counted[who, verdict] for verdict in VERDICTS} for who in CULPRITS}
