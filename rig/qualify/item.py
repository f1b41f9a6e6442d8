"""One line of a qualification: what was found, against which limit, and what follows.

>>> passed = judged("mass 100 g", "deviation from the certificate", 0.2, 0.4, "mg", limit=1.0)
>>> passed.verdict, passed.limit
('passed', '±1 mg')
>>> judged("mass 100 g", "deviation from the certificate", 0.8, 0.4, "mg", limit=1.0).verdict
'failed'
"""

from __future__ import annotations

from typing import Literal

from calibration.record_parts import Strict, Text

ItemVerdict = Literal["passed", "failed", "skipped", "not exercised"]


class Item(Strict):
    """One line.

    Attributes:
        name: short, unique within a qualification.
        what: is compared with what.
        verdict: ``skipped`` where the bench has nothing to show it with, ``not exercised`` where it cannot be done
            there; neither is a pass.
        statement: in plain words, with the reason.
        limit: as text; empty where none applies.
        value, expanded: found, and its expanded uncertainty, in ``unit``.
        records: folders of the runs that it stands on.
    """

    name: Text
    what: Text
    verdict: ItemVerdict
    statement: Text
    limit: str = ""
    value: float | None = None
    expanded: float | None = None
    unit: str = ""
    records: tuple[Text, ...] = ()


def judged(
    name: str,
    what: str,
    value: float,
    expanded: float,
    unit: str,
    *,
    limit: float,
    records: tuple[str, ...] = (),
    more: str = "",
) -> Item:
    """A deviation that must lie within its limit with all of its uncertainty (|value| + U <= limit).

    Args:
        value, expanded, limit: in ``unit``.
        more: what the statement says beside the numbers.
    """
    held = abs(value) + expanded <= limit
    text = (
        f"found {value:+.4g} {unit} with U = {expanded:.3g} {unit}, {'within' if held else 'not within'} ±{limit:.4g}"
    )
    statement = f"{text} {unit}{'; ' if more else ''}{more}"
    return Item(
        name=name, what=what, verdict="passed" if held else "failed", statement=statement, limit=f"±{limit:.4g} {unit}",
        value=value, expanded=expanded, unit=unit, records=records,
    )  # fmt: skip


def stated(
    name: str, what: str, verdict: ItemVerdict, why: str, limit: str = "", records: tuple[str, ...] = ()
) -> Item:
    """A line without a number."""
    return Item(name=name, what=what, verdict=verdict, statement=why, limit=limit, records=records)
