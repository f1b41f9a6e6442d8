"""What leaves the pump against what reaches the tip: leak and disconnect.

Two witnesses stand at two nodes. Their difference, once the line's compliance is filled, is what was lost between
them; a line that fills or empties is no leak, so the pressure must be the same at both ends of the window, or the
stored change be given::

    found = lost_between(outlet, tip, start, end)
    found.lost_ul, found.u_lost_ul, found.says      # "leak", "disconnected", "no loss seen", "gain"

"No loss seen" is not "tight": ``smallest_seen_ul_h`` says which leak would have been seen. A gain is evidence against a
witness, and so it is called one at the false alarm at which witnesses are suspected (0.001), a leak at that of U.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from calibration.units import RATIO, TIME, VOLUME
from rig.verify.errors import MetricError
from rig.verify.series import above_zero, not_negative
from rig.verify.windows import Levels, windows_ul
from rig.verify.witnesses import SEEN

if TYPE_CHECKING:
    from calibration.units import Quantity
    from rig.verify.seen import Floats

#: Coverage of the statements.
_K = 2.0
#: A gain beyond so many standard uncertainties is none by chance, but once in two thousand cases.
_GAIN = 3.2905
Says = Literal["leak", "disconnected", "no loss seen", "gain"]


@dataclass(frozen=True)
class Loss:
    """What was lost between two nodes.

    Attributes:
        outlet_ul, u_outlet_ul: at the pump [uL].
        tip_ul, u_tip_ul: at the tip [uL].
        lost_ul, u_lost_ul: the difference, less what the line stored [uL].
        hours: length of the window.
        u_lost_percent: of the part of what left the pump that was lost [%].
    """

    outlet_ul: float
    u_outlet_ul: float
    tip_ul: float
    u_tip_ul: float
    lost_ul: float
    u_lost_ul: float
    hours: float
    u_lost_percent: float

    @property
    def lost_percent(self) -> float:
        """Of what left the pump."""
        return 100.0 * self.lost_ul / self.outlet_ul

    @property
    def smallest_seen_ul(self) -> float:
        """The smallest loss that this window would have shown, as a comparison of witnesses counts it [uL]."""
        return SEEN * self.u_lost_ul

    @property
    def smallest_seen_ul_h(self) -> float:
        """The same as a rate [uL/h]."""
        return self.smallest_seen_ul / self.hours

    @property
    def says(self) -> Says:
        """What the difference shows; a gain at the tip is no leak but a witness that is wrong, or a second source."""
        if self.lost_ul < -_GAIN * self.u_lost_ul:
            return "gain"
        if self.lost_ul <= _K * self.u_lost_ul:
            return "no loss seen"
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
    common = 0.0 if u_common is None else not_negative("u_common", RATIO.magnitude("u_common", u_common), "%") / 100.0
    kept = 0.0 if stored is None else VOLUME.magnitude("stored", stored)
    u_kept = 0.0 if u_stored is None else not_negative("u_stored", VOLUME.magnitude("u_stored", u_stored), "uL")
    volume_ul = np.array([out.volume_ul[0], there.volume_ul[0]])
    covariance = np.diag(np.square([out.u_ul[0], there.u_ul[0]]))
    covariance[0, 1] = covariance[1, 0] = common**2 * volume_ul[0] * volume_ul[1]
    return loss_of(volume_ul, covariance, (end_s - start_s) / 3600.0, kept, u_kept)


def loss_of(
    volume_ul: Floats, covariance_ul2: Floats, hours: float, stored_ul: float = 0.0, u_stored_ul: float = 0.0
) -> Loss:
    """Kernel: the loss of two volumes that may share parts of their uncertainty.

    Args:
        volume_ul: at the outlet and at the tip, shape (2,).
        covariance_ul2: of both [uL^2], shape (2, 2).
        hours: length of the window.
        stored_ul, u_stored_ul: what the line took up meanwhile, with its standard uncertainty.

    Raises:
        MetricError: a number that is none, a duration not above zero, an outlet that saw nothing.
    """
    _check(volume_ul, covariance_ul2, hours, stored_ul, u_stored_ul)
    (outlet_ul, tip_ul), (u_outlet, u_tip) = volume_ul.tolist(), np.sqrt(np.diag(covariance_ul2)).tolist()
    if not outlet_ul > _K * u_outlet:
        raise MetricError(
            f"outlet: expected a delivered volume beyond its uncertainty, found {outlet_ul:.3g} uL with "
            f"u = {u_outlet:.2g} uL; nothing that did not leave the pump can be lost"
        )
    arrived = tip_ul + stored_ul
    by_volume, by_part = np.array([1.0, -1.0]), np.array([arrived / outlet_ul, -1.0]) / outlet_ul
    u_lost, u_part = (
        math.sqrt(max(float(by @ covariance_ul2 @ by) + (by[1] * u_stored_ul) ** 2, 0.0)) for by in (by_volume, by_part)
    )
    return Loss(outlet_ul, u_outlet, tip_ul, u_tip, outlet_ul - arrived, u_lost, hours, 100.0 * u_part)


def _check(volume_ul: Floats, covariance_ul2: Floats, hours: float, stored_ul: float, u_stored_ul: float) -> None:
    above_zero("hours", hours, "h")
    not_negative("u_stored", u_stored_ul, "uL")
    known = np.isfinite(volume_ul).all() and np.isfinite(covariance_ul2).all() and math.isfinite(stored_ul)
    if not (known and (np.diag(covariance_ul2) >= 0.0).all()):
        raise MetricError(
            f"loss: expected volumes and what was stored as numbers, with variances from zero up, found "
            f"{volume_ul} uL, {stored_ul:g} uL stored and variances {np.diag(covariance_ul2)} uL^2"
        )
