"""What a test needs and this machine lacks: a failure in CI, a skip with what to install on a user's machine.

    missing("PostgreSQL is missing; run: apt-get install postgresql")
    subprocess.run([program("openssl"), "version"], check=True)
    subprocess.run([python_with(pytestconfig, "pymeasure==0.16.0"), "-c", SCRIPT], check=True)

A test that was skipped in CI would have shown nothing, and nobody would have seen it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import venv
from pathlib import Path
from typing import NoReturn

import pytest

from fixtures.emulator.build import emulator_missing
from fixtures.emulator.errors import INSTALL


def missing(text: str) -> NoReturn:
    """End the test: what is missing, and what to do."""
    if os.environ.get("CI") == "true":
        pytest.fail(text)
    pytest.skip(text)


def program(name: str) -> str:
    """A system program, which the package of the same name installs."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin")
    return found or missing(f"{name} is missing; run: apt-get install {name}")


def need_emulator() -> None:
    """The compiler and the emulator of the firmware."""
    if lost := emulator_missing():
        missing(f"the emulated firmware needs {', '.join(lost)}; run: {INSTALL}")


def python_with(config: pytest.Config, *packages: str) -> Path:
    """A Python of its own with packages whose pins clash with ours, kept between runs."""
    home = config.cache.mkdir("-".join(packages).replace("==", "-"))  # type: ignore[union-attr]
    python, done = home / "bin" / "python", home / "complete"
    if not done.exists():
        venv.create(home, with_pip=True, clear=True)
        command = [python, "-m", "pip", "install", "-q", *packages]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            missing(f"pip could not install {' '.join(packages)}: {made.stderr.strip()[-500:]}")
        done.touch()
    return python
