"""The tables of a protocol file beside the program: timing, limits, conditions, safety, prompts.

The reference for people is ``docs/files.md``; :mod:`rig.protocol` reads the file.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from calibration.units import RATIO, TEMPERATURE, TIME, VOLUME
from rig.fields import (
    Density,
    DensityDifference,
    Duration,
    FileModel,
    PositiveDuration,
    PositiveVolume,
    Ratio,
    Temperature,
    default,
    refused,
)
from rig.protocol_findings.catheter import BackPressure, Compliance, Occlusion
from rig.protocol_findings.doses import DoseVerdict
from rig.protocol_findings.happened import Alarms, EventTable, Recovery
from rig.protocol_findings.leak import Leak
from rig.protocol_findings.limits import SeriesLimit
from rig.protocol_findings.rates import AfterStop, DaySchedule, MinimumRate, RateWindows, Reprogramming
from rig.protocol_findings.reservoir import Battery, Reservoir
from rig.protocol_findings.ruled import Decided, Ruled
from rig.protocol_findings.screening import Screening
from rig.protocol_findings.sequential import MeanFlowError
from rig.protocol_findings.sides import LongestTime, PercentSides

#: When a prompt may be asked; it is asked before what it names begins.
Moment = Literal["before", "evaporation_before", "delivery", "evaporation_after", "after"]


class Timing(FileModel):
    """How long each part of the run lasts.

    Attributes:
        evaporation_before, evaporation_after: legs at zero flow in which evaporation is measured; without both
            no result can be released.
        settle: pause between the end of a leg and what follows.
        stabilization: from the start of delivery to the start of the analysis.
        analysis: what the findings are about.
        sample_interval: of the trumpet and start-up curves (S of IEC 60601-2-24).
    """

    evaporation_before: PositiveDuration | None = None
    evaporation_after: PositiveDuration | None = None
    settle: Duration = default(TIME, "60 s")
    stabilization: Duration = default(TIME, "0 s")
    analysis: PositiveDuration
    sample_interval: PositiveDuration = default(TIME, "15 min")

    @model_validator(mode="after")
    def _whole_samples(self) -> Self:
        if not is_multiple(self.analysis_s, self.sample_interval_s):
            raise refused("analysis must be a whole multiple of sample_interval; change one of them")
        return self

    @property
    def analysis_s(self) -> float:
        """Length of the analysis [s]."""
        return TIME.magnitude("analysis", self.analysis)

    @property
    def stabilization_s(self) -> float:
        """Length of the stabilization [s]."""
        return TIME.magnitude("stabilization", self.stabilization)

    @property
    def delivery_s(self) -> float:
        """Stabilization and analysis [s]: how long the program runs."""
        return self.stabilization_s + self.analysis_s

    @property
    def sample_interval_s(self) -> float:
        """S [s]."""
        return TIME.magnitude("sample_interval", self.sample_interval)


class TrumpetCurve(Ruled):
    """Extreme errors over windows of the analysis; informative without a limit."""

    windows: Annotated[tuple[PositiveDuration, ...], Field(min_length=1)]
    limit: PercentSides | None = None


class StartUp(Ruled):
    """The start-up curve: when the flow stays within ``band`` of the programmed one.

    Attributes:
        band: either side of the programmed flow.
        limit: from the start of delivery until it does; informative without one.
    """

    band: Ratio = default(RATIO, "10 %")
    limit: LongestTime | None = None


class Bolus(Ruled):
    """Boluses of the program: their mean error and the largest one.

    Attributes:
        limit: of the mean and of the largest, or of a series.
        settle: how long after its end a bolus still arrives at the tip.
    """

    limit: SeriesLimit
    settle: Duration = default(TIME, "5 min")


class Any24Hours(Decided):
    """The most and the least that any 24 h delivered, against the program's.

    Attributes:
        step: between the starts that are looked at.
    """

    step: PositiveDuration = default(TIME, "15 min")


class Findings(FileModel):
    """What is measured, and against which limits."""

    mean_flow_error: MeanFlowError
    trumpet: TrumpetCurve | None = None
    start_up: StartUp | None = None
    claim_agreement: Decided | None = None
    bolus: Bolus | None = None
    priming_bolus: Bolus | None = None
    bridge_bolus: Bolus | None = None
    any_24_h: Any24Hours | None = None
    rate_windows: RateWindows | None = None
    day_schedule: DaySchedule | None = None
    reprogramming: Reprogramming | None = None
    stop: AfterStop | None = None
    minimum_rate: MinimumRate | None = None
    dose: DoseVerdict | None = None
    occlusion: Occlusion | None = None
    back_pressure: BackPressure | None = None
    compliance: Compliance | None = None
    leak: Leak | None = None
    events: tuple[EventTable, ...] = ()
    alarms: Alarms | None = None
    recovery: Recovery | None = None
    reservoir: Reservoir | None = None
    battery: Battery | None = None
    screening: Screening | None = None

    @model_validator(mode="after")
    def _compliance_of_a_leak(self) -> Self:
        stored = None if self.leak is None else self.leak.stored
        if stored is not None and stored.compliance is None and self.compliance is None:
            raise refused("leak.stored needs the compliance of the line: give it, or add [findings.compliance]")
        return self


class Fluid(FileModel):
    """What the pump delivers. Any fluid but water needs a measured density.

    Attributes:
        name: for the report; ``water`` has a density of its own.
        density: at the stated temperature.
        density_u: its standard uncertainty.
    """

    name: Annotated[str, Field(min_length=1)] = "water"
    density: Density | None = None
    density_u: DensityDifference | None = None

    @model_validator(mode="after")
    def _known_density(self) -> Self:
        given = self.density is not None
        if given != (self.density_u is not None):
            raise refused("density and density_u belong together; give both or neither")
        if not given and self.name != "water":
            raise refused(f"{self.name!r} is not water; give its measured density and density_u")
        return self


class Conditions(FileModel):
    """For which volumes are stated: the temperature, and the fluid."""

    stated_temperature: Temperature = default(TEMPERATURE, "22 degC")
    fluid: Fluid = Field(default_factory=Fluid)


class Intervals(FileModel):
    """How often each channel is asked; a bench's own ``interval`` counts where it is longer."""

    pump: PositiveDuration = default(TIME, "1 s")
    witness: PositiveDuration = default(TIME, "1 s")
    environment: PositiveDuration = default(TIME, "10 s")


class Safety(FileModel):
    """The run is stopped when a witness has seen ``expected x (1 + over_volume_ratio) + over_volume``."""

    over_volume_ratio: Ratio = default(RATIO, "50 %")
    over_volume: PositiveVolume = default(VOLUME, "50 uL")


class Gate(FileModel):
    """What must hold before the run starts: U, as predicted, fits ``ratio`` times into the limit of each finding."""

    ratio: Annotated[float, Field(ge=1.0, le=20.0)] = 4.0


class QualificationAsked(FileModel):
    """The bench must have qualified itself (``rig qualify``) before a run of this protocol may start.

    Attributes:
        within: how long ago at most, counted in whole days.
        short: whether the short form is enough.
    """

    within: PositiveDuration
    short: bool = False


class Prompt(FileModel):
    """A question to the operator; a required one is waited for."""

    at: Moment
    text: Annotated[str, Field(min_length=1)]
    required: bool = True


def is_multiple(longer: float, shorter: float) -> bool:
    """Whether one length is a whole multiple (at least 1) of the other, to 1e-9 relative."""
    times = round(longer / shorter)
    return times >= 1 and abs(longer - times * shorter) <= 1e-9 * longer
