"""A trumpet as it was decided up to revision 2 of the evaluation (:mod:`rig.evaluation`), for records of that time.

The furthest of all windows was held against the limit with the uncertainty of one. That is right for a pass, and fails
pumps that conform: the furthest of many lies further out than the truth of any (docs/decisions/0046).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.finding import Finding
from rig.findings.held import held_against

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.protocol_tables import TrumpetCurve
    from rig.verify.trumpet import Window


def decided_by_one_window(
    name: str, window: Window, delivery: Delivery, begin_s: float, rate_ul_h: float, asked: TrumpetCurve, **facts: Any
) -> Finding:
    """The finding of one length.

    Args:
        name: of the finding.
        window: extremes of the length.
        delivery: what the balance saw.
        begin_s: when the analysis begins, on the bench's clock [s].
        rate_ul_h: programmed.
        asked: with a limit.
        facts: that belong to it.

    Raises:
        EvidenceError: no readings around an end of the window.
    """
    high = abs(window.ep_max_percent) >= abs(window.ep_min_percent)
    value, at = (window.ep_max_percent, window.at_max_s) if high else (window.ep_min_percent, window.at_min_s)
    begin = begin_s + at
    volume = delivery.difference_ul(begin, begin + window.window_s)
    u = 100.0 * volume.u / (rate_ul_h * window.window_s / 3600.0)
    return Finding.decided(name, held_against(value, u, volume.nu_eff, asked), **facts)
