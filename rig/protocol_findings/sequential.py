"""The table by which a mean flow error may be decided before the run is at its end.

    [findings.mean_flow_error.sequential]
    required = "10 h"
    every = "2 h"                   # or looks = ["10 h", "16 h"]
    spending = "power"

Times count from the beginning of the analysis. What a look is, and what it promises: :mod:`rig.verify.sequential`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final, Self

import numpy as np
from pydantic import Field, model_validator

from calibration.units import TIME
from rig.fields import FileModel, PositiveDuration, refused
from rig.protocol_findings.ruled import Decided
from rig.protocol_findings.sides import Sides
from rig.verify.errors import MetricError
from rig.verify.sequential import refuse_unless_constant
from rig.verify.spending import Spending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.errors import KeyPath
    from rig.protocol import Protocol

    Problem = tuple[KeyPath, str]

#: More looks than these gain nothing, and each costs the ones after it something.
MOST_LOOKS: Final = 50
#: The rule whose risk a sequential decision keeps.
RULE: Final = "guard-band-U"
#: Findings that decide nothing by themselves; a run may end before any other has seen enough.
BESIDE: Final = frozenset({"mean_flow_error", "start_up", "trumpet"})
_PLACE: Final = ("findings", "mean_flow_error")
_TABLE: Final = (*_PLACE, "sequential")


class Sequential(FileModel):
    """When to look, and how the risk is spent.

    Attributes:
        required: nothing is decided before; from the beginning of the analysis.
        every: a look at each multiple of this from ``required`` on, before the end of the analysis.
        looks: the times instead, rising.
        spending: how much of the risk may be spent by which part of the time.
    """

    required: PositiveDuration
    every: PositiveDuration | None = None
    looks: Annotated[tuple[PositiveDuration, ...], Field(min_length=1)] | None = None
    spending: Spending = "power"

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.every is None) == (self.looks is None):
            raise refused("expected every, or looks, and not both")
        times = self.times_s(np.inf) if self.looks else [self.required_s]
        if times != sorted(set(times)) or times[0] < self.required_s:
            raise refused("expected looks that rise, none of them before the required duration")
        return self

    @property
    def required_s(self) -> float:
        """Before which nothing is decided [s]."""
        return TIME.magnitude("required", self.required)

    def times_s(self, analysis_s: float) -> list[float]:
        """When to look, since the analysis began; its end is no look, because there the run is over [s]."""
        if self.looks is not None:
            return [TIME.magnitude("looks", one) for one in self.looks]
        if self.every is None:
            return []
        step_s = TIME.magnitude("every", self.every)
        first = int(np.ceil(self.required_s / step_s - 1e-9))
        return [step_s * n for n in range(max(first, 1), int(np.ceil(analysis_s / step_s - 1e-9)))]


class MeanFlowError(Decided):
    """The mean flow error; ``sequential`` where it may be decided early."""

    sequential: Sequential | None = None


def sequential_problems(protocol: Protocol) -> list[Problem]:
    """What keeps the mean flow error of a protocol from being decided early, as far as no bench is needed."""
    asked = protocol.findings.mean_flow_error
    return [] if asked.sequential is None else [*_asked(protocol, asked), *_times(protocol, asked.sequential)]


def _asked(protocol: Protocol, asked: MeanFlowError) -> Iterator[Problem]:
    """Limit, rule and what stands beside it."""
    limit = asked.limit
    if not isinstance(limit, Sides) or limit.lower is None or limit.lower != -(limit.upper or 0.0):
        yield (*_PLACE, "limit"), "a sequential decision needs a limit either side of zero, such as '14.5 %'"
    if asked.rule != RULE:
        yield (*_PLACE, "rule"), f"a sequential decision keeps the risk of {RULE!r}, found {asked.rule!r}"
    if asked.prior is not None:
        yield (*_PLACE, "prior"), "the global risk of a sequential decision is not computed; leave out prior"
    for name in type(protocol.findings).model_fields:
        if getattr(protocol.findings, name) and (name not in BESIDE or _decides(protocol, name)):
            yield ("findings", name), "the run may end before this has seen enough; leave it out, or sequential"


def _decides(protocol: Protocol, name: str) -> bool:
    return name == "trumpet" and getattr(protocol.findings, name).decides


def _times(protocol: Protocol, table: Sequential) -> Iterator[Problem]:
    """One constant rate, evaporation that is known at a look, and looks within the analysis."""
    timing = protocol.timing
    try:
        refuse_unless_constant(protocol.dose.breakpoints, timing.stabilization_s, timing.delivery_s)
    except MetricError as error:
        yield _TABLE, str(error)
    if timing.evaporation_before is None and protocol.evaporation_bound is None:
        yield _TABLE, "at a look only the leg before tells the evaporation; set timing.evaporation_before"
    times = table.times_s(timing.analysis_s)
    if not times or times[-1] >= timing.analysis_s:
        found = f"{times[-1] / 3600:g} h" if times else "none"
        yield _TABLE, f"expected looks before the end of the analysis at {timing.analysis_s / 3600:g} h, found {found}"
    if len(times) > MOST_LOOKS:
        yield _TABLE, f"expected {MOST_LOOKS} looks at most, found {len(times)}"
