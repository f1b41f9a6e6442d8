"""Evidence as it was at an instant of a run: the first rows of each channel, and the phases until then."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rig.execute.phases import SO_FAR, End
from rig.plan import reference_witness
from rig.record.held import first_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.bench import Bench
    from rig.delivery.from_record import Evidence


def so_far(evidence: Evidence, rows: Mapping[str, int], until_s: float) -> Evidence:
    """What was known at an instant.

    Args:
        evidence: of the run, or of its plan.
        rows: how many each channel had by then; channels that are not named are left out.
        until_s: the instant [s].

    Raises:
        EvidenceError: no such channel.
    """
    phases = {name: (begin, min(end, until_s)) for name, (begin, end) in evidence.phases.items() if begin < until_s}
    return replace(evidence, record=first_rows(evidence.record, rows), phases=phases, end=End(SO_FAR, "", until_s))


def channels_of(bench: Bench) -> list[str]:
    """What a look stands on: the balance at the tip, the air, the evaporation beaker, and what happened."""
    found = ["events", reference_witness(bench)]
    if "environment" in bench.instruments():
        found.append("environment")
    beaker = bench.evaporation_beaker
    return found if beaker is None else [*found, beaker.name]
