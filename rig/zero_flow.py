"""A run without flow: what the balance does by itself, with the load and the needle of a run.

    protocol = parse_protocol(zero_flow_text("24 h"), "zero-flow.toml")
    outcome = run(protocol, bench, folder)
    path = Book(book).append(noise_record(outcome.assessment.evidence, people), today=...)

The line is clamped, and the pump is told nothing. The record is as any other: raw, sealed, recomputable. It decides
nothing about a pump; the noise model of the balance follows from it (:mod:`calibration.noise_fit`), and is filed in the
book under the balance's serial number, as a record of kind ``noise``.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from calibration.errors import CalibrationError, ImplausibleError
from calibration.evaporation import MG_H_PER_G_S
from calibration.noise_fit import fit_noise
from calibration.record_noise import noise_table
from calibration.straight_line import fit_line
from calibration.units import AIR_PRESSURE, HUMIDITY, LENGTH, TEMPERATURE, TIME, VOLUME
from rig.bench_tables import DeclaredEnvironment
from rig.delivery.from_record import delivery_of
from rig.delivery.readings import air_readings
from rig.errors import EvidenceError
from rig.execute.phases import ZERO_FLOW
from rig.finding import Finding
from rig.plan import reference_witness

if TYPE_CHECKING:
    from calibration.noise_model import NoiseModel
    from rig.delivery.from_record import Evidence
    from rig.delivery.levels import Floats

NAME: Final = "zero_flow"
METHOD: Final = "zero-flow record; overlapping Hadamard variance: white, flicker and random walk, none below zero"
_SETTLE: Final = "5 min"


def zero_flow_text(length: str, settle: str = _SETTLE) -> str:
    """A protocol without flow, as text.

    Args:
        length: of the record, e.g. ``"24 h"``.
        settle: left alone at the beginning.

    Raises:
        UnitError: not a time.
    """
    hours = TIME.magnitude("for", TIME.parse("for", length)) / 3600.0
    name = re.sub(r"[^0-9A-Za-z.]+", "-", f"{hours:.3g}h")
    return (
        f'schema = 1\nid = "ZERO-FLOW-{name}"\ntitle = "No flow for {length}: the noise of the balance"\n'
        f'kind = "zero-flow"\n[timing]\nsettle = "{settle}"\nanalysis = "{length}"\nsample_interval = "{length}"\n'
    )


def series(evidence: Evidence) -> tuple[Floats, Floats]:
    """Times [s] and masses [g] of the record without flow, corrected for the buoyancy of the load.

    Raises:
        EvidenceError: it never began, or too little was recorded.
    """
    if ZERO_FLOW not in evidence.phases:
        raise EvidenceError("expected a record without flow, found none")
    delivery = delivery_of(evidence)
    begin, end = evidence.phases[ZERO_FLOW]
    begin += TIME.magnitude("settle", evidence.protocol.timing.settle)
    inside = (delivery.time_s >= begin) & (delivery.time_s <= end)
    return delivery.time_s[inside], delivery.collected_ul[inside] * delivery.setup.fluid_kg_m3 * 1e-6


def noise_of_record(evidence: Evidence) -> NoiseModel:
    """The noise model; its bootstrap is seeded from the record's content digest.

    Raises:
        EvidenceError: too little was recorded.
    """
    time_s, mass_g = series(evidence)
    try:
        return fit_noise(time_s, mass_g, seed=int(evidence.record.content_digest[:12], 16))
    except ImplausibleError as error:
        raise EvidenceError(str(error)) from error


def zero_flow_finding(evidence: Evidence) -> Finding:
    """What was found, informative: drift with evaporation, and the noise.

    Raises:
        EvidenceError: too little was recorded.
    """
    time_s, mass_g = series(evidence)
    model = noise_of_record(evidence)
    drift_mg_h = MG_H_PER_G_S * fit_line(time_s - time_s[0], mass_g).slope
    table = noise_table(model)
    walk_mg, length_h = float(table["walk"].removesuffix(" mg")), model.length_s / 3600.0
    text = (
        f"drift with evaporation {drift_mg_h:+.4g} mg/h over {length_h:.3g} h; noise of a reading "
        f"{1e3 * model.reading_g:.2g} mg, random walk {walk_mg:.2g} mg in the root of an hour"
    )
    return Finding(NAME, "informative", text, drift_mg_h, unit="mg/h", facts={"noise": table})


def noise_record(evidence: Evidence, operator: str, valid_for: str = "365 days") -> dict[str, Any]:
    """Tables of the record for the book, as :meth:`calibration.book.Book.append` takes them.

    Args:
        evidence: of a run without flow.
        operator: who made it.
        valid_for: how long it holds, by the laboratory's rule.

    Raises:
        EvidenceError: too little was recorded, or the bench was at fault.
        CalibrationError: the balance has no vessel.
        UnitError: ``valid_for`` is not a time.
    """
    name = reference_witness(evidence.bench)
    vessel = next(witness.vessel for witness in evidence.bench.witness if witness.name == name)
    if vessel is None:
        raise CalibrationError(f"{name}: expected a balance with a vessel, found none")
    identity = evidence.record.start["identities"][name]
    day = datetime.fromisoformat(evidence.record.start["started_utc"]).date()
    time_s, _ = series(evidence)
    rows = evidence.record.stream(name)
    return {
        "kind": "noise",
        "method": METHOD,
        "performed_by": operator,
        "performed_on": day,
        "valid_until": day + timedelta(seconds=TIME.magnitude("valid_for", TIME.parse("valid_for", valid_for))),
        "note": f"record {evidence.record.folder.name}, {evidence.record.start['evidence_class']} evidence",
        "instrument": {key: identity[key] for key in ("manufacturer", "model", "serial_number")},
        "surroundings": _air(evidence),
        "noise": {
            **noise_table(noise_of_record(evidence)),
            "readings": len(time_s),
            "load": f"{float(np.nanmean(rows['mass_g'])):.4f} g",
            "load_volume": VOLUME.format(vessel.load_volume, digits=12),
            "needle_outer_diameter": LENGTH.format(vessel.needle_outer_diameter, digits=12),
            "record_digest": evidence.record.content_digest,
        },
    }


def _air(evidence: Evidence) -> dict[str, str]:
    """The air during the record, measured or declared."""
    declared = evidence.bench.environment
    kinds = {"temperature": TEMPERATURE, "pressure": AIR_PRESSURE, "humidity": HUMIDITY}
    if isinstance(declared, DeclaredEnvironment):
        return {name: kind.format(getattr(declared, name), digits=8) for name, kind in kinds.items()}
    _, shown = air_readings(evidence.record)
    return {
        name: kind.format(kind.quantity(float(one.mean())), digits=8)
        for (name, kind), one in zip(kinds.items(), shown, strict=True)
    }
