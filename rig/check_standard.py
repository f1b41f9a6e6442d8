"""The standard behind the check weight of a protocol: found in the laboratory's book, copied into the record.

The book is where the calibration record of the balance at the tip lies: ``standards.toml`` beside that record, or one
folder up where the records of each unit have a folder of their own. The record of the run holds a copy of the one
standard, so that what the book says later changes nothing.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from calibration.errors import CalibrationError, DoseproofError
from calibration.record_write import record_text
from calibration.standards import FILE, Standards, certified, load_standards, read_standards
from calibration.units import MASS
from rig.bench import calibration_path
from rig.errors import BenchError
from rig.plan import reference_witness

if TYPE_CHECKING:
    from calibration.record_parts import Standard
    from rig.bench import Bench, OpenBench
    from rig.control import Control
    from rig.protocol import Protocol

#: Name of the copy below ``inputs/`` of a record.
COPY: Final = "check_weight.toml"


def standards_of(protocol: Protocol, bench: Bench) -> Standards | None:
    """The standards of the book, with that of the check weight among them; None where the protocol asks for none.

    Raises:
        FileError: the book has no such standard, or there is no book.
    """
    table = protocol.check_weight
    if table is None:
        return None
    record = calibration_path(bench, reference_witness(bench))
    folders = [folder for folder in (record.parent, record.parent.parent) if (folder / FILE).is_file()]
    try:
        found = load_standards(folders[0] if folders else record.parent)
    except CalibrationError as error:
        raise protocol.source.error([(("check_weight", "serial"), str(error))]) from error
    known = [one.serial_number for one in found.all]
    if table.serial not in known:
        message = f"{found.folder / FILE}: expected the standard {table.serial!r}, found {', '.join(known)}"
        raise protocol.source.error([(("check_weight", "serial"), message)])
    return found


def planned_weight_g(protocol: Protocol, bench: Bench) -> float | None:
    """What the check weight of a protocol weighs by the newest entry of the book [g]; None where it asks for none.

    Zero where no book says it: a plan can do without, and the run itself is refused.
    """
    table = protocol.check_weight
    if table is None:
        return None
    try:
        standards = standards_of(protocol, bench)
        standard = None if standards is None else standards.newest(table.serial, date.max)
        return 0.0 if standard is None else MASS.magnitude("value", certified(standard, MASS)[0])
    except DoseproofError:
        return 0.0


def standard_for(
    protocol: Protocol, standards: Standards | None, opened: OpenBench, control: Control, *, not_for_release: bool
) -> dict[str, bytes]:
    """The copy for the record, once the bench is open and the day is known; empty without a check weight.

    Raises:
        BenchError: the standard may not be used on this day, or nobody is there to put it on the pan.
    """
    table = protocol.check_weight
    if table is None or standards is None:
        return {}
    if control.unattended is not None and getattr(opened.world, "hands", None) is None:
        reason = f"the check weight {table.serial} needs a person, and the run is unattended; run it with one"
        raise BenchError(opened.file.name, [f"{reason}, or without [check_weight]"])
    on = opened.clock.utc().date()
    standard = standards.newest(table.serial, on)
    if standard is None:  # it was there when the protocol was read
        return {}
    if not not_for_release:
        try:
            standards.find(table.serial, on=on)
        except CalibrationError as error:
            raise BenchError(opened.file.name, [f"check weight: {error}"]) from error
    return {COPY: record_text(_tables(standard)).encode()}


def read_copy(content: bytes) -> Standard:
    """The standard from its copy in a record.

    Raises:
        CalibrationError: the copy is not one.
    """
    return read_standards(content, f"inputs/{COPY}")[0]


def _tables(standard: Standard) -> dict[str, Any]:
    return {"schema": 1, "standard": [standard.model_dump(exclude_none=True)]}
