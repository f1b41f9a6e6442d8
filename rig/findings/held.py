"""Holding a percentage against the limit, rule and coverage factor that a protocol asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from calibration.units import RATIO
from rig.verify.guard_bands import student_quantile
from rig.verify.rules import Decision, decide_numbers

if TYPE_CHECKING:
    from calibration.units import Quantity

#: From this many degrees of freedom on Student's factor for 95 % is 2.00 and the protocol's own counts.
_MANY = 60


class Asked(Protocol):
    """What a protocol says of a finding: a symmetric limit, the name of a rule, the least coverage factor."""

    @property
    def limit(self) -> Quantity | None:
        """Accepted either side of zero."""

    @property
    def rule(self) -> str:
        """Name of the decision rule."""

    @property
    def k(self) -> float:
        """Coverage factor of the expanded uncertainty."""


def held_against(value_percent: float, u_percent: float, nu: float, asked: Asked) -> Decision:
    """The decision about a percentage.

    Args:
        value_percent, u_percent: value and standard uncertainty [%].
        nu: effective degrees of freedom.
        asked: with a limit.

    Raises:
        RuleError: the rule or the numbers cannot be used.
    """
    limit = None if asked.limit is None else RATIO.magnitude("limit", asked.limit)
    lower = None if limit is None else -limit
    k = at_least(asked.k, nu)
    return decide_numbers(value_percent, u_percent, lower=lower, upper=limit, rule=asked.rule, nu=nu, k=k)


def at_least(k: float, nu: float) -> float:
    """The protocol's coverage factor, or Student's for 95 % where few degrees of freedom ask for more."""
    return max(k, student_quantile(0.975, nu)) if nu < _MANY else k
