"""The factors that the mock pump keeps: asked for, written, read back and compared."""

from __future__ import annotations

import pytest

from calibration.errors import UnitError
from calibration.units import MASS, RATIO, VOLUME
from drivers.errors import InstrumentError, ProtocolError
from drivers.interfaces import StoredCalibration

CF = "7812500 16 50 15000 2000 1000000 D 0"
KEPT = "D 0 7812500 0 1000000"


def volume(text):
    return VOLUME.parse("volume", text)


def test_opening_asks_and_writes_nothing(pump, wire):
    assert isinstance(pump(), StoredCalibration)
    assert [entry[3][4:6] for entry in wire.drain() if entry[2] == ">"] == [b"ID", b"CF"]


def test_the_factors_in_force_come_with_their_units(pump):
    kept = pump(("CA", "OK B 7 8000000 -12345 1010000")).calibration()
    assert (kept.slot, kept.sequence, kept.load_cell_offset) == ("B", 7, -12345)
    assert VOLUME.magnitude("v", kept.volume_per_step) == pytest.approx(0.008)
    assert RATIO.magnitude("s", kept.load_cell_scale) == pytest.approx(101.0)


def test_a_new_volume_keeps_the_load_cell_and_changes_the_size_of_a_shot(pump):
    opened = pump(
        ("CA", "OK A 1 7812500 77 990000"),
        ("CW 8000000 77 990000", "OK B 2"),
        ("CA", "OK B 2 8000000 77 990000"),
        ("CF", f"OK {CF.replace('7812500', '8000000')}"),
    )
    assert opened.write_calibration(volume("8 nL")).slot == "B"
    assert opened.shot_ul == pytest.approx(0.128)


def test_all_three_can_be_written(pump):
    written = pump(
        ("CA", f"OK {KEPT}"),
        ("CW 8100000 -5 1020000", "OK A 1"),
        ("CA", "OK A 1 8100000 -5 1020000"),
        ("CF", f"OK {CF}"),
    ).write_calibration(volume("8.1 nL"), -5, RATIO.parse("scale", "102 %"))
    assert (written.slot, written.load_cell_offset) == ("A", -5)


@pytest.mark.parametrize("found", ["A 1 8000001 0 1000000", "D 0 8000000 0 1000000", "A 2 8000000 0 1000000"])
def test_what_is_read_back_otherwise_is_an_error(pump, found):
    opened = pump(("CA", f"OK {KEPT}"), ("CW 8000000 0 1000000", "OK A 1"), ("CA", f"OK {found}"))
    with pytest.raises(InstrumentError, match="do not use it"):
        opened.write_calibration(volume("8 nL"))


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((volume("0.9 nL"),), "volume per step 900000 fL"),
        ((volume("51 nL"),), "volume per step 51000000 fL"),
        ((volume("8 nL"), 1 << 31), "load cell offset"),
        ((volume("8 nL"), None, RATIO.parse("s", "-1 %")), "load cell scale"),
    ],
)
def test_out_of_range_is_never_sent(pump, given, words):
    with pytest.raises(InstrumentError, match=f"{words}.*nothing was sent"):
        pump().write_calibration(*given)


def test_a_mass_is_no_volume(pump):
    with pytest.raises(UnitError):
        pump().write_calibration(MASS.parse("m", "8 ug"))


def test_a_running_pump_refuses(pump):
    opened = pump(("CA", f"OK {KEPT}"), ("CW 8000000 0 1000000", "ER 6 state"))
    with pytest.raises(InstrumentError, match="6: state"):
        opened.write_calibration(volume("8 nL"))


@pytest.mark.parametrize("found", ["C 0 7812500 0 1000000", "A 0 x 0 1000000", "A 0 0 0 1000000"])
def test_factors_that_make_no_sense_are_no_calibration(pump, found):
    with pytest.raises(ProtocolError, match="a slot and four numbers"):
        pump(("CA", f"OK {found}")).calibration()
