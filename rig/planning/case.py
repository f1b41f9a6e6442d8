"""A run that is being planned: its uncertainty and its bench time at lengths other than the planned ones.

>>> case = Case(protocol, bench, calibrations)                                      # doctest: +SKIP
>>> case.predict(Lengths(leg_s=3600.0, analysis_s=7200.0)).findings[0].expanded     # doctest: +SKIP

Nothing is estimated by a formula of its own: each answer is a prediction of :mod:`rig.predict`, of the protocol with
other lengths in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from calibration.errors import DoseproofError
from calibration.units import MASS, TIME
from rig.dose_tables import Continuous, DaySchedule, MinimumRate
from rig.findings.families import FAMILIES
from rig.plan import make_plan, reference_witness
from rig.predict import Allowance, Prediction, predict
from rig.predict.streams import stated_noise
from rig.protocol import changed
from rig.protocol_tables import Findings, Timing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.delivery.levels import Noise
    from rig.plan import Plan
    from rig.protocol import Protocol

#: Findings that get better with a longer analysis; all others are about stretches whose length the protocol fixes.
OVER_THE_ANALYSIS: Final = ("mean_flow_error", "claim_agreement")
_LEGS: Final = ("evaporation_before", "evaporation_after")


@dataclass(frozen=True, slots=True)
class Lengths:
    """What of a run may be made longer or shorter.

    Attributes:
        leg_s: each of the two evaporation legs [s]; None for those of the protocol.
        analysis_s: the analysis [s]; None for that of the protocol.
    """

    leg_s: float | None = None
    analysis_s: float | None = None


class Case:
    """One protocol on one bench; predictions are made once.

    Args:
        protocol, bench, calibrations: as for :func:`rig.predict.predict`.
        measured: the noise record of the balance at the tip, where the bench names one.
        allowance: for what only the run can tell.
    """

    def __init__(
        self,
        protocol: Protocol,
        bench: Bench,
        calibrations: Mapping[str, CalibrationRecord],
        measured: CalibrationRecord | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self.protocol, self.bench, self.calibrations = protocol, bench, calibrations
        self.measured, self.allowance = measured, allowance or Allowance()
        self._made: dict[tuple[Lengths, bool], Prediction] = {}

    @property
    def stretchable(self) -> bool:
        """Whether the program can go on for longer: it ends with a rate or a schedule that may simply hold."""
        last = self.protocol.program.segments[-1]
        return isinstance(last, DaySchedule | MinimumRate) or (isinstance(last, Continuous) and not last.changes)

    @property
    def has_legs(self) -> bool:
        """Whether evaporation may be measured in legs; a protocol that declares a bound has none."""
        return self.protocol.evaporation_bound is None

    def at(self, lengths: Lengths, **tables: Any) -> Protocol:
        """The protocol with these lengths (an analysis of whole sample intervals), and with other tables.

        Raises:
            FileError: no protocol can have them: the reservoir is empty by then, a window is longer than the analysis.
        """
        timing: dict[str, Any] = dict(self.protocol.timing)
        if lengths.leg_s is not None and self.has_legs:
            timing |= dict.fromkeys(_LEGS, TIME.quantity(lengths.leg_s))
        if lengths.analysis_s is not None:
            timing["analysis"] = TIME.quantity(lengths.analysis_s)
            tables["program"] = self._open_ended()
        tables["timing"] = Timing.model_validate(timing)
        return changed(self.protocol, self.bench.limits, **tables)

    def fits(self, lengths: Lengths) -> bool:
        """Whether a protocol can have these lengths."""
        try:
            self.at(lengths)
        except DoseproofError:
            return False
        return True

    def cycles(self, analysis_s: float) -> int | None:
        """Whole cycles of the pump in an analysis of that length; None where none are declared, or it holds none."""
        return self.predict(Lengths(analysis_s=analysis_s if self.stretchable else None), whole=False).cycles

    def predict(self, lengths: Lengths, *, whole: bool = True) -> Prediction:
        """The prediction; without findings where the run would be too short, or cannot be.

        Args:
            lengths: of the run; an analysis of whole sample intervals.
            whole: with every finding of the protocol, else those over the analysis alone, which is far quicker.
        """
        key = (lengths, whole)
        if key not in self._made:
            try:
                self._made[key] = self.predicted(self.at(lengths) if whole else self.at(lengths, findings=self._over()))
            except DoseproofError:
                self._made[key] = Prediction((), 0.0)
        return self._made[key]

    def predicted(self, protocol: Protocol, *, quieter: float = 1.0) -> Prediction:
        """The prediction of a protocol on this bench.

        Args:
            protocol: maybe with other lengths or tables.
            quieter: how many times less noise the balance would have.

        Raises:
            CalibrationError, EvidenceError: as :func:`rig.predict.predict`.
        """
        noise, measured = (None, self.measured) if quieter == 1.0 else self._quieter(quieter)
        return predict(
            protocol, self.bench, self.calibrations, noise=noise, allowance=self.allowance, measured=measured
        )

    def plan(self, lengths: Lengths) -> Plan:
        """Phases of a run of these lengths; windows that would not fit into it do not matter here.

        Raises:
            FileError: as :meth:`at`.
        """
        return make_plan(self.at(lengths, findings=self._over()), self.bench)

    def unplanned(self) -> Iterator[str]:
        """Tables with limits whose findings stand on events, so that no plan can tell their U."""
        for family in FAMILIES:
            asked = getattr(self.protocol.findings, family.name)
            tables = asked if isinstance(asked, tuple) else (asked,)
            if not family.planned(self.protocol) and any(one is not None and one.decides for one in tables):
                yield family.name

    def _open_ended(self) -> Any:
        program = self.protocol.program
        last = program.segments[-1].model_copy(update={"duration": None})
        return program.model_copy(update={"segments": (*program.segments[:-1], last)})

    def _over(self) -> Findings:
        return Findings(**{name: getattr(self.protocol.findings, name) for name in OVER_THE_ANALYSIS})

    def _quieter(self, times: float) -> tuple[Noise | None, CalibrationRecord | None]:
        """Noise of readings, and the noise record, of a balance that is so many times better."""
        if self.measured is not None and self.measured.noise is not None:
            parts = {
                name: MASS.quantity(MASS.magnitude(name, getattr(self.measured.noise, name)) / times)
                for name in ("reading", "slow_white", "flicker", "walk")
            }
            better = self.measured.noise.model_copy(update=parts)
            return None, self.measured.model_copy(update={"noise": better})
        balance = self.calibrations[reference_witness(self.bench)].balance
        if balance is None:
            return None, None
        stated = stated_noise(balance)
        return type(stated)(stated.sd / times, stated.lag_one, stated.source), None
