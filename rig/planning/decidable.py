"""When a finding is decidable: what a plan is made for, with its reason.

A decision rule by itself bounds the risk of a false pass, whatever U: the guard band grows with it. What a longer run
buys is that a *good* pump is passed instead of left open. A finding is therefore **decidable** where both hold:

1. U fits ``ratio`` times into its limit. The gate asks for that before it starts a run (``[gate] ratio``, else 4).
2. A pump whose true error is the assumed one is passed by the finding's own rule with the wanted chance. The measured
   value scatters about the true error with its standard uncertainty (JCGM 106:2012, 9); where a finding holds n values,
   each must pass, and each gets 1 - (1 - chance)/n (Bonferroni), which asks for nothing of their correlation.

>>> from rig.predict import PredictedFinding
>>> found = PredictedFinding("mean_flow_error", 3.0, 2.0, 14.5, "increment_g", "", value=0.0, u=1.5,
...                          limits=(-14.5, 14.5), rule="guard-band-U")
>>> judged = decidable(found, Wanted())
>>> judged.ok, judged.accepts, round(judged.passes_up_to, 2)
(True, (-11.5, 11.5), 9.03)
>>> print(*decidable(found, Wanted(assumed_percent=10.0)).problems)
a pump that is off by 10 % passes with 84.13 %, wanted 95.00 %
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rig.verify.guard_bands import find_rule
from rig.verify.risk import conforms
from rig.verify.rule import student_quantile
from rig.verify.words import chance as in_percent

if TYPE_CHECKING:
    from rig.predict import PredictedFinding

Sides = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a plan must achieve.

    Attributes:
        assumed_percent: true error of a pump that has to pass, either way [%]; findings in other units take zero.
        chance: with which it has to pass.
        ratio: how many times U must fit into the limit.
    """

    assumed_percent: float = 0.0
    chance: float = 0.95
    ratio: float = 4.0


@dataclass(frozen=True, slots=True)
class Decidable:
    """Whether a finding can be decided, and what it would pass.

    Attributes:
        problems: what keeps it from being decidable, in words; empty where it is.
        accepts: the accepted part, limits less guard band, in the unit of the finding.
        passes_up_to: the largest true error, either way, that passes with the wanted chance; zero where none does.
        chance: with which the assumed pump passes, all values together, at least.
        at_the_limit: with which a pump exactly at the nearer limit passes: the risk that the rule leaves.
    """

    problems: tuple[str, ...]
    accepts: Sides = (None, None)
    passes_up_to: float = 0.0
    chance: float = 0.0
    at_the_limit: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether it is decidable."""
        return not self.problems


def decidable(found: PredictedFinding, wanted: Wanted) -> Decidable:
    """Whether a predicted finding is decidable.

    Args:
        found: with its limits and its rule.
        wanted: ratio, chance, assumed error.

    Raises:
        RuleError: a rule that nobody offers.
    """
    if found.expanded is None or found.limit is None or found.k is None:
        return Decidable((f"no decision can be made: {found.why_not}",))
    rule = find_rule(found.rule)
    band = rule.width(found.u, found.k, found.nu)
    lower, upper = found.limits
    accepts = (None if lower is None else lower + band, None if upper is None else upper - band)
    if rule.zones == "non-conformity":
        return Decidable(("its rule proves non-conformity only and passes nothing",), accepts)
    each = 1.0 - (1.0 - wanted.chance) / found.values
    assumed, at_limit = _chance(found, accepts, wanted), _chance_of(found, accepts, _nearest(found.limits))
    reach = min(abs(side) for side in accepts if side is not None) if _open(accepts) else 0.0
    passes = max(reach - student_quantile(each, found.nu) * found.u, 0.0)
    together = max(1.0 - found.values * (1.0 - assumed), 0.0)
    return Decidable(tuple(_problems(found, wanted, assumed, each)), accepts, passes, together, at_limit)


def _problems(found: PredictedFinding, wanted: Wanted, assumed: float, each: float) -> list[str]:
    problems = []
    if found.ratio is not None and found.ratio < wanted.ratio:
        most = (found.limit or math.nan) / wanted.ratio
        problems.append(f"U is {found.expanded:.3g} {found.unit}, at most {most:.3g} {found.unit} is wanted")
    if assumed < each:
        off = _assumed(found, wanted)
        of = "" if found.values == 1 else f" in one of {found.values} values"
        what = f"a pump that is off by {off:g} {found.unit}" if off else "a perfect pump"
        problems.append(f"{what} passes{of} with {in_percent(assumed)}, wanted {in_percent(each)}")
    return problems


def _assumed(found: PredictedFinding, wanted: Wanted) -> float:
    return wanted.assumed_percent if found.unit == "%" else 0.0


def _chance(found: PredictedFinding, accepts: Sides, wanted: Wanted) -> float:
    """Of the worse direction, for one value."""
    off, centre = _assumed(found, wanted), found.value or 0.0
    return min(_chance_of(found, accepts, centre + off), _chance_of(found, accepts, centre - off))


def _chance_of(found: PredictedFinding, accepts: Sides, true: float) -> float:
    """With which one measured value of a pump with this true error lies in the accepted part."""
    return conforms(true, found.u, *accepts, found.nu).inside if _open(accepts) else 0.0


def _nearest(limits: Sides) -> float:
    return min((side for side in limits if side is not None), key=abs)


def _open(accepts: Sides) -> bool:
    """Whether any value could pass."""
    lower, upper = accepts
    return lower is None or upper is None or lower < upper
