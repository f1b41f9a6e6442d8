"""The bench file names who must answer: with another model or serial number the bench is refused."""

from __future__ import annotations

import socket

import pytest

from rig.bench import open_bench, parse_bench
from rig.errors import BenchError

STATION = """
schema = 1
name = "contract"
world = "simulated"
[device]
driver = "mock-pump"
address = "sim://simulated/pump"
model = "DP-MP1"
serial_number = "SIM-MP-0001"
[[witness]]
name = "balance"
driver = "mt-sics"
address = "sim://simulated/balance"
model = "XPR205"
serial_number = "SIM-BAL-0001"
calibration = "balance.toml"
vessel = {inner_diameter = "30 mm", needle_outer_diameter = "1.6 mm", load_volume = "53 mL"}
"""


def toml(value):
    """A value of a table as TOML, inline."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else repr(value)


def with_port(value, port):
    """World options in which a port that the world was to choose is chosen."""
    if isinstance(value, dict):
        return {key: with_port(item, port) for key, item in value.items()}
    return port if value == 0 and type(value) is int else value


@pytest.fixture
def station(peer):
    """The bench of a driver, with whatever is to be changed in its table."""

    def make(model, serial_number):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        text = STATION.replace("[device]", f"world_options = {toml(with_port(peer.world_options, port))}\n[device]", 1)
        address = peer.address.replace("{port}", str(port))
        if f'"{address}"' in text:
            text = text.replace(f'"{peer.model}"', f'"{model}"').replace(
                f'"{peer.serial_number}"', f'"{serial_number}"'
            )
        else:
            text += f"""[[instrument]]\nname = "peer"\ndriver = "{peer.driver}"\naddress = "{address}"
model = "{model}"\nserial_number = "{serial_number}"\noptions = {toml(peer.options).replace("{port}", str(port))}\n"""
        return parse_bench(text, "bench.toml")

    return make


def test_the_right_one_is_taken(station, peer):
    with open_bench(station(peer.model, peer.serial_number)) as opened:
        assert peer.serial_number in {one.serial_number for one in opened.identities.values()}
        assert opened.evidence_class == "simulated"


def test_another_model_is_refused(station, peer):
    refusal = pytest.raises(BenchError, match=f"expected model 'XY-1', found '{peer.model}'")
    with refusal, open_bench(station("XY-1", peer.serial_number)):
        pass


def test_another_serial_number_is_refused(station, peer):
    refusal = pytest.raises(BenchError, match=f"expected serial number 'SIM-X', found '{peer.serial_number}'")
    with refusal, open_bench(station(peer.model, "SIM-X")):
        pass
