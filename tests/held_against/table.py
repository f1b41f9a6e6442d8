"""The whole table: every group of rows, and the page that a reviewer reads."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.held_against.row import Row

#: Title of each group, and the modules beside this one that make its rows.
GROUPS: Final = {
    "Mass to volume": ("densities",),
    "Uncertainty": ("budgets", "monte_carlo"),
    "Calibration curves": ("curves",),
    "Delivered volume": ("delivery",),
    "Rate": ("rates", "trumpets", "trumpet_noise"),
    "Boluses": ("boluses",),
    "Dose": ("doses",),
    "Steps, re-programming, stop, recovery, minimum rate": ("instants",),
    "Catheter and pressure": ("catheter",),
    "Reservoir and battery": ("supply",),
    "Events": ("events",),
    "Witnesses": ("witnessing",),
    "Decisions": ("decisions",),
    "Limits": ("limits",),
    "Many pumps": ("samples", "many_pumps"),
    "Runs decided early, and plans": ("plans", "achieved"),
}
HEAD: Final = ("metric", "function", "held against", "expected", "found", "deviation", "allowed", "U holds")
#: Stands before most functions, and is left out of the page.
PACKAGE: Final = "rig.verify."


def groups() -> Iterator[tuple[str, list[Row]]]:
    """Title and rows of each group, computed as it is asked for."""
    for title, modules in GROUPS.items():
        yield title, [row for name in modules for row in import_module(f"tests.held_against.{name}").rows()]


def cells(row: Row) -> tuple[str, ...]:
    """Text of each column of ``HEAD``; of several functions the first two, of several values the worst."""
    worst = row.worst
    functions = [name.removeprefix(PACKAGE) for name in row.names]
    more = f" and {len(functions) - 2} more" if len(functions) > 2 else ""
    against = f"{row.vector}: {row.against}" if row.vector else row.against
    return (
        row.metric,
        ", ".join(f"`{name}`" for name in functions[:2]) + more,
        against,
        worst.expected_text,
        worst.found_text,
        worst.deviation_text,
        worst.allowed_text + (f" ({row.basis})" if worst.allowed else ""),
        row.held_text,
    )


def as_json(row: Row) -> dict[str, Any]:
    """Plain values of a row, unrounded; of several values the worst."""
    worst = row.worst
    return {
        "metric": row.metric,
        "functions": list(row.names),
        "vector": row.vector,
        "against": row.against,
        "findings": list(row.findings),
        "what": worst.what,
        "unit": worst.unit,
        "expected": worst.expected,
        "found": worst.found,
        "allowed": worst.allowed,
        "part": row.part if math.isfinite(row.part) else None,
        "draws": row.draws,
        "held": row.held,
        "ok": row.ok,
        "cells": list(cells(row)),
    }


def markdown(every: Mapping[str, Sequence[Row]], introduction: str) -> str:
    """The page: introduction, what came of it, and one table for each group."""
    rows = [row for found in every.values() for row in found]
    vectors = {row.vector for row in rows if row.vector}
    beyond = ", ".join(row.metric for row in rows if not row.ok)
    used = max((row for row in rows if row.ok), key=lambda row: row.part)
    lines = [
        introduction.strip(),
        "",
        "## What came of it",
        f"{len(rows)} rows; {len(vectors)} vectors, all that there are; beyond what is allowed: {beyond or 'none'}.",
        f"The row that uses most of it: {used.metric}, {100.0 * used.part:.0f} %.",
    ]
    for title, found in every.items():
        lines += ["", f"## {title}", _line(HEAD), _line(["---"] * len(HEAD))]
        lines += [_line(cells(row)) for row in found]
    lines += [
        "",
        "## Which table of a protocol stands on which metric",
        _line(["`[findings]`", "metrics"]),
        _line(["---"] * 2),
    ]
    lines += [_line([f"`{name}`", "; ".join(metrics)]) for name, metrics in by_finding(rows).items()]
    return "\n".join(lines) + "\n"


def by_finding(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Metrics that each table of ``[findings]`` stands on, by its name."""
    names = sorted({name for row in rows for name in row.findings})
    return {name: [row.metric for row in rows if name in row.findings] for name in names}


def _line(texts: Sequence[str]) -> str:
    return f"| {' | '.join(text.replace('|', '/') for text in texts)} |"
