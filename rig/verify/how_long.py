"""How much longer an inconclusive run would have to be, and where that never helps, what stands in the way.

>>> def terms(time_s: float) -> dict[str, float]:
...     return {"noise": 2.0 * 3600.0 / time_s, "evaporation": 0.3}
>>> found = how_long(13.0, -14.5, 14.5, terms, now_s=3600.0)
>>> print(found.verdict, round(found.time_s / 3600.0, 2), found.statement)
pass 2.91 would pass after 2.91 h in all, 1.91 h more, if the value stays: U must fall to 1.5
>>> print(how_long(14.2, -14.5, 14.5, terms, now_s=3600.0).statement)
would not be decided by any longer run: U must fall to 0.3 and stays at 0.6, which is mostly evaporation

The value is taken to stay where it is. That is a plan and no promise: the longer run decides by its own value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rig.verify.errors import RuleError
from rig.verify.guard_bands import find_rule
from rig.verify.rule import Rule
from rig.verify.rules import decide_numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Terms = Callable[[float], Mapping[str, float]]

#: Durations tried are so much longer, one than the other; the shortest that decides is then found to 1e-6.
_STEP = 1.05


@dataclass(frozen=True)
class HowLong:
    """What a longer run would say.

    Attributes:
        verdict: ``pass`` or ``fail`` for a value that stays; ``never`` where no length up to the longest decides.
        time_s: the shortest length that decides; infinite for never.
        u_needed: standard uncertainty that a decision needs; zero where the value lies on the limit.
        dominating: the largest term at that length, or at the longest.
        statement: all of it in words.
    """

    verdict: Literal["pass", "fail", "never"]
    time_s: float
    u_needed: float
    dominating: str
    statement: str


def how_long(
    value: float,
    lower: float | None,
    upper: float | None,
    terms: Terms,
    *,
    now_s: float,
    longest_s: float = 400 * 86_400.0,
    rule: str | Rule = "guard-band-U",
    k: float = 2.0,
    nu: float = math.inf,
) -> HowLong:
    """The shortest run that would decide about a value that stays where it is.

    Args:
        value, lower, upper: the value and its limits, in one unit.
        terms: independent standard uncertainties by name, in that unit, of a run of so many seconds.
        now_s: length of the run so far.
        longest_s: no longer one is considered; 400 days unless told otherwise.
        rule, k, nu: as for the decision.

    Raises:
        RuleError: lengths that are not in order, or what a decision refuses.
    """
    if not 0.0 < now_s <= longest_s < math.inf:
        raise RuleError(f"how_long: expected 0 < now_s <= longest_s, found {now_s} and {longest_s}")
    found = rule if isinstance(rule, Rule) else find_rule(rule)

    def verdict(time_s: float) -> str:
        u = total(terms(time_s))
        return decide_numbers(value, u, lower=lower, upper=upper, rule=found, k=k, nu=nu).verdict

    distance = min(abs(value - one) for one in (lower, upper) if one is not None)
    each_u = found.guard_band(1.0, k, nu)
    needed = distance / each_u if each_u > 0.0 else math.inf
    time_s = _first(verdict, now_s, longest_s)
    parts = terms(longest_s if time_s is None else time_s)
    dominating = max(parts, key=lambda name: parts[name])
    if time_s is None:
        says = (
            f"would not be decided by any longer run: U must fall to {k * needed:.3g} and stays at "
            f"{k * total(parts):.3g}, which is mostly {dominating}"
        )
        return HowLong("never", math.inf, needed, dominating, says)
    then: Literal["pass", "fail"] = "pass" if verdict(time_s) == "pass" else "fail"
    says = (
        f"would {then} after {time_s / 3600.0:.3g} h in all, {(time_s - now_s) / 3600.0:.3g} h more, if the value "
        f"stays: U must fall to {k * needed:.3g}"
    )
    return HowLong(then, time_s, needed, dominating, says)


def total(parts: Mapping[str, float]) -> float:
    """Standard uncertainty of independent terms together."""
    return math.hypot(*parts.values())


def _first(verdict: Callable[[float], str], now_s: float, longest_s: float) -> float | None:
    """The shortest length that decides; the uncertainty need not fall all the way."""
    before, time_s = now_s, now_s
    while verdict(time_s) == "inconclusive":
        if time_s >= longest_s:
            return None
        before, time_s = time_s, min(time_s * _STEP, longest_s)
    while time_s - before > 1e-6 * time_s:
        middle = 0.5 * (before + time_s)
        before, time_s = (middle, time_s) if verdict(middle) == "inconclusive" else (before, middle)
    return time_s
