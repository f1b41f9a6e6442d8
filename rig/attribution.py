"""Whether a *fail* was shown to be the pump's: a balance that moved looks like a pump that delivers wrongly.

What was weighed is held against the pump where something stands for the balance: a check weight that it showed alike
before and after, or three witnesses that speak and agree. What the device said or did itself needs neither. Without any
of it a fail stands all the same, since the requirement was not shown to be met; it says nothing about who did it.

>>> from rig.finding import Finding
>>> fail_is_the_pumps([Finding("mean_flow_error", "fail", "...")], [])
False
>>> fail_is_the_pumps([Finding("event_reset", "fail", "...", unit="s")], [])
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig.findings.check_weight import NAME as CHECK_WEIGHT
from rig.findings.witnesses import NAME as WITNESSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.finding import Finding

#: In place of "the pump did not do what the protocol asks of it".
NOT_SHOWN: Final = (
    "what was weighed is not what the protocol asks of the pump; whether the pump or the balance is at fault was not "
    "shown: no check weight held before and after, and no three witnesses agree"
)
#: Names of findings that rest on what the pump said or on its supply, and not on the balance.
_ITS_OWN: Final = ("event_", "alarms", "battery_")
_WITNESSES: Final = 3


def fail_is_the_pumps(findings: Sequence[Finding], device_faults: Sequence[str]) -> bool:
    """Whether a fail was shown to be the pump's.

    Args:
        findings: of the run.
        device_faults: what the device did that it should not (fell silent, reset), in words.
    """
    if device_faults or any(one.verdict == "fail" and _its_own(one.name) for one in findings):
        return True
    by_name = {one.name: one for one in findings}
    weights = [by_name.get(name) for name in (CHECK_WEIGHT, f"{CHECK_WEIGHT}_before", f"{CHECK_WEIGHT}_after")]
    if all(one is not None and one.facts.get("check") == "held" for one in weights):
        return True
    witnesses = by_name.get(WITNESSES)
    facts = {} if witnesses is None else witnesses.facts
    speak = sum(row["speaks"] for row in facts.get("witnesses", ()))
    return bool(speak >= _WITNESSES and facts["state"] == "agree")


def _its_own(name: str) -> bool:
    return name.startswith(_ITS_OWN) and not name.endswith("_dose")
