"""The commands of ``rig requirements``: what a customer asks, from his file into yours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rig.cli.exits import stated_exit

requirements_app = typer.Typer(help="What is asked of a pump.", no_args_is_help=True)


@requirements_app.command("import")
def requirements_import(
    file: Annotated[Path, typer.Argument(help="The customer's file (.reqif); it is only read.")],
    *,
    out: Annotated[Path, typer.Option(help="The requirements.toml to write; must not exist yet.")],
    attribute: Annotated[
        list[str] | None,
        typer.Option(help="How the customer calls it, e.g. 'limit=Grenzwert'; may be given several times."),
    ] = None,
) -> None:
    """Write requirements.toml from a ReqIF file. `rig trace --reqif` hands the verdicts back."""
    with stated_exit():
        from rig.cli.requirements_command import import_command

        raise typer.Exit(import_command(file, out, attribute or []))
