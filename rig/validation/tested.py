"""What was tested, as properties of a JUnit file.

>>> state = {"doseproof": "1.0", "revision": {"commit": "5a1e"}, "installation": {"changed": []}, "libraries": {}}
>>> properties(state)["doseproof.revision"]
'5a1e'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.validation.run import PROPERTY

if TYPE_CHECKING:
    from collections.abc import Mapping


def properties(state: Mapping[str, Any]) -> dict[str, str]:
    """Names and values.

    Args:
        state: of :func:`rig.software.software_state`.
    """
    revision, changed = state["revision"], state["installation"]["changed"]
    modified = revision.get("modified", bool(changed))
    said = {
        "version": state["doseproof"],
        "revision": revision.get("commit", "the installed files of this version" if not changed else ""),
        "modified": "yes" if modified or changed else "no",
        "Python": state.get("python", ""),
        "platform": state.get("platform", ""),
        **state["libraries"],
    }
    return {f"{PROPERTY}{name}": value for name, value in said.items()}
