"""What no reading of a run can show, so that a run for release needs it from elsewhere.

    unseen_problems(protocol, bench)         # a sentence each; the gate refuses the start, a verdict is not released

* **How far the balance wanders.** Legs of hours hardly see a walk that shows over a day, and one just below their sight
  is in no budget. A noise record of the balance, made without flow, tells it (JCGM 100, 4.2.2: a Type A evaluation
  stands on observations under the conditions of the measurement).
* **What evaporates between the legs.** A draught or a lifted lid after the first leg and before the second leaves no
  trace in either. An evaporation beaker sees it; else the protocol declares how far the rate may differ.

The reasons and what was measured: docs/decisions/0050.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.plan import reference_witness

if TYPE_CHECKING:
    from rig.bench import Bench
    from rig.delivery.evaporated import Evaporation
    from rig.protocol import Protocol

_DECLARE = "or declare in [evaporation_between_legs] how far it may have differed"


def unseen_problems(protocol: Protocol, bench: Bench) -> list[str]:
    """What keeps a result of this protocol on this bench from being released, before anything is measured.

    Args:
        protocol: that is meant for release; of any other nothing is asked.
        bench: its file.
    """
    if not protocol.for_release or protocol.kind == "zero-flow":
        return []
    problems, balance = [], reference_witness(bench)
    if balance not in bench.noises():
        problems.append(
            f"{balance}: its noise was never recorded without flow, and two legs do not see how far it wanders; record "
            "it (rig zero-flow) and name the record in the bench file (witness.noise)"
        )
    declared = protocol.evaporation_bound or protocol.evaporation_between_legs
    if bench.evaporation_beaker is None and declared is None:
        problems.append(
            "evaporation: nothing watches it between the legs; put an evaporation beaker on the bench "
            f"(instrument.evaporation_beaker), {_DECLARE}"
        )
    return problems


def release_needs(protocol: Protocol, bench: Bench) -> list[str]:
    """What a run for release would be refused for, by protocol and bench file alone; none for any other run."""
    return [*protocol.release_problems(), *unseen_problems(protocol, bench)] if protocol.for_release else []


def beaker_problems(evaporation: Evaporation) -> list[str]:
    """The evaporation beaker of a run that could not tell the course, where nothing is declared in its place.

    It is asked for what is between two legs: a bound for a short program has none, and without either nothing is
    released.
    """
    if not evaporation.measured or not evaporation.no_beaker or evaporation.between_legs:
        return []
    why = f"the beaker does not tell what it was between the legs: {evaporation.no_beaker}"
    return [f"evaporation: {why}; repeat the run, {_DECLARE}"]
