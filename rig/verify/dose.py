"""From volume to dose: apart from rate and volume, because it needs something more, an assay of the drug.

A label states a nominal concentration; a dose verdict needs one that was assayed, with its uncertainty::

    u = CONCENTRATION_DIFFERENCE.parse("u", "12 ug/mL")
    assay = Assay(CONCENTRATION.parse("c", "1985 ug/mL"), u, "HPLC, report 17")
    dose = delivered_dose(volume, u_volume, programmed=DRUG_AMOUNT.parse("dose", "300 ug"), assay=assay)
    dose.error_percent, dose.u_percent, dose.basis

While a bridge or priming bolus is on its way, the concentration at the tip is *modelled*
(:mod:`rig.verify.mixing`) unless a tracer was measured; ``basis`` says so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from calibration.coverage import effective_degrees_of_freedom
from calibration.units import CONCENTRATION, CONCENTRATION_DIFFERENCE, DRUG_AMOUNT, VOLUME, Quantity
from rig.verify.errors import MetricError

#: What is said of a dose whose composition nobody doubts.
ASSAYED = "assayed concentration of the reservoir"


@dataclass(frozen=True)
class Assay:
    """A measured concentration.

    Attributes:
        concentration: of the drug in the reservoir.
        u: its standard uncertainty.
        method: how and where it was assayed, for the report.
        nu: degrees of freedom of u.
    """

    concentration: Quantity
    u: Quantity
    method: str
    nu: float = math.inf

    def __post_init__(self) -> None:
        if self.u_ug_ml <= 0.0 or not self.method.strip():
            raise MetricError(
                f"assay: expected a standard uncertainty above zero and a method, found {self.u_ug_ml:g} ug/mL and "
                f"{self.method!r}; the label of the drug is no assay"
            )

    @property
    def ug_ml(self) -> float:
        """The concentration [ug/mL]."""
        return CONCENTRATION.magnitude("concentration", self.concentration)

    @property
    def u_ug_ml(self) -> float:
        """Its standard uncertainty [ug/mL]."""
        return CONCENTRATION_DIFFERENCE.magnitude("u", self.u)


@dataclass(frozen=True)
class Dose:
    """A delivered dose.

    Attributes:
        value_ug, u_ug: drug and standard uncertainty [ug].
        programmed_ug: what was programmed [ug].
        error_percent, u_percent: against it.
        nu: effective degrees of freedom.
        basis: what the composition stands on.
    """

    value_ug: float
    u_ug: float
    programmed_ug: float
    error_percent: float
    u_percent: float
    nu: float
    basis: str


def delivered_dose(
    volume: Quantity,
    u_volume: Quantity,
    *,
    programmed: Quantity,
    assay: Assay | None,
    nu: float = math.inf,
) -> Dose:
    """The drug in a delivered volume of the reservoir's own concentration.

    Args:
        volume, u_volume: delivered, with standard uncertainty.
        programmed: drug that was programmed for it, above zero.
        assay: of the drug in the reservoir.
        nu: degrees of freedom of ``u_volume``.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: no assay, or nothing programmed.
    """
    if assay is None:
        raise MetricError(
            "dose: expected an assayed concentration with its uncertainty, found none; without one only volume and "
            "rate can be judged"
        )
    volume_ul, u_ul = VOLUME.magnitude("volume", volume), VOLUME.magnitude("u_volume", u_volume)
    parts_ug = assay.ug_ml * u_ul / 1000.0, volume_ul * assay.u_ug_ml / 1000.0
    freedom = effective_degrees_of_freedom([abs(part) for part in parts_ug], [nu, assay.nu])
    told_ug = DRUG_AMOUNT.magnitude("programmed", programmed)
    return dose_ug(volume_ul * assay.ug_ml / 1000.0, math.hypot(*parts_ug), told_ug, freedom, ASSAYED)


def dose_ug(value_ug: float, u_ug: float, programmed_ug: float, nu: float, basis: str) -> Dose:
    """Kernel: a dose against the programmed one, all in ug.

    Raises:
        MetricError: nothing programmed.
    """
    if not programmed_ug > 0.0:
        raise MetricError(f"dose: expected a programmed dose above zero, found {programmed_ug:g} ug")
    error = 100.0 * (value_ug / programmed_ug - 1.0)
    return Dose(value_ug, u_ug, programmed_ug, error, 100.0 * u_ug / programmed_ug, nu, basis)
