"""Models of what witnesses saw: one volume for all, one for each node, one that changes once on the way.

The chi-square of the residuals about each tells which of them explains what was seen. Taking it apart like that is
that of nested linear models (C. R. Rao, Linear Statistical Inference and its Applications, 4a).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from rig.verify.seen import ALPHA, NODES, Seen

if TYPE_CHECKING:
    Floats = np.ndarray[Any, np.dtype[np.float64]]

#: Blame needs so many witnesses that speak.
FOR_BLAME = 3


def chance(chi_square: float, freedom: int) -> float:
    """How often chance alone gives a chi-square that large."""
    from scipy.stats import chi2

    return float(chi2.sf(max(chi_square, 0.0), freedom)) if freedom else 1.0


class Speaking:
    """The witnesses that speak.

    A model explains what they saw at ``ALPHA``, however many tests there were to find that they differ: this is about
    where, once it was found.
    """

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

    def less(self, without: int) -> Speaking:
        """All but one."""
        index = np.delete(np.arange(len(self.names)), without)
        seen = Seen(tuple(self.names), tuple(self.nodes), self.volume)
        return Speaking(seen, self.covariance, index)

    def blamed(self) -> str:
        """The only one without which the others agree."""
        if len(self.names) < FOR_BLAME:
            return ""
        rest = len(self.names) - 2
        found = [i for i in range(len(self.names)) if chance(self.chi_square(self.ones, i), rest) >= ALPHA]
        return self.names[found[0]] if len(found) == 1 else ""

    def step(self) -> tuple[tuple[str, str] | tuple[()], float, float]:
        """Between which nodes the volume changes, if one change explains it all and no other one does; how much."""
        explains = []
        for cut in range(1, len(self.there)):
            late = np.array([float(self.there.index(node) >= cut) for node in self.nodes])
            design = np.stack([1.0 - late, late], axis=1)
            if chance(self.chi_square(design), len(self.names) - 2) >= ALPHA:
                explains.append((cut, design))
        if len(explains) != 1:
            return (), 0.0, 0.0
        cut, design = explains[0]
        volumes, covariance = self.fit(design)
        u = float(np.sqrt(covariance[0, 0] + covariance[1, 1] - 2.0 * covariance[0, 1]))
        return (self.there[cut - 1], self.there[cut]), float(volumes[1] - volumes[0]), u
