"""``rig plan``: how long a run must be, what limits it, and how many pumps the claim needs. Nothing is opened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer

from calibration.units import MASS_RATE, RATIO, TIME
from drivers.clock import WallClock
from rig.bench import calibrations_of, load_bench
from rig.check_standard import standards_of
from rig.cli.console import Console
from rig.cli.exits import UsageError
from rig.cli.plan_tables import show_plan
from rig.noise_record import noise_of
from rig.plan import reference_witness
from rig.planning import Asked, Case, Coverage, Wanted, make
from rig.planning.as_json import plan_json
from rig.predict import Allowance
from rig.protocol import load_protocol

if TYPE_CHECKING:
    from pathlib import Path

#: 3 and 4 as for a run: it would be inconclusive; it would be refused whatever its length.
EXITS: Final = {"decidable": 0, "longer": 3, "never": 4}


@dataclass(frozen=True)
class Wish:
    """What the command line asked for, as text.

    Attributes:
        assumed_error: true error of a pump that has to pass.
        chance: with which.
        longest: no longer analysis is looked at.
        legs_differ: by how much the evaporation of the two legs differs beyond noise.
        coverage, confidence: of a claim about all pumps; empty for none.
        between_pumps: expected standard deviation between pumps; empty where nobody knows.
        as_json: JSON on stdout.
    """

    assumed_error: str = "0 %"
    chance: str = "95 %"
    longest: str = "31 days"
    legs_differ: str = "0 mg/h"
    coverage: str | None = None
    confidence: str = "95 %"
    between_pumps: str | None = None
    as_json: bool = False


def plan_command(protocol_file: Path, bench_file: Path, wish: Wish) -> int:
    """Plan and show; 0 where the run decides everything as planned, 3 where other lengths would, 4 where none do.

    Raises:
        FileError, CalibrationError: a file cannot be used.
        UsageError, UnitError, EvidenceError, MetricError: an option that cannot be used, nothing to plan.
    """
    asked, coverage = _asked(wish), _coverage(wish)
    bench = load_bench(bench_file)
    protocol = load_protocol(protocol_file, bench.limits)
    calibrations = calibrations_of(bench)
    if reference_witness(bench) in calibrations:
        standards_of(protocol, bench)  # a check weight that the book does not have is no matter of lengths
    differ = MASS_RATE.magnitude("legs-differ", MASS_RATE.parse("legs-differ", wish.legs_differ))
    allowance = Allowance(difference_mg_h=abs(differ))
    case = Case(protocol, bench, calibrations, noise_of(bench), allowance)
    made = make(case, WallClock().utc().date(), asked, coverage)
    if wish.as_json:
        typer.echo(json.dumps(plan_json(made), indent=2))
    else:
        show_plan(Console(highlight=False), made)
    return EXITS[made.run.outcome]


def _asked(wish: Wish) -> Asked:
    off = abs(RATIO.magnitude("assumed-error", RATIO.parse("assumed-error", wish.assumed_error)))
    longest_s = TIME.magnitude("longest", TIME.parse("longest", wish.longest))
    if longest_s <= 0.0:
        raise UsageError(f"longest: expected a length above zero such as '31 days', found {wish.longest!r}")
    return Asked(Wanted(off, _part("chance", wish.chance)), longest_s)


def _coverage(wish: Wish) -> Coverage | None:
    if wish.coverage is None:
        if wish.between_pumps is not None:
            raise UsageError("between-pumps: a scatter of pumps needs a claim about pumps; add --coverage '95 %'")
        return None
    sd = wish.between_pumps
    scatter = None if sd is None else RATIO.magnitude("between-pumps", RATIO.parse("between-pumps", sd))
    return Coverage(_part("coverage", wish.coverage), _part("confidence", wish.confidence), scatter)


def _part(name: str, text: str) -> float:
    """A part of all in percent, with or without its sign, between 0 and 1.

    Raises:
        UsageError: not between 0 and 100 %.
        UnitError: no number, or another unit.
    """
    said = text.strip()
    value = RATIO.magnitude(name, RATIO.parse(name, said if said.endswith(("%", "ppm")) else f"{said} %"))
    if not 0.0 < value < 100.0:
        raise UsageError(f"{name}: expected a part between 0 and 100 %, found {text!r}")
    return value / 100.0
