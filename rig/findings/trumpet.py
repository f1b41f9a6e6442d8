"""The trumpet curve of the analysis: informative, or decided where the protocol gives a limit.

A window decides only if it is a whole multiple of the declared cycle and its noise floor is at most a third
of the limit; every other window is drawn, flagged, and decides nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.units import FLOW, TIME, VOLUME
from rig.finding import Finding
from rig.findings.held import held_against
from rig.verify.noise import LevelNoise
from rig.verify.trumpet import Trumpet, Window, trumpet

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.findings.curves import Curve
    from rig.protocol_tables import TrumpetCurve

NAME = "trumpet"


def trumpet_of(evidence: Evidence, curve: Curve, rate_ul_h: float, asked: TrumpetCurve) -> Trumpet:
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
    return trumpet(
        VOLUME.quantity(part.delivered_ul),
        timing.sample_interval,
        FLOW.quantity(rate_ul_h),
        list(asked.windows),
        cycle=cycle,
        level_noise=LevelNoise(VOLUME.quantity(curve.u_level_ul)),
        seed=int(evidence.record.content_digest[:12], 16),
    )


def trumpet_findings(
    found: Trumpet, evidence: Evidence, delivery: Delivery, rate_ul_h: float, asked: TrumpetCurve
) -> list[Finding]:
    """One finding a window; where a limit was asked for and no window may decide, one more says so."""
    findings = [_finding(window, evidence, delivery, rate_ul_h, asked) for window in found.windows]
    if asked.limit is not None and all(finding.verdict == "informative" for finding in findings):
        findings.append(Finding.undetermined(NAME, "no window may decide about the limit that the protocol gives"))
    return findings


def _finding(window: Window, evidence: Evidence, delivery: Delivery, rate_ul_h: float, asked: TrumpetCurve) -> Finding:
    name = f"{NAME}_{window.window_s / 60:g}min"
    high = abs(window.ep_max_percent) >= abs(window.ep_min_percent)
    value, at = (window.ep_max_percent, window.at_max_s) if high else (window.ep_min_percent, window.at_min_s)
    facts = _facts(window)
    silent = "the protocol gives no limit" if asked.limit is None else window.silent_because(asked.limit.reach)
    if silent is not None:
        text = f"extremes {window.ep_min_percent:+.3g} % and {window.ep_max_percent:+.3g} %; decides nothing: {silent}"
        return Finding(name, "informative", text, value=value, facts=facts)
    begin = evidence.delivery_began_s + evidence.protocol.timing.stabilization_s + at
    volume = delivery.difference_ul(begin, begin + window.window_s)
    u = 100.0 * volume.u / (rate_ul_h * window.window_s / 3600.0)
    return Finding.decided(name, held_against(value, u, volume.nu_eff, asked), **facts)


def _facts(window: Window) -> dict[str, Any]:
    return {
        "window_s": window.window_s,
        "windows": window.count,
        "ep_max_percent": window.ep_max_percent,
        "ep_min_percent": window.ep_min_percent,
        "commensurate": window.commensurate,
        "noise_floor_percent": window.noise_floor_percent,
    }
