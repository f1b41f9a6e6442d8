"""The benches of a campaign: what stood there in which runs, what vouched for it and until when it is due.

Rows that are alike in several runs are one row. Of a calibration record the days that were left are those of the last
run that used it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.content.bench import DAYS_LEFT, calibrations, instruments, standards, traceable, worth
from rig.report.content.joined import merged, run_numbers
from rig.report.document import Paragraph, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.content.case import Case
    from rig.report.document import Block

_TABLES = ((instruments, ""), (calibrations, DAYS_LEFT), (worth, ""), (standards, ""))


def benches(cases: Sequence[Case]) -> Section:
    """Every bench with its instruments, their calibration records and the standards behind them."""
    names = dict.fromkeys(case.start["bench"] for case in cases)
    return Section("Benches", tuple(block for name in names for block in _one(name, cases)))


def _one(name: str, cases: Sequence[Case]) -> tuple[Block, ...]:
    runs = [(i, case) for i, case in enumerate(cases, 1) if case.start["bench"] == name]
    made = [([(i, table(case)) for i, case in runs], last) for table, last in _TABLES]
    joint = [merged(f"{tables[0][1].caption}: {name}", tables, last) for tables, last in made]
    text = f"Bench {name}, {'run' if len(runs) == 1 else 'runs'} {run_numbers(i for i, _ in runs)}"
    return (Paragraph(text, "lead"), *traceable(joint))
