"""The console of every command: a reader that goes away is an error like any other, never an exit code of its own.

Rich would end the program with exit code 1 there, which here means that the pump failed.
"""

from __future__ import annotations

from rich import console


class Console(console.Console):
    """Rich's console, without its own way out."""

    def on_broken_pipe(self) -> None:
        """Called while the BrokenPipeError is being handled: let it go on to whoever answers for it."""
        raise BrokenPipeError("the reader of the output went away")
