"""How long a bench is taken up: every phase of the run, and the record without flow that it needs once.

What only a person can do (mounting, answering prompts) takes its own time and is in no number here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calibration.noise_fit import BLOCK_S, FEWEST_BLOCKS
from calibration.units import TIME
from rig.execute.phases import CHECK_AFTER, CHECK_BEFORE, DELIVERY, EVAPORATION_AFTER, EVAPORATION_BEFORE
from rig.noise_record import noise_problems
from rig.plan import reference_witness

if TYPE_CHECKING:
    from datetime import date

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.plan import Plan
    from rig.protocol import Protocol

#: No shorter record without flow is fitted: more blocks than the fewest, in whole hours [s].
_SHORTEST_S: Final = 3600.0 * (math.floor(FEWEST_BLOCKS * BLOCK_S / 3600.0) + 1)
_CHECKS = {CHECK_BEFORE: "check weight before", CHECK_AFTER: "check weight after"}
_LEGS = {EVAPORATION_BEFORE: "evaporation leg before", EVAPORATION_AFTER: "evaporation leg after"}


@dataclass(frozen=True, slots=True)
class ZeroFlow:
    """Whether the noise of the balance is known over so long a run.

    Attributes:
        length_s: of a record without flow that would do [s].
        problems: why there is none; empty where the one that the bench names will do.
    """

    length_s: float
    problems: tuple[str, ...]


def parts_s(plan: Plan) -> dict[str, float]:
    """Lengths of the parts of a run, in order, by name [s]; what has no length is left out."""
    found: dict[str, float] = {}
    for phase in plan.phases:
        if phase.name == DELIVERY:
            overrun = phase.duration_s - plan.stabilization_s - plan.analysis_s
            found |= {"stabilization": plan.stabilization_s, "analysis": plan.analysis_s, "overrun": overrun}
        else:
            name = _name(phase.name)
            found[name] = found.get(name, 0.0) + phase.duration_s
    return {name: length for name, length in found.items() if length > 0.0}


def zero_flow(protocol: Protocol, bench: Bench, measured: CalibrationRecord | None, today: date) -> ZeroFlow:
    """Whether the noise record that the bench names holds for this run.

    Args:
        protocol: how long it delivers.
        bench: what stands on it, by its file; nobody is asked.
        measured: the noise record; None where the bench names none.
        today: the day of the run.
    """
    length_s = max(protocol.timing.delivery_s, _SHORTEST_S)
    name = reference_witness(bench)
    if measured is None:
        return ZeroFlow(length_s, (f"{name}: the bench names no noise record",))
    serial = next(one.serial_number for one in bench.witness if one.name == name)
    problems = noise_problems(measured, protocol, bench, serial, today)
    known_s = 0.0 if measured.noise is None else TIME.magnitude("length", measured.noise.length)
    return ZeroFlow(max(length_s, known_s), tuple(problems))


def _name(phase: str) -> str:
    checks = next((text for begins, text in _CHECKS.items() if phase.startswith(begins)), phase)
    return _LEGS.get(phase, checks)
