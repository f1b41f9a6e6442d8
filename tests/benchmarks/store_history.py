"""What it takes to ask a store of 100,000 runs for a history, and to take in and check audited entries.

python tests/benchmarks/store_history.py [URL of an empty PostgreSQL database]

A question of the history has 100 ms (the median of its calls); 2 is returned where one takes longer.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.clock import WallClock
from rig.store.audit import Entry
from rig.store.compare import compare_runs
from rig.store.history import history
from rig.store.store import Store
from rig.store.tables import BENCHES, DEVICES, FINDINGS, RUN_REQUIREMENTS, RUNS, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Table

HOST = WallClock()
RUNS_STORED = 100_000
PORTION = 10_000
DEVICES_KNOWN, BENCHES_KNOWN, REQUIREMENTS_KNOWN = 200, 6, 40
TIMES = 15
BOUND_MS = 100.0
COMMITS = 100


def run_rows(number: int) -> dict[Table, list[dict[str, Any]]]:
    """Everything that one run brings: three requirements, a verdict, three findings."""
    run, sha256 = f"{number:032x}", f"{number:064x}"
    started = f"2026-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}T{number % 24:02d}:00:00.{number:06d}+00:00"
    device = f"SN-{number % DEVICES_KNOWN}"
    facts = {"run": run, "protocol": "CONT", "bench": f"bench-{number % BENCHES_KNOWN}", "serial_number": device}
    facts |= {"started_utc": started, "model": "P", "evidence_class": "device", "not_for_release": False}
    texts = ("title", "firmware", "operator", "doseproof", "revision")
    finding = {"record_sha256": sha256, "verdict": "pass", "statement": "within", "unit": "%", "rule": "guard-band-U"}
    names = ("mean_flow_error", "claim_agreement", "trumpet")
    verdict = {"record_sha256": sha256, "run": run, "outcome": "pass", "reasons": "[]", "release_blocks": "[]"}
    more = {"end_kind": "completed", "ended_utc": started, "content_digest": sha256, "previous": ""}
    requirements = {"REQ-ALL", *(f"REQ-{(number * step) % REQUIREMENTS_KNOWN}" for step in (1, 3))}
    return {
        RUNS: [facts | dict.fromkeys(texts, "")],
        RUN_REQUIREMENTS: [{"requirement": r, "run": run, "kind": "", "started_utc": started} for r in requirements],
        VERDICTS: [verdict | more],
        FINDINGS: [
            finding | {"number": i, "name": name, "value": 1.0 + i, "expanded": 0.5} for i, name in enumerate(names)
        ],
    }


def fill(store: Store) -> None:
    """All runs, ten thousand to an entry of the audit trail."""
    devices = [{"serial_number": f"SN-{n}", "model": "P", "manufacturer": ""} for n in range(DEVICES_KNOWN)]
    with store.writing() as writer:
        names = [{"name": f"bench-{n}"} for n in range(BENCHES_KNOWN)]
        writer.record(Entry("bench", "filled", "store", ""), {DEVICES: devices, BENCHES: names})
    for begin in range(0, RUNS_STORED, PORTION):
        rows: dict[Table, list[dict[str, Any]]] = {}
        for number in range(begin, begin + PORTION):
            for table, some in run_rows(number).items():
                rows.setdefault(table, []).extend(some)
        with store.writing() as writer:
            writer.record(Entry("bench", "filled", "store", str(begin)), rows)


def milliseconds(call: Callable[[], object]) -> tuple[float, float]:
    """Median and longest of some calls."""
    taken = []
    for _ in range(TIMES):
        begin = HOST.now()
        call()
        taken.append(1e3 * (HOST.now() - begin))
    return statistics.median(taken), max(taken)


def measure(store: Store) -> float:
    """Fill, ask, write, check; print. The longest median of a question [ms]."""
    begin = HOST.now()
    fill(store)
    print(f"filled with {RUNS_STORED:,} runs in {HOST.now() - begin:.1f} s")
    asked: dict[str, Callable[[], object]] = {
        "history of a device": lambda: history(store, device="SN-7"),
        "history of a bench": lambda: history(store, bench="bench-3"),
        "history of a requirement": lambda: history(store, requirement="REQ-7"),
        "of one that every run has": lambda: history(store, requirement="REQ-ALL"),
        "of both, and a device": lambda: history(store, requirement="REQ-ALL", device="SN-7"),
        "every run of a device": lambda: history(store, device="SN-7", limit=RUNS_STORED),
        "two runs compared": lambda: compare_runs(store, f"{5:032x}", f"{205:032x}"),
    }
    medians = []
    for name, call in asked.items():
        median, longest = milliseconds(call)
        medians.append(median)
        ratio = f"{median / BOUND_MS:.2f} of the bound"
        print(f"{name:28s} median {median:7.1f} ms ({ratio}), longest {longest:7.1f} ms")
    begin = HOST.now()
    for number in range(COMMITS):
        with store.writing() as writer:
            writer.record(Entry("bench", "committed", "store", str(number)), run_rows(RUNS_STORED + number))
    print(f"{'audited commits of a run':28s} {COMMITS / (HOST.now() - begin):7.0f} a second")
    begin = HOST.now()
    problems = store.problems()
    print(f"{'the whole store checked':28s} {HOST.now() - begin:7.1f} s, {len(problems)} problems")
    return max(medians)


def main() -> int:
    """On SQLite, or on the PostgreSQL database that is named."""
    with tempfile.TemporaryDirectory() as folder:
        where = sys.argv[1] if len(sys.argv) > 1 else str(Path(folder) / "store.sqlite")
        with Store.open(where) as store:
            return 0 if measure(store) <= BOUND_MS else 2


if __name__ == "__main__":
    sys.exit(main())
