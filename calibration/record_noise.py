"""``[noise]`` of a calibration record: the noise model of a balance as a file states it, and back.

>>> model = NoiseModel(2e-5, 0.1, 1.0, 0.0, 1e-11, 2.8e-12, 50.0, 86400.0)
>>> again = NoiseProperties(**noise_table(model), load="53.1 g", load_volume="53 mL", needle_outer_diameter="1.6 mm",
...                         readings=86400, record_digest="0" * 64).model()
>>> abs(again.walk_g2_s / model.walk_g2_s - 1) < 1e-9
True
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Final

from pydantic import Field

from calibration.fields import FromText
from calibration.noise_model import NoiseModel
from calibration.record_parts import Sha256, Strict
from calibration.units import LENGTH, MASS, TIME, VOLUME, Quantity

_NoNegativeMass = Annotated[Quantity, FromText(MASS, not_negative=True)]
_HOUR_S: Final = 3600.0


class NoiseProperties(Strict):
    """How a balance wanders under one load while nothing flows.

    Attributes:
        reading: standard deviation of one reading about a short straight line.
        lag_one: correlation of neighbouring readings.
        interval: between readings.
        slow_white: white noise beyond that of the readings: standard deviation of a mean over one hour.
        flicker: root of h, for a spectral density h / f.
        walk: standard deviation of the random walk in one hour.
        degrees_of_freedom: of the variance over ``length``.
        length: of the record without flow.
        readings: it stands on.
        load, load_volume, needle_outer_diameter: what stood on the pan, the air it displaced, what dipped into it.
        record_digest: content digest of the record.
    """

    reading: Annotated[Quantity, FromText(MASS, positive=True)]
    lag_one: Annotated[float, Field(ge=0.0, lt=1.0)]
    interval: Annotated[Quantity, FromText(TIME, positive=True)]
    slow_white: _NoNegativeMass
    flicker: _NoNegativeMass
    walk: _NoNegativeMass
    degrees_of_freedom: Annotated[float, Field(gt=0.0)]
    length: Annotated[Quantity, FromText(TIME, positive=True)]
    readings: Annotated[int, Field(ge=1)]
    load: Annotated[Quantity, FromText(MASS)]
    load_volume: Annotated[Quantity, FromText(VOLUME, positive=True)]
    needle_outer_diameter: Annotated[Quantity, FromText(LENGTH, positive=True)]
    record_digest: Sha256

    def model(self) -> NoiseModel:
        """As plain numbers."""
        mass = {
            name: MASS.magnitude(name, getattr(self, name)) for name in ("reading", "slow_white", "flicker", "walk")
        }
        return NoiseModel(
            reading_g=mass["reading"],
            lag_one=self.lag_one,
            interval_s=TIME.magnitude("interval", self.interval),
            slow_white_g2_s=mass["slow_white"] ** 2 * _HOUR_S,
            flicker_g2=mass["flicker"] ** 2,
            walk_g2_s=mass["walk"] ** 2 / _HOUR_S,
            nu=self.degrees_of_freedom,
            length_s=TIME.magnitude("length", self.length),
        )


def noise_table(model: NoiseModel) -> dict[str, Any]:
    """The part of the table that says what the noise is, as plain values."""
    return {
        "reading": _mg(model.reading_g),
        "lag_one": model.lag_one,
        "interval": f"{model.interval_s!r} s",
        "slow_white": _mg(math.sqrt(model.slow_white_g2_s / _HOUR_S)),
        "flicker": _mg(math.sqrt(model.flicker_g2)),
        "walk": _mg(math.sqrt(model.walk_g2_s * _HOUR_S)),
        "degrees_of_freedom": min(model.nu, 1e6),
        "length": f"{model.length_s!r} s",
    }


def _mg(mass_g: float) -> str:
    return f"{1e3 * mass_g:.12f} mg"
