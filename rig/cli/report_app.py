"""The commands of ``rig report``: a record is a report, unless the first word is one of ``check`` and ``procedure``.

A record in a folder of such a name is written ``./check``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from rig.cli.exits import stated_exit
from rig.cli.options import StoreAt

MAKE = "make"


class RecordsFirst(TyperGroup):
    """A group whose first command need not be said."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in where it was left out."""
        if args and args[0] not in {*self.commands, "-h", "--help"}:
            args = [MAKE, *args]
        return super().parse_args(ctx, args)


report_app = typer.Typer(
    cls=RecordsFirst,
    help="A report of one record, or of many: rig report RECORD... [--out FILE]",
    epilog="Exit codes: 0 written; check: that of the recomputed verdict, 2 where the report does not hold, "
    "5 where it is a procedure, which proves nothing about results.",
    no_args_is_help=True,
)

Out = Annotated[Path | None, typer.Option(help="The PDF to write; the HTML page stands beside it.")]
DetailsFile = Annotated[
    Path | None,
    typer.Option(help="Laboratory, customer, plan and requirements (TOML).", envvar="DOSEPROOF_DETAILS"),
]


@report_app.command(MAKE)
def report_make(
    records: Annotated[list[Path], typer.Argument(help="Records, or folders that hold exactly one.")],
    *,
    out: Out = None,
    details: DetailsFile = None,
    certificate: Annotated[
        Path | None,
        typer.Option(
            help="Sign the PDF with this certificate (PKCS#12); its passphrase is in DOSEPROOF_PASSPHRASE.",
            envvar="DOSEPROOF_CERTIFICATE",
        ),
    ] = None,
    without_data: Annotated[bool, typer.Option("--without-data", help="Do not attach the records.")] = False,
    several_devices: Annotated[
        bool, typer.Option("--several-devices", help="The records may be of different devices.")
    ] = False,
    several_benches: Annotated[
        bool, typer.Option("--several-benches", help="The records may be from different benches, or changed ones.")
    ] = False,
    store: StoreAt = None,
) -> None:
    """Write PDF and HTML of a record; of several records a campaign report."""
    with stated_exit():
        from rig.cli.report_command import Wanted, report_command
        from rig.report.together import Several

        several = Several(several_devices, several_benches)
        wanted = Wanted(out, details, certificate, attach=not without_data, several=several, store=store)
        raise typer.Exit(report_command(records, wanted))


@report_app.command("check")
def report_check(
    file: Annotated[Path, typer.Argument(help="A report (PDF).")],
    *,
    trust: Annotated[
        list[Path] | None, typer.Option(help="A certificate to trust (PEM or DER); may be given several times.")
    ] = None,
) -> None:
    """Check signatures and attachments of a report, and recompute its verdict from them alone."""
    with stated_exit():
        from rig.cli.report_command import check_command

        raise typer.Exit(check_command(file, trust or []))


@report_app.command("procedure")
def report_procedure(
    protocol: Annotated[Path, typer.Argument(help="The protocol file (TOML).")],
    bench: Annotated[Path, typer.Option("--bench", help="The bench file (TOML).")],
    *,
    out: Out = None,
    details: DetailsFile = None,
) -> None:
    """Write the procedure of a protocol on a bench, before the run; it holds no results."""
    with stated_exit():
        from rig.cli.report_command import Wanted, procedure_command

        raise typer.Exit(procedure_command(protocol, bench, Wanted(out, details)))
