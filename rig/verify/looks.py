"""The looks of a sequential plan: what each one accepts, what it spends, and what it decides.

:mod:`rig.verify.sequential` makes the plan and says what it promises.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.errors import RuleError
from rig.verify.rule import Rule
from rig.verify.rules import Decision, decide_numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from rig.verify.spending import Spending


@dataclass(frozen=True)
class Look:
    """One look of a sequential plan.

    Attributes:
        time_s: since the beginning of the span.
        u_percent: standard uncertainty of the error by then.
        information: (u of the last look / u)^2, the part of the information.
        allowed, spent: cumulative risk of a false pass, as the spending function allows and as is spent.
        factor: c, in standard uncertainties.
        accept_percent: the largest |error| that passes; below zero nothing passes yet.
        reject_percent: an |error| beyond it fails.
    """

    time_s: float
    u_percent: float
    information: float
    allowed: float
    spent: float
    factor: float
    accept_percent: float
    reject_percent: float


@dataclass(frozen=True)
class Plan:
    """When to look, and what each look needs.

    Attributes:
        looks: in order of time.
        limit_percent: accepted either side of zero.
        k: coverage factor of the rule w = U whose risk is kept.
        nu: degrees of freedom of the uncertainties.
        spending: name of the spending function.
    """

    looks: tuple[Look, ...]
    limit_percent: float
    k: float
    nu: float
    spending: Spending

    def table(self) -> str:
        """The spending, look by look, for the report."""
        rows = [
            f"{one.time_s / 3600.0:9.2f} {100 * one.information:11.1f} {100 * one.allowed:9.4f} {100 * one.spent:9.4f} "
            f"{one.factor:7.3f} {one.u_percent:7.3f} {max(one.accept_percent, 0.0):9.3f} {one.reject_percent:9.3f}"
            for one in self.looks
        ]
        return "\n".join(["   time/h information allowed/%   spent/%  factor     u/%  accept/%  reject/%", *rows])

    def decide(self, look: int, value_percent: float) -> Decision:
        """The decision of one look; inconclusive means that the run goes on, or ends so at the last look.

        Args:
            look: which, from 0.
            value_percent: the error found.

        Raises:
            RuleError: no such look, or a value that is no number.
        """
        if not 0 <= look < len(self.looks):
            raise RuleError(f"look: expected one from 0 to {len(self.looks) - 1}, found {look}")
        one, limit = self.looks[look], self.limit_percent
        says = (
            f"look {look + 1} of {len(self.looks)} at {one.time_s / 3600.0:.4g} h, guard band {one.factor:.3f} u; "
            f"{100 * one.spent:.3g} % of false passes spent of {100 * self.looks[-1].allowed:.3g} % ({self.spending})"
        )
        rule = Rule(f"sequential-{self.spending}", lambda u, _k, _nu: one.factor * u, says)
        return decide_numbers(value_percent, one.u_percent, lower=-limit, upper=limit, rule=rule, nu=self.nu, k=self.k)


def stops(plan: Plan, error_percent: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.int8]]:
    """Kernel: at which look each of many runs stops, and what it says: 1 pass, 0 inconclusive, -1 fail.

    Args:
        plan: the looks.
        error_percent: what each run finds at each look, shape (runs, looks).

    Returns:
        Index of the look and verdict, both of shape (runs,); what never decides stops at the last look.
    """
    size = np.abs(np.asarray(error_percent, np.float64))
    accepted: Any = size <= np.array([one.accept_percent for one in plan.looks])
    rejected: Any = size > np.array([one.reject_percent for one in plan.looks])
    decided = accepted | rejected
    first = np.where(decided.any(axis=1), decided.argmax(axis=1), len(plan.looks) - 1)
    rows = np.arange(len(size))
    return first, accepted[rows, first].astype(np.int8) - rejected[rows, first].astype(np.int8)
