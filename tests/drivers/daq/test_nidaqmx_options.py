"""The options of the data acquisition driver, and the translation of foreign errors."""

from __future__ import annotations

import contextlib

import grpc
import nidaqmx.errors
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calibration.errors import UnitError
from drivers.daq.nidaqmx_errors import SamplesLost, escapes, translated
from drivers.daq.nidaqmx_options import read_options
from drivers.errors import (
    DriverError,
    InstrumentError,
    InstrumentTimeout,
    LinkLost,
    NotSupported,
    ProtocolError,
)

GOOD = {"name": "p", "physical": "Dev1/ai0", "kind": "voltage", "range": ["-10 V", "10 V"]}
BRIDGE = {**GOOD, "kind": "bridge", "range": ["-2 mV/V", "2 mV/V"]}
FORCE = {**BRIDGE, "kind": "force-bridge", "range": ["0 N", "1 N"], "electrical": ["0 mV/V", "2 mV/V"]}


def test_what_is_not_given_has_a_default():
    options = read_options("Dev1", {"channels": [GOOD]})
    assert (options.rate_hz, options.samples, options.grpc, options.timeout_s) == (10.0, None, "", 5.0)
    assert options.buffer_samples == 1000


def test_units_are_read():
    table = {"channels": [{**BRIDGE, "excitation": "3300 mV", "bridge": "half", "resistance": "1 kohm"}]}
    channel = read_options("Dev1", {**table, "rate": "2 kHz", "buffer": "1 min"}).channels[0]
    assert (channel.low, channel.high) == pytest.approx((-0.002, 0.002))
    assert (channel.excitation_v, channel.resistance_ohm) == pytest.approx((3.3, 1000.0))
    assert channel.bridge == "half"


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ({**GOOD, "kind": "thermocouple"}, "one of voltage, bridge, force-bridge"),
        ({**GOOD, "kind": ["voltage"]}, "one of voltage, bridge, force-bridge"),
        ({**GOOD, "excitation": "2 V"}, "unknown key 'excitation'"),
        ({**GOOD, "name": "Line Pressure"}, "lower case"),
        ({**GOOD, "physical": "Dev2/ai0"}, "one channel of Dev1"),
        ({**GOOD, "physical": "Dev1/ai0:3"}, "one channel of Dev1"),
        ({**GOOD, "range": ["10 V", "-10 V"]}, "second above the first"),
        ({**GOOD, "range": "10 V"}, "two values"),
        ({**BRIDGE, "bridge": "third"}, "full, half or quarter"),
        ({**FORCE}, "force: expected two values"),
        ("ai0", "expected a table"),
    ],
)
def test_a_wrong_channel_is_refused(channel, message):
    with pytest.raises(NotSupported, match=f"options of nidaqmx: channels.0.*{message}"):
        read_options("Dev1", {"channels": [channel]})


@pytest.mark.parametrize("option", [{"samples": 1}, {"samples": True}, {"grpc": "http://x"}, {"grpc": 5}, {"rates": 1}])
def test_a_wrong_option_is_refused(option):
    with pytest.raises(NotSupported, match="options of nidaqmx"):
        read_options("Dev1", {"channels": [GOOD], **option})


@pytest.mark.parametrize("channels", [None, [], [GOOD, GOOD]])
def test_channels_are_needed_and_have_names_of_their_own(channels):
    with pytest.raises(NotSupported, match="channels: expected"):
        read_options("Dev1", {"channels": channels})


@pytest.mark.parametrize("change", [{"range": ["-10", "10"]}, {"range": ["0 mV/V", "1 mV/V"]}, {"range": [1, 2]}])
def test_units_are_asked_for(change):
    with pytest.raises(UnitError):
        read_options("Dev1", {"channels": [{**GOOD, **change}]})


plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.just("1 V"))
tables = st.dictionaries(st.sampled_from([*FORCE, "force", "x"]), plain | st.lists(plain, max_size=3), max_size=8)


@given(st.dictionaries(st.sampled_from(["channels", "rate", "samples", "buffer", "grpc"]), plain | st.lists(tables)))
def test_any_table_is_read_or_refused(table):
    with contextlib.suppress(NotSupported, UnitError):
        assert read_options("Dev1", table).channels


def daq(code):
    return nidaqmx.errors.DaqError("said", code)


def rpc(status):
    return nidaqmx.errors.RpcError(status, "said")


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (daq(-201003), LinkLost),
        (daq(-200088), LinkLost),
        (daq(-200220), LinkLost),
        (daq(-200279), SamplesLost),
        (daq(-200010), SamplesLost),
        (nidaqmx.errors.DaqReadError("said", -200284, 0), InstrumentTimeout),
        (daq(-200077), InstrumentError),
        (nidaqmx.errors.DaqNotFoundError("said"), LinkLost),
        (nidaqmx.errors.DaqFunctionNotSupportedError("said"), NotSupported),
        (rpc(grpc.StatusCode.UNAVAILABLE), LinkLost),
        (rpc(grpc.StatusCode.DEADLINE_EXCEEDED), InstrumentTimeout),
        (rpc(grpc.StatusCode.UNIMPLEMENTED), NotSupported),
        (rpc(grpc.StatusCode.RESOURCE_EXHAUSTED), ProtocolError),
        (ValueError("Cannot invoke RPC on closed channel!"), LinkLost),
        (AssertionError(), ProtocolError),
        (OSError(5, "gone"), LinkLost),
        (nidaqmx.errors.DaqWarning("said", 200010), InstrumentError),
    ],
)
def test_each_foreign_error_has_a_branch_of_ours(foreign, ours):
    assert isinstance(foreign, escapes())
    found = translated("Dev1", "read", foreign)
    assert type(found) is ours
    assert isinstance(found, DriverError)
    assert "Dev1: read" in str(found)
