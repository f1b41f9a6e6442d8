"""Many runs of one protocol: every run a row, what lies between and within devices, and a tolerance interval.

The interval says where 95 % of all such devices lie with 95 % confidence, from the scatter of the devices; what all
runs of a bench share (density, slope, needle) does not show in any scatter and widens it. ``n`` counts devices, never
runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.content.approval import approvals
from rig.report.content.case import evidence_text
from rig.report.content.matrix import matrix
from rig.report.content.method import method
from rig.report.content.page_one import objections, relates_only
from rig.report.content.pictures import svg_of
from rig.report.content.population import counts, population, u_shared
from rig.report.content.software import software_text
from rig.report.content.tested import program
from rig.report.content.whole import covered, issued_at
from rig.report.document import Column, Decision, Document, Facts, Figure, Paragraph, Section, Table
from rig.report.numbers import limits_text, measured, minus, moment, risk_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case
    from rig.report.content.population import Population
    from rig.report.document import Block

TITLE = "Campaign report"


def campaign(cases: Sequence[Case], number: str) -> Document:
    """The document.

    Args:
        cases: runs of one protocol, in order of time.
        number: of the report.
    """
    first, people = cases[0], population(cases)
    how_many = f"{len(cases)} runs"
    devices = sorted({case.device["serial_number"] for case in cases})
    verdict = first.assessment.verdict
    return Document(
        title=TITLE,
        subject=f"{first.protocol.id}, {how_many}, {len(devices)} {'device' if len(devices) == 1 else 'devices'}",
        number=number,
        evidence=evidence_text(verdict.evidence_class),
        issued=max(issued_at(case) for case in cases),
        laboratory=first.details.laboratory.name,
        front=_front(cases, people, devices),
        sections=(
            _population(cases, people),
            program(first.protocol, first.bench),
            method(first.protocol, first.details, _sample(people)),
            matrix([covered(case) for case in cases], first.details),
            _software(cases),
            approvals(cases),
        ),
        device_evidence=verdict.evidence_class == "device",
    )


def _front(cases: Sequence[Case], people: Population, devices: Sequence[str]) -> tuple[Block, ...]:
    outcomes = [case.assessment.verdict.outcome for case in cases]
    came = {name: outcomes.count(name) for name in ("pass", "fail", "inconclusive", "invalid")}
    lines = [f"{case.record.folder.name}: {text}" for case in cases for text in objections(case)]
    lines.append(", ".join(f"{count} {name}" for name, count in came.items() if count) + f" of {len(cases)} runs")
    lines.append(people.spread)
    headline = "No tolerance interval: it needs two devices or more"
    if people.interval is not None:
        headline = f"95 % of such devices, with 95 % confidence: {_interval(people.interval)}"
    facts = [
        ("Evidence class", evidence_text(cases[0].assessment.verdict.evidence_class)),
        ("Protocol", f"{cases[0].protocol.id}  {cases[0].protocol.title}"),
        ("Devices", ", ".join(devices)),
        ("Mean of the devices", "not determined" if people.mean is None else minus(f"{people.mean:+.3f} %")),
        ("Limits of one device", _limits(cases[0])),
        ("Sampling", cases[0].details.plan.sampling),
        ("Rationale", cases[0].details.plan.rationale),
        ("Conclusions, actions", cases[0].details.plan.conclusion),
    ]
    blocks: list[Block] = [Decision("nothing", headline, tuple(lines)), Facts(tuple(facts))]
    picture = _picture(cases, people)
    return (*blocks, *([picture] if picture else []), _runs(cases), Paragraph(relates_only(), "note"))


def _picture(cases: Sequence[Case], people: Population) -> Figure | None:
    from rig.report.devices import draw_devices
    from rig.report.style import house_style

    caption = (
        "Error of every run with its U, device by device, with the limits of one device and the tolerance interval."
    )
    found = [(case.device["serial_number"], case.main) for case in cases if case.main is not None]
    with house_style():
        drawn = draw_devices(found, people.interval, cases[0].assessment.verdict.evidence_class)
        return None if drawn is None else Figure("devices", svg_of(drawn), caption, f"{caption} {people.spread}.", 1.0)


def _sample(people: Population) -> str:
    return f"{people.devices} devices, {people.runs} runs that count; the tolerance interval counts devices"


def _interval(ends: tuple[float, float]) -> str:
    return minus(f"{ends[0]:+.2f} % to {ends[1]:+.2f} %")


def _limits(case: Case) -> str:
    return "" if case.main is None else limits_text(*case.main.limits, case.main.unit)


def _runs(cases: Sequence[Case]) -> Table:
    rows = tuple(_run_row(case) for case in cases)
    marked = frozenset(i for i, case in enumerate(cases) if case.assessment.verdict.outcome != "pass")
    columns = (
        Column("device"),
        Column("started"),
        Column("operator"),
        Column("bench", share=1.0),
        Column("error ± U", "right"),
        Column("verdict"),
        Column("risk", "right"),
        Column("record", code=True),
    )
    notes = ("Record: the first digits of its SHA-256. Every run is listed, whatever came of it.",)
    return Table("All runs, in order of time", columns, rows, marked, notes)


def _run_row(case: Case) -> tuple[str, ...]:
    main = case.main
    risk = (
        None
        if main is None
        else main.facts.get("risk_of_false_fail" if main.verdict == "fail" else "risk_of_false_pass")
    )
    return (
        case.device["serial_number"],
        moment(case.start["started_utc"]).removesuffix(" UTC"),
        case.start["operator"] or "nobody named",
        case.start["bench"],
        "not determined" if main is None else measured(main.value, main.expanded, main.unit),
        case.assessment.verdict.outcome,
        "" if risk is None else risk_text(risk),
        case.record_sha256[:12],
    )


def _population(cases: Sequence[Case], people: Population) -> Section:
    left = [case.record.folder.name for case in cases if not counts(case)]
    rows = [
        ("Devices, runs", f"{people.devices}, {people.runs} that count"),
        ("Left out", ", ".join(left) or "none"),
        ("Spread", people.spread),
        (
            "Shared by all runs",
            f"u = {u_shared(cases):.2g} % (density, slope, needle); in no scatter, twice it is added",
        ),
        ("Tolerance interval", "none" if people.interval is None else _interval(people.interval)),
        ("How", "mean ± (k s + 2 u), k exact for 95 % content and 95 % confidence (ISO 16269-6), n counts devices"),
        ("Assumes", "devices drawn at random from a normal population; the report cannot check that"),
    ]
    return Section("Devices like these", (Facts(tuple(rows)),))


def _software(cases: Sequence[Case]) -> Section:
    rows = [(case.record.folder.name, software_text(case.start["software"])) for case in cases]
    columns = (Column("record"), Column("recorded with", share=1.0))
    return Section("Software", (Table("Software of each run", columns, tuple(rows)),))
