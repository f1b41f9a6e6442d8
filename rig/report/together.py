"""Which records may stand in one report.

Always of one protocol (the same text), one evidence class, one model and one firmware: a tolerance interval over two
products is about neither. Of several devices or several benches only where that was said, because a report that mixes
them by mistake proves nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from rig.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.record import Record
    from rig.report.content.case import Case


@dataclass(frozen=True)
class Several:
    """What was said on purpose.

    Attributes:
        devices: the records may be of different devices.
        benches: they may be from different benches, or from one whose instruments were changed.
    """

    devices: bool = False
    benches: bool = False


#: Nothing was said: one device, one bench.
AS_ONE = Several()


def refuse_apart(cases: Sequence[Case], several: Several) -> None:
    """Refuse records that do not belong together.

    Args:
        cases: two or more.
        several: what was said on purpose.

    Raises:
        EvidenceError: with every reason.
    """
    problems = [*_names(cases), *_copies(cases), *_protocols(cases), *_classes(cases), *_products(cases)]
    problems += [*([] if several.devices else _devices(cases)), *([] if several.benches else _benches(cases))]
    problems += [f"{case.record.folder.name}: never sealed" for case in cases if not case.record.sealed]
    if problems:
        listed = "\n".join(f"  - {problem}" for problem in problems)
        raise EvidenceError(f"these {len(cases)} records do not go into one report:\n{listed}")


def _names(cases: Sequence[Case]) -> list[str]:
    names = [case.record.folder.name for case in cases]
    return [f"{name}: given twice, or two folders of one name" for name in sorted(set(names)) if names.count(name) > 1]


def _copies(cases: Sequence[Case]) -> list[str]:
    """A run that was copied, or sealed again, under another name is still one run."""
    alike = [(a.record, b.record) for a, b in combinations(cases, 2) if _same_run(a.record, b.record)]
    return [
        f"{a.folder.name}, {b.folder.name}: the same run twice; give it once" for a, b in alike if a.folder != b.folder
    ]


def _same_run(one: Record, other: Record) -> bool:
    if one.sealed and one.manifest.get("record_sha256") == other.manifest.get("record_sha256"):
        return True
    started = one.start.get("started_utc") == other.start.get("started_utc")
    return started and one.content_digest == other.content_digest


def _protocols(cases: Sequence[Case]) -> list[str]:
    texts = {case.protocol.source.text for case in cases}
    if len(texts) == 1:
        return []
    ids = sorted({case.protocol.id for case in cases})
    found = ", ".join(ids) if len(ids) > 1 else f"{len(texts)} versions of {ids[0]}"
    return [f"their protocols differ ({found}); make a report for each"]


def _classes(cases: Sequence[Case]) -> list[str]:
    found = sorted({case.assessment.verdict.evidence_class for case in cases})
    return [] if len(found) == 1 else [f"their evidence classes differ ({', '.join(found)})"]


def _products(cases: Sequence[Case]) -> list[str]:
    """Another model or firmware is another product, whatever its serial number."""
    found = sorted({(case.device["model"], case.device["firmware"]) for case in cases})
    texts = [f"{model} with firmware {firmware or 'not answered'}" for model, firmware in found]
    return [] if len(found) == 1 else [f"they are of different products ({'; '.join(texts)}); make a report for each"]


def _devices(cases: Sequence[Case]) -> list[str]:
    found = sorted({case.device["serial_number"] for case in cases})
    said = f"they are of different devices ({', '.join(found)}); if that is meant, say --several-devices"
    return [] if len(found) == 1 else [said]


def _benches(cases: Sequence[Case]) -> list[str]:
    """By the name, and by the serial numbers of all instruments but the device."""
    ask = "if that is meant, say --several-benches"
    names = sorted({case.start["bench"] for case in cases})
    if len(names) > 1:
        return [f"they are from different benches ({', '.join(names)}); {ask}"]
    changed = _changed_instruments(cases)
    return [f"instruments of the bench {names[0]} were changed ({'; '.join(changed)}); {ask}"] if changed else []


def _changed_instruments(cases: Sequence[Case]) -> list[str]:
    found: dict[str, set[str]] = {}
    for case in cases:
        identities = case.start["identities"]
        for channel in {name for one in cases for name in one.start["identities"]} - {"device"}:
            found.setdefault(channel, set()).add(identities.get(channel, {}).get("serial_number", "none"))
    return [f"{channel} {', '.join(sorted(serials))}" for channel, serials in sorted(found.items()) if len(serials) > 1]
