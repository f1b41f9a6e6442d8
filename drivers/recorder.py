r"""Wire scripts: what a live instrument said to a driver, written down so that a test can play it again.

With an instrument on the table, a script is made from the command line; it opens the instrument, prepares it, drains
it a few times and closes it, and so moves nothing and sets nothing that the driver would not set itself::

    python -m drivers.recorder mt-sics /dev/serial/by-id/... balance.json --drains 5 --interval "1 s"

A test plays the file through a scripted port, which fails on anything that was sent otherwise and on leftovers::

    played = script(read_script(Path("balance.json")))
    with open_mt_sics(played.address, clock=clock, wire=wire, options={}) as balance: ...

A step is what was sent, and what came until the next was sent, each piece with its delay after the one before:

>>> wire_script([(1.0, "a", ">", b"SI\r\n"), (1.25, "a", "<", b"S S"), (1.5, "a", "<", b"    \r\n")])
[(b'SI\r\n', [(0.25, b'S S'), (0.25, b'    \r\n')])]

The file is JSON; each byte is the character of the same number, so that text stays readable.
"""

from __future__ import annotations

import argparse
import json
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from drivers.clock import WallClock
from drivers.errors import DriverError, NotSupported
from drivers.wire_log import RECEIVED, SENT, WireLog

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from drivers.clock import Clock
    from drivers.interfaces import DriverFactory
    from drivers.wire_log import WireEntry

SCHEMA: Final = 1
_GROUP: Final = "doseproof.drivers"

#: ``(sent, [(delay_s, received), ...])``; ``sent`` is None for what came before anything was sent.
Step = tuple[bytes | None, list[tuple[float, bytes]]]


class ScriptError(DriverError, ValueError):
    """A file that is no wire script, or one that may not be written."""


def wire_script(entries: Iterable[WireEntry]) -> list[Step]:
    """The steps in the traffic of one link.

    Args:
        entries: as :meth:`drivers.wire_log.WireLog.drain` gives them, all of one link, oldest first. Marks of the end
            of a call are passed over.

    Raises:
        ScriptError: the traffic of several links.
    """
    steps: list[Step] = []
    links: set[str] = set()
    before_s = 0.0
    for t_s, link, direction, data in entries:
        links.add(link)
        if len(links) > 1:
            raise ScriptError(f"expected the traffic of one link, found {', '.join(sorted(links))}; pick one of them")
        if direction == SENT:
            steps.append((data, []))
        elif direction == RECEIVED:
            if not steps:
                steps, before_s = [(None, [])], t_s
            steps[-1][1].append((round(max(0.0, t_s - before_s), 6), data))
        else:
            continue
        before_s = t_s
    return steps


def write_script(path: Path, entries: Iterable[WireEntry], about: Mapping[str, str]) -> None:
    """Write a script; an existing file is never overwritten.

    Args:
        path: of the file.
        entries: of one link, see :func:`wire_script`.
        about: what to say of it: driver, model, serial number, firmware.

    Raises:
        ScriptError: the file exists, or cannot be written.
    """
    steps = ",\n  ".join(json.dumps(_as_json(step)) for step in wire_script(entries))  # a line for each, to be read
    text = f'{{"schema": {SCHEMA},\n "about": {json.dumps(dict(about))},\n "steps": [\n  {steps}\n]}}\n'
    try:
        with path.open("x", encoding="ascii") as file:
            file.write(text)
    except OSError as error:
        raise ScriptError(
            f"{path}: expected to write a new file, found: {error.strerror}; choose another name"
        ) from error


def read_script(path: Path) -> list[Step]:
    """The steps in a file, for a scripted port.

    Raises:
        ScriptError: not there, or no wire script of this schema.
    """
    try:
        table: Any = json.loads(path.read_text(encoding="ascii"))
        if table["schema"] == SCHEMA:
            return [_from_json(step) for step in table["steps"]]
        found = f"schema {table['schema']!r}"
    except OSError as error:
        found = str(error.strerror)
    except (ValueError, TypeError, KeyError, AttributeError) as error:  # also JSON and Unicode errors
        found = f"{type(error).__name__}: {error}"
    raise ScriptError(f"{path}: expected a wire script of schema {SCHEMA}, found {found}; record it anew")


def record(
    name: str,
    address: str,
    path: Path,
    *,
    clock: Clock,
    drains: int = 3,
    interval_s: float = 1.0,
    options: Mapping[str, object] | None = None,
) -> None:
    """Open an instrument, prepare it, drain it, close it, and write down what crossed its wire.

    Args:
        name: of the driver, an entry point of ``doseproof.drivers``.
        address: where the instrument is.
        path: of the script; must not exist.
        clock: real time, or that of an open simulated world.
        drains: how often to drain.
        interval_s: pause before each.
        options: of the driver.

    Raises:
        DriverError: the branch names the culprit; nothing is written.
    """
    log = WireLog()
    with _factory(name)(address, clock=clock, wire=log, options=options or {}) as instrument:
        instrument.prepare()
        for _ in range(drains):
            clock.sleep_until(clock.now() + interval_s)
            instrument.drain()
        who = instrument.identity
    about = {"driver": name, "model": who.model, "serial_number": who.serial_number, "firmware": who.firmware}
    write_script(path, log.drain(), about)


def main(arguments: Sequence[str] | None = None) -> int:
    """Record from the command line; 0 when the script is written, 2 when not."""
    from calibration.errors import UnitError
    from calibration.units import TIME

    parser = argparse.ArgumentParser(prog="python -m drivers.recorder", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("driver")
    parser.add_argument("address")
    parser.add_argument("file", type=Path)
    parser.add_argument("--drains", type=int, default=3)
    parser.add_argument("--interval", default="1 s")
    chosen = parser.parse_args(arguments)
    try:
        interval_s = TIME.magnitude("--interval", TIME.parse("--interval", chosen.interval))
        settings = {"clock": WallClock(), "drains": chosen.drains, "interval_s": interval_s}
        record(chosen.driver, chosen.address, chosen.file, **settings)
    except (DriverError, UnitError) as error:
        sys.stderr.write(f"recorder: {error}\n")
        return 2
    return 0


def _factory(name: str) -> DriverFactory:
    found = entry_points(group=_GROUP)
    if name not in found.names:
        raise NotSupported(f"expected a driver among {', '.join(sorted(found.names))}, found {name!r}")
    factory: DriverFactory = found[name].load()
    return factory


def _as_json(step: Step) -> dict[str, Any]:
    sent, received = step
    pieces = [[delay_s, data.decode("latin-1")] for delay_s, data in received]
    return {"sent": None if sent is None else sent.decode("latin-1"), "received": pieces}


def _from_json(step: Mapping[str, Any]) -> Step:
    sent = step["sent"]
    pieces = [(float(delay_s), text.encode("latin-1")) for delay_s, text in step["received"]]
    return (None if sent is None else sent.encode("latin-1")), pieces


if __name__ == "__main__":
    sys.exit(main())
