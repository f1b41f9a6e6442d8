"""The examples in the manuals of the modules are true."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize(
    "name",
    [
        "capability",
        "change_point",
        "errors",
        "grid",
        "guard_bands",
        "mean_flow",
        "mixing",
        "reliability",
        "risk",
        "rules",
        "series",
        "tolerance",
    ],
)
def test_the_examples_of_a_module_are_true(name):
    found = doctest.testmod(import_module(f"rig.verify.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
