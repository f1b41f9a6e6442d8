"""All windows of a trumpet against one limit: what proves that they lie within, and what proves that one does not.

A trumpet shows the largest error of many windows. Noise pushes it outwards: of a hundred windows that are all off by
14 %, with u = 1.5 %, the largest shows about 17.5 %. It is therefore no evidence against the pump until it lies further
outside than the largest of so many strays by noise alone (the simultaneous factor). To pass, nothing is to be
corrected: each window must pass by itself, and the one that stands at the limit does so with the risk of one value
(:mod:`rig.verify.limits.windows`).

Windows overlap, share their levels, and share scale and evaporation, so the factor comes from draws of the joint error
of the *levels*, which are far fewer than numbers in a covariance of all windows; all lengths share the same draws::

    rows = [window_row(volume_ul, covariance_ul2, n, n * step_ul, nu) for n in (4, 8)]
    together = stray(covariance_ul2, rows, nu, seed)
    found = judge_row("each within 14.5 %", rows[0], -14.5, 14.5, By(), together)
    risks(found, rows[0], -14.5, 14.5, together)

With more than :data:`MOST_LEVELS` levels nothing is drawn and Bonferroni's bound stands in: wider, and as safe.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from rig.verify.limits.windows import each_within
from rig.verify.rule import student_tail
from rig.verify.simultaneous import factor_of_largest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.verify.limits.judgement import By, Judgement

    Array = np.ndarray[Any, np.dtype[np.float64]]

#: Of more levels no joint error is drawn.
MOST_LEVELS: Final = 2500
#: Draws at most and at least, and numbers held at once.
_MOST, _FEWEST, _NUMBERS = 8000, 2000, 2_000_000
#: Added to the diagonal, as a part of its largest: a covariance may be singular.
_JITTER: Final = 1e-12


@dataclass(frozen=True, eq=False)
class WindowRow:
    """Errors of all windows of one length.

    Attributes:
        steps: the length, in sample intervals.
        value, u: of each window, shape (windows,) [%].
        programmed_ul: of each [uL].
        nu: degrees of freedom.
    """

    steps: int
    value: Array
    u: Array
    programmed_ul: float
    nu: float = math.inf


@dataclass(frozen=True, eq=False)
class Strays:
    """How windows stray together.

    Attributes:
        levels_ul: draws of the joint error of the levels, shape (draws, levels) [uL]; None where there are too many.
        largest: the largest of all windows in each draw, in standard uncertainties, shape (draws,).
        count: how many windows there are.
    """

    levels_ul: Array | None
    largest: Array | None
    count: int

    def factor(self, by: By, nu: float) -> float:
        """So many u beyond the limit the largest of conforming windows lies with the risk that the rule has for one."""
        single = by.factor(nu)
        return 0.0 if single == 0.0 else factor_of_largest(self.largest, self.count, student_tail(single, nu), nu)

    def errors_percent(self, row: WindowRow) -> Array | None:
        """Draws of the errors of a row, shape (draws, windows)."""
        if self.levels_ul is None:
            return None
        return 100.0 * (self.levels_ul[:, row.steps :] - self.levels_ul[:, : -row.steps]) / row.programmed_ul


def window_row(volume_ul: Array, covariance_ul2: Array, steps: int, programmed_ul: float, nu: float) -> WindowRow:
    """Errors of all windows of one length, with the standard uncertainty of each.

    Args:
        volume_ul: levels, shape (levels,).
        covariance_ul2: their covariance.
        steps: the length, in sample intervals.
        programmed_ul: in each window.
        nu: degrees of freedom.
    """
    own = np.diag(covariance_ul2)
    variance = own[steps:] + own[:-steps] - 2.0 * np.diag(covariance_ul2, steps)
    value = 100.0 * ((volume_ul[steps:] - volume_ul[:-steps]) / programmed_ul - 1.0)
    return WindowRow(steps, value, 100.0 * np.sqrt(variance) / programmed_ul, programmed_ul, nu)


def stray(covariance_ul2: Array, rows: Sequence[WindowRow], nu: float, seed: int) -> Strays:
    """How all windows of all rows stray together.

    Args:
        covariance_ul2: of the levels, shape (levels, levels).
        rows: of all lengths that are judged.
        nu: degrees of freedom of the covariance.
        seed: of the draws; take it from the hash of the record.
    """
    count = sum(row.value.size for row in rows)
    if len(covariance_ul2) > MOST_LEVELS:
        return Strays(None, None, count)
    drawn = Strays(_drawn(covariance_ul2, nu, seed), None, count)
    furthest = [np.abs(errors / row.u).max(axis=1) for row in rows if (errors := drawn.errors_percent(row)) is not None]
    return Strays(drawn.levels_ul, np.max(furthest, axis=0), count)


def judge_row(what: str, row: WindowRow, low: float, high: float, by: By, strays: Strays) -> Judgement:
    """Whether all windows of a row are within, or one is proven to be outside.

    Args:
        what: the limit in words.
        row: of one length.
        low, high: the limit; infinite where there is none [%].
        by: the decision rule.
        strays: of all rows that the same record is judged by.
    """
    return each_within(what, row, low, high, by, strays.factor(by, row.nu), None)


def risks(found: Judgement, row: WindowRow, low: float, high: float, strays: Strays) -> dict[str, float | None]:
    """What stands beside a verdict of :func:`judge_row`, by the same draws; nothing where there are none.

    A pass tells how often a true error is outside, given these values; a fail, how often noise alone shows one so far
    out. A probability that all lie within is not stated where nothing is decided: of a hundred noisy windows just below
    a limit it is next to nothing, which is the push outwards once more.

    Args:
        found: the verdict.
        row, low, high, strays: that it is about.
    """
    if (errors := strays.errors_percent(row)) is None or strays.largest is None:
        return {}
    truth, excess = row.value + errors, np.maximum(low - row.value, row.value - high) / row.u
    outside = ((truth < low) | (truth > high)).any(axis=1)
    return {
        "bias_of_the_extreme_at_most_percent": float(errors.max(axis=1).mean()),
        "risk_of_false_pass": _part(outside) if found.verdict == "pass" else None,
        "risk_of_false_fail": _part(strays.largest >= excess.max()) if found.verdict == "fail" else None,
    }


def _part(draws: Any) -> float:
    """The part of draws in which something is true; never zero, which no number of draws shows."""
    return float((draws.sum() + 1) / (len(draws) + 1))


def _drawn(covariance_ul2: Array, nu: float, seed: int) -> Array:
    """Normal or Student's draws, from numpy's frozen legacy generator (NEP 19)."""
    n = len(covariance_ul2)
    root = np.linalg.cholesky(covariance_ul2 + np.eye(n) * _JITTER * np.abs(covariance_ul2).max())
    stream = np.random.RandomState(np.random.MT19937(np.random.SeedSequence(seed)))
    number = max(_FEWEST, min(_MOST, _NUMBERS // n))
    errors: Array = stream.standard_normal((number, n)) @ root.T
    return errors if math.isinf(nu) else errors * np.sqrt(nu / stream.chisquare(nu, (number, 1)))
