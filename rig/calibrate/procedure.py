"""A procedure: the steps of one kind of calibration, and what follows from their results.

A kind is a subclass with a model of its file and two methods::

    class LoadCell(Procedure):
        def steps(self): ...                     # the same list each time, or a resumed procedure would go astray
        def conclude(self, results): ...         # tables of the record; refuses what is noisy or not monotonic

Every procedure file has what :class:`ProcedureFile` has; each kind adds its own table of settings.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field, PrivateAttr

from calibration.units import TIME
from rig.calibrate.errors import ProcedureError
from rig.fields import FileModel, PositiveDuration, Text, default
from rig.files import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from calibration.standards import Standards
    from drivers.interfaces import Identity
    from rig.calibrate.bench import Station
    from rig.calibrate.steps import Step


class ProcedureFile(FileModel):
    """What every procedure file says.

    Attributes:
        kind: which procedure.
        channel: of the bench file, which is calibrated.
        record_channel: which of the instrument's own channels, where it has several.
        method: for the record.
        valid_for: until the record ends.
        settle: before anything is read [s].
        average: over which a reading is averaged.
    """

    schema_version: Literal[1] = Field(alias="schema")
    kind: str
    channel: Text
    record_channel: Text | None = None
    method: Text
    valid_for: PositiveDuration = default(TIME, "365 days")
    settle: PositiveDuration = default(TIME, "20 s")
    average: PositiveDuration = default(TIME, "15 s")

    _source: Source = PrivateAttr()

    @property
    def source(self) -> Source:
        """The text it was read from."""
        return self._source

    @property
    def chain(self) -> str:
        """Which chain of its unit the record continues, as :attr:`calibration.record.CalibrationRecord.chain`."""
        return self.kind if self.record_channel is None else f"{self.kind}-{self.record_channel}"


@dataclass(frozen=True)
class People:
    """Who did it, and who checked the result."""

    performed_by: str
    checked_by: str | None = None


class Procedure(ABC):
    """One calibration on one bench.

    Args:
        file: settings.
        standards: of the laboratory.
        today: in UTC; standards must be in date.
    """

    FILE: ClassVar[type[ProcedureFile]] = ProcedureFile
    #: Whether the pump is told to run; it is then kept alive and stopped at the end.
    RUNS_PUMP: ClassVar[bool] = False

    def __init__(self, file: Any, standards: Standards, today: date) -> None:
        self.file = file
        self.standards = standards
        self.today = today
        self._station: Station | None = None

    @property
    def station(self) -> Station:
        """The bench that the procedure stands on.

        Raises:
            ProcedureError: none was set yet.
        """
        if self._station is None:
            raise ProcedureError(f"{self.file.kind}: expected a bench, found none; begin a session first")
        return self._station

    def stand_on(self, station: Station) -> None:
        """Set the bench, before the steps are carried out."""
        self._station = station

    @property
    def average_s(self) -> float:
        """Length of one average [s]."""
        return TIME.magnitude("average", self.file.average)

    @property
    def settle_s(self) -> float:
        """Pause before a reading [s]."""
        return TIME.magnitude("settle", self.file.settle)

    def read_references(self) -> dict[str, str]:
        """Channels of the bench that are read as the reference, each with the serial number that must answer there."""
        return {}

    @abstractmethod
    def steps(self) -> Sequence[Step]:
        """Every step, in order; the same list each time for the same file and standards."""

    @abstractmethod
    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """The tables of the record that are this kind's own: points, curve, balance, conditions and so on.

        Args:
            results: of every step, by its key.

        Raises:
            CalibrationError: noisy, not monotonic, or not usable otherwise; every reason at once.
        """

    def take_back(self, results: Mapping[str, Any]) -> str:  # noqa: ARG002 - most kinds change nothing
        """Undo what the steps changed in an instrument, because what was found is refused.

        Returns:
            What was undone, in words; empty where nothing was changed.
        """
        return ""

    def tables(self, results: Mapping[str, Any], identity: Identity, people: People) -> dict[str, Any]:
        """A whole record as plain values, for :meth:`calibration.book.Book.append`.

        Raises:
            CalibrationError: as for :meth:`conclude`.
        """
        days = timedelta(seconds=TIME.magnitude("valid_for", self.file.valid_for)).days
        return {
            "kind": self.file.kind,
            "channel": self.file.record_channel,
            "method": self.file.method,
            "performed_by": people.performed_by,
            "checked_by": people.checked_by,
            "performed_on": self.today,
            "valid_until": self.today + timedelta(days=days),
            "note": "simulated instrument: it vouches for no real one" if identity.simulated else None,
            "instrument": {
                "manufacturer": identity.manufacturer or "unknown",
                "model": identity.model,
                "serial_number": identity.serial_number,
            },
            **self.conclude(results),
        }
