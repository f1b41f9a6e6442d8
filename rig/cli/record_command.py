"""``rig record show``: the inventory of a record, without computing anything from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rig.cli.console import Console
from rig.cli.folders import find_record
from rig.cli.show import plain_table
from rig.record import Record
from rig.record.check import later_text
from rig.record.times import link_latency
from rig.words import event_text, span_text

if TYPE_CHECKING:
    from pathlib import Path

    from rich.table import Table

#: Of a long timeline the first and the last so many events are shown.
_EDGE = 40
_NOT_SEALED = "not sealed: the host stopped or was killed; rig record seal"


def show_command(folder: Path) -> int:
    """Show who, when, with what, which streams, what happened, and the hashes.

    Raises:
        EvidenceError: no record, or one that is not what was sealed.
    """
    record = Record.open(find_record(folder))
    console = Console(highlight=False)
    console.print(f"Record {record.folder}", style="bold", soft_wrap=True)
    for name, value in _facts(record):
        console.print(f"{name:<16}{value}", markup=False, soft_wrap=True)
    console.print(_instruments(record.start["identities"]))
    if record.start.get("checklist"):
        console.print(_checklist(record.start["checklist"]))
    console.print(_streams(record))
    console.print(_links(record))
    _timeline(console, record)
    _hashes(console, record)
    return 0


def _facts(record: Record) -> list[tuple[str, str]]:
    start, end = record.start, record.manifest.get("end", {})
    software = start["software"]
    commit = software.get("revision", {}).get("commit", "")
    facts = [
        ("protocol", start["protocol"]),
        ("bench", start["bench"]),
        ("operator", start["operator"] or "not named"),
        ("started", start["started_utc"]),
        (
            "ended",
            f"{end['ended_utc']}, {end['kind']}" if record.sealed else _NOT_SEALED,
        ),
        ("evidence", start["evidence_class"]),
        ("software", f"doseproof {software['doseproof']} {commit[:12]}".strip()),
    ]
    if later := later_text(record.manifest):
        facts.append(("seal", later))
    if end.get("cause"):
        facts.append(("cause", end["cause"]))
    if record.result is not None:
        facts.append(("sealed verdict", record.result["verdict"]["outcome"]))
    if start.get("not_for_release"):
        facts.append(("marked", "not for release"))
    facts += [("overridden", reason) for reason in start.get("gate", {}).get("reasons", [])]
    return facts


def _instruments(identities: dict[str, Any]) -> Table:
    table = plain_table("Instruments that answered", "channel", "model", "serial number", "firmware")
    for name, found in identities.items():
        model = f"{found['manufacturer']} {found['model']}".strip()
        table.add_row(name, model, found["serial_number"], found["firmware"])
    return table


def _checklist(entries: list[dict[str, Any]]) -> Table:
    table = plain_table("Set-up checklist before the run", "question", "answer", "by", "at")
    for entry in entries:
        answer = f"{entry['answer'] or 'none'}{' (!)' if entry['problem'] else ''}"
        table.add_row(entry["text"], answer, entry["who"], entry["when"])
    return table


def _streams(record: Record) -> Table:
    table = plain_table("Streams", "stream", "rows", "from", "to", "damage")
    for name in record.channels():
        health = record.health[name]
        times = record.stream(name, "t_s")["t_s"] if health.rows else []
        first, last = (span_text(times[0]), span_text(times[-1])) if len(times) else ("", "")
        table.add_row(name, f"{health.rows:,}", first, last, health.damage or "none")
    return table


def _links(record: Record) -> Table:
    table = plain_table("Links: from request to answer", "link", "answers", "median", "longest")
    for link, found in link_latency(record).items():
        table.add_row(link, f"{found.answers:,}", f"{1e3 * found.median_s:.1f} ms", f"{1e3 * found.max_s:.1f} ms")
    return table


def _timeline(console: Console, record: Record) -> None:
    happened = record.all_events() if record.health["events"].rows else []
    origin = happened[0][0] if happened else 0.0
    console.print("Events, by the time since the run began", style="bold")
    left_out = len(happened) - 2 * _EDGE
    for index, (t, kind, data) in enumerate(happened):
        if left_out > 0 and index == _EDGE:
            console.print(f"  ... {left_out} more ...", markup=False)
        if left_out <= 0 or index < _EDGE or index >= len(happened) - _EDGE:
            console.print(f"  {span_text(t - origin):>14}  {event_text(kind, data)}", markup=False, soft_wrap=True)


def _hashes(console: Console, record: Record) -> None:
    console.print("Hashes", style="bold")
    console.print(f"  content digest  {record.content_digest}", soft_wrap=True)
    if not record.sealed:
        return
    console.print(f"  record SHA-256  {record.manifest['record_sha256']}", soft_wrap=True)
    if chain := record.manifest.get("chain"):
        before = chain["previous"] or "nothing"
        console.print(f"  record {chain['number']} of the bench, after {before}", markup=False, soft_wrap=True)
    for name, file in record.manifest["files"].items():
        console.print(f"  {file['sha256']}  {name} ({file['bytes']:,} bytes)", markup=False, soft_wrap=True)
