"""Readings as arrays, for instruments that are too fast for one tuple a reading.

A portion of arrays says what a list of rows says, column by column: ``t_s`` first, then the columns of the
instrument in their order, all of one length.

>>> import numpy as np
>>> rows_of({"t_s": np.array([12.0, 12.5]), "pressure_v": np.array([0.5, 0.75])})
[(12.0, 0.5), (12.5, 0.75)]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from drivers.interfaces import Row

    #: ``t_s`` and each column by its name, one dimension each: float64, int64, bool; text and bytes as objects.
    Arrays = Mapping[str, NDArray[Any]]


def length_of(arrays: Arrays) -> int:
    """How many readings a portion holds."""
    return len(arrays["t_s"])


def rows_of(arrays: Arrays) -> list[Row]:
    """The same readings as rows, to the last bit."""
    return list(zip(*(values.tolist() for values in arrays.values()), strict=True))


def last_row(arrays: Arrays) -> Row:
    """The latest reading of a portion that is not empty, as a row."""
    return tuple(values[-1:].tolist()[0] for values in arrays.values())
