"""Whether all numbers of an array lie in a range, read once: block by block, as a core's own cache can hold them.

A day at 300 levels a second is 26 million numbers. Their least and their largest, asked of the whole array, are two
ways through the memory; of a block that is in the cache already, the second one is nearly free.

>>> import numpy as np
>>> all_within(np.array([0.0, 2.0]), 0.0, 2.0), all_within(np.array([0.0, np.nan]), 0.0, 2.0)
(True, False)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: Numbers that are looked at together: 256 KiB.
BLOCK = 32_768


def all_within(values: NDArray[np.float64], low: float, high: float) -> bool:
    """Whether every number lies between ``low`` and ``high``, both ends included; NaN lies nowhere.

    Args:
        values: of any shape; none at all lie in every range.
        low, high: the ends, in the unit of the numbers.
    """
    row = values.reshape(-1)  # a view, unless the array has holes and several axes
    blocks = (row[begin : begin + BLOCK] for begin in range(0, row.size, BLOCK))
    return all(block.min() >= low and block.max() <= high for block in blocks)  # NaN comes through both
