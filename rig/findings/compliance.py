"""Compliance of the line, as far as one run can show it: the rise of pressure while the pump fills a closed line.

A rise that is no line (a pump that slips, a line that yields, air in it) is no compliance, and the finding says so.
What is measured is everything between pump and blockage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.units import FLOW, PRESSURE, RATIO, TIME
from rig.findings.held import one
from rig.findings.instants import at_s
from rig.verify.compliance import compliance

if TYPE_CHECKING:
    from rig.finding import Finding
    from rig.findings.run import Run
    from rig.protocol_findings.catheter import Compliance
    from rig.protocol_findings.pressure import PressureColumn
    from rig.verify.compliance import Compliance as Measured

NAME = "compliance"


def compliance_findings(run: Run, asked: Compliance) -> list[Finding]:
    """One finding: ``compliance`` in uL/kPa.

    Raises:
        EvidenceError: an instant that nobody noted, a channel or column that the record does not have.
        MetricError: as :func:`rig.verify.compliance.compliance`.
    """
    found, facts = measured(run, asked)
    return [one(NAME, found.value_ul_kpa, found.u_ul_kpa, found.nu, asked.limit, asked, "uL/kPa", **facts)]


def measured(run: Run, asked: Compliance) -> tuple[Measured, dict[str, Any]]:
    """The compliance of the line of this run, and the facts behind it.

    Raises:
        EvidenceError, MetricError: as :func:`compliance_findings`.
    """
    closed_s, until_s = at_s(run, asked.closed), at_s(run, asked.until)
    time_s, pressure_kpa = line_pressure_kpa(run, asked, closed_s, until_s)
    flow = asked.flow or FLOW.quantity(float(run.dose.rate_ul_h(closed_s - run.began_s)))
    u_flow = FLOW.magnitude("flow", flow) * RATIO.magnitude("flow_u", asked.flow_u) / 100.0
    found = compliance(
        TIME.quantity(time_s),
        PRESSURE.quantity(pressure_kpa),
        flow,
        u_flow=FLOW.quantity(u_flow),
        u_gain=asked.gain_u,
    )
    facts: dict[str, Any] = {
        "rise_kpa": found.rise_kpa,
        "flow_ul_h": FLOW.magnitude("flow", flow),
        "readings": len(time_s),
        "from_s": closed_s - run.began_s,
        "to_s": until_s - run.began_s,
    }
    return found, facts


def line_pressure_kpa(run: Run, asked: PressureColumn, closed_s: float, until_s: float) -> tuple[Any, Any]:
    """Times [s] and readings [kPa] between two instants.

    Raises:
        EvidenceError: a channel or column that the record does not have.
    """
    time_s, reading = run.column(asked.channel, asked.column, closed_s, until_s)
    scale = 1.0 if asked.per_volt is None else PRESSURE.magnitude("per_volt", asked.per_volt)
    return time_s, scale * reading
