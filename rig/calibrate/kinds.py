"""The kinds of calibration that there are, and how a procedure file is read.

>>> sorted(KINDS)
['balance', 'balance-check', 'environment', 'flow-sensor', 'load-cell', 'pressure', 'pump', 'thermometer', 'voltage']

Each module is loaded when its kind is wanted.
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rig.files import Source, read_model, read_source

if TYPE_CHECKING:
    from datetime import date

    from calibration.standards import Standards
    from rig.calibrate.procedure import Procedure, ProcedureFile

#: Module and class of each kind.
KINDS: Final[dict[str, str]] = {
    "balance": "rig.calibrate.balance:Balance",
    "balance-check": "rig.calibrate.balance_check:BalanceCheck",
    "environment": "rig.calibrate.environment:Environment",
    "flow-sensor": "rig.calibrate.flow_sensor:FlowSensor",
    "load-cell": "rig.calibrate.load_cell:LoadCell",
    "pressure": "rig.calibrate.pressure:Pressure",
    "pump": "rig.calibrate.pump:Pump",
    "thermometer": "rig.calibrate.thermometer:Thermometer",
    "voltage": "rig.calibrate.voltage:Voltage",
}


def procedure_class(kind: str) -> type[Procedure]:
    """The class of a kind; it must be one of :data:`KINDS`."""
    module, _, name = KINDS[kind].partition(":")
    found: type[Procedure] = getattr(importlib.import_module(module), name)
    return found


def load_procedure_file(path: Path) -> ProcedureFile:
    """Read a procedure file.

    Raises:
        FileError: with every problem: file, line, key, what was expected, what was found, the fix.
    """
    source = read_source(path)
    kind = _kind_of(source)
    file = read_model(procedure_class(kind).FILE, source)
    file._source = source  # noqa: SLF001 - a private attribute of our own model
    return file


def make_procedure(file: ProcedureFile, standards: Standards, today: date) -> Procedure:
    """The procedure of a file.

    Raises:
        CalibrationError: a standard that it needs is unknown or out of date.
    """
    return procedure_class(file.kind)(file, standards, today)


def _kind_of(source: Source) -> str:
    import tomllib

    try:
        table: dict[str, Any] = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise source.error([((), f"is not valid TOML: {error}")]) from error
    kind = table.get("kind")
    if kind not in KINDS:
        raise source.error([(("kind",), f"expected one of {', '.join(sorted(KINDS))}, found {kind!r}")])
    return str(kind)
