"""A run on the in-process bench, made twice: the content digests must be the same.

python tests/benchmarks/repeat_digest.py [PROTOCOL]
"""

from __future__ import annotations

import importlib.resources
import sys
import tempfile
from pathlib import Path

from rig.record import Record
from rig.runner import run

BENCHES = Path(str(importlib.resources.files("fixtures"))) / "benches"


def digests(protocol: Path, folder: Path) -> list[str]:
    """Content digests of two runs of a protocol, as their sealed records give them."""
    found = []
    for turn in ("first", "second"):
        outcome = run(protocol, BENCHES / "simulated.toml", folder / turn)
        found.append(Record.open(outcome.folder).content_digest)
    return found


def main(protocol: Path) -> int:
    """Run twice and print; 0 if the digests are the same."""
    with tempfile.TemporaryDirectory() as folder:
        first, second = digests(protocol, Path(folder))
    print(first, second, "the same" if first == second else "DIFFERENT", sep="\n")
    return 0 if first == second else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else BENCHES / "protocols" / "demo.toml"))
