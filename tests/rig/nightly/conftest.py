"""A project of a lab with a plan of a night; nothing of it is a stand-in but where a test says so."""

import shutil
from pathlib import Path

import pytest

from rig.cli.run_command import packaged_benches
from rig.scaffold.project import lay_out

PLAN = """
schema = 1
name = "pumps"
bench = "benches/simulated.toml"

[[item]]
protocol = "protocols/quick.toml"

[[item]]
protocol = "protocols/short.toml"
"""

#: The first item alone.
ONE = PLAN[: PLAN.rindex("[[item]]")]


@pytest.fixture(scope="session")
def _laid_out(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab") / "project"
    lay_out(folder, packaged_benches())
    return folder


@pytest.fixture
def project(_laid_out, tmp_path):
    """The project, and a function that writes its plan."""
    folder = tmp_path / "project"
    shutil.copytree(_laid_out, folder)
    return folder


@pytest.fixture
def plan_file(project):
    def write(text=PLAN) -> Path:
        path = project / "nightly.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write
