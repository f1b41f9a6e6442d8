"""What a check weight leaves open about the balance: the uncertainty of every difference of two levels by it.

A change of sensitivity acts on all that stands on the pan, and that looks like delivery. Beyond the alarm limit of the
check weight the run is invalid (:mod:`rig.findings.check_weight`). Below it a shift d was found, with u(d), at no known
instant between the checks. Nothing is corrected; d +- u(d), in the proportion of the load to the weight, is in U:

    u = sqrt(d^2 + u(d)^2) * load / weight

>>> f"{1e3 * held_g(3e-5, 2.2e-5, load_g=53.0, weight_g=50.0):.3f} mg"
'0.039 mg'

**The load** is what the balance shows at the most, and never less than ``load_volume`` of the fluid: a
tared balance shows less than it carries. A tared vessel that is heavier than that makes the line too small.

What is planned, and what is known at a look into a run, has one check or none: a shift of nothing, with the u(d) that
both checks will have by the balance's calibration record. A run that ended without its second check has no line; it
cannot be released. Why so: ``docs/decisions/0052-what-a-check-weight-does-not-show.md``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.placements import mean_factor, placement_matrix
from calibration.standards import certified
from calibration.units import MASS
from rig.check_standard import COPY, read_copy
from rig.evaluation import WITH_UNSEEN, revision_of
from rig.findings.check_placements import stated_level_sd_g
from rig.findings.check_weight import check_weights
from rig.plan import reference_witness

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence

#: Part of the readings that the load is not below; a touch of the pan is no load.
_ALL_BUT_SPIKES: Final = 0.99


def with_held(evidence: Evidence, delivery: Delivery, *, after: bool = True) -> Delivery:
    """A delivery that is as uncertain as its check weight leaves it; as it was where the protocol asks for none.

    Args:
        evidence: of the run, of a plan, or of a run so far.
        delivery: of it.
        after: whether the run is over, and its second check done if it was to be.

    Raises:
        EvidenceError, CalibrationError: the copy of the standard in the record cannot be read.
    """
    table = evidence.protocol.check_weight
    if table is None or revision_of(evidence.record.start) < WITH_UNSEEN:
        return delivery
    shift_g = (0.0, planned_u_g(evidence, table.times)) if not after else check_weights(evidence, delivery).shift_g
    if shift_g is None:
        return delivery
    on_pan_g = load_g(delivery)
    left_g = held_g(*shift_g, load_g=on_pan_g, weight_g=_weight_g(evidence, on_pan_g))
    return replace(delivery, held_g=float(left_g))


def held_g(shift_g: Any, u_g: Any, *, load_g: float, weight_g: float) -> Any:
    """Standard uncertainty of a difference of two levels [g], for a shift of the check weight and its u.

    Args:
        shift_g, u_g: after less before, and its standard uncertainty [g]; of several records one number for each.
        load_g, weight_g: what stands on the pan, and the check weight [g].
    """
    return np.hypot(shift_g, u_g) * load_g / weight_g


def load_g(delivery: Delivery) -> float:
    """What stands on the pan, as far as it is known [g]."""
    part = delivery.setup
    return max(float(np.quantile(delivery.reading_g, _ALL_BUT_SPIKES)), part.load_volume_ml * part.fluid_kg_m3 / 1000.0)


def planned_u_g(evidence: Evidence, times: int) -> float:
    """The u of the shift that two checks of so many placements will have by the balance's calibration record [g]."""
    balance = evidence.calibrations[reference_witness(evidence.bench)].balance
    one = 0.0 if balance is None else stated_level_sd_g(balance)
    return one * mean_factor(placement_matrix(np.arange(2.0 * times + 1.0))) * float(np.sqrt(2.0))


def _weight_g(evidence: Evidence, unknown_g: float) -> float:
    """By the copy in the record, or of a plan by the book; a plan whose book is not there is for one like the load."""
    if evidence.planned_weight_g is not None:
        return evidence.planned_weight_g or unknown_g
    return MASS.magnitude("value", certified(read_copy(evidence.input(COPY)), MASS)[0])
