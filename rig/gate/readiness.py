"""What no run can do without: instruments that are ready to record, and as many witnesses as the protocol asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.errors import DriverError
from rig.gate.reason import Reason
from rig.unseen import release_needs
from rig.wiring import how_to_connect

if TYPE_CHECKING:
    from rig.bench import Bench, OpenBench
    from rig.protocol import Protocol


def not_ready(opened: OpenBench, protocol: Protocol | None) -> list[Reason]:
    """Make every instrument ready to record, and say which is not.

    Args:
        opened: the bench; its instruments are prepared, nothing moves.
        protocol: what shall be tested, where that is known.
    """
    found = [] if protocol is None else too_few_witnesses(opened.file, protocol)
    for name, instrument in {"device": opened.device, **opened.laboratory()}.items():
        try:
            instrument.prepare()
        except DriverError as error:
            found.append(Reason.of_driver(opened.file, name, error))
    return found


def release_reasons(protocol: Protocol, bench: Bench) -> list[Reason]:
    """What keeps a protocol that is meant for release from giving anything that can be released on this bench."""
    return [Reason("protocol", f"a run for release: {problem}") for problem in release_needs(protocol, bench)]


def too_few_witnesses(bench: Bench, protocol: Protocol) -> list[Reason]:
    """A protocol that requires more witnesses than stand there, with what would be one.

    The load cell that the pump itself reads is one where it has a calibration record. Whether they can speak shows when
    their readings are compared (:mod:`rig.findings.witnesses`).
    """
    asked = protocol.witnesses.required
    stand = len(bench.witness) + (bench.device.load_cell is not None)
    if asked <= stand:
        return []
    text = f"expected {asked} witnesses (witnesses.required), found {stand} on the bench"
    return [Reason("protocol", text, f"connect another{how_to_connect('balance', 'flow')}")]
