"""What is calibrated is a column in the unit that the record will say, or nothing is done at all."""

import pytest

from rig.errors import BenchError
from tests.rig.calibrate.test_voltage import QUICK


def refused(lab, name, bench, **changes):
    with pytest.raises(BenchError) as error, lab.session(lab.procedure(name, **changes), bench):
        pass
    return str(error.value)


def test_the_current_of_a_supply_is_no_voltage_although_it_rises_with_it(lab, full):
    told = refused(lab, "voltage", full, **QUICK | {"column": "current_a"})
    assert "supply: expected the column 'current_a' in V, found one in A; name one in V: voltage_v" in told


def test_volts_are_not_filed_as_kilopascals(lab, full):
    told = refused(lab, "pressure", full, reading_unit="kPa")
    assert "expected the column 'line_v' in kPa, found one in V; name the channel that shows it" in told


@pytest.mark.parametrize(("column", "found"), [("state", "one in words"), ("weight", "no such column")])
def test_a_count_is_a_number_that_the_instrument_shows(lab, column, found):
    told = refused(lab, "load_cell", lab.bench(), column=column)
    assert f"expected the column '{column}' in count, found {found}; name one in count: boots, load_cell_raw" in told
