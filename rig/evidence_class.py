"""The evidence class: simulated, surrogate or device. It follows from who answered, and from nothing else.

    class_that_follows(tables, identities)      # at the start of a run, and of a record for as long as it lives
    claim_problem(start, tables)                # "" unless start.json claims more than that

*tables* are those of the bench file, which the record holds as ``inputs/bench.toml``. A simulated world, an address in
one (``sim://``) or a serial number ``SIM-`` of anybody, in the file or in an answer, makes it simulated.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final, Literal

from drivers.interfaces import SIMULATED_SERIAL_PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

EvidenceClass = Literal["simulated", "surrogate", "device"]
#: From what says least about a device to what says most.
CLASSES: Final[tuple[EvidenceClass, ...]] = ("simulated", "surrogate", "device")
#: The mock pump on real hardware stands in for a device and is none.
SURROGATE_MODELS: Final = frozenset({"DP-MP1"})
#: How an address in a simulated world begins.
_SIMULATED_ADDRESS: Final = "sim://"


def class_that_follows(tables: Mapping[str, Any], identities: Mapping[str, Mapping[str, Any]]) -> EvidenceClass:
    """What a record may be used for.

    Args:
        tables: of the bench file.
        identities: who answered, by channel: ``model``, ``serial_number``.
    """
    said = [*_tables_in(dict(tables)), *_tables_in(identities)]
    serials = [str(one.get("serial_number", "")) for one in said]
    addresses = [str(one.get("address", "")) for one in said]
    if tables.get("world") is not None or any(one.startswith(SIMULATED_SERIAL_PREFIX) for one in serials):
        return "simulated"
    if any(one.startswith(_SIMULATED_ADDRESS) for one in addresses):
        return "simulated"
    devices = [*_tables_in(tables.get("device")), *_tables_in(identities.get("device"))]
    models = {str(one.get("model", "")) for one in devices}
    return "surrogate" if models & SURROGATE_MODELS else "device"


def claim_problem(start: Mapping[str, Any], tables: Mapping[str, Any]) -> str:
    """That a record claims more than follows from what it holds, naming both; empty where it does not.

    Args:
        start: ``start.json``; one that claims nothing has no problem here.
        tables: of its bench file.
    """
    claimed = start.get("evidence_class")
    identities = start.get("identities")
    follows = class_that_follows(tables, identities if isinstance(identities, dict) else {})
    if claimed in CLASSES[: CLASSES.index(follows) + 1] or claimed is None:
        return ""
    return (
        f"start.json: claims the evidence class {claimed!r}, and from its bench file and from who answered follows "
        f"{follows!r}; it was changed"
    )


def claim_in(folder: Path, start: Mapping[str, Any]) -> str:
    """The same of a record on disk; a bench file that is missing or cannot be read says nothing here.

    Args:
        folder: of the record.
        start: its ``start.json``.
    """
    try:
        tables = tomllib.loads((folder / "inputs" / "bench.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        tables = {}
    return claim_problem(start, tables)


def _tables_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every table of a file, at any depth."""
    if isinstance(value, dict):
        yield value
    within = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in within:
        yield from _tables_in(one)
