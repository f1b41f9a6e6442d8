"""From a record to a verdict: a pure function of the record's files.

    assessment = assess(Record.open(folder))
    assessment.verdict.outcome, [finding.statement for finding in assessment.findings]

The same record gives the same numbers on another machine, years later: nothing is read but the record, and
the Monte Carlo of the noise floor is seeded from the record's content digest.
:func:`rig.verify_record.compare` holds a new assessment against the result that was sealed.

Where a calibration record turned out to be wrong, ``assess(record, {"balance": corrected})`` says what the same raw
readings mean with the right one; the record itself stays as it was sealed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from calibration.errors import CalibrationError
from rig import zero_flow
from rig.attribution import fail_is_the_pumps
from rig.delivery.facts import delivery_facts
from rig.delivery.from_record import Evidence, delivery_of
from rig.errors import EvidenceError
from rig.evaluation import revision_of
from rig.execute.phases import BENCH_FAULT, DELIVERY, SAFETY_STOP, End
from rig.finding import Finding
from rig.findings import any_24_h, bolus, claim, mean_flow, start_up, trumpet, witnesses
from rig.findings.bench_held import bench_not_held
from rig.findings.check_held import with_held
from rig.findings.check_weight import CheckWeights, check_weights
from rig.findings.curves import Curve, sample
from rig.findings.decided_early import decided_early
from rig.findings.device_faults import device_faults
from rig.findings.disturbance import disturbance
from rig.findings.drops import with_drops
from rig.findings.families import FAMILIES
from rig.findings.gaps import gaps_finding
from rig.findings.over_volume import over_volume
from rig.findings.run import Run
from rig.findings.scatter import Scatter, scatter
from rig.findings.span import Span, analysis_span, constant_rate_ul_h
from rig.findings.sudden_rise import sudden_rise
from rig.release import release_blocks
from rig.verdict import Verdict, conclude
from rig.verify.errors import MetricError, RuleError

if TYPE_CHECKING:
    from calibration.record import CalibrationRecord
    from rig.delivery import Delivery
    from rig.record import Record
    from rig.verify.start_up import StartUp
    from rig.verify.trumpet import Trumpet

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

    @property
    def nobodys(self) -> bool:
        """Whether it is a fail of which was not shown that it is the pump's (:mod:`rig.attribution`)."""
        faults = device_faults(self.evidence)
        return self.verdict.outcome == "fail" and not fail_is_the_pumps(self.findings, faults)

    def as_json(self) -> dict[str, Any]:
        """Verdict, findings and what they stand on; plain JSON values, unrounded."""
        return {
            "schema": 1,
            "verdict": self.verdict.as_json(),
            "findings": [finding.as_json() for finding in self.findings],
            "content_digest": self.evidence.record.content_digest,
            "delivery": None if self.delivery is None else delivery_facts(self.delivery),
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
    revision_of(record.start)  # one that is not known here is no reason to be inconclusive; it is not judged at all
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
        self.disturbed = ""

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
            self.findings.append(Finding.not_determined(zero_flow.NAME, error, decides=False))

    def find(self, *, curves: bool = True, happened: bool = True) -> None:
        """Make every finding that the protocol asks for.

        Args:
            curves: with the trumpet and start-up curves; a prediction leaves them out where nothing is decided on them.
            happened: with what stands on events; a plan has none.
        """
        asked = self.evidence.protocol.findings
        try:
            drawn = self._with_its_drops(self._with_its_own_noise(delivery_of(self.evidence, happened=happened)))
            self.delivery = with_held(self.evidence, drawn, after=happened)
            self.span = analysis_span(self.evidence)
        except _CannotSay as error:
            self.findings.append(Finding.undetermined(mean_flow.NAME, self._why(error)))
        else:
            delivery, span = self.delivery, self.span
            self.findings += [found] if (found := gaps_finding(delivery)) else []
            wanted = asked.mean_flow_error
            shot_ul = self.evidence.bench.device.shot_ul
            early = happened and wanted.sequential is not None
            by_looks = lambda: [decided_early(self.evidence, delivery, span, wanted, shot_ul)]  # noqa: E731
            fixed = lambda: [mean_flow.mean_flow_error(delivery, span, wanted, shot_ul)]  # noqa: E731
            self._try(mean_flow.NAME, by_looks if early else fixed)
            if curves:
                self._curves(delivery)
            self._doses(delivery, shot_ul)
            self._families(Run(self.evidence, delivery, span, shot_ul), happened=happened)
            record = self.evidence.record
            if asked.claim_agreement is not None or record.health["device"].rows:
                informative = asked.claim_agreement is None
                claimed = lambda: [claim.claim_agreement(record, delivery, span, asked.claim_agreement)]  # noqa: E731
                self._try(claim.NAME, claimed, informative=informative)
            if happened and (risen := sudden_rise(self.evidence, delivery, span)):
                self.findings.append(risen)
            if self.evidence.end.kind == SAFETY_STOP:
                self._try("over_volume", lambda: [over_volume(self.evidence, delivery)])

    def _with_its_own_noise(self, delivery: Delivery) -> Delivery:
        """A delivery that scattered beyond the legs is as uncertain as its own readings say."""
        self.scatter = scatter(self.evidence, delivery)
        if self.scatter is None:
            return delivery
        self.findings.append(self.scatter.finding())
        return replace(delivery, noise=self.scatter.noise)

    def _with_its_drops(self, delivery: Delivery) -> Delivery:
        """A delivery in drops is as uncertain as a drop is large."""
        found, told = with_drops(self.evidence, delivery)
        self.findings += [] if told is None else [told]
        return found

    def _concluded(self) -> Assessment:
        self.weights = check_weights(self.evidence, self.delivery)
        self.findings += self.weights.findings
        self.disturbed = "" if self.delivery is None else disturbance(self.evidence, self.delivery)
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
        not_held = bench_not_held(evidence, delivery, self.weights, self.disturbed)

        def compare_them() -> list[Finding]:
            self.witnessed = witnesses.witnessed(evidence, delivery, span, not_held)
            return [*self.witnessed.findings]

        self._try(witnesses.NAME, compare_them, informative=evidence.protocol.witnesses.required == 1)

    def _why(self, error: Exception) -> str:
        """Why something is not determined; a run that was cut short says that, not what it did to the arithmetic."""
        evidence = self.evidence
        if DELIVERY not in evidence.phases:
            return "the run ended before delivery began"
        left_s = evidence.delivery_began_s + evidence.analysed_s - evidence.end.t_s
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
                doubt = start_up.cycle_doubt(self.evidence, delivery, curve, rate, wanted, found)
                return [start_up.start_up_finding(found, wanted, doubt)]

            self._try(start_up.NAME, start, informative=wanted.limit is None)
        if (windows := asked.trumpet) is not None:

            def blow() -> list[Finding]:
                blown = trumpet.trumpet_of(self.evidence, delivery, curve, rate, windows)
                self.trumpet = blown.found
                return trumpet.trumpet_findings(blown)

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
        scattered = self.scatter.cause(self.findings) if self.scatter else ""
        touched = self.disturbed or self.weights.shift or scattered or self.witnessed.fault
        return End(BENCH_FAULT, touched, end.t_s) if touched and end.kind != BENCH_FAULT else end

    def _no_trumpet(self, why: str) -> None:
        """A trumpet curve that was asked for never goes missing in silence, least of all one with a limit."""
        if (asked := self.evidence.protocol.findings.trumpet) is None:
            return
        self.findings.append(Finding.not_determined(trumpet.NAME, why, decides=asked.limit is not None))

    def _try(self, name: str, make: Callable[[], list[Finding]], *, informative: bool = False) -> None:
        """Add findings, or the reason why there are none; an informative one that is missing decides nothing."""
        try:
            self.findings += make()
        except _CannotSay as error:
            self.findings.append(Finding.not_determined(name, self._why(error), decides=not informative))
