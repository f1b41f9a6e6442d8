"""The dose program: what the pump was told, and so what must have come out by any time. Exactly.

>>> program = DoseProgram.from_toml('''
... drug = "baclofen"
... concentration = "2000 ug/mL"
... reservoir = "40 mL"
... [[segments]]
... kind = "continuous"
... dose_rate = "300 ug/day"
... duration = "24 h"
... ''')
>>> program.expected_volume(TIME.parse("time", "12 h"))
<Quantity(75.0, 'microliter')>
>>> program.volume_ul([0.0, 86400.0])
array([  0., 150.])
>>> [action.kind for action in program.actions()]
['set_rate', 'start', 'stop']

Volume is piecewise linear between :attr:`DoseProgram.breakpoints`; the rate is constant between them and holds
from its breakpoint on. Before the program nothing has been delivered; after it nothing more is. A bolus suspends
basal delivery while it lasts. Drug amount is what leaves the catheter tip: a bridge bolus delivers the old
concentration, a priming bolus none.

The file's side is :mod:`rig.dose_tables`; what the pump cannot do is refused by :mod:`rig.dose_pieces`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.units import DRUG_AMOUNT, TIME, VOLUME
from rig.dose_actions import Action, actions_of
from rig.dose_arithmetic import bridge_time, flow_for_dose, time_to_level
from rig.dose_pieces import Piece, PumpLimits, cut
from rig.dose_tables import ProgramTable
from rig.errors import ProgramError
from rig.files import parse_model

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from calibration.units import Quantity

    Floats = np.ndarray[Any, np.dtype[np.float64]]

__all__ = [
    "Action",
    "DoseProgram",
    "Piece",
    "ProgramError",
    "ProgramTable",
    "PumpLimits",
    "bridge_time",
    "flow_for_dose",
    "time_to_level",
]


@dataclass(frozen=True)
class DoseProgram:
    """A program that this pump can carry out.

    Attributes:
        drug: name of the drug.
        concentration: of the drug in the reservoir.
        reservoir: volume filled in.
        residual: part of it that cannot be delivered.
        pieces: stretches of constant rate, in order; at least one.
    """

    drug: str
    concentration: Quantity
    reservoir: Quantity
    residual: Quantity
    pieces: tuple[Piece, ...]

    @classmethod
    def from_table(
        cls, table: ProgramTable, limits: PumpLimits | None = None, until: Quantity | None = None
    ) -> DoseProgram:
        """Make the program of a file's table.

        Args:
            table: the ``[program]`` table.
            limits: of the pump; without them those of an ITB pump.
            until: where a last segment without a duration ends, from the start of the program.

        Raises:
            ProgramError: with every segment that the pump cannot carry out, and why.
        """
        pieces = cut(table, limits or PumpLimits(), until)
        return cls(table.drug, table.concentration, table.reservoir, table.residual, pieces)

    @classmethod
    def from_toml(cls, text: str, limits: PumpLimits | None = None) -> DoseProgram:
        """Make a program from the text of a program table on its own.

        Raises:
            FileError: the text is not a program table.
            ProgramError: the pump cannot carry it out.
        """
        return cls.from_table(parse_model(ProgramTable, text, "program"), limits)

    @cached_property
    def breakpoints(self) -> Floats:
        """Where the rate may change [s]: ascending, from 0 to the end, one more than there are pieces."""
        return _running_sum([piece.duration_s for piece in self.pieces])

    def rate_ul_h(self, time_s: ArrayLike) -> Floats:
        """Programmed flow [uL/h] at each time [s]; at a breakpoint, the new one."""
        times = np.asarray(time_s, dtype=np.float64)
        return self._rates[np.searchsorted(self.breakpoints, times, side="right")]

    def volume_ul(self, time_s: ArrayLike) -> Floats:
        """Volume [uL] that must have left the pump by each time [s]."""
        return np.interp(np.asarray(time_s, dtype=np.float64), self.breakpoints, self._volumes)

    def drug_ug(self, time_s: ArrayLike) -> Floats:
        """Drug [ug] that must have left the catheter tip by each time [s]."""
        return np.interp(np.asarray(time_s, dtype=np.float64), self.breakpoints, self._drug)

    def expected_volume(self, time: Quantity) -> Quantity:
        """Volume that must have left the pump by ``time``, a quantity of any shape.

        Raises:
            UnitError: not a duration.
        """
        return VOLUME.quantity(_plain(self.volume_ul(TIME.array("time", time))))

    def expected_drug(self, time: Quantity) -> Quantity:
        """Drug that must have left the catheter tip by ``time``, a quantity of any shape.

        Raises:
            UnitError: not a duration.
        """
        return DRUG_AMOUNT.quantity(_plain(self.drug_ug(TIME.array("time", time))))

    @property
    def duration(self) -> Quantity:
        """From the first action to the end of the last segment."""
        return TIME.quantity(float(self.breakpoints[-1]))

    def actions(self) -> tuple[Action, ...]:
        """What to tell the pump, in order of time; the last action is ``stop`` at the end."""
        return actions_of(self.pieces)

    @cached_property
    def _rates(self) -> Floats:
        return np.array([0.0, *(piece.rate_ul_h for piece in self.pieces), 0.0])

    @cached_property
    def _volumes(self) -> Floats:
        return _running_sum([piece.volume_ul for piece in self.pieces])

    @cached_property
    def _drug(self) -> Floats:
        return _running_sum([piece.volume_ul * piece.concentration_ug_ml / 1000.0 for piece in self.pieces])


def _running_sum(parts: list[float]) -> Floats:
    return np.concatenate([[0.0], np.cumsum(np.asarray(parts, dtype=np.float64))])


def _plain(values: Floats) -> Floats | float:
    return float(values) if values.ndim == 0 else values
