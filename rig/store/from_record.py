"""From a record to the rows that the store keeps of it. Nothing is computed: what was sealed is copied."""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from typing import TYPE_CHECKING, Any

from rig.execute.phases import INTERRUPTED
from rig.record.disk import sha256_file

if TYPE_CHECKING:
    from pathlib import Path

    from rig.record import Record

_COPIES = "calibration"


def run_id(folder: Path, start: dict[str, Any]) -> str:
    """What a run is called: its own id; of a record from before there was one, the hash of its start."""
    said = start.get("run")
    return said if isinstance(said, str) and said else sha256_file(folder / "start.json")


def run_row(run: str, record: Record) -> dict[str, Any]:
    """Who, what, when, on what, with which software."""
    start, device = record.start, device_of(record.start)
    software = start.get("software", {})
    revision = software.get("revision") or {}
    return {
        "run": run,
        "protocol": start.get("protocol", ""),
        "title": protocol_of(record).get("title", ""),
        "bench": start.get("bench", ""),
        "serial_number": device["serial_number"],
        "model": device["model"],
        "firmware": device["firmware"],
        "operator": start.get("operator", ""),
        "started_utc": start.get("started_utc", ""),
        "evidence_class": start.get("evidence_class", ""),
        "not_for_release": start.get("not_for_release", False),
        "doseproof": software.get("doseproof", ""),
        "revision": revision.get("commit", ""),
        "modified": revision.get("modified"),
    }


def device_of(start: dict[str, Any]) -> dict[str, str]:
    """Identity that the device answered with; empty where it has none."""
    said = start.get("identities", {}).get("device", {})
    return {name: str(said.get(name, "")) for name in ("serial_number", "model", "manufacturer", "firmware")}


def test_of(start: dict[str, Any]) -> tuple[str, str]:
    """Which test a run is an attempt at: id of the protocol, serial number of the device."""
    return str(start.get("protocol", "")), device_of(start)["serial_number"]


def protocol_of(record: Record) -> dict[str, Any]:
    """The protocol file of a run as plain values; empty where it cannot be read any more."""
    return _toml(record.input_path("protocol.toml"))


def requirement_rows(run: str, record: Record) -> list[dict[str, Any]]:
    """The requirements and hazards that the protocol names."""
    said = protocol_of(record)
    kinds = {"requirement": said.get("requirements", []), "hazard": said.get("hazards", [])}
    found = {str(name): kind for kind, names in kinds.items() for name in names}
    started = record.start.get("started_utc", "")
    return [{"requirement": name, "run": run, "kind": kind, "started_utc": started} for name, kind in found.items()]


def calibration_rows(run: str, record: Record) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The calibration records that a run used, and which channel used which."""
    records, uses = {}, []
    for path in sorted((record.folder / "inputs" / _COPIES).glob("*.toml")):
        data = path.read_bytes()
        sha256 = hashlib.sha256(data).hexdigest()
        said = _toml(path)
        records[sha256] = {
            "sha256": sha256,
            "serial_number": said.get("instrument", {}).get("serial_number", ""),
            **{name: said.get(name, "") for name in ("kind", "performed_on", "valid_until", "certificate")},
        }
        uses.append({"run": run, "channel": path.stem, "sha256": sha256})
    return [*records.values()], uses


def verdict_row(run: str, record: Record) -> dict[str, Any]:
    """The sealed verdict."""
    said, end = (record.result or {}).get("verdict", {}), record.manifest.get("end", {})
    chain = record.manifest.get("chain", {})
    return {
        "record_sha256": record.manifest["record_sha256"],
        "run": run,
        "outcome": said.get("outcome", ""),
        "reasons": json.dumps(said.get("reasons", [])),
        "release_blocks": json.dumps(said.get("release_blocks", [])),
        "end_kind": end_kind_of(record),
        "ended_utc": end.get("ended_utc", ""),
        "content_digest": record.content_digest,
        "previous": chain.get("previous") or "",
        "bench_number": chain.get("number"),
    }


def end_kind_of(record: Record) -> str:
    """How a run ended; one that was killed and sealed later was interrupted, whatever it had settled before."""
    end = record.manifest.get("end", {})
    return INTERRUPTED if "sealed_later" in end else str(end.get("kind", ""))


def finding_rows(record: Record) -> list[dict[str, Any]]:
    """The sealed findings, in their order."""
    sha256 = record.manifest["record_sha256"]
    found = (record.result or {}).get("findings", [])
    return [_finding(sha256, number, said) for number, said in enumerate(found)]


def _finding(sha256: str, number: int, said: dict[str, Any]) -> dict[str, Any]:
    lower, upper = said.get("limits") or (None, None)
    numbers = {name: said.get(name) for name in ("value", "u", "k", "nu")}
    numbers |= {"expanded": said.get("U"), "lower": lower, "upper": upper}
    return {
        "record_sha256": sha256,
        "number": number,
        **{name: said.get(name) or "" for name in ("name", "verdict", "statement", "unit", "rule")},
        **{name: _finite(value) for name, value in numbers.items()},
    }


def _finite(value: Any) -> float | None:
    """A number that a database and JSON can hold."""
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
