"""Which call of a driver moved which bytes: a mark in the wire log after each call that used the wire.

    mark_calls(opened)            # between opening the bench and the first call

A mark ``=`` holds the call, with its arguments, and after ``!`` what it raised: ``drain``, ``set_rate 6.25 uL/h``,
``drain ! InstrumentTimeout``; what comes as arrays is marked ``drain_arrays``. The bytes of a link between two marks
belong to the later one; the first mark is ``open``. A call that moved no byte and gave nothing leaves no mark.
:mod:`rig.replay` makes the same calls again.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

from calibration.units import FLOW, TIME, VOLUME
from drivers.arrays import length_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from calibration.units import Kind
    from drivers.clock import Clock
    from drivers.interfaces import Instrument
    from drivers.wire_log import WireChannel, WireLog
    from rig.bench_open import OpenBench

OPEN: Final = "open"
DRAIN: Final = "drain"
DRAIN_ARRAYS: Final = "drain_arrays"
#: What a run asks of an instrument, with the kinds of the arguments. What is missing here cannot be replayed.
CALLS: Final[dict[str, tuple[Kind, ...]]] = {
    "prepare": (),
    DRAIN: (),
    DRAIN_ARRAYS: (),
    "read": (),
    "keep_alive": (),
    "state": (),
    "start": (),
    "stop": (),
    "set_rate": (FLOW,),
    "bolus": (VOLUME, FLOW),
    "set_bolus_lockout": (TIME,),
    "tell_reservoir": (VOLUME, VOLUME),
}
_EXACT: Final = 17  # significant digits that give a float back


def mark_calls(opened: OpenBench) -> None:
    """Let every call of a run on these instruments leave its mark, beginning with their opening."""
    tables = opened.file.instruments()
    for name, instrument in {"device": opened.device, **opened.laboratory()}.items():
        channel = opened.wire.channel(tables[name].address)
        channel.called(opened.clock.now(), OPEN.encode())
        _mark(instrument, opened.wire, channel, opened.clock)


def call_text(call: str, arguments: tuple[Any, ...]) -> str:
    """A call as its mark holds it.

    >>> call_text("set_rate", (FLOW.quantity(6.25),))
    'set_rate 6.25 uL/h'
    """
    texts = [kind.format(value, digits=_EXACT) for kind, value in zip(CALLS[call], arguments, strict=True)]
    return f"{call} {', '.join(texts)}".rstrip()


def read_call(text: str) -> tuple[str, tuple[Any, ...], str]:
    """The call, its arguments and the name of what it raised, from a mark.

    >>> read_call("drain ! InstrumentTimeout")
    ('drain', (), 'InstrumentTimeout')
    """
    said, _, raised = text.partition(" ! ")
    call, _, rest = said.partition(" ")
    values = rest.split(", ") if rest else []
    arguments = tuple(kind.parse(call, value) for kind, value in zip(CALLS.get(call, ()), values, strict=True))
    return call, arguments, raised


def _mark(instrument: Instrument, wire: WireLog, channel: WireChannel, clock: Clock) -> None:
    depth: list[str] = []
    for call in CALLS:
        if hasattr(instrument, call):
            # On the instance: drivers need not know, and the rig calls them as before.
            setattr(instrument, call, _marked(call, getattr(instrument, call), (wire, channel, clock, depth)))


def _marked(
    call: str, method: Callable[..., Any], around: tuple[WireLog, WireChannel, Clock, list[str]]
) -> Callable[..., Any]:
    wire, channel, clock, depth = around

    @functools.wraps(method)
    def marked(*arguments: Any) -> Any:
        if depth:  # a call within a call is part of it
            return method(*arguments)
        before, raised, answer = wire.newest(), "", None
        depth.append(call)
        try:
            answer = method(*arguments)
        except Exception as error:
            raised = f" ! {type(error).__name__}"
            raise
        finally:
            depth.clear()
            if _gave(call, answer) or wire.newest() is not before:
                channel.called(clock.now(), f"{call_text(call, arguments)}{raised}".encode())
        return answer

    return marked


def _gave(call: str, answer: Any) -> bool:
    """Whether a call gave readings; they may have come with the bytes of an earlier call."""
    if call == DRAIN_ARRAYS:
        return answer is not None and length_of(answer) > 0
    return call == DRAIN and bool(answer)
