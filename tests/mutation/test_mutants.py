"""Which mistakes are made in a piece of code, and which are not."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture
def mistakes(monkeypatch):
    """What stands in place of a piece of code after each mistake."""
    monkeypatch.syspath_prepend(str(HERE))
    from places import mutants_of

    return lambda source: [mutant.after for mutant in mutants_of("code.py", source)]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("x = a + b", "x = a - b"),
        ("x = a ** b", "x = a * b"),
        ("x = a <= b", "x = a < b"),
        ("x = a in b", "x = a not in b"),
        ("x = a and b", "x = a or b"),
        ("x = -a", "x = a"),
        ("x = 7", "x = 8"),
        ("x = 0.001", "x = 1.002"),
        ("x = True", "x = False"),
        ("x = row['level']", "x = row['XXlevel']"),
        ("x = read(retry=again)", "x = read()"),
        ("check(level)", "pass"),
        ("raise LevelError(level)", "pass"),
        ("total += level", "total -= level"),
    ],
)
def test_a_mistake_of_each_kind(mistakes, right, wrong):
    assert wrong in mistakes(right)


def test_a_condition_is_moved_and_turned_round(mistakes):
    assert mistakes("if level > most: stop()")[:2] == ["if level >= most:", "if not level > most:"]


def test_a_default_value_and_a_property_are_mutated_too(mistakes):
    code = "class Pump:\n    stroke = 2\n    @property\n    def rate(self, factor=1):\n        return self.stroke\n"
    assert [wrong.split("(")[-1] for wrong in mistakes(code)] == ["stroke = 3", "self, factor=2):", "return None"]


@pytest.mark.parametrize(
    "code",
    [
        '"""A docstring."""',
        "from rate import flow",
        "x: Literal['ul', 'ml'] = y",
        "Verdict = Literal['pass', 'fail']",
        "text = f'{a + b} of {c}'",
        "text = 'expected a number'",
        "pairs = zip(a, b, strict=True)",
        "x = FLOW.magnitude('rate', rate)",
        "x = above_zero('fill', FLOW.magnitude('fill', fill), 'uL')",
        "x = np.asarray(y, dtype=float)",
        "__all__ = ['Pump']",
        "if TYPE_CHECKING:\n    from rate import flow",
    ],
)
def test_what_nobody_computes_with_is_left_alone(mistakes, code):
    assert mistakes(code) == []


def test_a_key_stays_when_lines_move_and_twins_are_told_apart(mistakes):
    from places import mutants_of

    code = "def f(x):\n    x = g(x + 1)\n    y = 5\n    x = g(x + 1)\n    return x\n"
    keys = [mutant.key for mutant in mutants_of("f.py", code)]
    assert keys == [mutant.key for mutant in mutants_of("f.py", "\n\n" + code)]
    assert len(keys) == len(set(keys))
    assert "f.py | f | x = g(x + 1) -> x = g(x - 1) #1" in keys


@pytest.mark.usefixtures("mistakes")
def test_a_name_in_a_table_of_cases_is_looked_at_by_all_tests_of_its_file():
    """The table is made where its file is imported, which is no test's own line."""
    from tested import Tested

    table, other = ["test_a.py::one", "test_a.py::two"], ["test_b.py::one", "test_b.py::two"]
    tested = Tested(dict.fromkeys(table + other, 0.1), {"test_a.py": {3: [""]}, "test_b.py": {9: other[:1]}})
    said = {"MASS": [("test_a.py", 3)], "FLOW": [("test_b.py", 9)]}
    assert tested.naming({"MASS"}, said) >= set(table)
    assert tested.naming({"FLOW"}, said) == {"test_b.py::one"}
    assert not tested.naming({"MASS"}, said) & set(other)


@pytest.mark.usefixtures("mistakes")
def test_what_runs_at_import_meets_tests_of_the_whole_file_too():
    """However many tests look at one of its names."""
    from places import mutants_of
    from plan import trials_of
    from tested import Tested

    code = "A = 1.0\nB = 2.0"
    near = {f"test_a.py::{number}": 1.0 for number in range(9)}
    lines = {"f.py": {1: [""], 2: [""]}, "test_a.py": {3: [*near]}, "test_b.py": {1: ["test_b.py::one"]}}
    tested = Tested(near | {"test_b.py::one": 1.0}, lines)
    sources = {"f.py": code, "test_a.py": "\n\nx = A", "test_b.py": "x = B"}
    first = trials_of([*mutants_of("f.py", code)], tested, sources)[0]
    assert (first.mutant.before, len(first.tests), first.tests[-1]) == ("A = 1.0", 6 + 1, "test_b.py::one")


@pytest.mark.usefixtures("mistakes")
def test_what_is_listed_as_equivalent_still_exists():
    """The night would refuse it; here it shows with the change that moved the code."""
    from places import mutants_of
    from report import equivalents

    listed = equivalents(HERE / "equivalent.toml")
    files = {key.split(" | ", maxsplit=1)[0] for key in listed}
    assert sorted(file for file in files if not (ROOT / file).is_file()) == []
    there = {mutant.key for file in files for mutant in mutants_of(file, (ROOT / file).read_text(encoding="utf-8"))}
    assert sorted(listed.keys() - there) == []


def test_every_held_file_is_there():
    held = (HERE / "held.txt").read_text(encoding="utf-8").split()
    assert [name for name in held if not (ROOT / name).exists()] == []
