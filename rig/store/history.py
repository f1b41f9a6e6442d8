"""What people ask: every run of a device, of a bench, of a requirement; the newest first.

>>> for line in history(store, device="SN-1234"):       # doctest: +SKIP
...     print(line.started_utc, line.protocol, line.outcome)
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from rig.store.errors import StoreError
from rig.store.tables import AUDIT, BENCHES, DEVICES, FINDINGS, PLACES, RUN_REQUIREMENTS, RUNS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Select

    from rig.store.store import Store

#: The finding that a line shows.
SHOWN: Final = "mean_flow_error"
#: So many lines unless more are asked for.
LINES: Final = 100


@dataclass(frozen=True)
class Line:
    """One run, in a history.

    Attributes:
        run, record_sha256: which; no hash if it was never sealed.
        started_utc, protocol, bench, serial_number, evidence_class, operator: of the run.
        outcome: of the sealed verdict; ``never sealed`` without one.
        value, expanded, unit: mean flow error with its U; None where it was not determined.
    """

    run: str
    record_sha256: str
    started_utc: str
    protocol: str
    bench: str
    serial_number: str
    evidence_class: str
    operator: str
    outcome: str
    value: float | None
    expanded: float | None
    unit: str

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def history(
    store: Store,
    *,
    device: str | None = None,
    requirement: str | None = None,
    bench: str | None = None,
    limit: int = LINES,
) -> list[Line]:
    """The runs of a device, a requirement or hazard, a bench, or of several of these at once; the newest first.

    Args:
        store: an open one.
        device: serial number.
        requirement: id of a requirement or hazard.
        bench: its name.
        limit: so many at most.

    Raises:
        StoreError: nothing was asked for, or the store knows nothing of that name.
    """
    newest = RUN_REQUIREMENTS if device is None and bench is None else RUNS  # whose index has the right order
    query = _query().order_by(newest.c.started_utc.desc(), newest.c.run).limit(limit)
    if device is not None:
        query = query.where(RUNS.c.serial_number == device)
    if bench is not None:
        query = query.where(RUNS.c.bench == bench)
    if requirement is not None:
        query = query.join(RUN_REQUIREMENTS, RUN_REQUIREMENTS.c.run == RUNS.c.run).where(
            RUN_REQUIREMENTS.c.requirement == requirement
        )
    if device is None and bench is None and requirement is None:
        raise StoreError("expected a device, a requirement or a bench, found none of them")
    with store.reading() as connection:
        lines = [_line(row) for row in connection.execute(query).mappings()]
        if not lines:
            _refuse_unknown(connection, device, requirement, bench)
    return lines


def find_run(store: Store, name: str) -> str:
    """The id of the run that is meant.

    Args:
        store: an open one.
        name: id of the run or hash of its record (6 digits or more), or the record's folder.

    Raises:
        StoreError: none, or more than one.
    """
    by_id = select(RUNS.c.run).where(RUNS.c.run.startswith(name, autoescape=True)).limit(2)
    by_hash = select(VERDICTS.c.run).where(VERDICTS.c.record_sha256.startswith(name, autoescape=True)).limit(2)
    by_place = select(PLACES.c.run).where(PLACES.c.folder == name).distinct().limit(2)
    with store.reading() as connection:
        queries = (by_place, *((by_id, by_hash) if len(name) >= 6 else ()))
        found = {run for query in queries for run in connection.execute(query).scalars()}
    if len(found) != 1:
        raise StoreError(
            f"expected the id of one run, 6 digits or more of it or of its record's hash, or an indexed folder; found "
            f"{len(found) or 'no'} runs for {name!r}"
        )
    return str(found.pop())


def audit_entries(store: Store, about: Sequence[str] = (), limit: int = LINES) -> list[dict[str, Any]]:
    """The last entries of the audit trail, the oldest of them first; ``old`` and ``new`` are JSON text.

    Args:
        store: an open one.
        about: ids of what they are about (a run, the hash of a record, a user); everything if there is none.
        limit: so many at most.
    """
    query = select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(limit)
    if about:
        query = query.where(AUDIT.c.entity_id.in_(about))
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(query).mappings()][::-1]


def _query() -> Select[Any]:
    joined = RUNS.outerjoin(VERDICTS, VERDICTS.c.run == RUNS.c.run).outerjoin(
        FINDINGS, (FINDINGS.c.record_sha256 == VERDICTS.c.record_sha256) & (FINDINGS.c.name == SHOWN)
    )
    of_run = [RUNS.c[name] for name in ("run", "started_utc", "protocol", "bench", "serial_number")]
    of_finding = [FINDINGS.c[name] for name in ("value", "expanded", "unit")]
    more = [RUNS.c.evidence_class, RUNS.c.operator, VERDICTS.c.record_sha256, VERDICTS.c.outcome]
    return select(*of_run, *more, *of_finding).select_from(joined)


def _line(row: Any) -> Line:
    said = {**row, "record_sha256": row["record_sha256"] or "", "unit": row["unit"] or ""}
    return Line(**said | {"outcome": row["outcome"] or "never sealed"})


def _refuse_unknown(connection: Connection, device: str | None, requirement: str | None, bench: str | None) -> None:
    """An empty history of a name that nobody knows is a typing error and no answer."""
    asked = (
        ("device", device, DEVICES.c.serial_number),
        ("requirement", requirement, RUN_REQUIREMENTS.c.requirement),
        ("bench", bench, BENCHES.c.name),
    )
    for what, name, column in asked:
        if name is not None and connection.execute(select(1).where(column == name).limit(1)).first() is None:
            known = connection.execute(select(column).distinct().order_by(column).limit(10)).scalars().all()
            raise StoreError(f"the store has no run of {what} {name!r}; it knows {', '.join(known) or 'none'}")
