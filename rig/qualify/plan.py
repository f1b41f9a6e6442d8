"""The plan of a qualification; ``fixtures/benches/procedures/qualification.toml`` is one for the simulated bench.

Paths in it start where the plan lies. What it says under ``world`` holds on a simulated bench alone; ``text`` is said
to the person at a real one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from calibration.units import RATIO, TIME, VOLTAGE, Quantity
from rig.fields import FileModel, KindField, PositiveDuration, Ratio, Text, default, refused
from rig.files import Source, read_model, read_source

if TYPE_CHECKING:
    from pathlib import Path

_SignedRatio = Annotated[Quantity, KindField(RATIO)]
_Voltage = Annotated[Quantity, KindField(VOLTAGE, positive=True)]
_Volts = Annotated[Quantity, KindField(VOLTAGE)]


class MassTable(FileModel):
    """Which certified weights are put on which balance.

    Attributes:
        channel: of the balance.
        loads: each a list of serial numbers in ``standards.toml``.
        settle, average: pause before a reading, and its length.
    """

    channel: Text = "balance"
    loads: Annotated[tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...], Field(min_length=1)]
    settle: PositiveDuration = default(TIME, "30 s")
    average: PositiveDuration = default(TIME, "10 s")

    @model_validator(mode="after")
    def _different(self) -> Self:
        if len(set(self.loads)) != len(self.loads):
            raise refused("loads: the same load stands there twice; say each once")
        return self


class Reference(FileModel):
    """What the flow is known by.

    Attributes:
        what: in words, with its certificate or record.
        error: how far it is from the program, by its certificate.
        expanded, k: its uncertainty.
    """

    what: Text
    error: _SignedRatio = default(RATIO, "0 %")
    expanded: Ratio
    k: Annotated[float, Field(ge=1.0, le=4.0)] = 2.0


class SetUp(FileModel):
    """A condition under which the method must give the same: set-up, operator, day.

    Attributes:
        name: for folders and tables.
        text: what a person changes before its first run.
        world: what is other about the simulated bench then.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    text: str = ""
    world: dict[str, Any] = Field(default_factory=dict)


class FlowTable(FileModel):
    """Real runs of a protocol with a known flow.

    Attributes:
        protocol, short_protocol: files; the second for ``--short``.
        runs, short_runs: of each set-up.
        grr: six standard deviations of the method, in percent of the protocol's tolerance, at most.
        bias: of the mean from the reference, at most, uncertainty included.
        reference: what is known.
        set_ups: three at least; five are advised.
    """

    protocol: Text
    short_protocol: Text | None = None
    runs: Annotated[int, Field(ge=2, le=100)] = 3
    short_runs: Annotated[int, Field(ge=2, le=100)] = 2
    grr: Ratio = default(RATIO, "30 %")
    bias: Ratio
    reference: Reference
    set_ups: Annotated[tuple[SetUp, ...], Field(min_length=3)]

    @model_validator(mode="after")
    def _named_apart(self) -> Self:
        if len({one.name for one in self.set_ups}) != len(self.set_ups):
            raise refused("set_ups: expected a name of its own for each")
        return self


class VoltageTable(FileModel):
    """A supply that is read by a meter or a data acquisition device.

    Attributes:
        supply: channel that sets.
        meter, column: channel that reads, and its column in volts.
        values: set one after the other.
        expanded: of what the meter reads, from its calibration; at least, where the bench has its record.
        reference: serial number of the meter in ``standards.toml``, where its certificate is the calibration.
        limit: of the difference, uncertainty included.
    """

    supply: Text
    meter: Text
    column: Text = "voltage_v"
    values: Annotated[tuple[_Voltage, ...], Field(min_length=1)]
    expanded: _Volts
    reference: Text | None = None
    limit: _Voltage


class ClockTable(FileModel):
    """The bench's clock, and the pump's against it.

    Attributes:
        utc: whether a synchronised clock is ``required``, or only ``recorded``.
        pump: rate error of the pump's own clock, at most, uncertainty included.
    """

    utc: Literal["required", "recorded"] = "required"
    pump: Ratio


class Fault(FileModel):
    """Something that must be seen, and in the right class.

    Attributes:
        name: for folders and tables.
        expect: the verdict of the run; a refusal before the start counts as ``invalid``.
        world: options of the simulated bench that make it.
        act, values: what hands do when the phase ``at`` begins.
        text: what a person at a real bench does then; needed wherever there is an act.
        protocol: file of the run, where another one than ``fault_protocol`` is needed to see it.
        short: whether the short form makes it too.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    expect: Literal["fail", "invalid"]
    world: dict[str, Any] = Field(default_factory=dict)
    act: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    at: Literal["evaporation-before", "delivery", "evaporation-after"] = "delivery"
    text: str = ""
    protocol: Text | None = None
    short: bool = True

    @model_validator(mode="after")
    def _done_somehow(self) -> Self:
        if not self.world and not self.act:
            raise refused("expected world or act, found neither; say how the fault is made")
        if self.act and not self.text:
            raise refused("text: missing; say what a person at a real bench does")
        return self


class Plan(FileModel):
    """A whole plan; see the module.

    Attributes:
        method: for the record.
        valid_for: until the qualification ends.
        fault_protocol: file of the runs with faults.
    """

    schema_version: Literal[1] = Field(alias="schema")
    kind: Literal["qualification"]
    method: Text
    valid_for: PositiveDuration = default(TIME, "365 days")
    mass: MassTable
    flow: FlowTable
    voltage: VoltageTable | None = None
    clock: ClockTable
    fault_protocol: Text
    faults: Annotated[tuple[Fault, ...], Field(min_length=1)]

    _source: Source = PrivateAttr()

    @property
    def source(self) -> Source:
        """The text it was read from."""
        return self._source

    def path(self, name: str) -> Path:
        """A file that the plan names."""
        from pathlib import Path

        return (self._source.directory or Path()) / name

    @model_validator(mode="after")
    def _faults_apart(self) -> Self:
        if len({one.name for one in self.faults}) != len(self.faults):
            raise refused("faults: expected a name of its own for each")
        return self


def load_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        FileError: with every problem: file, line, key, what was expected, what was found, the fix.
    """
    source = read_source(path)
    plan = read_model(Plan, source)
    plan._source = source  # noqa: SLF001 - a private attribute of our own model
    return plan
