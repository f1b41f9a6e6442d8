"""Calibration of a load cell: loading and unloading, creep under the greatest load, return to zero.

    schema = 1
    kind = "load-cell"
    channel = "device"                      # or a data acquisition device
    column = "load_cell_raw"
    reading_unit = "count"                  # or "V/V", "mV/V"
    record_channel = "load-cell"
    method = "house method 9: weights up and down"
    loads = [["W-5"], ["W-10"], ["W-20"]]   # rising; the same come down again
    creep = "5 min"

A reading is the difference to the empty cell before it. Creep and hysteresis stay in the record as properties, and half
of the hysteresis, taken as rectangular, is in the uncertainty of every reading. Terms: OIML R 60.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from calibration.errors import CalibrationError
from calibration.standards import certified
from calibration.units import MASS, RATIO, TIME
from rig.calibrate.balance_file import Holds
from rig.calibrate.curve_tables import Columns, curve_through
from rig.calibrate.procedure import Procedure, ProcedureFile
from rig.calibrate.steps import Act, Step, Take, Tell
from rig.calibrate.tables import air_step, air_tables, plain_standard
from rig.fields import FileModel, PositiveDuration, Ratio, default

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from datetime import date

    from calibration.standards import Standards
    from rig.calibrate.bench import Station

_Load = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1)]
#: Creep is the change between these two moments of holding the greatest load, in parts of it.
_EARLY, _LATE = 0.1, 0.9


class Refusals(FileModel):
    """What the cell may do at most, each relative to the greatest load; beyond it nothing is filed."""

    hysteresis: Ratio = default(RATIO, "0.5 %")
    creep: Ratio = default(RATIO, "0.5 %")
    zero_return: Ratio = default(RATIO, "0.5 %")
    residual: Ratio = default(RATIO, "0.2 %")


class LoadCellFile(ProcedureFile):
    """Settings; see the module."""

    kind: Literal["load-cell"]
    column: str = "load_cell_raw"
    reading_unit: Literal["count", "V/V", "mV/V"] = "count"
    state: Literal["as found", "as left"] = "as left"
    loads: Annotated[tuple[_Load, ...], Field(min_length=3)]
    creep: PositiveDuration = default(TIME, "5 min")
    environment: str = "environment"
    holds: Holds = Field(default_factory=Holds)
    refuse: Refusals = Field(default_factory=Refusals)


class LoadCell(Procedure):
    """The procedure of :class:`LoadCellFile`."""

    FILE = LoadCellFile
    file: LoadCellFile

    def __init__(self, file: LoadCellFile, standards: Standards, today: date) -> None:
        super().__init__(file, standards, today)
        names = sorted({weight for load in file.loads for weight in load})
        self.weights = {name: standards.find(name, today) for name in names}

    def steps(self) -> Sequence[Step]:
        """Empty, up, creep, down, empty."""
        loads = self.file.loads
        off = Act("load-cell-clear", {"reservoir": "off"})
        steps: list[Step] = [
            air_step(self.file.environment, "air-before"),
            Tell("reservoir-off", "Take the reservoir off the load cell and leave it empty.", off, self.settle_s),
            self._read("empty"),
        ]
        for number, load in enumerate(loads, start=1):
            steps += self._put(f"up-{number}", load)
        steps.append(self._creep())
        for number in range(len(loads) - 1, 0, -1):
            steps += self._put(f"down-{number}", loads[number - 1])
        off = Act("load-cell-clear", {"reservoir": "off"})
        steps.append(Tell("unload", "Take every weight off the load cell.", off, self.settle_s))
        steps.append(self._read("empty-again"))
        back = Tell("reservoir-on", "Put the reservoir back.", Act("load-cell-clear", {"reservoir": "on"}), 0.0)
        return [*steps, back, air_step(self.file.environment, "air-after")]

    def _put(self, key: str, load: Sequence[str]) -> list[Step]:
        listed = ", ".join(load)
        steps: list[Step] = []
        clear = Act("load-cell-clear", {"reservoir": "off"})
        steps.append(Tell(f"{key}-change", f"The next load is {listed}: change to it without a jolt.", clear, 0.0))
        for index, weight in enumerate(load):
            settle = self.settle_s if index == len(load) - 1 else 0.0
            act = Act("load-cell-weight", {"weight": weight})
            steps.append(Tell(f"{key}-{weight}", f"Put {weight} on.", act, settle))
        return [*steps, self._read(key)]

    def _read(self, key: str) -> Step:
        def take(station: Station) -> Generator[float, None, Any]:
            return (yield from station.mean(self.file.channel, self.file.column, self.average_s)).as_json()

        return Take(key, "The load cell is read; do not touch anything.", take)

    def _creep(self) -> Step:
        seconds = TIME.magnitude("creep", self.file.creep)

        def take(station: Station) -> Generator[float, None, Any]:
            times, values, _ = yield from station.readings(self.file.channel, self.file.column, seconds)
            begin, end = times[0] + _EARLY * seconds, times[0] + _LATE * seconds
            early = [v for t, v in zip(times, values, strict=True) if t <= begin]
            late = [v for t, v in zip(times, values, strict=True) if t >= end]
            return {"change": sum(late) / len(late) - sum(early) / len(early), "n": len(values)}

        return Take("creep", f"Leave the greatest load alone for {seconds / 60:g} min: creep is read.", take)

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Points up and down, curve through zero load, hysteresis, creep and zero return."""
        empty, span = results["empty"]["mean"], results[f"up-{len(self.file.loads)}"]["mean"] - results["empty"]["mean"]
        if span <= 0.0:
            raise CalibrationError(
                f"{self.file.column}: expected readings that rise with the load, found {span:g} "
                f"{self.file.reading_unit} under the greatest one; swap the signal wires of the cell, or its direction"
            )
        both = range(1, len(self.file.loads))
        hysteresis = max(abs(results[f"down-{n}"]["mean"] - results[f"up-{n}"]["mean"]) for n in both)
        found = {
            "hysteresis": hysteresis / span,
            "creep": abs(results["creep"]["change"]) / span,
            "zero_return": abs(results["empty-again"]["mean"] - empty) / span,
        }
        self._refuse(found)
        columns = Columns(self.file.reading_unit, "g")
        columns.add((0.0, self._u(results["empty"], hysteresis)), (0.0, 0.0), "up")
        for key in [*(f"up-{n}" for n in (*both, len(self.file.loads))), *(f"down-{n}" for n in reversed(both))]:
            load = self.file.loads[int(key.partition("-")[2]) - 1]
            reading = (results[key]["mean"] - empty, self._u(results[key], hysteresis))
            columns.add(reading, self._load(load), "up" if key.startswith("up") else "down")
        most = RATIO.magnitude("residual", self.file.refuse.residual) / 100.0 * max(columns.reference)
        known = zip(columns.u_reference, columns.reference, strict=True)
        relative = max((u / mass for u, mass in known if mass > 0.0), default=0.0)
        curve = curve_through(columns, common=[relative * mass for mass in columns.reference], max_residual=most)
        return {
            "standards": [plain_standard(one) for one in self.weights.values()],
            **air_tables(self.file.holds, [results["air-before"], results["air-after"]]),
            **columns.tables(curve, self.file.state),
            "properties": {name: f"{100.0 * value:.3g} %" for name, value in found.items()},
        }

    def _refuse(self, found: Mapping[str, float]) -> None:
        reasons = [
            f"{name}: expected at most {getattr(self.file.refuse, name)} of the span, found {100.0 * value:.3g} %"
            for name, value in found.items()
            if value > RATIO.magnitude(name, getattr(self.file.refuse, name)) / 100.0
        ]
        if reasons:
            raise CalibrationError("; ".join([*reasons, "look for friction, an overloaded cell, a loose screw"]))

    def _u(self, read: Mapping[str, Any], hysteresis: float) -> float:
        """Standard uncertainty of one mean: its noise, that of the empty cell, and half the hysteresis."""
        return math.hypot(math.sqrt(2.0) * read["sd"] / math.sqrt(read["n"]), hysteresis / 2.0 / math.sqrt(3.0))

    def _load(self, load: Sequence[str]) -> tuple[float, float]:
        values = [certified(self.weights[name], MASS) for name in load]
        return (
            sum(MASS.magnitude("value", value) for value, _ in values),
            sum(MASS.magnitude("u", u) for _, u in values),
        )
