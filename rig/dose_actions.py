"""A program as the run loop carries it out: what to tell the pump, and when.

>>> Action(0.0, "set_rate", rate_ul_h=6.25).rate
<Quantity(6.25, 'microliter / hour')>
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from calibration.units import FLOW, VOLUME

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rig.dose_pieces import Piece


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to tell the pump.

    Attributes:
        time_s: when to tell it, from the start of the program.
        kind: what.
        rate_ul_h: for ``set_rate`` and ``bolus``; else NaN.
        volume_ul: for ``bolus``; else NaN.
        effective_s: when the program counts on it; later than ``time_s`` where the pump has a known delay.
            None means at once.
        follows_bolus: a bolus ends at this very time. The last part of it may still be on its way, so the
            loop asks the pump first, and waits a moment rather than cut the bolus short.
    """

    time_s: float
    kind: Literal["set_rate", "start", "stop", "bolus"]
    rate_ul_h: float = math.nan
    volume_ul: float = math.nan
    effective_s: float | None = None
    follows_bolus: bool = False

    @property
    def rate(self) -> Any:
        """The rate to tell, a quantity; None for an action without one."""
        return None if math.isnan(self.rate_ul_h) else FLOW.quantity(self.rate_ul_h)

    @property
    def volume(self) -> Any:
        """The bolus to tell, a quantity; None for an action without one."""
        return None if math.isnan(self.volume_ul) else VOLUME.quantity(self.volume_ul)


def actions_of(pieces: Iterable[Piece]) -> tuple[Action, ...]:
    """What to tell the pump for these pieces, in order of time; the last action is always ``stop``."""
    return tuple(sorted(_actions(pieces), key=lambda action: action.time_s))


def _actions(pieces: Iterable[Piece]) -> Iterator[Action]:
    now_s, rate, running, after_bolus = 0.0, 0.0, False, False
    for piece in pieces:
        if piece.kind == "bolus":
            yield Action(now_s, "bolus", piece.rate_ul_h, piece.volume_ul, follows_bolus=after_bolus)
        elif piece.kind == "stop":
            if running:
                yield Action(now_s, "stop", follows_bolus=after_bolus)
            rate, running = 0.0, False  # the rate is told again afterwards: a pump may have forgotten it meanwhile
        else:
            if piece.rate_ul_h != rate:
                yield _set_rate(now_s, piece, after_bolus=after_bolus)
            if not running:
                yield Action(now_s, "start", follows_bolus=after_bolus)
            rate, running = piece.rate_ul_h, True
        after_bolus = piece.kind == "bolus"
        now_s += piece.duration_s
    yield Action(now_s, "stop", follows_bolus=after_bolus)


def _set_rate(now_s: float, piece: Piece, *, after_bolus: bool) -> Action:
    effective = now_s if piece.lead_s else None
    return Action(now_s - piece.lead_s, "set_rate", piece.rate_ul_h, effective_s=effective, follows_bolus=after_bolus)
