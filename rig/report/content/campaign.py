"""Many runs of one protocol: what they say together, and of each run what a reader needs to trace its number.

The tolerance interval says where 95 % of all such devices lie with 95 % confidence, from the scatter of the devices;
what all runs of a bench share (density, slope, needle) does not show in any scatter and widens it. ``n`` counts
devices, never runs.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rig.report.content.all_results import all_results, informative
from rig.report.content.approval import approvals
from rig.report.content.benches import benches
from rig.report.content.budgets import budgets
from rig.report.content.campaign_front import campaign_front, interval_text
from rig.report.content.case import evidence_text
from rig.report.content.data import data_of_each
from rig.report.content.departures import departures_of_each
from rig.report.content.identity import devices_of, identity
from rig.report.content.joined import run_numbers
from rig.report.content.matrix import Covered, matrix
from rig.report.content.method import method
from rig.report.content.one_by_one import one_by_one
from rig.report.content.population import counts, population, u_shared
from rig.report.content.software import software_of_each
from rig.report.content.surroundings import surroundings_of_each
from rig.report.content.tested import program, tested_of_each
from rig.report.content.whole import covered, issued_at
from rig.report.document import Document, Facts, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case
    from rig.report.content.population import Population

TITLE = "Campaign report"


def campaign(cases: Sequence[Case], number: str) -> Document:
    """The document.

    Args:
        cases: runs of one protocol, in order of time.
        number: of the report.
    """
    first, people, issued = cases[0], population(cases), max(issued_at(case) for case in cases)
    devices, verdict = len(devices_of(cases)), first.assessment.verdict
    return Document(
        title=TITLE,
        subject=f"{first.protocol.id}, {len(cases)} runs, {devices} {'device' if devices == 1 else 'devices'}",
        number=number,
        evidence=evidence_text(verdict.evidence_class),
        issued=issued,
        laboratory=first.details.laboratory.name,
        front=campaign_front(cases, people),
        sections=(
            identity(cases, TITLE, number, issued),
            all_results(cases),
            _population(cases, people),
            budgets(cases),
            tested_of_each(cases),
            program(first.protocol, first.bench),
            method(first.protocol, first.details, _sample(people)),
            benches(cases),
            surroundings_of_each(cases),
            departures_of_each(cases),
            matrix(_covered(cases), first.details),
            software_of_each(cases),
            data_of_each(cases),
            approvals(cases),
            informative(cases),
            *one_by_one(cases),
        ),
        device_evidence=verdict.evidence_class == "device",
    )


def _covered(cases: Sequence[Case]) -> list[Covered]:
    """What the runs say about which requirements: those with the same outcome are one row of evidence."""
    by_outcome: dict[str, list[int]] = {}
    for i, case in enumerate(cases, 1):
        by_outcome.setdefault(covered(case).outcome, []).append(i)
    said = covered(cases[0])
    return [
        replace(said, record=f"{'run' if len(runs) == 1 else 'runs'} {run_numbers(runs)}", outcome=outcome)
        for outcome, runs in by_outcome.items()
    ]


def _sample(people: Population) -> str:
    return f"{people.devices} devices, {people.runs} runs that count; the tolerance interval counts devices"


def _population(cases: Sequence[Case], people: Population) -> Section:
    left = [f"run {i}, {case.record.folder.name}" for i, case in enumerate(cases, 1) if not counts(case)]
    rows = [
        ("Devices, runs", f"{people.devices}, {people.runs} that count"),
        ("Left out", "; ".join(left) or "none"),
        ("Spread", people.spread),
        ("Standard deviation s", "none" if people.sd is None else f"{people.sd:.3g} %, of the means of the devices"),
        ("Factor k", "none" if people.factor is None else f"{people.factor:.4f}"),
        (
            "Shared by all runs",
            f"u = {u_shared(cases):.2g} % (density, slope, needle); in no scatter, twice it is added",
        ),
        ("Tolerance interval", "none" if people.interval is None else interval_text(people.interval)),
        ("How", "mean ± (k s + 2 u), k exact for 95 % content and 95 % confidence (ISO 16269-6), n counts devices"),
        ("Assumes", "devices drawn at random from a normal population; the report cannot check that"),
    ]
    return Section("Devices like these", (Facts(tuple(rows)),))
