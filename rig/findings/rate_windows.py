"""Errors of windows of the analysis, an hour to a week long: the worst of each length, with all of them together.

Windows of one run share scale and evaporation, and neighbours share a level: the limits are judged with their joint
covariance. All pass where each passes by itself; one is proven to be outside only beyond what the most extreme of so
many strays by chance (:mod:`rig.verify.limits.windows`).

A window decides only if what is programmed in it is a whole number of the device's cycles.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import RATIO, TIME
from rig.finding import Finding
from rig.findings.held import judged, rule_of
from rig.protocol_findings.limits import EachTable, FractionTable, MaskTable
from rig.protocol_findings.sides import Sides
from rig.verify.errors import MetricError
from rig.verify.joint import Joint, errors_of_levels
from rig.verify.limits import EachWithin, FractionWithin, Mask, Windows
from rig.verify.windows import freedom, levels_at_ul, programmed_above_zero

if TYPE_CHECKING:
    from rig.findings.run import Run
    from rig.protocol_findings.rates import RateWindows

    Floats = np.ndarray[Any, np.dtype[np.float64]]

NAME = "rate_windows"
#: A number of cycles that is off by no more than this part of one is whole.
_TIE = 1e-6


@dataclass(frozen=True, eq=False)
class _Row:
    """Windows of one length: their starts on the bench's clock [s], and what is programmed in each [uL]."""

    length_s: float
    start_s: Floats
    programmed_ul: Floats
    silent: str


def rate_windows_findings(run: Run, asked: RateWindows) -> list[Finding]:
    """One finding a length, or one of all lengths for a mask; errors in percent.

    Raises:
        MetricError: a length that the analysis does not hold, a window with nothing programmed.
    """
    rows = [_row(run, asked, TIME.magnitude("lengths", length)) for length in asked.lengths]
    joint = _joint(run, rows)
    ends = np.cumsum([len(row.start_s) for row in rows])
    parts = [slice(end - len(row.start_s), end) for row, end in zip(rows, ends, strict=True)]
    if isinstance(asked.limit, MaskTable):
        return [_mask(asked, asked.limit, rows, joint)]
    found = [_finding(asked, row, _part(joint, part)) for row, part in zip(rows, parts, strict=True)]
    if asked.decides and all(finding.verdict == "informative" for finding in found):
        found.append(Finding.undetermined(NAME, f"no window may decide: {rows[0].silent}"))
    return found


def _row(run: Run, asked: RateWindows, length_s: float) -> _Row:
    timing = run.evidence.protocol.timing
    step_s = length_s if asked.step is None else TIME.magnitude("step", asked.step)
    room_s = timing.analysis_s - length_s
    if room_s < -_TIE * length_s:
        raise MetricError(
            f"windows: expected lengths up to the analysis of {timing.analysis_s / 3600:g} h, found "
            f"{length_s / 3600:g} h; analyse longer"
        )
    steps = np.arange(int(room_s / step_s + _TIE) + 1, dtype=np.float64)
    starts: Floats = timing.stabilization_s + step_s * steps
    told = run.dose.volume_ul(starts + length_s) - run.dose.volume_ul(starts)
    programmed_above_zero(float(told.min()), f"each window of {length_s / 3600:g} h")
    return _Row(length_s, starts + run.began_s, told, _silent(run.cycle_ul, told))


def _silent(cycle_ul: float | None, told_ul: Floats) -> str:
    """Why windows decide nothing; empty where they do."""
    if cycle_ul is None:
        return "the bench declares no cycle of the device"
    cycles = told_ul / cycle_ul
    if np.abs(cycles - np.round(cycles)).max() <= _TIE * cycles.max() and cycles.min() > 0.5:
        return ""
    return f"no whole number of cycles of {cycle_ul:g} uL ({cycles[0]:.3g} in the first one)"


def _joint(run: Run, rows: list[_Row]) -> Joint:
    """Errors of all windows of all lengths; a level is uncertain by the shots of the pump as well."""
    start = np.concatenate([row.start_s for row in rows])
    end = np.concatenate([row.start_s + row.length_s for row in rows])
    times, index = np.unique(np.concatenate([start, end]).round(6), return_inverse=True)
    volume, covariance = levels_at_ul(run.delivery, times)
    nu = min(freedom(run.delivery, float(row.start_s[0]), float(row.start_s[0] + row.length_s)) for row in rows)
    shots = np.eye(len(times)) * run.shot_ul**2 / 12.0
    told = np.concatenate([row.programmed_ul for row in rows])
    return errors_of_levels(volume, covariance + shots, index[: len(start)], index[len(start) :], told, nu)


def _part(joint: Joint, part: slice) -> Joint:
    return Joint(joint.value[part], joint.covariance[part, part], joint.nu)


def _finding(asked: RateWindows, row: _Row, joint: Joint) -> Finding:
    name, facts = f"{NAME}_{_words(row.length_s)}", _facts(row, joint)
    limit = asked.limit
    silent = row.silent or ("" if limit is not None else "the protocol gives no limit")
    if silent:
        text = (
            f"from {facts['smallest_percent']:+.3g} % to {facts['largest_percent']:+.3g} %; decides nothing: {silent}"
        )
        return Finding(name, "informative", text, value=facts["furthest_percent"], facts=facts)
    if isinstance(limit, FractionTable):
        part = RATIO.magnitude("fraction", limit.fraction) / 100.0
        within = FractionWithin(part, limit.within.lower, limit.within.upper)
        return judged(name, within.judge(joint, rule_of(asked, joint.nu)), asked, limit.within, **facts)
    sides = limit.each if isinstance(limit, EachTable) else limit
    if not isinstance(sides, Sides):
        raise MetricError(f"windows: expected a limit of each or of a fraction, found {limit}")
    judgement = EachWithin(sides.lower, sides.upper).judge(joint, rule_of(asked, joint.nu))
    return judged(name, judgement, asked, sides, **facts)


def _mask(asked: RateWindows, limit: MaskTable, rows: list[_Row], joint: Joint) -> Finding:
    """All lengths at once; here a length that may not decide leaves the whole mask undecided."""
    if silent := [f"{_words(row.length_s)}: {row.silent}" for row in rows if row.silent]:
        return Finding.undetermined(f"{NAME}_mask", "; ".join(silent))
    mask = Mask(tuple((TIME.magnitude("window", r.window), r.within.lower, r.within.upper) for r in limit.mask))
    lengths = np.concatenate([np.full(len(row.start_s), row.length_s) for row in rows])
    judgement = mask.judge(Windows(joint, lengths), rule_of(asked, joint.nu))
    worst_s = float(lengths[judgement.facts["worst"]])
    sides = next(r.within for r in limit.mask if abs(TIME.magnitude("window", r.window) - worst_s) < _TIE * worst_s)
    facts = {_words(row.length_s): len(row.start_s) for row in rows}
    return judged(f"{NAME}_mask", judgement, asked, sides, windows=facts)


def _facts(row: _Row, joint: Joint) -> dict[str, Any]:
    errors = joint.value
    return {
        "length_s": row.length_s,
        "windows": len(errors),
        "largest_percent": float(errors.max()),
        "smallest_percent": float(errors.min()),
        "furthest_percent": float(errors[np.abs(errors).argmax()]),
        "mean_percent": float(errors.mean()),
        "error_percent": errors.tolist(),
        "u_percent": joint.u.tolist(),
        "start_s": row.start_s.tolist(),
    }


def _words(length_s: float) -> str:
    for name, unit_s in (("d", 86400.0), ("h", 3600.0), ("min", 60.0)):
        if length_s >= 2 * unit_s or (name != "d" and length_s >= unit_s):
            return f"{length_s / unit_s:g}{name}"
    return f"{length_s:g}s"
