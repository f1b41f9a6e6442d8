"""The examples in the manuals of the modules are true."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["importing", "xhtml"])
def test_examples(name):
    result = doctest.testmod(import_module(f"rig.requirements.reqif.{name}"))
    assert result.attempted
    assert not result.failed
