"""Evaporation during a delivery: one rate from two legs, or its course from the evaporation beaker.

>>> gone = Evaporation(0.3, 0.02, np.inf, measured=True)
>>> volume, covariance = gone.since(np.array([3600.0, 7200.0]), 0.0, mg_per_ul=1.0)
>>> volume.round(3).tolist(), np.sqrt(np.diag(covariance)).round(3).tolist()
([0.3, 0.6], [0.02, 0.04])
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.uncertainty import Input

if TYPE_CHECKING:
    from rig.delivery.beaker import Beaker
    from rig.delivery.drying import Drying
    from rig.delivery.levels import Floats


@dataclass(frozen=True)
class Evaporation:
    """Loss of mass with the line clamped, with the drift of the balance in it.

    Attributes:
        rate_mg_h: positive for a loss; never clipped. Of several records at once, one number for each, as the next two.
        u_mg_h: standard uncertainty.
        nu: degrees of freedom.
        measured: False where there was no leg and the rate is only bounded.
        legs: each leg's name, rate and standard uncertainty [mg/h].
        beaker: gives the course; without it the rate counts, and is the same all the time.
        no_beaker: why a beaker that stands on the bench does not; empty where none stands there.
        u_digit_mg_h: standard uncertainty by the digit on which the balance may have rested in the legs.
        unseen_mg_h: half width by which the rate may differ between the legs, as the protocol declares it.
        between_legs: on what that stands; empty where nothing is declared, or a beaker tells the course.
        drying: how far the air strayed from that of the legs, where nothing but they tells the rate.
        bound: on what a bound stands that the protocol declares for a short program; empty without one.
    """

    rate_mg_h: Any
    u_mg_h: Any
    nu: Any
    measured: bool
    legs: tuple[tuple[str, float, float], ...] = ()
    beaker: Beaker | None = None
    no_beaker: str = ""
    bound: str = ""
    u_digit_mg_h: Any = 0.0
    drying: Drying | None = None
    unseen_mg_h: float = 0.0
    between_legs: str = ""

    @property
    def known(self) -> bool:
        """Whether a result may stand on it: measured before and after, or declared for so short a program."""
        return self.measured or bool(self.bound)

    @property
    def counter_load_ml(self) -> float:
        """Volume on the other balance on which the air pushes with the opposite effect [mL]."""
        return 0.0 if self.beaker is None else self.beaker.ratio.ratio * self.beaker.setup.load_volume_ml

    def since(self, times_s: Floats, reference_s: float, mg_per_ul: float) -> tuple[Floats, Floats]:
        """What has evaporated up to each time, and its covariance; a constant is common to all and cancels.

        Args:
            times_s: instants [s], shape (n,).
            reference_s: from which hours count [s].
            mg_per_ul: density of the fluid.

        Returns:
            Volumes [uL], shape (n,), and covariance [uL^2], shape (n, n).

        Raises:
            EvidenceError: the beaker has no readings around one of them.
        """
        hours = (times_s - reference_s) / 3600.0
        digit = hours * self.u_digit_mg_h / mg_per_ul
        gone, covariance = self._since(times_s, hours, reference_s, mg_per_ul)
        return gone, covariance + np.outer(digit, digit)

    def _since(self, times_s: Floats, hours: Floats, reference_s: float, mg_per_ul: float) -> tuple[Floats, Floats]:
        """The same as if the legs had no digit."""
        if self.beaker is not None:
            return self.beaker.evaporated_ul(times_s, hours, mg_per_ul)
        u = hours * self.u_mg_h / mg_per_ul
        strayed = self.strayed_ul(reference_s, times_s, mg_per_ul) / math.sqrt(3.0)
        unseen = hours * self.unseen_mg_h / mg_per_ul / math.sqrt(3.0)
        common = np.outer(u, u) + np.outer(strayed, strayed) + np.outer(unseen, unseen)
        return hours * self.rate_mg_h / mg_per_ul, common

    def strayed_ul(self, start_s: Any, end_s: Any, mg_per_ul: float) -> Any:
        """What more or less has evaporated, were it to follow the air of the room; zero where nothing tells [uL]."""
        if self.drying is None:
            return 0.0 * (end_s - start_s)
        return self.rate_mg_h * self.drying.strayed_s(start_s, end_s) / 3600.0 / mg_per_ul

    def unseen_ul(self, start_s: Any, end_s: Any, mg_per_ul: float) -> Any:
        """Half width of what evaporated unseen between two instants; zero where nothing is declared [uL]."""
        return self.unseen_mg_h * (end_s - start_s) / 3600.0 / mg_per_ul

    def bent_ul(self, start_s: float, end_s: float) -> float:
        """Half width of a difference where the beaker's course bends within the windows of its levels [uL]."""
        return 0.0 if self.beaker is None else math.hypot(*self.beaker.bent_ul(np.array([start_s, end_s])))

    def inputs(self, start_s: float, end_s: float) -> list[Input]:
        """Lines of the budget of a difference: the rate, or what the beaker says.

        Raises:
            EvidenceError: the beaker has no readings around one of the instants.
        """
        if self.beaker is None:
            return [Input.normal("evaporation_mg_h", self.rate_mg_h, self.u_mg_h, self.nu, "mg/h")]
        beaker, part = self.beaker, self.beaker.setup
        ends = [beaker.level(beaker.reading_g, t) for t in (start_s, end_s)]
        noise_g = float(np.sqrt(sum(beaker.noise.level_variance(one) + part.resolution_g**2 / 12 for one in ends)))
        readings = min(one.readings for one in ends)
        ratio = beaker.ratio
        return [
            Input.normal("beaker_g", ends[1].value - ends[0].value, noise_g, max(1.0, readings - 2.0), "g"),
            Input.rectangular("beaker_linearity_g", 0.0, np.sqrt(2.0) * part.linearity_g, unit="g"),
            Input.normal("evaporation_ratio", ratio.ratio, ratio.u, ratio.degrees_of_freedom),
            Input.normal("drift_mg_h", 0.0, beaker.u_drift_mg_h, unit="mg/h"),
            Input.normal("beaker_load_volume_ml", part.load_volume_ml, part.u_load_volume_ml, unit="mL"),
        ]
