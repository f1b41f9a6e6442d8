"""Answers of an SCC1 cable: scales and units of every kind, buffers, and nothing that is not one."""

from __future__ import annotations

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import NotSupported, ProtocolError
from drivers.flow.slf3x_answers import Buffer, Sample, parse_buffer, parse_last, parse_product, parse_scale, parse_text

RAW = st.integers(-(1 << 15), (1 << 15) - 1)


@pytest.mark.parametrize(
    ("model", "scale", "unit", "count_ul_h"),
    [
        ("SLF3S-0600F", 10, 0x0844, 6.0),
        ("SLF3S-1300F", 500, 0x0845, 120.0),
        ("SLF3S-4000B", 32, 0x0845, 1875.0),
        ("LD20-0600L", 1200, 0x0855, 1 / 1.2),
        ("LD20-2600B", 20, 0x0855, 50.0),
        ("in nL/s", 1, 0x0833, 3.6),
        ("in L/day", 1000, 0x0868, 1000.0 / 24.0),
    ],
)
def test_one_count_is_what_the_sensor_itself_says(model, scale, unit, count_ul_h):
    assert parse_scale(struct.pack(">HHH", scale, unit, 0)).count_ul_h == pytest.approx(count_ul_h, rel=1e-12), model


@pytest.mark.parametrize("unit", [0x0044, 0x0144, 0x0944, 0x1844, 0x0804, 0x0874, 0x084A])
def test_norm_litres_grams_and_unknown_units_are_refused(unit):
    with pytest.raises(NotSupported, match=f"0844 .*found {unit:04X}"):
        parse_scale(struct.pack(">HHH", 10, unit, 0))


def test_no_scale_means_no_calibration_for_the_liquid():
    with pytest.raises(NotSupported, match="option 'liquid'"):
        parse_scale(b"")


@pytest.mark.parametrize("data", [b"\x00\x00\x08\x44\x00\x00", b"\x00\x0a\x08\x44", b"\x00" * 7])
def test_a_scale_of_zero_or_of_another_size_is_no_scale(data):
    with pytest.raises(ProtocolError, match="expected a scale"):
        parse_scale(data)


def test_products_are_named_and_unknown_ones_keep_their_number():
    assert parse_product(b"070303010123456789\x00") == ("SLF3S-0600F", "0123456789")
    assert parse_product(b"0701030100ab") == ("LD20-0600L", "00ab")
    assert parse_product(b"0799aa0101") == ("product 0799AA01", "01")


@pytest.mark.parametrize("data", [b"", b"\x00", b"07030301", b"0703030g01", b"07030301 1", b"\xff" * 12])
def test_a_cable_without_a_sensor_names_no_product(data):
    with pytest.raises(ProtocolError, match="is a sensor plugged into the cable"):
        parse_product(data)


@given(RAW, RAW, st.integers(0, 0xFFFF))
def test_a_measurement_is_read_exactly(raw, temperature, flags):
    found = parse_last(struct.pack(">hhH", raw, temperature, flags))
    assert found == Sample(raw, temperature / 200, bool(flags & 1), bool(flags & 2))


def test_smoothing_is_no_air():
    assert parse_last(b"\x00\x00\x00\x00\x00\x20") == (0, 0.0, False, False)


def test_no_measurement_and_half_a_measurement_are_different():
    assert parse_last(b"") is None
    with pytest.raises(ProtocolError, match="six bytes, found 00 01"):
        parse_last(b"\x00\x01")


@given(st.integers(0, 1 << 31), st.integers(0, 0xFFFF), st.lists(st.tuples(RAW, RAW), max_size=41))
def test_a_buffer_is_read_whole(lost, left, samples):
    body = b"".join(struct.pack(">hhH", raw, temperature, 0) for raw, temperature in samples)
    found = parse_buffer(struct.pack(">IHH", lost, left, 3) + body)
    assert (found.lost, found.left) == ((lost + 5) // 6, left)
    assert [sample.raw for sample in found.samples] == [raw for raw, _ in samples]


def test_two_signals_are_another_sensor():
    with pytest.raises(ProtocolError, match="it says 2 signals; check the sensor type"):
        parse_buffer(struct.pack(">IHH", 0, 0, 2))
    assert parse_buffer(b"") == Buffer(0, 0, [])


@given(st.binary(max_size=40))
def test_anything_else_is_one_of_our_errors(data):
    for parse in (parse_product, parse_scale, parse_last, parse_buffer):
        with contextlib.suppress(ProtocolError, NotSupported):
            parse(data)
    assert isinstance(parse_text(data), str)
