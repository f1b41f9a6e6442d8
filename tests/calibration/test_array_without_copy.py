"""``array(copy=False)``: no second copy of a long record, and the same checks and numbers."""

import numpy as np
import pytest

from calibration.errors import ImplausibleError, UnitError
from calibration.units import VOLUME, registry


def test_numbers_that_fit_are_given_as_they_are():
    levels = np.arange(5.0)
    assert VOLUME.array("volume", VOLUME.quantity(levels), copy=False) is levels
    assert not np.shares_memory(VOLUME.array("volume", VOLUME.quantity(levels)), levels)


@pytest.mark.parametrize(("magnitude", "unit"), [(np.arange(5.0), "mL"), (np.arange(5), "uL"), ([0.5, 1.0], "mL")])
def test_other_numbers_are_converted_and_the_caller_keeps_his_own(magnitude, unit):
    value = registry().Quantity(magnitude, unit)
    before = np.array(value.magnitude)
    found = VOLUME.array("volume", value, copy=False)
    assert (found == VOLUME.array("volume", value)).all()
    assert found.dtype == np.float64
    assert (np.asarray(value.magnitude) == before).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_cannot_be_is_refused_at_its_place(bad):
    with pytest.raises(ImplausibleError, match=r"volume\[1\]"):
        VOLUME.array("volume", VOLUME.quantity(np.array([0.0, bad, 1.0])), copy=False)
    with pytest.raises(UnitError, match="masked"):
        VOLUME.array("volume", VOLUME.quantity(np.ma.masked_array([0.0, 1.0], [True, False])), copy=False)
