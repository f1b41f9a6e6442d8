"""Delivered volume against time, with its covariance: the step from readings to what left the needle.

What V(t2) - V(t1) is made of says :mod:`rig.delivery.measurement_model`; this module finds the levels that go into it.
Four kinds of uncertainty are kept apart, because differences within one run share three of them:

* **scale** (density of the fluid, slope of the balance, needle): proportional to the volume;
* **rate** (evaporation and drift): proportional to the time, or to what the evaporation beaker lost;
* **load** (air displaced by vessel and contents): proportional to how far the air density has changed;
* **noise** (levels, the digit on which they rest, linearity of increments, air density): of each instant alone.

>>> delivery = Delivery.of(record)                                  # doctest: +SKIP
>>> delivery.difference(TIME.quantity(t1), TIME.quantity(t2)).u     # doctest: +SKIP
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.budget_draws import distributions_of
from calibration.monte_carlo import drawn
from calibration.uncertainty import Budget, BudgetResult, Model
from calibration.units import TIME, VOLUME
from rig.delivery.beside import beside
from rig.delivery.checked import check_readings
from rig.delivery.collected import Air, collected_ul
from rig.delivery.corners import Corner, Corners
from rig.delivery.evaporated import Evaporation
from rig.delivery.gaps import Gaps
from rig.delivery.increment import Increment, increment_of
from rig.delivery.joint_lines import Stretch, stretch
from rig.delivery.levels import Floats, Level, Noise, level, level_before
from rig.delivery.measurement_model import collecting_inputs, delivered_beside_beaker, delivered_ul, plus
from rig.delivery.modelled import ModelledNoise
from rig.delivery.setup import DIAMETER_HALF_WIDTH, Setup
from rig.delivery.wander import Wander
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from calibration.units import Quantity


@dataclass(frozen=True)
class Delivery:
    """Delivered volume of one run at one balance.

    Attributes:
        time_s: times of the usable readings, on the bench's clock [s].
        reading_g: what the balance said [g].
        air: air density.
        setup: balance, vessel, fluid.
        evaporation: measured or bounded; its course, where there is an evaporation beaker.
        noise: of single readings [g].
        window_s: width of the window on which a level stands [s].
        excluded: readings that were left out, by reason.
        corners: where the programmed flow changes; no level stands on readings from both sides of one.
        legs_s: when the legs with the line clamped were read, before and after [s].
        digit_g: half width of what the digit may do to a level at rest; of several records, one for each.
        drop_ul: size of the drops that the liquid came in, where the needle is not submerged [uL].
        gaps: in the readings while the pump delivered.
        beyond: what the legs show beyond the noise record; nothing without one, nor in evaluation 3 and before.
        load_counts: whether levels hold what the load's volume makes of changing air; not in evaluation 2 and before.
        held_g: standard uncertainty of a difference by what the check weight leaves open about the balance
            (:mod:`rig.findings.check_held`); half of its variance is each level's own. Of several records, one each.

    Raises:
        EvidenceError: no reading, or one that is no number.
    """

    time_s: Floats
    reading_g: Floats
    air: Air
    setup: Setup
    evaporation: Evaporation
    noise: Noise
    window_s: float
    excluded: tuple[tuple[str, int], ...] = ()
    corners: Corners = field(default_factory=Corners)
    legs_s: tuple[tuple[float, float], ...] = ()
    drop_ul: float = 0.0
    gaps: Gaps = field(default_factory=Gaps)
    digit_g: Any = 0.0
    load_counts: bool = True
    beyond: Wander = field(default_factory=lambda: Wander(math.nan, 0.0))
    held_g: Any = 0.0

    def __post_init__(self) -> None:
        check_readings(self.time_s, self.reading_g)

    @cached_property
    def reference_s(self) -> float:
        """Where volume counts from: the first usable reading [s]."""
        return float(self.time_s[0])

    @cached_property
    def collected_ul(self) -> Floats:
        """Volume gained at each reading, noise and all, without what evaporated [uL]; zero at the first one."""
        return collected_ul(self.setup, self.air, self.time_s, self.reading_g)

    def with_corners(self, *corners: Corner) -> Delivery:
        """The same delivery, with further instants at which the flow changed: an occlusion, a stall, a cut supply."""
        return replace(self, corners=self.corners.plus(*corners))

    def volume(self, time: Quantity) -> tuple[Quantity, Quantity]:
        """Delivered volume at each time since the first reading, and its covariance.

        Args:
            time: times on the bench's clock, shape (n,).

        Returns:
            Volumes, shape (n,), and their covariance matrix in uL squared, shape (n, n).

        Raises:
            UnitError: not times.
            EvidenceError: no readings around one of the times.
        """
        from calibration.units import registry

        times_s = np.atleast_1d(TIME.array("time", time))
        volume_ul, covariance = self.levels_ul(times_s)
        return VOLUME.quantity(volume_ul), registry().Quantity(covariance, "uL**2")

    def levels_ul(self, times_s: Floats) -> tuple[Floats, Floats]:
        """Kernel of :meth:`volume`: levels [uL], shape (n,), and covariance [uL^2], shape (n, n)."""
        if len(times_s):
            self._joined(float(np.min(times_s)), float(np.max(times_s)))
        levels = [self.level(self.collected_ul, t) for t in times_s]
        gone, covariance = self.evaporation.since(times_s, self.reference_s, self._mg_per_ul)
        volume = np.array([found.value for found in levels]) + gone
        noise = np.array([self.instant_variance_ul2(found) for found in levels])
        scale, load = volume * self.u_scale, self._load_ul(times_s)
        wander = self.noise.covariance(times_s - self.reference_s) * (1e3 / self._mg_per_ul) ** 2
        common = covariance + np.outer(scale, scale) + np.outer(load, load) + self.gaps.covariance(times_s)
        if np.any(self.beyond.walk_g2_s):
            wander = wander + self.beyond.covariance_ul2(self, times_s - self.reference_s)
        return volume, np.diag(noise) + common + wander

    def _load_ul(self, times_s: Floats) -> Floats:
        """What one standard uncertainty of the load's volume makes of the air that has changed since the start [uL]."""
        if not self.load_counts:
            return np.zeros(len(times_s))
        since = [self._air_level(t) - self._air_level(self.reference_s) for t in times_s]
        return np.array(since) * self.setup.u_load_volume_ml / self._mg_per_ul

    def level(self, value: Floats, at_s: float) -> Level:
        """The level of ``value`` (one for each reading) at an instant.

        Raises:
            EvidenceError: no readings around it, or none of the air.
        """
        self.air.refuse_unread(at_s)
        begin, end = self.corners.around(at_s)
        corner = self.corners.at(at_s)
        if corner is None:
            return level(self.time_s, value, at_s, self.window_s, (begin, end), self.noise.line)
        sides = [(begin, at_s), (at_s, end)] if corner.calm_before else [(at_s, end), (begin, at_s)]
        try:
            return self._one_sided(value, at_s, sides[0])
        except EvidenceError:
            return self._one_sided(value, at_s, sides[1])

    def _one_sided(self, value: Floats, at_s: float, side: tuple[float, float]) -> Level:
        if side[1] > at_s:
            return level(self.time_s, value, at_s, self.window_s, side, self.noise.line)
        first = int(np.searchsorted(self.time_s, side[0]))
        return level_before(self.time_s[first:], value[first:], at_s, self.window_s, self.noise.line)

    def reading_variance_g2(self, found: Level) -> Any:
        """Variance of one level of readings from noise, and from the digit on which they may rest [g^2]."""
        return self.noise.level_variance(found) + (self.digit_g * found.reach) ** 2 / 3

    def instant_variance_ul2(self, found: Level) -> float:
        """Variance of one level from noise, digit, linearity, air, a balance that may move, and drops [uL^2]."""
        mass_g2 = self.reading_variance_g2(found) + self.setup.linearity_g**2 / 3 + self.held_g**2 / 2
        load_g = self.air.u_kg_m3 * (self.setup.load_volume_ml - self.evaporation.counter_load_ml) * 1e-3
        return float((mass_g2 + load_g**2) * (1e3 / self._mg_per_ul) ** 2 + self.drop_ul**2 / 12)

    @cached_property
    def u_scale(self) -> float:
        """Relative standard uncertainty that every volume of the run shares."""
        part = self.setup
        needle = 2 * (part.needle_mm / part.vessel_mm) ** 2 * DIAMETER_HALF_WIDTH * np.sqrt(2 / 3)
        return float(np.sqrt((part.u_fluid_kg_m3 / part.fluid_kg_m3) ** 2 + part.u_sensitivity**2 + needle**2))

    def difference(self, start: Quantity, end: Quantity) -> BudgetResult:
        """V(end) - V(start) with its GUM budget, in uL.

        Args:
            start, end: instants on the bench's clock.

        Raises:
            UnitError: not times.
            EvidenceError: no readings around one of them.
        """
        return self.difference_ul(TIME.magnitude("start", start), TIME.magnitude("end", end))

    def difference_ul(self, start_s: float, end_s: float) -> BudgetResult:
        """Kernel of :meth:`difference`: times in seconds, result in uL."""
        budget, model = self.budget_ul(start_s, end_s)
        return budget.evaluate(model)

    def difference_draws_ul(self, start_s: float, end_s: float, draws: int, seed: int) -> Floats:
        """Draws of V(end) - V(start) from the distributions of its budget (JCGM 101), shape (draws,) [uL].

        Args:
            start_s, end_s: instants on the bench's clock [s].
            draws: how many.
            seed: of the generator.

        Raises:
            EvidenceError: no readings around one of the instants.
        """
        budget, model = self.budget_ul(start_s, end_s)
        return drawn(model, distributions_of(budget), draws=draws, seed=seed)

    def budget_ul(self, start_s: float, end_s: float) -> tuple[Budget, Model]:
        """What V(end) - V(start) stands on, and the measurement model that makes it of them, in uL.

        Raises:
            EvidenceError: no readings around one of the instants.
        """
        increment = self.increment(start_s, end_s)
        gained, *lost = increment.inputs
        air = [float(self._air_level(t)) for t in (start_s, end_s)]
        inputs = collecting_inputs(self.setup, air, self.air.u_kg_m3, end_s - start_s)
        gone = lost or self.evaporation.inputs(start_s, end_s)
        beaker = self.evaporation.beaker
        model: Model = delivered_ul if beaker is None else delivered_beside_beaker(beaker.setup)
        lines = [gained, *inputs[:2], *gone, *inputs[2:]]
        added = beside(self, start_s, end_s)
        return Budget([*lines, *added], increment.correlations), plus(model, [one.name for one in added])

    def _joined(self, first_s: float, last_s: float) -> None:
        """Refuse a difference over a gap that the balance does not join."""
        self.gaps.refuse(first_s, last_s, self.drop_ul)

    def increment(self, start_s: float, end_s: float) -> Increment:
        """What the balance gained between two instants, together with the evaporation where a noise model ties them.

        Raises:
            EvidenceError: no readings around one of them.
        """
        self._joined(start_s, end_s)
        levels = [self.level(self.reading_g, t) for t in (start_s, end_s)]
        return increment_of(self.noise, levels, (start_s, end_s), self._legs)

    @cached_property
    def _legs(self) -> list[Stretch]:
        """Readings of the legs as mass [g], where they and nothing else tell the evaporation."""
        told = self.evaporation.measured and self.evaporation.beaker is None
        if not told or len(self.legs_s) != 2 or not isinstance(self.noise, ModelledNoise):
            return []
        parts = [slice(*np.searchsorted(self.time_s, leg)) for leg in self.legs_s]
        mass_g = self.collected_ul * self._mg_per_ul / 1000.0
        return [stretch(self.time_s[part], float(self.time_s[part][0]), mass_g[..., part]) for part in parts]

    def _air_level(self, at_s: float) -> float:
        """Air density over the window of a level, so that both stand on the same minutes."""
        return float(np.mean(self.air.at(np.linspace(at_s - self.window_s / 2, at_s + self.window_s / 2, 21))))

    @property
    def _mg_per_ul(self) -> float:
        return self.setup.fluid_kg_m3 / 1000.0
