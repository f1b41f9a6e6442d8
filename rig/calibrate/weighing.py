"""Weighings of certified weights: their steps, and what a load should read.

A weight of mass m and density rho_b in air of density rho_a should read

    R = m (1 - rho_a / rho_b) / (1 - rho_a0 / rho_b)

with the air rho_a0 of the balance's last adjustment (the balance equation, OIML R 111-1 annex E).

>>> air = {"temperature_c": 22.0, "pressure_hpa": 980.0, "humidity_percent": 45.0}
>>> print(f"{(buoyancy(air, 1.19, 8000.0) - 1) * 1e6:.2f} ppm")
5.05 ppm
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from calibration.air_density import air_density_kg_m3
from calibration.errors import CalibrationError
from calibration.standards import certified
from calibration.units import AIR_PRESSURE, HUMIDITY, MASS, TEMPERATURE
from rig.calibrate.steps import Act, Step, Take, Tell, grouped

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from calibration.record_parts import Standard
    from calibration.units import Quantity
    from rig.calibrate.bench import Station

#: A single reading is taken at the end of so many seconds [s].
SINGLE_S = 3.0


@dataclass(frozen=True)
class Weighings:
    """Makes the steps of weighings on one balance.

    Attributes:
        channel: of the balance.
        average_s: over which a mean is taken [s].
        settle_s: after each change on the pan [s].
    """

    channel: str
    average_s: float
    settle_s: float

    def ready(self) -> list[Step]:
        """The balance made ready, the line clamped, the pan free of weights."""
        text = (
            "Level the balance, let it warm up, close the draught shield, and clamp the line. The beaker may stay on "
            "the pan; nothing else."
        )
        return [
            Tell("clamp", text, Act("clamp-line"), again=True),
            Tell("empty-pan", "See that no weight is on the pan.", Act("clear-pan"), self.settle_s, again=True),
        ]

    def weigh(self, key: str, load: Sequence[str], position: str = "centre", *, single: bool = False) -> list[Step]:
        """Empty, loaded, empty again; a single weighing is two single readings, empty and loaded."""
        where = "the middle of the pan" if position == "centre" else f"the {position} of the pan, half way to the edge"
        steps: list[Tell | Take] = [self._read(f"{key}-empty", single=single)]
        for index, weight in enumerate(load):
            act = Act("place-weight", {"weight": weight, "position": position})
            settle = self.settle_s if index == len(load) - 1 else 0.0
            steps.append(Tell(f"{key}-place-{weight}", f"Put {weight} on {where}.", act, settle))
        steps.append(self._read(f"{key}-loaded", single=single))
        steps.append(Tell(f"{key}-clear", f"Take off {', '.join(load)}.", Act("clear-pan"), self.settle_s))
        return grouped(key, steps if single else [*steps, self._read(f"{key}-empty-again")])

    def _read(self, key: str, *, single: bool = False) -> Take:
        seconds = SINGLE_S if single else self.average_s

        def take(station: Station) -> Generator[float, None, Any]:
            _, values, left_out = yield from station.readings(self.channel, "mass_g", seconds)
            used = values[-1:] if single else values
            if not used:
                raise CalibrationError(
                    f"{self.channel}: expected a usable reading within {seconds:g} s, found none, and {left_out} that "
                    "the balance itself called unusable; look for draught and overload, then read again"
                )
            return {
                "mean": statistics.fmean(used),
                "sd": statistics.stdev(values) if len(values) > 1 else None,
                "n": len(used),
                "left_out": left_out,
            }

        return Take(key, "The balance is read; do not touch anything.", take)


def buoyancy(air: Mapping[str, float], adjusted_kg_m3: float, weights_kg_m3: float) -> float:
    """What one gram of certified mass should read [g].

    Args:
        air: temperature, pressure and humidity, as an air step gives them.
        adjusted_kg_m3: air density at the last adjustment of the balance.
        weights_kg_m3: density of the weights, and of those of the adjustment.
    """
    now = float(air_density_kg_m3(air["temperature_c"], air["pressure_hpa"], air["humidity_percent"]))
    return (1.0 - now / weights_kg_m3) / (1.0 - adjusted_kg_m3 / weights_kg_m3)


class Adjusted(Protocol):
    """What says in which air a balance was adjusted last: its record, or its procedure file."""

    @property
    def adjusted_temperature(self) -> Quantity:
        """Of the air."""

    @property
    def adjusted_pressure(self) -> Quantity:
        """Of the air."""

    @property
    def adjusted_humidity(self) -> Quantity:
        """Of the air."""


def adjusted_kg_m3(said: Adjusted) -> float:
    """Air density at the last adjustment of a balance."""
    return float(
        air_density_kg_m3(
            TEMPERATURE.magnitude("adjusted_temperature", said.adjusted_temperature),
            AIR_PRESSURE.magnitude("adjusted_pressure", said.adjusted_pressure),
            HUMIDITY.magnitude("adjusted_humidity", said.adjusted_humidity),
        )
    )


def certified_load_g(weights: Mapping[str, Standard], load: Sequence[str]) -> tuple[float, float]:
    """Mass of weights together, and its standard uncertainty: certificates of one laboratory add up [g]."""
    values = [certified(weights[name], MASS) for name in load]
    mass = sum(MASS.magnitude("value", value) for value, _ in values)
    return mass, sum(MASS.magnitude("u", u) for _, u in values)
