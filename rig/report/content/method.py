"""The method: what was done, the acceptance criteria with their rationale, and what the method is adapted from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.report.content.limit_text import limits_of
from rig.report.details import NOT_STATED, Details
from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.numbers import quantity
from rig.words import quantity_text, window_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.protocol import Protocol
    from rig.report.document import Block

ONE = "one device, one run: a statement about this device. It says nothing about others, whatever the result"
ADAPTED = (
    "The method is adapted from IEC 60601-2-24 (gravimetric flow measurement, start-up and trumpet curves; its scope "
    "excludes implantable pumps) and from AAMI TIR101. ISO 14708-4 covers implantable infusion pumps; conformity with "
    "it is not claimed. The tool supports ISO/IEC 17025, 21 CFR Part 11 and ISO 13485; it is no proof of compliance."
)
MEASURED = (
    "Delivered volume is the difference of two levels of the balance at the tip, over whole cycles of the pump, "
    "corrected for the slope of the balance, air buoyancy on fluid, weights and load, the submerged needle, and "
    "evaporation. Each level is the mean of the readings in a window around its instant. No reading is fitted or "
    "smoothed. Uncertainty is combined by the GUM (JCGM 100), with effective degrees of freedom by Welch and "
    "Satterthwaite."
)


def method(protocol: Protocol, details: Details, sample: str = ONE) -> Section:
    """How, and by which criteria.

    Args:
        protocol: of the run.
        details: with the plan.
        sample: what the number of devices and runs allows to say.
    """
    none = Paragraph("A record without flow: it shows the bench, and no criterion decides about a pump.")
    criteria = none if protocol.kind == "zero-flow" else _criteria(protocol)
    blocks: list[Block] = [Paragraph(MEASURED), Paragraph(ADAPTED), Facts(tuple(_timing(protocol))), criteria]
    blocks += [Facts(tuple(_rationale(protocol, details, sample)))]
    return Section("Method", tuple(blocks))


def _timing(protocol: Protocol) -> list[tuple[str, str]]:
    timing = protocol.timing
    legs = [timing.evaporation_before, timing.evaporation_after]
    if protocol.evaporation_bound is not None:
        bound = protocol.evaporation_bound
        evaporation = (
            f"not measured; within ±{quantity(bound.half_width)} of {quantity(bound.rate)}, because: {bound.basis}"
        )
    else:
        evaporation = ", ".join(
            f"{when} {'not measured' if leg is None else f'{quantity(leg)}'}"
            for when, leg in zip(("before", "after"), legs, strict=True)
        )
    if (between := protocol.evaporation_between_legs) is not None:
        evaporation += (
            f"; between the legs it may differ by ±{quantity(between.half_width)} where no evaporation beaker tells "
            f"it, because: {between.basis}"
        )
    weight = protocol.check_weight
    return [
        ("Protocol", f"{protocol.id}  {protocol.title}"),
        ("Stabilization", window_text(timing.stabilization_s)),
        ("Analysis", window_text(timing.analysis_s)),
        ("Sample interval", window_text(timing.sample_interval_s)),
        ("Evaporation", evaporation),
        ("Check weight", "none" if weight is None else f"{weight.serial}, {weight.times} placements before and after"),
        ("Witnesses that must speak", f"{protocol.witnesses.required}"),
        *([("Witnesses compared in", f"the whole span, {parts}")] if (parts := _parts(protocol)) else []),
        ("Set-up checklist", "none" if protocol.checklist is None else protocol.checklist.use),
        ("Meant for release", "yes" if protocol.for_release else "no"),
    ]


def _parts(protocol: Protocol) -> str:
    """The intervals that the protocol declares for its witnesses."""
    asked = protocol.witnesses
    if asked.interval is not None:
        return f"parts of {quantity(asked.interval)}"
    return ", ".join(f"{quantity(one.start)} to {quantity(one.end)}" for one in asked.intervals)


def _criteria(protocol: Protocol) -> Table:
    rows: list[tuple[str, str, str, str]] = []
    for name, asked in _asked(protocol):
        limits = limits_of(asked)
        about = (asked.rule, f"{asked.k:g}") if limits else ("", "")
        for what, text in limits or [("", "none: informative")]:
            rows.append((quantity_text(f"{name}_{what}" if what else name, {}), text, *about))
    columns = (Column("quantity", share=1.0), Column("limit", "right"), Column("decision rule"), Column("k", "decimal"))
    return Table("Acceptance criteria, fixed in the protocol before the run", columns, tuple(rows))


def _rationale(protocol: Protocol, details: Details, sample: str) -> list[tuple[str, str]]:
    from rig.verify.guard_bands import find_rule
    from rig.verify.looks import time_text

    rules = sorted({asked.rule for _, asked in _asked(protocol) if limits_of(asked)})
    rows = [(f"Rule {name}", find_rule(name).says) for name in rules]
    if (early := protocol.findings.mean_flow_error.sequential) is not None:
        times = ", ".join(time_text(one) for one in early.times_s(protocol.timing.analysis_s))
        rows.append(("Decided early", f"looks after {times}, {early.spending} spending; never before the first"))
    rows.append(("Sample size", sample))
    rows.append(("Rationale", details.plan.rationale))
    rows.append(("Gate before the run", f"predicted U at most 1/{protocol.gate.ratio:g} of each limit"))
    if details.plan.rationale == NOT_STATED:
        rows[-2] = ("Rationale", f"{NOT_STATED}: the plan must give one for limits and sample size (ISO 13485, 7.3.6)")
    return rows


def _asked(protocol: Protocol) -> Iterator[tuple[str, Any]]:
    """Every table of the findings with its name; one of several events by its own."""
    for name in type(protocol.findings).model_fields:
        asked = getattr(protocol.findings, name)
        for one in asked if isinstance(asked, tuple) else (asked,):
            if one is not None:
                yield (f"event_{one.name}" if isinstance(asked, tuple) else name), one
