"""Bolus lockout and reservoir of the mock pump: told with units, read back, and not known to an old firmware."""

from __future__ import annotations

import pytest

from calibration.errors import UnitError
from calibration.units import TIME, VOLUME
from drivers.errors import InstrumentError, NotSupported
from drivers.interfaces import BolusLockout, ReservoirAlarm


def test_both_are_among_what_it_can_do(pump):
    assert isinstance(pump(), BolusLockout)
    assert isinstance(pump(), ReservoirAlarm)


def test_a_lockout_is_told_in_seconds(pump):
    told = pump(("LO 1800", "OK 1800")).set_bolus_lockout(TIME.parse("lockout", "30 min"))
    assert TIME.magnitude("told", told) == 1800.0


def test_a_reservoir_is_told_in_nanolitres(pump):
    content, alarm = VOLUME.parse("content", "3 mL"), VOLUME.parse("alarm", "2 mL")
    pump(("RE 3000000 2000000", "OK 3000000 2000000")).tell_reservoir(content, alarm)


def test_an_old_firmware_knows_neither_and_the_error_says_what_to_do(pump):
    with pytest.raises(NotSupported, match=r"firmware has not a bolus lockout \(LO\); flash 1.1.0"):
        pump(("LO 1800", "ER 3 command")).set_bolus_lockout(TIME.parse("lockout", "30 min"))


def test_what_is_out_of_range_is_an_error_of_the_pump(pump):
    with pytest.raises(InstrumentError, match="5: seconds"):
        pump(("LO 90000", "ER 5 seconds")).set_bolus_lockout(TIME.parse("lockout", "25 h"))


def test_nothing_below_zero_is_sent(pump):
    with pytest.raises(InstrumentError, match="nothing was sent"):
        pump().tell_reservoir(VOLUME.parse("content", "3 mL"), VOLUME.quantity(-1.0))


def test_another_reading_back_is_an_error(pump):
    with pytest.raises(InstrumentError, match=r"readback: told the pump a bolus lockout of \['60'\], it read back"):
        pump(("LO 60", "OK 6")).set_bolus_lockout(TIME.parse("lockout", "1 min"))


def test_a_volume_is_no_time(pump):
    with pytest.raises(UnitError):
        pump().set_bolus_lockout(VOLUME.parse("v", "1 uL"))
