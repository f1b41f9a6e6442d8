"""Options of a driver: known keys, units, and line settings as they are printed on instruments."""

from __future__ import annotations

import pytest

from calibration.errors import UnitError
from drivers.errors import NotSupported
from drivers.options import Options


def test_line_settings_are_read_as_manuals_print_them():
    wanted = {"baudrate": 19200, "bytesize": 7, "parity": "E", "stopbits": 2}
    assert Options("x", {"line": "19200 7E2"}, known=("line",)).line("9600 8N1") == wanted
    assert Options("x", {}).line("9600 8N1")["baudrate"] == 9600


@pytest.mark.parametrize("line", [9600, "9600", "9600 8X1", "9600 8N1 ", "8N1"])
def test_other_ways_to_write_them_are_refused(line):
    with pytest.raises(NotSupported, match="options of x: line: expected such as '9600 8N1'"):
        Options("x", {"line": line}, known=("line",)).line("9600 8N1")


def test_a_duration_needs_its_unit():
    assert Options("x", {"t": "2 min"}, known=("t",)).seconds("t", 1.0) == 120.0
    assert Options("x", {}, known=("t",)).seconds("t", 1.0) == 1.0
    with pytest.raises(UnitError, match="options of x: t"):
        Options("x", {"t": 2}, known=("t",)).seconds("t", 1.0)


def test_a_key_that_is_not_known_is_refused_with_those_that_are():
    with pytest.raises(NotSupported, match="unknown key 'lime'; this driver knows: line, t"):
        Options("x", {"lime": 1}, known=("line", "t"))
