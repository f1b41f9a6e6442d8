"""The examples in the manuals of the modules are true."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

NAMES = [
    "best_line",
    "beyond_record",
    "bound",
    "checked",
    "constant_rate",
    "corners",
    "drops",
    "evaporated",
    "joint_lines",
    "levels",
    "wander",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_module_are_true(name):
    found = doctest.testmod(import_module(f"rig.delivery.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
