"""Gaps in the readings of the delivery, as a reviewer has to see them: how long, and whether they were joined."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from rig.finding import Finding

if TYPE_CHECKING:
    from rig.delivery import Delivery

NAME: Final = "gaps"


def gaps_finding(delivery: Delivery) -> Finding | None:
    """An informative finding, for what a gap does is in U, or in a refusal; None where readings came all the time."""
    joined = {gap: gap.joined(delivery.drop_ul) for gap in delivery.gaps.every}
    if not joined:
        return None
    said = [
        f"{gap}: {'joined, and what could hide there is in U' if so else 'not joined'}" for gap, so in joined.items()
    ]
    longest_s = max(gap.end_s - gap.begin_s for gap in joined)
    facts = {"gaps": [asdict(gap) | {"joined": so} for gap, so in joined.items()]}
    return Finding(NAME, "informative", "; ".join(said), value=longest_s, unit="s", facts=facts)
