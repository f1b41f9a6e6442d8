"""What a protocol will make of the bench, as far as it says so beforehand: heads, temperatures, supply voltages.

``pressures``     heads of a back pressure series, and what an act applies at the tip
``temperatures``  to which acts bring pump or thermometers; without any, that for which volumes are stated
``voltages``      to which acts set the supply

What a closed line comes to, or a sag that nobody ordered, no protocol says: that shows in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from calibration.units import DENSITY, PRESSURE, TEMPERATURE, VOLTAGE, Kind
from calibration.water_density import water_density_kg_m3
from rig.verify.height import head_pressure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.protocol import Protocol
    from rig.protocol_findings.catheter import HeadStep

#: Acts that warm the pump with its fluid; others warm a thermometer alone.
_OF_PUMP: Final = "warm-pump"


@dataclass(frozen=True)
class Produced:
    """What will be there.

    Attributes:
        pressures_kpa, temperatures_c: each value once, ascending.
        acted_v: to which acts set the supply.
        fed_v: what feeds the pump before; None where nothing says it.
        pump_c: temperatures to which acts bring the pump; empty where it stays in the room.
    """

    pressures_kpa: tuple[float, ...]
    temperatures_c: tuple[float, ...]
    acted_v: tuple[float, ...]
    fed_v: float | None
    pump_c: tuple[float, ...]

    @property
    def voltages_v(self) -> tuple[float, ...]:
        """Every voltage of the supply, that of the beginning among them."""
        return self.acted_v if self.fed_v is None else _each([*self.acted_v, self.fed_v])


def produced(protocol: Protocol, fed_v: float | None = None) -> Produced:
    """What a protocol will produce.

    Args:
        protocol: whose acts and heads count.
        fed_v: what feeds the pump before the first act, where that is known [V].

    Raises:
        UnitError: an act with a pressure or a temperature that is none.
    """
    asked = protocol.findings.back_pressure
    heads = [] if asked is None else [_head_kpa(step, protocol) for step in asked.steps]
    stated = TEMPERATURE.magnitude("stated_temperature", protocol.conditions.stated_temperature)
    warmed = [value for _, value in _acted(protocol, "temperature", TEMPERATURE)]
    return Produced(
        _each(heads + [value for _, value in _acted(protocol, "pressure", PRESSURE)]),
        _each(warmed or [stated]),
        _each([VOLTAGE.magnitude("supply", act.supply) for act in protocol.acts if act.supply is not None]),
        fed_v,
        _each([value for name, value in _acted(protocol, "temperature", TEMPERATURE) if name == _OF_PUMP]),
    )


def _acted(protocol: Protocol, name: str, kind: Kind) -> Iterator[tuple[str, float]]:
    for act in protocol.acts:
        if act.do is not None and name in act.values:
            place = f"acts: {act.note}: {name}"
            yield act.do, kind.magnitude(place, kind.parse(place, act.values[name]))


def _head_kpa(step: HeadStep, protocol: Protocol) -> float:
    if step.pressure is not None or step.height is None:
        return 0.0 if step.pressure is None else PRESSURE.magnitude("pressure", step.pressure)
    stated, density = protocol.conditions.stated_temperature, protocol.conditions.fluid.density
    if density is None:
        density = DENSITY.quantity(float(water_density_kg_m3(TEMPERATURE.magnitude("stated", stated))))
    return PRESSURE.magnitude("height", head_pressure(step.height, density, below=step.below))


def _each(values: list[float]) -> tuple[float, ...]:
    return tuple(sorted(set(values)))
