"""Is the column that a procedure file names there, and in the unit that the record will say?

    column_reasons(procedure.file, station)

A supply also shows a current, and it rises with the voltage: a line through it fits well, and would be filed as volts.
So the unit that the driver states counts, and not the name. A raw count has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig.gate.reason import Reason

if TYPE_CHECKING:
    from drivers.interfaces import Column
    from rig.calibrate.bench import Station
    from rig.calibrate.procedure import ProcedureFile

_COUNT: Final = "count"
_NO_NUMBERS: Final = frozenset({"text", "bool"})


def column_reasons(file: ProcedureFile, station: Station) -> list[Reason]:
    """What is wrong with the column of a file; empty for a kind that names none.

    Args:
        file: with ``column``, and ``reading_unit`` or the ``SHOWN_IN`` of its kind.
        station: the open bench.

    Raises:
        ProcedureError: the bench has no such channel.
    """
    name = getattr(file, "column", None)
    if name is None:
        return []
    wanted = getattr(file, "reading_unit", getattr(file, "SHOWN_IN", ""))
    columns = {column.name: column for column in station.instrument(file.channel).columns}
    if name in columns and _unit(columns[name]) == wanted:
        return []
    fitting = [one.name for one in columns.values() if _unit(one) == wanted]
    found = f"one in {_unit(columns[name])}" if name in columns else "no such column"
    fix = f"name one in {wanted}: {', '.join(fitting)}" if fitting else "name the channel that shows it"
    return [Reason(file.channel, f"expected the column {name!r} in {wanted}, found {found}", fix)]


def _unit(column: Column) -> str:
    return "words" if column.type in _NO_NUMBERS else column.unit or _COUNT
