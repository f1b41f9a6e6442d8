r"""Reading what a Sensirion SCC1 cable says about an SLF3x or LD20 sensor.

Sources: ``sensirion_uart_scc1`` 2.0.0 (commands 35, 36, 50, 53, numbers of the products and the word for the unit) and
``sensirion_i2c_sf06_lf`` (flags, temperature), both by Sensirion, BSD. All numbers are big-endian.

>>> parse_product(b"0703030100000A12\x00")
Product(model='SLF3S-0600F', serial_number='00000A12')
>>> parse_scale(bytes.fromhex("000a 0844 0000")).count_ul_h
6.0
>>> parse_last(bytes.fromhex("fff6 1194 0001"))
Sample(raw=-10, temperature_c=22.5, air_in_line=True, high_flow=False)
"""

from __future__ import annotations

import re
import struct
from typing import Final, NamedTuple

from drivers.errors import NotSupported, ProtocolError

#: The first six digits of the product number.
MODELS: Final = {
    "070302": "SLF3S-1300F",
    "070303": "SLF3S-0600F",
    "070304": "SLF3C-1300F",
    "070305": "SLF3S-4000B",
    "070102": "LD20-2600B",
    "070103": "LD20-0600L",
}
_PRODUCT = re.compile(r"([0-9A-Fa-f]{8})([0-9A-Fa-f]{1,16})\Z")
_UL: Final = {3: 1e-3, 4: 1.0, 5: 1e3, 6: 1e4, 7: 1e5, 8: 1e6}  # of a litre: nano to deci, then the litre itself
_PER_HOUR: Final = {1: 3.6e9, 2: 3.6e6, 3: 3600.0, 4: 60.0, 5: 1.0, 6: 1.0 / 24.0}
_LITRE: Final = 8
_SIGNALS: Final = 3
_EACH: Final = 2 * _SIGNALS
_HEAD: Final = 8
_COUNTS_PER_K: Final = 200.0
_AIR: Final = 1 << 0
_HIGH: Final = 1 << 1


class Product(NamedTuple):
    """Which sensor is at the end of the cable; an unknown product keeps its number as its model."""

    model: str
    serial_number: str


class Scale(NamedTuple):
    """What one count is [uL/h], and the sensor's own check (0 is good [K])."""

    count_ul_h: float
    check: int


class Sample(NamedTuple):
    """One measurement."""

    raw: int
    temperature_c: float
    air_in_line: bool
    high_flow: bool


class Buffer(NamedTuple):
    """One portion of the cable's buffer.

    Attributes:
        lost: measurements that the buffer has lost before the first of these.
        left: bytes that are still in it.
        samples: oldest first.
    """

    lost: int
    left: int
    samples: list[Sample]


def parse_text(data: bytes) -> str:
    """A text that ends with zeros."""
    return data.rstrip(b"\x00").decode("latin-1")


def parse_product(data: bytes) -> Product:
    """The answer to command 50.

    Raises:
        ProtocolError: not eight hexadecimal digits and a serial number.
    """
    match = _PRODUCT.match(parse_text(data))
    if match is None:
        raise _unexpected(
            "product and serial number in hexadecimal digits", data, "is a sensor plugged into the cable?"
        )
    number = match[1].upper()
    return Product(MODELS.get(number[:6], f"product {number}"), match[2])


def parse_scale(data: bytes) -> Scale:
    """The answer to command 53: counts for one unit, and the unit as prefix, time and volume.

    Raises:
        NotSupported: nothing (no calibration for this liquid), or a unit that is no volume of liquid in time.
        ProtocolError: another size, or a scale of zero.
    """
    if not data:
        raise NotSupported("this sensor has no calibration for the liquid; choose another one in the option 'liquid'")
    if len(data) != _EACH or data[:2] == b"\x00\x00":
        raise _unexpected("a scale, a unit and a check, six bytes", data, "")
    scale, unit, check = struct.unpack(">HHH", data)
    volume_ul, per_hour = _UL.get(unit & 0xF), _PER_HOUR.get(unit >> 4 & 0xF)
    if unit >> 8 != _LITRE or volume_ul is None or per_hour is None:
        raise NotSupported(
            f"expected a unit of liquid flow such as 0844 (uL/min), found {unit:04X}; this is a gas sensor"
        )
    return Scale(volume_ul * per_hour / scale, check)


def parse_last(data: bytes) -> Sample | None:
    """The answer to command 35 with parameter 03; None while no measurement is ready.

    Raises:
        ProtocolError: another size.
    """
    if not data:
        return None
    if len(data) != _EACH:
        raise _unexpected("flow, temperature and flags, six bytes", data, "")
    return _samples(data)[0]


def parse_buffer(data: bytes) -> Buffer:
    """The answer to command 36 with parameter 03.

    Raises:
        ProtocolError: no head, not three signals, or part of a measurement.
    """
    if not data:
        return Buffer(0, 0, [])
    if len(data) < _HEAD or (len(data) - _HEAD) % _EACH:
        raise _unexpected("a head of 8 bytes and measurements of 6", data, "")
    lost, left, signals = struct.unpack(">IHH", data[:_HEAD])
    if signals != _SIGNALS:
        raise _unexpected("three signals in a measurement", data, f"it says {signals} signals; check the sensor type")
    return Buffer(-(-lost // _EACH), left, _samples(data[_HEAD:]))


def _samples(data: bytes) -> list[Sample]:
    return [
        Sample(raw, temperature / _COUNTS_PER_K, bool(flags & _AIR), bool(flags & _HIGH))
        for raw, temperature, flags in struct.iter_unpack(">hhH", data)
    ]


def _unexpected(wanted: str, data: bytes, remedy: str) -> ProtocolError:
    return ProtocolError(
        f"flow sensor: expected {wanted}, found {data[:40].hex(' ') or 'nothing'}; {remedy}".rstrip("; ")
    )
