"""Which software made a result: version, code revision, whether it was modified, and the libraries below it."""

from __future__ import annotations

import base64
import hashlib
import json
import platform
import subprocess
import sys
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

DISTRIBUTION = "doseproof"
#: Libraries whose version can change a digit of a result.
LIBRARIES = ("GTC", "numpy", "pint", "pyarrow", "pydantic", "pyserial", "scipy")
#: Packages whose code computes a result and writes its pages.
PACKAGES = ("rig", "calibration")
_NOT_THESE = frozenset({"scaffold", "__pycache__"})


def software_state() -> dict[str, Any]:
    """Version, revision, state of the installed files, Python and libraries; plain JSON."""
    return {
        "doseproof": version(),
        "code": code_hash(),
        "revision": code_revision(),
        "installation": check_installation(),
        "python": platform.python_version(),
        "platform": f"{sys.platform} {platform.machine()}",
        "libraries": {name: metadata.version(name) for name in LIBRARIES},
    }


def version() -> str:
    """Version of the installed distribution."""
    return metadata.version(DISTRIBUTION)


@cache
def code_hash() -> str:
    """Of every module and template that can say something in a result or on a page.

    A version number alone does not do: two states of the code may bear the same one.
    """
    root, digest = Path(__file__).resolve().parents[1], hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in {".py", ".typ", ".html"} and not _NOT_THESE & set(path.relative_to(root).parts):
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def software_text(state: Mapping[str, Any]) -> str:
    """Version, state of the code, revision, state of the installed files; each where it was noted."""
    revision, found = state.get("revision") or {}, state.get("installation") or {}
    text = f"doseproof {state.get('doseproof', 'of an unknown version')}"
    text += f", code {state['code']}" if "code" in state else ""
    if revision:
        text += f", revision {revision['commit'][:12]}{' (modified)' if revision.get('modified') else ''}"
    if found:
        changed = found.get("changed") or []
        text += "; editable installation" if found.get("editable") else f"; {len(changed)} changed files"
    return text


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
