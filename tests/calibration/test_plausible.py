"""A range holds for every number of an array, wherever in it the bad one stands."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.errors import ImplausibleError
from calibration.plausible import BLOCK, all_within
from calibration.units import VOLUME

#: First and last places of the first two blocks, and of the short one at the end.
PLACES = [0, BLOCK - 1, BLOCK, 2 * BLOCK - 1, 2 * BLOCK, 2 * BLOCK + 6]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("bad", [-0.1, 1.1, np.nan, np.inf, -np.inf])
def test_one_bad_number_is_seen_in_every_block(place, bad):
    values = np.linspace(0.0, 1.0, 2 * BLOCK + 7)
    assert all_within(values, 0.0, 1.0)
    values[place] = bad
    assert not all_within(values, 0.0, 1.0)


@given(st.lists(st.floats(width=64), max_size=20))
def test_it_says_what_each_number_alone_would_say(values):
    assert all_within(np.array(values), -1.0, 1e300) == all(-1.0 <= value <= 1e300 for value in values)


def test_a_table_is_looked_at_as_a_whole_whatever_its_order_in_memory():
    table = np.zeros((3, 5))
    table[2, 1] = 7.0
    assert [all_within(view, 0.0, 6.0) for view in (table, table.T, table[::2, 1:2], table[:2])] == [False] * 3 + [True]
    assert all_within(np.array(7.0), 0.0, 7.0)


def test_a_kind_points_at_the_bad_number_behind_the_first_block():
    volume_ul = np.zeros(BLOCK + 10)
    volume_ul[BLOCK + 3] = np.nan
    with pytest.raises(ImplausibleError, match=rf"volume\[{BLOCK + 3}\].*NaN"):
        VOLUME.array("volume", VOLUME.quantity(volume_ul), copy=False)
