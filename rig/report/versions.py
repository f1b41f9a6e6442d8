"""What decides the bytes of a page: versions of libraries, and the code itself.

A version number alone does not do: two states of the code may bear the same one, and pages that were made by the other
must not be taken for changed ones.
"""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from rig.software import LIBRARIES as COMPUTING
from rig.software import code_hash, version

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Distributions whose version decides what the pages look like, to the byte.
LIBRARIES = tuple(sorted({*COMPUTING, "matplotlib", "typst"}))


def software() -> dict[str, str]:
    """Name and version of each; the code by its hash."""
    return {"doseproof": version(), "code": code_hash(), **{name: metadata.version(name) for name in LIBRARIES}}


def versions_text(versions: Mapping[str, str]) -> str:
    """Names and versions for a message, in the order of the alphabet."""
    names = sorted(versions, key=str.casefold)
    return ", ".join(f"{name} {versions[name]}" for name in names)
