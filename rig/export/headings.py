"""Headings of columns, with the unit once.

>>> heading(Column("mass_g", "float64", "g", "")), heading(Column("rate_ul_h", "float64", "uL/h", ""))
('mass [g]', 'rate [uL/h]')
>>> heading(Column("status", "text", "", "")), heading(Column("data", "bytes", "", ""))
('status', 'data [hex]')
"""

from __future__ import annotations

from typing import Final

from drivers.interfaces import Column

#: How some units stand at the end of a name.
_SPELLED: Final = {"%": "percent", "degC": "c"}


def heading(column: Column) -> str:
    """Name without the unit that it ends with, then the unit in brackets; a bare name where there is none."""
    unit = unit_of(column)
    if not unit:
        return column.name
    ending = "_" + _SPELLED.get(unit, unit.lower().replace("/", "_"))
    return f"{column.name.removesuffix(ending)} [{unit}]"


def unit_of(column: Column) -> str:
    """The unit of what is written: bytes are written as hexadecimal text."""
    return "hex" if column.type == "bytes" else column.unit
