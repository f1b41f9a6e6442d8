"""Sequential decisions: a run at a constant rate may end as soon as it has shown enough, at the same risk.

A pump that is far inside its limits shows it long before the last hour; looking often without care would double the
risk of a false pass. So the looks are planned before the run, and each has a factor c of its own: the run passes where
the error lies c u inside the limits, fails where it lies c u outside, and otherwise goes on. The factors come from the
joint covariance of the successive estimates (:mod:`rig.verify.crossing`), because their increments are not
independent: all of them share the first level, the evaporation and the scale.

==========================================  ============================================================================
promise                                     kept by
==========================================  ============================================================================
P(pass) at |error| = limit                  at most Phi(-k), 2.3 % for k = 2, over all looks together (as for w = U)
P(fail) at |error| = limit                  the same
P(pass) at |error| = limit + 2 U            at most 1e-7 over all looks, U of the full length: no factor is below
                                            q - 2 k u(full)/u(look), q the normal quantile for 1e-7 over the looks
no decision before the required duration    there is no look before it
==========================================  ============================================================================

>>> import numpy as np
>>> time_s = np.arange(0.0, 25.1, 5.0) * 3600.0
>>> covariance = level_covariance_ul2(time_s, 6.25, noise_ul=2.0, u_evaporation_ul_h=0.02, u_scale_percent=0.05)
>>> errors = successive_errors(6.25 * time_s / 3600.0, covariance, time_s, 6.25)
>>> plan = plan_looks(time_s[1:], errors.covariance, limit_percent=14.5, required_s=10 * 3600.0)
>>> [round(float(one.accept_percent), 1) for one in plan.looks]
[-2.9, 5.3, 9.0, 10.5]

Only a finding about one constant rate may be sequential (:func:`refuse_unless_constant`): a schedule has not shown its
later segments yet. The value of a run that stopped early is a little biased towards the reason for which it stopped;
the decision's risks hold all the same. Evaporation after the run is not measured yet at a look: the covariance has to
hold what is not known of it *then*. Sources: Lan and DeMets (1983); Jennison and Turnbull, Group Sequential Methods
(2000), chapters 7 and 11 [K].
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rig.verify.crossing import NEVER, boundaries
from rig.verify.errors import MetricError, RuleError
from rig.verify.joint import Joint, level_covariance_ul2, successive_errors
from rig.verify.looks import Look, Plan, stops
from rig.verify.rule import student_quantile, student_tail
from rig.verify.spending import Spending, spent

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

__all__ = ["Look", "Plan", "level_covariance_ul2", "plan_looks", "refuse_unless_constant", "stops", "successive_errors"]

#: Probability, over all looks, of passing a pump that is 2 U beyond its limit.
FAR = 1e-7


def plan_looks(
    time_s: ArrayLike,
    covariance: ArrayLike,
    *,
    limit_percent: float,
    required_s: float,
    spending: Spending = "power",
    k: float = 2.0,
    nu: float = math.inf,
) -> Plan:
    """Plan the looks of a run.

    Args:
        time_s: of each possible look since the beginning of the span, rising; whole cycles of the pump. The last one
            is the full length.
        covariance: of the errors at these times, percent squared, shape (looks, looks); see
            :func:`rig.verify.joint.successive_errors`.
        limit_percent: accepted either side of zero.
        required_s: nothing is decided before; times before it are no looks.
        spending: spending function of the information.
        k: of the rule w = k u whose risk is kept.
        nu: degrees of freedom; for few, each factor becomes Student's with the same significance (Jennison and
            Turnbull, 4.4 [K]), an approximation.

    Raises:
        MetricError: times or covariance that do not fit, no look left, an uncertainty that grows with time.
        RuleError: a limit or k not above zero, an unknown spending function.
    """
    t, c = np.asarray(time_s, np.float64), np.asarray(covariance, np.float64)
    if t.ndim != 1 or c.shape != (t.size, t.size) or not (np.diff(t) > 0.0).all():
        raise MetricError(f"looks: expected rising times and a covariance for them, found {t.shape} and {c.shape}")
    if not (0.0 < limit_percent < math.inf and 0.0 < k < math.inf):
        raise RuleError(f"plan: expected a limit and k above zero, found {limit_percent} and {k}")
    kept = t >= required_s
    if not kept.any():
        raise MetricError(f"looks: the last is at {t[-1]:g} s, before the required {required_s:g} s; run longer")
    joint = Joint(np.zeros(int(kept.sum())), c[np.ix_(kept, kept)], nu)
    u, risk = joint.u, student_tail(k, nu)
    if (np.diff(u) > 1e-9 * u[:-1]).any():
        raise MetricError("looks: expected an uncertainty that does not grow with time; leave out the later looks")
    part = (u[-1] / u) ** 2
    allowed = np.maximum.accumulate(spent(spending, part, risk))
    far = student_quantile(1.0 - FAR / u.size, math.inf) - 2.0 * k * u[-1] / u
    found = boundaries(joint.correlation, allowed, far)
    factor = np.array([_student(one, nu) for one in found.factor])
    sides = limit_percent - factor * u, limit_percent + factor * u
    rows = np.column_stack([t[kept], u, part, allowed, found.spent, factor, *sides]).tolist()
    return Plan(tuple(Look(*row) for row in rows), limit_percent, k, nu, spending)


def refuse_unless_constant(breakpoints_s: ArrayLike, start_s: float, end_s: float) -> None:
    """Refuse a sequential decision over a span in which the programmed rate changes.

    Args:
        breakpoints_s: instants at which the program changes its rate, e.g. ``DoseProgram.breakpoints``.
        start_s, end_s: the span at its full length, on the same time base.

    Raises:
        MetricError: a change within the span.
    """
    within = np.asarray(breakpoints_s, np.float64)
    within = within[(within > start_s) & (within < end_s)]
    if within.size:
        raise MetricError(
            f"sequential: expected one constant rate from {start_s:g} to {end_s:g} s, found a change at "
            f"{within[0]:g} s; decide at the full length, or analyse each segment by itself"
        )


def _student(factor: float, nu: float) -> float:
    """Student's factor with the significance of a normal one."""
    return factor if math.isinf(nu) or factor >= NEVER else student_quantile(1.0 - student_tail(factor, math.inf), nu)
