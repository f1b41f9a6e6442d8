"""Turning a stream of MT-SICS weights (``SIR``) into rows, one drain at a time.

The balance sends by itself at its own rate; bytes wait in the port until the drain. A line tells no time, so the lines
of one drain are spread evenly over the time since the last one. With a steady stream that is right to one interval of
the balance (0.1 s at 10 Hz).

>>> stream = WeightStream(start_s=10.0)
>>> stream.rows([b"S S    1.00000 g", b"S S    2.00000 g"], now_s=11.0)
[(10.5, 1.0, True, 'ok'), (11.0, 2.0, True, 'ok')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drivers.balance.mt_sics_answers import parse_weight
from drivers.errors import DriverError, InstrumentTimeout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivers.interfaces import Row

#: A stream that says nothing for this long has ended; slower streams are not supported [s].
SILENCE_S: Final = 2.0


class WeightStream:
    """The state of one stream.

    Args:
        start_s: when it was asked for, on the bench's clock.
    """

    def __init__(self, start_s: float) -> None:
        self._since_s = start_s
        self._kept: list[Row] = []

    def rows(self, lines: Sequence[bytes], now_s: float) -> list[Row]:
        """The rows of these lines; a damaged line costs itself alone, the others come with the next drain.

        Raises:
            InstrumentTimeout: nothing has come for too long.
            ProtocolError, InstrumentError: a line that is no weight.
        """
        problem = self._take(lines, now_s)
        if problem is not None:
            raise problem
        rows, self._kept = self._kept, []
        return rows

    def _take(self, lines: Sequence[bytes], now_s: float) -> DriverError | None:
        if not lines:
            silent = not self._kept and now_s - self._since_s > SILENCE_S
            return self._silence() if silent else None
        step_s = (now_s - self._since_s) / len(lines)
        problem: DriverError | None = None
        for number, line in enumerate(lines, start=1 - len(lines)):
            try:
                weight = parse_weight(line)
            except DriverError as error:
                problem = error
            else:
                self._kept.append((now_s + number * step_s, weight.grams, weight.stable, weight.status))
        self._since_s = now_s
        return problem

    @staticmethod
    def _silence() -> InstrumentTimeout:
        return InstrumentTimeout(
            f"balance: expected weights that come by themselves (SIR), found silence for more than {SILENCE_S:g} s; "
            "check cable and power, then prepare again"
        )
