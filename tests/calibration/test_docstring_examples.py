"""The examples in the docstrings say the truth."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import calibration

MODULES = sorted(f"calibration.{module.name}" for module in pkgutil.iter_modules(calibration.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.failed == 0
