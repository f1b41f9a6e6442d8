"""Settings of a Mettler-Toledo balance that would spoil a slow flow, and how to ask for them.

Automatic zero tracking swallows a flow of micrograms per second, and an automatic adjustment in the middle of a
run steps the reading. Both must be off. The commands are in the manuals' lists of commands (``M03`` Autozero
function, level 3; ``C0`` adjustment setting, level 2); that their answers begin ``M03 A 0`` (off) and ``C0 A 0``
(manual) is [K], not confirmed on an instrument. Not every model has them: what cannot be asked is reported
as not checked and never passes in silence.

>>> refusal(SETTINGS[0], b"M03 A 0") is None
True
"""

from __future__ import annotations

from typing import Final, NamedTuple

from drivers.errors import InstrumentError


class Setting(NamedTuple):
    """One setting that must be off: the command that asks, what it is, and what to do."""

    command: str
    name: str
    remedy: str


SETTINGS: Final = (
    Setting("M03", "automatic zero tracking", "it swallows a slow flow; switch Zero Drift Compensation (AutoZero) off"),
    Setting(
        "C0", "automatic adjustment", "it steps the reading during a run; set adjustment (ProFACT, FACT) to manual"
    ),
)
_NOT_KNOWN: Final = (b"ES", b"EL")


class NotChecked(Exception):  # noqa: N818 - no error: the balance cannot be asked
    """The balance does not say; the text says what could not be checked."""


def refusal(setting: Setting, line: bytes) -> InstrumentError | None:
    """Why the balance cannot be used as it stands; None where the setting is off.

    Args:
        setting: what was asked for.
        line: the answer.

    Raises:
        NotChecked: the balance does not know the question, or answers in a form that is not known here.
    """
    fields = line.split()
    start = [setting.command.encode("ascii"), b"A"]
    if fields[:2] == start and len(fields) > 2 and fields[2].isdigit():
        if fields[2] == b"0":
            return None
        return InstrumentError(setting.command, f"{setting.name} is on: {setting.remedy}, then prepare again")
    said = "this model does not know the command" if line in _NOT_KNOWN else f"it answered {line[:40]!r}"
    raise NotChecked(
        f"{setting.name} could not be checked ({setting.command}: {said}); make sure by hand that it is off"
    )
