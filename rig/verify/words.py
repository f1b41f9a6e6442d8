"""Words of a statement of conformity: where a value lies, chances, and spans between limits.

>>> span(-14.5, 14.5, "%"), span(None, 2.0, "h"), chance(0.99999)
('-14.5 to +14.5 %', 'up to +2 h', 'more than 99.99 %')
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rig.verify.rule import Zones

_PLACE = {
    "pass": "within the acceptance limits",
    "fail": "outside the limits by more than the guard band",
    "inconclusive": "too close to a limit for its uncertainty",
}


def place(zones: Zones, verdict: Literal["pass", "fail", "inconclusive"]) -> str:
    """Where a value with that verdict lies."""
    if zones == "binary" and verdict == "fail":
        return "outside the acceptance limits"
    if zones == "non-conformity" and verdict == "inconclusive":
        return "where non-conformity is not proven, and this rule proves nothing else"
    return _PLACE[verdict]


def chance(probability: float) -> str:
    """In percent; certainty is never claimed by rounding."""
    percent = 100.0 * probability
    if percent >= 99.995:
        return "more than 99.99 %"
    return "less than 0.01 %" if percent < 0.005 else f"{percent:.2f} %"


def span(lower: float | None, upper: float | None, unit: str) -> str:
    """From the lower to the upper end; one of them may be missing."""
    if lower is not None and upper is not None:
        return f"{lower:+.4g} to {upper:+.4g} {unit}"
    return f"up to {upper:+.4g} {unit}" if lower is None else f"from {lower:+.4g} {unit}"
