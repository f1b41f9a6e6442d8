"""Many records that were read at the same times, as one delivery: for simulations of what a verdict is worth.

    many = delivery_of_rows(time_s, reading_g, air, setup, legs_s, window_s, model)    # reading_g: a row for each
    found = differences_ul(many, start_s, end_s)
    found.value, found.u, found.nu_eff                                                 # one number for each record

Levels, legs, noise, best weights, evaporation and the measurement model are the very functions that a single record
goes through; what differs is the last step, where :func:`calibration.budget_rows.evaluate_rows` takes the place of
GTC. Rows and single records are held together by a test to eleven digits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from calibration.budget_rows import BudgetRows, evaluate_rows
from calibration.evaporation import rate_between_mg_h
from rig.delivery.beyond_record import beyond_of
from rig.delivery.collected import collected_ul
from rig.delivery.digit import scatter_g, u_slope_mg_h, undithered_g
from rig.delivery.evaporated import Evaporation
from rig.delivery.legs import leg_numbers, leg_residuals_g
from rig.delivery.levels import Floats, Noise, noise_numbers
from rig.delivery.modelled import ModelledNoise
from rig.delivery.volume import Delivery

if TYPE_CHECKING:
    from calibration.noise_model import NoiseModel
    from rig.delivery.collected import Air
    from rig.delivery.drying import Drying
    from rig.delivery.setup import Setup


def delivery_of_rows(
    time_s: Floats,
    reading_g: Floats,
    air: Air,
    setup: Setup,
    legs_s: tuple[tuple[float, float], tuple[float, float]],
    window_s: float,
    model: NoiseModel | None = None,
    drying: Drying | None = None,
    unseen_mg_h: float = 0.0,
) -> Delivery:
    """Deliveries with two legs each.

    Args:
        time_s: of the usable readings, legs included, ascending [s], shape (n,).
        reading_g: what the balance said [g], shape (records, n).
        air: around it, the same in all.
        setup: balance, vessel, fluid.
        legs_s: when the legs were read, before and after [s].
        window_s: width of the window on which a level stands [s].
        model: of the balance's noise; without one it is taken from the legs, the larger one.
        drying: how far the air strayed from that of the legs, the same in all; not known unless given.
        unseen_mg_h: half width by which evaporation may differ between the legs, where that is declared.
    """
    mass_mg = collected_ul(setup, air, time_s, reading_g) * setup.fluid_kg_m3 / 1000.0
    parts = [slice(*np.searchsorted(time_s, leg)) for leg in legs_s]
    legs = [leg_numbers(time_s[part], mass_mg[..., part], model) for part in parts]
    legs_g = [(time_s[part], reading_g[..., part]) for part in parts]
    digit_g = undithered_g(scatter_g([leg for _, leg in legs_g]), setup.resolution_g)
    u_digit = u_slope_mg_h(digit_g, legs_g, setup.resolution_g)
    evaporation = Evaporation(
        *rate_between_mg_h(*legs), measured=True, drying=drying, u_digit_mg_h=u_digit, unseen_mg_h=unseen_mg_h
    )
    noise = ModelledNoise.of(model, time_s, window_s) if model else _larger(time_s, mass_mg, parts)
    many = Delivery(time_s, reading_g, air, setup, evaporation, noise, window_s, legs_s=legs_s, digit_g=digit_g)
    return replace(many, beyond=beyond_of(many))


def differences_ul(delivery: Delivery, start_s: float, end_s: float) -> BudgetRows:
    """V(end) - V(start) of each record with its uncertainty [uL]; as :meth:`Delivery.difference_ul` of each alone."""
    budget, model = delivery.budget_ul(start_s, end_s)
    return evaluate_rows(budget, model)


def _larger(time_s: Floats, mass_mg: Floats, parts: list[slice]) -> Noise:
    told = [noise_numbers(leg_residuals_g(time_s[part], mass_mg[..., part])) for part in parts]
    (first_sd, first_lag), (second_sd, second_lag) = told
    second: Any = np.asarray(second_sd) > first_sd
    return Noise(np.where(second, second_sd, first_sd), np.where(second, second_lag, first_lag), "the noisier leg")
