"""Do the witnesses of one interval agree? If not: a bench fault, or a difference between two nodes of the fluid path.

Each witness saw a volume pass in the same interval. The residuals about one common volume, with their full covariance
(witnesses share a balance, a density, an evaporation), are a chi-square; it is looked at once per declared interval, at
alpha = 0.001 for all intervals of a run together (:func:`alpha_of_each`). What disagrees is taken apart:

``within``   witnesses at one node see the same liquid: if they disagree, the bench is at fault
``between``  nodes that disagree are a finding: a leak, a compliance, a stall; or one node's instrument

A witness speaks only if it could see half of the limit: 5 u(d), which an alpha of 0.001 finds in 95 of 100, with d its
difference from the reference (:func:`seen_from`: a little more where alpha is smaller). Blame needs three that speak.
Nothing is averaged into agreement.

>>> from rig.verify.seen import OUTLET, RESERVOIR, TIP
>>> seen = Seen(("cell", "flow", "balance"), (RESERVOIR, OUTLET, TIP), np.array([150.2, 149.8, 137.0]))
>>> found = judge(seen, np.diag([1.0, 0.8, 0.3]) ** 2, limit_ul=21.7, reference=2)
>>> found.state, found.blamed, found.between
('nodes differ', 'balance', ('pump outlet', 'tip'))

Source: the consistency test is that of key comparisons (M. G. Cox, Metrologia 39 (2002) 589); taking it apart is in
:mod:`rig.verify.witness_models`, the volumes and their covariance in :mod:`rig.verify.seen`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from rig.verify.errors import MetricError
from rig.verify.seen import ALPHA, NODES, Seen
from rig.verify.witness_models import Speaking, chance

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: A difference of so many standard uncertainties is found in 95 of 100 at that alpha.
SEEN: Final = 5.0

State = Literal["agree", "one alone", "same node differs", "nodes differ", "differ"]


@dataclass(frozen=True, eq=False)
class Agreement:
    """What the witnesses of one interval come to.

    Attributes:
        state: whether those that speak agree, and where they do not; ``differ`` where it is not clear where.
        speak: for each witness whether it is informative.
        least_ul: the smallest difference from the reference that each could see.
        p: how often chance alone makes them differ so much; 1 where one is alone.
        p_within, p_between: of the differences at one node, and between nodes.
        chi_square, freedom: of all.
        blamed: the one without which the others agree; empty with fewer than three that speak, or where it is not one.
        between: the nodes between which the volume changes, where it changes once; empty otherwise.
        difference_ul: what changes there, the later node less the earlier one.
        u_difference_ul: its standard uncertainty.
        alpha: of the test.
    """

    state: State
    speak: tuple[bool, ...]
    least_ul: Floats
    p: float
    p_within: float
    p_between: float
    chi_square: float
    freedom: int
    blamed: str = ""
    between: tuple[str, str] | tuple[()] = ()
    difference_ul: float = 0.0
    u_difference_ul: float = 0.0
    alpha: float = ALPHA


def alpha_of_each(tests: int) -> float:
    """For each of several tests of one run, so that all of them together alarm falsely in ``ALPHA`` of runs at most.

    Tests of one run share density, scale and evaporation, and neighbours share a level; Bonferroni's inequality holds
    whatever they share.

    >>> alpha_of_each(1), alpha_of_each(5)
    (0.001, 0.0002)
    """
    return ALPHA / tests


def seen_from(alpha: float) -> float:
    """How many standard uncertainties a difference needs to be found in 95 of 100: ``SEEN`` at ``ALPHA``.

    >>> seen_from(ALPHA), round(seen_from(ALPHA / 25), 2)
    (5.0, 5.82)
    """
    from scipy.stats import norm

    return SEEN + float(norm.isf(alpha / 2.0) - norm.isf(ALPHA / 2.0))


def judge(seen: Seen, covariance: ArrayLike, *, limit_ul: float, reference: int, alpha: float = ALPHA) -> Agreement:
    """Judge one interval.

    Args:
        seen: what each witness saw.
        covariance: of these volumes [uL^2], shape (n, n).
        limit_ul: the limit of the flow error as a volume of this interval.
        reference: which witness is the reference.
        alpha: of this test.

    Raises:
        MetricError: shapes that do not fit, an unknown node, no limit, or a covariance with a variance of zero.
    """
    c = _checked(seen, covariance, limit_ul, reference)
    apart = np.sqrt(np.maximum(np.diag(c) + c[reference, reference] - 2.0 * c[reference], 0.0))
    apart[reference] = np.sqrt(c[reference, reference])
    least = seen_from(alpha) * apart
    speak = least <= limit_ul / 2.0
    told = tuple(bool(one) for one in speak)
    index = np.flatnonzero(speak)
    if len(index) < 2:
        return Agreement("one alone", told, least, 1.0, 1.0, 1.0, 0.0, 0, alpha=alpha)
    part = Speaking(seen, c, index)
    everything, within = part.chi_square(part.ones), part.chi_square(part.by_node)
    freedom, inside = len(index) - 1, len(index) - part.by_node.shape[1]
    ps = [chance(*pair) for pair in ((everything, freedom), (within, inside), (everything - within, freedom - inside))]
    state: State = "agree"
    if ps[0] < alpha:
        state = "same node differs" if ps[1] < alpha else "nodes differ" if ps[2] < alpha else "differ"
    blamed = part.blamed() if state != "agree" else ""
    where, gained, u = part.step() if state == "nodes differ" else ((), 0.0, 0.0)
    return Agreement(state, told, least, ps[0], ps[1], ps[2], everything, freedom, blamed, where, gained, u, alpha)


def _checked(seen: Seen, covariance: ArrayLike, limit_ul: float, reference: int) -> Floats:
    c, n = np.asarray(covariance, np.float64), len(seen.names)
    if not (len(seen.nodes) == n == len(seen.volume_ul) and c.shape == (n, n) and 0 <= reference < n):
        raise MetricError(f"witnesses: expected a node, a volume and a row of covariance for each of {n}")
    if unknown := set(seen.nodes) - set(NODES):
        raise MetricError(f"witnesses: expected nodes {', '.join(NODES)}, found {', '.join(sorted(unknown))}")
    if not (np.isfinite(c).all() and np.isfinite(seen.volume_ul).all() and (np.diag(c) > 0.0).all()):
        raise MetricError("witnesses: expected finite volumes, each with an uncertainty above zero")
    if not limit_ul > 0.0:
        raise MetricError(f"witnesses: expected a limit above zero, found {limit_ul:g} uL")
    if np.abs(c - c.T).max() > 1e-9 * c.max() or np.linalg.eigvalsh(c)[0] <= 0.0:
        raise MetricError("witnesses: expected a covariance with a variance above zero for every difference")
    return c
