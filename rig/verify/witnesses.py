"""Do the witnesses of one interval agree? If not: a bench fault, or a difference between two nodes of the fluid path.

Each witness saw a volume pass in the same interval. The residuals about one common volume, with their full covariance
(witnesses share a balance, a density, an evaporation), are a chi-square; it is looked at once per declared interval, at
alpha = 0.001. What disagrees is taken apart:

``within``   witnesses at one node see the same liquid: if they disagree, the bench is at fault
``between``  nodes that disagree are a finding: a leak, a compliance, a stall; or one node's instrument

A witness speaks only if it could see half of the limit: 5 u(d), which an alpha of 0.001 finds in 95 of 100, with d its
difference from the reference. Blame needs three that speak. Nothing is averaged into agreement.

>>> seen = Seen(("cell", "flow", "balance"), (RESERVOIR, OUTLET, TIP), np.array([150.2, 149.8, 137.0]))
>>> found = judge(seen, np.diag([1.0, 0.8, 0.3]) ** 2, limit_ul=21.7, reference=2)
>>> found.state, found.blamed, found.between
('nodes differ', 'balance', ('pump outlet', 'tip'))

Sources: the consistency test is that of key comparisons (M. G. Cox, Metrologia 39 (2002) 589); taking it apart is that
of nested linear models (C. R. Rao, Linear Statistical Inference and its Applications, 4a).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from rig.verify.errors import MetricError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike

    Floats = np.ndarray[Any, np.dtype[np.float64]]

RESERVOIR: Final = "reservoir"
OUTLET: Final = "pump outlet"
TIP: Final = "tip"
#: Along the flow.
NODES: Final = (RESERVOIR, OUTLET, TIP)
ALPHA: Final = 0.001
#: A difference of so many standard uncertainties is found in 95 of 100 at that alpha.
SEEN: Final = 5.0
#: Blame needs so many witnesses that speak.
FOR_BLAME: Final = 3

State = Literal["agree", "one alone", "same node differs", "nodes differ", "differ"]


@dataclass(frozen=True, eq=False)
class Seen:
    """What each witness saw in one interval.

    Attributes:
        names: of the witnesses.
        nodes: where each looks, of ``NODES``.
        volume_ul: that passed, shape (n,).
    """

    names: tuple[str, ...]
    nodes: tuple[str, ...]
    volume_ul: Floats


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


def covariance_ul2(parts: Sequence[Mapping[str, float]], noise_ul: ArrayLike, nu: ArrayLike | None = None) -> Floats:
    """Covariance of what the witnesses saw, from parts that some of them share.

    Args:
        parts: for each witness the standard uncertainties by name [uL], with sign; a name that two have is shared.
        noise_ul: of each alone, shape (n,).
        nu: degrees of freedom of each; few of them widen it, so that alpha holds.
    """
    from scipy.stats import norm, t

    noise = np.asarray(noise_ul, np.float64)
    found = np.diag(noise**2)
    for name in {name for part in parts for name in part}:
        row = np.array([part.get(name, 0.0) for part in parts])
        found += np.outer(row, row)
    if nu is None:
        return found
    freedom = np.minimum(np.asarray(nu, np.float64), 1e9)
    wider = t.ppf(1.0 - ALPHA / 2.0, freedom) / norm.ppf(1.0 - ALPHA / 2.0)
    return np.asarray(found * np.outer(wider, wider))


def judge(seen: Seen, covariance: ArrayLike, *, limit_ul: float, reference: int) -> Agreement:
    """Judge one interval.

    Args:
        seen: what each witness saw.
        covariance: of these volumes [uL^2], shape (n, n).
        limit_ul: the limit of the flow error as a volume of this interval.
        reference: which witness is the reference.

    Raises:
        MetricError: shapes that do not fit, an unknown node, no limit, or a covariance with a variance of zero.
    """
    c = _checked(seen, covariance, limit_ul, reference)
    apart = np.sqrt(np.maximum(np.diag(c) + c[reference, reference] - 2.0 * c[reference], 0.0))
    apart[reference] = np.sqrt(c[reference, reference])
    least = SEEN * apart
    speak = least <= limit_ul / 2.0
    told = tuple(bool(one) for one in speak)
    index = np.flatnonzero(speak)
    if len(index) < 2:
        return Agreement("one alone", told, least, 1.0, 1.0, 1.0, 0.0, 0)
    part = _Part(seen, c, index)
    everything, within = part.chi_square(part.ones), part.chi_square(part.by_node)
    freedom, inside = len(index) - 1, len(index) - part.by_node.shape[1]
    ps = [_p(*pair) for pair in ((everything, freedom), (within, inside), (everything - within, freedom - inside))]
    state: State = "agree"
    if ps[0] < ALPHA:
        state = "same node differs" if ps[1] < ALPHA else "nodes differ" if ps[2] < ALPHA else "differ"
    blamed = part.blamed() if state != "agree" else ""
    where, gained, u = part.step() if state == "nodes differ" else ((), 0.0, 0.0)
    return Agreement(state, told, least, ps[0], ps[1], ps[2], everything, freedom, blamed, where, gained, u)


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


def _p(chi_square: float, freedom: int) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(max(chi_square, 0.0), freedom)) if freedom else 1.0


class _Part:
    """The witnesses that speak."""

    def __init__(self, seen: Seen, covariance: Floats, index: np.ndarray[Any, np.dtype[np.intp]]) -> None:
        self.names = [seen.names[i] for i in index]
        self.nodes = [seen.nodes[i] for i in index]
        self.volume = np.asarray(seen.volume_ul, np.float64)[index]
        self.covariance = covariance[np.ix_(index, index)]
        self.there = [node for node in NODES if node in self.nodes]
        self.ones = np.ones((len(index), 1))
        self.by_node = np.array([[float(node == one) for one in self.there] for node in self.nodes])

    def fit(self, design: Floats) -> tuple[Floats, Floats]:
        """Best volumes of a model, and their covariance."""
        weighted = np.linalg.solve(self.covariance, design)
        covariance = np.linalg.inv(design.T @ weighted)
        return covariance @ weighted.T @ self.volume, covariance

    def chi_square(self, design: Floats, without: int | None = None) -> float:
        """Of the residuals about a model, of all or of all but one."""
        if without is not None:
            return self.less(without).chi_square(np.delete(design, without, axis=0))
        residuals = self.volume - design @ self.fit(design)[0]
        return float(residuals @ np.linalg.solve(self.covariance, residuals))

    def less(self, without: int) -> _Part:
        """All but one."""
        index = np.delete(np.arange(len(self.names)), without)
        seen = Seen(tuple(self.names), tuple(self.nodes), self.volume)
        return _Part(seen, self.covariance, index)

    def blamed(self) -> str:
        """The only one without which the others agree."""
        if len(self.names) < FOR_BLAME:
            return ""
        rest = len(self.names) - 2
        found = [i for i in range(len(self.names)) if _p(self.chi_square(self.ones, i), rest) >= ALPHA]
        return self.names[found[0]] if len(found) == 1 else ""

    def step(self) -> tuple[tuple[str, str] | tuple[()], float, float]:
        """Between which nodes the volume changes, if one change explains it all and no other one does; how much."""
        explains = []
        for cut in range(1, len(self.there)):
            late = np.array([float(self.there.index(node) >= cut) for node in self.nodes])
            design = np.stack([1.0 - late, late], axis=1)
            if _p(self.chi_square(design), len(self.names) - 2) >= ALPHA:
                explains.append((cut, design))
        if len(explains) != 1:
            return (), 0.0, 0.0
        cut, design = explains[0]
        volumes, covariance = self.fit(design)
        u = float(np.sqrt(covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1]))
        return (self.there[cut - 1], self.there[cut]), float(volumes[1] - volumes[0]), u
