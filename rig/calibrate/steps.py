"""The steps of a procedure. A step is shown (:class:`View`) and advanced; terminal and page drive the same steps.

``Tell``    a person does something at the bench, and says so
``Ask``     a person types a value, read with its unit
``Take``    the bench is read for a while, with progress

    Tell("place-w77", "Place the weight W-77 on the middle of the pan.", act=Act("place-weight", {"weight": "W-77"}))

On a simulated bench its hands carry out the act of a :class:`Tell`. What a step gives is plain JSON, and is kept as
soon as it is there, so that a procedure that was interrupted goes on with the first step that has given nothing yet.

What stands on the bench is in no file, though. Steps of one ``group`` belong to one state of the bench (a weight that
is put on, read, and taken off): a group that was broken off begins again with its first step. A step that is done
``again`` prepares the bench, and is repeated whenever a procedure is taken up.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from rig.calibrate.errors import AnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Mapping

    from calibration.units import Kind
    from rig.calibrate.bench import Station


@dataclass(frozen=True)
class Act:
    """What hands do at the bench: a name, and values as a file would say them (the simulated hands list them)."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class View:
    """What a person sees of a step.

    Attributes:
        key: of the step.
        text: what to do, or what is happening.
        asks: what to answer; empty where nothing is asked.
        number, of: place in the procedure.
    """

    key: str
    text: str
    asks: str
    number: int
    of: int


@runtime_checkable
class Step(Protocol):
    """One step. ``asks`` is empty where it needs no answer."""

    @property
    def key(self) -> str:
        """Identifies the step within its procedure."""

    @property
    def text(self) -> str:
        """What to do, or what is happening."""

    @property
    def asks(self) -> str:
        """What a person is asked to answer."""

    @property
    def group(self) -> str:
        """Steps of one state of the bench; empty for a step that stands alone."""

    @property
    def again(self) -> bool:
        """Whether it is repeated when a procedure is taken up."""

    def advance(self, station: Station, answer: str) -> Generator[float, None, Any]:
        """Carry it out.

        Raises:
            AnswerError: the answer is none; ask again.
            DriverError: an instrument failed.
            CalibrationError: what was found cannot be used.
        """


@dataclass(frozen=True)
class Tell:
    """A person does something, and confirms it.

    Attributes:
        act: the same for simulated hands.
        settle_s: how long the bench is left alone afterwards [s].
    """

    key: str
    text: str
    act: Act | None = None
    settle_s: float = 0.0
    asks: str = "press Enter when it is done"
    group: str = ""
    again: bool = False

    def advance(self, station: Station, answer: str) -> Generator[float, None, Any]:
        """Let simulated hands do it, or take the word of the person, and let things settle."""
        done = station.hands(self.act) if self.act else ""
        yield from station.wait(self.settle_s)
        return {"said": done or answer or "done"}


@dataclass(frozen=True)
class Ask:
    """A person types a value.

    Attributes:
        kind: of the value; None for plain text.
        simulated: what a simulated bench answers.
        act: how its hands find the answer, where it is not known beforehand.
    """

    key: str
    text: str
    kind: Kind | None = None
    simulated: str = ""
    act: Act | None = None
    group: str = ""
    again: bool = False

    @property
    def asks(self) -> str:
        """With an example of the value."""
        return f"such as {self.kind.example}" if self.kind else "type the answer"

    def advance(self, station: Station, answer: str) -> Generator[float, None, Any]:
        """Read the answer; a wrong one is asked for again."""
        yield 1.0
        read = station.hands(self.act) if self.act is not None and not answer else ""
        text = (answer or read or (self.simulated if station.simulated else "")).strip()
        if not text:
            raise AnswerError(f"{self.key}: expected an answer {self.asks}, found none")
        if self.kind is not None:
            try:
                self.kind.parse(self.key, text)
            except ValueError as error:
                raise AnswerError(str(error)) from error
        return {"answer": text}


@dataclass(frozen=True)
class Take:
    """The bench is read for a while.

    Attributes:
        take: gives its progress and returns a result in plain JSON.
    """

    key: str
    text: str
    take: Callable[[Station], Generator[float, None, Any]]
    asks: str = ""
    group: str = ""
    again: bool = False

    def advance(self, station: Station, answer: str) -> Generator[float, None, Any]:  # noqa: ARG002 - nothing is asked
        """Read."""
        return (yield from self.take(station))


def grouped(group: str, steps: Iterable[Tell | Ask | Take]) -> list[Step]:
    """Steps that belong to one state of the bench.

    Args:
        group: names them within the procedure.
        steps: in order.
    """
    return [replace(step, group=group) for step in steps]
