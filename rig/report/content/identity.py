"""ISO/IEC 17025:2017, 7.8.2.1 a to p: who tested what, for whom, when and how; what nobody stated says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.content.page_one import relates_only
from rig.report.details import NOT_STATED
from rig.report.document import Column, Section, Table
from rig.report.numbers import moment

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rig.report.content.case import Case
    from rig.report.details import Party


def identity(cases: Sequence[Case], title: str, number: str, issued: datetime) -> Section:
    """The clauses, a row each.

    Args:
        cases: the run, or all runs of a campaign.
        title, number, issued: of the report.
    """
    rows = tuple(_rows(cases, title, number, issued))
    open_rows = frozenset(i for i, row in enumerate(rows) if NOT_STATED in row[2])
    columns = (Column(""), Column("what it asks for"), Column("here", share=1.0))
    notes = ("Rows that were not stated are open: the laboratory states them in the details file of the report.",)
    table = Table(
        "Identification, by ISO/IEC 17025:2017, 7.8.2.1", columns, rows, open_rows, notes if open_rows else ()
    )
    return Section("Identification", (table,))


def _rows(cases: Sequence[Case], title: str, number: str, issued: datetime) -> list[tuple[str, str, str]]:
    details = cases[0].details
    item, plan = details.item, details.plan
    return [
        ("a", "title", title),
        ("b", "laboratory", _party(details.laboratory)),
        ("c", "where it was tested", f"{benches_text(cases)}; location {plan.location}"),
        ("d", "unique identification, end", f"{number} on every page; the last page says where the report ends"),
        ("e", "customer", _party(details.customer)),
        ("f", "method", f"gravimetric, section Method; plan {plan.reference}"),
        ("g", "item", f"{devices_text(cases)}; condition {item.condition}"),
        ("h", "received, sampled", NOT_STATED if item.received is None else f"received {item.received}"),
        ("i", "carried out", _carried_out(cases)),
        ("j", "issued", f"{issued:%Y-%m-%d %H:%M:%S} UTC (the latest moment told in this report)"),
        ("k", "sampling", plan.sampling),
        ("l", "statement", relates_only(len(devices_of(cases)))),
        ("m", "results with units", "page one; section Results"),
        ("n", "additions, deviations", "section Departures"),
        ("o", "authorised by", authorised(cases)),
        ("p", "external results", plan.external),
    ]  # fmt: skip


def authorised(cases: Sequence[Case]) -> str:
    """Who approved the run, or how many of the runs; an approval of what is rejected authorises nothing."""
    by = [_approvers(case) for case in cases]
    names = ", ".join(dict.fromkeys(name for of_run in by for name in of_run))
    if not names and len(cases) == 1 and any(one.rejects for one in cases[0].annex.signatures):
        return "nobody: rejected"
    if not names:
        return f"nobody: {'not signed' if len(cases) == 1 else 'no run was approved'}"
    names += " (the sealed result, not the one printed here)" if any(case.two_results for case in cases) else ""
    return names if len(cases) == 1 else f"{names}: {sum(map(bool, by))} of {len(cases)} runs"


def _approvers(case: Case) -> list[str]:
    signatures = case.annex.signatures
    if any(one.rejects for one in signatures):
        return []
    return [one.name for one in signatures if one.meaning == "approved" and one.stands]


def devices_of(cases: Sequence[Case]) -> list[str]:
    """Serial numbers, each once."""
    return sorted({case.device["serial_number"] for case in cases})


def devices_text(cases: Sequence[Case]) -> str:
    """Model and serial number of each."""
    models: dict[str, set[str]] = {}
    for case in cases:
        models.setdefault(case.device["model"], set()).add(case.device["serial_number"])
    texts = [
        f"{model}, serial number{'s' if len(serials) > 1 else ''} {', '.join(sorted(serials))}"
        for model, serials in models.items()
    ]
    return "; ".join(texts)


def benches_text(cases: Sequence[Case]) -> str:
    """Names of the benches."""
    names = sorted({case.start["bench"] for case in cases})
    return f"bench{'es' if len(names) > 1 else ''} {', '.join(names)}"


def _carried_out(cases: Sequence[Case]) -> str:
    """From the first start to the last end; of many runs the section Results has each."""
    first = moment(min(case.start["started_utc"] for case in cases))
    ends = [case.ended.get("ended_utc") for case in cases]
    last = moment(max(map(str, ends))) if all(ends) else "unknown: the record was never sealed"
    return f"{first} to {last}" + (", each run in section Results" if len(cases) > 1 else "")


def _party(party: Party) -> str:
    return party.name if party.name == NOT_STATED else f"{party.name}, address {party.address}"
