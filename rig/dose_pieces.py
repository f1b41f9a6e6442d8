"""Segments of a program cut into pieces of constant rate, and the refusal of what the pump cannot do.

>>> table = ProgramTable.model_validate({
...     "drug": "baclofen", "concentration": "500 ug/mL", "reservoir": "20 mL",
...     "segments": [{"kind": "continuous", "dose_rate": "22 ug/day", "duration": "24 h"}]})
>>> cut(table, PumpLimits())
Traceback (most recent call last):
    ...
rig.errors.ProgramError: segments[0].dose_rate: 22 ug/day at 500 ug/mL is 0.044 mL/day (1.83333 uL/h), below the \
pump's minimum of 0.048 mL/day (2 uL/h); raise the dose or fill a lower concentration
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from calibration.units import CONCENTRATION, DOSE_RATE, DRUG_AMOUNT, FLOW, TIME, VOLUME, Quantity
from rig.dose_tables import (
    BridgeBolus,
    Continuous,
    DaySchedule,
    MinimumRate,
    PrimingBolus,
    ProgramTable,
    Rate,
    SingleBolus,
    Stop,
)
from rig.errors import ProgramError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.errors import KeyPath

_DAY_S = 86400.0
_HOUR_S = 3600.0
#: Rounding of a rate that stands exactly at a limit, relative.
_TIE = 1e-9


@dataclass(frozen=True)
class PumpLimits:
    """What the pump can do.

    Attributes:
        minimum: lowest rate [K: 0.048 mL/day].
        maximum: highest rate [K: 24 mL/day].
        reservoir: volume that the reservoir holds; None where it is not known.
    """

    minimum: Quantity = field(default_factory=lambda: FLOW.parse("minimum", "0.048 mL/day"))
    maximum: Quantity = field(default_factory=lambda: FLOW.parse("maximum", "24 mL/day"))
    reservoir: Quantity | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of constant rate.

    Attributes:
        kind: ``basal``, ``bolus`` or ``stop``.
        duration_s: how long it lasts.
        rate_ul_h: flow.
        volume_ul: volume delivered in it.
        concentration_ug_ml: drug in what leaves the catheter tip.
        path: its place in the program table.
        lead_s: how long before its effect the pump is told.
    """

    kind: Literal["basal", "bolus", "stop"]
    duration_s: float
    rate_ul_h: float
    volume_ul: float
    concentration_ug_ml: float
    path: KeyPath
    lead_s: float = 0.0


def cut(table: ProgramTable, limits: PumpLimits, until: Quantity | None = None) -> tuple[Piece, ...]:
    """The pieces of a program, in order.

    Args:
        table: the program.
        limits: of the pump that shall carry it out.
        until: where a last segment without a duration ends, from the start of the program.

    Raises:
        ProgramError: with every segment that the pump cannot carry out, and why.
    """
    cutter = _Cutter(table, limits, None if until is None else TIME.magnitude("until", until))
    pieces = tuple(cutter.pieces())
    cutter.check_reservoir(pieces)
    if cutter.problems:
        raise ProgramError(cutter.problems)
    return pieces


class _Cutter:
    def __init__(self, table: ProgramTable, limits: PumpLimits, until_s: float | None) -> None:
        self.table = table
        self.limits = limits
        self.until_s = until_s
        self.elapsed_s = 0.0
        self.problems: list[tuple[KeyPath, str]] = []
        self.concentration = CONCENTRATION.magnitude("concentration", table.concentration)
        self.minimum = FLOW.magnitude("minimum", limits.minimum)
        self.maximum = FLOW.magnitude("maximum", limits.maximum)

    def pieces(self) -> Iterator[Piece]:
        for index, segment in enumerate(self.table.segments):
            for piece in self._segment(segment, ("segments", index)):
                if piece.duration_s > 0:
                    self.elapsed_s += piece.duration_s
                    yield piece

    def _segment(self, segment: object, path: KeyPath) -> Iterator[Piece]:
        match segment:
            case Continuous():
                yield from self._continuous(segment, path)
            case DaySchedule():
                yield from self._day_schedule(segment, path)
            case SingleBolus():
                yield self._single_bolus(segment, path)
            case BridgeBolus():
                yield self._bridge_bolus(segment, path)
            case PrimingBolus():
                yield self._bolus(segment.volume, segment.flow, 0.0, path)
            case MinimumRate():
                yield self._basal(self._duration(segment, path), self.minimum, path)
            case Stop():
                yield Piece("stop", self._duration(segment, path), 0.0, 0.0, self.concentration, path)

    def _continuous(self, segment: Continuous, path: KeyPath) -> Iterator[Piece]:
        end = self._duration(segment, path)
        rate, since, lead = self._rate(segment, path), 0.0, 0.0
        here = path
        for index, change in enumerate(segment.changes):
            place = (*path, "changes", index)
            lead_next = TIME.magnitude("effective_after", change.effective_after)
            told = TIME.magnitude("at", change.at)
            at = told + lead_next
            if not (since <= told and at < end):
                self._refuse((*place, "at"), "a change must come after the one before it and end within its segment")
                return
            yield self._basal(at - since, rate, here, lead)
            rate, since, lead, here = self._rate(change, place), at, lead_next, place
        yield self._basal(end - since, rate, here, lead)

    def _day_schedule(self, segment: DaySchedule, path: KeyPath) -> Iterator[Piece]:
        left = self._duration(segment, path)
        rates = [self._rate(step, (*path, "steps", i)) for i, step in enumerate(segment.steps)]
        starts = [step.start.hour * _HOUR_S + step.start.minute * 60.0 + step.start.second for step in segment.steps]
        now = (_of_day(self.table) + self.elapsed_s) % _DAY_S
        index = sum(start <= now for start in starts) - 1  # -1, the last step, before the first one begins
        while left > 0:
            following = starts[(index + 1) % len(starts)]
            lasts = min((following - now) % _DAY_S or _DAY_S, left)
            yield self._basal(lasts, rates[index], (*path, "steps", index % len(starts)))
            now, left, index = following, left - lasts, (index + 1) % len(starts)

    def _single_bolus(self, bolus: SingleBolus, path: KeyPath) -> Piece:
        volume: Any = bolus.volume
        flow: Any = bolus.flow
        if bolus.amount is not None:
            volume = VOLUME.quantity(DRUG_AMOUNT.magnitude("amount", bolus.amount) / self.concentration * 1000.0)
        if bolus.duration is not None:
            hours = TIME.magnitude("duration", bolus.duration) / _HOUR_S
            flow = FLOW.quantity(VOLUME.magnitude("volume", volume) / hours)
        return self._bolus(volume, flow, self.concentration, path)

    def _bridge_bolus(self, bridge: BridgeBolus, path: KeyPath) -> Piece:
        old = CONCENTRATION.magnitude("old_concentration", bridge.old_concentration)
        flow = FLOW.quantity(_flow_ul_h(DOSE_RATE.magnitude("dose_rate", bridge.dose_rate), old))
        return self._bolus(bridge.volume, flow, old, path)

    def _bolus(self, volume: Quantity, flow: Quantity, concentration: float, path: KeyPath) -> Piece:
        volume_ul, rate = VOLUME.magnitude("volume", volume), FLOW.magnitude("flow", flow)
        self._check_rate(rate, path, "the bolus")
        return Piece("bolus", volume_ul / rate * _HOUR_S, rate, volume_ul, concentration, path)

    def _basal(self, duration_s: float, rate: float, path: KeyPath, lead_s: float = 0.0) -> Piece:
        volume_ul = rate * (duration_s / _HOUR_S)
        return Piece("basal", duration_s, rate, volume_ul, self.concentration, path, lead_s)

    def _rate(self, said: Rate, path: KeyPath) -> float:
        if said.flow is not None:
            rate = FLOW.magnitude("flow", said.flow)
            self._check_rate(rate, (*path, "flow"), "this flow")
            return rate
        dose_rate: Any = said.dose_rate  # the table has seen to it that one of the two is there
        dose = DOSE_RATE.magnitude("dose_rate", dose_rate)
        rate = _flow_ul_h(dose, self.concentration)
        self._check_rate(rate, (*path, "dose_rate"), f"{dose:g} ug/day at {self.concentration:g} ug/mL")
        return rate

    def _duration(self, segment: Continuous | DaySchedule | MinimumRate | Stop, path: KeyPath) -> float:
        if segment.duration is not None:
            return TIME.magnitude("duration", segment.duration)
        last = path[-1] == len(self.table.segments) - 1
        if not last or self.until_s is None:
            self._refuse(path, "expected a duration such as '24 h'; only the last segment of a protocol may go without")
            return 0.0
        if self.until_s <= self.elapsed_s:
            self._refuse(path, f"begins after {self.elapsed_s / _HOUR_S:g} h, when the protocol has ended")
        return max(self.until_s - self.elapsed_s, 0.0)

    def _check_rate(self, rate: float, path: KeyPath, what: str) -> None:
        if rate < self.minimum * (1 - _TIE):
            limit, word, fix = self.minimum, "below the pump's minimum", "raise the dose or fill a lower concentration"
        elif rate > self.maximum * (1 + _TIE):
            limit, word, fix = self.maximum, "above the pump's maximum", "lower the rate or take longer for it"
        else:
            return
        self._refuse(path, f"{what} is {_shown(rate)}, {word} of {_shown(limit)}; {fix}")

    def check_reservoir(self, pieces: tuple[Piece, ...]) -> None:
        """The fill must fit the pump, and the program must fit the fill."""
        fill = VOLUME.magnitude("reservoir", self.table.reservoir)
        residual = VOLUME.magnitude("residual", self.table.residual)
        holds = self.limits.reservoir and VOLUME.magnitude("reservoir", self.limits.reservoir)
        if holds is not None and fill > holds * (1 + _TIE):
            self._refuse(("reservoir",), f"{fill / 1000:g} mL does not fit in; the pump holds {holds / 1000:g} mL")
        if not 0 <= residual < fill:
            self._refuse(("residual",), "expected a residual volume from 0 to less than the fill")
            return
        self._check_volume(pieces, fill - residual)

    def _check_volume(self, pieces: tuple[Piece, ...], usable: float) -> None:
        total, empty = sum(piece.volume_ul for piece in pieces), None
        left = usable * (1 + _TIE)
        for piece in pieces:
            left -= piece.volume_ul
            if left < 0:
                empty = piece
                break
        if empty is not None:
            self._refuse(
                empty.path,
                f"the reservoir runs empty here: the program delivers {total / 1000:g} mL in all and the fill gives "
                f"{usable / 1000:g} mL; shorten the program or fill more",
            )

    def _refuse(self, path: KeyPath, message: str) -> None:
        if (path, message) not in self.problems:
            self.problems.append((path, message))


def _of_day(table: ProgramTable) -> float:
    start = table.starts_at
    return start.hour * _HOUR_S + start.minute * 60.0 + start.second


def _flow_ul_h(dose_ug_day: float, concentration_ug_ml: float) -> float:
    return dose_ug_day / concentration_ug_ml * 1000.0 / 24.0


def _shown(rate_ul_h: float) -> str:
    return f"{rate_ul_h * 0.024:g} mL/day ({rate_ul_h:g} uL/h)"
