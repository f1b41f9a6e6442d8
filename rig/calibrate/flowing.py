"""A pump that runs for a while onto the balance: what procedures for flow sensors and for the pump itself share.

Level, flow, level: the volume is the difference of two levels at rest, with what evaporated in between. The first
minutes of a rate, in which line and tube find their shape, are not counted where a reading is taken during the flow.
"""

from __future__ import annotations

import math
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from calibration.units import FLOW, TIME, VOLUME
from rig.bench import calibration_path
from rig.calibrate.bench import FEWEST
from rig.calibrate.collect import LEVEL_S, Tip, evaporation, levels
from rig.calibrate.errors import ProcedureError
from rig.calibrate.procedure import Procedure, ProcedureFile
from rig.calibrate.steps import Act, Step, Take, Tell
from rig.calibrate.tables import air_step
from rig.fields import PositiveDuration, default

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from rig.calibrate.bench import Station


#: The scatter of so many whole cycles says how well their mean is known.
FEWEST_CYCLES = 4


class FlowingFile(ProcedureFile):
    """What both say.

    Attributes:
        balance: channel of the witness at the tip.
        environment: channel of the air.
        evaporation: how long evaporation is read with nothing flowing.
        relax: how long line and tube come to rest after the pump has stopped.
    """

    balance: str = "balance"
    environment: str = "environment"
    evaporation: PositiveDuration = default(TIME, "10 min")
    relax: PositiveDuration = default(TIME, "60 s")
    state: Literal["as found", "as left"] = "as left"


@dataclass(frozen=True)
class Collected:
    """What one stretch of flow delivered.

    Attributes:
        volume_ul, u_ul: onto the balance, with the standard uncertainty from levels, linearity and evaporation.
        u_shot_ul: of the volume as a flow over this time, since it is a whole number of shots.
        seconds: how long the pump ran.
    """

    volume_ul: float
    u_ul: float
    u_shot_ul: float
    seconds: float


@dataclass(frozen=True)
class Watched:
    """A column that is read while the pump runs.

    Attributes:
        channel, column: which.
        cycle_s: length of a cycle of the pump [s].
    """

    channel: str
    column: str
    cycle_s: float


def mean_of_cycles(times: Sequence[float], values: Sequence[float], cycle_s: float) -> dict[str, Any]:
    """Mean of a reading that pulsates with the pump, and its standard uncertainty.

    The strokes of a pump repeat from cycle to cycle, so it is the scatter of whole cycles that says how well the mean
    is known; what is left after the last whole one is not used.

    Args:
        times: of the readings [s].
        values: the readings.
        cycle_s: length of a cycle [s].

    Raises:
        CalibrationError: too few readings, or too few whole cycles.
    """
    begin = times[0] if times else 0.0
    whole = int((times[-1] - begin) / cycle_s + 0.02) if times else 0
    cycles: list[list[float]] = [[] for _ in range(whole)]
    for time, value in zip(times, values, strict=True):
        if (place := int((time - begin) / cycle_s)) < whole:
            cycles[place].append(value)
    if whole < FEWEST_CYCLES or min(map(len, cycles)) < FEWEST:
        raise CalibrationError(
            f"expected at least {FEWEST_CYCLES} whole cycles of {cycle_s:.3g} s with {FEWEST} usable readings each, "
            f"found {whole} cycles and {len(values)} readings; let the pump run longer"
        )
    means = [statistics.fmean(one) for one in cycles]
    return {"mean": statistics.fmean(means), "u": statistics.stdev(means) / math.sqrt(whole), "n": len(values)}


class Flowing(Procedure):
    """Steps and arithmetic of a pump that runs onto the balance."""

    RUNS_PUMP = True
    file: FlowingFile

    def first_steps(self) -> list[Step]:
        """The set-up, the air, the evaporation."""
        seconds = TIME.magnitude("evaporation", self.file.evaporation)

        def still(station: Station) -> Generator[float, None, Any]:
            return (yield from evaporation(station, self.file.balance, seconds))

        text = (
            "Fill and prime the pump with degassed water, see that there is no bubble, and let the needle dip into the "
            "beaker without touching it."
        )
        return [
            Tell("prime", text, Act("unclamp-line"), self.settle_s),
            air_step(self.file.environment, "air-before"),
            Take("still", f"Nothing flows for {seconds / 60:g} min: evaporation is read.", still),
        ]

    def run_step(self, key: str, text: str, rate: str, seconds: float, watched: Watched | None = None) -> Step:
        """Run at a rate for a while; levels at either end, and what was watched meanwhile.

        Args:
            key, text: of the step.
            rate: as a file would say it.
            seconds: how long the pump runs.
            watched: what is read during the second half of the flow.
        """

        def take(station: Station) -> Generator[float, None, Any]:
            return (yield from self._run(station, rate, seconds, watched))

        return Take(key, text, take)

    def _run(self, station: Station, rate: str, seconds: float, watched: Watched | None) -> Generator[float, None, Any]:
        pump, clock = station.opened.device, station.opened.clock
        times, masses = list[float](), list[float]()

        def weigh(while_s: float) -> Generator[float, None, None]:
            t, m, _ = yield from station.readings(self.file.balance, "mass_g", while_s)
            times.extend(t)
            masses.extend(m)

        yield from weigh(LEVEL_S + 2.0)
        begin, claimed = clock.now(), pump.state().claimed
        try:
            pump.set_rate(FLOW.parse("rate", rate))
            pump.start()
            station.alive = True
            found = yield from self._watch(station, seconds, watched)
            ran = clock.now() - begin
        finally:
            station.make_safe()
        yield from station.wait(TIME.magnitude("relax", self.file.relax))
        end = clock.now()
        yield from weigh(LEVEL_S + 2.0)
        grams, u_g, apart = levels(times, masses, begin, end)
        moved = pump.state().claimed - claimed
        return {"g": grams, "u_g": u_g, "s": ran, "apart_s": apart, "claimed_ul": moved.m_as("uL"), "watched": found}

    def _watch(
        self, station: Station, seconds: float, watched: Watched | None
    ) -> Generator[float, None, dict[str, Any] | None]:
        """Let it run; what is watched is read over the second half."""
        if watched is None:
            yield from station.wait(seconds)
            return None
        yield from station.wait(seconds / 2.0)
        times, values, left_out = yield from station.readings(watched.channel, watched.column, seconds / 2.0)
        return {**mean_of_cycles(times, values, watched.cycle_s), "left_out": left_out}

    def tip(self) -> Tip:
        """The balance with its record.

        Raises:
            ProcedureError: the bench has no such witness, or it has no record yet; calibrate the balance first.
        """
        bench = self.station.opened.file
        table = next((one for one in bench.witness if one.name == self.file.balance), None)
        if table is None or table.calibration is None:
            raise ProcedureError(
                f"{self.file.balance}: expected a witness with a calibration record in the bench file, found none; "
                "calibrate the balance first, and name its record"
            )
        return Tip(table, load_calibration_record(calibration_path(bench, table.name)))

    def collected(self, results: Mapping[str, Any], key: str, tip: Tip) -> Collected:
        """Volume of one stretch, evaporation added."""
        run, still = results[key], results["still"]
        shot = self.station.opened.file.device.shot_volume
        hours = run["apart_s"] / 3600.0
        grams = run["g"] + still["mg_h"] * hours * 1e-3
        u_g = math.sqrt(run["u_g"] ** 2 + (still["u_mg_h"] * hours * 1e-3) ** 2 + 2.0 * tip.linearity_g**2 / 3.0)
        factor = tip.ul_per_g(results["air-before"])
        # The pump moves whole shots: within one either way it is chance how many fall into a stretch of time.
        u_shot_ul = 0.0 if shot is None else VOLUME.magnitude("shot_volume", shot) / math.sqrt(3.0)
        return Collected(grams * factor, u_g * factor, u_shot_ul, run["s"])
