"""The noise record of the balance at the tip: copied into the record of a run, and whether it holds for that run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from calibration.record import check_valid, load_calibration_record
from calibration.units import LENGTH, TIME, VOLUME
from rig.bench import noise_path
from rig.errors import BenchError
from rig.plan import reference_witness

if TYPE_CHECKING:
    from datetime import date

    from calibration.record import CalibrationRecord
    from rig.bench import Bench, OpenBench
    from rig.protocol import Protocol

#: How much load and needle may differ from those of the record without flow, relative.
SAME_LOAD: Final = 0.2
SAME_NEEDLE: Final = 0.1


def noise_inputs(bench: Bench) -> dict[str, bytes]:
    """Copies for the record of a run, by their name below ``inputs/``.

    Raises:
        CalibrationError: a record that is not there.
        OSError: one that cannot be read.
    """
    return {f"noise/{name}.toml": noise_path(bench, name).read_bytes() for name in bench.noises()}


def noise_of(bench: Bench) -> CalibrationRecord | None:
    """The noise record of the balance at the tip; None where the bench names none.

    Raises:
        CalibrationError: it is not there, or cannot be read.
    """
    name = reference_witness(bench)
    return load_calibration_record(noise_path(bench, name)) if name in bench.noises() else None


def refuse_foreign_noise(protocol: Protocol, opened: OpenBench, *, not_for_release: bool) -> None:
    """Refuse a noise record that does not hold for this balance, this load and this run.

    One that cannot be read, or is of another kind, is refused for every run: nothing could be judged after a day.

    Raises:
        BenchError: with every reason.
        CalibrationError: a record that cannot be read.
    """
    name, today, record = reference_witness(opened.file), opened.clock.utc().date(), noise_of(opened.file)
    readable = record is not None and record.noise is not None
    if record is None or (readable and (not_for_release or protocol.kind == "zero-flow")):
        return
    reasons = noise_problems(record, protocol, opened.file, opened.identities[name].serial_number, today)
    if reasons:
        raise BenchError(opened.file.name, reasons)


def noise_problems(
    record: CalibrationRecord, protocol: Protocol, bench: Bench, serial_number: str, on: date
) -> list[str]:
    """Why a noise record does not speak for a run, a sentence each; empty where it does.

    Args:
        record: of kind ``noise``.
        protocol: how long the delivery lasts.
        bench: what stands on the pan.
        serial_number: what the balance answered.
        on: the day of the run, in UTC.
    """
    name, found = reference_witness(bench), record.noise
    if found is None:
        return [f"{name}: expected a record of kind 'noise', found one of kind {record.kind!r}"]
    problems = [f"{name}, noise: {why}" for why in check_valid(record, serial_number, on)]
    vessel = next(witness.vessel for witness in bench.witness if witness.name == name)
    if vessel is not None:
        pairs = (
            ("load_volume", VOLUME, found.load_volume, vessel.load_volume, SAME_LOAD),
            ("needle", LENGTH, found.needle_outer_diameter, vessel.needle_outer_diameter, SAME_NEEDLE),
        )
        for what, kind, recorded, stands, most in pairs:
            was, now = kind.magnitude(what, recorded), kind.magnitude(what, stands)
            if abs(now - was) > most * was:
                problems.append(f"{name}: the noise was recorded with a {what} of {was:g}, found {now:g} {kind.unit}")
    length_s = TIME.magnitude("length", found.length)
    if protocol.kind == "delivery" and protocol.timing.delivery_s > length_s * (1 + 1e-3):
        hours = f"{length_s / 3600:.3g} h, the delivery lasts {protocol.timing.delivery_s / 3600:.3g} h"
        problems.append(f"{name}: the noise was recorded over {hours}; record as long as a run")
    return problems
