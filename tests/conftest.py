"""What every test here may use."""

from __future__ import annotations

pytest_plugins = ["pytester"]
