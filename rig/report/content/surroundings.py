"""The air during the run, channel by channel (ISO/IEC 17025, 7.8.3.1 a)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from rig.bench_tables import DeclaredEnvironment
from rig.errors import EvidenceError
from rig.report.content.joined import merged
from rig.report.document import Column, Facts, Paragraph, Section, Table
from rig.report.numbers import quantity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case
    from rig.report.content.joined import Numbered

_SEEN = (
    ("temperature_c", "temperature", "°C", 2),
    ("pressure_hpa", "pressure", "hPa", 1),
    ("humidity_percent", "relative humidity", "%", 1),
)


#: What a campaign shows of each quantity: the first columns of the table of a run.
_EACH = ("mean", "lowest", "highest")
INTERVALS = ("Intervals and time stamps", "intervals from a monotonic clock, time stamps in UTC")
_CLOCKS, _CLOCK_COLUMNS = "Clocks", (Column("what"), Column("here", share=1.0))


def surroundings(case: Case) -> Section:
    """A table of what was measured, or the declared values."""
    return Section("Environment", (_air(case), Facts((*_clock(case), INTERVALS))))


def surroundings_of_each(cases: Sequence[Case]) -> Section:
    """The same of many runs: what was measured in one table, what was not in a line each."""
    air = [(i, _air(case)) for i, case in enumerate(cases, 1)]
    measured = [(i, one) for i, one in air if isinstance(one, Table)]
    told = [Paragraph(f"Run {i}. {one.text}", one.tone) for i, one in air if isinstance(one, Paragraph)]
    clocks = [(i, Table(_CLOCKS, _CLOCK_COLUMNS, tuple(_clock(case)))) for i, case in enumerate(cases, 1)]
    return Section("Environment", (*told, _side_by_side(measured), merged(_CLOCKS, clocks), Facts((INTERVALS,))))


def _side_by_side(air: Sequence[Numbered]) -> Table:
    """A row a run: mean, lowest and highest of each quantity beside each other."""
    seen = list(dict.fromkeys(row[0] for _, one in air for row in one.rows))
    rows = []
    for number, one in air:
        told = {row[0]: row[1 : 1 + len(_EACH)] for row in one.rows}
        rows.append((str(number), *(text for name in seen for text in told.get(name, ("",) * len(_EACH)))))
    headings = [f"{name} {which}" for name in seen for which in _EACH]
    columns = (Column("run", "right"), *(Column(heading, "decimal") for heading in headings))
    return Table("Air at the bench, over each whole run", columns, tuple(rows))


def _clock(case: Case) -> list[tuple[str, str]]:
    base, steps = case.start.get("time_base", {}), case.ended.get("time_base", {}).get("steps_s", [])
    return [
        ("Time base", f"{base.get('source', 'not stated')}, {_synchronised(base.get('synchronised'))}"),
        ("Steps of the clock", ", ".join(f"{one:+.3g} s" for one in steps) or "none during the run"),
    ]


def _synchronised(flag: object) -> str:
    return "synchronised" if flag else "not synchronised"


def _air(case: Case) -> Table | Paragraph:
    return _declared(case.bench.environment) if _is_declared(case) else _measured(case)


def _is_declared(case: Case) -> bool:
    return isinstance(case.bench.environment, DeclaredEnvironment)


def _declared(declared: object) -> Paragraph:
    names = ("temperature", "pressure", "humidity")
    values = [
        f"{name} {quantity(getattr(declared, name))} ± {quantity(getattr(declared, f'{name}_half_width'))}"
        for name in names
    ]
    return Paragraph(f"Declared, not measured: {'; '.join(values)}.", "warning")


def _measured(case: Case) -> Table | Paragraph:
    try:
        found = case.record.stream("environment")
    except EvidenceError as error:
        return Paragraph(f"Not recorded: {error}", "warning")
    rows = []
    for column, name, unit, digits in _SEEN:
        values = np.asarray(found.get(column, ()), float)
        values = values[np.isfinite(values)]
        if values.size:
            numbers = (values.mean(), values.min(), values.max(), values[0], values[-1])
            rows.append((f"{name} [{unit}]", *(f"{one:.{digits}f}" for one in numbers), f"{values.size:,}"))
    columns = (
        Column("quantity", share=1.0),
        *(Column(text, "decimal") for text in ("mean", "lowest", "highest", "first", "last")),
        Column("readings", "right"),
    )
    return Table("Air at the bench, over the whole run", columns, tuple(rows))
