"""``rig record check``: every byte of a record, or of all records in a folder, against what was sealed."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from rig.cli.console import Console
from rig.cli.exits import UNUSABLE
from rig.cli.folders import find_records
from rig.cli.settings import find_settings
from rig.errors import EvidenceError
from rig.people.statements import statements_of
from rig.record.bench_chain import chain_problems
from rig.record.check import check_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rig.people.statements import Statement
    from rig.record.check import RecordCheck

    #: From the hash of a record and the statements beside it to what is wrong with them.
    StatementCheck = Callable[[str, Sequence[Statement]], list[str]]

_STYLES = {"sealed": "green", "changed": "bold red", "never sealed": "yellow"}


def check_command(folders: Sequence[Path], store: str | None = None) -> int:
    """Check records, and the chains of their benches where whole folders are named.

    Args:
        folders: records, or folders of records.
        store: against which their statements are held; None for that of the settings, if there is one.

    Returns:
        0 if every record is sealed and unchanged, its statements hold and no chain has a hole, else 2.

    Raises:
        EvidenceError: a folder holds no record.
    """
    console = Console(highlight=False)
    with _statement_check(store) as stated:
        found = [[_checked(record, stated) for record in find_records(folder)] for folder in folders]
    for check in (check for checks in found for check in checks):
        _show(console, check)
    chains = [text for folder, checks in zip(folders, found, strict=True) for text in _chains(folder, checks)]
    for text in chains:
        console.print(f"chain: {text}", style="bold red", markup=False, soft_wrap=True)
    whole = all(check.state == "sealed" and not check.problems for checks in found for check in checks)
    return 0 if whole and not chains else UNUSABLE


@contextlib.contextmanager
def _statement_check(store: str | None) -> Iterator[StatementCheck]:
    """What a store has against the statements about a record; nothing where there is no store."""
    settings = find_settings(None, None, store=store)
    if not settings.has_store:
        yield lambda _sha256, _statements: []
        return
    from rig.store.statements import foreign_statements, lacking_statements
    from rig.store.store import Store

    with Store.open(settings.store) as opened, opened.reading() as connection:
        yield lambda sha256, statements: [
            *lacking_statements(connection, sha256, statements),
            *foreign_statements(connection, statements),
        ]


def _checked(record: Path, stated: StatementCheck) -> RecordCheck:
    """A record, and what people stated about it."""
    check = check_record(record)
    if check.state != "sealed":
        return check
    try:
        problems = stated(check.record_sha256, statements_of(record))
    except EvidenceError as error:
        return replace(check, state="changed", problems=(str(error),))
    return replace(check, problems=tuple(problems))


def _show(console: Console, check: RecordCheck) -> None:
    facts = f", {check.files} files, SHA-256 {check.record_sha256}" if check.state == "sealed" else ""
    said = "sealed and unchanged" if check.state == "sealed" else check.state
    console.print(f"{check.folder}: {said}{facts}", style=_style(check), markup=False, soft_wrap=True)
    if check.later:
        console.print(f"  {check.later}", style="yellow", markup=False, soft_wrap=True)
    for problem in check.problems:
        console.print(f"  {problem}", markup=False, soft_wrap=True)


def _style(check: RecordCheck) -> str:
    return _STYLES["changed" if check.state == "sealed" and check.problems else check.state]


def _chains(folder: Path, checks: Sequence[RecordCheck]) -> list[str]:
    """Only where the folder is one of records: of a single one nobody can say what stood before it."""
    records = [check.folder for check in checks]
    return [] if records == [folder] else chain_problems(records)
