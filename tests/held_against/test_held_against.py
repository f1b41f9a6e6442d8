"""Every metric is held against a vector or a planted truth, is within what is allowed, and stands on the page."""

from __future__ import annotations

import json
import os
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import rig.verify
from rig.protocol_tables import Findings
from tests.held_against.row import Row, compared, drawn, same
from tests.held_against.vectors import VECTORS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "held_against.md"
#: Modules of rig.verify that measure and decide nothing, and so have no row of their own.
WITHOUT = {
    "rig.verify.errors": "what is refused; each refusal is a test of its own metric",
    "rig.verify.grid": "sample intervals and whole multiples, under every row of trumpet and start-up",
    "rig.verify.series": "what must hold of a stream before anything is computed from it",
    "rig.verify.words": "words of a statement",
}

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """By the script, in a process of its own: it has one core, on which the many small matrices are fastest."""
    file = tmp_path_factory.mktemp("held") / "rows.json"
    command = [sys.executable, str(ROOT / "tests" / "benchmarks" / "held_against.py"), "--json", str(file)]
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(command, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert file.exists(), done.stderr
    found = json.loads(file.read_text())
    assert done.returncode == (0 if all(row["ok"] for row in found) else 1)
    return found


def modules(row):
    """Where each function of a row is from; of a method, the module of its class as well."""
    apart = [name.rpartition(".")[0] for name in row["functions"]]
    return {*apart, *(name.rpartition(".")[0] for name in apart)}


@pytest.mark.slow
def test_every_metric_is_within_what_is_allowed(rows):
    beyond = [" | ".join(row["cells"]) for row in rows if not row["ok"]]
    assert not beyond, "\n".join(beyond)


def test_every_published_vector_is_in_the_table(rows):
    assert {row["vector"] for row in rows} - {""} == set(VECTORS)


def test_every_module_of_metrics_has_a_row(rows):
    there = {one.name for one in pkgutil.walk_packages(rig.verify.__path__, "rig.verify.") if not one.ispkg}
    named = {name for row in rows for name in modules(row)}
    assert there - named - set(WITHOUT) == set(), "write a row in tests/held_against"
    assert set(WITHOUT) <= there - named


def test_every_table_of_findings_stands_on_a_row(rows):
    assert {name for row in rows for name in row["findings"]} == set(Findings.model_fields)


def test_every_function_is_public_and_of_the_product(rows):
    names = {name for row in rows for name in row["functions"]}
    assert [name for name in names if "._" in name or name.split(".")[0] not in {"calibration", "rig"}] == []


def test_the_page_has_the_same_metrics_and_vectors(rows):
    """Names only: the last digits are a machine's own."""
    lines = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines()]
    page = [(line[0], line[2]) for line in lines if len(line) >= 7 and line[0] not in {"metric", "---"}]
    said = [(row["cells"][0], row["cells"][2]) for row in rows]
    assert page == said, "run python tests/benchmarks/held_against.py --markdown"


def test_a_metric_is_named_once(rows):
    names = [row["metric"] for row in rows]
    assert len(names) == len(set(names))


def test_a_value_beyond_what_is_allowed_is_told():
    near, far = compared("V", "uL", [10.0, 20.0], [10.1, 20.3], 0.4), compared("V", "uL", 10.0, 10.5, 0.4)
    assert (near.expected, near.deviation) == (20.0, pytest.approx(0.3))
    assert Row("m", (compared,), "planted", (near,)).ok
    row = Row("m", (compared,), "planted", (near, far))
    assert (row.ok, row.worst.deviation_text) == (False, "0.5 uL")
    assert not Row("m", (compared,), "planted", (compared("", "", 1.0, float("nan"), 1.0),)).ok
    assert not Row("m", (compared,), "planted", (same("", "pass", "fail"),)).ok


def test_less_than_at_most_is_as_good_and_more_is_not():
    assert compared("", "%", 2.3, 0.0, 0.1, at_most=True).part == 0.0
    assert compared("", "%", 2.3, 2.5, 0.1, at_most=True).part == pytest.approx(2.0)
    assert compared("", "", [1.0, 1.0], [0.0, 3.0], 1.0, at_most=True).found == 3.0


@pytest.mark.parametrize(("u", "bias", "ok"), [(1.0, 0.0, True), (0.5, 0.0, False), (1.0, 0.6, False)])
def test_a_u_that_is_half_of_the_truth_is_found_and_so_is_a_bias(u, bias, ok):
    row = drawn("m", (compared,), "planted", lambda seed: (np.random.default_rng(seed).normal(bias, 1.0), u), 0.0, "uL")
    assert row.ok is ok
    assert re.fullmatch(r"\d+ of 100", row.held_text)
