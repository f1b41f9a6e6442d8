"""The mean flow error by Monte Carlo beside its GUM budget: JCGM 101:2008, with the validation of its clause 8.

    assessment = assess(Record.open(folder))
    found = simulated_error(assessment)
    found.statement, found.simulated.symmetric, found.check.valid

The distributions of the budget are drawn as they were stated (rectangles as rectangles, Student's t where readings gave
an uncertainty, what hangs together together) and go through the same measurement model. Nothing is decided on it: it
says whether the interval of the budget, on which the verdict stands, may be trusted. It is seeded from the record's
content digest, so that the same record says the same again.

Tolerance is half of the last of so many significant digits of u (clause 7.9.2). Both ends of the interval may differ by
it (8.1); the draws must then be stable to a fifth of it (8.2), which for one digit a million of them are.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from calibration.budget_draws import distributions_of
from calibration.monte_carlo import drawn, endpoint_deviation, summary, validate_framework
from calibration.uncertainty import Budget, Input
from rig.errors import EvidenceError

if TYPE_CHECKING:
    from calibration.monte_carlo import FrameworkCheck, MonteCarloResult
    from calibration.uncertainty import BudgetResult, Model
    from rig.assessment import Assessment

#: The usual number of draws for an interval of 95 % (JCGM 101 7.2).
DRAWS: Final = 1_000_000
P: Final = 0.95
#: Significant digits of u that matter.
DIGITS: Final = 1


@dataclass(frozen=True)
class SimulatedError:
    """The mean flow error [%], drawn.

    Attributes:
        budget: by the GUM uncertainty framework.
        simulated: by the draws.
        check: whether the interval of the budget is that of the draws.
        deviation: two standard deviations of an end of the simulated interval, by which draws alone differ.
        seed: of the draws.
    """

    budget: BudgetResult
    simulated: MonteCarloResult
    check: FrameworkCheck
    deviation: float
    seed: int

    @property
    def stable(self) -> bool:
        """Whether the draws were enough for the validation (8.2): stable to a fifth of the tolerance."""
        return self.deviation <= self.check.tolerance / 5.0

    @property
    def statement(self) -> str:
        """All of it in plain words."""
        (low, high), (m_low, m_high) = self.budget.interval(P), self.simulated.symmetric
        found = "validated" if self.check.valid else "NOT validated: quote the interval of the draws"
        enough = "" if self.stable else "; too few draws to say so for certain"
        return (
            f"mean flow error, {100 * P:.0f} % interval: {low:+.4f} to {high:+.4f} % by the budget (GUM), "
            f"{m_low:+.4f} to {m_high:+.4f} % by {self.simulated.draws:,} draws (JCGM 101). Its ends differ by "
            f"{self.check.low_difference:.2g} and {self.check.high_difference:.2g} %, tolerance "
            f"{self.check.tolerance:.2g} % (u to {DIGITS} digit): the budget is {found}{enough}."
        )

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values, unrounded."""
        return {
            "gum_interval": list(self.budget.interval(P)),
            **asdict(self.simulated),
            "validation": asdict(self.check),
            "deviation": self.deviation,
            "stable": self.stable,
            "seed": self.seed,
            "statement": self.statement,
        }


def simulated_error(assessment: Assessment, draws: int = DRAWS) -> SimulatedError:
    """Draw the mean flow error of a record.

    Args:
        assessment: of the record.
        draws: how many; 1e4 / (1 - p) at least.

    Raises:
        EvidenceError: the record has no mean flow error.
        ImplausibleError: too few draws.
    """
    budget, model = _in_percent(assessment)
    seed = int(assessment.evidence.record.content_digest[:12], 16)
    result = budget.evaluate(model)
    values = drawn(model, distributions_of(budget), draws=draws, seed=seed)
    simulated = summary(values, P)
    check = validate_framework(result.interval(P), simulated, digits=DIGITS)
    return SimulatedError(result, simulated, check, 2.0 * endpoint_deviation(values, P), seed)


def _in_percent(assessment: Assessment) -> tuple[Budget, Model]:
    """The budget of the difference, with the phase of the shots, as an error of what was programmed."""
    delivery, span = assessment.delivery, assessment.span
    if delivery is None or span is None:
        raise EvidenceError(
            "Monte Carlo: expected a record with a mean flow error, found one without; see its findings"
        )
    volume, model = delivery.budget_ul(span.start_s, span.end_s)
    half_ul = assessment.evidence.bench.device.shot_ul / 2.0
    phase = Input.rectangular("phase_ul", span.programmed_ul, half_ul, unit="uL")

    def percent(*, phase_ul: Any, **inputs: Any) -> Any:
        return 100.0 * (model(**inputs) / phase_ul - 1.0)

    return Budget([*volume.inputs, phase], volume.correlations), percent
