"""The witnesses of a run in all intervals that are compared, and the row of the one that says most.

With one interval, the whole span, the row is about that and says no more. With several it names the worst, what else
differs, where nothing could be compared (the balance has a gap there), and the facts have a row for each.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from rig.delivery.witness_volumes import WitnessesOfRun
from rig.errors import EvidenceError
from rig.finding import Finding
from rig.findings.witness_intervals import intervals_of, words_of
from rig.findings.witness_judged import Judged, judged, with_what_came_back
from rig.verify.errors import MetricError
from rig.verify.seen import ALPHA
from rig.verify.witnesses import alpha_of_each

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.from_record import Evidence
    from rig.finding import FindingVerdict
    from rig.findings.span import Span

#: The interval that is always compared.
WHOLE: Final = "the whole span"
#: From what decides least to what decides most.
_RANKS: Final = ("informative", "pass", "inconclusive", "fail")


class Comparison:
    """All intervals of one run.

    Args:
        evidence, delivery, span, not_held: as of :func:`rig.findings.witnesses.witnessed`.

    Attributes:
        every: what was compared, by the words for the interval; the whole span first.
        gaps: what could not be, and why.
        without: intervals in which nothing is programmed.
        alpha: of each.

    Raises:
        EvidenceError: no readings of the reference around an end of the span.
        MetricError: what the witnesses say of the span cannot be compared.
    """

    def __init__(self, evidence: Evidence, delivery: Delivery, span: Span, not_held: str) -> None:
        self._required, self._not_held = evidence.protocol.witnesses.required, not_held
        (whole, *parts), without = intervals_of(evidence, span)
        self.without = [words_of(evidence, part) for part in without]
        self.alpha, self.gaps = alpha_of_each(1 + len(parts)), dict[str, str]()
        witnesses = WitnessesOfRun(evidence, delivery)
        every = {WHOLE: judged(evidence, witnesses, whole, self.alpha)}
        for part in parts:
            name = words_of(evidence, part)
            try:
                every[name] = judged(evidence, witnesses, part, self.alpha)
            except (EvidenceError, MetricError) as error:
                self.gaps[name] = str(error)
        self.every = with_what_came_back(every)

    @cached_property
    def worst(self) -> str:
        """The interval that says most: a bench fault, then what decides most, then what chance explains least."""
        return max(self.every, key=self._weight)

    @property
    def fault(self) -> str:
        """Why the bench was at fault, in words; empty if nothing shows."""
        return self._words()[1] if self.every[self.worst].fault else ""

    def finding(self, name: str) -> Finding:
        """One row."""
        worst = self.every[self.worst]
        verdict, words = self._words()
        value, u = (worst.found.difference_ul, worst.found.u_difference_ul) if worst.found.between else (None, None)
        told = [words, *worst.told(), *self._others()]
        facts = worst.facts() | (self._facts() if self._several else {})
        return Finding(name, verdict, "; ".join(told), value, u, unit="uL", facts=facts)

    @property
    def _several(self) -> bool:
        return len(self.every) + len(self.gaps) + len(self.without) > 1

    def _weight(self, name: str) -> tuple[bool, int, float]:
        verdict, _ = self._verdict(self.every[name])
        return self.every[name].fault, _RANKS.index(verdict), -self.every[name].found.p

    def _verdict(self, one: Judged) -> tuple[FindingVerdict, str]:
        return one.verdict(self._required, self._not_held)

    def _words(self) -> tuple[FindingVerdict, str]:
        """The verdict of the worst, and which interval that is where there are several."""
        verdict, words = self._verdict(self.every[self.worst])
        if not self._several:
            return verdict, words
        head, said = ("", words) if verdict == "informative" else (f"{verdict}: ", words.removeprefix(f"{verdict}: "))
        if self.gaps and verdict == "pass":
            verdict, head = "inconclusive", "inconclusive: not compared in every interval; "
        count = len(self.every)
        return verdict, f"{head}in {self.worst}, which says most of {count} compared: {said}"

    def _others(self) -> list[str]:
        """What else differs, and what was not compared."""
        differ = [name for name, one in self.every.items() if not one.agrees and name != self.worst]
        return [
            *([f"they differ in {', '.join(differ)} too"] if differ else []),
            *(f"not compared in {name}: {why}" for name, why in self.gaps.items()),
            *(f"nothing is programmed in {name}" for name in self.without),
        ]

    def _facts(self) -> dict[str, Any]:
        rows = [
            {
                "interval": name,
                "start_s": one.span.start_s,
                "end_s": one.span.end_s,
                "programmed_ul": one.span.programmed_ul,
                "verdict": self._verdict(one)[0],
                **one.facts(),
            }
            for name, one in self.every.items()
        ]
        return {
            "interval": self.worst,
            "alpha": self.alpha,
            "false_alarm": ALPHA,
            "intervals": rows,
            "not_compared": self.gaps,
            "without_program": self.without,
        }
