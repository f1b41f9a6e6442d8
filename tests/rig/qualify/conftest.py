"""A simulated bench that qualifies itself in a folder of its own, with a small plan."""

import shutil
import tomllib
from pathlib import Path

import pytest

from calibration.record_write import record_text
from rig.bench import load_bench, with_world_options
from rig.qualify.front import Silent
from rig.qualify.plan import load_plan
from rig.qualify.qualify import Lab, qualify

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
FAULTS = ("gain-20-percent-more", "tare-while-delivering")


class Laboratory:
    """Writes plans, and qualifies benches by them."""

    def __init__(self, folder):
        self.folder, self.book = folder, folder / "book"
        shutil.copytree(BENCHES, folder / "benches")
        self.book.mkdir()
        shutil.copy(BENCHES / "calibration" / "standards.toml", self.book)

    def plan(self, change=lambda _: None):
        """The packaged plan with two faults and three set-ups, changed by a function."""
        path = self.folder / "benches" / "procedures" / "qualification.toml"
        table = tomllib.loads((BENCHES / "procedures" / "qualification.toml").read_text())
        table["faults"] = [one for one in table["faults"] if one["name"] in FAULTS]
        table["flow"]["set_ups"] = table["flow"]["set_ups"][:3]
        change(table)
        path.write_text(record_text(table))
        return load_plan(path)

    def bench(self, **options):
        return with_world_options(load_bench(self.folder / "benches" / "simulated.toml"), options)

    def qualify(self, plan=None, bench=None, out="out", **more):
        lab = Lab(self.book, self.folder / out, "the test", short=True, **more)
        return qualify(plan or self.plan(), bench or self.bench(), lab, Silent())


@pytest.fixture
def laboratory(tmp_path):
    return Laboratory(tmp_path)


@pytest.fixture(scope="module")
def qualified(tmp_path_factory):
    """A laboratory whose bench was qualified once, for tests that only look at it."""
    laboratory = Laboratory(tmp_path_factory.mktemp("qualified"))
    return laboratory, laboratory.qualify()
