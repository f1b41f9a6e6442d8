"""The bench file: which instruments and which device stand at a station.

>>> bench = parse_bench('''
... schema = 1
... name = "station-1"
... [device]
... driver = "mock-pump"
... address = "/dev/pump"
... model = "DP-MP1"
... serial_number = "MP-0007"
... [[witness]]
... name = "balance"
... driver = "mt-sics"
... address = "/dev/balance"
... model = "XPR205"
... serial_number = "B123456789"
... calibration = "balance.toml"
... vessel = {inner_diameter = "30 mm", needle_outer_diameter = "1.6 mm", load_volume = "53 mL"}
... ''', "bench.toml")
>>> sorted(bench.instruments())
['balance', 'device']

:func:`load_bench` gives data. :func:`open_bench` opens what it names, asks everybody who they are, and refuses a bench
that is not the one of the file, with every reason at once. Opening moves nothing, and a missing instrument never turns
into a simulated one. The reference of the format is ``docs/files.md``.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from calibration.book import resolve_calibration
from calibration.errors import CalibrationError
from calibration.record import load_calibration_record
from rig.bench_open import OpenBench, World, open_bench
from rig.bench_tables import Bench, ChannelTable
from rig.files import Source, read_model, read_source

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from calibration.record import CalibrationRecord
    from rig.errors import KeyPath

#: Names that a record gives to streams of its own.
RESERVED = frozenset({"device", "environment", "events", "wire"})

__all__ = [
    "Bench",
    "OpenBench",
    "World",
    "calibration_path",
    "calibrations_of",
    "load_bench",
    "noise_path",
    "open_bench",
    "parse_bench",
    "with_world_options",
]


def load_bench(path: Path | str, *, calibrated: bool = True) -> Bench:
    """Read a bench file, and see that the calibration records it names are there and, in a book, in force.

    Args:
        path: of the file.
        calibrated: False for whoever makes these records first.

    Raises:
        FileError: with every problem: file, line, key, what was expected, what was found, the fix.
    """
    bench = _bench(read_source(Path(path)))
    problems = [
        (bench.calibration_place(channel), problem)
        for channel in (bench.calibrations() if calibrated else ())
        if (problem := _calibration_problem(bench, channel))
    ]
    problems += [
        ((*bench.place(channel), "noise"), problem)
        for channel in (bench.noises() if calibrated else ())
        if (problem := _named_problem(noise_path, bench, channel))
    ]
    if problems:
        raise bench.source.error(problems)
    return bench


def _calibration_problem(bench: Bench, channel: str) -> str:
    named = (bench.source.directory or Path()) / bench.calibrations()[channel]
    if not named.parent.is_dir() or (named.suffix == ".toml" and not named.is_file()):
        return f"there is no file {named}; check the path"
    return _named_problem(calibration_path, bench, channel)


def _named_problem(find: Callable[[Bench, str], Path], bench: Bench, channel: str) -> str:
    try:
        find(bench, channel)
    except CalibrationError as error:
        return str(error)
    return ""


def parse_bench(text: str, name: str) -> Bench:
    """Read a bench from text, such as the copy in a record; files that it names are not looked for.

    Args:
        text: the TOML text.
        name: what to call it in messages.

    Raises:
        FileError: with every problem.
    """
    return _bench(Source(name, text))


def with_world_options(bench: Bench, options: Mapping[str, object]) -> Bench:
    """The same bench with other options of its simulated world; its text says them, so that a record does too.

    Args:
        bench: with a world.
        options: these take the place of those that the file says.

    Raises:
        FileError: the bench has no world.
    """
    import tomllib

    from calibration.record_write import record_text

    if bench.world is None:
        raise bench.source.error([(("world",), "expected a simulated world to change the options of, found none")])
    table = tomllib.loads(bench.source.text)
    table["world_options"] = table.get("world_options", {}) | dict(options)
    return _bench(Source(bench.source.name, record_text(table), bench.source.directory))


def calibration_path(bench: Bench, channel: str) -> Path:
    """The calibration record of a channel: the file that the bench file names, or the one in force in a book.

    Raises:
        CalibrationError: there is no such file, nor a record in force (:func:`calibration.book.resolve_calibration`).
    """
    return resolve_calibration((bench.source.directory or Path()) / bench.calibrations()[channel])


def calibrations_of(bench: Bench) -> dict[str, CalibrationRecord]:
    """Every calibration record that the bench file names, by channel.

    Raises:
        CalibrationError: one is not there, or cannot be read.
    """
    return {name: load_calibration_record(calibration_path(bench, name)) for name in bench.calibrations()}


def noise_path(bench: Bench, witness: str) -> Path:
    """The noise record of a witness, as :func:`calibration_path`.

    Raises:
        CalibrationError: there is no such file, nor a record in force.
    """
    return resolve_calibration((bench.source.directory or Path()) / bench.noises()[witness])


def _bench(source: Source) -> Bench:
    bench = read_model(Bench, source)
    problems = [
        *_name_problems(bench),
        *_address_problems(bench),
        *_tip_problems(bench),
        *_beaker_problems(bench),
    ]
    if problems:
        raise source.error(problems)
    bench._source = source  # noqa: SLF001 - a private attribute of our own model
    return bench


def _name_problems(bench: Bench) -> list[tuple[KeyPath, str]]:
    taken, problems = set(RESERVED), list[tuple["KeyPath", str]]()
    arrays: tuple[tuple[str, Sequence[ChannelTable]], ...]
    arrays = (("witness", bench.witness), ("instrument", bench.instrument))
    for array, tables in arrays:
        for index, table in enumerate(tables):
            if table.name in taken:
                message = f"{table.name!r} is taken; each channel needs its own name"
                problems.append(((array, index, "name"), message))
            taken.add(table.name)
    return problems


def _address_problems(bench: Bench) -> list[tuple[KeyPath, str]]:
    taken: dict[str, str] = {}
    problems: list[tuple[KeyPath, str]] = []
    for channel, table in bench.instruments().items():
        address, place = table.address, (*bench.place(channel), "address")
        if address in taken:
            problems.append((place, f"{address!r} is the address of {taken[address]!r} too; give each its own"))
        elif address.startswith("sim://") and bench.world is None:
            world = address.removeprefix("sim://").split("/")[0]
            problems.append((place, f"{address!r} is simulated; say so with world = {world!r}, or name a real port"))
        taken.setdefault(address, channel)
    return problems


def _tip_problems(bench: Bench) -> list[tuple[KeyPath, str]]:
    """Somebody must see what leaves the tip; a balance does so through its vessel."""
    tips = [index for index, witness in enumerate(bench.witness) if witness.node == "tip"]
    if not tips:
        return [(("witness",), "expected a witness with node = 'tip', found none; it measures what was delivered")]
    needs = "a balance at the tip needs inner_diameter, needle_outer_diameter and load_volume in [witness.vessel]"
    problems: list[tuple[KeyPath, str]] = []
    for index in tips:
        if bench.witness[index].vessel is None:
            problems.append((("witness", index), needs))
        if bench.witness[index].shared:
            message = "a balance at the tip belongs to one run; only an [[instrument]] or [environment] can be shared"
            problems.append((("witness", index, "shared"), message))
        if bench.witness[index].calibration is None:
            problems.append((("witness", index), "a balance at the tip needs a calibration record; name it"))
    return problems


def _beaker_problems(bench: Bench) -> list[tuple[KeyPath, str]]:
    """One evaporation beaker at most, on a balance that somebody vouches for."""
    beakers = [index for index, table in enumerate(bench.instrument) if table.evaporation_beaker is not None]
    extra = "there is an evaporation beaker already; a bench takes the course of evaporation from one"
    problems: list[tuple[KeyPath, str]] = [(("instrument", i, "evaporation_beaker"), extra) for i in beakers[1:]]
    needs = "the balance with the evaporation beaker needs a calibration record; name it"
    return problems + [(("instrument", i), needs) for i in beakers if bench.instrument[i].calibration is None]
