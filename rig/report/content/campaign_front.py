"""Page one of a campaign, as a metrologist reads it: what of how many, how well, against what, and what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rig.findings.check_weight import NAME as CHECK_WEIGHT
from rig.report.content.attempted import known_attempts, left_out
from rig.report.content.identity import authorised, benches_text, devices_of, devices_text
from rig.report.content.joined import run_numbers
from rig.report.content.page_one import (
    NO_CHECK_WEIGHT,
    budget_shares,
    first_of,
    line_name,
    objections,
    recorded_with,
    relates_only,
    rule_text,
    withheld,
)
from rig.report.content.pictures import svg_of
from rig.report.content.software import recomputed_with
from rig.report.content.untested import not_tested
from rig.report.document import Decision, Facts, Figure, Paragraph
from rig.report.numbers import accepted_text, limits_text, measured, minus, moment, risk_text, significant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rig.finding import Finding
    from rig.report.content.case import Case
    from rig.report.content.population import Population
    from rig.report.document import Block

#: So many serial numbers have room on page one.
_ROOM = 6


def campaign_front(cases: Sequence[Case], people: Population) -> tuple[Block, ...]:
    """The blocks of page one."""
    picture = _picture(cases, people)
    facts = Facts(tuple(_facts(cases, people)))
    note = Paragraph(relates_only(len(devices_of(cases))), "note")
    return (_decision(cases, people), facts, *([picture] if picture else []), note)


def interval_text(ends: tuple[float, float]) -> str:
    """A tolerance interval."""
    return minus(f"{ends[0]:+.2f} % to {ends[1]:+.2f} %")


def narrowest(mains: Sequence[Finding]) -> tuple[float | None, float | None]:
    """What is accepted of every run: the acceptance limits depend on U, so those of the run with the largest."""
    zones = [main.facts.get("accept", (None, None)) for main in mains]
    lower, upper = ([zone[i] for zone in zones if zone[i] is not None] for i in (0, 1))
    return max(lower, default=None), min(upper, default=None)


def _decision(cases: Sequence[Case], people: Population) -> Decision:
    headline = "No tolerance interval: it needs two devices or more"
    if people.interval is not None:
        headline = f"95 % of such devices, with 95 % confidence: {interval_text(people.interval)}"
    against = [f"Run {i}: {text}" for i, case in enumerate(cases, 1) for text in objections(case)]
    lines = [
        *_two_results(cases),
        *first_of(against, "section Signatures"),
        *_missing(cases),
        *_position(cases, people),
        _outcomes(cases),
    ]
    people_say = [f"run {i} {text}" for i, case in enumerate(cases, 1) for text in withheld(case)]
    blocks = dict.fromkeys([*people_say, *(one for case in cases for one in case.release_blocks)])
    said = first_of(list(blocks), "section Departures")
    lines.append(f"Not to be released: {'; '.join(said)}." if said else "May be released as device evidence.")
    return Decision("nothing", headline, tuple(lines))


def _two_results(cases: Sequence[Case]) -> Iterator[str]:
    """Runs whose sealed result is another than the one that is printed."""
    found = [f"run {i}: {case.two_results}" for i, case in enumerate(cases, 1) if case.two_results]
    if found:
        versions = "; ".join(dict.fromkeys(recorded_with(case) for case in cases if case.two_results))
        printed = f"recorded with {versions}; printed is what {recomputed_with()} computes"
        yield f"TWO RESULTS: {'; '.join(found)}; {printed}."


def _missing(cases: Sequence[Case]) -> Iterator[str]:
    """A choice among the attempts stands before what was chosen."""
    missing = left_out(cases)
    if missing:
        known = "1 more attempt is known and is" if missing == 1 else f"{missing} more attempts are known and are"
        yield f"{known} NOT in this report (section Departures)."


def _position(cases: Sequence[Case], people: Population) -> Iterator[str]:
    """Where the interval lies: a fact, and no decision, because the protocol has no rule for it."""
    main = next(iter(_mains(cases)), None)
    if main is None or people.interval is None or main.limits == (None, None):
        return
    (low, high), (lower, upper) = people.interval, main.limits
    inside = (lower is None or low >= lower) and (upper is None or high <= upper)
    where = "lies within" if inside else "reaches BEYOND"
    yield f"The interval {where} the limits of one device, {limits_text(*main.limits, main.unit)}."


def _outcomes(cases: Sequence[Case]) -> str:
    came: dict[str, list[int]] = {"pass": [], "fail": [], "inconclusive": [], "invalid": []}
    for i, case in enumerate(cases, 1):
        came[case.assessment.verdict.outcome].append(i)
    told = [f"{len(runs)} {name}{_which(name, runs)}" for name, runs in came.items() if runs]
    return f"Of {len(cases)} runs: {', '.join(told)}."


def _which(outcome: str, runs: Sequence[int]) -> str:
    """Those that did not pass by their numbers."""
    if outcome == "pass":
        return ""
    return f" ({'run' if len(runs) == 1 else 'runs'} {run_numbers(runs)})"


def _facts(cases: Sequence[Case], people: Population) -> Iterator[tuple[str, str]]:
    first, serials = cases[0], devices_of(cases)
    firmware = first.device["firmware"] or "not answered"
    many = f"{len(serials)} devices {first.device['model']}, listed in section Devices under test"
    yield "Items", f"{devices_text(cases) if len(serials) <= _ROOM else many}; firmware {firmware}"
    yield "Test", f"{first.protocol.id}  {first.protocol.title}".strip()
    yield "Carried out", _carried_out(cases)
    yield "Attempts", _attempts(cases)
    mean = "no mean" if people.mean is None else minus(f"mean {people.mean:+.3f} %")
    yield "Devices", f"{mean}; {people.spread}"
    yield from _measured(_mains(cases))
    yield "Check weight", _check_weight(cases)
    yield "Signatures", authorised(cases)
    yield "Sampling", first.details.plan.sampling
    yield "Conclusions, actions", first.details.plan.conclusion
    yield "Not tested", "\n".join(not_tested(first, len(serials), len(cases)))


def _carried_out(cases: Sequence[Case]) -> str:
    first, last = (moment(cases[i].start["started_utc"])[:10] for i in (0, -1))
    operators = sorted({case.start["operator"] or "nobody named" for case in cases})
    return f"{first} to {last} on {benches_text(cases)} by {', '.join(operators)}"


def _attempts(cases: Sequence[Case]) -> str:
    looked = "; ".join(dict.fromkeys(case.annex.looked_in for case in cases))
    missing = left_out(cases)
    if missing:
        return f"{len(cases)} of {len(cases) + missing} that are known ({looked})"
    known = len(known_attempts(cases))
    return f"no others than these {len(cases)} are known ({looked})" if known else f"no others are known ({looked})"


def _measured(mains: Sequence[Finding]) -> Iterator[tuple[str, str]]:
    expanded = [main.expanded for main in mains if main.expanded is not None]
    if not expanded:
        return
    main, unit = mains[0], mains[0].unit
    factors = ", ".join(dict.fromkeys(f"{one.k:.3g}" for one in mains if one.k is not None))
    span = " to ".join(dict.fromkeys(significant(end, 2) for end in (min(expanded), max(expanded))))
    yield "Uncertainty of a run", f"U = {span} {unit} (k = {factors}); {_dominant(mains)}"
    if main.rule:
        accepted = accepted_text(narrowest(mains), unit)
        yield "Limits of one device", f"{limits_text(*main.limits, unit)}, accepted of every run {accepted}"
        yield "Decision rule", rule_text(main)
    risks = [one.facts["risk_of_false_pass"] for one in mains if one.verdict == "pass"]
    if risks:
        yield "Largest risk of a pass", f"{risk_text(max(risks))}, that the true value lies beyond a limit"


def _check_weight(cases: Sequence[Case]) -> str:
    """In how many runs it stood on the pan before and after, and the largest shift between."""
    if cases[0].protocol.check_weight is None:
        return NO_CHECK_WEIGHT
    found = [(i, case.finding(CHECK_WEIGHT)) for i, case in enumerate(cases, 1)]
    shifts = [(abs(one.value), i, one) for i, one in found if one is not None and one.value is not None]
    weighed = f"before and after in {len(shifts)} of {len(cases)} runs"
    if not shifts:
        return weighed
    _, number, largest = max(shifts, key=lambda shift: shift[:2])
    return f"{weighed}; largest shift {measured(largest.value, largest.expanded, largest.unit)} in run {number}"


def _dominant(mains: Sequence[Finding]) -> str:
    """The line that counts most in most runs."""
    tops = [max(budget_shares(one).items(), key=lambda line: line[1]) for one in mains if one.facts.get("budget")]
    names = [name for name, _ in tops]
    if not names:
        return "no budget"
    name = max(dict.fromkeys(names), key=names.count)
    return f"dominant in {names.count(name)} of {len(tops)} runs: {line_name(name)}"


def _mains(cases: Sequence[Case]) -> list[Finding]:
    """Of the runs that gave a value."""
    return [case.main for case in cases if case.main is not None and case.main.value is not None]


def _picture(cases: Sequence[Case], people: Population) -> Figure | None:
    from rig.report.devices import Shown, draw_devices
    from rig.report.style import house_style

    caption = (
        "Error of every run with its U, device by device, with the limits of one device and what is accepted of every "
        "run; on the right the tolerance interval."
    )
    runs = [(case.device["serial_number"], case.main) for case in cases if case.main is not None]
    shown = Shown(runs, narrowest(_mains(cases)), people.interval, people.mean)
    with house_style():
        drawn = draw_devices(shown, cases[0].assessment.verdict.evidence_class)
        return None if drawn is None else Figure("devices", svg_of(drawn), caption, f"{caption} {people.spread}.", 1.0)
