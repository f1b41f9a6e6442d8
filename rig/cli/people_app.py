"""``rig user``, ``rig sign``, ``rig attempt`` and ``rig record correct``: the commands and their options.

A password is never an option: it is typed at the terminal, or read as a line from a pipe.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from rig.cli.exits import stated_exit
from rig.cli.options import AsJson, RecordFolder, StoreAt

user_app = typer.Typer(help="Who may sign: local accounts with roles.", no_args_is_help=True)
attempt_app = typer.Typer(help="Attempts at a test; replacing an invalid or interrupted one.", no_args_is_help=True)


class Role(StrEnum):
    """What a person may do."""

    operator = "operator"
    reviewer = "reviewer"
    approver = "approver"
    administrator = "administrator"


class Meaning(StrEnum):
    """What a signature says."""

    performed = "performed"
    reviewed = "reviewed"
    approved = "approved"
    rejected = "rejected"
    withdrawn = "withdrawn"


User = Annotated[
    str | None,
    typer.Option("--user", help="Who you are; needed for the first signature of a session.", show_default=False),
]
By = Annotated[str | None, typer.Option(help="The administrator who does it; not for the first user of a store.")]
Name = Annotated[str, typer.Argument(help="Name to log in with.")]


@user_app.command("add")
def user_add(
    name: Name,
    *,
    printed_name: Annotated[str, typer.Option("--name", help="As it stands beside a signature.")],
    role: Annotated[list[Role], typer.Option(help="May be given several times.")],
    by: By = None,
    store: StoreAt = None,
) -> None:
    """Add a user; the first one of a store is its administrator."""
    with stated_exit():
        from rig.cli.people_command import add_command

        raise typer.Exit(add_command(name, printed_name, [one.value for one in role], by, store))


@user_app.command("list")
def user_list(*, store: StoreAt = None, json: AsJson = False) -> None:
    """Every user, disabled ones too."""
    with stated_exit():
        from rig.cli.people_command import list_command

        raise typer.Exit(list_command(store, as_json=json))


@user_app.command("disable")
def user_disable(
    name: Name,
    *,
    why: Annotated[str, typer.Option(help="The reason, for the audit trail.")],
    by: By = None,
    store: StoreAt = None,
) -> None:
    """Disable a user; signatures that were given stay."""
    with stated_exit():
        from rig.cli.people_command import disable_command

        raise typer.Exit(disable_command(name, why, by, store))


@user_app.command("password")
def user_password(name: Name, *, store: StoreAt = None) -> None:
    """Change your own password: the old one, then the new one."""
    with stated_exit():
        from rig.cli.people_command import password_command

        raise typer.Exit(password_command(name, store))


def sign_record(
    record: RecordFolder,
    *,
    meaning: Annotated[Meaning, typer.Option(help="What the signature says.")],
    reason: Annotated[
        str,
        typer.Option(
            help="Of a rejection, its withdrawal, an approval after it or after a failed attempt; any other too."
        ),
    ] = "",
    user: User = None,
    store: StoreAt = None,
) -> None:
    """Sign the present version of a sealed record."""
    with stated_exit():
        from rig.cli.people_command import sign_command

        raise typer.Exit(sign_command(record, meaning.value, reason, user, store))


def correct_record(
    record: RecordFolder,
    *,
    why: Annotated[str, typer.Option(help="The reason.")],
    what: Annotated[str | None, typer.Option(help="FILE: FIELD of the record, as in 'start.json: operator'.")] = None,
    old: Annotated[str | None, typer.Option(help="The value as it stands there; it is looked up.")] = None,
    new: Annotated[str | None, typer.Option(help="The value as it should be.")] = None,
    remark: Annotated[str | None, typer.Option(help="What corrects no value; without --what, --old, --new.")] = None,
    user: User = None,
    store: StoreAt = None,
) -> None:
    """Append a correction or a remark: the record stays as it is, and its new version is unsigned."""
    with stated_exit():
        from rig.cli.people_command import Corrected, correct_command

        raise typer.Exit(correct_command(record, Corrected(what, old, new, remark, why), user, store))


@attempt_app.command("list")
def attempt_list(
    *,
    protocol: Annotated[str, typer.Option(help="Id of the protocol.")],
    device: Annotated[str, typer.Option(help="Serial number of the device.")],
    store: StoreAt = None,
    json: AsJson = False,
) -> None:
    """Every attempt at a test, none left out."""
    with stated_exit():
        from rig.cli.people_command import attempts_command

        raise typer.Exit(attempts_command(protocol, device, store, as_json=json))


@attempt_app.command("replace")
def attempt_replace(
    record: RecordFolder,
    *,
    cause: Annotated[str, typer.Option(help="The assignable cause.")],
    user: User = None,
    store: StoreAt = None,
) -> None:
    """Ask that an invalid attempt be replaced, or name the cause of one that was interrupted."""
    with stated_exit():
        from rig.cli.people_command import attempt_command

        raise typer.Exit(attempt_command("replace", record, cause, user, store))


@attempt_app.command("approve")
def attempt_approve(
    record: RecordFolder,
    *,
    remark: Annotated[str, typer.Option(help="For the record.")] = "",
    user: User = None,
    store: StoreAt = None,
) -> None:
    """Approve a replacement that somebody else asked for; the second one of a test opens an investigation."""
    with stated_exit():
        from rig.cli.people_command import attempt_command

        raise typer.Exit(attempt_command("approve", record, remark, user, store))


@attempt_app.command("close")
def attempt_close(
    record: RecordFolder,
    *,
    conclusion: Annotated[str, typer.Option(help="What was found, and what follows.")],
    user: User = None,
    store: StoreAt = None,
) -> None:
    """Close the investigation of a test."""
    with stated_exit():
        from rig.cli.people_command import attempt_command

        raise typer.Exit(attempt_command("close", record, conclusion, user, store))
