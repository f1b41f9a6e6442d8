"""``nightly.toml``: what it may say, and that every problem is told at once."""

from datetime import time

import pytest

from rig.errors import FileError
from rig.nightly.plan import Window, bytes_of, load_night_plan
from tests.rig.nightly.conftest import PLAN


def test_a_plan_with_everything(plan_file):
    more = PLAN.replace("bench =", 'qualified = true\ndisk_floor = "5 GB"\nnotify = ["tell"]\nbench =', 1)
    more += '\n[[item]]\nsuite = "acceptance"\nat_most = "2 h"\n[window]\nstart = "20:00"\nend = "06:00"\n'
    plan = load_night_plan(plan_file(more))
    assert (plan.name, plan.qualified, plan.disk_floor, plan.notify) == ("pumps", True, 5 * 10**9, ("tell",))
    assert [item.what for item in plan.items] == ["protocols/quick.toml", "protocols/short.toml", "acceptance"]
    assert plan.items[2].at_most_s == 7200.0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'protocol = "protocols/quick.toml"',
            "",
            r"toml:6: item\[0\]: expected protocol or suite, found neither",
        ),
        ('protocol = "protocols/quick.toml"', 'suite = "acceptance"\nnot_for_release = true', "belong to a protocol"),
        (
            "protocols/quick.toml",
            "protocols/none.toml",
            r"toml:7: item\[0\].protocol: expected a file or folder",
        ),
        ("benches/simulated.toml", "benches/none.toml", r"nightly.toml:4: bench: expected a file or folder"),
        ('name = "pumps"', 'name = "../pumps"', "nightly.toml:3: name"),
        ('name = "pumps"', 'name = "pumps"\ndisk_floor = "5"', "expected a size such as '5 GB', found '5'"),
        ('name = "pumps"', 'name = "pumps"\nrepeat = 3', "repeat"),
    ],
)
def test_a_plan_that_cannot_be_used(plan_file, old, new, told):
    with pytest.raises(FileError, match=told):
        load_night_plan(plan_file(PLAN.replace(old, new, 1)))


def test_all_missing_files_at_once(plan_file):
    with pytest.raises(FileError) as refused:
        load_night_plan(plan_file(PLAN.replace("quick", "one").replace("short", "two")))
    assert len(refused.value.problems) == 2


@pytest.mark.parametrize(
    ("start", "end", "now", "holds"),
    [
        ("20:00", "06:00", "23:00", True),
        ("20:00", "06:00", "05:59", True),
        ("20:00", "06:00", "06:00", False),
        ("20:00", "06:00", "12:00", False),
        ("01:00", "06:00", "00:59", False),
        ("01:00", "06:00", "01:00", True),
    ],
)
def test_a_window_may_go_over_midnight(start, end, now, holds):
    window = Window.model_validate({"start": start, "end": end})
    assert window.holds(time.fromisoformat(now)) is holds


@pytest.mark.parametrize(("text", "size"), [("500 MB", 5 * 10**8), ("1.5 GB", 15 * 10**8), ("2TB", 2 * 10**12)])
def test_sizes(text, size):
    assert bytes_of(text) == size
