"""The examples in the manuals of the modules are true."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["decidable", "population", "shortest"])
def test_the_examples_of_a_module_are_true(name):
    found = doctest.testmod(import_module(f"rig.planning.{name}"))
    assert found.attempted > 0
    assert found.failed == 0
