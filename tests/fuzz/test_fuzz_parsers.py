"""Every parser of the drivers gives a value or a ``DriverError``, whatever the bytes; and no parser is forgotten."""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
import random
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import DriverError

HERE = Path(__file__).parent
DRIVERS = HERE.parents[1] / "drivers"


def _table():
    """The table beside this file; the fuzzer at night imports it by its bare name."""
    spec = importlib.util.spec_from_file_location("doseproof_fuzz_parsers", HERE / "parsers.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TABLE = _table()


def value_or_error(function, data):
    with contextlib.suppress(DriverError):
        function(data)


def parsers_there_are():
    """Public functions of the modules that read answers, frames and settings."""
    for file in sorted(DRIVERS.rglob("*.py")):
        if file.stem.endswith(("_answers", "_frames", "_settings")):
            name = ".".join(file.relative_to(DRIVERS.parent).with_suffix("").parts)
            module = sys.modules.get(name) or importlib.import_module(name)
            for what, function in inspect.getmembers(module, inspect.isfunction):
                if function.__module__ == name and not what.startswith("_"):
                    yield f"{name}.{what}"


def test_no_parser_is_forgotten():
    forgotten = set(parsers_there_are()) - set(TABLE.TARGETS) - TABLE.NOT_PARSERS
    assert forgotten == set(), f"add to tests/fuzz/parsers.py: {sorted(forgotten)}"


@pytest.mark.parametrize("name", TABLE.TARGETS)
def test_any_bytes_are_a_value_or_an_error(name):
    function, seeds = TABLE.TARGETS[name]

    @settings(max_examples=60, deadline=None, database=None)
    @given(st.binary(max_size=80) | st.sampled_from(seeds))
    def check(data):
        value_or_error(function, data)

    check()


@pytest.mark.parametrize("name", TABLE.TARGETS)
def test_a_damaged_answer_is_a_value_or_an_error(name):
    function, seeds = TABLE.TARGETS[name]
    rng = random.Random(name)
    for seed in seeds:
        for _ in range(100):
            value_or_error(function, damaged(seed, rng))


def damaged(seed, rng):
    """Bytes changed, lost, doubled, and put in, as a line does it and as a fuzzer does it."""
    data = bytearray(seed)
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(data))
        kind = rng.randrange(4)
        if kind == 0:
            data[at:at] = bytes([rng.randrange(256)])
        elif kind == 1:
            del data[at : at + rng.randint(1, 5)]
        elif kind == 2:
            data[at:at] = data[at : at + 6]
        elif at < len(data):
            data[at] ^= 1 << rng.randrange(8)
    return bytes(data)
