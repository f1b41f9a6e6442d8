"""The course of evaporation in a record: from the evaporation beaker where it can tell it.

Else it is left to two legs, to how far the air of the room strayed from what it was in them, and to how far the rate
may have differed unseen, where the protocol declares that.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calibration.errors import CalibrationError
from rig.delivery.beaker import Beaker, check_readings, check_steps, free_surface_cm2
from rig.delivery.beaker_ratio import measured_ratio, ratio_so_far
from rig.delivery.collected import Air, collected_ul
from rig.delivery.legs import noise_from
from rig.delivery.readings import leg_times_s, legs_in, usable
from rig.delivery.room import drying_of
from rig.delivery.setup import Setup
from rig.errors import EvidenceError
from rig.evaluation import WITH_ROOM, WITH_UNSEEN, revision_of
from rig.execute.phases import EVAPORATION_BEFORE, SO_FAR
from rig.plan import LONGEST_LEVEL_S

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.evaporation import Leg
    from rig.bench_tables import RecordedTable
    from rig.delivery.evaporated import Evaporation
    from rig.delivery.from_record import Evidence


def with_course(
    evidence: Evidence, evaporation: Evaporation, collecting: Mapping[str, Leg], air: Air, setup: Setup
) -> Evaporation:
    """Evaporation with its course, where a beaker stands on the bench and can tell it; else with the reason.

    Raises:
        EvidenceError: no readings of the air, or no calibration record of its sensors.
    """
    spec = evidence.bench.evaporation_beaker
    if spec is None:
        return _by_legs(evidence, evaporation)
    try:
        return replace(evaporation, beaker=_beaker(evidence, spec, collecting, air, setup))
    except EvidenceError as error:
        return _by_legs(evidence, replace(evaporation, no_beaker=str(error)))


def _by_legs(evidence: Evidence, evaporation: Evaporation) -> Evaporation:
    """Of two legs: what the room made of it, and what nobody saw, as far as the protocol declares that."""
    declared = evidence.protocol.evaporation_between_legs
    if declared is not None and evaporation.measured:
        evaporation = replace(evaporation, unseen_mg_h=declared.half_width_mg_h, between_legs=declared.basis)
    return _with_room(evidence, evaporation)


def _with_room(evidence: Evidence, evaporation: Evaporation) -> Evaporation:
    """Of a rate that was measured; what is only bounded has its bound for all that the air may do."""
    if not evaporation.measured or revision_of(evidence.record.start) < WITH_ROOM:
        return evaporation
    return replace(evaporation, drying=drying_of(evidence, list(leg_times_s(evidence).values())))


def _beaker(
    evidence: Evidence, spec: RecordedTable, collecting: Mapping[str, Leg], air: Air, collecting_setup: Setup
) -> Beaker:
    """The evaporation beaker of the bench, read through both legs and all between them, or up to a look.

    Raises:
        EvidenceError: it was not, or it cannot tell.
        CalibrationError: its calibration record is not one of a balance.
    """
    calibration = evidence.calibrations[spec.name].balance
    if calibration is None or spec.evaporation_beaker is None:
        raise CalibrationError(f"{spec.name}: expected the calibration record of a balance, found one of another kind")
    setup = Setup.of(calibration, spec.evaporation_beaker, evidence.protocol)
    time_s, reading_g, _ = usable(evidence.record, spec.name)
    volume_ul = collected_ul(setup, air, time_s, reading_g)
    mass_mg = volume_ul * setup.fluid_kg_m3 / 1000.0
    legs = legs_in(evidence, time_s, mass_mg)
    times = leg_times_s(evidence)
    digit_mg_h = 1e3 * setup.resolution_g * 3600.0 / min((e - b for b, e in times.values()), default=1.0)
    area_ratio = free_surface_cm2(collecting_setup) / free_surface_cm2(setup)
    own = {name: leg for name, leg, _ in legs}
    if early := _so_far(evidence) and collecting.keys() == own.keys() == {EVAPORATION_BEFORE}:
        (leg,), (other,) = collecting.values(), own.values()
        found = ratio_so_far(EVAPORATION_BEFORE, leg, other, area_ratio=area_ratio, digit_mg_h=digit_mg_h)
    else:
        found = measured_ratio(collecting, own, digit_mg_h)
    ratio, ratios, u_drift = found
    noise = noise_from([noise for _, _, noise in legs], time_s, mass_mg, LONGEST_LEVEL_S)
    begin, end = min(b for b, _ in times.values()), max(e for _, e in times.values())
    end = evidence.end.t_s if early else end
    check_readings(time_s, begin, end)
    check_steps(time_s, mass_mg, noise, setup, begin, end)
    bends = revision_of(evidence.record.start) >= WITH_UNSEEN
    return Beaker(spec.name, time_s, reading_g, volume_ul, air, setup, noise, ratio, ratios, u_drift, area_ratio, bends)


def _so_far(evidence: Evidence) -> bool:
    """Whether this is a look, while the leg after is still to come; before evaluation 4 none asked the beaker."""
    return evidence.end.kind == SO_FAR and revision_of(evidence.record.start) >= WITH_UNSEEN
