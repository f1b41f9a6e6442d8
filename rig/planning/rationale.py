"""The plan in sentences, to be pasted into a protocol or printed with the procedure: what, how long, which risk, why.

ISO 13485:2016, 7.3.6 (by 21 CFR 820.10 the FDA's too) asks a verification plan for its methods, acceptance criteria
and statistical techniques *with the rationale for the sample size*; ISO/IEC 17025, 7.8.6 asks for the decision rule and
its risk. The texts name what they stand on, and claim no conformity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig.planning.case import OVER_THE_ANALYSIS
from rig.planning.helps import ADVICE
from rig.predict.shares import AIR, ASSAY, SHOT
from rig.verify.guard_bands import find_rule
from rig.verify.words import chance, span
from rig.words import quantity_text, span_text, window_text

if TYPE_CHECKING:
    from rig.planning.bench_time import ZeroFlow
    from rig.planning.case import Case
    from rig.planning.decidable import Wanted
    from rig.planning.outcomes import PlannedFinding, RunPlan
    from rig.planning.shortest import Shortest

_LINES: Final = {
    SHOT: "the position within a shot",
    ASSAY: "the assay of the drug",
    "increment_g": "the noise of the balance",
    "linearity_g": "the linearity of the balance",
    "slope": "the calibration of the balance",
    "evaporation_mg_h": "evaporation",
    "wander_ul": "what the legs show the balance to wander beyond its noise record",
    "digit_ul": "the digit of the balance, on which its readings may rest",
    "held_ul": "what the check weight leaves open about the balance",
    "room_ul": "evaporation that may follow the air of the room",
    "between_legs_ul": "evaporation that nobody sees between the legs",
    AIR: "air density (buoyancy)",
    "load_volume_ml": "the volume of the load",
    "fluid_kg_m3": "the density of the fluid",
    "needle_mm": "the diameter of the needle",
    "vessel_mm": "the diameter of the vessel",
    "beaker_bent_ul": "evaporation that changed at once",
    "beaker_g": "the balance of the evaporation beaker",
    "evaporation_ratio": "the ratio of the two evaporations",
    "drift_mg_h": "what the two legs differ by",
}


def definition(wanted: Wanted) -> str:
    """What decidable means in this plan, and why."""
    pump = f"a pump whose true error is {wanted.assumed_percent:g} %" if wanted.assumed_percent else "a perfect pump"
    return (
        f"Decidable means: U fits {wanted.ratio:g} times into the limit, as the gate asks before a run; and {pump} "
        f"passes by the rule of the finding with at least {100 * wanted.chance:g} %. Why both: the rule alone bounds "
        "the risk of a false pass, however large U is, so what a longer run buys is that a good pump passes and is not "
        "left open; the ratio keeps the guard band from taking more than a part of what the limit accepts."
    )


def finding_text(case: Case, one: PlannedFinding, wanted: Wanted) -> str:
    """The rationale of one finding."""
    found, judged = one.predicted, one.judged
    if found.expanded is None or found.k is None or found.ratio is None:
        return f"{_name(one)}: {'; '.join(judged.problems)}. {outcome_text(case, one)}"
    rule = f"{find_rule(found.rule).says}; k = {found.k:.3g}"
    u = f"{found.expanded:.2g} {found.unit}, 1/{found.ratio:.3g} of the limit"
    share = 100 * found.shares[found.dominating]
    most = f"{share:.0f} % of the variance from {line_text(found.dominating)}"
    return " ".join(
        (
            f"{_name(one)}: limit {span(*found.limits, found.unit)}; decision rule {found.rule} ({rule}).",
            f"In a run with {_run(case)}, U is predicted to be {u}, {most}.",
            _accepted(one, wanted),
            outcome_text(case, one),
        )
    )


def outcome_text(case: Case, one: PlannedFinding) -> str:
    """What it takes to decide it."""
    found = one.predicted
    if one.outcome == "never" and found.expanded is None:
        return "It cannot be decided at any length of legs or analysis that was looked at."
    if one.outcome == "never":
        reached = "" if one.floor is None else f" and stays at U = {one.floor:.3g} {found.unit}"
        return (
            f"It cannot be decided on this bench at any length that was looked at{reached}; what stands in the way is "
            f"{line_text(one.dominating)}: {_advice(one)}."
        )
    least = _least(case, one)
    if one.outcome == "longer" and found.expanded is not None:
        why = "; ".join(one.judged.problems)
        return f"As planned it is not decidable ({why}). {least}"
    return least


def run_text(case: Case, made: RunPlan) -> str:
    """The shortest run that decides everything."""
    if made.shortest is None:
        return "No run that was looked at decides all findings together."
    because = f" It is longer than any of them alone asks for: {made.because}." if made.because else ""
    return f"The shortest run that decides all of them: {_lengths(case, made.shortest)}.{because}"


def silent_text(name: str, why: str) -> str:
    """A window with a limit that it will not be held against."""
    return f"{name.replace('_', ' ')} will be shown and decides nothing: {why}."


def zero_flow_text(known: ZeroFlow) -> str:
    """Whether the noise of the balance is known."""
    if not known.problems:
        return "The noise record of the balance covers the run: its drift and slow noise are in the plan."
    return (
        "The drift and slow noise of the balance are NOT in this plan, so U may come out larger and every length is "
        f"the least possible: {'; '.join(known.problems)}. Make a noise record: rig zero-flow BENCH --for "
        f'"{window_text(known.length_s)}".'
    )


def line_text(name: str) -> str:
    """A line of the budget in words."""
    return _LINES.get(name, name.replace("_", " "))


def help_text(one: PlannedFinding) -> str:
    """What would help, with the U that it would leave."""
    found = one.help
    if found.what and found.expanded is not None:
        return f"{found.what}: U = {found.expanded:.2g} {one.predicted.unit}"
    return found.advice


def _least(case: Case, one: PlannedFinding) -> str:
    if one.window_s is not None:
        longer = f"the shortest window that could be is {window_text(one.window_s)}"
        return f"No longer run decides it, a longer window does: {longer}."
    if one.shortest is None:
        return ""
    u = "" if one.at_shortest is None else f", with U = {one.at_shortest:.2g} {one.predicted.unit}"
    return f"{_tried(one)}: {_lengths(case, one.shortest)}{u}."


def _tried(one: PlannedFinding) -> str:
    """What the least was looked for among; only what is over the analysis has it varied at every step."""
    if one.name in OVER_THE_ANALYSIS or one.shortest is None:
        return "The shortest run that decides it"
    if one.shortest.analysis_s is None:
        legs = "It is decided" if one.shortest.leg_s is None else "The shortest legs that decide it,"
        return f"{legs} with the analysis as planned"
    return "The shortest of the runs tried (some multiples of the analysis, with the longest legs) that decides it"


def _accepted(one: PlannedFinding, wanted: Wanted) -> str:
    found, judged = one.predicted, one.judged
    if not judged.passes_up_to:
        return f"No true error would pass with {100 * wanted.chance:g} %."
    return (
        f"Accepted are values {span(*judged.accepts, found.unit)}: a true error of up to {judged.passes_up_to:.3g} "
        f"{found.unit} either way passes with {100 * wanted.chance:g} % or more, one exactly at the limit with "
        f"{chance(judged.at_the_limit)}."
    )


def _lengths(case: Case, least: Shortest) -> str:
    analysis_s = case.protocol.timing.analysis_s if least.analysis_s is None else least.analysis_s
    legs = "" if least.leg_s is None else f" between evaporation legs of {window_text(least.leg_s)}"
    return (
        f"analysis {window_text(analysis_s)}{_cycles(case, analysis_s)}{legs}, {span_text(least.total_s)} on the bench"
    )


def _cycles(case: Case, analysis_s: float) -> str:
    count = case.cycles(analysis_s)
    return "" if count is None else f" ({count} whole cycle{'s' if count != 1 else ''})"


def _run(case: Case) -> str:
    analysis_s = case.protocol.timing.analysis_s
    return f"an analysis of {window_text(analysis_s)}{_cycles(case, analysis_s)}"


def _name(one: PlannedFinding) -> str:
    text = quantity_text(one.name, {})
    return text[:1].upper() + text[1:]


def _advice(one: PlannedFinding) -> str:
    return ADVICE.get(one.dominating, "look at its line of the budget")
