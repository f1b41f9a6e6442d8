"""The table ``[witnesses]`` of a protocol: how many must speak, and in which intervals they are compared.

    [witnesses]
    required = 3
    interval = "6 h"                                        # one after another, from the beginning of the analysis

    [witnesses]
    intervals = [{ start = "0 h", end = "6 h" }, { start = "18 h", end = "24 h" }]     # or these, of the program

The reference for people is ``docs/files.md``; :mod:`rig.findings.witness_intervals` makes intervals of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Self

from pydantic import Field, model_validator

from calibration.units import TIME
from rig.fields import FileModel, PositiveDuration, refused
from rig.protocol_findings.happened import Stretch

if TYPE_CHECKING:
    from rig.errors import KeyPath
    from rig.protocol_tables import Timing


class Witnesses(FileModel):
    """How many witnesses must be able to speak for a verdict, and where they are compared.

    Attributes:
        required: the balance at the tip among them; in each interval.
        interval: length of the intervals beside the whole span; none without it.
        intervals: declared ones instead.
    """

    required: Annotated[int, Field(ge=1)] = 1
    interval: PositiveDuration | None = None
    intervals: tuple[Stretch, ...] = ()

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.interval is not None and self.intervals:
            raise refused("interval and intervals are two ways to say the same; give one of them")
        return self


def witness_problems(asked: Witnesses, timing: Timing) -> list[tuple[KeyPath, str]]:
    """Intervals that the delivery does not hold, or that are no parts of the analysis."""
    problems: list[tuple[KeyPath, str]] = []
    if asked.interval is not None and 2.0 * TIME.magnitude("interval", asked.interval) > timing.analysis_s:
        message = (
            "expected at most half of timing.analysis: the whole is compared anyway; leave it out or make it shorter"
        )
        problems.append((("witnesses", "interval"), message))
    for index, one in enumerate(asked.intervals):
        if wrong := one.outside(timing.delivery_s):
            problems.append((("witnesses", "intervals", index), wrong))
    return problems
