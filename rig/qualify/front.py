"""Who stands in front of a qualification: the terminal, the page, or nobody at a simulated bench."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from rig.control import Control

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rig.calibrate.bench import Station
    from rig.calibrate.session import CalibrationSession
    from rig.events import Observer
    from rig.runner import Outcome


class Front(Protocol):
    """What a qualification needs of whoever is there."""

    def carry_out(self, session: CalibrationSession, station: Station) -> None:
        """Advance every step of a session."""

    def confirm(self, text: str) -> None:
        """Ask for something to be done, and come back when it is."""

    def say(self, text: str) -> None:
        """Say what is going on; or, while a run goes on, what is to be done at once."""

    def watch(self, go: Callable[[Control, Sequence[Observer]], Outcome]) -> Outcome:
        """Let a run go on, with whoever watches it."""


class Silent:
    """Nobody: hands of the simulated bench do what is to be done."""

    def carry_out(self, session: CalibrationSession, station: Station) -> None:  # noqa: ARG002 - nobody answers
        """Every step, without an answer."""
        while session.view() is not None:
            for _ in session.advance():
                pass

    def confirm(self, text: str) -> None:
        """Nobody to ask."""

    def say(self, text: str) -> None:
        """Nobody to tell."""

    def watch(self, go: Callable[[Control, Sequence[Observer]], Outcome]) -> Outcome:
        """Unattended."""
        return go(Control(unattended="yes"), ())
