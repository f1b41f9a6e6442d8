"""``rig bench discover`` and ``rig bench new``: what is plugged in, and a file to begin with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.clock import WallClock
from rig.bench_new import write_bench
from rig.cli.console import Console
from rig.cli.show import plain_table
from rig.discovery import discover, watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from drivers.clock import Clock
    from rig.discovery import Discovery, PortInfo


def discover_command(
    *, follow: bool, clock: Clock | None = None, ports: Callable[[], Iterable[PortInfo]] | None = None
) -> int:
    """Print what is there; with ``follow`` go on with what comes and goes, until Ctrl-C.

    Args:
        follow: hot-plug.
        clock, ports: the machine's own, unless a test brings others.
    """
    clock = clock or WallClock()
    console = Console(highlight=False)
    _show(console, discover(clock, ports))
    if follow:
        console.print("Watching serial ports; Ctrl-C ends it.")
        try:
            for change in watch(clock, ports):
                for sign, things in (("+", change.appeared), ("-", change.gone)):
                    for thing in things:
                        console.print(f"{sign} {thing.address}  {thing.about}", markup=False, soft_wrap=True)
        except KeyboardInterrupt:
            return 0
    return 0


def new_command(file: Path) -> int:
    """Write a bench file with the addresses found, and its schema.

    Raises:
        BenchFileExistsError: it is there already, or cannot be written.
    """
    written = write_bench(file, discover(WallClock()))
    console = Console(highlight=False)
    for path in written:
        console.print(f"wrote {path}", markup=False, soft_wrap=True)
    console.print(f"Change its values, then: rig bench check {file}", markup=False, soft_wrap=True)
    return 0


def _show(console: Console, found: Discovery) -> None:
    if found.things:
        table = plain_table("Found", "kind", "address", "what it says of itself", "may be")
        for thing in found.things:
            table.add_row(thing.kind, thing.address, thing.about, thing.hint)
        console.print(table)
    else:
        console.print("Nothing was found.")
    for note in found.notes:
        console.print(note, markup=False, soft_wrap=True)
    console.print("Nothing was opened. Who answers at an address: rig bench check FILE")
