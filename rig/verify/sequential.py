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

from rig.verify.crossing import boundaries
from rig.verify.errors import MetricError, RuleError
from rig.verify.joint import Joint, level_covariance_ul2, successive_errors
from rig.verify.looks import Look, Plan, stops
from rig.verify.rule import student_quantile, student_tail
from rig.verify.series import checked_times, not_negative
from rig.verify.spending import Spending, spent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "Look",
    "Plan",
    "level_covariance_ul2",
    "next_look",
    "plan_looks",
    "refuse_unless_constant",
    "stops",
    "successive_errors",
]

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
    part: ArrayLike | None = None,
    u_complete: ArrayLike | None = None,
    u_change: ArrayLike = 0.0,
) -> Plan:
    """Plan the looks of a run.

    Args:
        time_s: of each possible look since the beginning of the span, rising; whole cycles of the pump. The last one
            is the full length.
        covariance: of the errors at these times, percent squared, shape (looks, looks); see
            :func:`rig.verify.joint.successive_errors`.
        limit_percent: accepted either side of zero.
        required_s: nothing is decided before; times before it are no looks.
        spending: spending function of the part.
        k: of the rule w = k u whose risk is kept.
        nu: degrees of freedom; for few, each factor becomes Student's with the same significance (Jennison and
            Turnbull, 4.4 [K]), an approximation.
        part: by which the risk is spent, for each time, rising to 1; None takes the part of the information. Any other
            that is known before the run will do, such as the part of the time.
        u_complete: standard uncertainty of the error of each span once all data are in, shape (looks,), percent, where
            these have to agree with a look: what is 2 U beyond is then kept from passing by them. None where a look
            decides alone.
        u_change: of what they may still change about the error, percent, shape (looks,); a look leaves room for twice
            that, because a run that ended and then does not hold was ended in vain.

    Raises:
        MetricError: times or covariance that do not fit, no look left, an uncertainty that grows with time, below zero
            or no number.
        RuleError: a limit or k not above zero, an unknown spending function.
    """
    t, c = checked_times("looks", time_s, fewest=1), np.asarray(covariance, np.float64)
    if c.shape != (t.size, t.size):
        raise MetricError(f"looks: expected a covariance for {t.size} times, found shape {c.shape}")
    not_negative("required_s", required_s, "s")
    if not (0.0 < limit_percent < math.inf and 0.0 < k < math.inf):
        raise RuleError(f"plan: expected a limit and k above zero, found {limit_percent} and {k}")
    kept = t >= required_s
    if not kept.any():
        raise MetricError(f"looks: the last is at {t[-1]:g} s, before the required {required_s:g} s; run longer")
    joint = Joint(np.zeros(int(kept.sum())), c[np.ix_(kept, kept)], nu)
    u, risk = joint.u, student_tail(k, nu)
    if (np.diff(u) > 1e-9 * u[:-1]).any():
        raise MetricError("looks: expected an uncertainty that does not grow with time; leave out the later looks")
    parts = (u[-1] / u) ** 2 if part is None else np.asarray(part, np.float64)[kept]
    allowed = np.maximum.accumulate(spent(spending, parts, risk))
    held = u if u_complete is None else _percent("u_complete", u_complete, t.size, above=0.0)[kept]
    alone = student_quantile(1.0 - risk, math.inf)  # no look by itself may spend more than all of them
    complete = np.maximum(student_quantile(1.0 - FAR / u.size, math.inf) - 2.0 * k * held[-1] / held, alone)
    room = 2.0 * _percent("u_change", u_change, t.size)[kept]
    least = np.maximum((complete * held + room) / u, alone)
    found = boundaries(joint.correlation, allowed, least)
    rows = np.column_stack([t[kept], u, parts, allowed, found.spent, least, complete, found.factor]).tolist()
    looks = (Look.of(tuple(row[:3]), tuple(row[3:5]), tuple(row[5:]), limit_percent, nu) for row in rows)
    return Plan(tuple(looks), limit_percent, k, nu, spending)


def next_look(plan: Plan, number: int, done: Sequence[Look], joint: Joint) -> Look:
    """A look of a plan as it is made: with the uncertainty that was achieved, and a boundary for that.

    How much of the risk it may spend is as planned. Where the boundary for that lies follows from the covariance that
    the errors turned out to have; the looks before it keep theirs (Lan and DeMets 1983). What each look knows must not
    depend on what it finds: noise, evaporation and scale are of the bench.

    Args:
        plan: made before the run.
        number: which look it is, from 0.
        done: the looks made before it; what was left out spent nothing.
        joint: errors of those looks and of this one.

    Raises:
        RuleError: no such look, or another number of errors.
    """
    if not 0 <= number < len(plan.looks) or joint.value.size != len(done) + 1:
        wanted = f"one from 0 to {len(plan.looks) - 1} and {len(done) + 1} errors"
        raise RuleError(f"look {number}: expected {wanted}, found {joint.value.size} errors")
    planned = plan.looks[number]
    every = [*done, planned]
    allowed, least = [one.allowed for one in every], [one.least for one in every]
    found = boundaries(joint.correlation, allowed, least, [one.normal for one in done])
    known, risks = (planned.time_s, float(joint.u[-1]), planned.part), (planned.allowed, float(found.spent[-1]))
    factors = planned.least, planned.complete, float(found.factor[-1])
    return Look.of(known, risks, factors, plan.limit_percent, joint.nu)


def _percent(name: str, value: ArrayLike, looks: int, above: float = -math.inf) -> NDArray[np.float64]:
    """Standard uncertainties in percent, one for each look or one for all."""
    given = np.asarray(value, np.float64)
    if given.shape not in {(), (looks,)} or not (np.isfinite(given) & (given >= 0.0) & (given > above)).all():
        least = "zero up" if above < 0.0 else "above zero on"
        raise MetricError(f"{name}: expected one number from {least} for each of {looks} looks, found {given}")
    return np.broadcast_to(given, (looks,))


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
