"""Name and password: every try is in the audit trail, and after five wrong ones nobody may try for a while."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from rig.people.errors import LoginError
from rig.people.passwords import password_holds
from rig.people.users import User, find_user
from rig.store.audit import Entry
from rig.store.tables import AUDIT

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from rig.store.store import Store, Writer

RIGHT: Final = "password.right"
WRONG: Final = "password.wrong"
LOCKED: Final = "password.locked"
#: So many wrong passwords in a row lock a name for so long.
TRIES: Final = 5
LOCK: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Credentials:
    """The two components of a signature.

    Attributes:
        name: of the user.
        password: never shown.
    """

    name: str
    password: str = field(repr=False)


def log_in(store: Store, by: Credentials) -> User:
    """The user with this name and password.

    Args:
        store: an open one.
        by: who it says it is.

    Raises:
        LoginError: they do not belong together, the account is disabled, or the name is locked for the moment.
    """
    with store.writing() as writer:  # one at a time: guessing in parallel gives no more tries
        user, problem = _try(writer, by)
    if user is None:
        raise LoginError(problem)
    return user


def _try(writer: Writer, by: Credentials) -> tuple[User | None, str]:
    until = _locked_until(writer.connection, by.name)
    if until is not None and writer.now_utc() < until:
        writer.record(Entry(by.name, LOCKED, "user", by.name, f"locked until {until}"))
        return None, f"{by.name}: {TRIES} wrong passwords in a row; nobody can log in under this name until {until}"
    user = find_user(writer.connection, by.name)
    if password_holds("" if user is None else user.password_hash, by.password) and user is not None and user.active:
        writer.record(Entry(by.name, RIGHT, "user", by.name))
        return user, ""
    writer.record(Entry(by.name, WRONG, "user", by.name))
    return None, f"{by.name}: expected the name and password of an active user, found another pair; the try was noted"


def _locked_until(connection: Connection, name: str) -> str | None:
    """End of the lock that the last tries led to; None where there is none."""
    tried = (AUDIT.c.entity == "user") & (AUDIT.c.entity_id == name) & AUDIT.c.action.in_((RIGHT, WRONG))
    last = select(AUDIT.c.action, AUDIT.c.at_utc).where(tried).order_by(AUDIT.c.seq.desc()).limit(TRIES)
    tries = connection.execute(last).all()
    if len(tries) < TRIES or any(one.action == RIGHT for one in tries):
        return None
    return (datetime.fromisoformat(tries[0].at_utc) + LOCK).isoformat(timespec="microseconds")
