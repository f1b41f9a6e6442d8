"""The protocol file: what to test, how long, against which limits.

>>> protocol = parse_protocol('''
... schema = 1
... id = "CONT-015"
... title = "Continuous infusion, 0.15 mL/day"
... [program]
... drug = "baclofen"
... concentration = "2000 ug/mL"
... reservoir = "40 mL"
... [[program.segments]]
... kind = "continuous"
... dose_rate = "300 ug/day"
... [timing]
... analysis = "24 h"
... [findings.mean_flow_error]
... limit = "14.5 %"
... ''', "demo.toml")
>>> protocol.dose.rate_ul_h([0.0])
array([6.25])
>>> protocol.release_problems()[0]
'no evaporation leg before delivery: set timing.evaporation_before'

The reference of the format is ``docs/files.md``. All problems of a file are reported at once, each with its line.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, PrivateAttr, model_validator

from calibration.units import TIME
from rig.dose import DoseProgram, PumpLimits
from rig.dose_tables import ProgramTable
from rig.errors import ProgramError
from rig.fields import FileModel
from rig.files import Source, read_model, read_source
from rig.protocol_acts import ActTable
from rig.protocol_checks import ChecklistTable, CheckWeight, EvaporationBetweenLegs, EvaporationBound, without_flow
from rig.protocol_findings.doses import AssayTable, LineTable
from rig.protocol_findings.sequential import sequential_problems
from rig.protocol_tables import (
    Conditions,
    Findings,
    Gate,
    Intervals,
    Prompt,
    QualificationAsked,
    Safety,
    Timing,
    is_multiple,
)
from rig.protocol_witnesses import Witnesses, witness_problems

if TYPE_CHECKING:
    from rig.errors import KeyPath

_Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class Protocol(FileModel):
    """A protocol as its file says it, and the dose program that it means.

    Attributes:
        kind: ``zero-flow`` records a balance with the line clamped; program and findings are left out then.
        id: short name, for folders and reports.
        title: one line for people.
        requirements, hazards: ids of what this run verifies.
        for_release: whether the result is meant to release something; such a run is refused before it starts
            where :meth:`release_problems` finds any.
        program: the table; :attr:`dose` is what can be asked for volumes.
        acts: what is done to the pump while the program runs.
        qualification: asked of the bench; None where any bench may run it.
    """

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["delivery", "zero-flow"] = "delivery"
    id: _Name = Field(examples=["CONT-015"])
    title: str = ""
    requirements: tuple[str, ...] = ()
    hazards: tuple[str, ...] = ()
    for_release: bool = False
    program: ProgramTable
    timing: Timing
    findings: Findings
    conditions: Conditions = Field(default_factory=Conditions)
    intervals: Intervals = Field(default_factory=Intervals)
    safety: Safety = Field(default_factory=Safety)
    witnesses: Witnesses = Field(default_factory=Witnesses)
    gate: Gate = Field(default_factory=Gate)
    prompts: tuple[Prompt, ...] = ()
    acts: tuple[ActTable, ...] = ()
    qualification: QualificationAsked | None = None
    check_weight: CheckWeight | None = None
    evaporation_bound: EvaporationBound | None = None
    evaporation_between_legs: EvaporationBetweenLegs | None = None
    checklist: ChecklistTable | None = None
    assay: AssayTable | None = None
    line: LineTable | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_flow(cls, data: Any) -> Any:
        return without_flow(data) if isinstance(data, dict) and data.get("kind") == "zero-flow" else data

    _source: Source = PrivateAttr()
    _dose: DoseProgram = PrivateAttr()

    @property
    def source(self) -> Source:
        """The text it was read from."""
        return self._source

    @property
    def dose(self) -> DoseProgram:
        """The program, checked against the pump's limits; it lasts stabilization and analysis exactly."""
        return self._dose

    def release_problems(self) -> list[str]:
        """What keeps a result of this protocol from being released, whatever it is."""
        if self.kind == "zero-flow":
            return ["a record without flow says nothing about a pump"]
        problems = [] if self.evaporation_bound else self._missing_legs()
        if self.for_release and self.check_weight is None:
            problems.append("no check weight before and after: add the table [check_weight]")
        return problems

    def _missing_legs(self) -> list[str]:
        legs = {"before": self.timing.evaporation_before, "after": self.timing.evaporation_after}
        return [
            f"no evaporation leg {name} delivery: set timing.evaporation_{name}"
            for name, leg in legs.items()
            if leg is None
        ]


def load_protocol(path: Path | str, limits: PumpLimits | None = None) -> Protocol:
    """Read a protocol file.

    Args:
        path: of the file.
        limits: of the pump that shall carry it out (``bench.limits``); without them those of an ITB pump.

    Raises:
        FileError: with every problem: file, line, key, what was expected, what was found, the fix.
    """
    return _protocol(read_source(Path(path)), limits)


def parse_protocol(text: str, name: str, limits: PumpLimits | None = None) -> Protocol:
    """Read a protocol from text, such as the copy in a record.

    Args:
        text: the TOML text.
        name: what to call it in messages.
        limits: as for :func:`load_protocol`.

    Raises:
        FileError: with every problem.
    """
    return _protocol(Source(name, text), limits)


def changed(protocol: Protocol, limits: PumpLimits | None = None, **tables: Any) -> Protocol:
    """The same protocol with other tables, such as another timing; checked as a file is.

    Args:
        protocol: stays as it is.
        limits: as for :func:`load_protocol`.
        tables: by name of the attribute.

    Raises:
        FileError: what the tables make of it could not be a protocol file.
    """
    return _checked(protocol.model_copy(update=tables), protocol.source, limits)


def _protocol(source: Source, limits: PumpLimits | None) -> Protocol:
    return _checked(read_model(Protocol, source), source, limits)


def _checked(protocol: Protocol, source: Source, limits: PumpLimits | None) -> Protocol:
    problems = _timing_problems(protocol)
    try:
        until = TIME.quantity(protocol.timing.delivery_s)
        dose = DoseProgram.from_table(protocol.program, limits, until)
    except ProgramError as error:
        problems += [(("program", *path), message) for path, message in error.problems]
        raise source.error(problems) from error
    problems += _length_problems(protocol, dose) + _bound_problems(protocol) + _act_problems(protocol)
    problems += witness_problems(protocol.witnesses, protocol.timing) + _window_problems(protocol)
    protocol._source, protocol._dose = source, dose  # noqa: SLF001 - private attributes of our own model
    problems += sequential_problems(protocol)
    if problems:
        raise source.error(problems)
    return protocol


def _timing_problems(protocol: Protocol) -> list[tuple[KeyPath, str]]:
    trumpet, timing = protocol.findings.trumpet, protocol.timing
    problems: list[tuple[KeyPath, str]] = []
    for index, window in enumerate(trumpet.windows if trumpet else ()):
        place, length = ("findings", "trumpet", "windows", index), TIME.magnitude("window", window)
        if length > timing.analysis_s:
            problems.append((place, "the window is longer than timing.analysis; leave it out or analyse longer"))
        elif not is_multiple(length, timing.sample_interval_s):
            problems.append((place, "a window must be a whole multiple of timing.sample_interval; change one of them"))
    return problems


def _length_problems(protocol: Protocol, dose: DoseProgram) -> list[tuple[KeyPath, str]]:
    """The program lasts as long as the delivery: anything else would leave it open what is analysed."""
    lasts, delivery = float(dose.breakpoints[-1]), protocol.timing.delivery_s
    if abs(lasts - delivery) <= 1e-6 * delivery:
        return []
    message = (
        f"the program lasts {lasts / 3600:g} h, stabilization and analysis {delivery / 3600:g} h; make them equal, or "
        "leave out the duration of the last segment"
    )
    return [(("program", "segments", len(protocol.program.segments) - 1), message)]


def _window_problems(protocol: Protocol) -> list[tuple[KeyPath, str]]:
    """A leak is looked for while the program runs."""
    asked = protocol.findings.leak
    wrong = "" if asked is None or asked.window is None else asked.window.outside(protocol.timing.delivery_s)
    return [(("findings", "leak", "window"), wrong)] if wrong else []


def _bound_problems(protocol: Protocol) -> list[tuple[KeyPath, str]]:
    """A bound is for a short program without legs; what is declared between legs, for one with both."""
    bound, timing = protocol.evaporation_bound, protocol.timing
    legs = (timing.evaporation_before, timing.evaporation_after)
    if protocol.evaporation_between_legs is not None and None in legs:
        return [(("evaporation_between_legs",), "expected evaporation legs before and after, which it lies between")]
    if bound is None:
        return []
    if timing.evaporation_before is not None or timing.evaporation_after is not None:
        return [(("evaporation_bound",), "evaporation is measured in legs too; leave out the bound, or both legs")]
    up_to_s = TIME.magnitude("up_to", bound.up_to)
    if timing.delivery_s <= up_to_s:
        return []
    message = (
        f"declared for deliveries up to {up_to_s / 3600:g} h, this one lasts {timing.delivery_s / 3600:g} h; measure "
        "its evaporation in legs"
    )
    return [(("evaporation_bound", "up_to"), message)]


def _act_problems(protocol: Protocol) -> list[tuple[KeyPath, str]]:
    """Acts are done while the program runs."""
    lasts_s = protocol.timing.delivery_s
    return [
        (("acts", index, "at"), f"expected an act before the program ends, which lasts {lasts_s / 3600:g} h")
        for index, act in enumerate(protocol.acts)
        if not 0.0 <= act.at_s < lasts_s
    ] + [
        (("acts",), "a run that may be decided early may end before an act; leave [acts] or sequential out")
        for _ in protocol.acts[:1]
        if protocol.findings.mean_flow_error.sequential is not None
    ]
