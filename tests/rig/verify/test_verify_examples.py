"""The examples in the manuals of the modules are true."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

NAMES = [
    "capability",
    "crossing",
    "errors",
    "grid",
    "guard_bands",
    "joint",
    "mean_flow",
    "reliability",
    "risk",
    "rule",
    "rule_arrays",
    "rule_names",
    "rules",
    "spending",
    "tolerance",
    "words",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_module_are_true(name):
    found = doctest.testmod(import_module(f"rig.verify.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
