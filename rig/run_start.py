"""What a run keeps from before its first reading: the facts of ``start.json``, and the copies below ``inputs/``.

inputs = run_inputs(protocol, bench)        # {"protocol.toml": b"...", "calibration/balance.toml": b"...", ...}
start = start_facts(protocol, opened, "A. Weber", gate, not_for_release=False)

Whatever is judged later is judged with these copies: what the files say by then changes nothing.
"""

from __future__ import annotations

import uuid
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from drivers.clock import WallClock
from rig.bench import calibration_path
from rig.evaluation import EVALUATION
from rig.noise_record import noise_inputs
from rig.software import software_state

if TYPE_CHECKING:
    from drivers.interfaces import Column
    from rig.bench import Bench, OpenBench
    from rig.gate.reason import GateReport
    from rig.protocol import Protocol


def run_inputs(protocol: Protocol, bench: Bench) -> dict[str, bytes]:
    """Protocol, bench and every calibration and noise record that it names, by their names below ``inputs/``.

    Raises:
        CalibrationError: a record that is not there.
        OSError: one that cannot be read.
    """
    found = {"protocol.toml": protocol.source.text.encode(), "bench.toml": bench.source.text.encode()}
    found |= noise_inputs(bench)
    for name in bench.calibrations():
        found[f"calibration/{name}.toml"] = calibration_path(bench, name).read_bytes()
    return found


def recorded_channels(opened: OpenBench) -> dict[str, tuple[Column, ...]]:
    """The columns of every channel that is recorded."""
    named = {"device": opened.device, **opened.laboratory()}
    return {name: instrument.columns for name, instrument in named.items()}


def start_facts(
    protocol: Protocol, opened: OpenBench, operator: str, gate: GateReport, *, not_for_release: bool
) -> dict[str, Any]:
    """``start.json`` as plain JSON values: what, where, when, who, with which instruments and which software.

    Args:
        protocol: what is tested.
        opened: on what.
        operator: who runs it.
        gate: what was found before the start.
        not_for_release: whether the run is marked so.
    """
    return {
        "schema": 1,
        "evaluation": EVALUATION,
        "run": uuid.uuid4().hex,
        "host_utc": WallClock().utc().isoformat(),
        "protocol": protocol.id,
        "bench": opened.file.name,
        "operator": operator,
        "started_utc": opened.clock.utc().isoformat(),
        "started_s": opened.clock.now(),
        "evidence_class": opened.evidence_class,
        "identities": {name: asdict(identity) for name, identity in opened.identities.items()},
        "notes": _notes(opened),
        "time_base": asdict(opened.clock.time_base()),
        "software": software_state(),
        "not_for_release": not_for_release,
        "gate": gate.as_json(),
    }


def _notes(opened: OpenBench) -> dict[str, list[str]]:
    """What drivers could not check of their instruments, in words."""
    named = {"device": opened.device, **opened.laboratory()}
    return {name: [*getattr(instrument, "notes", [])] for name, instrument in named.items()}
