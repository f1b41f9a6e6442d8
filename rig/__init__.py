"""The rig: from a dose program to a verdict.

The whole public interface; everything else may change between versions::

    import rig

    outcome = rig.run("protocol.toml", "bench.toml", Path("runs/first"))
    outcome.assessment.verdict.outcome       # pass, fail, inconclusive or invalid
    rig.verify("runs/first").findings        # the same digits again, from the record alone

Nothing is loaded before it is used, so that ``import rig`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rig.bench import load_bench
    from rig.delivery import Delivery
    from rig.finding import Finding
    from rig.protocol import load_protocol
    from rig.record import Record
    from rig.runner import run
    from rig.verdict import Verdict
    from rig.verify_record import verify

__all__ = ["Delivery", "Finding", "Record", "Verdict", "load_bench", "load_protocol", "run", "verify"]

#: ``verify`` is the package of metrics as well; see ``docs/decisions/0006-rig-verify-is-callable.md``.
_HOMES = {
    "Delivery": "rig.delivery",
    "Finding": "rig.finding",
    "Record": "rig.record",
    "Verdict": "rig.verdict",
    "load_bench": "rig.bench",
    "load_protocol": "rig.protocol",
    "run": "rig.runner",
}


def __getattr__(name: str) -> Any:
    if name == "verify":
        return importlib.import_module("rig.verify")
    if name not in _HOMES:
        raise AttributeError(f"module 'rig' has no attribute {name!r}; public are {', '.join(__all__)}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
