"""The assay of a run: written in the protocol, or answered when the run started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import UnitError
from calibration.units import CONCENTRATION, CONCENTRATION_DIFFERENCE
from rig.errors import EvidenceError
from rig.plan import ASSAY_KEY
from rig.verify.dose import Assay

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.delivery.from_record import Evidence
    from rig.protocol_findings.doses import AssayTable

NONE = (
    "no assayed concentration: add [assay] with concentration, U, certificate and lot, or ask = true; the label of the "
    "drug is no assay, and without one only volume and rate can be judged"
)


def assay_of(evidence: Evidence) -> Assay:
    """The assay.

    Raises:
        EvidenceError: there is none, or the answer is not one.
    """
    table = evidence.protocol.assay
    if table is None:
        raise EvidenceError(NONE)
    if table.concentration is not None and table.U is not None:
        said = f"{table.certificate}, lot {table.lot}"
        concentration, expanded = table.concentration, table.U
    else:
        concentration, expanded, said = _answered(evidence.answer(ASSAY_KEY))
    wide = CONCENTRATION_DIFFERENCE.magnitude("U", expanded)
    return Assay(concentration, CONCENTRATION_DIFFERENCE.quantity(wide / table.k), said)


def old_assay(table: AssayTable) -> tuple[float, float]:
    """Concentration that a bridge bolus clears, and its standard uncertainty [ug/mL].

    Raises:
        EvidenceError: the protocol gives none.
    """
    if table.old is None:
        raise EvidenceError(
            "no assay of the drug that the bridge bolus clears: add old = { concentration, U } to [assay]"
        )
    concentration = CONCENTRATION.magnitude("old.concentration", table.old.concentration)
    return concentration, CONCENTRATION_DIFFERENCE.magnitude("old.U", table.old.U) / table.k


def _answered(text: str) -> tuple[Quantity, Quantity, str]:
    parts = [part.strip() for part in text.split(";")]
    if len(parts) != 4 or not all(parts):
        raise EvidenceError(
            f"the assay was answered with {text!r}; expected concentration; U; certificate; lot, such as "
            "'1985 ug/mL; 24 ug/mL; HPLC report 17; L42'"
        )
    try:
        concentration = CONCENTRATION.parse("concentration", parts[0])
        expanded = CONCENTRATION_DIFFERENCE.parse("U", parts[1])
        if not CONCENTRATION_DIFFERENCE.magnitude("U", expanded) > 0.0:
            raise EvidenceError(f"the assay was answered with U = {parts[1]}; expected one above zero")
    except UnitError as error:
        raise EvidenceError(f"the assay was answered with {text!r}: {error}") from error
    return concentration, expanded, f"{parts[2]}, lot {parts[3]}"
