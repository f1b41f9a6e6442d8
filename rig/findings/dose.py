"""The dose: drug that left the tip against the programmed one; a verdict of its own, beside those about volume.

It needs an assay. Where a bridge or priming bolus changes what is in the line, the composition is *modelled*, unless a
tracer was fitted; the finding says which.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from calibration.coverage import effective_degrees_of_freedom
from calibration.units import CONCENTRATION, TIME, VOLUME
from rig.errors import EvidenceError
from rig.findings.assayed import assay_of, old_assay
from rig.findings.bolus import of_kinds
from rig.findings.held import decided, held_against
from rig.verify.changed_dose import drug_between
from rig.verify.delivered_bolus import delivered_boluses
from rig.verify.dose import assayed_dose, dose_ug
from rig.verify.dose_windows import CONTENT, extreme_windows
from rig.verify.guard_bands import student_quantile
from rig.verify.mixing import Line
from rig.verify.windows import freedom, levels_at_ul

if TYPE_CHECKING:
    from rig.finding import Finding
    from rig.findings.run import Run
    from rig.protocol import Protocol
    from rig.protocol_findings.doses import DoseVerdict, LineTable
    from rig.verify.dose import Assay, Dose

NAME = "dose"
_MIXED = "the program has a bridge or priming bolus; judge the analysis, where its mixing is modelled"


def planned(protocol: Protocol) -> bool:
    """Whether a plan knows the assay, or that there is none."""
    return protocol.assay is None or not protocol.assay.ask


def dose_findings(run: Run, asked: DoseVerdict) -> list[Finding]:
    """``dose`` of the analysis, ``dose_bolus``, ``dose_most`` and ``dose_least`` of any 24 h; errors in percent.

    Raises:
        EvidenceError: no assay, or none of what a bridge bolus clears, or no line to model it in.
        MetricError: nothing programmed, or what the record does not hold.
    """
    assay = assay_of(run.evidence)
    makers = {"analysis": _analysis, "bolus": _boluses, "any_24_h": _any_24_h}
    return [
        _finding(asked, name, dose, told_ul, assay)
        for one in asked.of
        for name, dose, told_ul in makers[one](run, asked, assay)
    ]


def _finding(asked: DoseVerdict, name: str, dose: Dose, told_ul: float, assay: Assay) -> Finding:
    decision = held_against(dose.error_percent, dose.u_percent, dose.nu, asked, programmed_ul=told_ul)
    facts = {
        "delivered_ug": dose.value_ug,
        "u_delivered_ug": dose.u_ug,
        "programmed_ug": dose.programmed_ug,
        "assay_ug_ml": assay.ug_ml,
        "u_assay_ug_ml": assay.u_ug_ml,
        "assay": assay.method,
        "composition": dose.basis,
    }
    return decided(name, decision, asked, **facts).saying(f"Assay: {assay.method}. Composition: {dose.basis}.", {})


def _analysis(run: Run, _asked: DoseVerdict, assay: Assay) -> list[tuple[str, Dose, float]]:
    begin_s, end_s = run.span.start_s, run.span.end_s
    changed_s = _changed_s(run)
    if changed_s is not None and changed_s < end_s:
        return [(NAME, _through_the_line(run, assay, changed_s), run.span.programmed_ul)]
    volume = run.delivery.difference_ul(begin_s, end_s)
    phase_ul = run.shot_ul / 12.0**0.5
    u_ul = math.hypot(volume.u, phase_ul)
    nu = effective_degrees_of_freedom([volume.u, phase_ul], [volume.nu_eff, math.inf])
    return [(NAME, _own(run, volume.value, u_ul, nu, run.span.programmed_ul, assay), run.span.programmed_ul)]


def _own(run: Run, volume_ul: float, u_ul: float, nu: float, told_ul: float, assay: Assay) -> Dose:
    """Drug in a volume of the reservoir's own concentration; the programmed one is by the label."""
    label = CONCENTRATION.magnitude("concentration", run.dose.concentration)
    return assayed_dose(volume_ul, u_ul, told_ul * label / 1000.0, assay, nu)


def _boluses(run: Run, asked: DoseVerdict, assay: Assay) -> list[tuple[str, Dose, float]]:
    """The single boluses together, with their joint covariance."""
    seen = delivered_boluses(run.delivery, run.dose, run.began, settle=asked.settle, shot=VOLUME.quantity(run.shot_ul))
    single = of_kinds(seen, ["single"])
    if _changed_s(run) is not None:
        raise EvidenceError(_MIXED)
    told_ul, u_ul = float(single.programmed_ul.sum()), math.sqrt(float(single.covariance_ul2.sum()))
    return [(f"{NAME}_bolus", _own(run, float(single.volume_ul.sum()), u_ul, single.nu, told_ul, assay), told_ul)]


def _any_24_h(run: Run, asked: DoseVerdict, assay: Assay) -> list[tuple[str, Dose, float]]:
    if _changed_s(run) is not None:
        raise EvidenceError(_MIXED)
    found = extreme_windows(
        run.delivery, run.dose, run.began, step=asked.step, window=TIME.parse("window", "24 h"),
        seed=int(run.evidence.record.content_digest[:12], 16),
    )  # fmt: skip
    u_ul = found.expanded_ul / student_quantile(0.5 + 0.5 * CONTENT, math.inf)
    ends = (
        ("most", found.largest_ul, found.programmed_largest_ul),
        ("least", found.smallest_ul, found.programmed_smallest_ul),
    )
    return [(f"{NAME}_{name}", _own(run, ul, u_ul, math.inf, told, assay), told) for name, ul, told in ends]


def _changed_s(run: Run) -> float | None:
    """When the first bridge or priming bolus begins [s]; None where there is none."""
    own = CONCENTRATION.magnitude("concentration", run.dose.concentration)
    return next((begin for piece, begin, _ in run.pieces() if piece.concentration_ug_ml != own), None)


def _through_the_line(run: Run, assay: Assay, changed_s: float) -> Dose:
    """From the change on, or from the beginning of the analysis where that is later."""
    begin_s, end_s = max(run.span.start_s, changed_s), run.span.end_s
    line = _line(run.evidence.protocol.line)
    levels, covariance = levels_at_ul(run.delivery, np.array([changed_s, begin_s, end_s]))
    covariance = covariance + np.eye(3) * run.shot_ul**2 / 12.0
    primed = next(piece for piece, at_s, _ in run.pieces() if at_s == changed_s).concentration_ug_ml == 0.0
    table = run.evidence.protocol.assay
    old = (0.0, 0.0) if primed or table is None else old_assay(table)
    value, u = drug_between(
        (float(levels[1] - levels[0]), float(levels[2] - levels[0])),
        covariance,
        old=old,
        new=(assay.ug_ml, assay.u_ug_ml),
        line=line.numbers_ul,
    )
    times = np.array([begin_s, end_s]) - run.began_s
    told = float(np.diff(run.dose.drug_ug(times))[0])
    return dose_ug(value, u, told, freedom(run.delivery, begin_s, end_s), line.basis)


def _line(table: LineTable | None) -> Line:
    if table is None:
        raise EvidenceError("a bridge or priming bolus changes what is in the line: add [line] with its dead volume")
    return Line(table.dead, table.mixed, table.dead_u, table.mixed_u, table.tracer)
