"""What is plugged in: serial ports, VISA resources, NI devices, each by a name that stays the same.

    found = discover(clock)
    [thing.address for thing in found.things]
    for change in watch(clock): ...                 # hot-plug, by looking each second

Nothing is opened and nothing is sent: who answers at an address is asked by ``rig bench check``. A USB serial adapter
is told apart by vendor, product, serial number and location; cheap ones share a serial number or have none, so the
location counts too. The stable name is the link below ``/dev/serial/by-id`` where there is one. Pseudo-terminals and
network addresses are never listed by the system. VISA and NI are asked only where their packages are installed.
"""

from __future__ import annotations

import importlib.util
import logging
import threading
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from drivers.clock import Clock

#: A list of VISA resources takes 1 to 2 s; a USB device that hangs must not hang us [s].
VISA_DEADLINE_S: Final = 8.0
WATCH_S: Final = 1.0
_BY_ID: Final = Path("/dev/serial/by-id")
#: USB ids that were seen on instruments, and what they hint at; the instrument's own answer decides.
KNOWN_IDS: Final = {
    (0x2341, 0x0043): "Arduino Uno: the mock pump?",
    (0x2341, 0x0001): "Arduino Uno: the mock pump?",
    (0x0403, 0x6001): "FTDI cable: a balance, a Sensirion SCC1?",
    (0x0483, 0xA1AD): "Radwag balance?",
}
#: What pyvisa-py finds instruments on the network with, on every interface and by HiSLIP.
_LAN_PACKAGES: Final = ("psutil", "zeroconf")
_log = logging.getLogger("doseproof.discovery")


class PortInfo(Protocol):
    """What pyserial's ``list_ports`` says of a port; anything with these attributes will do."""

    device: str
    description: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing that an instrument may be behind.

    Attributes:
        kind: ``serial``, ``visa`` or ``ni``.
        address: for the bench file; stable where the system has a stable name.
        about: who the adapter or device says it is.
        hint: what it may be.
        key: what tells it apart from others, also after a replug.
    """

    kind: str
    address: str
    about: str
    hint: str = ""
    key: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Discovery:
    """What was found, and what could not be looked at."""

    things: tuple[Thing, ...]
    notes: tuple[str, ...] = field(default=())


def discover(clock: Clock, ports: Callable[[], Iterable[PortInfo]] | None = None) -> Discovery:
    """Look everywhere once.

    Args:
        clock: for the deadline of VISA.
        ports: gives the serial ports; by default those that the system lists.
    """
    notes: list[str] = []
    things = [*serial_ports(ports), *_visa(clock, notes), *_ni(notes)]
    return Discovery(tuple(things), tuple(notes))


def serial_ports(ports: Callable[[], Iterable[PortInfo]] | None = None, by_id: Path = _BY_ID) -> list[Thing]:
    """The serial ports, sorted by address.

    Args:
        ports: gives them; by default those that the system lists.
        by_id: folder of stable names.
    """
    stable = _stable_names(by_id)
    return sorted((_thing(port, stable) for port in (ports or _system_ports)()), key=lambda thing: thing.address)


@dataclass(frozen=True)
class Change:
    """What a look at the ports found different from the look before."""

    appeared: tuple[Thing, ...]
    gone: tuple[Thing, ...]


def watch(clock: Clock, ports: Callable[[], Iterable[PortInfo]] | None = None) -> Iterator[Change]:
    """Look each second on the clock, for ever, and give what has changed; the first change is from what was there."""
    before = {_identity(thing): thing for thing in serial_ports(ports)}
    while True:
        clock.sleep_until(clock.now() + WATCH_S)
        now = {_identity(thing): thing for thing in serial_ports(ports)}
        appeared = tuple(now[key] for key in now.keys() - before.keys())
        gone = tuple(before[key] for key in before.keys() - now.keys())
        if appeared or gone:
            yield Change(appeared, gone)
        before = now


def _identity(thing: Thing) -> tuple[Any, ...]:
    return (thing.address, *thing.key)


def _thing(port: PortInfo, stable: dict[str, str]) -> Thing:
    vid, pid = port.vid, port.pid
    key = (vid, pid, port.serial_number, port.location)
    address = stable.get(str(Path(port.device).resolve()), port.device) if stable else port.device
    if vid is None or pid is None:
        return Thing("serial", address, port.description or "n/a", key=key)
    number = f", serial number {port.serial_number}" if port.serial_number else ", no serial number"
    place = f", at {port.location}" if port.location else ""
    about = f"{port.description}, USB {vid:04x}:{pid:04x}{number}{place}"
    return Thing("serial", address, about, KNOWN_IDS.get((vid, pid), ""), key)


def _stable_names(by_id: Path) -> dict[str, str]:
    if not by_id.is_dir():
        return {}
    return {str(link.resolve()): str(link) for link in sorted(by_id.iterdir())}


def _system_ports() -> Iterable[PortInfo]:
    from serial.tools.list_ports import comports

    found: Iterable[PortInfo] = comports()
    return found


def _visa(clock: Clock, notes: list[str]) -> list[Thing]:
    """VISA resources, listed on a thread that is left behind if it does not come back."""
    if importlib.util.find_spec("pyvisa") is None:
        notes.append("VISA was not looked at: pip install 'doseproof[visa]'")
        return []
    found: list[str] = []
    failed: list[str] = []

    def look() -> None:
        try:
            found.extend(_visa_resources())
        except Exception as error:  # noqa: BLE001 - backends raise whatever they like, and this only lists
            failed.append(f"{type(error).__name__}: {error}")

    thread = threading.Thread(target=look, name="visa-list", daemon=True)
    with warnings.catch_warnings():  # pyvisa-py warns of each package that it would look further with; noted below
        warnings.simplefilter("ignore")
        thread.start()
        if not clock.wait(clock.now() + VISA_DEADLINE_S, lambda: not thread.is_alive()):
            failed.append(f"no list within {VISA_DEADLINE_S:g} s")
    if missing := [name for name in _LAN_PACKAGES if importlib.util.find_spec(name) is None]:
        failed.append(f"the network was looked at in part: pip install {' '.join(missing)}")
    notes.extend(f"VISA: {text}" for text in failed)
    return [Thing("visa", name, "VISA resource", key=(name,)) for name in sorted(found)]


def _visa_resources() -> list[str]:
    import pyvisa

    manager: Any = pyvisa.ResourceManager("@py")
    try:
        # What is on a serial port is listed as one already.
        return [name for name in manager.list_resources() if not name.startswith("ASRL")]
    finally:
        manager.close()


def _ni(notes: list[str]) -> list[Thing]:
    if importlib.util.find_spec("nidaqmx") is None:
        notes.append("NI was not looked at: pip install 'doseproof[daq]', and the NI-DAQmx driver of the maker")
        return []
    try:
        return sorted(_ni_devices(), key=lambda thing: thing.address)
    except Exception as error:  # noqa: BLE001 - without NI's driver the package raises errors of several families
        _log.info("NI-DAQmx: %r", error)
        notes.append(_ni_note(error))
        return []


def _ni_note(error: Exception) -> str:
    if type(error).__name__ == "DaqNotFoundError":
        return "NI was not looked at: expected NI-DAQmx on this machine, found none; install the driver of the maker"
    return f"NI: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"


def _ni_devices() -> list[Thing]:
    from nidaqmx.system import System

    found = []
    for device in System.local().devices:
        simulated = ", simulated by NI-DAQmx" if device.is_simulated else ""
        about = f"NI {device.product_type}, serial number {device.serial_num:X}{simulated}"
        found.append(Thing("ni", device.name, about, key=(device.serial_num,)))
    return found
