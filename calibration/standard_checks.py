"""What is looked at of each entry of ``standards.toml`` when it is read, and not after the last step of a calibration.

Value and expanded uncertainty have units, of one kind; the uncertainty is above zero and far below the value, where the
value is not a correction (those of a thermometer, a gauge and a voltmeter are). Two entries of one serial number do not
hold on the same day. And an entry that its checker confirmed by hash is still what was confirmed.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from calibration.errors import UnitError
from calibration.record_write import record_text
from calibration.units import (
    AIR_PRESSURE,
    AIR_PRESSURE_DIFFERENCE,
    HUMIDITY,
    MASS,
    PRESSURE,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    VOLTAGE,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from calibration.record_parts import Standard
    from calibration.units import Kind

#: Kinds of standards: of the value, of its uncertainty, and the largest part of the value that this may be; None where
#: the value is a correction, which may be zero.
_KINDS: Final[tuple[tuple[Kind, Kind, float | None], ...]] = (
    (MASS, MASS, 0.01),
    (AIR_PRESSURE, AIR_PRESSURE_DIFFERENCE, 0.01),
    (HUMIDITY, HUMIDITY, 0.2),
    (PRESSURE, PRESSURE, None),
    (TEMPERATURE, TEMPERATURE_DIFFERENCE, None),
    (VOLTAGE, VOLTAGE, None),
)


def entry_sha256(standard: Standard) -> str:
    """SHA-256 of everything that an entry says, but for that hash itself."""
    said = standard.model_dump(exclude={"checked_sha256"})
    return hashlib.sha256(record_text(said).encode()).hexdigest()


def standard_problems(standards: Sequence[Standard]) -> list[str]:
    """What is wrong with the entries of a book, a line each; empty where nothing is."""
    found = [f"{one.serial_number}: {problem}" for one in standards for problem in _own(one)]
    for name in dict.fromkeys(one.serial_number for one in standards):
        ours = sorted((one for one in standards if one.serial_number == name), key=lambda one: one.calibrated_on)
        found += [
            f"{name}: expected one entry a day, found certificate {old.certificate} up to {old.valid_until} and "
            f"{new.certificate} from {new.calibrated_on} on; end the older one the day before"
            for old, new in pairwise(ours)
            if new.calibrated_on <= old.valid_until
        ]
    return found


def _own(standard: Standard) -> Iterator[str]:
    if standard.valid_until < standard.calibrated_on:
        yield f"valid_until: expected a day from {standard.calibrated_on} on, found {standard.valid_until}"
    if standard.checked_sha256 not in {None, entry_sha256(standard)}:
        yield (
            f"checked_sha256: the entry is not the one that {standard.checked_by} confirmed; compare it with the "
            f"certificate again (rig calibration standard {standard.serial_number})"
        )
    yield from _values(standard)


def _values(standard: Standard) -> Iterator[str]:
    """The first kind that both belong to decides; without any, why the nearest one does not take them."""
    reasons = []
    for kind, width, part in _KINDS:
        try:
            value, expanded = kind.magnitude("value", kind.parse("value", standard.value)), standard.expanded
        except UnitError as error:
            reasons.append(str(error))
            continue
        try:
            u = width.magnitude("expanded", width.parse("expanded", expanded))
        except UnitError as error:
            reasons = [str(error)]
            continue
        yield from _sizes(standard, value, u, part)
        return
    yield reasons[0]


def _sizes(standard: Standard, value: float, u: float, part: float | None) -> Iterator[str]:
    if part is not None and value <= 0.0:
        yield f"value: expected one above zero, found {standard.value}"
    elif not u > 0.0 or (part is not None and u > part * value):
        most = "" if part is None else f" and at most {100.0 * part:g} % of {standard.value}"
        yield f"expanded: expected an uncertainty above zero{most}, found {standard.expanded}"
