"""The looks of a sequential plan: what each one accepts, what it spends, and what it decides.

:mod:`rig.verify.sequential` makes the plan and says what it promises.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.crossing import NEVER
from rig.verify.errors import RuleError
from rig.verify.rule import Rule, student_quantile, student_tail
from rig.verify.rules import Decision, decide_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    from rig.verify.spending import Spending


@dataclass(frozen=True)
class Look:
    """One look of a sequential plan.

    Attributes:
        time_s: since the beginning of the span.
        u_percent: standard uncertainty of the error by then.
        part: by which the risk is spent: of the information, (u of the last look / u)^2, or of the time.
        allowed, spent: cumulative risk of a false pass, as the spending function allows and as is spent.
        least: what the factor must not undercut.
        complete: the factor by which all data are held, where the look ended the run and they have to agree.
        normal: the factor of a normally distributed estimate.
        factor: c, in standard uncertainties; Student's with the significance of ``normal``.
        accept_percent: the largest |error| that passes; below zero nothing passes yet.
        reject_percent: an |error| beyond it fails.
    """

    time_s: float
    u_percent: float
    part: float
    allowed: float
    spent: float
    least: float
    complete: float
    normal: float
    factor: float
    accept_percent: float
    reject_percent: float

    @classmethod
    def of(
        cls,
        known: tuple[float, float, float],
        risks: tuple[float, float],
        factors: tuple[float, float, float],
        limit_percent: float,
        nu: float,
    ) -> Look:
        """A look with what it accepts and rejects.

        Args:
            known: ``time_s``, ``u_percent`` and ``part``.
            risks: ``allowed`` and ``spent``.
            factors: ``least``, ``complete`` and ``normal``.
            limit_percent: either side of zero.
            nu: degrees of freedom of the uncertainty.
        """
        factor, (_, u_percent, _) = student_factor(factors[-1], nu), known
        sides = limit_percent - factor * u_percent, limit_percent + factor * u_percent
        return cls(*known, *risks, *factors, factor, *sides)


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

    @property
    def risk(self) -> float:
        """That is spent over all looks."""
        return self.looks[-1].allowed

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
        one = self.looks[look]
        return self.decide_by(one, look, value_percent, one.u_percent, self.nu)

    def decide_by(
        self, one: Look, number: int, value_percent: float, u_percent: float, nu: float, *, complete: bool = False
    ) -> Decision:
        """The same with a look as it was made, and with what is known of the error now.

        Args:
            one: the look, whose guard band counts.
            number: which of the plan it is, from 0.
            value_percent, u_percent, nu: the error, its standard uncertainty and degrees of freedom.
            complete: whether that is by all data, after the look ended the run.

        Raises:
            RuleError: a value that is no number, or no uncertainty.
        """
        factor = student_factor(one.complete if complete else one.normal, nu)
        says = (
            f"look {number + 1} of {len(self.looks)} at {time_text(one.time_s)}, guard band {factor:.3f} u; "
            f"{100 * one.spent:.3g} % of false passes spent of {100 * self.risk:.3g} % ({self.spending})"
        )
        limit = self.limit_percent
        rule = Rule(f"sequential-{self.spending}", lambda u, _k, _nu: factor * u, says)
        return decide_numbers(value_percent, u_percent, lower=-limit, upper=limit, rule=rule, nu=nu, k=self.k)

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, unrounded; infinite degrees of freedom are None."""
        return asdict(self) | {"looks": [asdict(one) for one in self.looks], "nu": finite(self.nu)}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Plan:
        """The plan of :meth:`as_json`.

        Raises:
            RuleError: something is missing, or no look is left.
        """
        try:
            looks = tuple(Look(**one) for one in data["looks"])
            nu = math.inf if data["nu"] is None else data["nu"]
            found = cls(looks, data["limit_percent"], data["k"], nu, data["spending"])
        except (KeyError, TypeError) as error:
            raise RuleError(f"plan of looks: expected what Plan.as_json gives, found {error}") from error
        if not looks:
            raise RuleError("plan of looks: expected one look or more, found none")
        return found


def finite(nu: float) -> float | None:
    """Degrees of freedom as JSON has them."""
    return None if math.isinf(nu) else nu


def time_text(time_s: float) -> str:
    """Since the beginning of the span, in hours; in minutes below one."""
    return f"{time_s / 3600.0:.4g} h" if time_s >= 3600.0 else f"{time_s / 60.0:.4g} min"


def student_factor(normal: float, nu: float) -> float:
    """Student's factor with the significance of a normal one (Jennison and Turnbull, 4.4 [K])."""
    if math.isinf(nu) or normal >= NEVER:
        return normal
    return student_quantile(1.0 - student_tail(normal, math.inf), nu)


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
