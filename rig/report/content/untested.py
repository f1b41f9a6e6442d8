"""What was not tested: it follows from the protocol, so that nobody takes a pass for more than it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.findings.span import constant_rate_ul_h

if TYPE_CHECKING:
    from rig.report.content.case import Case

_FINDINGS = {
    "bolus": "boluses",
    "any_24_h": "the dose of any 24 h",
    "trumpet": "constancy of flow (trumpet curve)",
    "claim_agreement": "what the device says of itself",
}


def not_tested(case: Case, devices: int = 1, runs: int = 1) -> list[str]:
    """A line each.

    Args:
        case: the run, or the first of a campaign.
        devices, runs: how many the report is about.
    """
    asked, fluid = case.protocol.findings, case.protocol.conditions.fluid.name
    missing = [text for name, text in _FINDINGS.items() if getattr(asked, name) is None]
    if asked.trumpet is not None and asked.trumpet.limit is None:
        missing.append("constancy of flow (shown without a limit)")
    lines = [f"not judged: {'; '.join(missing)}"] if missing else []
    rate = constant_rate_ul_h(case.evidence)
    if rate is not None:
        lines.append(f"flows other than {rate:.4g} µL/h")
    if devices == 1:
        lines.append(f"other devices: one device, {'one run' if runs == 1 else f'{runs} runs'}")
    lines.append(f"the drug itself: the pump delivered {fluid}; stability and content of the drug")
    lines.append("back pressure, height, temperature and filling of the reservoir were not varied")
    lines.append("alarms, occlusion, supply and telemetry faults")
    return lines
