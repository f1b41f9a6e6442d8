"""The trumpet curve of the analysis: informative, or decided where the protocol gives a limit.

A length of window decides only if it is a whole multiple of the declared cycle and its noise floor is at most a third
of the limit; every other one is drawn, flagged, and decides nothing. The floor holds the walk and the flicker of the
balance, where a noise model tells them.

The furthest of many windows lies further out than the truth of any, so a fail needs more than the uncertainty of one:
all windows of all lengths that decide are judged together (:mod:`rig.verify.trumpet_windows`, docs/decisions/0046).
Records of before are judged as they were (:mod:`rig.findings.trumpet_before`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from calibration.units import FLOW, TIME, VOLUME
from rig.evaluation import WITH_SIMULTANEOUS, revision_of
from rig.finding import Finding
from rig.findings.held import judged, rule_of
from rig.findings.trumpet_before import decided_by_one_window
from rig.verify.limits.judgement import checked_sides
from rig.verify.noise import LevelNoise
from rig.verify.trumpet import Trumpet, Window, trumpet
from rig.verify.trumpet_windows import Strays, WindowRow, judge_row, risks, stray, window_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.findings.curves import Curve
    from rig.protocol_findings.sides import Sides
    from rig.protocol_tables import TrumpetCurve

NAME = "trumpet"


@dataclass(frozen=True)
class Blown:
    """A trumpet with what it stands on.

    Attributes:
        found: the curve.
        evidence, delivery: of the run.
        part: levels of the analysis.
        rate_ul_h: programmed.
        asked: windows, limit and rule.
    """

    found: Trumpet
    evidence: Evidence
    delivery: Delivery
    part: Curve
    rate_ul_h: float
    asked: TrumpetCurve

    @property
    def begin_s(self) -> float:
        """When the analysis begins, on the bench's clock [s]."""
        return self.evidence.delivery_began_s + float(self.part.time_s[0])

    @property
    def before(self) -> bool:
        """Whether the record is of a time when the furthest window was held to the uncertainty of one."""
        return revision_of(self.evidence.record.start) < WITH_SIMULTANEOUS


def trumpet_of(evidence: Evidence, delivery: Delivery, curve: Curve, rate_ul_h: float, asked: TrumpetCurve) -> Blown:
    """The trumpet of the analysis, with its noise floor seeded from the record's content digest.

    Raises:
        MetricError: the record is shorter than a window.
    """
    declared = evidence.bench.device.cycle_volume
    cycle = None
    if declared is not None:
        cycle = TIME.quantity(3600.0 * VOLUME.magnitude("cycle_volume", declared) / rate_ul_h)
    timing = evidence.protocol.timing
    part = curve.part(timing.stabilization_s, evidence.analysed_s)
    before = revision_of(evidence.record.start) < WITH_SIMULTANEOUS
    wander = None if before else VOLUME.quantity(part.wander_ul)
    found = trumpet(
        VOLUME.quantity(part.delivered_ul),
        timing.sample_interval,
        FLOW.quantity(rate_ul_h),
        list(asked.windows),
        cycle=cycle,
        level_noise=LevelNoise(VOLUME.quantity(curve.u_level_ul), wander=wander),
        seed=_seed(evidence),
    )
    return Blown(found, evidence, delivery, part, rate_ul_h, asked)


def trumpet_findings(blown: Blown) -> list[Finding]:
    """One finding a window length; where a limit was asked for and no length may decide, one more says so.

    Raises:
        EvidenceError: no readings around an end of a window.
    """
    limit, windows = blown.asked.limit, blown.found.windows
    if limit is None:
        return [_drawn(window, "the protocol gives no limit") for window in windows]
    silent = {window: window.silent_because(limit.reach) for window in windows}
    rows = {} if blown.before else {window: _row(blown, window) for window in windows if silent[window] is None}
    together = _together(blown, rows)
    findings = [_drawn(one, why) if why else _decided(blown, one, limit, rows, together) for one, why in silent.items()]
    if all(finding.verdict == "informative" for finding in findings):
        findings.append(Finding.undetermined(NAME, "no window may decide about the limit that the protocol gives"))
    return findings


def _drawn(window: Window, silent: str) -> Finding:
    text = f"extremes {window.ep_min_percent:+.3g} % and {window.ep_max_percent:+.3g} %; decides nothing: {silent}"
    high = abs(window.ep_max_percent) >= abs(window.ep_min_percent)
    value = window.ep_max_percent if high else window.ep_min_percent
    return Finding(_name(window), "informative", text, value=value, facts=_facts(window))


def _decided(
    blown: Blown, window: Window, limit: Sides, rows: Mapping[Window, WindowRow], together: Strays | None
) -> Finding:
    name, facts, asked = _name(window), _facts(window), blown.asked
    if together is None:
        return decided_by_one_window(name, window, blown.delivery, blown.begin_s, blown.rate_ul_h, asked, **facts)
    row = rows[window]
    low, high = checked_sides(limit.lower, limit.upper)
    found = judge_row(f"each {limit}", row, low, high, rule_of(asked, row.nu), together)
    facts |= {"at_worst_s": found.facts["worst"] * blown.found.sample_interval_s}
    facts |= risks(found, row, low, high, together)
    return judged(name, found, asked, limit, nu=row.nu, **facts).saying(_words(together, blown.part), {})


def _words(together: Strays, part: Curve) -> str:
    noise = "with the noise model of the balance" if part.wander_ul.any() else "without a noise model"
    how = f"draws of the joint error of the levels, {noise}"
    by = f"Bonferroni's bound over {together.count} windows" if together.largest is None else how
    return (
        "The furthest of many noisy windows lies further out than the true error of any: to fail, one must lie further "
        f"outside than the furthest of all {together.count} windows that decide would by noise alone ({by})."
    )


def _row(blown: Blown, window: Window) -> WindowRow:
    steps = round(window.window_s / blown.found.sample_interval_s)
    programmed_ul = blown.rate_ul_h * window.window_s / 3600.0
    part = blown.part
    nu = blown.delivery.difference_ul(blown.begin_s, blown.begin_s + window.window_s).nu_eff
    return window_row(part.delivered_ul, part.covariance_ul2, steps, programmed_ul, nu)


def _together(blown: Blown, rows: Mapping[Window, WindowRow]) -> Strays | None:
    if not rows:
        return None
    nu = min(row.nu for row in rows.values())
    return stray(blown.part.covariance_ul2, list(rows.values()), nu, _seed(blown.evidence))


def _seed(evidence: Evidence) -> int:
    return int(evidence.record.content_digest[:12], 16)


def _name(window: Window) -> str:
    return f"{NAME}_{window.window_s / 60:g}min"


def _facts(window: Window) -> dict[str, Any]:
    return {
        "window_s": window.window_s,
        "windows": window.count,
        "ep_max_percent": window.ep_max_percent,
        "ep_min_percent": window.ep_min_percent,
        "commensurate": window.commensurate,
        "noise_floor_percent": window.noise_floor_percent,
    }
