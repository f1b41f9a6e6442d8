"""What each channel of a planned run would bring.

The pump delivers exactly what is programmed, the room stands still, and the balance shows it with noise as its
calibration record states it (repeatability and rounding), or as a model that was measured at zero flow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.errors import CalibrationError
from calibration.gravimetry import collected_volume_ul, needle_ratio
from calibration.units import AIR_PRESSURE, HUMIDITY, MASS, MASS_RATE, TEMPERATURE, TIME
from rig.delivery.calibrated_witnesses import CONVERTED
from rig.delivery.legs import FEWEST_READINGS, leg_of
from rig.delivery.levels import Floats, Noise
from rig.delivery.setup import Setup
from rig.execute.phases import DELIVERY, EVAPORATION_AFTER, EVAPORATION_BEFORE
from rig.predict.pattern import noise_pattern
from rig.predict.witness_streams import witness_stream

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.noise_model import NoiseModel
    from calibration.record import BalanceCalibration, CalibrationRecord
    from rig.bench import Bench
    from rig.dose import DoseProgram
    from rig.plan import Plan
    from rig.protocol import Protocol

_LEGS: Final = (EVAPORATION_BEFORE, EVAPORATION_AFTER)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What only the run can tell, as far as its uncertainty depends on it.

    Attributes:
        evaporation_mg_h: mean loss under an oil film [K]; it matters where one leg alone must bound it, and where a
            balance rests on its digit: legs that lose many digits tell their slope better.
        difference_mg_h: by how much the rates of the two legs differ, beyond what their noise makes of it.
    """

    evaporation_mg_h: float = 0.3
    difference_mg_h: float = 0.0


@dataclass(frozen=True)
class PlannedStreams:
    """The streams of a plan.

    Attributes:
        protocol, bench, calibrations, plan: what is planned.
        phases: begin and end of each [s].
        ends: instants at which levels stand, where readings far from them are left out [s]; None for all of them.
        model: noise of the balance with its wander, where it was measured; two legs differ by what it makes probable.
    """

    protocol: Protocol
    bench: Bench
    calibrations: Mapping[str, CalibrationRecord]
    plan: Plan
    phases: dict[str, tuple[float, float]]
    ends: tuple[float, ...] | None
    model: NoiseModel | None = None

    def all(self, noise: Noise | None, allowance: Allowance) -> dict[str, dict[str, Any]]:
        """Arrays by column name, by channel, of everything that findings stand on.

        Args:
            noise: of single readings [g]; None takes it from the calibration record.
            allowance: for what only the run can tell.

        Raises:
            CalibrationError: the balance at the tip has no vessel, or no calibration record of a balance.
        """
        balance = self._balance()
        found = {self.plan.reference: self._weights(balance, noise or stated_noise(balance), allowance)}
        time_s = self._times("device")
        found["device"] = {"t_s": time_s, "claimed_ul": self._delivered_ul(time_s), "boots": np.ones(len(time_s))}
        if "environment" in self.calibrations:
            found["environment"] = self._air(balance)
        return self._with_witnesses(found | self._beakers(allowance))

    def _with_witnesses(self, streams: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        """Load cell and flow sensor where a leak is asked for; nothing else that is predicted stands on them."""
        if self.protocol.findings.leak is None:
            return streams
        begin, end = self.phases[DELIVERY]
        for channel, record in self.calibrations.items():
            if record.kind in CONVERTED:
                stream = streams.setdefault(channel.partition(".")[0], {"t_s": self._times(channel.partition(".")[0])})
                since_s = np.clip(stream["t_s"], begin, end) - begin
                rate = self.protocol.dose.rate_ul_h(np.minimum(since_s, self.protocol.dose.breakpoints[-1] - 1e-6))
                stream |= witness_stream(record, rate, delivered_ul(self.protocol.dose, since_s))
        return streams

    def _balance(self) -> BalanceCalibration:
        record = self.calibrations.get(self.plan.reference)
        if record is None or record.balance is None:
            found = "none" if record is None else f"one of kind {record.kind!r}"
            name = self.plan.reference
            raise CalibrationError(f"{name}: expected the calibration record of a balance, found {found}")
        return record.balance

    def _beakers(self, allowance: Allowance) -> dict[str, dict[str, Any]]:
        """The evaporation beaker, where there is one: it loses what the other loses, with its own balance's noise."""
        found = {}
        for table in self.bench.instrument:
            record = self.calibrations.get(table.name)
            if table.evaporation_beaker is not None and record is not None and record.balance is not None:
                time_s = np.arange(0.0, self.plan.duration_s, self.plan.interval_s(table.name))
                noise = stated_noise(record.balance)
                lost_g = allowance.evaporation_mg_h * time_s / 3600.0 / 1000.0
                mass_g = noise_pattern(len(time_s), noise.sd, noise.lag_one) - lost_g
                found[table.name] = {"t_s": time_s, "mass_g": mass_g, "status": np.full(len(time_s), "ok")}
        return found

    def _times(self, channel: str) -> Floats:
        time_s = np.arange(0.0, self.plan.duration_s, self.plan.interval_s(channel))
        if self.ends is None:
            return time_s
        needed = np.zeros(len(time_s), dtype=np.bool_)
        for begin, end in self._stretches(self.ends):
            needed[slice(*np.searchsorted(time_s, (begin, end)))] = True
        return time_s[needed]

    def _stretches(self, ends: tuple[float, ...]) -> list[tuple[float, float]]:
        """Legs, and what a level at each of the instants can stand on."""
        around = 2.0 * (self.plan.level_window_s + max(self.plan.intervals_s.values()))
        legs = [self.phases[name] for name in _LEGS if name in self.phases]
        return [*legs, *((at - around, at + around) for at in ends)]

    def _delivered_ul(self, time_s: Floats) -> Floats:
        begin, end = self.phases[DELIVERY]
        return delivered_ul(self.protocol.dose, np.clip(time_s, begin, end) - begin)

    def _air(self, balance: BalanceCalibration) -> dict[str, Any]:
        """The air of the balance's adjustment: how uncertain its density is hardly depends on what it is."""
        time_s = self._times("environment")
        still = {
            "temperature_c": TEMPERATURE.magnitude("temperature", balance.adjusted_temperature),
            "pressure_hpa": AIR_PRESSURE.magnitude("pressure", balance.adjusted_pressure),
            "humidity_percent": HUMIDITY.magnitude("humidity", balance.adjusted_humidity),
        }
        return {"t_s": time_s, **{name: np.full(len(time_s), value) for name, value in still.items()}}

    def _weights(self, balance: BalanceCalibration, noise: Noise, allowance: Allowance) -> dict[str, Any]:
        time_s = self._times(self.plan.reference)
        mass_g = self._delivered_ul(time_s) * self._g_per_ul(balance) + noise_pattern(
            len(time_s), noise.sd, noise.lag_one
        )
        u_mg_h = 0.0
        legs = {name: inside for name in _LEGS if (inside := self._leg(name, time_s)).any()}
        for name, inside in legs.items():
            mass_g[inside] = mass_g[inside].mean() + noise_pattern(int(inside.sum()), noise.sd, noise.lag_one)
            u_mg_h = math.hypot(u_mg_h, _u_leg_mg_h(time_s[inside], mass_g[inside], name, self.model))
        rates = self._loss_mg_h(time_s, math.hypot(u_mg_h, allowance.difference_mg_h), allowance.evaporation_mg_h)
        lost_mg = np.concatenate(([0.0], np.cumsum(rates[:-1] * np.diff(time_s)))) / 3600.0
        return {"t_s": time_s, "mass_g": mass_g - lost_mg / 1000.0, "status": np.full(len(time_s), "ok")}

    def _leg(self, name: str, time_s: Floats) -> Any:
        begin, end = self.phases.get(name, (0.0, -1.0))
        settle = TIME.magnitude("settle", self.protocol.timing.settle)
        inside = (time_s >= begin + settle) & (time_s <= end)
        return inside if inside.sum() >= FEWEST_READINGS else np.zeros_like(inside)

    def _loss_mg_h(self, time_s: Floats, between: float, mean: float) -> Floats:
        """Two legs differ by what their noise makes probable: that difference is part of the uncertainty of the run."""
        rates = np.full(len(time_s), mean)
        for name, sign in zip(_LEGS, (-0.5, 0.5), strict=True):
            begin, end = self.phases.get(name, (0.0, -1.0))
            rates[(time_s >= begin) & (time_s <= end)] += sign * between
        return rates

    def _g_per_ul(self, balance: BalanceCalibration) -> float:
        """What the balance shows for a microlitre, by the measurement model of :class:`rig.delivery.Delivery`."""
        vessel = next(table.vessel for table in self.bench.witness if table.name == self.plan.reference)
        if vessel is None:
            raise CalibrationError(f"{self.plan.reference}: expected a vessel on the balance at the tip, found none")
        setup = Setup.of(balance, vessel, self.protocol)
        one_gram_ul = collected_volume_ul(
            0.0,
            setup.slope,
            air_0_kg_m3=setup.air_0_kg_m3,
            air_1_kg_m3=setup.air_0_kg_m3,
            air_2_kg_m3=setup.air_0_kg_m3,
            fluid_kg_m3=setup.fluid_kg_m3,
            load_volume_ml=setup.load_volume_ml,
            weights_kg_m3=setup.weights_kg_m3,
        )
        return float(1.0 / (one_gram_ul * needle_ratio(setup.needle_mm, setup.vessel_mm)))


def stated_noise(balance: BalanceCalibration) -> Noise:
    """Noise of single readings from a calibration record: repeatability and rounding [g]."""
    repeatability = MASS.magnitude("repeatability", balance.repeatability)
    digit = MASS.magnitude("resolution", balance.resolution)
    return Noise(math.hypot(repeatability, digit / math.sqrt(12.0)), 0.0, "calibration record")


def delivered_ul(dose: DoseProgram, time_s: Floats) -> Floats:
    """What a perfect pump has delivered; after the program it goes on with the last basal rate."""
    basal = next((piece.rate_ul_h for piece in reversed(dose.pieces) if piece.kind != "bolus"), 0.0)
    beyond_h = np.maximum(time_s - dose.breakpoints[-1], 0.0) / 3600.0
    return np.asarray(dose.volume_ul(time_s) + basal * beyond_h, dtype=np.float64)


def _u_leg_mg_h(time_s: Floats, mass_g: Floats, name: str, model: NoiseModel | None) -> float:
    leg, _ = leg_of(time_s, 1000.0 * mass_g, name, model)
    return MASS_RATE.magnitude("u", leg.u)
