"""What to plug in and how: who does not answer, and what no bench file names."""

from __future__ import annotations

import importlib.resources
from pathlib import Path

import pytest

from drivers.errors import InstrumentError, LinkLost
from rig.bench import open_bench
from rig.errors import BenchError
from rig.gate.readiness import too_few_witnesses
from rig.protocol import load_protocol
from rig.wiring import how_to_connect, what_is_missing, wiring_hint, wiring_of

NOWHERE = [('"fake-balance"', '"mt-sics"'), ('"balance-port"', '"/dev/nowhere"')]


def test_an_instrument_that_does_not_answer_is_refused_with_its_wiring(station, bench):
    with pytest.raises(BenchError) as refusal, open_bench(bench(*NOWHERE)):
        pass
    (reason,) = refusal.value.reasons
    first, second = reason.splitlines()
    assert first.startswith("balance at /dev/nowhere: LinkLost: ")
    assert second.strip() == f"wiring of mt-sics: {wiring_of('mt-sics')}"
    assert "pin 2 from the instrument's transmit" in second
    assert "9600 8N1" in second


def test_a_driver_without_a_text_and_one_that_nobody_installed_say_nothing(station, bench, unplugged):
    assert wiring_of("fake-balance") is wiring_of("nobody") is None
    assert wiring_hint(bench(), "balance", unplugged) == ""


def test_an_instrument_that_answered_needs_no_wiring(station, bench):
    assert wiring_hint(bench(*NOWHERE), "balance", LinkLost("gone"))
    assert wiring_hint(bench(*NOWHERE), "balance", InstrumentError("1", "zero tracking is on")) == ""


def test_in_a_simulated_world_there_is_nothing_to_plug_in(station, bench):
    simulated = bench(*NOWHERE, ('name = "station-1"', 'name = "station-1"\nworld = "fake"'))
    assert wiring_hint(simulated, "balance", LinkLost("gone")) == ""


def test_what_a_bench_lacks_is_named_with_every_driver_that_would_do():
    (supply, meter) = what_is_missing(["pump", "supply", "meter", "meter"], ["pump", "meter"], "station-1")
    assert supply.startswith("no supply stands on bench 'station-1'; connect one")
    assert "scpi-supply: network cable" in supply
    assert meter.startswith("no other meter stands")
    assert [line.split(":")[0].strip() for line in meter.splitlines()[1:]] == ["scpi-counter", "scpi-dmm"]
    assert what_is_missing(["pump"], ["pump", "meter"], "station-1") == []


def test_a_capability_that_no_driver_has_is_said_so():
    assert how_to_connect("telepathy").strip() == "no driver is installed"


def test_too_few_witnesses_are_refused_with_what_would_be_one(station, bench):
    short = Path(str(importlib.resources.files("fixtures"))) / "benches" / "protocols" / "short.toml"
    protocol = load_protocol(short).model_copy(update={"witnesses": type(load_protocol(short).witnesses)(required=2)})
    (reason,) = too_few_witnesses(bench(), protocol)
    assert "expected 2 witnesses (witnesses.required), found 1 on the bench; connect another" in str(reason)
    assert "slf3x: SCC1-USB cable" in str(reason)
