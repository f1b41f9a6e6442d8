"""A signing session: name and password for its first signature, the password alone for the next ones.

A session belongs to one terminal and one store. It ends 15 minutes after the last signature, or with
:func:`end_session`; after that both components are asked for again (21 CFR 11.200(a)(1)).
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rig.record.disk import write_whole

if TYPE_CHECKING:
    from drivers.clock import Clock

#: A pause longer than this ends a session.
IDLE: Final = timedelta(minutes=15)


def session_name(store: str, clock: Clock) -> str | None:
    """Who signs in this terminal; None where there is no session, or it has ended.

    Args:
        store: name of the store.
        clock: what time it is.
    """
    try:
        said = json.loads(_path(store).read_bytes())
        name, last = str(said["name"]), datetime.fromisoformat(said["last_utc"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return name if timedelta() <= clock.utc() - last <= IDLE else None


def keep_session(store: str, clock: Clock, name: str) -> None:
    """Begin a session, or go on with it, after a signature with both components or with the password."""
    said = {"name": name, "last_utc": clock.utc().isoformat()}
    write_whole(_path(store), json.dumps(said).encode())


def end_session(store: str) -> None:
    """End the session of this terminal."""
    _path(store).unlink(missing_ok=True)


def _path(store: str) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    base = Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())
    folder = base / f"doseproof-sessions-{os.getuid() if os.name == 'posix' else 'user'}"
    folder.mkdir(mode=0o700, exist_ok=True)
    terminal = os.getsid(0) if os.name == "posix" else os.getppid()
    return folder / hashlib.sha256(f"{store} {terminal}".encode()).hexdigest()[:32]
