"""One refusal with every reason, whoever found it: qualification, check weight, noise record, gate, checklist.

>>> refused = Refused("station-1")
>>> with refused.collecting():
...     raise BenchError("station-1", ["the room is too warm"])
>>> with refused.collecting():
...     raise BenchError("station-1", ["the balance is out of date"])
>>> refused.reasons
['the room is too warm', 'the balance is out of date']
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rig.errors import BenchError

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Refused:
    """What speaks against a start so far.

    Attributes:
        bench: name of the bench.
        reasons: in the order in which they were found.
    """

    bench: str
    reasons: list[str] = field(default_factory=list)

    @contextlib.contextmanager
    def collecting(self) -> Iterator[None]:
        """Take the reasons of a refusal, and go on."""
        try:
            yield
        except BenchError as error:
            self.reasons += [reason for reason in error.reasons if reason not in self.reasons]

    def refuse(self) -> None:
        """Refuse the start, where anything speaks against it.

        Raises:
            BenchError: with every reason.
        """
        if self.reasons:
            raise BenchError(self.bench, self.reasons)
