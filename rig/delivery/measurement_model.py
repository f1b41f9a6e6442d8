"""The measurement model: what a difference of delivered volume is made of, and the inputs it stands on.

    V(t2) - V(t1) = [(R2 - R1)(1 - rho_a0/rho_b) + (rho_a2 - rho_a1) V_load] / (rho_w - rho_a2)
                    * (1 - A_needle/A_vessel) + E(t1, t2)

Readings R and air densities rho_a are levels at the two instants. E is what evaporated between them: with the rate e
measured with the line clamped, e (t2 - t1) / rho_w; with an evaporation beaker, r times the loss of that beaker, which
is minus the same expression for its own balance. Both models take numbers, arrays of draws, and numbers that carry
their derivatives, so that GUM and Monte Carlo evaluate the same lines (JCGM 100 and 101).

    inputs = collecting_inputs(setup, [1.19, 1.20], 0.002, 3600.0)
    Budget([gained, *inputs, evaporation]).evaluate(delivered_ul)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.gravimetry import collected_volume_ul, needle_ratio
from calibration.uncertainty import Input
from rig.delivery.setup import (
    CLOCK_HALF_WIDTH,
    DIAMETER_HALF_WIDTH,
    U_AIR_AT_ADJUSTMENT_KG_M3,
    WEIGHTS_HALF_WIDTH_KG_M3,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calibration.uncertainty import Model
    from rig.delivery.setup import Setup


def collecting_inputs(setup: Setup, air_kg_m3: list[float], u_air_kg_m3: float, apart_s: float) -> list[Input]:
    """Lines of the budget that :func:`delivered_ul` needs beside the increment and what evaporated.

    Args:
        setup: balance, vessel and fluid.
        air_kg_m3: air density at the two instants.
        u_air_kg_m3: standard uncertainty of each, independent.
        apart_s: time between the two instants [s].
    """
    part, hours = setup, apart_s / 3600.0
    return [
        Input.rectangular("linearity_g", 0.0, np.sqrt(2.0) * part.linearity_g, unit="g"),
        Input.normal("slope", part.slope, part.u_sensitivity),
        Input.normal("air_start_kg_m3", air_kg_m3[0], u_air_kg_m3, unit="kg/m3"),
        Input.normal("air_end_kg_m3", air_kg_m3[1], u_air_kg_m3, unit="kg/m3"),
        Input.normal("air_adjustment_kg_m3", part.air_0_kg_m3, U_AIR_AT_ADJUSTMENT_KG_M3, unit="kg/m3"),
        Input.rectangular("weights_kg_m3", part.weights_kg_m3, WEIGHTS_HALF_WIDTH_KG_M3, unit="kg/m3"),
        Input.normal("fluid_kg_m3", part.fluid_kg_m3, part.u_fluid_kg_m3, unit="kg/m3"),
        Input.normal("load_volume_ml", part.load_volume_ml, part.u_load_volume_ml, unit="mL"),
        Input.rectangular("needle_mm", part.needle_mm, DIAMETER_HALF_WIDTH * part.needle_mm, unit="mm"),
        Input.rectangular("vessel_mm", part.vessel_mm, DIAMETER_HALF_WIDTH * part.vessel_mm, unit="mm"),
        Input.rectangular("time_h", hours, CLOCK_HALF_WIDTH * hours, unit="h"),
    ]


def delivered_ul(
    *,
    increment_g: Any,
    linearity_g: Any,
    slope: Any,
    evaporation_mg_h: Any,
    air_start_kg_m3: Any,
    air_end_kg_m3: Any,
    air_adjustment_kg_m3: Any,
    weights_kg_m3: Any,
    fluid_kg_m3: Any,
    load_volume_ml: Any,
    needle_mm: Any,
    vessel_mm: Any,
    time_h: Any,
) -> Any:
    """V(t2) - V(t1) with a steady rate of evaporation, for any kind of number [uL]; arguments as in the module."""
    collected = collected_volume_ul(
        0.0,
        (increment_g + linearity_g) * slope,
        air_0_kg_m3=air_adjustment_kg_m3,
        air_1_kg_m3=air_start_kg_m3,
        air_2_kg_m3=air_end_kg_m3,
        fluid_kg_m3=fluid_kg_m3,
        load_volume_ml=load_volume_ml,
        weights_kg_m3=weights_kg_m3,
    )
    return collected * needle_ratio(needle_mm, vessel_mm) + evaporation_mg_h * time_h * 1e3 / fluid_kg_m3


def delivered_beside_beaker(setup: Setup) -> Model:
    """The same model with the loss of the evaporation beaker: minus what it collected, in the same air [uL].

    Args:
        setup: the beaker's own balance and vessel.
    """

    def delivered(
        *,
        beaker_g: Any,
        beaker_linearity_g: Any,
        evaporation_ratio: Any,
        drift_mg_h: Any,
        beaker_load_volume_ml: Any,
        **collecting: Any,
    ) -> Any:
        gained = collected_volume_ul(
            0.0,
            (beaker_g + beaker_linearity_g) * setup.slope,
            air_0_kg_m3=setup.air_0_kg_m3,
            air_1_kg_m3=collecting["air_start_kg_m3"],
            air_2_kg_m3=collecting["air_end_kg_m3"],
            fluid_kg_m3=collecting["fluid_kg_m3"],
            load_volume_ml=beaker_load_volume_ml,
            weights_kg_m3=setup.weights_kg_m3,
        )
        lost = -gained * needle_ratio(setup.needle_mm, setup.vessel_mm)
        return delivered_ul(evaporation_mg_h=drift_mg_h, **collecting) + evaporation_ratio * lost

    return delivered


def plus(model: Model, beside: Sequence[str]) -> Model:
    """A model, with further inputs that are added to what it gives.

    Args:
        model: of all other inputs.
        beside: names of the further ones [uL].
    """
    if not beside:
        return model
    return lambda **given: model(**{k: v for k, v in given.items() if k not in beside}) + sum(given[k] for k in beside)
