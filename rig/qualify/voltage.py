"""Known voltage: what the supply was set to, and what the meter reads. A bench without them skips it, and says so.

Where the bench file names a record of kind ``voltage`` for the meter, its readings are corrected by it. That record, or
the standard that the plan names in ``reference``, stands in the qualification: a correction of it finds it there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from calibration.units import VOLTAGE
from drivers.interfaces import AnalogInput, Meter, Supply
from rig.calibrate.held_at import held_at, supply_of
from rig.calibrate.procedure import Procedure, ProcedureFile
from rig.calibrate.steps import Step, Take
from rig.delivery.voltage_readings import corrected_voltage
from rig.qualify.item import Item, judged, stated

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from calibration.record import CalibrationRecord
    from rig.bench import OpenBench
    from rig.calibrate.bench import Station
    from rig.qualify.plan import Plan, VoltageTable

NAME = "voltage"
WHAT = "the supply as set, less the meter"
_SETTLE_S = 1.0


class VoltageFile(ProcedureFile):
    """The table ``[voltage]`` of a plan, as the file of a procedure."""

    kind: Literal["known-voltage"]


def why_skipped(plan: Plan, opened: OpenBench) -> str:
    """Why the voltage cannot be shown at this bench; empty where it can."""
    if plan.voltage is None:
        return "the plan has no table [voltage]"
    there = opened.laboratory()
    wanted = {plan.voltage.supply: (Supply,), plan.voltage.meter: (Meter, AnalogInput)}
    missing = [name for name, kinds in wanted.items() if not isinstance(there.get(name), kinds)]
    return f"the bench has no usable channel {', '.join(missing)}" if missing else ""


class KnownVoltage(Procedure):
    """Set, wait, read; then the supply is as it was found. Its output feeds what it is wired to meanwhile."""

    FILE = VoltageFile

    def __init__(
        self, plan: Plan, table: VoltageTable, standards: Any, today: Any, record: CalibrationRecord | None = None
    ) -> None:
        file = VoltageFile(schema=1, kind="known-voltage", channel=table.meter, method=plan.method)
        file._source = plan.source  # noqa: SLF001 - a private attribute of our own model
        super().__init__(file, standards, today)
        self.table, self.record = table, record
        named = () if table.reference is None else (table.reference,)
        self.references = {name: standards.find(name, today, VOLTAGE) for name in named}

    def steps(self) -> Sequence[Step]:
        """One for each value; each leaves the output off where it was off."""
        return [self._step(VOLTAGE.format(value), VOLTAGE.magnitude("value", value)) for value in self.table.values]

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """A line for each value, under ``items``."""
        return {"items": [self._item(step.key, results[step.key]) for step in self.steps()]}

    def _item(self, key: str, found: Mapping[str, float]) -> Item:
        scale = 1e3
        true_v, u_v = corrected_voltage(self.record, np.array([found["read_v"]]), 0)
        expanded = max(VOLTAGE.magnitude("expanded", self.table.expanded), 2.0 * u_v)
        return judged(
            f"{NAME} {key}", WHAT, scale * (found["set_v"] - float(true_v[0])), scale * expanded, "mV",
            limit=scale * VOLTAGE.magnitude("limit", self.table.limit),
        )  # fmt: skip

    def _step(self, key: str, volts: float) -> Step:
        def take(station: Station) -> Generator[float, None, Any]:
            with held_at(supply_of(station, self.table.supply), VOLTAGE.quantity(volts)) as set_v:
                yield from station.wait(_SETTLE_S)
                read = yield from station.mean(self.table.meter, self.table.column, 5.0, fewest=3)
            return {"set_v": VOLTAGE.magnitude("set", set_v), "read_v": read.mean}

        return Take(key, f"The supply is set to {key} and read by {self.table.meter}.", take)


def skipped(why: str) -> Item:
    """The line of a bench that cannot show it."""
    return stated(NAME, WHAT, "skipped", why)
