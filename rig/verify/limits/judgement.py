"""What every limit gives: a verdict, its words, and the probability that the truth lies within it.

>>> By("iso14253").found.zones, By().factor(math.inf)
('three', 2.0)
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from rig.verify.guard_bands import find_rule

if TYPE_CHECKING:
    from rig.verify.rule import Rule
    from rig.verify.rules import Outcome

Evidence_contra = TypeVar("Evidence_contra", contravariant=True)


@dataclass(frozen=True)
class Judgement:
    """A verdict about a limit.

    Attributes:
        verdict: pass, fail or inconclusive.
        statement: value, limit and rule in plain words.
        p_conform: probability that the truth is within the limit; None where there is none to state.
        facts: what it rests on; plain JSON values.
    """

    verdict: Outcome
    statement: str
    p_conform: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class By:
    """The decision rule by which a limit is judged.

    Attributes:
        rule: its name.
        k: coverage factor.
    """

    rule: str = "guard-band-U"
    k: float = 2.0

    @cached_property
    def found(self) -> Rule:
        """The rule.

        Raises:
            RuleError: no such rule.
        """
        return find_rule(self.rule)

    def factor(self, nu: float) -> float:
        """Width of the guard band in standard uncertainties.

        Raises:
            RuleError: no such rule; k or nu not above zero.
        """
        return self.found.width(1.0, self.k, nu)

    def verdict(self, *, proven: bool, refuted: bool) -> Outcome:
        """Of what is proven to conform, or not to conform; binary rules fail what is not proven."""
        zones = self.found.zones
        if proven and zones != "non-conformity":
            return "pass"
        return "fail" if refuted or zones == "binary" else "inconclusive"


class Limit(Protocol[Evidence_contra]):
    """What can be judged; ``str`` prints it."""

    def judge(self, found: Evidence_contra, by: By = ...) -> Judgement:
        """The judgement of what was found.

        Raises:
            RuleError: numbers or a rule that cannot be used.
        """


def checked_sides(lower: float | None, upper: float | None) -> tuple[float, float]:
    """Lower and upper limit as numbers, infinite where there is none.

    Raises:
        RuleError: no limit, or limits in the wrong order.
    """
    from rig.verify.risk import check_limits

    check_limits(lower, upper)
    return -math.inf if lower is None else lower, math.inf if upper is None else upper
