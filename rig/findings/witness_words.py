"""What an agreement or a difference of witnesses says in words: the test, the place, who is blamed, what is doubted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rig.verify.witness_models import FOR_BLAME

if TYPE_CHECKING:
    from rig.verify.seen import Seen
    from rig.verify.witnesses import Agreement

#: No pump makes liquid on its way.
GAINED: Final = "a witness is wrong, or there is a second source"


def said(found: Agreement) -> str:
    """What the test found."""
    p = f"p = {found.p:.2g}" if found.p > 1e-6 else "p < 1e-6"
    test = f"chi-square {found.chi_square:.3g} with {found.freedom}, {p}, alpha {found.alpha:.3g}"
    if found.state == "one alone":
        return "no other witness could speak"
    if found.state == "agree":
        return f"the witnesses agree ({test})"
    if found.state == "same node differs":
        return f"witnesses at one node disagree ({test}){_blame(found)}"
    change = f"{found.difference_ul:+.3g} uL"
    where = f" between {found.between[0]} and {found.between[1]}, {change}" if found.between else ""
    return f"the volume differs{where} ({test}){_blame(found)}"


def _blame(found: Agreement) -> str:
    return f", {found.blamed} against all others" if found.blamed else ""


def doubt(found: Agreement, speak: int, not_held: str) -> str:
    """Why a difference is not held against the pump; empty where it is.

    Args:
        found: a difference.
        speak: how many witnesses spoke.
        not_held: what of the bench was not shown to hold before and after, in words; empty if all of it was.
    """
    if not found.between:
        return "no single place on the way of the liquid explains it"
    if speak < FOR_BLAME:
        return f"{speak} witnesses spoke, and it takes {FOR_BLAME} to tell a leak from an instrument"
    if found.difference_ul > 0.0:
        return f"more passed the {found.between[1]} than the {found.between[0]}: {GAINED}"
    return f"not shown to hold before and after: {not_held}" if not_held else ""


def rows_of(seen: Seen, found: Agreement) -> list[str]:
    """What each witness saw, and could have seen."""
    rows = []
    for name, node, volume, speaks, least in zip(
        seen.names, seen.nodes, seen.volume_ul, found.speak, found.least_ul, strict=True
    ):
        what = "" if speaks else "not informative, "
        rows.append(f"{name} ({node}) saw {volume:.4g} uL, {what}could see {least:.2g} uL")
    return rows
