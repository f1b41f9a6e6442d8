"""ISO/IEC 17025:2017, 7.8.2.1 a to p: who tested what, for whom, when and how; what nobody stated says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.content.page_one import relates_only
from rig.report.details import NOT_STATED
from rig.report.document import Column, Section, Table
from rig.report.numbers import moment

if TYPE_CHECKING:
    from datetime import datetime

    from rig.report.content.case import Case
    from rig.report.details import Party


def identity(case: Case, title: str, number: str, issued: datetime) -> Section:
    """The clauses, a row each."""
    rows = tuple(_rows(case, title, number, issued))
    open_rows = frozenset(i for i, row in enumerate(rows) if NOT_STATED in row[2])
    columns = (Column(""), Column("what it asks for"), Column("here", share=1.0))
    notes = ("Rows that were not stated are open: the laboratory states them in the details file of the report.",)
    table = Table(
        "Identification, by ISO/IEC 17025:2017, 7.8.2.1", columns, rows, open_rows, notes if open_rows else ()
    )
    return Section("Identification", (table,))


def _rows(case: Case, title: str, number: str, issued: datetime) -> list[tuple[str, str, str]]:
    details, plan = case.details, case.details.plan
    item, device = details.item, f"{case.device['model']}, serial number {case.device['serial_number']}"
    signed = [one for one in case.annex.signatures if one.meaning == "approved" and one.stands]
    return [
        ("a", "title", title),
        ("b", "laboratory", _party(details.laboratory)),
        ("c", "where it was tested", f"bench {case.start['bench']}; location {plan.location}"),
        ("d", "unique identification, end", f"{number} on every page; the last page says where the report ends"),
        ("e", "customer", _party(details.customer)),
        ("f", "method", f"gravimetric, section Method; plan {plan.reference}"),
        ("g", "item", f"{device}; condition {item.condition}"),
        ("h", "received, sampled", NOT_STATED if item.received is None else f"received {item.received}"),
        ("i", "carried out", f"{moment(case.start['started_utc'])} to {_end(case)}"),
        ("j", "issued", f"{issued:%Y-%m-%d %H:%M:%S} UTC (when the record was sealed, or last signed)"),
        ("k", "sampling", plan.sampling),
        ("l", "statement", relates_only()),
        ("m", "results with units", "page one; section Results"),
        ("n", "additions, deviations", "section Departures"),
        ("o", "authorised by", ", ".join(one.name for one in signed) or "nobody: not signed"),
        ("p", "external results", plan.external),
    ]  # fmt: skip


def _end(case: Case) -> str:
    ended = case.ended.get("ended_utc")
    return moment(ended) if ended else "unknown: the record was never sealed"


def _party(party: Party) -> str:
    return party.name if party.name == NOT_STATED else f"{party.name}, address {party.address}"
