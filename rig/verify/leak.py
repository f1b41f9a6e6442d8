"""What leaves the pump against what reaches the tip: leak and disconnect.

Two witnesses stand at two nodes. Their difference, once the line's compliance is filled, is what was lost between
them; a line that fills or empties is no leak, so the pressure must be the same at both ends of the window, or the
stored change be given::

    found = lost_between(outlet, tip, start, end)
    found.lost_ul, found.u_lost_ul, found.says      # "leak", "disconnected", "no loss seen", "gain"

"No loss seen" is not "tight": ``smallest_seen_ul_h`` says which leak would have been seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from calibration.units import RATIO, TIME, VOLUME
from rig.verify.errors import MetricError
from rig.verify.series import not_negative
from rig.verify.windows import Levels, windows_ul

if TYPE_CHECKING:
    from calibration.units import Quantity

#: Coverage of the statements.
_K = 2.0
Says = Literal["leak", "disconnected", "no loss seen", "gain"]


@dataclass(frozen=True)
class Loss:
    """What was lost between two nodes.

    Attributes:
        outlet_ul, u_outlet_ul: at the pump [uL].
        tip_ul, u_tip_ul: at the tip [uL].
        lost_ul, u_lost_ul: the difference, less what the line stored [uL].
        hours: length of the window.
    """

    outlet_ul: float
    u_outlet_ul: float
    tip_ul: float
    u_tip_ul: float
    lost_ul: float
    u_lost_ul: float
    hours: float

    @property
    def lost_percent(self) -> float:
        """Of what left the pump."""
        return 100.0 * self.lost_ul / self.outlet_ul

    @property
    def smallest_seen_ul_h(self) -> float:
        """The smallest leak that this window could show [uL/h]."""
        return _K * self.u_lost_ul / self.hours

    @property
    def says(self) -> Says:
        """What the difference shows; a gain at the tip is no leak but a witness that is wrong, or a second source."""
        if abs(self.lost_ul) <= _K * self.u_lost_ul:
            return "no loss seen"
        if self.lost_ul < 0.0:
            return "gain"
        return "disconnected" if abs(self.tip_ul) <= _K * self.u_tip_ul else "leak"


def lost_between(
    outlet: Levels,
    tip: Levels,
    start: Quantity,
    end: Quantity,
    *,
    stored: Quantity | None = None,
    u_stored: Quantity | None = None,
    u_common: Quantity | None = None,
) -> Loss:
    """What was lost between pump outlet and tip.

    Args:
        outlet, tip: delivered volume at either node, on one time base.
        start, end: of the window.
        stored: what the line took up meanwhile (compliance times the rise of pressure); None is zero.
        u_stored: its standard uncertainty.
        u_common: relative standard uncertainty that both volumes share and that cancels, e.g. of the density of the
            fluid where both are weighed; None is none, the cautious side.

    Raises:
        UnitError: an argument without its unit, or of another kind.
        MetricError: a window that one of the records does not hold; an outlet that saw nothing.
    """
    start_s, end_s = TIME.magnitude("start", start), TIME.magnitude("end", end)
    out, there = (windows_ul(levels, start_s, end_s) for levels in (outlet, tip))
    common = 0.0 if u_common is None else RATIO.magnitude("u_common", u_common) / 100.0
    kept = 0.0 if stored is None else VOLUME.magnitude("stored", stored)
    u_kept = 0.0 if u_stored is None else not_negative("u_stored", VOLUME.magnitude("u_stored", u_stored), "uL")
    outlet_ul, tip_ul = float(out.volume_ul[0]), float(there.volume_ul[0])
    u_outlet, u_tip = float(out.u_ul[0]), float(there.u_ul[0])
    if not outlet_ul > _K * u_outlet:
        raise MetricError(
            f"outlet: expected a delivered volume beyond its uncertainty, found {outlet_ul:.3g} uL with "
            f"u = {u_outlet:.2g} uL; nothing that did not leave the pump can be lost"
        )
    variance = u_outlet**2 + u_tip**2 + u_kept**2 - 2.0 * common**2 * outlet_ul * tip_ul
    return Loss(
        outlet_ul,
        u_outlet,
        tip_ul,
        u_tip,
        outlet_ul - tip_ul - kept,
        math.sqrt(max(variance, 0.0)),
        (end_s - start_s) / 3600.0,
    )
