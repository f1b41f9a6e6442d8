"""What each witness of a run saw pass in one interval, as volume of the fluid at the stated temperature.

    witnesses = WitnessesOfRun(evidence, delivery)          # readings are converted once
    volumes = witnesses.between(begin_s, end_s)
    volumes.names, volumes.volume_ul, volumes.parts, volumes.silent

The balance at the tip comes first: it is the reference. A load cell weighs the reservoir, so its mass goes through the
same buoyancy and the same density as the balance's, and the uncertainty of that density is one that both share. A flow
sensor counts volume at the temperature of the room; water at the stated one takes up a little more or less.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from calibration.units import TEMPERATURE
from calibration.water_density import water_density_kg_m3
from rig.bench_tables import LOAD_CELL
from rig.delivery.calibrated_witnesses import calibrated_witnesses
from rig.delivery.room import temperature_c
from rig.errors import EvidenceError
from rig.plan import reference_witness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rig.bench_tables import Bench
    from rig.delivery.from_record import Evidence
    from rig.delivery.volume import Delivery
    from rig.delivery.witness_series import WitnessSeries

#: What two witnesses may share, and what the balance's budget calls it.
DENSITY: Final = "density"
EVAPORATION: Final = "evaporation"
_SHARED: Final = {"fluid_kg_m3": DENSITY, "evaporation_mg_h": EVAPORATION}
#: The liquid in the sensor may be so much colder or warmer than the room [K] (standard uncertainty).
_U_LIQUID_K: Final = 1.0
_WATER_PER_K: Final = 2.6e-4
#: A flow sensor has a gap where it was silent for longer than a level window or this [s].
_GAP_S: Final = 60.0


@dataclass
class WitnessVolumes:
    """One entry for each witness that could be converted, the reference first.

    Attributes:
        names, nodes: of each.
        volume_ul: what it saw.
        parts: standard uncertainties by name [uL]; a name that two have is shared.
        noise_ul: of each alone.
        nu: degrees of freedom.
        silent: why the others say nothing, by name.
    """

    names: list[str] = field(default_factory=list)
    nodes: list[str] = field(default_factory=list)
    volume_ul: list[float] = field(default_factory=list)
    parts: list[dict[str, float]] = field(default_factory=list)
    noise_ul: list[float] = field(default_factory=list)
    nu: list[float] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)

    def add(
        self, name: str, node: str, volume_ul: float, parts: Mapping[str, float], noise_ul: float, nu: float
    ) -> None:
        """One more witness."""
        self.names.append(name)
        self.nodes.append(node)
        self.volume_ul.append(volume_ul)
        self.parts.append(dict(parts))
        self.noise_ul.append(noise_ul)
        self.nu.append(nu)


def nodes_of(bench: Bench) -> dict[str, str]:
    """Where each witness of a bench looks, by name; the load cell of the pump among them."""
    return {one.name: str(one.node) for one in bench.witness} | {LOAD_CELL: "reservoir"}


class WitnessesOfRun:
    """Every witness of a run, its readings converted once for any number of intervals.

    Args:
        evidence: of the run.
        delivery: what the balance at the tip saw.
    """

    def __init__(self, evidence: Evidence, delivery: Delivery) -> None:
        self._evidence, self._delivery = evidence, delivery
        self._series, self._silent = calibrated_witnesses(evidence)
        self._nodes = nodes_of(evidence.bench)

    def between(self, begin_s: float, end_s: float) -> WitnessVolumes:
        """What each saw between two instants on the bench's clock [s].

        Raises:
            EvidenceError: the balance at the tip has no readings around one of them.
        """
        found = WitnessVolumes(silent=dict(self._silent))
        self._add_reference(found, begin_s, end_s)
        for name, one in self._series.items():
            try:
                volume = _volume(name, one, self._evidence, self._delivery, begin_s, end_s)
            except EvidenceError as error:
                found.silent[name] = str(error)
            else:
                found.add(name, self._nodes[name], *volume, one.nu)
        for witness in self._evidence.bench.witness:
            if witness.name not in {*found.names, *found.silent}:
                found.silent[witness.name] = "it has no calibration record of a flow sensor or a load cell"
        return found

    def _add_reference(self, found: WitnessVolumes, begin_s: float, end_s: float) -> None:
        volume = self._delivery.difference_ul(begin_s, end_s)
        shared = {_SHARED[c.name]: float(c.contribution) for c in volume.components if c.name in _SHARED}
        own = math.sqrt(max(volume.u**2 - sum(part**2 for part in shared.values()), (1e-6 * volume.u) ** 2))
        found.add(reference_witness(self._evidence.bench), "tip", volume.value, shared, own, volume.nu_eff)


def _volume(
    name: str, series: WitnessSeries, evidence: Evidence, delivery: Delivery, begin_s: float, end_s: float
) -> tuple[float, dict[str, float], float]:
    """Volume, its parts and its noise [uL]."""
    flows = series.kind == "flow-sensor"
    seen = series.seen(begin_s, end_s, max(delivery.window_s, _GAP_S) if flows else delivery.window_s)
    if flows:
        factor = _expansion(evidence, begin_s, end_s)
        more = {f"{name} temperature": factor * seen.value * _WATER_PER_K * _U_LIQUID_K}
    else:
        factor = -_ul_per_gram(delivery, begin_s)
        setup = delivery.setup
        more = {DENSITY: -factor * seen.value * setup.u_fluid_kg_m3 / setup.fluid_kg_m3}
    parts = {f"{name} {part}": factor * u for part, u in seen.parts.items()}
    return factor * seen.value, parts | more, abs(factor) * seen.u_noise


def _ul_per_gram(delivery: Delivery, at_s: float) -> float:
    """Of liquid that is weighed in air with weights."""
    setup, air = delivery.setup, float(delivery.air.at(at_s))
    return 1e6 * (1.0 - air / setup.weights_kg_m3) / (setup.fluid_kg_m3 - air)


def _expansion(evidence: Evidence, begin_s: float, end_s: float) -> float:
    """Volume at the stated temperature by that in the room; as water has it."""
    mean = temperature_c(evidence, begin_s, end_s)
    stated = TEMPERATURE.magnitude("stated_temperature", evidence.protocol.conditions.stated_temperature)
    return float(water_density_kg_m3(mean) / water_density_kg_m3(stated))
