"""What a plan says of a finding and of the whole run.

=============  ====================================================================================================
outcome        it means
=============  ====================================================================================================
``decidable``  the run decides it as it is planned
``longer``     not as it is planned, but with other lengths of legs, analysis or window
``never``      at no length up to the longest that was looked at: the bench has to get better, or the limit wider
=============  ====================================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from rig.planning.decidable import Wanted
from rig.planning.shortest import LONGEST_S

if TYPE_CHECKING:
    from rig.planning.decidable import Decidable
    from rig.planning.helps import Help
    from rig.planning.shortest import Shortest
    from rig.predict import PredictedFinding, Prediction

Outcome = Literal["decidable", "longer", "never"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a plan is asked for.

    Attributes:
        wanted: assumed error and chance; its ratio is that of the protocol's gate.
        longest_s: no longer analysis is looked at [s].
    """

    wanted: Wanted = field(default_factory=Wanted)
    longest_s: float = LONGEST_S


@dataclass(frozen=True, slots=True)
class PlannedFinding:
    """One finding of the plan.

    Attributes:
        predicted: at the planned lengths.
        judged: whether it is decidable there, and what it would pass.
        outcome: see the module.
        shortest: the shortest run that decides this finding alone; None where none does. Where only legs are tried, for
            all but :data:`rig.planning.case.OVER_THE_ANALYSIS`, its analysis is None: as the protocol has it.
        at_shortest: its U there, in the unit of the finding; None where it is not known.
        window_s: the shortest window that could be decided, where the protocol's own cannot [s]; else None.
        dominating: what dominates at the planned lengths or, where nothing helps, at the longest.
        floor: U at the longest lengths, where nothing helps; else None.
        help: what would take most off U.
    """

    predicted: PredictedFinding
    judged: Decidable
    outcome: Outcome
    shortest: Shortest | None
    at_shortest: float | None
    window_s: float | None
    dominating: str
    floor: float | None
    help: Help

    @property
    def name(self) -> str:
        """Of the finding."""
        return self.predicted.name


@dataclass(frozen=True, slots=True)
class RunPlan:
    """The plan of a run.

    Attributes:
        findings: all that the protocol wants decided and a plan can predict, in its order.
        problems: of the run as a whole at the planned lengths, such as too little to weigh.
        shortest: the shortest run that decides all of them together; None where none was found.
        prediction: at the planned lengths.
        wanted, longest_s: what was asked for.
        because: why that run is longer than any finding alone asks for; empty where it is not.
    """

    findings: tuple[PlannedFinding, ...]
    problems: tuple[str, ...]
    shortest: Shortest | None
    prediction: Prediction
    wanted: Wanted
    longest_s: float
    because: str = ""

    @property
    def outcome(self) -> Outcome:
        """The worst of all findings."""
        outcomes = {one.outcome for one in self.findings}
        if "never" in outcomes:
            return "never"
        return "longer" if "longer" in outcomes or self.problems else "decidable"
