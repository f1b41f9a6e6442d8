"""One value between two limits, which need not be symmetric, and the larger of a percentage and a volume.

>>> print(Between(None, 30.0, "s"), Between(None, 30.0, "s").judge(Value(29.0, 1.0)).verdict)
up to +30 s inconclusive
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from rig.verify.errors import RuleError
from rig.verify.limits.judgement import By, Judgement, checked_sides
from rig.verify.rules import decide_numbers
from rig.verify.words import span


@dataclass(frozen=True)
class Value:
    """A measured value, its standard uncertainty and the degrees of freedom of that, in the unit of the limit."""

    value: float
    u: float
    nu: float = math.inf


@dataclass(frozen=True)
class Between:
    """From lower to upper, both in ``unit``; None on one side for a one-sided limit.

    Raises:
        RuleError: no limit, or limits in the wrong order.
    """

    lower: float | None
    upper: float | None
    unit: str = "%"

    def __post_init__(self) -> None:
        checked_sides(self.lower, self.upper)

    def __str__(self) -> str:
        return span(self.lower, self.upper, self.unit)

    def judge(self, found: Value, by: By = By()) -> Judgement:  # noqa: B008 (frozen)
        """See :func:`rig.verify.rules.decide_numbers`."""
        decision = decide_numbers(
            found.value, found.u, lower=self.lower, upper=self.upper, rule=by.found, nu=found.nu, k=by.k, unit=self.unit
        )
        facts = {"accept": [decision.accept_lower, decision.accept_upper], "zone": decision.zone}
        return Judgement(decision.verdict, decision.statement, decision.p_conform, facts)


@dataclass(frozen=True)
class LargerOf:
    """Accepted either side of zero: the larger of a percentage of what is programmed, and a volume.

    Small boluses are judged by the volume, large ones by the percentage.

    Raises:
        RuleError: a part that is not above zero.
    """

    percent: float
    volume_ul: float

    def __post_init__(self) -> None:
        if not (0.0 < self.percent < math.inf and 0.0 < self.volume_ul < math.inf):
            raise RuleError(f"limit: expected both parts above zero, found {self.percent} % and {self.volume_ul} uL")

    def __str__(self) -> str:
        return f"the larger of {self.percent:g} % and {self.volume_ul:g} uL either side"

    def at(self, programmed_ul: float) -> Between:
        """The limit in percent for that programmed volume.

        Raises:
            RuleError: nothing programmed.
        """
        if not 0.0 < programmed_ul < math.inf:
            raise RuleError(f"programmed: expected a volume above zero, found {programmed_ul} uL")
        reach = max(self.percent, 100.0 * self.volume_ul / programmed_ul)
        return Between(-reach, reach)
