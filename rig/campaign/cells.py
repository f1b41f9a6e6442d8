"""The matrix of a campaign: fault x magnitude x protocol, and a sound pump for each protocol; and its runs, in order.

Runs go round the whole matrix again and again, so that a campaign cut short has seen everything equally often. The seed
of a run follows from what it is, and not from how many others there are: a new fault changes no old run.
"""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.campaign.fault import Fault


@dataclass(frozen=True)
class Cell:
    """One field of the matrix.

    Attributes:
        fault: its id; empty for a sound pump on a sound bench.
        magnitude: in the fault's unit; 0 without a fault.
        protocol: name of its file.
    """

    fault: str
    magnitude: float
    protocol: str


@dataclass(frozen=True)
class Run:
    """One run of a cell.

    Attributes:
        index: from 0.
        cell: which.
        seed: of its draws.
    """

    index: int
    cell: Cell
    seed: str


def cells(faults: Sequence[Fault], *, short: bool = False) -> list[Cell]:
    """Every cell.

    Args:
        faults: of the campaign.
        short: each fault once at its smallest and once at its greatest magnitude, in the first protocol that it names.
    """
    found = [
        Cell(fault.id, magnitude, one.protocol)
        for fault in faults
        for one in (fault.expect[:1] if short else fault.expect)
        for magnitude in _magnitudes(fault, short=short)
    ]
    return found + [Cell("", 0.0, name) for name in sorted({one.protocol for one in found})]


def _magnitudes(fault: Fault, *, short: bool) -> Sequence[float]:
    values = fault.magnitude.values
    return tuple(dict.fromkeys((values[0], values[-1]))) if short else values


def runs_of(matrix: Sequence[Cell], number: int, seed: int) -> list[Run]:
    """The runs of a campaign, in order.

    Args:
        matrix: all cells.
        number: of runs.
        seed: of the campaign.
    """
    made = list[Run]()
    for turn in range(-(-number // len(matrix))):
        order = list(matrix)
        random.Random(f"{seed}/{turn}").shuffle(order)  # noqa: S311 - a repeatable order, no secret
        made += [Run(len(made) + place, cell, _seed(seed, cell, turn)) for place, cell in enumerate(order)]
    return made[:number]


def _seed(seed: int, cell: Cell, turn: int) -> str:
    text = f"{seed}/{cell.fault}/{cell.magnitude:g}/{cell.protocol}/{turn}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]
