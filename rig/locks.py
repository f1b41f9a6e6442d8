"""One station, one run: an advisory lock for each instrument address.

The lock is a file in the user's runtime directory, held by the open file and so gone with the process,
however it ends. It keeps two runs of one user apart; another user's run is kept out by the exclusive
port. The modules that exist on one kind of system only are named here and nowhere else in the rig.

>>> with lock("COM3"):
...     pass
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import importlib
import os
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from calibration.errors import DoseproofError

_fcntl: Any = importlib.import_module("fcntl") if os.name == "posix" else None

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.clock import Clock


class AddressInUseError(DoseproofError):
    """Another run holds this instrument."""


def needs_lock(address: str) -> bool:
    """Whether an address names something that two processes could reach; worlds live in one process."""
    return not address.startswith(("sim://", "ASRLsim://"))


@contextlib.contextmanager
def lock(address: str, *, shared: bool = False) -> Iterator[None]:
    """Hold the instrument at ``address`` while the context is open.

    Args:
        address: port name, stable path or URL; two names of one port (a symlink) are one lock.
        shared: together with others who say the same; who wants it alone is kept out.

    Raises:
        AddressInUseError: another process, or another bench of this one, holds it; or a shared lock on Windows, which
            has none.
    """
    if shared and _fcntl is None:
        raise AddressInUseError(f"{address} cannot be shared on Windows; take 'shared' away, or give each run its own")
    path = _path(address, "lock")
    with path.open("a+b") as file:
        if not _try_lock(file, shared=shared):
            raise AddressInUseError(f"{address} is in use by another run; wait for it, or end it ({path} is its lock)")
        yield


@contextlib.contextmanager
def asking(address: str, clock: Clock, timeout_s: float) -> Iterator[None]:
    """Be the only one who asks a shared instrument, while the context is open.

    Args:
        address: as for :func:`lock`.
        clock: to wait on.
        timeout_s: how long others may keep us waiting [s].

    Raises:
        AddressInUseError: they kept us longer.
    """
    with _path(address, "asking").open("a+b") as file:
        if not clock.wait(clock.now() + timeout_s, lambda: _try_lock(file)):
            raise AddressInUseError(f"{address} was kept busy by other runs for more than {timeout_s:g} s")
        yield


def _path(address: str, kind: str) -> Path:
    return _directory() / f"{hashlib.sha256(_canonical(address).encode()).hexdigest()[:32]}.{kind}"


def _canonical(address: str) -> str:
    return os.path.realpath(address) if "://" not in address and Path(address).exists() else address


def _directory() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    usable = runtime is not None and os.access(runtime, os.W_OK)
    base = Path(runtime) if runtime and usable else Path(tempfile.gettempdir())
    path = base / f"doseproof-locks-{getpass.getuser()}"
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def _try_lock(file: IO[bytes], *, shared: bool = False) -> bool:
    try:
        if _fcntl is not None:
            _fcntl.flock(file, (_fcntl.LOCK_SH if shared else _fcntl.LOCK_EX) | _fcntl.LOCK_NB)
        else:
            _lock_byte(file)
    except OSError:
        return False
    return True


def _lock_byte(file: IO[bytes]) -> None:
    """The same on Windows: the first byte of the file, given back when the file is closed."""
    msvcrt = importlib.import_module("msvcrt")
    file.seek(0)
    msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
