"""What a protocol may ask of a bench: a passed qualification that is not too old, for the instruments that answer now.

    [qualification]
    within = "90 days"

The device is left out of the comparison: it is another pump in each run. ``rig run --not-for-release`` goes past it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.units import TIME
from rig.errors import BenchError, EvidenceError
from rig.qualify.record import history

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from rig.bench_open import OpenBench
    from rig.protocol import Protocol
    from rig.qualify.record import Qualification

_DAY_S = 86400.0


def refuse_unqualified(protocol: Protocol, opened: OpenBench, book: Path | None) -> None:
    """Refuse a bench that has not qualified itself as the protocol asks.

    Raises:
        BenchError: with every reason.
    """
    if reasons := qualification_problems(protocol, opened, opened.clock.utc().date(), book):
        raise BenchError(opened.file.name, reasons)


def qualification_problems(protocol: Protocol, opened: OpenBench, today: date, book: Path | None) -> list[str]:
    """Why the bench may not run the protocol; empty where it may, or where the protocol asks for nothing.

    Args:
        protocol: with its table ``[qualification]``.
        opened: the bench, with who answered.
        today: in UTC.
        book: of the laboratory; None where nobody named one.
    """
    if protocol.qualification is None:
        return []
    wanted = f"the protocol asks for a qualification of the bench within {protocol.qualification.within:~}"
    if book is None:
        return [f"{wanted}, and no book was named to look in; give --book, or set it in doseproof.toml"]
    try:
        filed = history(book, opened.file.name)
    except EvidenceError as error:
        return [f"{wanted}: {error}"]
    if not filed:
        return [f"{wanted}, found none in {book}; run rig qualify"]
    found = f"qualification {filed[-1].record.number} of {filed[-1].record.performed_on}"
    reasons = [*_age(filed[-1].record, protocol, today), *_instruments(filed[-1].record, opened)]
    return [f"{wanted}, found {found}: {reason}; run rig qualify" for reason in reasons]


def _age(record: Qualification, protocol: Protocol, today: date) -> list[str]:
    asked = protocol.qualification
    reasons = []
    if record.verdict != "qualified":
        reasons.append(f"the bench was not qualified ({'; '.join(record.reasons)})")
    if record.form == "short" and asked is not None and not asked.short:
        reasons.append("it is of the short form, which the protocol does not accept (qualification.short)")
    if today > record.valid_until:
        reasons.append(f"it ended on {record.valid_until}, today is {today}")
    days = 0.0 if asked is None else TIME.magnitude("within", asked.within) / _DAY_S
    if (old := (today - record.performed_on).days) > days:
        reasons.append(f"it is {old} days old")
    if old < 0:
        reasons.append(f"it was made after today, {today}; look at the clock of this machine")
    return reasons


def _instruments(record: Qualification, opened: OpenBench) -> list[str]:
    then = record.serial_numbers
    now = {name: one.serial_number for name, one in opened.identities.items() if name != "device"}
    return [
        f"{name} was {then.get(name, 'not there')}, now it is {now.get(name, 'not there')}"
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    ]
