"""What decides the bytes of a page: versions of libraries, and the code itself.

A version number alone does not do: two states of the code may bear the same one, and pages that were made by the other
must not be taken for changed ones.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from rig.software import version

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Distributions whose version decides what the pages look like, to the byte.
LIBRARIES = ("matplotlib", "numpy", "scipy", "typst")
#: Packages whose code does.
PACKAGES = ("rig", "calibration")
_NOT_THESE = frozenset({"scaffold", "__pycache__"})


def software() -> dict[str, str]:
    """Name and version of each; the code by its hash."""
    return {"doseproof": version(), "code": code_hash(), **{name: metadata.version(name) for name in LIBRARIES}}


def versions_text(versions: Mapping[str, str]) -> str:
    """Names and versions for a message, in the order of the alphabet."""
    return ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))


@cache
def code_hash() -> str:
    """Of every module and template that can say something on a page."""
    root, digest = Path(__file__).resolve().parents[2], hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".typ", ".html"} and not _NOT_THESE & set(path.relative_to(root).parts):
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
