"""Which software made a result: version, code revision, whether it was modified, and the libraries below it."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

DISTRIBUTION = "doseproof"
#: Libraries whose version can change a digit of a result.
LIBRARIES = ("GTC", "numpy", "pint", "pyarrow", "pydantic", "pyserial", "scipy")


def software_state() -> dict[str, Any]:
    """Version, revision, state of the installed files, Python and libraries; plain JSON."""
    return {
        "doseproof": version(),
        "revision": code_revision(),
        "installation": check_installation(),
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def version() -> str:
    """Version of the installed distribution."""
    return metadata.version(DISTRIBUTION)


def code_revision() -> dict[str, Any]:
    """Commit and whether files differ from it, when the code runs from a git checkout; else empty."""
    root = Path(__file__).resolve().parent.parent
    if not (root / ".git").exists():
        return {}
    try:
        commit = _git(root, "rev-parse", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return {}
    return {"commit": commit.strip(), "modified": bool(changed.strip())}


def check_installation() -> dict[str, Any]:
    """Compare the installed files with the hashes that the wheel's RECORD gives for them.

    Returns:
        ``checked`` files and the names of the ``changed`` ones; ``editable`` when there is nothing to compare.
    """
    distribution = metadata.distribution(DISTRIBUTION)
    origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    if origin.get("dir_info", {}).get("editable", False):
        return {"editable": True, "checked": 0, "changed": []}
    files = [f for f in distribution.files or [] if f.hash is not None and f.suffix != ".pyc"]
    code = [f for f in files if f.parts[0] in {"rig", "drivers", "calibration", "fixtures"}]
    return {"editable": False, "checked": len(code), "changed": sorted(str(f) for f in code if not _intact(f))}


def _intact(file: metadata.PackagePath) -> bool:
    path = Path(str(file.locate()))
    if not path.is_file() or file.hash is None:
        return False
    digest = hashlib.new(file.hash.mode, path.read_bytes()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == file.hash.value


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=10)
    return done.stdout
