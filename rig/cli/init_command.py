"""``rig init``: a project of the laboratory's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from rig.cli.run_command import packaged_benches
from rig.scaffold.project import lay_out

if TYPE_CHECKING:
    from pathlib import Path


def init_command(folder: Path) -> int:
    """Lay out a project and say what to do first.

    Raises:
        ProjectError: something is there already.
    """
    for path in lay_out(folder, packaged_benches()):
        typer.echo(f"made {path}")
    typer.echo(f"\nNext: cd {folder}, read README.md, then")
    typer.echo("  rig run protocols/demo.toml --bench benches/simulated.toml")
    return 0
