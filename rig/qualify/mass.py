"""Known mass: certified weights on the balance, what is found against what the certificate says.

The reading is corrected by the balance's calibration record in force and by the buoyancy of this air; its uncertainty
is what that record says. A balance that has drifted away from its record shows here:

    En = (found - certified) / sqrt(U_found^2 + U_certified^2),   |En| <= 1          (ISO/IEC 17043 [K])
"""

from __future__ import annotations

import math
import statistics
from typing import TYPE_CHECKING, Any, Literal

from calibration.errors import CalibrationError
from calibration.units import AIR_PRESSURE, DENSITY, HUMIDITY, MASS, RATIO, TEMPERATURE
from rig.bench_tables import DeclaredEnvironment
from rig.calibrate.procedure import Procedure, ProcedureFile
from rig.calibrate.tables import air_step
from rig.calibrate.weighing import Weighings, adjusted_kg_m3, buoyancy, certified_load_g
from rig.qualify.item import Item

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from calibration.record import CalibrationRecord
    from calibration.record_models import BalanceCalibration
    from calibration.standards import Standards
    from rig.calibrate.steps import Step
    from rig.qualify.plan import Plan

#: Standard uncertainty of the air's density, measured or declared [kg/m3] [K].
_U_AIR_KG_M3 = 0.01


class MassFile(ProcedureFile):
    """The table ``[mass]`` of a plan, as the file of a procedure."""

    kind: Literal["known-mass"]
    loads: tuple[tuple[str, ...], ...]


class KnownMass(Procedure):
    """Each load is weighed once, empty before and after."""

    FILE = MassFile
    file: MassFile

    def __init__(self, file: MassFile, standards: Standards, today: date, record: CalibrationRecord) -> None:
        super().__init__(file, standards, today)
        self.weights = {name: standards.find(name, today, MASS) for load in file.loads for name in load}
        if record.balance is None:
            raise CalibrationError(f"{file.channel}: expected the calibration record of a balance, found {record.kind}")
        self.balance: BalanceCalibration = record.balance

    @classmethod
    def of(cls, plan: Plan, standards: Standards, today: date, record: CalibrationRecord) -> KnownMass:
        """The procedure that a plan asks for."""
        mass = plan.mass
        file = MassFile(
            schema=1, kind="known-mass", channel=mass.channel, method=plan.method, settle=mass.settle,
            average=mass.average, loads=mass.loads,
        )  # fmt: skip
        file._source = plan.source  # noqa: SLF001 - a private attribute of our own model
        return cls(file, standards, today, record)

    def steps(self) -> Sequence[Step]:
        """Air, then every load."""
        weighings = Weighings(self.file.channel, self.average_s, self.settle_s)
        air = [air_step("environment", "air")] if self.station.opened.environment is not None else []
        loads = [step for load in self.file.loads for step in weighings.weigh("+".join(load), load)]
        return [*air, *weighings.ready(), *loads]

    def conclude(self, results: Mapping[str, Any]) -> dict[str, Any]:
        """A line for each load, under ``items``."""
        return {"items": [self._item("+".join(load), load, results) for load in self.file.loads]}

    def _item(self, key: str, load: Sequence[str], results: Mapping[str, Any]) -> Item:
        mass_g, u_certified = certified_load_g(self.weights, load)
        found_g = self._difference_g(key, results) / self.balance.slope / self._buoyancy(results)
        u_found = self._u_g(mass_g)
        off_mg, limit_mg = 1e3 * (found_g - mass_g), 2e3 * math.hypot(u_found, u_certified)
        held = abs(off_mg) <= limit_mg
        text = (
            f"found {found_g:.6f} g, certified {mass_g:.6f} g: {off_mg:+.3g} mg, "
            f"{'within' if held else 'beyond'} ±{limit_mg:.3g} mg (k = 2), the uncertainty of record and certificate"
        )
        more = "" if held else "; the balance is not what its calibration record says: adjust it and calibrate it again"
        return Item(
            name=f"mass {MASS.format(MASS.quantity(mass_g), digits=4)}", what=f"{key} on the balance, less certificate",
            verdict="passed" if held else "failed", statement=text + more, limit=f"±{limit_mg:.3g} mg",
            value=off_mg, expanded=2e3 * u_found, unit="mg",
        )  # fmt: skip

    def _difference_g(self, key: str, results: Mapping[str, Any]) -> float:
        means = [results[f"{key}-{name}"]["mean"] for name in ("empty", "loaded", "empty-again")]
        if None in means:
            raise CalibrationError(f"{key}: expected usable readings, found none; look at the balance and begin anew")
        return float(means[1] - statistics.fmean((means[0], means[2])))

    def _buoyancy(self, results: Mapping[str, Any]) -> float:
        density = DENSITY.magnitude("weights_density", self.balance.weights_density)
        return buoyancy(results.get("air") or self._declared(), adjusted_kg_m3(self.balance), density)

    def _declared(self) -> dict[str, float]:
        said = self.station.opened.file.environment
        said = said if isinstance(said, DeclaredEnvironment) else DeclaredEnvironment()
        return {
            "temperature_c": TEMPERATURE.magnitude("temperature", said.temperature),
            "pressure_hpa": AIR_PRESSURE.magnitude("pressure", said.pressure),
            "humidity_percent": HUMIDITY.magnitude("humidity", said.humidity),
        }

    def _u_g(self, mass_g: float) -> float:
        """Standard uncertainty of one difference by the record [g]: noise, digit, linearity, corner, slope, air."""
        said = self.balance
        linearity = said.linearity_increment if mass_g < 1.0 and said.linearity_increment else said.linearity
        corner = 0.0 if said.eccentricity is None else MASS.magnitude("eccentricity", said.eccentricity)
        return math.hypot(
            MASS.magnitude("repeatability", said.repeatability) * math.sqrt(1.5),
            MASS.magnitude("resolution", said.resolution) / math.sqrt(6.0),
            MASS.magnitude("linearity", linearity) * math.sqrt(2.0 / 3.0),
            corner / math.sqrt(3.0),
            RATIO.magnitude("sensitivity", said.sensitivity) / 100.0 * mass_g,
            mass_g * _U_AIR_KG_M3 / DENSITY.magnitude("weights_density", said.weights_density),
        )
