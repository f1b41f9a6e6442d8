"""The plan of a run: each finding at the planned lengths, the shortest run that decides it, and what would help.

>>> made = plan_run(Case(protocol, bench, calibrations), Asked())       # doctest: +SKIP
>>> [(one.name, one.outcome) for one in made.findings], made.outcome    # doctest: +SKIP
([('mean_flow_error', 'decidable')], 'decidable')
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rig.gate.minimum_weight import minimum_weight_reasons
from rig.plan import reference_witness
from rig.planning.case import OVER_THE_ANALYSIS, Case, Lengths
from rig.planning.decidable import decidable
from rig.planning.helps import Help, help_of, what_helps
from rig.planning.outcomes import Asked, Outcome, PlannedFinding, RunPlan
from rig.planning.shortest import Shortest, first, legs_of, longest_analysis_s, shortest
from rig.planning.why_longer import why_longer
from rig.planning.windows import is_window, shortest_window_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.predict import PredictedFinding, Prediction

#: Multiples of the analysis that are tried for findings over a part of the program; each is predicted whole.
_TIMES: Final = (2, 3, 4, 6, 8)


def plan_run(case: Case, asked: Asked) -> RunPlan:
    """Plan a run.

    Args:
        case: protocol, bench, calibrations.
        asked: for which pump, and up to which length.

    Raises:
        CalibrationError, EvidenceError: there is nothing to predict from; see :func:`rig.predict.predict`.
        RuleError: a decision rule that nobody offers.
    """
    planner = _Planner(case, replace(asked, wanted=replace(asked.wanted, ratio=case.protocol.gate.ratio)))
    prediction = case.predicted(case.protocol)
    tried = what_helps(case)
    findings = tuple(planner.finding(one, help_of(one, tried)) for one in prediction.findings)
    problems, least = planner.too_light(prediction), planner.together(findings)
    wanted = planner.asked.wanted
    because = why_longer(case, least, findings, wanted)
    return RunPlan(findings, problems, least, prediction, wanted, planner.asked.longest_s, because)


class _Planner:
    def __init__(self, case: Case, asked: Asked) -> None:
        self.case, self.asked = case, asked
        self.legs: Sequence[float | None] = legs_of(case)

    def finding(self, found: PredictedFinding, helped: Help) -> PlannedFinding:
        """One finding: how it stands, and what it takes."""
        judged = decidable(found, self.asked.wanted)
        least = self._shortest(found.name)
        window_s = None
        if least is None and not judged.ok and is_window(self.case, found.name):
            window_s = shortest_window_s(
                self.case, found.name, (None, self.legs[-1]), self.asked.wanted, self.asked.longest_s
            )
        outcome: Outcome = "decidable" if judged.ok else "longer" if least or window_s else "never"
        at = found if outcome != "never" else self._at_the_longest(found)
        return PlannedFinding(
            predicted=found,
            judged=judged,
            outcome=outcome,
            shortest=least,
            at_shortest=None if least is None else self._expanded(found.name, least.lengths),
            window_s=window_s,
            dominating=at.dominating,
            floor=at.expanded if outcome == "never" else None,
            help=helped,
        )

    def too_light(self, prediction: Prediction) -> tuple[str, ...]:
        """Whether the analysis weighs less than the laboratory trusts to the balance."""
        reasons = minimum_weight_reasons(reference_witness(self.case.bench), self.case.calibrations, prediction)
        return tuple(str(reason.text) for reason in reasons)

    def together(self, findings: Sequence[PlannedFinding]) -> Shortest | None:
        """The shortest run that decides everything, predicted whole at the end; None where there is none."""
        if any(one.shortest is None for one in findings):
            return None
        over = [one.name for one in findings if one.name in OVER_THE_ANALYSIS]
        others = [one.shortest for one in findings if one.shortest and one.name not in OVER_THE_ANALYSIS]
        least_s = max((one.leg_s or 0.0 for one in others), default=0.0)
        analysis_s = max((one.analysis_s or 0.0 for one in others), default=0.0)

        def holds(lengths: Lengths) -> bool:
            long_enough = lengths.leg_s is None or lengths.leg_s >= least_s
            long_enough = long_enough and (lengths.analysis_s is None or lengths.analysis_s >= analysis_s)
            return long_enough and self.case.fits(lengths) and all(self._holds(name, lengths) for name in over)

        found = shortest(self.case, holds, self.asked.longest_s)
        if found is None or self._all_hold(found.lengths):
            return found
        planned = Lengths(found.leg_s, self.case.protocol.timing.analysis_s)  # what stands on windows may need it whole
        if not self.case.stretchable or not self._all_hold(planned):
            return None
        return Shortest(planned.leg_s, planned.analysis_s, self.case.plan(planned).duration_s)

    def _shortest(self, name: str) -> Shortest | None:
        if name in OVER_THE_ANALYSIS:
            return shortest(self.case, lambda lengths: self._holds(name, lengths), self.asked.longest_s)
        leg = first(0, len(self.legs) - 1, lambda n: self._holds(name, Lengths(self.legs[n]), whole=True))
        lengths = self._longer(name) if leg is None else Lengths(self.legs[leg])
        if lengths is None:
            return None
        return Shortest(lengths.leg_s, lengths.analysis_s, self.case.plan(lengths).duration_s)

    def _longer(self, name: str) -> Lengths | None:
        """For what no leg decides: some multiples of the analysis, with the longest legs; None where none does."""
        tried = [times * self.case.protocol.timing.analysis_s for times in _TIMES]
        tried = [one for one in tried if one <= self.asked.longest_s]
        if not self.case.stretchable or is_window(self.case, name):
            return None
        holds = lambda n: self._holds(name, Lengths(self.legs[-1], tried[n]), whole=True)  # noqa: E731
        found = first(0, len(tried) - 1, holds)
        return None if found is None else Lengths(self.legs[-1], tried[found])

    def _holds(self, name: str, lengths: Lengths, *, whole: bool = False) -> bool:
        """Whether a finding is decidable; one that could not be made may become several, under its name."""
        prediction = self.case.predict(lengths, whole=whole)
        found = [one for one in prediction.findings if one.name == name or one.name.startswith(f"{name}_")]
        ok = bool(found) and all(decidable(one, self.asked.wanted).ok for one in found)
        return ok and (whole or not self.too_light(prediction))

    def _all_hold(self, lengths: Lengths) -> bool:
        made = self.case.predict(lengths)
        return bool(made.findings) and all(decidable(one, self.asked.wanted).ok for one in made.findings)

    def _expanded(self, name: str, lengths: Lengths) -> float | None:
        made = self.case.predict(lengths, whole=name not in OVER_THE_ANALYSIS)
        return next((one.expanded for one in made.findings if one.name == name), None)

    def _at_the_longest(self, found: PredictedFinding) -> PredictedFinding:
        """The same finding with the longest legs, and the longest analysis where that matters."""
        lengths = Lengths(self.legs[-1])
        if found.name in OVER_THE_ANALYSIS and self.case.stretchable:
            lengths = Lengths(self.legs[-1], longest_analysis_s(self.case, self.asked.longest_s))
        made = self.case.predict(lengths, whole=found.name not in OVER_THE_ANALYSIS)
        return next((one for one in made.findings if one.name == found.name and one.expanded is not None), found)
