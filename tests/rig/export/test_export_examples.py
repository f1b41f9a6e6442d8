"""The examples in the manuals of the modules are true."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["cell_text", "headings", "tdms_bytes", "xlsx_bytes"])
def test_examples(name):
    result = doctest.testmod(import_module(f"rig.export.{name}"))
    assert result.attempted
    assert not result.failed
