"""Everything that a plan says of one protocol on one bench."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.errors import EvidenceError
from rig.planning.bench_time import ZeroFlow, parts_s, zero_flow
from rig.planning.case import Lengths
from rig.planning.outcomes import Asked, RunPlan
from rig.planning.population import Coverage, SampleSize, sample_size
from rig.planning.run_plan import plan_run
from rig.planning.series import Series, series_of
from rig.refusals import refuse_undecidable

if TYPE_CHECKING:
    from datetime import date

    from rig.planning.case import Case


@dataclass(frozen=True)
class MadePlan:
    """A plan.

    Attributes:
        case: what was planned.
        run: its findings, and the run that decides them.
        parts_s, shortest_s: phases as planned and of the shortest run, by name [s]; no phases where there is none.
        zero_flow: whether the noise of the balance is known.
        samples: how many pumps; None where nothing was claimed of all pumps.
        series: tolerance intervals of boluses that the protocol asks for.
        unplanned: tables with limits that stand on events; no plan knows when those happen.
    """

    case: Case
    run: RunPlan
    parts_s: dict[str, float]
    shortest_s: dict[str, float]
    zero_flow: ZeroFlow
    samples: SampleSize | None
    series: tuple[Series, ...]
    unplanned: tuple[str, ...]


def make(case: Case, today: date, asked: Asked | None = None, coverage: Coverage | None = None) -> MadePlan:
    """Plan a run; a few seconds.

    Args:
        case: protocol, bench, calibrations.
        today: the day of the run, on which the noise record must hold.
        asked: for which pump, and up to which length; the defaults unless given.
        coverage: what is claimed of all pumps; None for nothing.

    Raises:
        FileError: a protocol whose findings could not be made.
        EvidenceError: a record without flow, which decides nothing; a plan too short to say anything.
        CalibrationError: no calibration record of a balance for the witness at the tip.
        MetricError: a claim that no sample can show.
    """
    protocol, asked = case.protocol, asked or Asked()
    if protocol.kind == "zero-flow":
        raise EvidenceError(f"{protocol.id}: a record without flow decides nothing, so there is nothing to plan")
    refuse_undecidable(protocol, case.bench)
    run = plan_run(case, asked)
    return MadePlan(
        case=case,
        run=run,
        parts_s=parts_s(case.plan(Lengths())),
        shortest_s={} if run.shortest is None else parts_s(case.plan(run.shortest.lengths)),
        zero_flow=zero_flow(protocol, case.bench, case.measured, today),
        samples=None if coverage is None else _samples(run, coverage),
        series=series_of(protocol, run.prediction),
        unplanned=tuple(case.unplanned()),
    )


def _samples(run: RunPlan, coverage: Coverage) -> SampleSize:
    """For the mean flow error, which every protocol has."""
    main = run.prediction.findings[0]
    if main.expanded is None or main.unit != "%":
        raise EvidenceError(f"{main.name}: nothing can be claimed of all pumps by what cannot be decided of one")
    wanted = run.wanted
    return sample_size(
        main, run.prediction.u_shared_percent, coverage, mean=wanted.assumed_percent, chance=wanted.chance
    )
