"""Writing a new bench file: every table with its comments, the addresses that were found, and a schema for editors.

    write_bench(Path("benches/station-2.toml"), discover(clock))

The values are examples to be replaced; what the file says of serial numbers must be what the instruments answer, or
``rig bench check`` refuses it. Nothing is ever overwritten.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from calibration.errors import DoseproofError
from rig.schemas import json_schemas

if TYPE_CHECKING:
    from pathlib import Path

    from rig.discovery import Discovery, Thing

SCHEMA_FILE: Final = "bench.schema.json"
_PUMP, _BALANCE, _AIR = "Arduino", "balance", "FTDI"
#: Addresses of a station where nothing was found.
_TEMPLATE: Final = {
    _PUMP: "/dev/serial/by-id/usb-Arduino__www.arduino.cc__0043_75833353035351E0B1A1-if00",
    _BALANCE: "/dev/serial/by-id/usb-FTDI_USB_Serial_Converter_FT1ABCDE-if00-port0",
    _AIR: "/dev/serial/by-id/usb-FTDI_USB_Serial_Converter_FT9ZYXWV-if00-port0",
}
_TEXT: Final = """\
#:schema ./{schema}
# A station. Change every value to what stands in your room, then: rig bench check {file}
# The format is explained in docs/files.md.
schema = 1
name = "{name}"
{found}
[device]                     # the pump under test
driver = "mock-pump"
address = "{pump}"
model = "DP-MP1"
serial_number = "MP-0001"    # what the pump itself answers; another unit is refused
node = "pump outlet"         # reservoir, pump outlet or tip
min_rate = "2 uL/h"
max_rate = "1000 uL/h"
shot_volume = "125 nL"
cycle_volume = "6.25 uL"     # declared by the maker; findings average whole cycles
reservoir = "20 mL"

[[witness]]                  # one table for each instrument at the fluid path
name = "balance"             # of its channel in records and reports
node = "tip"
driver = "mt-sics"
address = "{balance}"
model = "XPR205"
serial_number = "B123456789"
calibration = "calibration/balance-B123456789.toml"   # from the folder of this file; made by your laboratory
interval = "1 s"             # the shortest at which it may be asked

[witness.vessel]             # what stands on the balance
inner_diameter = "30 mm"
needle_outer_diameter = "1.27 mm"
load_volume = "53 mL"        # air displaced by vessel and contents at the start
load_volume_u = "5 %"

[environment]                # sensors of the air around the balance ...
driver = "ptu300"
address = "{air}"
model = "PTU300"
serial_number = "P1234567"
calibration = "calibration/environment-P1234567.toml"
# ... or, without any, what the air will be for the whole run, with half widths that are true:
# [environment]
# temperature = "22 degC"
# temperature_half_width = "1 K"
# pressure = "1013 hPa"
# pressure_half_width = "25 hPa"
# humidity = "45 %"
# humidity_half_width = "15 %"
"""


class BenchFileExistsError(DoseproofError):
    """A bench file, or another file at its place, is there already."""


def write_bench(path: Path, found: Discovery) -> list[Path]:
    """Write a bench file, and its schema beside it.

    Args:
        path: of the new file; its folder must be there.
        found: what stands on this machine; may be nothing.

    Returns:
        The files written.

    Raises:
        BenchFileExistsError: one of them is there already with other content, or cannot be written.
    """
    schema = path.with_name(SCHEMA_FILE)
    texts = {
        path: bench_text(path.name, path.stem, found),
        schema: f"{json.dumps(json_schemas()['bench'], indent=2)}\n",
    }
    if schema.is_file() and schema.read_text(encoding="utf-8") == texts[schema]:
        del texts[schema]
    for place in texts:
        if place.exists():
            raise BenchFileExistsError(f"{place}: expected no such file, found one; give another name or move it away")
    try:
        for place, text in texts.items():
            with place.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
    except OSError as error:
        raise BenchFileExistsError(f"{path}: could not be written: {error}; give a folder that is there") from error
    return list(texts)


def bench_text(file: str, name: str, found: Discovery) -> str:
    """The text of a bench file, with the addresses that were found where their USB ids hint at the instrument."""
    left = [thing for thing in found.things if thing.kind == "serial"]
    addresses = {hint: _take(left, hint, otherwise) for hint, otherwise in _TEMPLATE.items()}
    return _TEXT.format(
        schema=SCHEMA_FILE,
        file=file,
        name=name,
        found=_listed(found),
        pump=_escaped(addresses[_PUMP]),
        balance=_escaped(addresses[_BALANCE]),
        air=_escaped(addresses[_AIR]),
    )


def _take(left: list[Thing], hint: str, otherwise: str) -> str:
    """The address of the first port with this hint, which is then taken."""
    for thing in left:
        if hint in thing.hint:
            left.remove(thing)
            return thing.address
    return otherwise


def _listed(found: Discovery) -> str:
    lines = [f"#     {thing.address}  ({thing.about})" for thing in found.things]
    return "\n".join(["\n# Found on this machine when this file was written:", *lines, ""]) if lines else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
