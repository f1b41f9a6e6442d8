"""Writing beside the hashing: a thread that does what it is given in order, while the next is made ready.

    behind = Behind()
    behind.soon(lambda: file.write(data))     # returns at once, unless so many wait already
    behind.done()                             # all that was given before is done
    behind.close()

What it is given has to keep its own failures: nobody stands there to hear of them.
"""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

#: So many may wait: enough that neither thread stands idle, and little memory.
_LONGEST: Final = 4


class Behind:
    """Does things a little later, one after the other."""

    def __init__(self) -> None:
        self._queue: queue.Queue[Callable[[], object] | None] = queue.Queue(_LONGEST)
        self._thread = threading.Thread(target=self._work, name="record-file", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether something waits."""
        return not self._queue.empty()

    def soon(self, do: Callable[[], object]) -> None:
        """Have it done after all that was given before; ``do`` must not raise."""
        self._queue.put(do)

    def done(self) -> None:
        """Wait for what was given before; any thread may."""
        reached = threading.Event()
        self._queue.put(reached.set)
        reached.wait()

    def close(self) -> None:
        """End after what was given; nothing may be given any more."""
        self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (do := self._queue.get()) is not None:
            do()
