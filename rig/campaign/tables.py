"""What stands in the tables of a campaign, as texts; the pages and the terminal show them.

    for title, columns, rows in tables(report):
        ...

Nothing is counted or decided here: :mod:`rig.campaign.report` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rig.campaign.report import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rig.campaign.report import CampaignReport, Level, Row

    Texts = tuple[str, ...]

COLUMNS: Final = (
    "fault",
    "culprit",
    "protocol",
    "declared",
    "found of runs, by magnitude",
    "detected with 95 % confidence",
    "time to detection",
    "dose error by then",
)


def cells_of(row: Row) -> Texts:
    """The texts of a row of the table, by :data:`COLUMNS`."""
    unit = row.fault.magnitude.unit
    level = row.at(row.smallest if row.smallest is not None else row.all_found_from)
    return (
        f"{row.fault.id}: {row.fault.title}",
        row.fault.culprit,
        row.expect.protocol,
        _declared(row),
        ", ".join(f"{_with(one.magnitude, unit)}: {one.found}/{one.runs}" for one in row.levels),
        _detected(row),
        "-" if level is None or level.after_h is None else f"{level.after_h:.3g} h",
        _error(level) if row.fault.culprit == "device" else "-",
    )


def summary(report: CampaignReport) -> list[str]:
    """The campaign in sentences."""
    done, asked = report.runs
    of, passed = report.outside
    counted = ", ".join(f"{name} {number}" for name, number in sorted(report.judgements.items()))
    return [
        f"{done} of {asked} runs, seed {report.seed}, {report.took_h:.1f} h of processes. {counted}.",
        f"True mean flow outside its limit: {of} runs, of which {passed} passed (the rule admits 2.5 %).",
    ]


def tables(report: CampaignReport) -> Iterator[tuple[str, Texts, list[Texts]]]:
    """Heading, columns and rows of each table, the same on every page."""
    blamed = [(who, *(str(counts[one]) for one in VERDICTS)) for who, counts in report.confusion.items()]
    yield "Who was blamed", ("fault of", *VERDICTS), blamed
    yield "What is detected", COLUMNS, [cells_of(row) for row in report.rows]
    if report.wrong:
        columns = ("run", "fault", "magnitude", "protocol", "verdict", "judgement", "why")
        yield "Wrong, undecided or known defects", columns, [_wrong(one) for one in report.wrong]


def _declared(row: Row) -> str:
    if row.expect.verdict is None:
        return f"undetectable: {row.expect.undetectable}"
    smallest = row.fault.magnitude.values[0] if row.expect.detectable is None else row.expect.detectable
    known = f" (known defect: {row.expect.known_defect})" if row.expect.known_defect else ""
    return f"{row.expect.verdict} from {_with(smallest, row.fault.magnitude.unit)}{known}"


def _detected(row: Row) -> str:
    unit = row.fault.magnitude.unit
    if row.smallest is not None:
        return f"from {_with(row.smallest, unit)}"
    if row.all_found_from is None:
        return "-" if row.expect.verdict is None else "not shown"
    level = row.at(row.all_found_from)
    runs = min(one.runs for one in row.levels if one.magnitude >= row.all_found_from)
    sure = "" if level is None else f", P > {100 * level.surely:.0f} %"
    return f"too few runs; all found from {_with(row.all_found_from, unit)} ({runs} runs{sure})"


def _error(level: Level | None) -> str:
    if level is None or level.error_ul is None:
        return "-"
    share = "" if level.error_percent is None else f" ({level.error_percent:+.3g} %)"
    return f"{level.error_ul:+.3g} uL{share}"


def _with(value: float, unit: str) -> str:
    return f"{value:g} {unit}".strip()


def _wrong(one: dict[str, Any]) -> Texts:
    keys = ("index", "fault", "magnitude", "protocol", "verdict", "judgement", "reason")
    return tuple(f"{one[key]:g}" if isinstance(one[key], float) else str(one[key]) for key in keys)
