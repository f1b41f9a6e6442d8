"""Lay out a project: protocols, benches, calibration records and the acceptance suite, from what is installed.

    lay_out(Path("our-pumps"), benches=packaged_benches())

Nothing is ever overwritten: the folder must be new or empty, and is empty again where the disk does not take it all.
"""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from calibration.errors import DoseproofError

_HERE = Path(__file__).resolve().parent
#: What a new project gets of the benches and protocols that come along; the rest needs more than a laboratory has.
_BENCHES = (
    "simulated.toml",
    "simulated_supply.toml",
    "simulated_leak.toml",
    "simulated_full.toml",
    "serial_example.toml",
)
_PROTOCOLS = ("demo.toml", "short.toml", "quick.toml", "quick_check_weight.toml")


class ProjectError(DoseproofError):
    """A project that cannot be laid out there."""


def lay_out(folder: Path, benches: Path) -> list[Path]:
    """Make a project.

    Args:
        folder: where; new or empty.
        benches: folder of the benches that come along, with ``protocols``, ``procedures``, ``calibration`` in it.

    Returns:
        The files made, sorted.

    Raises:
        ProjectError: something is there already, or the folder cannot be written.
    """
    _refuse_occupied(folder)
    sources = _sources(benches)
    try:
        for target, source in sources.items():
            place = folder / target
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place)
    except OSError as error:
        _clear(folder)
        raise ProjectError(f"{folder}: the project could not be laid out: {error}; give another folder") from error
    return sorted(folder / target for target in sources)


def _refuse_occupied(folder: Path) -> None:
    if not folder.exists():
        return
    found = "a file" if not folder.is_dir() else "something in it" if any(folder.iterdir()) else ""
    if found:
        raise ProjectError(
            f"{folder}: expected a new or empty folder, found {found}; nothing was changed; give another name"
        )


def _clear(folder: Path) -> None:
    """Remove what was laid out in part, so that the same name can be given again."""
    with contextlib.suppress(OSError):  # what cannot be removed is seen; the first error is what is told
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _sources(benches: Path) -> dict[str, Path]:
    """The file that each file of a project is a copy of, by its path in the project."""
    template = _HERE / "template"
    found = {path.relative_to(template).as_posix(): path for path in template.rglob("*") if path.is_file()}
    found |= {f"benches/{name}": benches / name for name in _BENCHES}
    found |= {f"benches/calibration/{path.name}": path for path in (benches / "calibration").glob("*.toml")}
    found |= {f"procedures/{path.name}": path for path in (benches / "procedures").glob("*.toml")}
    found |= {f"protocols/{name}": benches / "protocols" / name for name in _PROTOCOLS}
    suite = acceptance_suite()
    for path in suite.rglob("*"):
        if path.suffix in {".py", ".toml"} and path.name != "conftest.py":
            found[f"acceptance/{path.relative_to(suite).as_posix()}"] = path
    return found


def acceptance_suite() -> Path:
    """Where the suite is: in the installed package, or in the checkout.

    Raises:
        ProjectError: neither is there.
    """
    for place in (_HERE / "acceptance", _HERE.parents[1] / "tests" / "acceptance"):
        if place.is_dir():
            return place
    raise ProjectError("the acceptance suite is not installed; install the whole package again")
