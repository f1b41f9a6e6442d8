"""What the balance will carry, from the start to the mass at which the run is stopped, against what it can.

The load at the start is what the balance shows. A tared one shows less than it carries, so what stands on it is never
taken as lighter than oil of the declared ``load_volume``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.units import MASS, VOLUME, registry
from drivers.errors import DriverError
from drivers.interfaces import Balance
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from calibration.record import CalibrationRecord
    from rig.bench import OpenBench
    from rig.plan import Plan

#: Nothing that stands on the balance (glass, water, oil film) is lighter than silicone oil [K] [g/mL].
LIGHTEST_G_ML: Final = 0.9


def range_reasons(
    opened: OpenBench, calibrations: Mapping[str, CalibrationRecord], plan: Plan, silent: AbstractSet[str]
) -> list[Reason]:
    """Whether the load stays within capacity, calibrated points and beaker.

    Args:
        opened: the bench, prepared; its balance is asked once.
        calibrations: by channel.
        plan: with the mass at which the run is stopped for over-volume.
        silent: channels that are not ready; they are not asked.
    """
    name = plan.reference
    gained_g = plan.over_volume_g or 0.0
    found = _beaker(opened, name, gained_g)
    record, balance = calibrations.get(name), opened.witnesses[name][1]
    if record is None or record.balance is None or name in silent or not isinstance(balance, Balance):
        return found
    try:
        shown_g = MASS.magnitude("load", balance.read())
    except DriverError as error:
        return [*found, Reason.of_driver(opened.file, name, error)]
    load_g = max(shown_g, _least_load_g(opened, name))
    return found + _capacity(name, record, load_g, gained_g) + _points(name, record, load_g, load_g + gained_g)


def _least_load_g(opened: OpenBench, name: str) -> float:
    vessel = opened.witnesses[name][0].vessel
    return 0.0 if vessel is None else VOLUME.magnitude("load_volume", vessel.load_volume) / 1000.0 * LIGHTEST_G_ML


def _capacity(name: str, record: CalibrationRecord, load_g: float, gained_g: float) -> list[Reason]:
    if record.balance is None:
        return []
    capacity_g = MASS.magnitude("capacity", record.balance.capacity)
    if load_g + gained_g <= capacity_g:
        return []
    text = f"expected at most {capacity_g:g} g on the pan (capacity), found {load_g:.4g} g and {gained_g:.3g} g to come"
    return [Reason(name, text, "take a lighter vessel, or a balance of larger capacity")]


def _points(name: str, record: CalibrationRecord, low_g: float, high_g: float) -> list[Reason]:
    """A record that shows its points holds between them, and not beyond."""
    if record.points is None:
        return []
    reading_g = MASS.array("reading", registry().Quantity(list(record.points.reading), record.points.reading_unit))
    if reading_g.min() <= low_g and high_g <= reading_g.max():
        return []
    text = (
        f"expected a load within the calibrated points, {reading_g.min():g} to {reading_g.max():g} g, found "
        f"{low_g:.4g} to {high_g:.4g} g"
    )
    return [Reason(name, text, "calibrate over this range, or take another vessel")]


def _beaker(opened: OpenBench, name: str, gained_g: float) -> list[Reason]:
    vessel = opened.witnesses[name][0].vessel
    if vessel is None or vessel.capacity is None:
        return []
    room_ml, needed_ml = VOLUME.magnitude("capacity", vessel.capacity) / 1000.0, gained_g
    if needed_ml <= room_ml:
        return []
    text = f"expected room for {needed_ml:.3g} mL in the beaker (programmed, and over-volume), found {room_ml:.3g} mL"
    return [Reason(name, text, "empty it, or take a larger one")]
