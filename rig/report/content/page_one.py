"""Page one, as a metrologist reads it: what was measured, how well, against what, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rig.attribution import NOT_SHOWN
from rig.findings.check_weight import NAME as CHECK_WEIGHT
from rig.findings.decided_early import PLANNED
from rig.protocol_findings.sequential import RULE
from rig.report.content.case import evidence_text
from rig.report.content.corrections import corrections
from rig.report.content.pictures import front_picture
from rig.report.content.software import recomputed_with
from rig.report.content.untested import not_tested
from rig.report.document import Decision, Facts, Paragraph
from rig.report.numbers import accepted_text, limits_text, measured, minus, moment, nu_text, risk_text
from rig.software import software_text
from rig.verify.looks import time_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rig.finding import Finding
    from rig.report.content.case import Case
    from rig.report.document import Block

_NAMES = {"mean_flow_error": "Mean flow error"}
_SAYS = {
    "pass": "The pump did what the protocol asks of it, within the limits and the uncertainty.",
    "fail": "The pump did not do what the protocol asks of it.",
    "inconclusive": "The data do not allow a decision; this is no pass.",
    "invalid": "The bench was at fault, not the pump; nothing was decided about the pump.",
}
#: Reasons that page one has room for, and letters of each: no warning of ours is longer, only what people wrote may be.
_ROOM, _LONGEST = 3, 400
_UNTIL_EXPLAINED: Final = (
    "These pages print the recomputation. Signatures are under the sealed result. Nothing is decided until the "
    "difference is explained (section Departures lists it, section Software the versions)."
)
NO_CHECK_WEIGHT = "not weighed: the protocol asks for none"

#: Lines of the budget whose name does not say what they are.
_IN_WORDS: Final = {
    "shot": "position within a shot of the pump",
    "room": "evaporation, were it to follow the room",
    "drops": "drops at the needle",
    "gaps": "what could hide in a gap of the readings",
    "held": "what the check weight leaves open about the balance",
    "between_legs": "evaporation that nobody sees between the legs",
    "wander": "what the balance walks beyond its noise record",
    "digit": "the digit on which the balance may rest",
    "beaker_bent": "evaporation that changed at once, as the beaker saw it",
}


def page_one(case: Case) -> tuple[Block, ...]:
    """The blocks of page one."""
    picture = front_picture(case)
    blocks: list[Block] = [_decision(case), Facts(tuple(_facts(case)))]
    return (*blocks, *([picture] if picture else []), Paragraph(relates_only(), "note"))


def relates_only(items: int = 1) -> str:
    """ISO/IEC 17025, 7.8.2.1 l, and what the tool is."""
    return (
        f"The results relate only to the {'item' if items == 1 else 'items'} tested. "
        "Methods are adapted from IEC 60601-2-24 and AAMI TIR101; conformity with ISO 14708-4 is not claimed."
    )


def _decision(case: Case) -> Decision:
    if case.two_results:
        return _two_results(case)
    verdict, main = case.assessment.verdict, case.main
    headline = "No quantity was determined" if main is None else f"{_name(main)}: {_value(main)}"
    if verdict.outcome == "invalid":
        headline += " (invalid: decides nothing)"
    says = f"{NOT_SHOWN[0].upper()}{NOT_SHOWN[1:]}." if case.assessment.nobodys else _SAYS[verdict.outcome]
    lines = [*objections(case), says]
    if verdict.outcome != "pass":
        lines += first_of(verdict.reasons, "section Results")
    blocks = first_of([*withheld(case), *case.release_blocks], "section Departures")
    lines.append(f"Not to be released: {'; '.join(blocks)}." if blocks else "May be released as device evidence.")
    return Decision(verdict.outcome, headline, tuple(lines))


def _two_results(case: Case) -> Decision:
    """Sealed, and perhaps signed, is one result, and the pages follow from another: page one says both, and no word."""
    main = case.main
    value = "" if main is None else f", {_name(main)} {_value(main)}"
    blocks = first_of([*withheld(case), *case.assessment.verdict.release_blocks], "section Departures")
    lines = (
        *objections(case),
        f"Sealed: {case.sealed_outcome.upper()}{_sealed_value(case)}; recorded with {recorded_with(case)}.",
        f"Recomputed: {case.assessment.verdict.outcome.upper()}{value}; by {recomputed_with()}.",
        _UNTIL_EXPLAINED,
        f"Not to be released: {'; '.join(['there are two results', *blocks])}.",
    )
    return Decision("nothing", "TWO RESULTS: the sealed one does not come out again", lines)


def recorded_with(case: Case) -> str:
    """The software that the record says of itself."""
    return software_text(case.start.get("software", {}))


def _sealed_value(case: Case) -> str:
    name = "" if case.main is None else case.main.name
    found = next((one for one in (case.record.result or {}).get("findings", []) if one["name"] == name), None)
    if found is None or case.main is None:
        return ""
    return f", {_name(case.main)} {measured(found['value'], found['U'], found['unit'])}"


def objections(case: Case) -> Iterator[str]:
    """What people hold against the result: it stands before it, or a large PASS would be all that is read."""
    for one in case.annex.signatures:
        if one.rejects:
            earlier = "" if one.stands else " (an earlier version; a correction answers no rejection)"
            yield f"REJECTED by {one.name}{earlier}: {one.reason}"
    if case.annex.investigation:
        yield "An investigation of this test is OPEN: too many of its attempts were replaced."


def withheld(case: Case) -> list[str]:
    """The same as reasons against a release, which the sealed verdict cannot know."""
    rejected = [f"rejected by {one.name}" for one in case.annex.signatures if one.rejects]
    return [*rejected, *(["an investigation of the test is open"] if case.annex.investigation else [])]


def first_of(texts: Sequence[str], where: str) -> list[str]:
    """As many as page one has room for, and where the rest stands; one that is cut says where it stands in full."""
    said = [text if len(text) <= _LONGEST else f"{_cut(text)} … (in full: {where})" for text in texts[:_ROOM]]
    more = len(texts) - len(said)
    return [*said, *([f"and {more} more ({where})"] if more > 0 else [])]


def _cut(text: str) -> str:
    return text[:_LONGEST].rsplit(" ", 1)[0]


def _name(finding: Finding) -> str:
    return _NAMES.get(finding.name, finding.name.replace("_", " "))


def _value(finding: Finding) -> str:
    return measured(finding.value, finding.expanded, finding.unit)


def _facts(case: Case) -> Iterator[tuple[str, str]]:
    device, verdict = case.device, case.assessment.verdict
    yield "Evidence class", evidence_text(verdict.evidence_class)
    firmware = device["firmware"] or "not answered"
    yield "Item", f"{device['model']}, serial number {device['serial_number']}, firmware {firmware}"
    yield "Test", f"{case.protocol.id}  {case.protocol.title}".strip()
    yield "Carried out", f"{moment(case.start['started_utc'])} by {case.start['operator'] or 'nobody named'}"
    yield "Attempts", _attempts(case)
    if case.main is not None:
        yield from _measured(case, case.main)
    if undecided := _undecided(case):
        yield "Decision and risk", undecided
    yield "Check weight", _check_weight(case)
    yield "Signatures", _signed(case)
    yield "Conclusions, actions", case.details.plan.conclusion
    yield "Not tested", "\n".join(not_tested(case))


def _undecided(case: Case) -> str:
    """Why nothing is decided, whatever the main finding says."""
    if case.two_results:
        return "none: there are two results"
    return "none: the bench was at fault" if case.assessment.verdict.outcome == "invalid" else ""


def _signed(case: Case) -> str:
    standing = [f"{one.said} by {one.name}" for one in case.annex.signatures if one.stands or one.rejects]
    gone = len(case.annex.signatures) - len(standing)
    before = [f"{gone} given to another version, before a correction"] if gone else []
    sealed = ["of the sealed result, which is not the one printed here"] if standing and case.two_results else []
    return ", ".join([*(standing or ["not signed"]), *sealed, *before])


def _measured(case: Case, main: Finding) -> Iterator[tuple[str, str]]:
    if main.k is not None:
        yield "Uncertainty", f"k = {main.k:.3g}, effective degrees of freedom {nu_text(main.nu)}"
    if main.rule:
        accept = main.facts.get("accept", (None, None))
        accepted = accepted_text(accept, main.unit)
        yield "Limit", f"{limits_text(*main.limits, main.unit)}, acceptance limit {accepted}"
        yield "Decision rule", rule_text(main)
    if told := main.facts.get(PLANNED):
        yield "Length of the run", _length(told)
    risk = _risk(main)
    if risk and not _undecided(case):
        yield "Decision and risk", risk
    if case.assessment.delivery is not None and main.facts.get("budget"):
        made = corrections(case.assessment.delivery, main)
        yield "Corrections made", minus("; ".join(f"{one.name} {one.percent:+.3f} %" for one in made))
        yield "Dominant in U", dominant(main)


def rule_text(main: Finding) -> str:
    """The decision rule in words."""
    from rig.verify.guard_bands import find_rule

    if main.facts.get(PLANNED):
        return f"{main.rule}: looks planned before the run share the risk of one decision by {RULE}"
    return f"{main.rule}: {find_rule(main.rule).says}"


def _length(told: dict[str, Any]) -> str:
    looks = told["plan"]["looks"]
    if told["stopped"] is None:
        return f"full, {time_text(looks[-1]['time_s'])}: no look decided"
    ended = time_text(looks[told["stopped"]]["time_s"])
    return f"{ended} of {time_text(looks[-1]['time_s'])}: ended by look {told['stopped'] + 1} of {len(looks) - 1}"


def _risk(main: Finding) -> str:
    if main.verdict == "pass":
        return f"pass; risk that the true value lies beyond a limit {risk_text(main.facts['risk_of_false_pass'])}"
    if main.verdict == "fail" and "risk_of_false_fail" in main.facts:
        return f"fail; risk that the true value lies within the limits {risk_text(main.facts['risk_of_false_fail'])}"
    if main.facts.get("p_conform") is not None:
        return f"{main.verdict}; probability that the limits are met {risk_text(main.facts['p_conform'])}"
    return main.verdict if main.value is not None else main.statement


def dominant(finding: Finding) -> str:
    """The line of the budget that counts most, with its share of the variance."""
    shares = budget_shares(finding)
    name, share = max(shares.items(), key=lambda one: one[1])
    return f"{line_name(name)}, {100 * share:.0f} % of the variance"


def budget_shares(finding: Finding) -> dict[str, float]:
    """Part of the variance of each line; inputs that are correlated nowhere, so they add to one."""
    variances = {row["name"]: row["contribution"] ** 2 for row in finding.facts["budget"]}
    variances["shot"] = finding.facts["u_programmed_ul"] ** 2
    total = sum(variances.values()) or 1.0
    return {name: one / total for name, one in variances.items()}


def line_name(name: str) -> str:
    """A line of the budget in words."""
    for unit in ("_kg_m3", "_mg_h", "_ml", "_ul", "_mm", "_g", "_h"):
        name = name.removesuffix(unit)
    return _IN_WORDS.get(name, name.replace("_", " "))


def _attempts(case: Case) -> str:
    annex = case.annex
    if not annex.attempts:
        return f"this is the only one known ({annex.looked_in})"
    names = [one.record for one in annex.attempts]
    here = names.index(case.record.folder.name) + 1 if case.record.folder.name in names else len(names)
    outcomes = ", ".join(one.outcome for one in annex.attempts)
    opened = "; an investigation is OPEN" if annex.investigation else ""
    return f"{here} of {len(names)}: {outcomes} ({annex.looked_in}){opened}"


def _check_weight(case: Case) -> str:
    if case.protocol.check_weight is None:
        return NO_CHECK_WEIGHT
    found = {when: case.finding(f"{CHECK_WEIGHT}_{when}") for when in ("before", "after")}
    texts = [f"{when} {measured(one.value, one.expanded, one.unit)}" for when, one in found.items() if one]
    if not texts:
        return "not weighed before and after"
    shift = case.finding(CHECK_WEIGHT)
    held = f"; shift {measured(shift.value, shift.expanded, shift.unit)}" if shift is not None else ""
    return f"{', '.join(texts)} against its certificate{held}"
