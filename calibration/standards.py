"""The reference standards of a laboratory: ``standards.toml`` of the book, with their certificates.

    schema = 1
    [[standard]]
    name = "weight 100 g, F1"
    serial_number = "W-77"
    certificate = "K-12345"
    laboratory = "D-K-00000-01-00"
    calibrated_on = 2026-01-10
    valid_until = 2027-01-09
    value = "100.00012 g"
    expanded = "0.10 mg"
    k = 2.0
    attachment = "K-12345.pdf"                 # below certificates/
    attachment_sha256 = "..."                  # sha256sum of that file
    entered_by = "A. Weber"
    checked_by = "M. Klein"
    checked_sha256 = "..."                     # of the entry, as M. Klein confirmed it: rig calibration standard W-77

    standards = load_standards(Path("calibration"))
    weight = standards.find("W-77", on=date(2026, 3, 2))
    weight.value, weight.u

A calibration record holds a copy of each standard that it stands on, so that what this file says later changes nothing.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, ValidationError

from calibration.errors import CalibrationError, UnitError
from calibration.record import fault_text
from calibration.record_parts import Standard, Strict
from calibration.retirement import refuse_retired
from calibration.standard_checks import standard_problems

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from calibration.units import Kind, Quantity

FILE: Final = "standards.toml"
CERTIFICATES: Final = "certificates"


class StandardsFile(Strict):
    """The file as it stands."""

    schema_version: Literal[1] = Field(alias="schema")
    standard: Annotated[tuple[Standard, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Standards:
    """The standards of a book.

    Attributes:
        folder: of the book.
        all: in the order of the file.
    """

    folder: Path
    all: tuple[Standard, ...]

    def find(self, serial_number: str, on: date, kind: Kind | None = None) -> Standard:
        """A standard that may be used on a day.

        Args:
            serial_number: its own.
            on: the day, in UTC.
            kind: of what it must be (mass, temperature, voltage); None takes any.

        Raises:
            CalibrationError: unknown, out of date, out of service, of another kind, or its certificate is missing or
                was changed.
        """
        found = self.newest(serial_number, on)
        if found is None:
            known = ", ".join(dict.fromkeys(one.serial_number for one in self.all))
            raise CalibrationError(
                f"{self.folder / FILE}: expected the standard {serial_number!r}, found {known}; enter it from its "
                "certificate, and let a second person check it"
            )
        if not found.calibrated_on <= on <= found.valid_until:
            raise CalibrationError(
                f"{self.folder / FILE}: {serial_number} is certified from {found.calibrated_on} to "
                f"{found.valid_until}, today is {on}; have it calibrated, or use another one"
            )
        refuse_retired(self.folder, serial_number)
        self._check_attachment(found)
        self._check_kind(found, kind)
        return found

    def _check_kind(self, standard: Standard, kind: Kind | None) -> None:
        try:
            if kind is not None:
                certified(standard, kind)
        except UnitError as error:
            raise CalibrationError(f"{self.folder / FILE}: {error}; name a standard of this kind") from error

    def newest(self, serial_number: str, on: date) -> Standard | None:
        """The entry that holds on a day, or else the newest one; None for a standard that is not there."""
        ours = sorted(
            (one for one in self.all if one.serial_number == serial_number), key=lambda one: one.calibrated_on
        )
        holding = [one for one in ours if one.calibrated_on <= on <= one.valid_until]
        return next(reversed(holding or ours), None)

    def _check_attachment(self, standard: Standard) -> None:
        if standard.attachment is None:
            return
        path = self.folder / CERTIFICATES / standard.attachment
        try:
            found = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise CalibrationError(f"{path}: expected the certificate of {standard.serial_number}: {error}") from error
        if found != standard.attachment_sha256:
            raise CalibrationError(
                f"{path}: expected SHA-256 {(standard.attachment_sha256 or '')[:12]}..., found {found[:12]}...; it is "
                f"not the certificate that {standard.checked_by} checked"
            )


def load_standards(folder: Path) -> Standards:
    """Read the standards of a book.

    Raises:
        CalibrationError: no such file, or one that cannot be used; every fault of it in one message.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CalibrationError(f"{path}: expected the reference standards, found {error.strerror or error}") from error
    found = read_standards(content, str(path))
    if problems := standard_problems(found):
        lines = "\n".join(f"  {problem}" for problem in problems)
        raise CalibrationError(f"{path}: not a usable list of standards; correct:\n{lines}")
    return Standards(folder, found)


def read_standards(content: bytes, name: str) -> tuple[Standard, ...]:
    """The standards from the bytes of such a file.

    Args:
        content: the file as it was.
        name: what to call it in messages.

    Raises:
        CalibrationError: it cannot be used; every fault of it in one message.
    """
    try:
        return StandardsFile.model_validate(tomllib.loads(content.decode("utf-8"))).standard
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalibrationError(f"{name}: expected a TOML file in UTF-8, found: {error}") from error
    except ValidationError as error:
        lines = "\n".join(f"  {fault_text(one)}" for one in error.errors())
        raise CalibrationError(f"{name}: not a usable list of standards; correct:\n{lines}") from error


def certified(standard: Standard, kind: Kind) -> tuple[Quantity, Quantity]:
    """Value and standard uncertainty of a standard of some kind (mass, temperature, pressure).

    Args:
        standard: whose certificate.
        kind: what it must be of; a temperature's uncertainty is a temperature difference, and so for air pressure.

    Raises:
        UnitError: it is of another kind.
    """
    from calibration.units import AIR_PRESSURE, AIR_PRESSURE_DIFFERENCE, TEMPERATURE, TEMPERATURE_DIFFERENCE

    value = kind.parse(f"value of {standard.serial_number}", standard.value)
    width_kind = {TEMPERATURE: TEMPERATURE_DIFFERENCE, AIR_PRESSURE: AIR_PRESSURE_DIFFERENCE}.get(kind, kind)
    expanded = width_kind.parse(f"expanded of {standard.serial_number}", standard.expanded)
    return value, expanded / standard.k
