"""From a record to a verdict: a pure function of the record's files.

    assessment = assess(Record.open(folder))
    assessment.verdict.outcome, [finding.statement for finding in assessment.findings]

The same record gives the same numbers on another machine, years later: nothing is read but the record, and
the Monte Carlo of the noise floor is seeded from the record's content digest. :func:`compare` holds a new
assessment against the result that was sealed.

Where a calibration record turned out to be wrong, ``assess(record, {"balance": corrected})`` says what the same raw
readings mean with the right one; the record itself stays as it was sealed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from calibration.errors import CalibrationError
from calibration.record_noise import noise_table
from calibration.units import VOLUME
from rig import events, zero_flow
from rig.checklist import COPY, programmed_ul, read_checklist
from rig.checklist_answers import blocks as blocks_of
from rig.delivery.from_record import Evidence, delivery_of
from rig.delivery.modelled import ModelledNoise
from rig.errors import EvidenceError
from rig.execute.phases import BENCH_FAULT, DELIVERY, SAFETY_STOP, End
from rig.files import Source
from rig.finding import Finding
from rig.findings import any_24_h, bolus, claim, mean_flow, start_up, trumpet, witnesses
from rig.findings.check_weight import CheckWeights, check_weights
from rig.findings.curves import Curve, sample
from rig.findings.disturbance import disturbance
from rig.findings.expected import Expected
from rig.findings.families import FAMILIES
from rig.findings.over_volume import over_volume
from rig.findings.run import Run
from rig.findings.scatter import Scatter, scatter
from rig.findings.span import Span, analysis_span, constant_rate_ul_h
from rig.gate.afterwards import calibration_problems, overridden
from rig.noise_record import noise_problems
from rig.plan import AFTER_KEY, reference_witness
from rig.verdict import Verdict, conclude
from rig.verify.errors import MetricError, RuleError

if TYPE_CHECKING:
    from calibration.record import CalibrationRecord
    from rig.delivery import Delivery
    from rig.delivery.evaporated import Evaporation
    from rig.record import Record
    from rig.verify.start_up import StartUp
    from rig.verify.trumpet import Trumpet

#: Agreement of unrounded numbers between a sealed result and its recomputation, relative.
SAME_RELATIVE = 1e-9

_CannotSay = (EvidenceError, MetricError, CalibrationError, RuleError)


@dataclass
class Assessment:
    """Everything that follows from a record.

    Attributes:
        evidence: the record with its inputs.
        verdict: what it comes to.
        findings: in the order of the protocol.
        delivery: delivered volume; None where too little was recorded.
        span: what the mean flow error is about.
        curve: delivered against programmed.
        trumpet, start_up: the curves, where the program has a constant rate and the record is long enough.
    """

    evidence: Evidence
    verdict: Verdict
    findings: list[Finding] = field(default_factory=list)
    delivery: Delivery | None = None
    span: Span | None = None
    curve: Curve | None = None
    trumpet: Trumpet | None = None
    start_up: StartUp | None = None

    def as_json(self) -> dict[str, Any]:
        """Verdict, findings and what they stand on; plain JSON values, unrounded."""
        return {
            "schema": 1,
            "verdict": self.verdict.as_json(),
            "findings": [finding.as_json() for finding in self.findings],
            "content_digest": self.evidence.record.content_digest,
            "delivery": None if self.delivery is None else _delivery_facts(self.delivery),
            "end": {"kind": self.evidence.end.kind, "cause": self.evidence.end.cause},
            "damage": {name: h.damage for name, h in self.evidence.record.health.items() if h.damage},
        }


def assess(record: Record, calibrations: Mapping[str, CalibrationRecord] | None = None) -> Assessment:
    """Compute every finding that the protocol asks for, and the verdict.

    Args:
        record: sealed, or interrupted and read to its last good batch.
        calibrations: by channel, in the place of the copies that the record holds; none unless given.

    Raises:
        EvidenceError, FileError, CalibrationError: the record's own inputs cannot be read, or a calibration was given
            for a channel that has none.
    """
    return Assessor(Evidence.of(record, calibrations or {})).assess()


class Assessor:
    """The findings of one evidence, and the verdict over them.

    Args:
        evidence: a record, or the plan of one (:mod:`rig.predict`).

    Attributes:
        findings, delivery, span: of :meth:`find`; as of :class:`Assessment`.
    """

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.findings: list[Finding] = []
        self.delivery: Delivery | None = None
        self.span: Span | None = None
        self.curve: Curve | None = None
        self.trumpet: Trumpet | None = None
        self.start_up: StartUp | None = None
        self.weights = CheckWeights()
        self.scatter: Scatter | None = None
        self.witnessed = witnesses.Witnessed()

    def assess(self) -> Assessment:
        """Findings and verdict."""
        if self.evidence.protocol.kind == "zero-flow":
            self._zero_flow()
        else:
            self.find()
        return self._concluded()

    def _zero_flow(self) -> None:
        """A record without flow decides nothing about a pump; it shows what the bench does by itself."""
        try:
            self.delivery = delivery_of(self.evidence)
            self.findings.append(zero_flow.zero_flow_finding(self.evidence))
        except _CannotSay as error:
            self.findings.append(Finding(zero_flow.NAME, "informative", f"not determined: {error}"))

    def find(self, *, curves: bool = True, happened: bool = True) -> None:
        """Make every finding that the protocol asks for.

        Args:
            curves: with the trumpet and start-up curves; a prediction leaves them out where nothing is decided on them.
            happened: with what stands on events; a plan has none.
        """
        asked = self.evidence.protocol.findings
        try:
            self.delivery = self._with_its_own_noise(delivery_of(self.evidence))
            self.span = analysis_span(self.evidence)
        except _CannotSay as error:
            self.findings.append(Finding.undetermined(mean_flow.NAME, self._why(error)))
        else:
            delivery, span = self.delivery, self.span
            shot_ul = _shot_ul(self.evidence)
            wanted = asked.mean_flow_error
            self._try(mean_flow.NAME, lambda: [mean_flow.mean_flow_error(delivery, span, wanted, shot_ul)])
            if curves:
                self._curves(delivery)
            self._doses(delivery, shot_ul)
            self._families(Run(self.evidence, delivery, span, shot_ul), happened=happened)
            record = self.evidence.record
            if asked.claim_agreement is not None or record.health["device"].rows:
                informative = asked.claim_agreement is None
                claimed = lambda: [claim.claim_agreement(record, delivery, span, asked.claim_agreement)]  # noqa: E731
                self._try(claim.NAME, claimed, informative=informative)
            if self.evidence.end.kind == SAFETY_STOP:
                self._try("over_volume", lambda: [over_volume(self.evidence, delivery)])

    def _with_its_own_noise(self, delivery: Delivery) -> Delivery:
        """A delivery that scattered beyond the legs is as uncertain as its own readings say."""
        self.scatter = scatter(self.evidence, delivery)
        if self.scatter is None:
            return delivery
        self.findings.append(self.scatter.finding())
        return replace(delivery, noise=self.scatter.noise)

    def _concluded(self) -> Assessment:
        self.weights = check_weights(self.evidence, self.delivery)
        self.findings += self.weights.findings
        self._witnesses()
        self.findings += [
            Finding.undetermined("record", f"the stream {name} is damaged: {health.damage}")
            for name, health in self.evidence.record.health.items()
            if health.damage
        ]
        verdict = conclude(
            self.findings,
            self._end(),
            self.evidence.record.start["evidence_class"],
            [*release_blocks(self.evidence, self.delivery), *self.weights.blocks],
            device_faults(self.evidence),
        )
        return Assessment(
            self.evidence, verdict, self.findings, self.delivery, self.span, self.curve, self.trumpet, self.start_up
        )

    def _witnesses(self) -> None:
        """Whether the laboratory's instruments agree, where more than the balance at the tip was asked."""
        evidence, delivery, span = self.evidence, self.delivery, self.span
        if delivery is None or span is None or not witnesses.asked(evidence):
            return
        not_held = witnesses.bench_not_held(evidence, delivery, self.weights, disturbance(evidence, delivery))

        def compare_them() -> list[Finding]:
            self.witnessed = witnesses.witnessed(evidence, delivery, span, not_held)
            return [*self.witnessed.findings]

        self._try(witnesses.NAME, compare_them, informative=evidence.protocol.witnesses.required == 1)

    def _why(self, error: Exception) -> str:
        """Why something is not determined; a run that was cut short says that, not what it did to the arithmetic."""
        evidence = self.evidence
        if DELIVERY not in evidence.phases:
            return "the run ended before delivery began"
        left_s = evidence.delivery_began_s + evidence.protocol.timing.delivery_s - evidence.end.t_s
        return f"the run ended {left_s / 3600:.3g} h before the analysis did" if left_s > 0 else str(error)

    def _curves(self, delivery: Delivery) -> None:
        asked = self.evidence.protocol.findings
        rate = constant_rate_ul_h(self.evidence)
        try:
            self.curve = curve = sample(self.evidence, delivery)
        except _CannotSay as error:
            self._no_trumpet(self._why(error))
            return
        if rate is None:
            self._no_trumpet("the program has no constant rate during the analysis")
            return
        if (wanted := asked.start_up) is not None:

            def start() -> list[Finding]:
                self.start_up = found = start_up.start_up_of(self.evidence, curve, rate, wanted)
                return [start_up.start_up_finding(found, wanted)]

            self._try(start_up.NAME, start, informative=True)
        if (windows := asked.trumpet) is not None:

            def blow() -> list[Finding]:
                self.trumpet = found = trumpet.trumpet_of(self.evidence, curve, rate, windows)
                return trumpet.trumpet_findings(found, self.evidence, delivery, rate, windows)

            self._try(trumpet.NAME, blow, informative=windows.limit is None)

    def _doses(self, delivery: Delivery, shot_ul: float) -> None:
        evidence, asked = self.evidence, self.evidence.protocol.findings
        self._boluses(delivery, shot_ul)
        if (windows := asked.any_24_h) is not None:
            self._try(any_24_h.NAME, lambda: any_24_h.any_24_h_findings(evidence, delivery, windows))

    def _families(self, run: Run, *, happened: bool) -> None:
        for family in FAMILIES:
            wanted = getattr(self.evidence.protocol.findings, family.name)
            tables = wanted if isinstance(wanted, tuple) else (wanted,)
            for table in tables if happened or family.planned(self.evidence.protocol) else ():
                if table is not None:
                    self._try(family.name, partial(family.make, run, table), informative=not table.decides)

    def _boluses(self, delivery: Delivery, shot_ul: float) -> None:
        """Priming and bridge boluses by tables of their own where there are any, all others by ``bolus``."""
        evidence, asked = self.evidence, self.evidence.protocol.findings
        own = {"priming": asked.priming_bolus, "bridge": asked.bridge_bolus}
        rest = [kind for kind in bolus.ALL if own.get(kind) is None]
        for name, table, kinds in (
            (bolus.NAME, asked.bolus, rest),
            *((f"{kind}_bolus", table, [kind]) for kind, table in own.items()),
        ):
            if table is not None:
                make = partial(bolus.bolus_findings, evidence, delivery, table, shot_ul, name, kinds)
                self._try(name, make)

    def _end(self) -> End:
        """How the run ended; readings that no pump can cause show a bench that was at fault all the same."""
        end = self.evidence.end
        touched = (disturbance(self.evidence, self.delivery) if self.delivery else "") or self.weights.shift
        touched = touched or (self.scatter.cause(self.findings) if self.scatter else "")
        touched = touched or self.witnessed.fault
        return End(BENCH_FAULT, touched, end.t_s) if touched and end.kind != BENCH_FAULT else end

    def _no_trumpet(self, why: str) -> None:
        """A trumpet curve that was asked for never goes missing in silence, least of all one with a limit."""
        if (asked := self.evidence.protocol.findings.trumpet) is None:
            return
        if asked.limit is None:
            self.findings.append(Finding(trumpet.NAME, "informative", f"not determined: {why}"))
        else:
            self.findings.append(Finding.undetermined(trumpet.NAME, why))

    def _try(self, name: str, make: Callable[[], list[Finding]], *, informative: bool = False) -> None:
        """Add findings, or the reason why there are none; an informative one that is missing decides nothing."""
        try:
            self.findings += make()
        except _CannotSay as error:
            why = self._why(error)
            if informative:
                self.findings.append(Finding(name, "informative", f"not determined: {why}"))
            else:
                self.findings.append(Finding.undetermined(name, why))


def _shot_ul(evidence: Evidence) -> float:
    declared = evidence.bench.device.shot_volume
    return 0.0 if declared is None else VOLUME.magnitude("shot_volume", declared)


def release_blocks(evidence: Evidence, delivery: Delivery | None) -> list[str]:
    """What keeps a result from being released, whatever it says."""
    record, protocol = evidence.record, evidence.protocol
    blocks = [*protocol.release_problems()]
    if not protocol.for_release:
        blocks.append("the protocol is not meant for release (for_release = false)")
    if record.start.get("not_for_release"):
        blocks.append("the run was started with --not-for-release")
        blocks += overridden(record)
    if delivery is None or not delivery.evaporation.known:
        blocks.append("evaporation was not measured before and after the delivery")
    blocks += checklist_blocks(evidence)
    if not record.sealed:
        blocks.append("the record was never sealed")
    blocks += [f"stream {name}: {health.damage}" for name, health in record.health.items() if health.damage]
    return blocks + bench_problems(evidence)


def checklist_blocks(evidence: Evidence) -> list[str]:
    """Answers to the set-up checklist, before and after, that keep a result from being released."""
    record = evidence.record
    if evidence.protocol.checklist is None:
        return []
    checklist = read_checklist(Source(COPY, evidence.input(COPY).decode()))
    given = {data["key"]: data for _, data in record.events(events.ANSWER)}
    after = []
    for item in checklist.items_for("after", evidence.bench):
        data = given.get(f"{AFTER_KEY}{item.id}", {"answer": "", "who": ""})
        problem = item.problem(data["answer"], programmed_ul(evidence.protocol))
        after.append({"id": item.id, "who": data["who"], "problem": problem, "release": item.release})
    return blocks_of([*record.start.get("checklist", []), *after])


def bench_problems(evidence: Evidence) -> list[str]:
    """Calibration and noise records that do not vouch for the instruments that answered, on the day, in that room."""
    problems = calibration_problems(evidence)
    if evidence.noise is not None:
        on = datetime.fromisoformat(evidence.record.start["started_utc"]).date()
        serial = evidence.record.start["identities"][reference_witness(evidence.bench)]["serial_number"]
        problems += noise_problems(evidence.noise, evidence.protocol, evidence.bench, serial, on)
    return problems


def device_faults(evidence: Evidence) -> list[str]:
    """What the device did that it should not, in words; what the protocol waits for, it should."""
    record, wanted = evidence.record, Expected.of(evidence.protocol)
    faults = [
        data["cause"] for _, data in record.events(events.FAULT) if data["kind"] == "device" and not wanted.silence
    ]
    for t, data in record.events(events.DEVICE):
        if data.get("reset"):
            if not wanted.reset:
                faults.append(f"it was reset at t = {t:.0f} s (boot {data['boots']})")
        elif data.get("state") in {"deadman", "alarm"} and not wanted.alarm(data["alarms"]):
            faults.append(f"it stopped itself at t = {t:.0f} s (state {data['state']}, alarms {data['alarms']})")
    told = [data["action"] for _, data in record.events(events.ACTION) if not data["done"]]
    return faults + [f"it did not carry out '{action}'" for action in told]


def compare(sealed: dict[str, Any], again: dict[str, Any]) -> list[str]:
    """Where a recomputation differs from what was sealed; empty if every digit holds.

    Numbers agree within 1e-9 relative, everything else exactly.
    """
    return list(_differences(sealed, again, ""))


def _differences(one: Any, other: Any, place: str) -> list[str]:
    if isinstance(one, dict) and isinstance(other, dict):
        keys = sorted({*one, *other})
        return [d for key in keys for d in _differences(one.get(key), other.get(key), f"{place}.{key}".lstrip("."))]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [d for i, (a, b) in enumerate(zip(one, other, strict=True)) for d in _differences(a, b, f"{place}[{i}]")]
    numbers = isinstance(one, float | int) and isinstance(other, float | int) and not isinstance(one, bool)
    if numbers and math.isclose(one, other, rel_tol=SAME_RELATIVE, abs_tol=1e-12):
        return []
    return [] if one == other else [f"{place}: sealed {one!r}, recomputed {other!r}"]


def _delivery_facts(delivery: Delivery) -> dict[str, Any]:
    gone = delivery.evaporation
    more: dict[str, Any] = {"evaporation_bound": gone.bound} if gone.bound else {}
    if isinstance(delivery.noise, ModelledNoise):
        more["noise_model"] = noise_table(delivery.noise.model)
        more["level_estimator"] = "generalised least squares on the noise model"
    return {
        **_beaker_facts(gone),
        **more,
        "evaporation_mg_h": gone.rate_mg_h,
        "u_evaporation_mg_h": gone.u_mg_h,
        "evaporation_measured": gone.measured,
        "legs": [list(leg) for leg in gone.legs],
        "noise_g": delivery.noise.sd,
        "noise_lag_one": delivery.noise.lag_one,
        "noise_source": delivery.noise.source,
        "level_window_s": delivery.window_s,
        "air": delivery.air.source,
        "u_air_kg_m3": delivery.air.u_kg_m3,
        "readings": len(delivery.time_s),
        "excluded": dict(delivery.excluded),
        "fluid_kg_m3": delivery.setup.fluid_kg_m3,
    }


def _beaker_facts(gone: Evaporation) -> dict[str, Any]:
    """How the course of evaporation was measured; nothing where no evaporation beaker stands on the bench."""
    if gone.beaker is None:
        return {"evaporation_course": f"two legs; not the beaker: {gone.no_beaker}"} if gone.no_beaker else {}
    beaker = gone.beaker
    return {
        "evaporation_course": f"beaker {beaker.name}",
        "evaporation_ratio": beaker.ratio.ratio,
        "u_evaporation_ratio": beaker.ratio.u,
        "evaporation_ratio_legs": [[name, leg.ratio, leg.u] for name, leg in beaker.legs],
        "free_surface_ratio": beaker.area_ratio,
        "u_drift_mg_h": beaker.u_drift_mg_h,
        "beaker_noise_g": beaker.noise.sd,
        "beaker_readings": len(beaker.time_s),
    }
