"""What is done to the pump while the program runs: a line is closed, the supply sags, a magnet comes near.

    [[acts]]
    at = "1 h"                       # since the program began
    note = "line closed"             # the remark in the record, at the moment it was done
    text = "Close the stopcock between pump and tip."
    do = "clamp-line"                # the same for the hands of a simulated bench

    [[acts]]
    at = "2 h"
    note = "supply sags"
    supply = "2.75 V"                # the rig sets the supply of the bench itself

Findings take the instant from the remark: ``closed = { note = "line closed" }``. The reference for people is
``docs/files.md``; :mod:`rig.execute.acts` does them.
"""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from calibration.units import TIME, VOLTAGE, Quantity
from rig.fields import Duration, FileModel, KindField, Text, refused

_Volts = Annotated[Quantity, KindField(VOLTAGE)]


class ActTable(FileModel):
    """One thing that is done at the bench.

    Attributes:
        at: when, since the program began.
        note: remark that goes into the record when it has been done.
        text: what a person is asked to do.
        do: the same for simulated hands; they list what they can (``fixtures/simulated/hands.py``).
        values: of that act, as text with units.
        supply: voltage to which the rig sets the supply; then there is nothing to do by hand.
    """

    at: Duration
    note: Text
    text: str = ""
    do: Text | None = None
    values: dict[str, str] = Field(default_factory=dict)
    supply: _Volts | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.do is None) == (self.supply is None):
            raise refused("expected one thing to do: either do, by hand, or supply, by the rig")
        if self.do is not None and not self.text.strip():
            raise refused("expected text too: what a person at a real bench shall do")
        if self.supply is not None and (self.text or self.values):
            raise refused("the rig sets the supply by itself; leave out text and values")
        return self

    @property
    def at_s(self) -> float:
        """When, since the program began [s]."""
        return TIME.magnitude("at", self.at)
