"""The two witnesses of a leak: which of a bench, and where in the volumes of a run.

Where the protocol names none, the first is the one at the pump outlet, else what weighs the reservoir; the second is
the balance at the tip. A loss from the reservoir on includes what the pump itself loses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.delivery.witness_volumes import nodes_of
from rig.errors import EvidenceError
from rig.plan import reference_witness
from rig.verify.seen import NODES, OUTLET, RESERVOIR

if TYPE_CHECKING:
    from rig.bench_tables import Bench
    from rig.delivery.witness_volumes import WitnessVolumes
    from rig.protocol_findings.leak import Leak


def pair_of(bench: Bench, asked: Leak) -> tuple[str, str]:
    """Names of both.

    Raises:
        EvidenceError: one that the bench does not have or that has no calibration record, or both in the wrong order.
    """
    nodes, tip = nodes_of(bench), asked.tip or reference_witness(bench)
    known = [name for name in nodes if name in bench.calibrations()]
    outlet = asked.outlet or next((n for node in (OUTLET, RESERVOIR) for n in known if nodes[n] == node), "")
    if not outlet:
        raise EvidenceError(
            "expected a witness at the pump outlet or the reservoir with a calibration record, found none on the "
            "bench; calibrate a flow sensor or the load cell (rig calibrate) and name its record"
        )
    for name in (outlet, tip):
        if name not in known:
            raise EvidenceError(
                f"expected a witness with a calibration record, found {name!r}; the bench has {', '.join(known)}"
            )
    if NODES.index(nodes[outlet]) >= NODES.index(nodes[tip]):
        raise EvidenceError(
            f"expected outlet nearer to the pump than tip, found {outlet} ({nodes[outlet]}) and {tip} ({nodes[tip]})"
        )
    return outlet, tip


def places(volumes: WitnessVolumes, pair: tuple[str, str]) -> tuple[int, int]:
    """Where both stand among the volumes of a run.

    Raises:
        EvidenceError: one of them says nothing, with the reason.
    """
    for name in pair:
        if name not in volumes.names:
            raise EvidenceError(f"{name} says nothing: {volumes.silent.get(name, 'it was not read')}")
    return volumes.names.index(pair[0]), volumes.names.index(pair[1])
