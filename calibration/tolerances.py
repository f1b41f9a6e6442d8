"""What each unit may be wrong by: ``tolerances.toml`` of the book, by serial number and chain.

    schema = 1
    [[tolerance]]
    serial_number = "B123456789"
    chain = "balance"
    of = "slope error"                 # of a balance
    lower = "-0.01 %"
    upper = "0.01 %"
    [[tolerance]]
    serial_number = "P-12"
    chain = "pressure"
    of = "error"                       # reading less reference, where the instrument reads what stands in "at"
    at = "50 kPa"
    lower = "-0.1 kPa"
    upper = "0.1 kPa"

    tolerances = load_tolerances(Path("calibration"))
    tolerances.of("P-12", "pressure")

``of = "value"`` is the value of the curve at ``at``, for what reads in another unit than it means (a load cell in
counts, the volume of a pump's step at a rate). A unit without a tolerance has a chart and no advice on its interval.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from calibration.characteristic import OF, Characteristic
from calibration.errors import CalibrationError
from calibration.record import fault_text
from calibration.record_models import POINT_KINDS
from calibration.record_parts import Strict, Text

if TYPE_CHECKING:
    from pathlib import Path

FILE: Final = "tolerances.toml"


class Tolerance(Strict):
    """One table of the file: limits of one quantity of one unit."""

    serial_number: Text
    chain: Text
    of: OF
    at: Text | None = None
    lower: Text
    upper: Text

    @model_validator(mode="after")
    def _meant(self) -> Self:
        try:
            lower, upper = self.limits
        except CalibrationError as error:
            raise ValueError(str(error)) from error
        if not lower < upper:
            raise ValueError(f"lower, upper: expected the lower limit first, found {self.lower}, {self.upper}")
        return self

    @property
    def kind(self) -> str:
        """Kind of the record: the chain without its channel."""
        return next((kind for kind in POINT_KINDS if self.chain == kind or self.chain.startswith(f"{kind}-")), "")

    @property
    def characteristic(self) -> Characteristic:
        """Which quantity it limits, in the unit of its lower limit."""
        return Characteristic.stated(self.kind, self.of, self.at, self.lower)

    @property
    def limits(self) -> tuple[float, float]:
        """Lower and upper limit, in the unit of the characteristic."""
        wanted = self.characteristic
        return wanted.read("lower", self.lower), wanted.read("upper", self.upper)


class TolerancesFile(Strict):
    """The file as it stands."""

    schema_version: Literal[1] = Field(alias="schema")
    tolerance: tuple[Tolerance, ...] = ()


@dataclass(frozen=True)
class Tolerances:
    """The tolerances of a book.

    Attributes:
        all: in the order of the file.
    """

    all: tuple[Tolerance, ...] = ()

    def of(self, serial_number: str, chain: str) -> list[Tolerance]:
        """Those of one unit and chain."""
        return [one for one in self.all if (one.serial_number, one.chain) == (serial_number, chain)]


def load_tolerances(folder: Path) -> Tolerances:
    """Read the tolerances of a book; a book without the file has none.

    Raises:
        CalibrationError: a file that cannot be used; every fault of it in one message.
    """
    path = folder / FILE
    if not path.is_file():
        return Tolerances()
    try:
        read = TolerancesFile.model_validate(tomllib.loads(path.read_bytes().decode("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CalibrationError(f"{path}: expected a TOML file in UTF-8, found: {error}") from error
    except ValidationError as error:
        lines = "\n".join(f"  {fault_text(one)}" for one in error.errors())
        raise CalibrationError(f"{path}: not a usable list of tolerances; correct:\n{lines}") from error
    return Tolerances(read.tolerance)
