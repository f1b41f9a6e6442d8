"""What follows from an identity, and from the declared columns."""

from __future__ import annotations

import pytest

from drivers.interfaces import Balance, Environment, Identity, Pump


def test_the_serial_number_alone_says_that_an_instrument_is_simulated():
    assert Identity("", "DP-MP1", "SIM-MP-0001", "1.0.0").simulated
    assert not Identity("Simulators Ltd", "SIM-205", "B012345678", "SIM-1").simulated


def test_an_identity_reads_as_one_line():
    assert str(Identity("Vaisala", "PTU300", "A1", "2.06")) == "Vaisala PTU300, serial number A1, firmware 2.06"


@pytest.mark.parametrize("capability", [Pump, Balance, Environment])
def test_columns_with_a_unit_carry_it_in_their_names(capability):
    spelled = {"uL": "_ul", "uL/h": "_ul_h", "g": "_g", "degC": "_c", "hPa": "_hpa", "%": "_percent", "ms": "_ms"}
    for column in capability.COLUMNS:
        assert column.name.endswith(spelled.get(column.unit, ""))
        assert column.meaning


@pytest.mark.parametrize("capability", [Pump, Balance, Environment])
def test_a_capability_cannot_be_used_without_a_driver(capability):
    with pytest.raises(TypeError, match="abstract"):
        capability()
