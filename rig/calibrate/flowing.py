"""A pump that runs for a while onto the balance: what procedures for flow sensors and for the pump itself share.

Level, flow, level: the volume is the difference of two levels at rest, with what evaporated in between. The first
minutes of a rate, in which line and tube find their shape, are not counted where a reading is taken during the flow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from calibration.errors import CalibrationError
from calibration.units import FLOW, TIME, VOLUME
from rig.calibrate.around import Around, AroundFile
from rig.calibrate.collect import Tip, evaporation, levels
from rig.calibrate.collected import Collected, covariance
from rig.calibrate.cycles import mean_of_cycles
from rig.calibrate.errors import ProcedureError
from rig.calibrate.steps import Act, Step, Take, Tell
from rig.calibrate.still import LEVEL_S, wander_g2
from rig.calibrate.tables import record_of
from rig.fields import PositiveDuration, default

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from rig.calibrate.bench import Station


#: What is watched is read for so much longer than the whole cycles that are wanted: the first and the last readings of
#: a stretch go missing on the wire, and a shot with them [s].
_LEAD_S = 3.0
#: Clocks of pump and host, in all, relative [K].
_CLOCKS = 200e-6
#: Start and stop of a pump are heard within so many shots.
_SHOTS_ASTRAY = 2.0


class FlowingFile(AroundFile):
    """What both say.

    Attributes:
        balance: channel of the witness at the tip.
        evaporation: how long evaporation is read with nothing flowing: three times a run, or what the balance wanders
            by in a run is guessed from what it does in a shorter time.
        relax: how long line and tube come to rest after the pump has stopped.
    """

    balance: str = "balance"
    evaporation: PositiveDuration = default(TIME, "30 min")
    relax: PositiveDuration = default(TIME, "60 s")
    state: Literal["as found", "as left"] = "as left"


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


class Flowing(Around):
    """Steps and arithmetic of a pump that runs onto the balance."""

    RUNS_PUMP = True
    file: FlowingFile

    def first_steps(self) -> list[Step]:
        """The set-up, the air, what feeds the pump, the evaporation."""
        seconds = TIME.magnitude("evaporation", self.file.evaporation)

        def still(station: Station) -> Generator[float, None, Any]:
            return (yield from evaporation(station, self.file.balance, seconds))

        text = (
            "Fill and prime the pump with degassed water, see that there is no bubble, and let the needle dip into the "
            "beaker without touching it."
        )
        return [
            Tell("prime", text, Act("unclamp-line"), self.settle_s, again=True),
            *self.first_around(supply=True),
            Take("still", f"Nothing flows for {seconds / 60:g} min: evaporation is read.", still),
        ]

    def run_step(self, key: str, text: str, rate: str, seconds: float, watched: Watched | None = None) -> Take:
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
        told = {"rate_ul_h": FLOW.magnitude("rate", FLOW.parse("rate", rate)), "claimed_ul": moved.m_as("uL")}
        return {"g": grams, "u_g": u_g, "s": ran, "apart_s": apart, **told, "watched": found}

    def _watch(
        self, station: Station, seconds: float, watched: Watched | None
    ) -> Generator[float, None, dict[str, Any] | None]:
        """Let it run; what is watched is read over the second half."""
        if watched is None:
            yield from station.wait(seconds)
            return None
        read_s = min(seconds, seconds / 2.0 + _LEAD_S)
        yield from station.wait(seconds - read_s)
        times, values, left_out = yield from station.readings(watched.channel, watched.column, read_s)
        return {**mean_of_cycles(times, values, watched.cycle_s), "left_out": left_out}

    def tip(self) -> Tip:
        """The balance with its record.

        Raises:
            ProcedureError: the bench has no such witness, or it has no record yet; calibrate the balance first.
        """
        witnesses = self.station.opened.file.witness
        table = next((one for one in witnesses if one.name == self.file.balance), None)
        if table is None:
            raise ProcedureError(f"{self.file.balance}: expected a witness of that name in the bench file, found none")
        return Tip(table, record_of(self.station, table.name))

    def collected(self, results: Mapping[str, Any], key: str, tip: Tip) -> Collected:
        """Volume of one stretch, evaporation added."""
        run, still = results[key], results["still"]
        hours = run["apart_s"] / 3600.0
        grams = run["g"] + still["mg_h"] * hours * 1e-3
        u_g = math.hypot(run["u_g"], math.sqrt(wander_g2(still, run["apart_s"])))
        gone_g = still["u_mg_h"] * hours * 1e-3
        factor = tip.ul_per_g(results["air-before"])
        bend_g = tip.linearity_g / math.sqrt(3.0)
        return Collected(grams * factor, u_g * factor, gone_g * factor, bend_g * factor, run["apart_s"])

    def own_covariance(
        self, results: Mapping[str, Any], volumes: Sequence[Collected], units: Sequence[float]
    ) -> list[list[float]]:
        """Covariance of volumes one after another, each in a unit; see :func:`rig.calibrate.collected.covariance`."""
        factor = self.tip().ul_per_g(results["air-before"])
        return covariance(volumes, units, lambda apart_s: factor**2 * wander_g2(results["still"], apart_s))

    def flowed_s(self, results: Mapping[str, Any], key: str) -> float:
        """The time of the shots that were counted in a stretch, at the pump's own interval [s].

        Over the time between start and stop it would be chance whether one shot more or less falls into it. What a
        shot moves is in the count and in the interval alike, so the pump's claim of a volume plays no part.

        Raises:
            CalibrationError: these are not the shots of that time.
        """
        run = results[key]
        shot = self.station.opened.file.device.shot_volume
        if shot is None:
            return float(run["s"])
        flowed_s = 3600.0 * float(run["claimed_ul"]) / float(run["rate_ul_h"])
        interval_s = 3600.0 * VOLUME.magnitude("shot_volume", shot) / run["rate_ul_h"]
        if abs(flowed_s - run["s"]) > _SHOTS_ASTRAY * interval_s + _CLOCKS * run["s"]:
            raise CalibrationError(
                f"{key}: expected the shots of {run['s']:.6g} s, found those of {flowed_s:.6g} s; did the pump stop?"
            )
        return flowed_s
