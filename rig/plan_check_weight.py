"""The phases of a check weight: beside the beaker and off again, so many times, each step asked of a person.

>>> from rig.protocol_checks import CheckWeight
>>> phases = check_phases("check-weight-before", CheckWeight(serial="W-50"))
>>> [phase.name for phase in phases][:3], len(phases)
(['check-weight-before-0-off', 'check-weight-before-1-on', 'check-weight-before-1-off'], 7)
>>> phases[1].prompts[0].text
'Put the weight W-50 on the pan beside the beaker, and touch neither beaker nor needle (1 of 3).'

A phase begins when its prompt is answered; its readings count after ``settle``. The first one is empty already, so
that each placement stands between two readings without the weight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.calibrate.steps import Act
from rig.execute.phases import Phase, PhasePrompt

if TYPE_CHECKING:
    from rig.protocol_checks import CheckWeight

ON = "on"
OFF = "off"


def check_phases(when: str, table: CheckWeight) -> list[Phase]:
    """The phases in order.

    Args:
        when: :data:`~rig.execute.phases.CHECK_BEFORE` or ``CHECK_AFTER``.
        table: of the protocol.
    """
    return [_phase(when, 0, OFF, table)] + [
        _phase(when, number, state, table) for number in range(1, table.times + 1) for state in (ON, OFF)
    ]


def phase_name(when: str, number: int, state: str) -> str:
    """Name of one step."""
    return f"{when}-{number}-{state}"


def _phase(when: str, number: int, state: str, table: CheckWeight) -> Phase:
    name = phase_name(when, number, state)
    prompts = () if number == 0 else (PhasePrompt(name, _text(number, state, table), True, _act(state, table)),)
    return Phase(name, table.settle_s + table.average_s, prompts=prompts)


def _text(number: int, state: str, table: CheckWeight) -> str:
    counted = f"({number} of {table.times})"
    if state == ON:
        where = "on the pan beside the beaker, and touch neither beaker nor needle"
        return f"Put the weight {table.serial} {where} {counted}."
    return f"Take the weight {table.serial} off the pan {counted}."


def _act(state: str, table: CheckWeight) -> Act:
    return Act("place-weight", {"weight": table.serial}) if state == ON else Act("clear-pan")
