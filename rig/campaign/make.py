"""Making a fault: the bench with its options, the protocol with its acts, for one magnitude and one draw."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from calibration.record_write import record_text
from rig.bench import with_world_options
from rig.campaign.template import filled
from rig.execute.phases import DELIVERY
from rig.plan import make_plan
from rig.protocol import parse_protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.bench import Bench
    from rig.campaign.fault import Fault
    from rig.campaign.sound import Sound
    from rig.protocol import Protocol

_HOUR_S = 3600.0


def made(
    fault: Fault | None,
    magnitude: float,
    protocol: Protocol,
    bench: Bench,
    sound: Sound,
    drawn: Mapping[str, float],
) -> tuple[Bench, Protocol, float]:
    """Bench and protocol of one run, and when the fault begins.

    Args:
        fault: None for a sound pump on a sound bench.
        magnitude: in the fault's unit.
        protocol, bench: as their files say them.
        sound: how sound benches differ.
        drawn: the draws of this run.

    Returns:
        The bench, the protocol, and the onset in hours from the beginning of the program.

    Raises:
        TemplateError: a sum that cannot be worked out.
        FileError: an act that no protocol may have.
    """
    start_h, lasts_h = _program_h(protocol, bench)
    known = {**drawn, "m": magnitude, "t0": start_h, "d": lasts_h}
    options = filled(sound.world, known) | (filled(fault.world, known) if fault else {})
    onset = float(filled(fault.onset, known)) if fault else 0.0
    return with_world_options(bench, options), _with_acts(protocol, fault, known, bench), onset


def _program_h(protocol: Protocol, bench: Bench) -> tuple[float, float]:
    """When the program begins, from the start of the run, and how long it lasts [h]."""
    before_s = 0.0
    for phase in make_plan(protocol, bench).phases:
        if phase.name == DELIVERY:
            break
        before_s += phase.duration_s
    return before_s / _HOUR_S, protocol.timing.delivery_s / _HOUR_S


def _with_acts(protocol: Protocol, fault: Fault | None, known: Mapping[str, float], bench: Bench) -> Protocol:
    if fault is None or not fault.acts:
        return protocol
    table: dict[str, Any] = tomllib.loads(protocol.source.text)
    acts = [filled(act.model_dump(exclude_defaults=True), known) for act in fault.acts]
    named = [{"note": f"fault {fault.id} {index}", **act} for index, act in enumerate(acts)]
    table["acts"] = [*table.get("acts", ()), *named]
    return parse_protocol(record_text(table), protocol.source.name, bench.limits)
