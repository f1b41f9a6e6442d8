"""The computed delivery: delivered against programmed volume on the sampling grid of the protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drivers.interfaces import Column
from rig.errors import EvidenceError
from rig.export.contents import small_table

if TYPE_CHECKING:
    from rig.assessment import Assessment
    from rig.export.contents import Table

_COLUMNS: Final = (
    Column("t_s", "float64", "s", "acquisition time on the bench's clock, as in the streams"),
    Column("since_delivery_began_s", "float64", "s", "since delivery began"),
    Column("delivered_ul", "float64", "uL", "since delivery began"),
    Column("u_delivered_ul", "float64", "uL", "its standard uncertainty; the values of a column are correlated"),
    Column("programmed_ul", "float64", "uL", "what should have been delivered"),
)


def delivery_table(assessment: Assessment) -> Table:
    """Levels each sample interval, with the standard uncertainty of the volume since delivery began.

    Raises:
        EvidenceError: nothing was delivered that could be computed; the reason is in the findings.
    """
    curve, record = assessment.curve, assessment.evidence.record
    if curve is None:
        told = [one.statement for one in assessment.findings] or ["there are no findings"]
        raise EvidenceError(
            f"{record.folder}: expected a delivery that can be computed, found none ({told[0]}); export it without"
        )
    values = {
        "t_s": curve.time_s + assessment.evidence.delivery_began_s,
        "since_delivery_began_s": curve.time_s,
        "delivered_ul": curve.delivered_ul,
        "u_delivered_ul": curve.u_ul,
        "programmed_ul": curve.programmed_ul,
    }
    return small_table("delivery", _COLUMNS, values, {"computed": "from the raw readings of the record"})
