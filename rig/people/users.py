"""Users: who there is, in which roles. A change is a new version of the row; names are never given to somebody else.

==============  =============================================================
operator        performs runs, and signs that
reviewer        signs *reviewed* or *rejected*
approver        signs *approved* or *rejected*, approves replaced attempts
administrator   adds and disables users; signs nothing in this role
==============  =============================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, select

from rig.people.errors import RefusedError
from rig.people.passwords import hash_password
from rig.store.audit import Entry
from rig.store.tables import USERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from rig.people.login import Credentials
    from rig.store.store import Store, Writer

ROLES: Final = ("operator", "reviewer", "approver", "administrator")
ADMINISTRATOR: Final = "administrator"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


@dataclass(frozen=True)
class User:
    """A person with an account.

    Attributes:
        name: to log in with.
        printed_name: as it stands beside a signature.
        roles: what the person may do.
        active: whether the account is in use.
        version: counts the changes, from 1.
        password_hash: Argon2id.
    """

    name: str
    printed_name: str
    roles: frozenset[str]
    active: bool = True
    version: int = 1
    password_hash: str = ""

    def row(self, at_utc: str) -> dict[str, Any]:
        """As it is stored."""
        return {
            "name": self.name,
            "version": self.version,
            "printed_name": self.printed_name,
            "roles": ",".join(sorted(self.roles)),
            "password_hash": self.password_hash,
            "active": self.active,
            "at_utc": at_utc,
        }

    def as_json(self) -> dict[str, Any]:
        """For the audit trail: everything but the hash of the password."""
        return {"printed_name": self.printed_name, "roles": sorted(self.roles), "active": self.active}


def find_user(connection: Connection, name: str) -> User | None:
    """The newest version of a user; None where there never was one."""
    newest = select(USERS).where(USERS.c.name == name).order_by(USERS.c.version.desc()).limit(1)
    row = connection.execute(newest).mappings().first()
    return None if row is None else _user(row)


def list_users(store: Store) -> list[User]:
    """Every user, disabled ones too, by name."""
    newest = select(USERS.c.name, func.max(USERS.c.version).label("version")).group_by(USERS.c.name).subquery()
    both = (USERS.c.name == newest.c.name) & (USERS.c.version == newest.c.version)
    with store.reading() as connection:
        return [
            _user(row) for row in connection.execute(select(USERS).join(newest, both).order_by(USERS.c.name)).mappings()
        ]


def add_user(
    store: Store, name: str, printed_name: str, roles: Iterable[str], password: str, by: Credentials | None
) -> User:
    """Add a user. The first one of a store is its administrator, and nobody needs to have been there before.

    Args:
        store: an open one.
        name: to log in with: small letters, digits, ``. _ -``.
        printed_name: as it stands beside a signature.
        roles: of :data:`ROLES`.
        password: of the new user, typed by that person.
        by: an administrator; None for the first user.

    Raises:
        RefusedError: with every reason.
        LoginError: the administrator's password is wrong.
    """
    wanted = frozenset(roles)
    new = User(name, printed_name.strip(), wanted, password_hash=hash_password(name, password))
    who = _administrator(store, by, name)
    with store.writing() as writer:
        reasons = _reasons(writer.connection, new, first=by is None)
        if not reasons:
            _write(writer, who, "user.added", None, new)
    if reasons:
        raise RefusedError(f"the user {name!r}", reasons)
    return new


def disable_user(store: Store, name: str, why: str, by: Credentials) -> User:
    """Disable a user: nobody can log in or sign under that name any more; signatures that were given stay.

    Args:
        store: an open one.
        name: of the user.
        why: the reason, for the audit trail.
        by: an administrator, who cannot disable the last one.

    Raises:
        RefusedError, LoginError: with the reason.
    """
    who = _administrator(store, by, name)
    others = [u for u in list_users(store) if u.active and ADMINISTRATOR in u.roles and u.name != name]
    with store.writing() as writer:
        user = find_user(writer.connection, name)
        reasons = [] if why.strip() else ["expected a reason, found none"]
        if user is None or not user.active:
            reasons.append(f"there is no active user {name!r}")
        if not others:
            reasons.append("nobody else is administrator; make another one first")
        if not reasons and user is not None:
            return _write(writer, who, "user.disabled", user, _changed(user, active=False), why)
    raise RefusedError(f"disabling {name!r}", reasons)


def change_password(store: Store, by: Credentials, password: str) -> User:
    """A new password for whoever knows the old one.

    Raises:
        RefusedError, LoginError: with the reason.
    """
    from rig.people.login import log_in

    hashed = hash_password(by.name, password)
    user = log_in(store, by)
    with store.writing() as writer:
        return _write(writer, user.name, "user.password", user, _changed(user, password_hash=hashed))


def _administrator(store: Store, by: Credentials | None, name: str) -> str:
    """Who adds or disables; the first user of a store adds itself."""
    from rig.people.login import log_in

    if by is None:
        return name
    user = log_in(store, by)
    if ADMINISTRATOR not in user.roles:
        raise RefusedError("a change of users", [f"expected an administrator, found {user.name} ({_listed(user)})"])
    return user.name


def _reasons(connection: Connection, new: User, *, first: bool) -> list[str]:
    reasons = []
    if not _NAME.fullmatch(new.name):
        reasons.append(f"expected a name of small letters, digits and . _ -, found {new.name!r}")
    if not new.printed_name:
        reasons.append("expected the printed name of the person, found none")
    if not new.roles or new.roles - set(ROLES):
        reasons.append(f"expected roles of {', '.join(ROLES)}, found {', '.join(sorted(new.roles)) or 'none'}")
    if first and connection.execute(select(USERS.c.name).limit(1)).first() is not None:
        reasons.append("the store has users already; an administrator adds the next one")
    elif first and ADMINISTRATOR not in new.roles:
        reasons.append("the first user of a store must be an administrator")
    if find_user(connection, new.name) is not None:
        reasons.append(f"{new.name!r} was given already; a name is never given twice, not even of a disabled user")
    return reasons


def _changed(user: User, *, active: bool = True, password_hash: str | None = None) -> User:
    hashed = user.password_hash if password_hash is None else password_hash
    return User(user.name, user.printed_name, user.roles, active, user.version + 1, hashed)


def _write(writer: Writer, who: str, action: str, old: User | None, new: User, why: str = "") -> User:
    entry = Entry(who, action, "user", new.name, why, None if old is None else old.as_json(), new.as_json())
    writer.record(entry, {USERS: [new.row(writer.now_utc())]})
    return new


def _listed(user: User) -> str:
    return ", ".join(sorted(user.roles))


def _user(row: Any) -> User:
    roles = frozenset(str(row["roles"]).split(","))
    return User(row["name"], row["printed_name"], roles, row["active"], row["version"], row["password_hash"])
