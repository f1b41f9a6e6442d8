"""Coverage-guided fuzzing of every parser with atheris: a value or a ``DriverError``, whatever the bytes.

::

    pip install -c constraints.txt -e '.[flow]' atheris==3.0.0
    python tests/fuzz/fuzz_parsers.py --seconds 60                     # every parser, one after the other
    python tests/fuzz/fuzz_parsers.py drivers.pump.mock_pump_frames.decode --seconds 600

A finding is kept as ``crash-...`` beside the corpus (``--folder``, a new folder under the temporary one unless given),
printed, and makes the exit code 1. Put its bytes into the table ``parsers.py`` once it is mended.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("target", nargs="?", help="one parser; all of them without it")
    parser.add_argument("--seconds", type=int, default=60, help="for each parser")
    parser.add_argument("--folder", type=Path, help="corpora and findings")
    chosen = parser.parse_args()
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="fuzz-"))
    if chosen.target:
        fuzz(chosen.target, chosen.seconds, folder / chosen.target)
    return every(chosen.seconds, folder)


def every(seconds: int, folder: Path) -> int:
    """Each parser in a process of its own, because the fuzzer ends its process; the exit code of the worst."""
    from parsers import TARGETS

    failed = []
    for name in TARGETS:
        command = [sys.executable, __file__, name, "--seconds", str(seconds), "--folder", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        runs = [line for line in done.stderr.splitlines() if line.startswith("Done ")]
        sys.stdout.write(f"{name}: {runs[-1] if runs and not done.returncode else 'FAILED'}\n")
        sys.stdout.flush()
        if done.returncode:
            failed.append(name)
            sys.stdout.write(done.stdout[-4000:] + done.stderr[-4000:])
    return 1 if failed else 0


def fuzz(name: str, seconds: int, folder: Path) -> None:
    """Fuzz one parser; ends the process with 0 when the time is over, and otherwise when something escapes."""
    import atheris

    with atheris.instrument_imports(include=["drivers"]):
        from parsers import TARGETS

        from drivers.errors import DriverError
    function, seeds = TARGETS[name]

    def one(data: bytes) -> None:
        try:
            function(data)
        except DriverError:
            return

    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in seeds:
        (corpus / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    limits = [f"-max_total_time={seconds}", "-max_len=256", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *limits, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main())
