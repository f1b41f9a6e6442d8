"""The rules of the house, as tests: linters, types, import contracts, and what files promise of each other."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.missing import missing

ROOT = Path(__file__).resolve().parent.parent
INSTALL = "pip install -c constraints.txt -e '.[test]'"
#: Paths that exist on one machine only; written apart, so that this file does not hold them.
MACHINE_PATHS = re.compile(
    "|".join(["/" + "work/", "/" + "root/", r"\.\./" + "shared", "/" + "home/[a-z]", r"C:\\" + "Users"])
)


def tool(name: str) -> str:
    """A program of the test environment; where it is missing CI fails, and a user is told what to install."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.is_file() else shutil.which(name)
    return found or missing(f"{name} is missing; run: {INSTALL}")


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command[1:])}\n{done.stdout}{done.stderr}"


def tracked() -> list[Path]:
    """Every text file that git knows."""
    if not (ROOT / ".git").exists():
        missing("not a git checkout; clone the repository to run this test")
    listed = subprocess.run([tool("git"), "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [file for file in files if file.is_file() and file.suffix not in {".png", ".parquet"}]


def readme_commands() -> list[str]:
    """The one-line commands at the top of the README."""
    found = re.findall(r"^python3 -m venv .*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) == 2, "the README promises two one-line commands"
    return found


def test_ruff_finds_nothing():
    run(tool("ruff"), "check", ".")


def test_every_file_is_formatted():
    run(tool("ruff"), "format", "--check", ".")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_mypy_finds_nothing():
    run(tool("mypy"))


def test_imports_point_down():
    run(tool("lint-imports"))


def test_ci_runs_the_test_command_of_the_readme():
    assert readme_commands()[1] in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()


def test_the_other_command_runs_the_main_job():
    assert readme_commands()[0].endswith("rig demo")


def test_nothing_names_a_path_of_one_machine():
    named = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in tracked()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)
        if MACHINE_PATHS.search(line)
    ]
    assert not named, "\n".join(named)


def test_no_build_of_the_firmware_is_committed():
    assert [file.name for file in tracked() if file.suffix in {".hex", ".elf", ".so", ".o"}] == []


def test_every_decision_is_listed():
    folder = ROOT / "docs" / "decisions"
    decisions = {file.name for file in folder.glob("[0-9]*.md")}
    listed = set(re.findall(r"\]\(([0-9][^)]*\.md)\)", (folder / "README.md").read_text(encoding="utf-8")))
    assert decisions == listed


def test_every_dependency_is_pinned():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[<>=\[]", one)[0].lower() for one in wanted} - {"doseproof"}
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower()
    assert {name for name in names if not re.search(rf"^{re.escape(name)}==\S+$", pins, re.MULTILINE)} == set()


def test_links_of_the_documents_lead_somewhere():
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in tracked()
        if page.suffix == ".md"
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert not dead, "\n".join(dead)
