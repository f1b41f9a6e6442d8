"""Units at every door: one pint registry, and kinds with a dimension *and* a plausible range.

A public function takes quantities and asks the kind for the number it needs::

    from calibration.units import FLOW, VOLUME

    def fill_time_h(volume, rate):
        return VOLUME.magnitude("volume", volume) / FLOW.magnitude("rate", rate)   # uL / (uL/h)

Three different things can be wrong, and each has its own error: a bare number
(:class:`~calibration.errors.BareNumberError`), a unit of the wrong dimension
(:class:`~calibration.errors.DimensionError`) and a magnitude that cannot be
(:class:`~calibration.errors.ImplausibleError`: 10 hPa of air pressure is a good unit in the wrong room).

**Drug amount is a base dimension of its own**, so 5 µg of baclofen never become 5 µg of water. In a file,
``ug`` in a drug field means drug: text is read by the kind, from a closed list of spellings, because the
registry's own parser takes ``Mg`` for megagrams and ``U`` for enzyme units.

>>> DOSE_RATE.parse("dose", "300 ug/day") / CONCENTRATION.parse("concentration", "2000 ug/mL")
<Quantity(0.15, 'milliliter / day')>
>>> round(FLOW.magnitude("rate", FLOW.parse("rate", "0.15 mL/day")), 9)
6.25

Array kernels inside take float64 arrays and carry the unit in their names (``volume_ul``, ``time_s``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.kind import Kind
from calibration.registry import Quantity, registry

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AIR_PRESSURE",
    "AIR_PRESSURE_DIFFERENCE",
    "AREA",
    "BRIDGE_RATIO",
    "CHARGE",
    "COMPLIANCE",
    "CONCENTRATION",
    "CONCENTRATION_DIFFERENCE",
    "COUNT",
    "CURRENT",
    "DATA_SIZE",
    "DENSITY",
    "DENSITY_DIFFERENCE",
    "DOSE_RATE",
    "DRUG_AMOUNT",
    "EXPANSION",
    "FLOW",
    "FORCE",
    "FREQUENCY",
    "HUMIDITY",
    "KINDS",
    "LENGTH",
    "MASS",
    "MASS_RATE",
    "PRESSURE",
    "RATIO",
    "RESISTANCE",
    "ROTATION",
    "SPECIFIC_VOLUME",
    "TEMPERATURE",
    "TEMPERATURE_DIFFERENCE",
    "TIME",
    "VOLTAGE",
    "VOLUME",
    "Kind",
    "Quantity",
    "registry",
]


def _ratios(tops: Mapping[str, str], bottoms: Mapping[str, str]) -> dict[str, str]:
    """Spellings of a ratio from the spellings of its two sides."""
    return {f"{top}/{bottom}": f"({a})/({b})" for top, a in tops.items() for bottom, b in bottoms.items()}


_TIMES = {"ms": "ms", "s": "s", "min": "min", "h": "hour", "day": "day", "days": "day"}
_PER = {"h": "hour", "day": "day", "min": "min", "s": "s"}
_VOLUMES = {"nL": "nL", "uL": "uL", "mL": "mL", "L": "L"}
_MASSES = {"ug": "ug", "mg": "mg", "g": "g", "kg": "kg"}
_DRUGS = {"ng": "ng_drug", "ug": "ug_drug", "mcg": "ug_drug", "mg": "mg_drug"}
_BYTES = {"B": "byte", "kB": "kilobyte", "MB": "megabyte", "KiB": "kibibyte", "MiB": "mebibyte", "GiB": "gibibyte"}
_LENGTHS = {"um": "um", "mm": "mm", "cm": "cm", "m": "m"}

TIME = Kind("duration", "s", 0.0, 3.2e9, _TIMES, "24 h")
VOLUME = Kind("volume", "uL", -1e7, 1e7, _VOLUMES, "250 uL")
FLOW = Kind("flow rate", "uL/hour", -1e7, 1e7, _ratios(_VOLUMES, _PER), "0.15 mL/day")
MASS = Kind("mass", "g", -1e4, 1e4, _MASSES, "53.15 g")
MASS_RATE = Kind("mass rate", "mg/hour", -1e5, 1e5, _ratios(_MASSES, _PER), "0.02 mg/h")
DENSITY = Kind("density", "kg/m**3", 0.5, 25000.0, {"kg/m3": "kg/m**3", "g/mL": "g/mL"}, "998.2 kg/m3")
SPECIFIC_VOLUME = Kind("volume per mass", "uL/mg", 0.01, 2000.0, {"uL/mg": "uL/mg", "mL/g": "mL/g"}, "1.0029 uL/mg")
EXPANSION = Kind("expansion coefficient", "1/delta_degC", -0.01, 0.01, {"1/K": "1/delta_degC"}, "2.6e-4 1/K")
DENSITY_DIFFERENCE = Kind(
    "density difference", "kg/m**3", -1000.0, 1000.0, {"kg/m3": "kg/m**3", "g/mL": "g/mL"}, "0.02 kg/m3"
)
DRUG_AMOUNT = Kind("drug amount", "ug_drug", 0.0, 1e6, _DRUGS, "50 ug")
DOSE_RATE = Kind("dose rate", "ug_drug/day", 0.0, 1e5, _ratios(_DRUGS, _PER), "300 ug/day")
CONCENTRATION = Kind("drug concentration", "ug_drug/mL", 1.0, 1e5, _ratios(_DRUGS, {"mL": "mL"}), "2000 ug/mL")
CONCENTRATION_DIFFERENCE = Kind(
    "drug concentration difference", "ug_drug/mL", -1e5, 1e5, _ratios(_DRUGS, {"mL": "mL"}), "12 ug/mL"
)
PRESSURE = Kind(
    "gauge pressure", "kPa", -101.325, 1000.0,
    {"Pa": "Pa", "hPa": "hPa", "kPa": "kPa", "mbar": "mbar", "mmHg": "mmHg"}, "13.3 kPa",
)  # fmt: skip
AIR_PRESSURE = Kind(
    "air pressure", "hPa", 500.0, 1150.0,
    {"hPa": "hPa", "kPa": "kPa", "Pa": "Pa", "mbar": "mbar", "mmHg": "mmHg"}, "1013.25 hPa",
)  # fmt: skip
AIR_PRESSURE_DIFFERENCE = Kind(
    "air pressure difference", "hPa", -650.0, 650.0,
    {"hPa": "hPa", "kPa": "kPa", "Pa": "Pa", "mbar": "mbar", "mmHg": "mmHg"}, "0.2 hPa",
)  # fmt: skip
TEMPERATURE = Kind("temperature", "degC", -20.0, 100.0, {"degC": "degC", "\N{DEGREE SIGN}C": "degC"}, "22 degC")
TEMPERATURE_DIFFERENCE = Kind("temperature difference", "delta_degC", -120.0, 120.0, {"K": "delta_degC"}, "0.5 K")
AREA = Kind("area", "mm**2", 0.0, 1e6, {"mm2": "mm**2", "cm2": "cm**2"}, "2.01 mm2")
HUMIDITY = Kind("relative humidity", "percent", 0.0, 100.0, {"%": "percent", "%RH": "percent"}, "45 %")
RATIO = Kind("ratio", "percent", -1e4, 1e4, {"%": "percent", "ppm": "ppm"}, "14.5 %")
FREQUENCY = Kind("frequency", "Hz", 0.0, 1e9, {"mHz": "mHz", "Hz": "Hz", "kHz": "kHz"}, "1 Hz", cancels=False)
ROTATION = Kind("rotation speed", "rpm", -1e6, 1e6, {"rpm": "rpm"}, "60 rpm", cancels=False)
VOLTAGE = Kind("voltage", "V", -1000.0, 1000.0, {"uV": "uV", "mV": "mV", "V": "V"}, "3.0 V")
CHARGE = Kind("electric charge", "mA*hour", 0.0, 1e7, {"mAh": "mA*hour", "Ah": "A*hour"}, "850 mAh")
CURRENT = Kind("current", "A", -100.0, 100.0, {"uA": "uA", "mA": "mA", "A": "A"}, "120 mA")
RESISTANCE = Kind("resistance", "ohm", 0.0, 1e12, {"ohm": "ohm", "kohm": "kohm", "Mohm": "Mohm"}, "350 ohm")
COUNT = Kind("count", "count", -1e12, 1e12, {"count": "count"}, "8388607 count", cancels=False)
BRIDGE_RATIO = Kind("bridge ratio", "V/V", -1.0, 1.0, {"mV/V": "mV/V", "V/V": "V/V"}, "2 mV/V")
FORCE = Kind("force", "N", -1e6, 1e6, {"mN": "mN", "N": "N", "kN": "kN"}, "1 N")
LENGTH = Kind("length", "mm", 0.0, 1e4, _LENGTHS, "1.6 mm")
DATA_SIZE = Kind("data size", "byte", 1.0, 1e15, _BYTES, "64 MiB")
COMPLIANCE = Kind("compliance", "uL/kPa", 0.0, 1e4, {"uL/kPa": "uL/kPa", "mL/kPa": "mL/kPa"}, "0.5 uL/kPa")

#: Every kind by its constant's name, for tables and schemas.
KINDS: Mapping[str, Kind] = {name: value for name, value in list(globals().items()) if isinstance(value, Kind)}
