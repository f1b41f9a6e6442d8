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
from rig.verify.series import not_negative

#: A volume of nothing may come out below zero by so many standard uncertainties.
_NOISE = 3.0
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
        if not self.nu > 0.0:
            raise MetricError(f"assay: expected degrees of freedom above zero (infinite is good), found {self.nu}")

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
        MetricError: no assay, nothing programmed, a volume below zero by more than noise, an uncertainty below zero.
    """
    if assay is None:
        raise MetricError(
            "dose: expected an assayed concentration with its uncertainty, found none; without one only volume and "
            "rate can be judged"
        )
    volume_ul = VOLUME.magnitude("volume", volume)
    u_ul = not_negative("u_volume", VOLUME.magnitude("u_volume", u_volume), "uL")
    if volume_ul < -_NOISE * u_ul:
        raise MetricError(
            f"volume: expected a delivered volume from zero up, or below it by noise alone, found {volume_ul:g} uL "
            f"with u = {u_ul:g} uL; is the sign turned?"
        )
    return assayed_dose(volume_ul, u_ul, DRUG_AMOUNT.magnitude("programmed", programmed), assay, nu)


def assayed_dose(volume_ul: float, u_ul: float, told_ug: float, assay: Assay, nu: float) -> Dose:
    """Kernel: the same of a volume as it was measured, which may have any sign; a balance may have taken some back."""
    parts_ug = assay.ug_ml * u_ul / 1000.0, volume_ul * assay.u_ug_ml / 1000.0
    freedom = effective_degrees_of_freedom([abs(part) for part in parts_ug], [nu, assay.nu])
    return dose_ug(volume_ul * assay.ug_ml / 1000.0, math.hypot(*parts_ug), told_ug, freedom, ASSAYED)


def dose_ug(value_ug: float, u_ug: float, programmed_ug: float, nu: float, basis: str) -> Dose:
    """Kernel: a dose against the programmed one, all in ug.

    Raises:
        MetricError: nothing programmed, a dose that is no number, an uncertainty below zero.
    """
    not_negative("u of the dose", u_ug, "ug")
    if not math.isfinite(value_ug):
        raise MetricError(f"dose: expected a number, found {value_ug} ug")
    if not programmed_ug > 0.0:
        raise MetricError(f"dose: expected a programmed dose above zero, found {programmed_ug:g} ug")
    error = 100.0 * (value_ug / programmed_ug - 1.0)
    return Dose(value_ug, u_ug, programmed_ug, error, 100.0 * u_ug / programmed_ug, nu, basis)
