"""What differs from run to run although nothing is wrong: ``sound.toml`` beside the faults.

::

    schema = 1

    [draws]                          # each run draws them anew; two whole numbers give a whole number
    seed = [1, 2147483647]
    e = [-0.03, 0.03]                # the pump's own error, relative

    [world]                          # what becomes of them
    seed = "{seed}"
    gain = "{1 + e}"

The draws can be named in fault files too, so that a fault comes on top of the pump's own error.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field

from rig.fields import FileModel
from rig.files import read_model, read_source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SOUND: Final = "sound.toml"
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]


class Sound(FileModel):
    """The spread of sound benches and pumps.

    Attributes:
        draws: least and greatest value by name, evenly spread.
        world: options of the world, with sums of the draws in braces.
    """

    schema_version: Literal[1] = Field(alias="schema")
    draws: dict[_Name, tuple[int, int] | tuple[float, float]]
    world: dict[str, Any]

    def drawn(self, seed: str) -> Mapping[str, float]:
        """The draws of one run; the same for the same seed, whatever else is drawn."""
        return {name: _one(f"{seed}/{name}", *ends) for name, ends in self.draws.items()}

    def middle(self) -> Mapping[str, float]:
        """The middle of each, for checks of a file."""
        return {
            name: (low + high) // 2 if isinstance(low, int) else (low + high) / 2
            for name, (low, high) in self.draws.items()
        }


def _one(seed: str, low: float, high: float) -> float:
    source = random.Random(seed)  # noqa: S311 - a repeatable draw, no secret
    return source.randint(low, high) if isinstance(low, int) and isinstance(high, int) else source.uniform(low, high)


def load_sound(path: Path) -> Sound:
    """Read the file.

    Raises:
        FileError: with every problem.
    """
    return read_model(Sound, read_source(path))
