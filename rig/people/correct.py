"""Corrections: an appended record that names what it corrects, with the old and the new value and the reason.

    correct(store, folder, by, "start.json: operator", ("A. Weber", "Anna Weber"), "was short")
    remark(store, folder, by, "the light of the room was on until 09:00", "was left out")

The old value is looked up: it must be what stands there. What corrects no value is a *remark*, which has no old value.
The sealed record stays as it is. With either it is a new version, which nobody has signed yet; signatures stay on the
version that they were given to, but a rejection stands on (:mod:`rig.people.rejections`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig.errors import EvidenceError
from rig.people.standing_value import standing_value
from rig.people.statements import CORRECTION, Statement
from rig.people.stating import Case, state

if TYPE_CHECKING:
    from pathlib import Path

    from rig.people.login import Credentials
    from rig.store.store import Store

#: What a statement says that it is about, where it corrects no value.
REMARK: Final = "remark"
_KIND: Final = (CORRECTION, "correction.made")


def correct(store: Store, folder: Path, by: Credentials, what: str, change: tuple[str, str], why: str) -> Statement:
    """Append the correction of a value to a record.

    Args:
        store: an open one.
        folder: of the record.
        by: who, with the password.
        what: is corrected: a JSON or TOML file of the record and a field of it, e.g. ``"start.json: operator"``.
        change: old value, as it stands there (or in the last correction of the field), and new value.
        why: the reason.

    Raises:
        LoginError: name and password do not belong together.
        RefusedError: what, new value or reason are missing, the old value is not what stands there, or the record may
            not be corrected.
    """
    old, new = (text.strip() for text in change)
    said = {"what": what.strip(), "old": old, "new": new, "why": why.strip()}
    missing = _missing(said, ("what", "why"))
    if old == new:
        missing.append("expected a new value that differs from the old one")
    rules = lambda case: [*missing, *(_not_so(case, said["what"], old) if said["what"] else [])]  # noqa: E731
    return state(store, folder, by, _KIND, rules, lambda _: [said])[0]


def remark(store: Store, folder: Path, by: Credentials, text: str, why: str) -> Statement:
    """Append a remark to a record, which corrects no value.

    Args:
        store, folder, by, why: as for a correction.
        text: of the remark.

    Raises:
        LoginError, RefusedError: as for a correction.
    """
    said = {"what": REMARK, "new": text.strip(), "why": why.strip()}
    missing = _missing(said, ("new", "why"))
    return state(store, folder, by, _KIND, lambda _: missing, lambda _: [said])[0]


def _missing(said: dict[str, str], names: tuple[str, ...]) -> list[str]:
    return [f"expected {'the remark' if name == 'new' else name}, found nothing" for name in names if not said[name]]


def _not_so(case: Case, what: str, old: str) -> list[str]:
    """Why the old value is none; empty where it stands."""
    try:
        standing = standing_value(case.record, case.statements, what)
    except EvidenceError as error:
        return [str(error)]
    if standing == old:
        return []
    return [f"{what}: expected the old value as it stands ({standing!r}), found {old!r}"]
