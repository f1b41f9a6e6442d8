"""What the verdict of one run says about the rig: the fault was found, or missed, or somebody else was blamed for it.

==============  ============================================================================================
sound           nothing was wrong, and it passed
found           the verdict that is owed, or the one that names the culprit
below           not found, at a magnitude below the declared one
as declared     passed or inconclusive, where the protocol is declared not to see it, or a fail held against nobody
undecided       inconclusive, where a decision is owed or nothing was wrong
missed          a false pass at a declared magnitude
blamed          a fault of the bench, reported as one of the device
excused         a fault of the device, reported as one of the bench
false alarm     nothing was wrong, and it ended in fail or invalid
known defect    missed, blamed, excused or undecided, and the file says that the rig is not better yet
unusable        the rig itself did not get through
==============  ============================================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from rig.campaign.fault import OWN

if TYPE_CHECKING:
    from rig.campaign.fault import Expectation, Fault

Judgement = Literal[
    "sound",
    "found",
    "below",
    "as declared",
    "undecided",
    "missed",
    "blamed",
    "excused",
    "false alarm",
    "known defect",
    "unusable",
]
#: These may not be.
WRONG: Final = frozenset({"missed", "blamed", "excused", "false alarm", "unusable"})


def judged(fault: Fault | None, protocol: str, magnitude: float, verdict: str, *, nobodys: bool = False) -> Judgement:
    """Hold a verdict against what is owed.

    Args:
        fault: None for a sound pump on a sound bench.
        protocol: name of its file.
        magnitude: in the fault's unit.
        verdict: pass, fail, inconclusive, invalid or unusable.
        nobodys: whether it is a fail of which was not shown that it is the pump's.
    """
    if verdict == "unusable":
        return "unusable"
    if fault is None:
        return {"pass": "sound", "inconclusive": "undecided"}.get(verdict, "false alarm")  # type: ignore[return-value]
    owed = next(one for one in fault.expect if one.protocol == protocol)
    own = OWN[fault.culprit]
    if verdict in {owed.verdict, own}:
        return "found"
    made: Judgement = _not_found(owed, magnitude, verdict)
    if verdict in OWN.values() and not (nobodys and owed.verdict is None):
        made = "excused" if fault.culprit == "device" else "blamed"
    return "known defect" if owed.known_defect and made not in {"below", "as declared"} else made


def _not_found(owed: Expectation, magnitude: float, verdict: str) -> Judgement:
    if owed.verdict is None:
        return "as declared"
    if owed.detectable is not None and magnitude < owed.detectable:
        return "below"
    return "missed" if verdict == "pass" else "undecided"
