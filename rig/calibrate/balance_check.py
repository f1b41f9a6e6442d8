"""The daily check of a balance: the mean of three weighings of one weight, held against its certificate.

    schema = 1
    kind = "balance-check"
    channel = "balance"
    method = "daily check, mean of three"
    weight = "W-50"
    times = 3
    valid_for = "1 day"

The balance's own calibration record gives the error of its slope and the standard deviation of one weighing, which
earlier checks under the same record make more certain (:mod:`rig.calibrate.check_reference`). The limit is set for one
false alarm in a hundred checks; how often the check finds a shift of three standard deviations of one weighing is
stated in it (``finds``): 99.6 % by a mean of three where the standard deviation is known
(:mod:`calibration.check_weight`), less where few weighings say it. A check that finds a shift is filed like one that
does not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from calibration.check_weight import check, detection_probability
from calibration.errors import CalibrationError
from calibration.units import DENSITY, MASS, TIME, Quantity
from rig.calibrate.check_reference import scatter_g, u_reference_g
from rig.calibrate.procedure import Procedure, ProcedureFile
from rig.calibrate.tables import air_step, plain_standard, record_of
from rig.calibrate.weighing import Weighings, adjusted_kg_m3, buoyancy, certified_load_g
from rig.fields import KindField, PositiveDuration, default
from rig.gate.balance_check import AGAINST, checks_of, weighings_g
from rig.gate.books import books_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from calibration.record import BalanceCalibration, CalibrationRecord
    from calibration.standards import Standards
    from rig.calibrate.steps import Step


#: The shift for which a check says how often it finds it, in standard deviations of one weighing.
_FINDS_SD = 3.0


class BalanceCheckFile(ProcedureFile):
    """Settings; see the module. ``drift_allowed`` is how far the reading may have moved since the calibration."""

    kind: Literal["balance-check"]
    weight: Annotated[str, Field(min_length=1)]
    times: Annotated[int, Field(ge=3, le=30)] = 3
    drift_allowed: Annotated[Quantity, KindField(MASS)] = default(MASS, "0 mg")
    environment: str = "environment"
    valid_for: PositiveDuration = default(TIME, "1 day")


class BalanceCheck(Procedure):
    """The procedure of :class:`BalanceCheckFile`."""

    FILE = BalanceCheckFile
    file: BalanceCheckFile

    def __init__(self, file: BalanceCheckFile, standards: Standards, today: date) -> None:
        super().__init__(file, standards, today)
        self.weight = standards.find(file.weight, today, MASS)

    def steps(self) -> Sequence[Step]:
        """Air, and the weighings."""
        on = Weighings(self.file.channel, self.average_s, self.settle_s)
        steps: list[Step] = [air_step(self.file.environment, "air-before"), *on.ready()]
        for number in range(1, self.file.times + 1):
            steps += on.weigh(f"check-{number}", (self.file.weight,), single=True)
        return steps

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """The check: each weighing as a point, and what it comes to."""
        record, balance = self._balance()
        mass, u_mass = certified_load_g({self.file.weight: self.weight}, (self.file.weight,))
        expected = mass * self._factor(balance, results["air-before"])
        earlier = checks_of(books_of(self.station.opened.file), record.instrument.serial_number, record)
        sd, nu = scatter_g(balance, weighings_g(earlier))
        times = range(1, self.file.times + 1)
        readings = [results[f"check-{n}-loaded"]["mean"] - results[f"check-{n}-empty"]["mean"] for n in times]
        allowed = MASS.magnitude("drift_allowed", self.file.drift_allowed)
        u_reference = u_reference_g(record, self.weight, expected, u_mass)
        found = check(readings, expected, sd=sd, nu=nu, u_reference=u_reference, drift_allowance=allowed)
        finds = detection_probability(_FINDS_SD * sd / found.u, 1, nu=found.degrees_of_freedom)
        return {
            "standards": [plain_standard(self.weight)],
            "points": {
                "reading_unit": "g",
                "reference_unit": "g",
                "reading": readings,
                "reference": [expected] * len(readings),
                "u_reference": [u_mass] * len(readings),
                "state": ["as found"] * len(readings),
            },
            "properties": {
                "verdict": found.verdict,
                "shift": f"{found.value * 1e3:+.4g} mg",
                "limit": f"{found.limit * 1e3:.4g} mg",
                "probability": f"{found.p:.3g}",
                "finds": f"{100.0 * finds:.3g} % of shifts of {_FINDS_SD * sd * 1e3:.3g} mg",
                AGAINST: record.sha256,
            },
        }

    def _factor(self, balance: BalanceCalibration, air: Mapping[str, float]) -> float:
        """What one gram should read on this balance, its known error of the slope included."""
        weights, adjusted = DENSITY.magnitude("weights_density", balance.weights_density), adjusted_kg_m3(balance)
        return buoyancy(air, adjusted, weights) * balance.slope

    def _balance(self) -> tuple[CalibrationRecord, BalanceCalibration]:
        record = record_of(self.station, self.file.channel)
        if record.balance is None:
            found = f"found one of kind {record.kind}"
            raise CalibrationError(f"{self.file.channel}: expected the record of a balance, {found}")
        return record, record.balance
