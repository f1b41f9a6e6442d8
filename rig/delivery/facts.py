"""What a delivery stands on, as a sealed result tells it: plain JSON values, unrounded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from calibration.record_noise import noise_table
from rig.delivery.modelled import ModelledNoise

if TYPE_CHECKING:
    from rig.delivery import Delivery
    from rig.delivery.evaporated import Evaporation


def delivery_facts(delivery: Delivery) -> dict[str, Any]:
    """Evaporation, noise, air and readings of a delivery."""
    gone = delivery.evaporation
    more: dict[str, Any] = {"evaporation_bound": gone.bound} if gone.bound else {}
    if gone.between_legs:
        more |= {"between_legs_mg_h": gone.unseen_mg_h, "between_legs_basis": gone.between_legs}
    if delivery.held_g:
        more["u_held_g"] = delivery.held_g
    if isinstance(delivery.noise, ModelledNoise):
        more["noise_model"] = noise_table(delivery.noise.model)
        more["level_estimator"] = "generalised least squares on the noise model"
    return {
        **_beaker_facts(gone),
        **_room_facts(delivery),
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


def _room_facts(delivery: Delivery) -> dict[str, Any]:
    """How far the drying power of the room strayed between the legs from what it was in them; nothing without legs."""
    drying, legs = delivery.evaporation.drying, delivery.legs_s
    if drying is None or len(legs) != 2:
        return {}
    begin, end = legs[0][1], legs[1][0]
    return {"room_strayed_percent": 100.0 * float(drying.strayed_s(begin, end)) / (end - begin)}


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
