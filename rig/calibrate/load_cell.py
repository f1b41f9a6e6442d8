"""Calibration of a load cell: loading and unloading, creep under the greatest load, return to zero.

    schema = 1
    kind = "load-cell"
    channel = "device"                      # or a data acquisition device
    column = "load_cell_raw"
    reading_unit = "count"                  # or "V/V", "mV/V"
    record_channel = "load-cell"
    method = "house method 9: weights up and down"
    weights = ["W-5", "W-10", "W-20"]       # put on one by one, and taken off in the opposite order
    creep = "5 min"

A reading is the difference to the empty cell before it: no reading means no load, and the curve goes through zero. The
noise of the one reading of the empty cell is in every difference, so they hang together. Creep and hysteresis stay in
the record as properties, and half of the hysteresis, taken as rectangular, is in the uncertainty of every reading.
Terms: OIML R 60.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from calibration.errors import CalibrationError
from calibration.type_a import widened
from calibration.units import MASS, RATIO, TIME
from rig.calibrate.around import Around, AroundFile
from rig.calibrate.curve_tables import Columns, curve_through
from rig.calibrate.steps import Act, Step, Take, Tell, grouped
from rig.calibrate.tables import plain_standard
from rig.calibrate.weighing import certified_load_g
from rig.fields import FileModel, PositiveDuration, Ratio, default, refused

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from datetime import date

    from calibration.curve import Curve
    from calibration.standards import Standards
    from rig.calibrate.bench import Station

_Serial = Annotated[str, Field(min_length=1)]
#: Creep is the change between these two moments of holding the greatest load, in parts of it.
_EARLY, _LATE = 0.1, 0.9


class Refusals(FileModel):
    """What the cell may do at most, each relative to the greatest load; beyond it nothing is filed."""

    hysteresis: Ratio = default(RATIO, "0.5 %")
    creep: Ratio = default(RATIO, "0.5 %")
    zero_return: Ratio = default(RATIO, "0.5 %")
    residual: Ratio = default(RATIO, "0.2 %")


class LoadCellFile(AroundFile):
    """Settings; see the module."""

    POINTS: ClassVar[str] = "weights"

    kind: Literal["load-cell"]
    column: str = "load_cell_raw"
    reading_unit: Literal["count", "V/V", "mV/V"] = "count"
    state: Literal["as found", "as left"] = "as left"
    weights: Annotated[tuple[_Serial, ...], Field(min_length=3)]
    creep: PositiveDuration = default(TIME, "5 min")
    refuse: Refusals = Field(default_factory=Refusals)

    @model_validator(mode="after")
    def _each_is_there_once(self) -> Self:
        if len(set(self.weights)) != len(self.weights):
            raise refused("weights: the same weight stands there twice; it can be put on once")
        return self


class LoadCell(Around):
    """The procedure of :class:`LoadCellFile`."""

    FILE = LoadCellFile
    file: LoadCellFile

    def __init__(self, file: LoadCellFile, standards: Standards, today: date) -> None:
        super().__init__(file, standards, today)
        self.weights = {name: standards.find(name, today, MASS) for name in sorted(set(file.weights))}

    def steps(self) -> Sequence[Step]:
        """Empty, up, creep, down, empty."""
        weights = self.file.weights
        steps: list[Tell | Take] = [self._empty(), self._read("up-0")]
        for number, weight in enumerate(weights, start=1):
            on = Act("load-cell-weight", {"weight": weight})
            steps.append(Tell(f"put-{number}", f"Add {weight}, without a jolt.", on, self.settle_s))
            steps.append(self._read(f"up-{number}"))
        steps.append(self._creep())
        for number, weight in list(enumerate(weights))[::-1]:
            off = Act("load-cell-remove", {"weight": weight})
            steps.append(Tell(f"take-{number}", f"Take {weight} off; leave the others.", off, self.settle_s))
            steps.append(self._read(f"down-{number}"))
        steps.append(Tell("reservoir-on", "Put the reservoir back.", Act("load-cell-clear", {"reservoir": "on"}), 0.0))
        return [*self.first_around(supply=True), *grouped("load", steps), self.air("after")]

    def _empty(self) -> Tell:
        off = Act("load-cell-clear", {"reservoir": "off"})
        return Tell("reservoir-off", "Take the reservoir off the load cell and leave it empty.", off, self.settle_s)

    def _read(self, key: str) -> Take:
        def take(station: Station) -> Generator[float, None, Any]:
            return (yield from station.mean(self.file.channel, self.file.column, self.average_s)).as_json()

        return Take(key, "The load cell is read; do not touch anything.", take)

    def _creep(self) -> Take:
        seconds = TIME.magnitude("creep", self.file.creep)

        def take(station: Station) -> Generator[float, None, Any]:
            times, values, _ = yield from station.readings(self.file.channel, self.file.column, seconds)
            first = times[0] if times else 0.0
            begin, end = first + _EARLY * seconds, first + _LATE * seconds
            early = [v for t, v in zip(times, values, strict=True) if t <= begin]
            late = [v for t, v in zip(times, values, strict=True) if t >= end]
            if not early or not late:
                raise CalibrationError(
                    f"{self.file.channel}: expected readings from the beginning to the end of {seconds:g} s of creep, "
                    f"found {len(early)} early and {len(late)} late ones; see that the cell answers, then read again"
                )
            return {"change": sum(late) / len(late) - sum(early) / len(early), "n": len(values)}

        return Take("creep", f"Leave the greatest load alone for {seconds / 60:g} min: creep is read.", take)

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """Points up and down, curve, hysteresis, creep and zero return."""
        count = len(self.file.weights)
        empty = results["up-0"]["mean"]
        span = results[f"up-{count}"]["mean"] - empty
        if span <= 0.0:
            raise CalibrationError(
                f"{self.file.column}: expected readings that rise with the load, found {span:g} "
                f"{self.file.reading_unit} under the greatest one; swap the signal wires of the cell, or its direction"
            )
        hysteresis = max(abs(results[f"down-{n}"]["mean"] - results[f"up-{n}"]["mean"]) for n in range(1, count))
        found = {
            "hysteresis": hysteresis / span,
            "creep": abs(results["creep"]["change"]) / span,
            "zero_return": abs(results["down-0"]["mean"] - empty) / span,
        }
        self._refuse(found)
        columns, noise = Columns(self.file.reading_unit, "g"), self._u_mean(results)
        # What up and down differ by beyond their noise, as a rectangle about the middle of the two.
        bend = max(0.0, hysteresis - 3.0 * math.sqrt(2.0) * noise) / 2.0 / math.sqrt(3.0)
        for way, order in (("up", range(count + 1)), ("down", range(count - 1, -1, -1))):
            for number in order:
                read = results[f"{way}-{number}"]
                reading = (read["mean"] - empty, math.hypot(noise, bend))
                load = certified_load_g(self.weights, self.file.weights[:number])
                columns.add(reading, load, "up" if way == "up" else "down")
        most = RATIO.magnitude("residual", self.file.refuse.residual) / 100.0 * max(columns.reference)
        curve = _curve(columns, noise, bend, most)
        return {
            "standards": [plain_standard(one) for one in self.weights.values()],
            **self.around_tables(results),
            **columns.tables(curve, self.file.state),
            "properties": {
                **{name: f"{100.0 * value:.3g} %" for name, value in found.items()},
                "empty_reading": f"{empty:.12g} {self.file.reading_unit}",
            },
        }

    def _refuse(self, found: Mapping[str, float]) -> None:
        reasons = [
            f"{name}: expected at most {getattr(self.file.refuse, name)} of the span, found {100.0 * value:.3g} %"
            for name, value in found.items()
            if value > RATIO.magnitude(name, getattr(self.file.refuse, name)) / 100.0
        ]
        if reasons:
            raise CalibrationError("; ".join([*reasons, "look for friction, an overloaded cell, a loose screw"]))

    def _u_mean(self, results: Mapping[str, Any]) -> float:
        """Standard uncertainty of one mean, from the scatter of all of them pooled."""
        reads = [read for key, read in results.items() if key.startswith(("up-", "down-"))]
        freedom = sum(read["n"] - 1 for read in reads)
        pooled = math.sqrt(sum(read["sd"] ** 2 * (read["n"] - 1) for read in reads) / freedom)
        return widened(pooled / math.sqrt(min(read["n"] for read in reads)), freedom)


def _curve(columns: Columns, noise: float, bend: float, most: float) -> Curve:
    """Through zero; the first reading of the empty cell is no point of its own, it is the zero of all others."""
    loaded = columns.after(1)
    relative = max(u / mass for u, mass in zip(loaded.u_reference, loaded.reference, strict=True) if mass > 0.0)
    together = [
        [noise**2 + (u**2 if row == column else 0.0) for column in range(len(loaded.reading))]
        for row, u in enumerate(loaded.u_reading)
    ]
    return curve_through(
        loaded,
        common=[[relative * mass for mass in loaded.reference]],
        common_reading=bend,
        cov_reading=together,
        through_zero=True,
        max_residual=most,
    )
