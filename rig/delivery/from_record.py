"""A delivery from a record: nothing but the record's own files goes in.

>>> delivery = delivery_of(Evidence.of(Record.open(folder)))     # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from calibration.errors import CalibrationError
from calibration.record import CalibrationRecord, read_calibration_record
from rig.bench import Bench, parse_bench
from rig.delivery.beyond_record import with_beyond
from rig.delivery.collected import collected_ul
from rig.delivery.corners import Corners, corners_of
from rig.delivery.course import with_course
from rig.delivery.cut_off import cut_off_end
from rig.delivery.digit import scatter_g, u_slope_mg_h, undithered_g
from rig.delivery.gaps import with_gaps
from rig.delivery.legs import evaporation_of, noise_from
from rig.delivery.modelled import ModelledNoise
from rig.delivery.readings import leg_times_s, legs_in, usable
from rig.delivery.room import air_of
from rig.delivery.setup import Setup
from rig.delivery.volume import Delivery
from rig.errors import EvidenceError
from rig.evaluation import WITH_DIGIT, WITH_LOAD, revision_of
from rig.events import ANSWER, LOOK
from rig.evidence_class import claim_in
from rig.execute.phases import DELIVERY, EVAPORATION_AFTER, EVAPORATION_BEFORE, End
from rig.plan import level_window_s, reference_witness
from rig.protocol import Protocol, parse_protocol

if TYPE_CHECKING:
    from calibration.noise_model import NoiseModel
    from rig.delivery.levels import Floats, Noise
    from rig.record import Record


#: What follows from a record stands on these facts of its start.
_NEEDED = frozenset({"started_utc", "evidence_class", "identities"})


@dataclass(frozen=True)
class Evidence:
    """A record with its input files read.

    Attributes:
        record: checked and open.
        protocol, bench: the copies in the record.
        calibrations: by channel.
        phases: begin and end of each phase [s]; a phase that was cut short ends with the run.
        end: how the run ended.
        noise: the noise record of the balance at the tip, where the bench names one.
        planned_weight_g: what the check weight of the book weighs, of a plan that asks for one [g], zero where no book
            says it; a record holds a copy of its standard.
    """

    record: Record
    protocol: Protocol
    bench: Bench
    calibrations: dict[str, CalibrationRecord]
    phases: dict[str, tuple[float, float]]
    end: End
    noise: CalibrationRecord | None = None
    planned_weight_g: float | None = None

    @classmethod
    def of(cls, record: Record, calibrations: Mapping[str, CalibrationRecord] = MappingProxyType({})) -> Evidence:
        """Read what the record holds.

        Args:
            record: checked and open.
            calibrations: by channel, in the place of the record's own copies.

        Raises:
            FileError, CalibrationError, EvidenceError: an input file in it cannot be read, or a calibration was given
                for a channel that has none.
        """
        if missing := _NEEDED - record.start.keys():
            raise EvidenceError(
                f"{record.folder}/start.json: expected {', '.join(sorted(missing))}, found none; it was changed"
            )
        if problem := claim_in(record.folder, record.start):
            raise EvidenceError(f"{record.folder}/{problem}")
        bench = parse_bench(_input(record, "bench.toml").decode(), "bench.toml")
        text = _input(record, "protocol.toml").decode()
        protocol = parse_protocol(text, "protocol.toml", bench.limits)
        own = {
            channel: read_calibration_record(_input(record, name), name)
            for channel in bench.calibrations()
            for name in [f"calibration/{channel}.toml"]
        }
        if foreign := sorted(calibrations.keys() - own.keys()):
            raise EvidenceError(
                f"{record.folder}: expected a calibration for one of {', '.join(own) or 'no channel'}, found one for "
                f"{', '.join(foreign)}"
            )
        end = _end(record)
        every = {**own, **calibrations}
        return cls(record, protocol, bench, every, phases_of(record, end), end, _noise(record, bench))

    def input(self, name: str) -> bytes:
        """One of the files that the run was made from.

        Raises:
            EvidenceError: the record does not hold it.
        """
        return _input(self.record, name)

    def answer(self, key: str) -> str:
        """What a person answered to a question of the run; empty where it was not answered."""
        return next((str(data["answer"]) for _, data in self.record.events(ANSWER) if data["key"] == key), "")

    @property
    def analysed_s(self) -> float:
        """How long of the delivery the findings are about: all of it, or up to the look that ended it [s].

        A run that may be decided early writes down each look (:mod:`rig.sequential`).
        """
        timing = self.protocol.timing
        ended = (data["at_s"] for _, data in self.record.events(LOOK) if data["stops"])
        return next((timing.stabilization_s + float(at_s) for at_s in ended), timing.delivery_s)

    @property
    def delivery_began_s(self) -> float:
        """When the program began [s].

        Raises:
            EvidenceError: it never did.
        """
        if DELIVERY not in self.phases:
            raise EvidenceError("delivery never began")
        return self.phases[DELIVERY][0]


def _input(record: Record, name: str) -> bytes:
    """One of the files that the run was made from; UTF-8 but for what its own reader refuses."""
    try:
        data = record.input_path(name).read_bytes()
        data.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{record.folder}/inputs/{name}: expected a copy of the file, found: {error}") from error
    return data


def _noise(record: Record, bench: Bench) -> CalibrationRecord | None:
    name = reference_witness(bench)
    if name not in bench.noises():
        return None
    copy = f"noise/{name}.toml"
    return read_calibration_record(_input(record, copy), copy)


def delivery_of(evidence: Evidence, *, happened: bool = True) -> Delivery:
    """Delivered volume at the reference witness.

    Args:
        evidence: the record with its files.
        happened: whether its readings are all that there were; of a plan only those are made that are needed.

    Raises:
        EvidenceError: too little was recorded to say anything.
        CalibrationError: the calibration record of the witness is not one of a balance.
    """
    name = reference_witness(evidence.bench)
    spec = next(witness for witness in evidence.bench.witness if witness.name == name)
    calibration = evidence.calibrations[name].balance
    if calibration is None or spec.vessel is None:
        raise CalibrationError(f"{name}: expected a balance with a vessel and the calibration record of a balance")
    setup = Setup.of(calibration, spec.vessel, evidence.protocol)
    window_s = level_window_s(evidence.protocol, evidence.bench)
    time_s, reading_g, excluded = _untouched(evidence, *usable(evidence.record, name))
    air = air_of(evidence, time_s)
    mass_mg = collected_ul(setup, air, time_s, reading_g) * setup.fluid_kg_m3 / 1000.0
    model = noise_model_of(evidence)
    legs = legs_in(evidence, time_s, mass_mg, model)
    noise = (
        noise_from([noise for _, _, noise in legs], time_s, mass_mg, window_s)
        if model is None
        else (ModelledNoise.of(model, time_s, window_s))
    )
    bound, between = evidence.protocol.evaporation_bound, evidence.protocol.evaporation_between_legs
    stated = evaporation_of([(leg_name, leg) for leg_name, leg, _ in legs], setup, bound, between)
    legs_s = tuple(times for leg_name, times in leg_times_s(evidence).items() if leg_name in {leg[0] for leg in legs})
    parts = [(time_s >= begin) & (time_s <= end) for begin, end in legs_s]
    for part in parts:
        air.refuse_unread(time_s[part])
    digit_g, u_digit_mg_h = _digit(evidence, setup, [(time_s[part], reading_g[part]) for part in parts], noise)
    stated = replace(stated, u_digit_mg_h=0.0 if stated.bound else u_digit_mg_h)
    delivery = Delivery(
        time_s,
        reading_g,
        air,
        setup,
        with_course(evidence, stated, {leg_name: leg for leg_name, leg, _ in legs}, air, setup),
        noise,
        window_s,
        excluded,
        corners_of(evidence.protocol.dose, evidence.delivery_began_s) if DELIVERY in evidence.phases else Corners(),
        legs_s,
        digit_g=digit_g,
        load_counts=revision_of(evidence.record.start) >= WITH_LOAD,
    )
    return with_gaps(evidence, with_beyond(evidence, delivery)) if happened else delivery


def _digit(evidence: Evidence, setup: Setup, legs_g: list[tuple[Floats, Floats]], noise: Noise) -> tuple[float, float]:
    """What the digit may do to a level, by the scatter in the legs or else the noise [g], and to their slope [mg/h]."""
    if revision_of(evidence.record.start) < WITH_DIGIT:
        return 0.0, 0.0
    scatter = scatter_g([reading_g for _, reading_g in legs_g]) if legs_g else noise.sd
    digit_g = float(undithered_g(scatter, setup.resolution_g))
    return digit_g, float(u_slope_mg_h(digit_g, legs_g, setup.resolution_g))


def noise_model_of(evidence: Evidence) -> NoiseModel | None:
    """The noise model of the balance at the tip; None where the bench names none.

    Raises:
        CalibrationError: what it names is no noise record.
    """
    if evidence.noise is None:
        return None
    if evidence.noise.noise is None:
        raise CalibrationError(f"noise: expected a record of kind 'noise', found one of kind {evidence.noise.kind!r}")
    return evidence.noise.noise.model()


def _untouched(
    evidence: Evidence, time_s: Floats, reading_g: Floats, excluded: tuple[tuple[str, int], ...]
) -> tuple[Floats, Floats, tuple[tuple[str, int], ...]]:
    """Readings between the two check weights: with a weight on the pan none of them is about the fluid."""
    if evidence.protocol.check_weight is None:
        return time_s, reading_g, excluded
    fluid = [evidence.phases[n] for n in (EVAPORATION_BEFORE, DELIVERY, EVAPORATION_AFTER) if n in evidence.phases]
    begin = min((begin for begin, _ in fluid), default=np.inf)
    good = (time_s >= begin) & (time_s <= max((end for _, end in fluid), default=-np.inf))
    if not good.any():
        raise EvidenceError("the run ended before the first check weight was done")
    return time_s[good], reading_g[good], (*excluded, ("check weight", int((~good).sum())))


def _end(record: Record) -> End:
    if record.sealed:
        said = record.manifest.get("end", {})
        if missing := {"kind", "cause", "t_s"} - said.keys():
            raise EvidenceError(f"{record.folder}: the manifest does not say how the run ended ({', '.join(missing)})")
        return End(said["kind"], said["cause"], said["t_s"])
    return cut_off_end(record, "the record was never sealed: the host stopped, or was killed")


def phases_of(record: Record, end: End) -> dict[str, tuple[float, float]]:
    """Begin and end of each phase that began, by the record's events [s]; what was going on ends with the run."""
    found: dict[str, tuple[float, float]] = {}
    for t, data in record.events("phase"):
        if data["edge"] == "begin":
            found[data["name"]] = (t, np.inf)
        else:
            found[data["name"]] = (found[data["name"]][0], t)
    return {name: (begin, min(finish, max(begin, end.t_s))) for name, (begin, finish) in found.items()}
