"""What people do at the terminal: accounts, signatures, corrections, attempts."""

from __future__ import annotations

import getpass
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from rig.cli.console import Console
from rig.cli.exits import UsageError, say
from rig.cli.folders import find_record
from rig.cli.show import plain_table
from rig.cli.store_command import open_store
from rig.people.attempts import attempts_of, open_investigation
from rig.people.correct import correct, remark
from rig.people.login import Credentials
from rig.people.replacements import approve_replacement, ask_replacement, close_investigation
from rig.people.session import keep_session, session_name
from rig.people.sign import sign
from rig.people.users import add_user, change_password, disable_user, list_users

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from rig.people.statements import Statement
    from rig.store.store import Store


def add_command(name: str, printed_name: str, roles: Sequence[str], by: str | None, store: str | None) -> int:
    """Add a user.

    Raises:
        RefusedError, LoginError: with the reasons.
    """
    with open_store(store) as opened:
        administrator = None if by is None else Credentials(by, read_password(f"Password of {by}: "))
        added = add_user(opened, name, printed_name, roles, new_password(name), administrator)
    typer.echo(f"{added.name} ({added.printed_name}): {', '.join(sorted(added.roles))}")
    return 0


def list_command(store: str | None, *, as_json: bool) -> int:
    """Show every user."""
    with open_store(store) as opened:
        users = list_users(opened)
    if as_json:
        listed = [{"name": user.name, **user.as_json()} for user in users]
        typer.echo(json.dumps({"schema": 1, "users": listed}, indent=2, sort_keys=True))
        return 0
    table = plain_table("Users", "name", "printed name", "roles", "account")
    for user in users:
        table.add_row(
            user.name, user.printed_name, ", ".join(sorted(user.roles)), "active" if user.active else "disabled"
        )
    Console(highlight=False).print(table)
    return 0


def disable_command(name: str, why: str, by: str | None, store: str | None) -> int:
    """Disable a user.

    Raises:
        RefusedError, LoginError: with the reasons.
    """
    if by is None:
        raise UsageError("expected --by with the name of an administrator, found none")
    with open_store(store) as opened:
        disable_user(opened, name, why, Credentials(by, read_password(f"Password of {by}: ")))
    typer.echo(f"{name}: disabled; signatures that were given stay")
    return 0


def password_command(name: str, store: str | None) -> int:
    """Change a password.

    Raises:
        RefusedError, LoginError: with the reasons.
    """
    with open_store(store) as opened:
        old = Credentials(name, read_password(f"Present password of {name}: "))
        change_password(opened, old, new_password(name))
    typer.echo(f"{name}: the password was changed")
    return 0


def sign_command(folder: Path, meaning: str, reason: str, user: str | None, store: str | None) -> int:
    """Sign a record.

    Raises:
        RefusedError, LoginError: with the reasons.
    """
    return _stated(folder, user, store, lambda opened, record, by: [sign(opened, record, by, meaning, reason)])


@dataclass(frozen=True)
class Corrected:
    """What a correction says; None for what was not given.

    Attributes:
        what, old, new: the field with its old and new value.
        remark: what corrects no value.
        why: the reason.
    """

    what: str | None
    old: str | None
    new: str | None
    remark: str | None
    why: str


def correct_command(folder: Path, said: Corrected, user: str | None, store: str | None) -> int:
    """Append a correction or a remark.

    Raises:
        UsageError: neither or both are given.
        RefusedError, LoginError: with the reasons.
    """
    what, old, new, text = said.what, said.old, said.new, said.remark
    if text is not None and what is None and old is None and new is None:
        return _stated(folder, user, store, lambda opened, record, by: [remark(opened, record, by, text, said.why)])
    if text is not None or what is None or old is None or new is None:
        raise UsageError("expected --what, --old and --new for the correction of a value, or --remark without them")
    return _stated(
        folder, user, store, lambda opened, record, by: [correct(opened, record, by, what, (old, new), said.why)]
    )


def attempt_command(step: str, folder: Path, text: str, user: str | None, store: str | None) -> int:
    """Ask for a replacement, approve one, or close an investigation.

    Raises:
        RefusedError, LoginError: with the reasons.
    """
    steps: dict[str, Callable[[Store, Path, Credentials], list[Statement]]] = {
        "replace": lambda opened, record, by: [ask_replacement(opened, record, by, text)],
        "approve": lambda opened, record, by: approve_replacement(opened, record, by, text),
        "close": lambda opened, record, by: [close_investigation(opened, record, by, text)],
    }
    return _stated(folder, user, store, steps[step])


def attempts_command(protocol: str, device: str, store: str | None, *, as_json: bool) -> int:
    """Show every attempt at a test."""
    with open_store(store) as opened:
        attempts = attempts_of(opened, protocol, device)
        investigated = open_investigation(opened, protocol, device)
    if as_json:
        said = {"schema": 1, "attempts": [vars(one) for one in attempts], "investigation_open": investigated}
        typer.echo(json.dumps(said, indent=2, sort_keys=True))
        return 0
    table = plain_table(
        f"Attempts at {protocol} on {device}", "", "started (UTC)", "verdict", "standing", "cause", "run"
    )
    for one in attempts:
        when = one.started_utc[:16].replace("T", " ")
        table.add_row(str(one.number), when, one.outcome, one.standing, one.cause or "-", one.run[:12])
    Console(highlight=False).print(table)
    if investigated:
        say("an investigation of this test is open")
    return 0


def _stated(
    folder: Path,
    user: str | None,
    store: str | None,
    state: Callable[[Store, Path, Credentials], list[Statement]],
) -> int:
    """Let somebody state something: with name and password first, with the password within a session."""
    record = find_record(folder)
    with open_store(store) as opened:
        name = user or session_name(opened.name, opened.clock)
        if name is None:
            raise UsageError("expected --user for the first signature of a session (or the last one is too long ago)")
        said = state(opened, record, Credentials(name, read_password(f"Password of {name}: ")))
        keep_session(opened.name, opened.clock, name)
    for statement in said:
        body = statement.body
        what = body.get("meaning") or body.get("step") or _corrected(body)
        typer.echo(f"{what}, {body['printed_name']}, {body['at_utc']}, record SHA-256 {body['record_sha256']}")
    return 0


def _corrected(body: dict[str, Any]) -> str:
    return f"correction of {body['what']}" if "old" in body else str(body["what"])


def new_password(name: str) -> str:
    """A password that is new: typed twice at a terminal.

    Raises:
        UsageError: the two are not the same.
    """
    first = read_password(f"New password of {name}: ")
    if sys.stdin.isatty() and read_password("Once more: ") != first:
        raise UsageError("the two passwords are not the same; nothing was changed")
    return first


def read_password(prompt: str) -> str:
    """From the terminal without showing it, or a line from a pipe.

    Raises:
        UsageError: there is none.
    """
    given = getpass.getpass(prompt) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise UsageError("expected a password at the terminal or as a line on stdin, found none")
    return given
