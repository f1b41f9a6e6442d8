"""Two runs side by side: what differed between them, and how far their findings lie apart."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from rig.store.errors import StoreError
from rig.store.tables import FINDINGS, RUN_CALIBRATIONS, RUNS, VERDICTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from rig.store.store import Store

_FACTS = (
    *("started_utc", "protocol", "bench", "serial_number", "model", "firmware", "operator", "evidence_class"),
    *("doseproof", "revision", "modified", "not_for_release"),
)


@dataclass(frozen=True)
class Pair:
    """One finding of both runs.

    Attributes:
        name, unit: of the finding.
        first, second: values; None where it was not determined or not asked for.
        first_u, second_u: expanded uncertainties U.
        verdicts: of the finding in both.
        difference: second less first.
        en: |difference| over the root of the sum of both U squared; above 1 the two do not agree. What both runs share
            (the same weights, the same records) is not taken out, so that it errs on the side of agreement.
    """

    name: str
    unit: str
    first: float | None
    second: float | None
    first_u: float | None
    second_u: float | None
    verdicts: tuple[str, str]
    difference: float | None
    en: float | None


@dataclass(frozen=True)
class Comparison:
    """Two runs.

    Attributes:
        runs: their ids.
        outcomes: their verdicts; ``never sealed`` without one.
        differing: what was not the same, with both values.
        same: what was the same, with its value.
        findings: in the order of the first run, then what only the second one has.
    """

    runs: tuple[str, str]
    outcomes: tuple[str, str]
    differing: dict[str, tuple[str, str]]
    same: dict[str, str]
    findings: tuple[Pair, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return asdict(self)


def compare_runs(store: Store, first: str, second: str) -> Comparison:
    """Compare two runs that the store has.

    Args:
        store: an open one.
        first, second: ids, as :func:`rig.store.history.find_run` gives them.

    Raises:
        StoreError: it does not have one of them.
    """
    with store.reading() as connection:
        facts = [_facts(connection, run) for run in (first, second)]
        verdicts = [_verdict(connection, run) for run in (first, second)]
        findings = [_findings(connection, sha256) for sha256, _ in verdicts]
    names = dict.fromkeys([*facts[0], *facts[1]])
    both = {name: (facts[0].get(name, ""), facts[1].get(name, "")) for name in names}
    shown = dict.fromkeys([*findings[0], *findings[1]])
    return Comparison(
        (first, second),
        (verdicts[0][1], verdicts[1][1]),
        {name: pair for name, pair in both.items() if pair[0] != pair[1]},
        {name: pair[0] for name, pair in both.items() if pair[0] == pair[1]},
        tuple(_pair(findings[0].get(name, {}), findings[1].get(name, {})) for name in shown),
    )


def _facts(connection: Connection, run: str) -> dict[str, str]:
    row = connection.execute(select(RUNS).where(RUNS.c.run == run)).mappings().first()
    if row is None:
        raise StoreError(f"the store has no run {run!r}")
    found = {name: "" if row[name] is None else str(row[name]) for name in _FACTS}
    uses = select(RUN_CALIBRATIONS).where(RUN_CALIBRATIONS.c.run == run).order_by(RUN_CALIBRATIONS.c.channel)
    return found | {f"calibration {use['channel']}": use["sha256"] for use in connection.execute(uses).mappings()}


def _verdict(connection: Connection, run: str) -> tuple[str, str]:
    row = connection.execute(select(VERDICTS).where(VERDICTS.c.run == run)).mappings().first()
    return ("", "never sealed") if row is None else (row["record_sha256"], row["outcome"])


def _findings(connection: Connection, sha256: str) -> dict[str, Any]:
    query = select(FINDINGS).where(FINDINGS.c.record_sha256 == sha256).order_by(FINDINGS.c.number)
    found: dict[str, Any] = {}
    for row in connection.execute(query).mappings():
        name = row["name"] if row["name"] not in found else f"{row['name']} ({row['number']})"
        found[name] = {**row, "name": name}
    return found


def _pair(a: dict[str, Any], b: dict[str, Any]) -> Pair:
    some = a or b
    values = (a.get("value"), b.get("value"))
    expanded = (a.get("expanded"), b.get("expanded"))
    difference = en = None
    if values[0] is not None and values[1] is not None:
        difference = values[1] - values[0]
        both = None if expanded[0] is None or expanded[1] is None else math.hypot(expanded[0], expanded[1])
        en = abs(difference) / both if both else None
    verdicts = (a.get("verdict") or "-", b.get("verdict") or "-")
    return Pair(some["name"], some["unit"], *values, *expanded, verdicts, difference, en)
