"""Finish a seal that was cut off between its manifest and the removal of the Arrow streams.

    finish_seal(folder)       # ["streams/balance.arrows"]: taken away; [] where a seal left nothing

The record was sealed then, and its manifest stays as it is. Only Arrow files go whose rows are those that were sealed:
whole ones, and torn ones of a stream of which the manifest says that it was torn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.errors import EvidenceError
from rig.record.check import check_sealed
from rig.record.glance import glance
from rig.record.manifest import MANIFEST
from rig.record.seal import make_read_only
from rig.record.segments import GROWING

if TYPE_CHECKING:
    from pathlib import Path


def left_by_seal(folder: Path) -> list[str]:
    """Arrow files beside the manifest of a record that it does not name; none where there is no manifest to trust.

    Args:
        folder: of a record.
    """
    listed = glance(folder / MANIFEST).get("files")
    if not isinstance(listed, dict):
        return []
    names = (f"streams/{path.name}" for path in (folder / "streams").glob(f"*{GROWING}"))
    return sorted(name for name in names if name not in listed)


def finish_seal(folder: Path) -> list[str]:
    """Take away what a seal that was cut off left, and make the record read-only.

    Args:
        folder: of a record.

    Returns:
        Names of the files that went; empty where none was left.

    Raises:
        EvidenceError: the record is not what was sealed, or a file is none that a seal leaves; nothing was changed.
    """
    left = left_by_seal(folder)
    if left and (problems := check_sealed(folder, glance(folder / MANIFEST), finishing=True)):
        listed = "\n".join(f"  {problem}" for problem in problems)
        raise EvidenceError(f"{folder}: sealed, and not what was sealed any more; nothing was taken away:\n{listed}")
    for name in left:
        (folder / name).unlink()
    if left:
        make_read_only(folder)
    return left
