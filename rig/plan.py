"""The plan of a run: protocol and bench brought together into phases, before anything is opened.

    check weight  ->  leg with the line clamped  ->  delivery (stabilization, analysis, a little more)
                                                           ->  leg again  ->  check weight again

Delivery goes on for half a level window after the analysis, because the level at its end stands on readings
from both sides of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from calibration.units import RATIO, TIME, VOLUME
from calibration.water_density import water_density_kg_m3
from rig.calibrate.steps import Act
from rig.execute.phases import (
    CHECK_AFTER,
    CHECK_BEFORE,
    DELIVERY,
    EVAPORATION_AFTER,
    EVAPORATION_BEFORE,
    ZERO_FLOW,
    Phase,
    PhaseAct,
    PhasePrompt,
)
from rig.plan_check_weight import check_phases

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calibration.units import Quantity
    from rig.bench import Bench
    from rig.bench_tables import ChannelTable
    from rig.checklist import Item
    from rig.dose import Action
    from rig.protocol import Protocol
    from rig.protocol_tables import Moment

#: A level stands on a sixth of a cycle, but on no more than this and on no fewer than ten readings [s].
LONGEST_LEVEL_S = 600.0
READINGS_PER_LEVEL = 10
CYCLE_PARTS = 6


#: Begins the key of a question of the checklist after the run.
AFTER_KEY = "checklist-"
#: The key of the question for the assay, where the protocol asks for it.
ASSAY_KEY = "assay"
_ASSAY = PhasePrompt(
    ASSAY_KEY,
    "Assay of the drug in the reservoir: concentration; U; certificate; lot, such as '1985 ug/mL; 24 ug/mL; HPLC "
    "report 17; L42'",
    required=True,
)
#: The key of the question for what was drawn out at the refill, where the protocol asks for it.
REFILL_KEY = "refill"
_REFILL = PhasePrompt(
    REFILL_KEY,
    "Draw out what is left in the reservoir: volume; standard uncertainty, such as '12.40 mL; 0.05 mL'",
    required=True,
    act=Act("draw-reservoir"),
)
#: What a record without flow needs of a person.
CLAMPED = PhasePrompt(
    "zero-flow-clamped",
    "Clamp the line. Beaker, filling and needle stand as in a run, and nothing else touches the pan.",
    required=True,
    act=Act("clamp-line"),
)


@dataclass(frozen=True)
class Filling:
    """What the pump is told of its reservoir before anything moves.

    Attributes:
        content: what it holds.
        alarm: the rest at which its alarm shall come.
    """

    content: Quantity
    alarm: Quantity


@dataclass(frozen=True)
class Plan:
    """What will happen, in order.

    Attributes:
        phases: in order.
        intervals_s: how often each channel is asked, by name [s].
        reference: name of the witness that measures delivered volume.
        level_window_s: width of the window of a level [s].
        stabilization_s, analysis_s: within the delivery phase [s].
        over_volume_g: mass gained since delivery began that stops the run [g].
        filling: what the pump is told of its reservoir; None where its low-reservoir alarm is not judged.
    """

    phases: tuple[Phase, ...]
    intervals_s: Mapping[str, float]
    reference: str
    level_window_s: float
    stabilization_s: float
    analysis_s: float
    over_volume_g: float | None
    filling: Filling | None = None

    @property
    def duration_s(self) -> float:
        """All phases, without the time that prompts wait [s]."""
        return sum(phase.duration_s for phase in self.phases)

    @property
    def overrun_s(self) -> float:
        """How long after an instant the readings of its level are in [s]."""
        return overrun_s(self.level_window_s, self.interval_s(self.reference))

    def interval_s(self, channel: str) -> float:
        """How often a channel is asked [s]."""
        return self.intervals_s[channel]


def make_plan(protocol: Protocol, bench: Bench) -> Plan:
    """Bring protocol and bench together.

    Args:
        protocol: what to test.
        bench: on what; only its description is used.
    """
    timing = protocol.timing
    intervals = _intervals(protocol, bench)
    reference = reference_witness(bench)
    window = level_window_s(protocol, bench)
    phases = _phases(protocol, timing.delivery_s + overrun_s(window, intervals[reference]))
    return Plan(
        phases=tuple(phases),
        intervals_s=intervals,
        reference=reference,
        level_window_s=window,
        stabilization_s=timing.stabilization_s,
        analysis_s=timing.analysis_s,
        over_volume_g=_over_volume_g(protocol),
        filling=_filling(protocol, bench),
    )


def overrun_s(window_s: float, interval_s: float) -> float:
    """How long after an instant the readings of its level are in: half a window and two readings [s]."""
    return window_s / 2 + 2 * interval_s


def _phases(protocol: Protocol, delivery_s: float) -> list[Phase]:
    """Every phase in order; what is asked before the run belongs to the first one."""
    timing, weight = protocol.timing, protocol.check_weight
    settle = TIME.magnitude("settle", timing.settle)
    if protocol.kind == "zero-flow":
        prompts = (*_prompts(protocol, "before"), CLAMPED, *_prompts(protocol, "delivery"))
        return [Phase(ZERO_FLOW, settle + timing.analysis_s, prompts=prompts)]
    phases = []
    if timing.evaporation_before is not None:
        leg = settle + TIME.magnitude("evaporation_before", timing.evaporation_before)
        phases.append(Phase(EVAPORATION_BEFORE, leg, prompts=_prompts(protocol, "evaporation_before")))
    prompts = _prompts(protocol, "delivery")
    phases.append(Phase(DELIVERY, delivery_s, _told(protocol), prompts=prompts, acts=_acts(protocol)))
    if timing.evaporation_after is not None:
        leg = settle + TIME.magnitude("evaporation_after", timing.evaporation_after)
        phases.append(Phase(EVAPORATION_AFTER, leg, prompts=_prompts(protocol, "evaporation_after")))
    if weight is not None:
        phases = [*check_phases(CHECK_BEFORE, weight), *phases, *check_phases(CHECK_AFTER, weight)]
    first = phases[0]
    assay = (_ASSAY,) if protocol.assay is not None and protocol.assay.ask else ()
    phases[0] = replace(first, prompts=(*_prompts(protocol, "before"), *assay, *first.prompts))
    refill = (_REFILL,) if protocol.findings.reservoir is not None and protocol.findings.reservoir.ask else ()
    if after := (*_prompts(protocol, "after"), *refill):
        phases.append(Phase("after", 0.0, prompts=after))
    return phases


def with_checklist(plan: Plan, after: Sequence[Item]) -> Plan:
    """The plan with the questions of the checklist that are asked after everything; a no ends nothing then."""
    if not after:
        return plan
    prompts = tuple(PhasePrompt(f"{AFTER_KEY}{item.id}", item.text, required=True, stops=False) for item in after)
    return replace(plan, phases=(*plan.phases, Phase("checklist-after", 0.0, prompts=prompts)))


def reference_witness(bench: Bench) -> str:
    """The witness at the tip: the reference for delivered volume (the first one if there are several)."""
    return next(witness.name for witness in bench.witness if witness.node == "tip")


def level_window_s(protocol: Protocol, bench: Bench) -> float:
    """How wide the window of one level is [s].

    Wide enough for ten readings, and at most a sixth of the declared cycle, over which the flow is nearly
    straight. Levels that are whole cycles apart stand at the same phase, so what curvature is left cancels.
    """
    timing = protocol.timing
    begin, end = timing.stabilization_s, timing.delivery_s
    programmed_ul = float(protocol.dose.volume_ul(end) - protocol.dose.volume_ul(begin))
    fewest = READINGS_PER_LEVEL * _intervals(protocol, bench)[reference_witness(bench)]
    if bench.device.cycle_volume is None or programmed_ul <= 0:
        return max(fewest, min(LONGEST_LEVEL_S, timing.analysis_s / 100))
    cycle_s = timing.analysis_s * VOLUME.magnitude("cycle_volume", bench.device.cycle_volume) / programmed_ul
    return max(fewest, min(LONGEST_LEVEL_S, cycle_s / CYCLE_PARTS))


def _intervals(protocol: Protocol, bench: Bench) -> dict[str, float]:
    """What the protocol asks for, or what the instrument's own file allows where that is longer."""
    asked = protocol.intervals
    found = {"device": TIME.magnitude("intervals.pump", asked.pump)}
    tables: tuple[ChannelTable, ...] = (*bench.witness, *bench.instrument)
    for table in tables:
        found[table.name] = _longer(table.interval, asked.witness)
    found["environment"] = _longer(getattr(bench.environment, "interval", None), asked.environment)
    return found


def _longer(own: Quantity | None, asked: Quantity) -> float:
    asked_s = TIME.magnitude("intervals", asked)
    return asked_s if own is None else max(asked_s, TIME.magnitude("interval", own))


def _told(protocol: Protocol) -> tuple[Action, ...]:
    """The program's actions but its last stop: delivery goes on until the phase ends."""
    return protocol.dose.actions()[:-1]


def _acts(protocol: Protocol) -> tuple[PhaseAct, ...]:
    """What is done to the pump while the program runs."""
    return tuple(
        PhaseAct(act.at_s, f"act-{index}", act.note, act.text, act.do, act.values, act.supply, DELIVERY)
        for index, act in enumerate(protocol.acts, start=1)
    )


def _prompts(protocol: Protocol, *moments: Moment) -> tuple[PhasePrompt, ...]:
    return tuple(
        PhasePrompt(f"{prompt.at}-{index}", prompt.text, prompt.required)
        for index, prompt in enumerate(protocol.prompts, start=1)
        if prompt.at in moments
    )


def _filling(protocol: Protocol, bench: Bench) -> Filling | None:
    """For a pump whose bench declares the alarm, in a protocol that judges it."""
    asked = protocol.findings.reservoir
    if asked is None or asked.low_setting is None or "low-reservoir-alarm" not in bench.device.features:
        return None
    return Filling(protocol.dose.reservoir if asked.fill is None else asked.fill, asked.low_setting)


def _over_volume_g(protocol: Protocol) -> float:
    """Mass gained in the beaker that no programmed delivery explains [g]; the density of water will do for a guard."""
    safety = protocol.safety
    programmed_ul = float(protocol.dose.volume_ul(protocol.timing.delivery_s))
    allowed_ul = programmed_ul * (1 + RATIO.magnitude("over_volume_ratio", safety.over_volume_ratio) / 100)
    allowed_ul += VOLUME.magnitude("over_volume", safety.over_volume)
    return allowed_ul * float(water_density_kg_m3(20.0)) * 1e-6
