"""The examples in the manuals of the modules are true."""

from __future__ import annotations

import doctest
from importlib import import_module

import pytest

NAMES = [
    "series",
    "mixing",
    "change_point",
    "capability",
    "crossing",
    "distribution_free",
    "errors",
    "grid",
    "guard_bands",
    "joint",
    "life",
    "limits",
    "limits.between",
    "limits.count",
    "limits.judgement",
    "limits.sample",
    "limits.time",
    "limits.windows",
    "mean_flow",
    "prior",
    "pumps",
    "reliability",
    "risk",
    "rule",
    "rule_arrays",
    "rule_names",
    "rules",
    "sample_size",
    "seen",
    "sequential",
    "simultaneous",
    "spending",
    "tolerance",
    "witnesses",
    "words",
]


@pytest.mark.parametrize("name", NAMES)
def test_the_examples_of_a_module_are_true(name):
    found = doctest.testmod(import_module(f"rig.verify.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
