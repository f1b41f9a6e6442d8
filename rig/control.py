"""What a person may say to a run while it goes on, from any thread; the loop polls, and nothing blocks it.

>>> control = Control()
>>> control.answer("clamp", "yes", who="mk")
>>> control.abort("operator pressed Ctrl-C")
>>> control.answers["clamp"].text, control.aborted
('yes', 'operator pressed Ctrl-C')
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a prompt, and by whom."""

    text: str
    who: str

    @property
    def refuses(self) -> bool:
        """Whether it says no."""
        return self.text.strip().lower() in {"no", "n"}


class Control:
    """Abort, answers and notes for one run; thread-safe.

    Args:
        unattended: answer given to every prompt at once, for runs without a person at the bench; it is
            recorded as given by nobody. None waits for a person.
    """

    def __init__(self, unattended: str | None = None) -> None:
        self.unattended = unattended
        # reentrant, because a signal handler may abort while the same thread holds it
        self._lock = threading.RLock()
        self._answers: dict[str, Answer] = {}
        self._notes: list[Answer] = []
        self._aborted = ""

    @property
    def aborted(self) -> str:
        """Why the run must end; empty while it may go on."""
        return self._aborted

    @property
    def answers(self) -> Mapping[str, Answer]:
        """Answers so far, by prompt."""
        with self._lock:
            return dict(self._answers)

    def abort(self, reason: str) -> None:
        """End the run: the pump stops, the record is sealed. The first reason stands."""
        with self._lock:
            self._aborted = self._aborted or reason

    def answer(self, prompt: str, text: str, who: str) -> None:
        """Answer a prompt; the first answer stands."""
        with self._lock:
            self._answers.setdefault(prompt, Answer(text, who))

    def note(self, text: str, who: str) -> None:
        """Put a remark into the record."""
        with self._lock:
            self._notes.append(Answer(text, who))

    def take_notes(self) -> list[Answer]:
        """Remarks since the last call."""
        with self._lock:
            notes, self._notes = self._notes, []
        return notes
