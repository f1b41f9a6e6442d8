"""The compliance of the line, from the pressure at the simulated data acquisition while the tip is closed."""

import pytest

from tests.rig.findings.conftest import BEGAN_S, flow

THREE_HOURS = 3, [flow("25 uL/h", 3)]
CLOSED = f'occlusion = [["{BEGAN_S + 3600:.2f} s", "{BEGAN_S + 7200:.2f} s"]]\nocclusion_switch = "299 kPa"'
DAQ = """
[[instrument]]
name = "daq"
driver = "nidaqmx"
address = "Dev1"
model = "SIM-9218"
serial_number = "SIM-0D05E001"
options = {{ grpc = "127.0.0.1:{port}", rate = "1 Hz", channels = [
    {{ name = "line", physical = "Dev1/ai0", kind = "voltage", range = ["-10 V", "10 V"] }},
] }}
"""
TABLE = '[findings.compliance]\nclosed = "61 min"\nuntil = "{until}"\nchannel = "daq"\ncolumn = "line_v"\n'


@pytest.fixture(scope="module")
def wired(free_port):
    """How the bench gets a data acquisition device; one port for all runs of the module."""
    port = free_port()
    return {
        "key": "daq",
        "bench_edit": lambda text: text.replace("[environment]", f"{DAQ.format(port=port)}\n[environment]").replace(
            "[world_options]", f"[world_options]\nnidaqmx_port = {port}"
        ),
    }


@pytest.mark.parametrize(
    ("stores", "limit", "verdict"),
    [("0.2", "0.15 uL/kPa to 0.25 uL/kPa", "pass"), ("0.4", "0.15 uL/kPa to 0.25 uL/kPa", "fail"),
     ("0.2", "<= 0.202 uL/kPa", "inconclusive")],
)  # fmt: skip
def test_a_soft_line(asked, wired, stores, limit, verdict):
    table = TABLE.format(until="95 min") + f'per_volt = "25 kPa"\nlimit = "{limit}"'
    found = asked(*THREE_HOURS, table, f'{CLOSED}\ncompliance = "{stores} uL/kPa"', **wired)["compliance"]
    assert found.verdict == verdict, found.statement
    assert abs(found.value - float(stores)) < 2.5 * found.u


def test_a_rise_that_ends_when_the_line_opens_is_no_line(asked, wired):
    table = TABLE.format(until="150 min") + 'per_volt = "25 kPa"\nlimit = "<= 0.25 uL/kPa"'
    found = asked(*THREE_HOURS, table, f'{CLOSED}\ncompliance = "0.2 uL/kPa"', **wired)["compliance"]
    assert found.verdict == "inconclusive", found.statement
