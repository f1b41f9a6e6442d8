"""Numbers, times and events as people read them.

>>> span_text(108000.0), with_uncertainty(-0.03185, 0.0846), percent_text(0.0000003)
('1 d 06:00:00', ('-0.032', '0.085'), '< 0.01 %')
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from rig import events
from rig.verify.looks import time_text

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Names of findings as a QA engineer would say them; others are shown with their underscores as blanks.
_QUANTITIES = {
    "mean_flow_error": "mean flow error",
    "claim_agreement": "claim vs. witness",
    "start_up": "start-up, in band",
    "over_volume": "volume until stop",
    "check_weight_before": "check weight before",
    "check_weight_after": "check weight after",
    "zero_flow": "drift without flow",
    "scatter": "scatter against the legs",
    "check_weight": "check weight, shift",
    "leak": "leak, of what left the pump",
    "gaps": "longest gap in the readings",
    "sudden_rise": "rise at once",
}


def count_text(number: int, one: str, many: str = "") -> str:
    """So many of something; ``many`` where it is not the word with an s.

    >>> count_text(0, "signal"), count_text(1, "file"), count_text(1200, "entry", "entries")
    ('no signals', '1 file', '1,200 entries')
    """
    several = many or f"{one}s"
    return f"{number:,} {one if number == 1 else several}" if number else f"no {several}"


def span_text(seconds: float) -> str:
    """A length of time: ``1 d 06:00:00``, ``00:01:30``; tenths below ten seconds."""
    if abs(seconds) < 10:
        return f"{seconds:.1f} s"
    days, rest = divmod(round(seconds), 86400)
    clock = f"{rest // 3600:02d}:{rest % 3600 // 60:02d}:{rest % 60:02d}"
    return f"{days} d {clock}" if days else clock


def window_text(seconds: float) -> str:
    """A window length in the unit that suits it: ``22.5 s``, ``15 min``, ``6 h``."""
    if seconds < 120 or seconds % 60:
        return f"{seconds:g} s"
    return f"{seconds / 60:g} min" if seconds < 3600 else f"{seconds / 3600:g} h"


def with_uncertainty(value: float, expanded: float) -> tuple[str, str]:
    """Value and U with two significant digits of U, as the GUM (7.2.6) has it."""
    if not expanded > 0 or not math.isfinite(expanded):
        return f"{value:+.3g}", f"{expanded:.2g}"
    decimals = max(0, 1 - math.floor(math.log10(expanded)))
    return f"{value:+.{decimals}f}", f"{expanded:.{decimals}f}"


def extremes_text(low: float, high: float) -> str:
    """Two extremes with the decimals that give the larger one three digits."""
    largest = max(abs(low), abs(high))
    decimals = 2 if largest == 0 else max(0, 2 - math.floor(math.log10(largest)))
    return f"{low:+.{decimals}f} to {high:+.{decimals}f}"


def percent_text(probability: float) -> str:
    """A probability in percent, without zeros that promise too much."""
    if probability < 1e-4:
        return "< 0.01 %"
    return "> 99.99 %" if probability > 0.9999 else f"{100 * probability:.2f} %"


def quantity_text(name: str, facts: Mapping[str, Any]) -> str:
    """What a finding is about."""
    if "window_s" in facts:
        return f"error in any {window_text(facts['window_s'])}"
    return _QUANTITIES.get(name, name.replace("_", " "))


def event_text(kind: str, data: Mapping[str, Any]) -> str:
    """One event of a run as a line; kinds that are not known are shown as they are."""
    match kind:
        case events.CALIBRATION:
            return f"{data['channel']}: {data['text']}"
        case events.STARTED:
            return f"run started, {span_text(data['expected_s'])} planned"
        case events.PHASE if data["edge"] == "begin":
            return f"{data['name']} begins, {span_text(data['duration_s'])}"
        case events.PHASE:
            return f"{data['name']} ends"
        case events.ACTION:
            return _action_text(data)
        case events.PROMPT:
            return f"asked: {data['text']}"
        case events.ANSWER:
            return f"answered by {data['who'] or 'the operator'}: {data['answer']}"
        case events.CHECKLIST:
            return f"checklist, {data['id']}: {data['answer'] or 'no answer'} ({data['who'] or 'nobody'})"
        case events.LOOKS:
            times = ", ".join(time_text(one) for one in data["at_s"])
            return f"may be decided early: looks after {times} of the analysis, never before ({data['spending']})"
        case events.LOOK:
            return _look_text(data)
        case events.NOTE:
            return f"note by {data['who'] or 'the operator'}: {data['text']}"
        case events.FAULT:
            return f"{data['kind']}: {data['cause']}"
        case events.DEVICE:
            return _device_text(data)
        case events.WITNESS:
            text = f" ({data['text']})" if data.get("text") else ""
            return f"{data['channel']}: {data['problem']}{text}, {data['in_a_row']} in a row"
    return f"{kind}: {', '.join(f'{key} {value}' for key, value in data.items())}"


def _look_text(data: Mapping[str, Any]) -> str:
    """What a look found, what it needs, and what follows."""
    head = f"look {data['number'] + 1} at {time_text(data['at_s'])}"
    if data["look"] is None:
        return f"{head}: nothing decided here: {data['why']}"
    look, accept = data["look"], data["look"]["accept_percent"]
    passes = f"passes up to ±{accept:.3g} %" if accept > 0 else "passes nothing yet"
    sides = f"{passes}, fails beyond ±{look['reject_percent']:.3g} %"
    risk = f"{percent_text(look['spent'])} of false passes spent"
    follows = f"{data['decision'].upper()}, the delivery ends" if data["stops"] else "the run goes on"
    return f"{head}: error {data['value']:+.3g} % (u {look['u_percent']:.2g} %; {sides}; {risk}): {follows}"


def _action_text(data: Mapping[str, Any]) -> str:
    rate = "" if data.get("rate_ul_h") is None else f" {data['rate_ul_h']:g} uL/h"
    volume = "" if data.get("volume_ul") is None else f" {data['volume_ul']:g} uL{' at' if rate else ''}"
    alarm = "" if data.get("alarm_ul") is None else f", alarm at {data['alarm_ul']:g} uL"
    done = "" if data["done"] else " - NOT carried out"
    return f"pump told: {str(data['action']).replace('_', ' ')}{volume}{rate}{alarm}{done}"


def _device_text(data: Mapping[str, Any]) -> str:
    if "problem" in data:
        return f"device: {data['problem']}: {data.get('text', '')}"
    alarms = f", alarms: {data['alarms']}" if data.get("alarms") else ""
    return f"device {'was RESET, ' if data.get('reset') else ''}says: {data['state']}{alarms}"
