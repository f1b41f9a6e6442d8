"""Answering a rejection: who may, and what the reason must say.

    rig sign RECORD --meaning withdrawn --reason "rejection 2: the shade is on the photograph" --user bkurz
    rig sign RECORD --meaning approved --reason "rejection 2: weighed again in the shade" --user capp

The number is that of the statement (``0002-signature.json``). Who rejected may answer it, or an approver who neither
performed the run nor corrected the record: otherwise a correction of no account would hide it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from rig.people.attempts import SHORTEST
from rig.people.rejections import APPROVED, WITHDRAWN, standing_rejections
from rig.people.statements import CORRECTION

if TYPE_CHECKING:
    from rig.people.statements import Statement
    from rig.people.stating import Case

_NAMED: Final = re.compile(r"\brejection\s+(\d+)\b", re.IGNORECASE)


def answered_by(case: Case, meaning: str, reason: str) -> list[int]:
    """Numbers of the standing rejections that a signature answers: those that its reason names."""
    named = {int(number) for number in _NAMED.findall(reason)}
    standing = [one.number for one in standing_rejections(case.statements)]
    return [number for number in standing if number in named] if meaning in {APPROVED, WITHDRAWN} else []


def against_answer(case: Case, meaning: str, reason: str, performer: str) -> list[str]:
    """Why somebody may not approve past a rejection, or withdraw it; empty where nothing speaks against it.

    Args:
        case: with who wants to sign.
        meaning: approved or withdrawn.
        reason: of the signature.
        performer: the name of who wants to sign, if that person performed the run; else empty.
    """
    standing, answered = standing_rejections(case.statements), answered_by(case, meaning, reason)
    if meaning == WITHDRAWN and not answered:
        names = ", ".join(f"'rejection {one.number}'" for one in standing)
        return [f"the reason must name the rejection that is withdrawn; expected {names or 'none: none stands'}"]
    wanted = [one for one in standing if meaning == APPROVED or one.number in answered]
    reasons = [_unnamed(one) for one in wanted if one.number not in answered]
    if answered and len(_NAMED.sub("", reason).strip(" :,;.")) < SHORTEST:
        reasons.append(f"the reason must say why the rejection holds no longer (expected {SHORTEST} letters or more)")
    others = [one for one in wanted if one.body["who"] != case.user.name]
    return [*reasons, *(_not_by(case, performer) if others else [])]


def _unnamed(one: Statement) -> str:
    name, why = one.body["printed_name"], one.body["reason"]
    return (
        f"it was rejected by {name} ({why}), and no correction takes that away: withdraw it (--meaning withdrawn), or "
        f"approve with a reason that names it ('rejection {one.number}') and says why"
    )


def _not_by(case: Case, performer: str) -> list[str]:
    """Why this person may not answer the rejection of another one."""
    name, corrections = case.user.name, [one.body["who"] for one in case.statements if one.kind == CORRECTION]
    wrong = [
        *([] if "approver" in case.user.roles else [f"{name} is no approver"]),
        *([f"{name} performed the run"] if performer else []),
        *([f"{name} corrected the record"] if name in corrections else []),
    ]
    return [f"{text}; who rejected it or another approver must answer the rejection" for text in wrong]
