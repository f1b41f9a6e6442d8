"""Boluses of the program: the mean of their errors and the one that is furthest off, or a whole series at once.

The largest of many is pushed outwards by the noise of its weighing: it passes where each bolus does by itself, and
fails beyond what the furthest of so many strays (docs/decisions/0046). The volume is judged. During a bridge or priming
bolus the composition is only modelled, and the finding says so.

Priming and bridge boluses may have tables of their own; then ``[findings.bolus]`` is about the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import RATIO, TIME, VOLUME
from rig.evaluation import WITH_SIMULTANEOUS, revision_of
from rig.findings.held import decided, held, judged, rule_of, sides_of, words_of
from rig.protocol_findings.limits import AnySingle, ContentTable, EachTable, FractionTable, LargerOfTable
from rig.protocol_findings.sides import Sides
from rig.verify.delivered_bolus import DeliveredBoluses, delivered_boluses
from rig.verify.errors import MetricError
from rig.verify.joint import Joint
from rig.verify.limits import EachWithin, FractionWithin, Sample, ToleranceWithin
from rig.verify.limits.windows import all_within

if TYPE_CHECKING:
    from collections.abc import Collection

    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.finding import Finding
    from rig.protocol_tables import Bolus

NAME = "bolus"
ALL = ("single", "bridge", "priming")
#: What a volume says about the drug in it.
_MODELLED = "volume only; which drug is in a bridge or priming bolus is modelled, not measured"


def bolus_findings(
    evidence: Evidence,
    delivery: Delivery,
    asked: Bolus,
    shot_ul: float,
    name: str = NAME,
    kinds: Collection[str] = ALL,
) -> list[Finding]:
    """Two findings, ``bolus_mean`` and ``bolus_largest``, or ``bolus_series`` for a limit of a series; in percent.

    Args:
        evidence, delivery: of the run.
        asked: limit, rule, settling.
        shot_ul: the portion that the pump moves at once.
        name: of the table; the findings' names begin with it.
        kinds: of the boluses that it is about.

    Raises:
        EvidenceError: delivery never began.
        MetricError: the program has no such bolus, or the record does not hold one of them.
    """
    found = of_kinds(
        delivered_boluses(
            delivery,
            evidence.protocol.dose,
            TIME.quantity(evidence.delivery_began_s),
            settle=asked.settle,
            shot=VOLUME.quantity(shot_ul),
        ),
        kinds,
    )
    if isinstance(asked.limit, Sides | LargerOfTable):
        before = revision_of(evidence.record.start) < WITH_SIMULTANEOUS
        return _mean_and_largest(found, asked.limit, asked, name, before=before)
    return [_series(found, asked, name)]


def of_kinds(found: DeliveredBoluses, kinds: Collection[str]) -> DeliveredBoluses:
    """Only the boluses of these kinds, with their joint covariance.

    Raises:
        MetricError: there is none.
    """
    keep = np.flatnonzero([kind in kinds for kind in found.kinds])
    if not len(keep):
        raise MetricError(f"boluses: expected one of {', '.join(kinds)}, found {', '.join(sorted(set(found.kinds)))}")
    return replace(
        found,
        kinds=tuple(found.kinds[i] for i in keep),
        start_s=found.start_s[keep],
        end_s=found.end_s[keep],
        volume_ul=found.volume_ul[keep],
        covariance_ul2=found.covariance_ul2[np.ix_(keep, keep)],
        programmed_ul=found.programmed_ul[keep],
    )


def _mean_and_largest(
    found: DeliveredBoluses, limit: AnySingle, asked: Bolus, name: str, *, before: bool
) -> list[Finding]:
    """The mean is held against the limit of the largest setting, the strictest one."""
    told = found.programmed_ul
    mean = held(found.mean_error_percent, found.u_mean_percent, found.nu, sides_of(limit, float(told.max())), asked)
    largest = largest_by_itself if before else largest_of_all
    return [decided(f"{name}_mean", mean, asked, **_facts(found)), largest(found, limit, asked, f"{name}_largest")]


def largest_of_all(found: DeliveredBoluses, limit: AnySingle, asked: Bolus, name: str) -> Finding:
    """The finding of the bolus that is furthest off, with all of them together.

    Args:
        found: the boluses with their joint covariance.
        limit: of each.
        asked: rule and coverage factor.
        name: of the finding.
    """
    sides = [sides_of(limit, float(one)) for one in found.programmed_ul]
    low, high = _ends(sides)
    joint = Joint(found.error_percent, _percent(found), found.nu)
    judgement = all_within(f"each {words_of(limit)}", joint, low, high, rule_of(asked, found.nu))
    worst = judgement.facts["worst"]
    return judged(name, judgement, asked, sides[worst], nu=found.nu, bolus=worst + 1, of=len(sides))


def largest_by_itself(found: DeliveredBoluses, limit: AnySingle, asked: Bolus, name: str) -> Finding:
    """The same as it was up to revision 2 of the evaluation: with the uncertainty of one. Arguments are as above."""
    sides, errors = [sides_of(limit, float(one)) for one in found.programmed_ul], found.error_percent
    low, high = _ends(sides)
    worst = int(np.maximum(low - errors, errors - high).argmax())
    largest = held(float(errors[worst]), float(found.u_percent[worst]), found.nu, sides[worst], asked)
    return decided(name, largest, asked, bolus=worst + 1, of=len(errors))


def _ends(limits: list[Sides | None]) -> tuple[Any, Any]:
    """Lower and upper limit of each; infinite where there is none."""
    low = np.array([-np.inf if one is None or one.lower is None else one.lower for one in limits])
    high = np.array([np.inf if one is None or one.upper is None else one.upper for one in limits])
    return low, high


def _series(found: DeliveredBoluses, asked: Bolus, name: str) -> Finding:
    joint, by = Joint(found.error_percent, _percent(found), found.nu), rule_of(asked, found.nu)
    limit = asked.limit
    if isinstance(limit, EachTable):
        each = EachWithin(limit.each.lower, limit.each.upper)
        return judged(f"{name}_series", each.judge(joint, by), asked, limit.each, **_facts(found))
    if isinstance(limit, FractionTable):
        part = FractionWithin(_part(limit.fraction), limit.within.lower, limit.within.upper)
        return judged(f"{name}_series", part.judge(joint, by), asked, limit.within, **_facts(found))
    if isinstance(limit, ContentTable):
        return _tolerance(found, limit, asked, name)
    raise MetricError(f"{name}: expected a limit of a series, found {limit}")


def _tolerance(found: DeliveredBoluses, limit: ContentTable, asked: Bolus, name: str) -> Finding:
    """All boluses like these: the scatter of one setting, and what the weighings of a run share as a guard band."""
    found.statistics()  # refuses boluses of more than one setting
    n, covariance = len(found.volume_ul), _percent(found)
    own = float(np.trace(covariance)) / n
    shared = max(float(covariance.sum() - np.trace(covariance)) / (n * (n - 1)), 0.0)
    within = ToleranceWithin(
        limit.within.lower, limit.within.upper, _part(limit.content), _part(limit.confidence), of="boluses"
    )
    sample = Sample(tuple(found.error_percent.tolist()), shared**0.5)
    judgement = within.judge(sample, rule_of(asked, found.nu))
    facts = {"value": found.mean_error_percent, "u": found.u_mean_percent, "u_of_one": own**0.5}
    return judged(f"{name}_series", judgement, asked, limit.within, **facts, **_facts(found))


def _percent(found: DeliveredBoluses) -> Any:
    return 1e4 * found.covariance_ul2 / np.outer(found.programmed_ul, found.programmed_ul)


def _part(value: Any) -> float:
    return RATIO.magnitude("part", value) / 100.0


def _facts(found: DeliveredBoluses) -> dict[str, Any]:
    errors = found.error_percent
    facts: dict[str, Any] = {
        "boluses": len(errors),
        "kinds": list(found.kinds),
        "programmed_ul": found.programmed_ul.tolist(),
        "delivered_ul": found.volume_ul.tolist(),
        "error_percent": errors.tolist(),
        "u_percent": found.u_percent.tolist(),
        "mean_percent": found.mean_error_percent,
        "smallest_percent": float(errors.min()),
        "largest_percent": float(errors.max()),
        "sd_percent": float(errors.std(ddof=1)) if len(errors) > 1 else None,
    }
    if set(found.kinds) != {"single"}:
        facts["composition"] = _MODELLED
    return facts
