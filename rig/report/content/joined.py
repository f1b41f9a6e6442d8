"""Tables of single runs as one table: what is said of a run is said by one function, for one run and for many.

    numbered = list(enumerate(cases, 1))
    joined("Excluded data", [(i, excluded(case)) for i, case in numbered])      # every row, with the number of its run
    merged("Instruments", [(i, instruments(case)) for i, case in numbered])     # rows that are alike are one row

Runs are numbered in order of time, from 1, in the whole report.

>>> one = Table("Parts", (Column("part"), Column("version")), (("numpy", "2.0"), ("scipy", "1.9")))
>>> other = Table("Parts", (Column("part"), Column("version")), (("numpy", "2.0"), ("scipy", "1.8")))
>>> merged("Parts", [(1, one), (2, one), (3, other)]).rows
(('numpy', '2.0', 'all'), ('scipy', '1.9', '1, 2'), ('scipy', '1.8', '3'))
>>> joined("Parts", [(1, one), (2, other)]).rows[1:3]
(('1', 'scipy', '1.9'), ('2', 'numpy', '2.0'))
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.report.document import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: A table with the number of its run.
Numbered = tuple[int, Table]


def joined(caption: str, tables: Sequence[Numbered]) -> Table:
    """Below each other, the number of the run in front of each row.

    Args:
        caption: of the whole.
        tables: one or more, with the same columns.
    """
    rows = [((str(number), *row), i in table.marked) for number, table in tables for i, row in enumerate(table.rows)]
    marked = frozenset(i for i, (_, mark) in enumerate(rows) if mark)
    columns = (Column("run", "right"), *tables[0][1].columns)
    return Table(caption, columns, tuple(row for row, _ in rows), marked, _notes(tables))


def merged(caption: str, tables: Sequence[Numbered], last: str = "") -> Table:
    """Rows that are alike are one row, which says of which runs it is; those with the same first cell stand together.

    Args:
        caption: of the whole.
        tables: one or more, with the same columns, in order of time.
        last: heading of a column in which alike rows may differ; that of the last run stands.
    """
    columns = tables[0][1].columns
    free = [i for i, column in enumerate(columns) if column.heading == last]
    found: dict[tuple[str, ...], tuple[tuple[str, ...], bool, list[int]]] = {}
    for number, table in tables:
        for i, row in enumerate(table.rows):
            key = tuple("" if j in free else text for j, text in enumerate(row))
            _, _, runs = found.get(key, (row, False, []))
            found[key] = (row, i in table.marked, [*runs, number])
    everyone, first = [number for number, _ in tables], list(dict.fromkeys(key[0] for key in found))
    ranked = sorted(found.values(), key=lambda one: first.index(one[0][0]))
    rows = tuple((*row, "all" if runs == everyone else run_numbers(runs)) for row, _, runs in ranked)
    marked = frozenset(i for i, (_, mark, _) in enumerate(ranked) if mark)
    return Table(caption, (*columns, Column("runs")), rows, marked, _notes(tables))


def run_numbers(runs: Iterable[int]) -> str:
    """Numbers of runs, those that follow each other as a span.

    >>> run_numbers([1, 2, 3, 7, 9, 10])
    '1 to 3, 7, 9, 10'
    """
    spans: list[list[int]] = []
    for number in sorted(set(runs)):
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    return ", ".join(f"{s[0]} to {s[-1]}" if len(s) > 2 else ", ".join(map(str, s)) for s in spans)


def _notes(tables: Sequence[Numbered]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for _, table in tables for note in table.notes))
