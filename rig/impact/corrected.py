"""The calibration records that take the place of wrong ones.

>>> Corrected.with_slope("0.02 %").what
'a slope error of 0.02 %, supposed'

Either records from files, each in the place of those of the same unit and chain, or the records as they were with
another slope error of the balance, to see how far an error of that size would reach.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from calibration.units import RATIO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from calibration.record import CalibrationRecord
    from calibration.units import Quantity


@dataclass(frozen=True)
class Corrected:
    """What takes the place of an affected record.

    Attributes:
        what: in words.
        records: by serial number and chain.
        slope_error: of any balance, where no record is given.
    """

    what: str
    records: Mapping[tuple[str, str], CalibrationRecord] = field(default_factory=dict)
    slope_error: Quantity | None = None

    @classmethod
    def from_files(cls, paths: Iterable[Path]) -> Corrected:
        """From corrected records.

        Raises:
            CalibrationError: one cannot be read, or two are of the same unit and chain.
        """
        records: dict[tuple[str, str], CalibrationRecord] = {}
        for path in paths:
            record = load_calibration_record(path)
            unit = (record.instrument.serial_number, record.chain)
            if unit in records:
                raise CalibrationError(f"{path}: expected one corrected record of {', '.join(unit)}, found a second")
            records[unit] = record
        return cls(", ".join(map(str, paths)), records)

    @classmethod
    def with_slope(cls, text: str) -> Corrected:
        """From a slope error that is supposed, e.g. ``0.02 %``.

        Raises:
            UnitError: no ratio.
        """
        return cls(f"a slope error of {text}, supposed", slope_error=RATIO.parse("slope_error", text))

    def instead_of(self, record: CalibrationRecord) -> CalibrationRecord:
        """The record that takes the place of another.

        Raises:
            CalibrationError: there is none for it.
        """
        unit = (record.instrument.serial_number, record.chain)
        if self.slope_error is None:
            if unit not in self.records:
                raise CalibrationError(f"no corrected record of {', '.join(unit)} was given")
            return self.records[unit]
        if record.balance is None:
            raise CalibrationError(f"{', '.join(unit)}: only a balance has a slope error")
        balance = record.balance.model_copy(update={"slope_error": self.slope_error})
        return record.model_copy(update={"balance": balance})
