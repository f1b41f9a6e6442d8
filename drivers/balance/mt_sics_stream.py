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
from drivers.errors import DriverError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from drivers.interfaces import Row

#: A stream that says nothing for this long is waited for, as an answer would be; slower ones are not supported [s].
SILENCE_S: Final = 2.0


class WeightStream:
    """The state of one stream.

    Args:
        start_s: when it was asked for, on the bench's clock.
    """

    def __init__(self, start_s: float) -> None:
        self._since_s = start_s
        self._problem: DriverError | None = None

    def silent(self, now_s: float) -> bool:
        """Whether the last line is too long ago."""
        return now_s - self._since_s > SILENCE_S

    def raise_problem(self) -> None:
        """Say, once, that a line among good ones was damaged; the lines that wait meanwhile are not touched.

        Raises:
            ProtocolError, InstrumentError: what was wrong with it.
        """
        problem, self._problem = self._problem, None
        if problem is not None:
            raise problem

    def rows(self, lines: Sequence[bytes], now_s: float) -> list[Row]:
        """The rows of these lines; a damaged line costs itself alone, and :meth:`raise_problem` tells of it.

        Raises:
            ProtocolError, InstrumentError: every line was damaged.
        """
        rows: list[Row] = []
        step_s = (now_s - self._since_s) / max(len(lines), 1)
        for number, line in enumerate(lines, start=1 - len(lines)):
            try:
                weight = parse_weight(line)
            except DriverError as error:
                self._problem = error
            else:
                rows.append((now_s + number * step_s, weight.grams, weight.stable, weight.status))
        if lines:
            self._since_s = now_s
        if not rows:
            self.raise_problem()
        return rows
