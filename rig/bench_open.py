"""Opening a bench: world, clock, locks, drivers, identities.

Everything is opened before anything is judged, so that one refusal names every missing instrument, every wrong
model and every wrong serial number. On any error whatever was opened is closed again.

>>> with open_bench(load_bench("bench.toml")) as bench:       # doctest: +SKIP
...     bench.device.state()
"""

from __future__ import annotations

import contextlib
import tomllib
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Protocol

from calibration.errors import DoseproofError, UnitError
from drivers.clock import WallClock
from drivers.errors import NotSupported
from drivers.interfaces import Balance, Environment, Instrument, Pump
from drivers.wire_log import WireLog
from rig.errors import BenchError
from rig.evidence_class import class_that_follows
from rig.locks import AddressInUseError, lock, needs_lock
from rig.sharing import open_shared
from rig.wiring import wiring_hint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from drivers.clock import Clock
    from drivers.interfaces import Identity
    from rig.bench_tables import Bench, InstrumentTable, WitnessTable
    from rig.errors import KeyPath
    from rig.evidence_class import EvidenceClass

DRIVERS = "doseproof.drivers"
WORLDS = "doseproof.worlds"
#: How a world says that its options are wrong; it stands too low to know a bench file.
_OPTIONS = "[world_options]"
#: The same of a driver.
_DRIVER_OPTIONS = "options of"


class World(Protocol):
    """A simulated bench: its clock, and how to end it. ``open_world(options)`` of an entry point gives one."""

    clock: Clock

    def close(self) -> None:
        """End it; its addresses resolve no more."""


@dataclass(frozen=True)
class OpenBench:
    """A bench whose instruments answered and are who the file says.

    Attributes:
        file: the bench as its file says it.
        clock: of the world, or the machine's.
        device: the pump under test.
        witnesses: by channel name, the table of the file and the instrument; at the tip it is a balance.
        others: by channel name, what else is recorded.
        environment: the sensors; None where the air is declared.
        wire: every byte of every link.
        identities: who answered, by channel name.
        world: the simulated world; None on real instruments.
    """

    file: Bench
    clock: Clock
    device: Pump
    witnesses: dict[str, tuple[WitnessTable, Instrument]]
    environment: Environment | None
    wire: WireLog
    identities: dict[str, Identity]
    world: World | None = None
    others: dict[str, Instrument] = field(default_factory=dict)

    def laboratory(self) -> dict[str, Instrument]:
        """Every instrument of the laboratory by the name of its channel: all but the device."""
        found = {name: instrument for name, (_, instrument) in self.witnesses.items()} | self.others
        return found if self.environment is None else {**found, "environment": self.environment}

    @property
    def evidence_class(self) -> EvidenceClass:
        """What a record made here may be used for; it follows from who answered."""
        answered = {name: asdict(identity) for name, identity in self.identities.items()}
        return class_that_follows(tomllib.loads(self.file.source.text), answered)


@contextlib.contextmanager
def open_bench(bench: Bench) -> Iterator[OpenBench]:
    """Open what a bench file names, for as long as the context lasts. Nothing is moved.

    Args:
        bench: of :func:`rig.bench.load_bench`.

    Raises:
        FileError: the file names a driver or a world that is not installed, or options that a world does not have.
        BenchError: an instrument is missing, in use, of another kind, or another model or serial number answers;
            every reason at once.
    """
    with ExitStack() as stack:
        opener = _Opener(bench, stack)
        yield opener.open()


class _Opener:
    def __init__(self, bench: Bench, stack: ExitStack) -> None:
        self.bench = bench
        self.stack = stack
        self.reasons: list[str] = []
        self.problems: list[tuple[KeyPath, str]] = []
        self.wire = WireLog()
        self.clock: Clock = WallClock()

    def open(self) -> OpenBench:
        self._check_drivers()
        world = self._open_world()
        opened = self._open_all()
        device = self._as("device", opened["device"], Pump)
        witnesses = {
            table.name: (
                table,
                self._as(table.name, opened[table.name], Balance if table.node == "tip" else Instrument),
            )
            for table in self.bench.witness
        }
        air = self._as("environment", opened["environment"], Environment) if "environment" in opened else None
        others = {
            table.name: self._as(
                table.name, opened[table.name], Instrument if table.evaporation_beaker is None else Balance
            )
            for table in self.bench.instrument
        }
        if self.problems:
            raise self.bench.source.error(self.problems)
        if self.reasons:
            raise BenchError(self.bench.name, self.reasons)
        answered = {name: instrument.identity for name, instrument in opened.items() if instrument is not None}
        return OpenBench(self.bench, self.clock, device, witnesses, air, self.wire, answered, world, others)

    def _open_all(self) -> dict[str, Instrument | None]:
        """Every instrument, or None with the reason noted; on real ports all at once, so that the slowest counts.

        On simulated time only one thread may wait, and waiting costs nothing, so there they come in turn.
        """
        tables = self.bench.instruments()
        if self.bench.world is not None:
            attempts = [self._attempt(name, table) for name, table in tables.items()]
        else:
            with ThreadPoolExecutor(len(tables), thread_name_prefix="open") as pool:
                attempts = list(pool.map(self._attempt, tables.keys(), tables.values()))
        for attempt in attempts:
            self.stack.push(attempt.held.pop_all())
            self.reasons += attempt.reasons
            self.problems += attempt.problems
        return {name: attempt.instrument for name, attempt in zip(tables, attempts, strict=True)}

    def _attempt(self, name: str, table: InstrumentTable) -> _Attempt:
        attempt = _Attempt(self.bench, name, table)
        attempt.open(self.clock, self.wire)
        return attempt

    def _check_drivers(self) -> None:
        """A name that is not installed is a mistake in the file, and is found before anything is opened."""
        problems: list[tuple[KeyPath, str]] = []
        for name, table in self.bench.instruments().items():
            if table.driver not in entry_points(group=DRIVERS).names:
                message = _not_installed("driver", table.driver, DRIVERS)
                problems.append(((*self.bench.place(name), "driver"), message))
        world = self.bench.world
        if world is not None and world not in entry_points(group=WORLDS).names:
            problems.append((("world",), _not_installed("world", world, WORLDS)))
        if problems:
            raise self.bench.source.error(problems)

    def _open_world(self) -> World | None:
        if self.bench.world is None:
            return None
        try:
            world: World = entry_points(group=WORLDS)[self.bench.world].load()(self.bench.world_options)
        except DoseproofError as error:
            if str(error).startswith(_OPTIONS):
                text = str(error).removeprefix(_OPTIONS).lstrip(": ")
                key = text.partition(":")[0]
                named = ("world_options", key) if key in self.bench.world_options else ("world_options",)
                raise self.bench.source.error([(named, text.removeprefix(f"{named[-1]}: "))]) from error
            raise BenchError(self.bench.name, [f"the world {self.bench.world!r} does not open: {error}"]) from error
        self.stack.callback(world.close)
        self.clock = world.clock
        return world

    def _as(self, name: str, instrument: Instrument | None, kind: type[Any]) -> Any:
        """The instrument as one of that capability; None, with the reason noted, where it has another."""
        if instrument is None or isinstance(instrument, kind):
            return instrument
        wanted, found = kind.CAPABILITY, instrument.CAPABILITY
        self.reasons.append(f"{name}: expected a {wanted}, found a {found}; name another driver")
        return None


@dataclass
class _Attempt:
    """Opening one instrument, on a thread of its own.

    Attributes:
        held: what must be let go of in the end.
        instrument: what answered; None if nobody did.
        reasons: why the bench is refused.
        problems: what is wrong in the file.
    """

    bench: Bench
    name: str
    table: InstrumentTable
    held: ExitStack = field(default_factory=ExitStack)
    instrument: Instrument | None = None
    reasons: list[str] = field(default_factory=list)
    problems: list[tuple[KeyPath, str]] = field(default_factory=list)

    def open(self, clock: Clock, wire: WireLog) -> None:
        """Lock the address, open it, and see who answers."""
        table = self.table
        try:
            factory = entry_points(group=DRIVERS)[table.driver].load()

            def make() -> Instrument:
                made: Instrument = factory(table.address, clock=clock, wire=wire, options=table.options)
                return made

            made = self._held(make, clock)
        except AddressInUseError as error:
            self.reasons.append(f"{self.name}: {error}")
        except DoseproofError as error:
            self._note_failure(error)
        else:
            self.held.callback(made.close)
            self.instrument = made
            self._check_identity(made.identity)

    def _held(self, make: Callable[[], Instrument], clock: Clock) -> Instrument:
        """The instrument, ours alone for as long as the bench is open, or in turn with other runs."""
        address = self.table.held_at
        if not needs_lock(address):
            return make()
        shared = bool(getattr(self.table, "shared", False))
        self.held.enter_context(lock(address, shared=shared))
        return open_shared(make, address, clock) if shared else make()

    def _note_failure(self, error: DoseproofError) -> None:
        """Wrong options are a mistake in the file; anything else is the bench's."""
        if isinstance(error, UnitError | NotSupported) and str(error).startswith(_DRIVER_OPTIONS):
            self.problems.append(((*self.bench.place(self.name), "options"), str(error)))
        else:
            hint = wiring_hint(self.bench, self.name, error)
            self.reasons.append(f"{self.name} at {self.table.address}: {type(error).__name__}: {error}{hint}")

    def _check_identity(self, found: Identity) -> None:
        where = f"{self.name} at {self.table.address}"
        for what, wanted, answered in (
            ("model", self.table.model, found.model),
            ("serial number", self.table.serial_number, found.serial_number),
        ):
            if wanted != answered:
                self.reasons.append(f"{where}: expected {what} {wanted!r}, found {answered!r}; change one of them")
        if self.bench.world is not None and not found.simulated:
            self.reasons.append(f"{where}: {found} is no simulated instrument and cannot stand in a simulated world")


def _not_installed(what: str, name: str, group: str) -> str:
    known: Any = sorted(entry_points(group=group).names)
    return f"no {what} {name!r} is installed; known are {', '.join(known) or 'none'}"
