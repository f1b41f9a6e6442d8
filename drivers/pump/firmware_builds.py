"""Firmware builds of the mock pump that are known by their flash checksum.

The list is ``firmware_builds.toml`` beside this file: one table ``[[build]]`` for each build with ``version``,
``flash_crc`` (four hexadecimal digits), ``hex_sha256`` and ``toolchain``.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def known_build(flash_crc: str) -> str | None:
    """What is known of the build with this flash checksum; None for one that is not on the list.

    Args:
        flash_crc: as the pump says it in ``ID``.
    """
    for build in _builds():
        if str(build.get("flash_crc", "")).upper() == flash_crc.upper():
            return f"{build.get('version', '?')} ({build.get('toolchain', 'toolchain not named')})"
    return None


def _builds() -> list[dict[str, Any]]:
    path = files("drivers.pump").joinpath("firmware_builds.toml")
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8")).get("build", [])
    return found
