"""``rig --version`` and the log: what runs here, and what it says while it runs."""

from __future__ import annotations

import logging

import typer

from rig.software import check_installation, code_revision, version


def start_log(level: str) -> None:
    """Show the log of ``doseproof`` on stderr from ``level`` on; handlers are set here and nowhere else."""
    logger = logging.getLogger("doseproof")
    logger.handlers.clear()
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(level.upper())


def print_version() -> int:
    """Version, revision, and whether the installed files are those of the package."""
    typer.echo(f"doseproof {version()}")
    if revision := code_revision():
        typer.echo(f"revision {revision['commit']}{' with local changes' if revision['modified'] else ''}")
    found = check_installation()
    if found["editable"]:
        typer.echo("installation: from a checkout; there are no hashes to check")
    elif not found["changed"]:
        typer.echo(f"installation: {found['checked']} files, as they were packaged")
    else:
        typer.echo(f"installation: {len(found['changed'])} of {found['checked']} files changed since packaging:")
        typer.echo("\n".join(f"  {name}" for name in found["changed"]))
    return 0
