"""The validation of the tool as one document, from its functions and a run of its tests; no clock, no opinion.

Whether the tool is fit for its use the laboratory decides; the document says what was shown, and what not.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from rig.report.document import Column, Decision, Document, Facts, Paragraph, Section, Table
from rig.validation.coverage import covered, strangers, unsaid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rig.report.document import Wording
    from rig.validation.coverage import Covered, Gap
    from rig.validation.functions import Function
    from rig.validation.run import Run

TITLE: Final = "Validation of the tool"
#: What a failed test says may be a page long.
_LETTERS: Final = 300
_USE: Final = (
    "Doseproof is software of a laboratory's quality system: it measures what a drug pump delivers on a test bench and "
    "decides, with a stated risk, whether that is what was programmed. It is no part of a medical device and is never "
    "connected to a patient. A wrong verdict could release a pump that harms; risk is judged by that."
)
_BASIS: Final = (
    "Made to support what is asked of such software by FDA's guidance on computer software assurance (intended use, "
    "risk, assurance activity, record), ISO 13485:2016, 4.1.6, and ISO/IEC 17025:2017, 7.11 [K: compare with your "
    "copies]. It states no conformity. Every test is scripted and automatic. What remains the laboratory's: "
    "docs/validation.md."
)


def gaps_of(functions: Sequence[Function], run: Run) -> list[Gap]:
    """Everything that is missing, those of functions first."""
    return [*(gap for one in covered(functions, run) for gap in one.gaps), *strangers(functions, run), *unsaid(run)]


def validation_document(functions: Sequence[Function], run: Run) -> Document:
    """The document.

    Args:
        functions: of the tool.
        run: of its tests.
    """
    shown, gaps = covered(functions, run), gaps_of(functions, run)
    return Document(
        title=TITLE,
        subject=f"doseproof {run.software.get('version', 'of unknown version')}",
        number=_number(functions, run),
        evidence="tests of the tool",
        issued=_issued(run),
        laboratory="",
        front=(_decision(shown, gaps), Paragraph(_USE), Paragraph(_BASIS, "note")),
        sections=(_tested(run), _functions(shown), _risks(shown), _gaps(gaps)),
        device_evidence=True,
    )


def _decision(shown: Sequence[Covered], gaps: Sequence[Gap]) -> Decision:
    whole = sum(not one.gaps for one in shown)
    high = sum(one.function.risk == "high" for one in shown)
    failed = sum(gap.kind == "failed" for gap in gaps)
    wording: Wording = "fail" if failed else "inconclusive" if gaps else "pass"
    lines = (f"{len(shown)} functions, {high} of them of high risk", f"{len(gaps)} gaps, {failed} of them failed tests")
    return Decision(wording, f"{whole} of {len(shown)} functions shown by all of their tests", lines)


def _tested(run: Run) -> Section:
    rows = [("Run", run.started or "not stated"), ("Tests", str(len(run.cases)))]
    rows += [(name, value) for name, value in run.software.items()]
    return Section("What was tested", (Facts((*rows, ("JUnit file, SHA-256", run.sha256))),))


def _functions(shown: Sequence[Covered]) -> Section:
    columns = (Column("function"), Column("", share=1.0), Column("risk"), *_NUMBERS, Column("shown"))
    rows = tuple(_function_row(one) for one in shown)
    marked = frozenset(i for i, one in enumerate(shown) if one.gaps)
    return Section("Functions and their tests", (Table("Functions, and how their tests ended", columns, rows, marked),))


_NUMBERS: Final = tuple(Column(name, "right") for name in ("tests", "passed", "failed", "skipped"))


def _function_row(one: Covered) -> tuple[str, ...]:
    function, counts = one.function, (str(one.counts[name]) for name in ("passed", "failed", "skipped"))
    return (function.id, function.title, function.risk, str(len(one.cases)), *counts, "no" if one.gaps else "yes")


def _risks(shown: Sequence[Covered]) -> Section:
    blocks = tuple(
        Facts(
            (
                (function.id, function.title),
                ("Intended use", function.intended_use),
                ("What could go wrong", function.failure),
                ("Risk", function.risk),
                ("Assurance", function.assurance),
                ("Tests", ", ".join(function.tests)),
            )
        )
        for function in (one.function for one in shown)
    )
    return Section("Intended use, risk, assurance", blocks)


def _gaps(gaps: Sequence[Gap]) -> Section:
    if not gaps:
        return Section("Gaps", (Paragraph("None."),))
    columns = (Column("function"), Column("gap"), Column("about", share=1.0))
    rows = tuple((gap.function or "-", gap.kind, gap.about[:_LETTERS]) for gap in gaps)
    return Section("Gaps", (Table("What is missing", columns, rows, frozenset(range(len(rows)))),))


def _number(functions: Sequence[Function], run: Run) -> str:
    """Another run or another list is another document."""
    said = "".join(one.model_dump_json() for one in functions) + run.sha256
    return f"V-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _issued(run: Run) -> datetime | None:
    """When the run began; None where it does not say."""
    try:
        found = datetime.fromisoformat(run.started)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
