"""Patterns in a control chart that a steady process seldom shows, by name.

>>> for found in signals([0.3, 2.4, -0.1, 2.2, 3.6]):
...     print(found.index, found.rule)
3 two of three beyond 2 sigma
4 one beyond 3 sigma
4 two of three beyond 2 sigma

Every rule that is watched adds false alarms: the first alone gives one in 370 results, the four of Western Electric
together one in 92 (simulated in the tests; Champ and Woodall, Technometrics 29 (1987) 393 [K]).

Sources: Western Electric, Statistical Quality Control Handbook (1956) [K]; Nelson, J. Quality Technology 16 (1984) 237
[K].
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.errors import ImplausibleError
from calibration.series import column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Signal:
    """A pattern that a steady process seldom shows.

    Attributes:
        rule: its name, a key of :data:`RULES`.
        index: the result that completes it.
        first: the result that begins it.
    """

    rule: str
    index: int
    first: int


def signals(z: ArrayLike, rules: Iterable[str] | None = None) -> list[Signal]:
    """Signals in standardised results, in the order of time; rules by name, those of Western Electric unless named.

    Raises:
        ImplausibleError: a rule that is not known, or results that are not finite.
    """
    values = column("z", z)
    found = [_signal(rule, values) for rule in (WESTERN_ELECTRIC if rules is None else rules)]
    return sorted((one for some in found for one in some), key=lambda one: (one.index, one.rule))


def _signal(rule: str, z: NDArray[np.float64]) -> list[Signal]:
    if rule not in RULES:
        raise ImplausibleError(f"rules: expected some of {', '.join(map(repr, RULES))}, found {rule!r}")
    width, holds = RULES[rule]
    if z.size < width:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(z, width)
    return [Signal(rule, int(first) + width - 1, int(first)) for first in np.flatnonzero(holds(windows))]


def _beyond(limit: float, count: int, w: NDArray[np.float64]) -> Any:
    """So many of a window beyond the limit on one side, the last of them among these."""
    above = ((w > limit).sum(axis=1) >= count) & (w[:, -1] > limit)
    return above | ((w < -limit).sum(axis=1) >= count) & (w[:, -1] < -limit)


def _one_side(w: NDArray[np.float64]) -> Any:
    return (w > 0.0).all(axis=1) | (w < 0.0).all(axis=1)


def _trend(w: NDArray[np.float64]) -> Any:
    step = np.diff(w)
    return (step > 0.0).all(axis=1) | (step < 0.0).all(axis=1)


def _alternating(w: NDArray[np.float64]) -> Any:
    step = np.diff(w)
    return (step[:, 1:] * step[:, :-1] < 0.0).all(axis=1)


#: Every rule by name: how many results it looks at, and whether they show the pattern.
RULES: dict[str, tuple[int, Callable[[NDArray[np.float64]], Any]]] = {
    "one beyond 3 sigma": (1, partial(_beyond, 3.0, 1)),
    "two of three beyond 2 sigma": (3, partial(_beyond, 2.0, 2)),
    "four of five beyond 1 sigma": (5, partial(_beyond, 1.0, 4)),
    "eight on one side": (8, _one_side),
    "nine on one side": (9, _one_side),
    "six in a row rising or falling": (6, _trend),
    "fourteen alternating": (14, _alternating),
}
#: Rules 1 to 4 of Western Electric.
WESTERN_ELECTRIC = tuple(RULES)[:4]
#: Rules 1 to 4 of Nelson.
NELSON = (
    "one beyond 3 sigma", "nine on one side", "six in a row rising or falling", "fourteen alternating",
)  # fmt: skip
