"""Frames of the mock pump against the golden list, and against anything else that a line can hold."""

from __future__ import annotations

import binascii
import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import ProtocolError
from drivers.pump.mock_pump_frames import Boot, NotAccepted, Reply, Telemetry, alarm_names, decode, encode

GOLDEN = json.loads((Path(__file__).parents[2] / "golden" / "mock_pump_frames.json").read_text())["frames"]


def sent_by(side):
    return [
        pytest.param(each["body"], each["frame"].encode(), id=each["body"]) for each in GOLDEN if each["from"] == side
    ]


@pytest.mark.parametrize(("body", "frame"), sent_by("host"))
def test_requests_are_the_golden_ones(body, frame):
    sequence, _, request = body.partition(" ")
    assert encode(sequence, request) == frame


@pytest.mark.parametrize(("body", "frame"), sent_by("pump"))
def test_golden_answers_are_understood_with_either_line_end(body, frame):
    found = decode(frame[:-1])
    assert decode(frame[:-1] + b"\r") == found
    if isinstance(found, Reply):
        assert [found.sequence, "OK" if found.ok else "ER", *found.fields] == body.split(" ")


def test_each_unsolicited_kind_is_told_apart():
    golden = [decode(each["frame"].encode()[:-1]) for each in GOLDEN if each["frame"].startswith("!")]
    assert [type(found) for found in golden] == [Boot, NotAccepted, NotAccepted, Telemetry, Telemetry, Telemetry]
    assert golden[4] == Telemetry(
        4294967, 4294967295, "running", 123456, 6250, 0, -8388608, 65535, -32768, 32768, 3, 127, 65535
    )
    assert alarm_names(golden[5].alarms) == ("default-calibration", "low-reservoir", "replace", "stall")


def test_bytes_before_the_lead_are_skipped():
    assert decode(b"\xff\x00!TM 12 <06 OK I*1D24") == Reply("06", ok=True, fields=("I",))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"*",
        b"<",
        b"<06 OK I*1D25",
        b"<06 OK I",
        b"06 OK I*1D24",
        b"<06 OK I*1d24",
        b"<06 OK J*1D24",
        b"<06 OK I*1D2",
    ],
)
def test_a_damaged_line_is_refused_and_quoted(line):
    with pytest.raises(ProtocolError, match="mock pump: expected"):
        decode(line)


@pytest.mark.parametrize(
    "body",
    ["<6 OK I", "<06 KO", "<06 ER", "!BT Q 1", "!BT P x", "!TM 0 1000 X 0 0 0 0 0 0 0 0 32 1", "!TM 0", "!ZZ 1", "<"],
)
def test_a_right_checksum_does_not_make_a_wrong_frame_right(body, frame):
    with pytest.raises(ProtocolError):
        decode(frame(body)[:-1])


def test_a_request_must_fit_the_line():
    with pytest.raises(ProtocolError, match="at most 96 bytes"):
        encode("01", "SV " + "A" * 100)
    with pytest.raises(ProtocolError, match="ASCII"):
        encode("01", "SV µ")


def test_alarm_bits_have_names_and_unknown_ones_show():
    assert alarm_names(0) == ()
    assert alarm_names(0b100001) == ("deadman", "default-calibration")
    assert alarm_names(1 << 10) == ("bit-10",)


@given(st.binary(max_size=120))
def test_any_line_is_a_frame_or_a_protocol_error(line):
    with contextlib.suppress(ProtocolError):
        assert isinstance(decode(line), Reply | Boot | NotAccepted | Telemetry)


@given(st.sampled_from([each["frame"][:-1].encode() for each in GOLDEN if each["from"] == "pump"]), st.data())
def test_one_changed_byte_is_always_noticed(line, data):
    at = data.draw(st.integers(0, len(line) - 1))
    changed = bytearray(line)
    changed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(ProtocolError):
        decode(bytes(changed))


@given(st.text(alphabet=" IRBDATMOKER<!0123456789-", max_size=80))
def test_any_body_with_a_right_checksum_is_a_frame_or_a_protocol_error(body):
    data = body.encode()
    try:
        decode(b"%b*%04X" % (data, binascii.crc_hqx(data, 0xFFFF)))
    except ProtocolError:
        return
    assert "<" in body or "!" in body
