"""The check weight: does the balance still say of it what the certificate says, and the same after the run as before?

A level is uncertain by repeatability and resolution of the balance's calibration record, or by the scatter of the
placements where that is larger (:mod:`calibration.placements`, :mod:`rig.findings.check_placements`).

A shift between before and after that this does not explain, at a false alarm of 1 %, is positive evidence against the
bench: the run is invalid. A deviation from the certificate that does not change keeps a result from being released; it
may as well be the wrong weight. None of it says anything about the pump, so every row is informative.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from calibration.check_weight import Check, check, compare
from calibration.coverage import coverage_factor
from calibration.standards import certified
from calibration.units import MASS
from rig.check_standard import COPY, read_copy
from rig.errors import EvidenceError
from rig.execute.phases import CHECK_AFTER, CHECK_BEFORE
from rig.finding import Finding
from rig.findings.check_placements import Placements, Weighings, stated_level_sd_g
from rig.plan import reference_witness

if TYPE_CHECKING:
    from calibration.record_parts import Standard
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.protocol_checks import CheckWeight

NAME: Final = "check_weight"
#: Of both sides together.
FALSE_ALARM: Final = 0.01
#: The linearity of increments of the calibration record holds up to here [g].
INCREMENT_G: Final = 1.0


@dataclass(frozen=True)
class CheckWeights:
    """What the check weight says of the bench.

    Attributes:
        findings: informative rows.
        shift: why the bench was at fault, in words; empty if nothing shows.
        blocks: what keeps a result from being released.
        shift_g: after less before, and its standard uncertainty [g]; None where it was not weighed both times.
    """

    findings: tuple[Finding, ...] = ()
    shift: str = ""
    blocks: tuple[str, ...] = ()
    shift_g: tuple[float, float] | None = None


def check_weights(evidence: Evidence, delivery: Delivery | None) -> CheckWeights:
    """Judge the check weight of a run; nothing where its protocol asks for none.

    Raises:
        EvidenceError, CalibrationError: the copy of the standard in the record cannot be read.
    """
    if evidence.protocol.check_weight is None:
        return CheckWeights()
    if delivery is None:
        return _not_done("too little was recorded to say anything")
    standard = read_copy(evidence.input(COPY))
    try:
        return _Judge(evidence, delivery, evidence.protocol.check_weight, standard).all()
    except EvidenceError as error:
        return _not_done(str(error))


def _not_done(why: str) -> CheckWeights:
    finding = Finding(NAME, "informative", f"not determined: {why}", unit="mg")
    return CheckWeights((finding,), blocks=(f"the check weight was not weighed before and after: {why}",))


class _Judge:
    def __init__(self, evidence: Evidence, delivery: Delivery, table: CheckWeight, standard: Standard) -> None:
        self._evidence, self._part, self._table, self._standard = evidence, delivery.setup, table, standard
        value, u = certified(standard, MASS)
        self._value_g, self._u_weight_g = MASS.magnitude("value", value), MASS.magnitude("u", u)
        name = reference_witness(evidence.bench)
        balance = evidence.calibrations[name].balance
        if balance is None:
            raise EvidenceError(f"{name}: expected the calibration record of a balance")
        self._balance = balance
        self._weighings = Weighings(evidence, delivery, table, name)

    def all(self) -> CheckWeights:
        """Both checks against the certificate, and their comparison."""
        before, after = (self._weighings.placements(when, self._value_g) for when in (CHECK_BEFORE, CHECK_AFTER))
        sd_g, nu = self._level_sd(before, after)
        rows = {
            "before": self._against_certificate(before, sd_g, nu),
            "after": self._against_certificate(after, sd_g, nu),
        }
        shift = compare(
            before.mass_g,
            after.mass_g,
            sd=sd_g * math.hypot(before.mean_factor, after.mean_factor) * math.sqrt(self._table.times / 2.0),
            nu=nu,
            drift_allowance=MASS.magnitude("allowance", self._table.allowance),
            alpha=FALSE_ALARM,
        )
        findings = (
            self._finding(f"{NAME}_before", rows["before"], before),
            self._finding(f"{NAME}_after", rows["after"], after),
            self._finding(NAME, shift, None),
        )
        return CheckWeights(findings, self._shift_text(shift), tuple(self._blocks(rows)), (shift.value, shift.u))

    def _level_sd(self, *found: Placements) -> tuple[float, float]:
        """Standard deviation of one level [g]: by the calibration record, or as found where that is larger."""
        known = stated_level_sd_g(self._balance)
        scatter = math.sqrt(sum(one.level_sd_g**2 for one in found) / len(found))
        return (known, math.inf) if known >= scatter else (scatter, len(found) * (self._table.times - 1.0))

    def _against_certificate(self, found: Placements, sd_g: float, nu: float) -> Check:
        whole = self._value_g > INCREMENT_G
        half_width = MASS.magnitude("linearity", self._balance.linearity) if whole else self._part.linearity_g
        slope = self._part.u_sensitivity * self._value_g
        u = math.sqrt(self._u_weight_g**2 + slope**2 + half_width**2 / 3.0)
        sd = sd_g * found.mean_factor * math.sqrt(self._table.times)
        return check(found.mass_g, self._value_g, sd=sd, nu=nu, u_reference=u, alpha=FALSE_ALARM)

    def _finding(self, name: str, found: Check, placements: Placements | None) -> Finding:
        k, limit = max(2.0, coverage_factor(found.degrees_of_freedom)), 1e3 * found.limit
        against = "the check before" if placements is None else "its certificate"
        text = (
            f"{found.verdict}: {1e3 * found.value:+.3g} mg from {against}, U = {1e3 * k * found.u:.2g} mg, alarm "
            f"beyond {limit:.2g} mg ({100 * FALSE_ALARM:g} % false alarms)"
        )
        facts: dict[str, Any] = {"check": found.verdict, "p": found.p, "serial": self._table.serial}
        if placements is not None:
            facts |= {"certified_g": self._value_g, "placements_g": placements.mass_g.tolist()}
        return Finding(
            name, "informative", text, 1e3 * found.value, 1e3 * found.u, 1e3 * k * found.u, k,
            found.degrees_of_freedom, "mg", (-limit, limit), facts=facts,
        )  # fmt: skip

    def _blocks(self, rows: dict[str, Check]) -> list[str]:
        standard, on = self._standard, datetime.fromisoformat(self._evidence.record.start["started_utc"]).date()
        blocks = [
            f"the check weight {standard.serial_number} {when} the run differs by {1e3 * one.value:+.3g} mg from its "
            f"certificate, more than {1e3 * one.limit:.2g} mg"
            for when, one in rows.items()
            if one.verdict == "shifted"
        ]
        if not standard.calibrated_on <= on <= standard.valid_until:
            dates = f"from {standard.calibrated_on} to {standard.valid_until}"
            blocks.append(f"the check weight {standard.serial_number} is certified {dates}, used on {on}")
        return blocks

    def _shift_text(self, shift: Check) -> str:
        if shift.verdict == "held":
            return ""
        p = f"p = {shift.p:.1g}" if shift.p > 1e-6 else "p < 1e-6"
        return (
            f"the balance shows {1e3 * shift.value:+.3g} mg of the check weight {self._table.serial} after the run "
            f"against before, more than the {1e3 * shift.limit:.2g} mg that chance explains ({p})"
        )
