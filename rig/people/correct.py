"""Corrections: an appended record that names what it corrects, with the old and the new value and the reason.

The sealed record stays as it is. With the correction it is a new version, which nobody has signed yet; signatures stay
on the version that they were given to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.people.statements import CORRECTION, Statement
from rig.people.stating import state

if TYPE_CHECKING:
    from pathlib import Path

    from rig.people.login import Credentials
    from rig.store.store import Store


def correct(store: Store, folder: Path, by: Credentials, what: str, change: tuple[str, str], why: str) -> Statement:
    """Append a correction to a record.

    Args:
        store: an open one.
        folder: of the record.
        by: who, with the password.
        what: is corrected, e.g. ``"start.json: operator"``.
        change: old and new value.
        why: the reason.

    Raises:
        LoginError: name and password do not belong together.
        RefusedError: what, old and new value or reason are missing, or the record may not be corrected.
    """
    old, new = (text.strip() for text in change)
    said = {"what": what.strip(), "old": old, "new": new, "why": why.strip()}
    missing = [f"expected {name}, found nothing" for name in ("what", "why") if not said[name]]
    if old == new:
        missing.append("expected a new value that differs from the old one")
    return state(store, folder, by, (CORRECTION, "correction.made"), lambda _: missing, lambda _: [said])[0]
