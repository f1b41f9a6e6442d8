"""The public interface: whole, light to import, and stable in any order of imports."""

import subprocess
import sys

import pytest

import rig


def test_it_is_whole():
    names = "Delivery Finding Record Verdict load_bench load_protocol run verify"
    assert sorted(rig.__all__) == names.split()
    assert all(callable(getattr(rig, name)) for name in rig.__all__)


def test_an_unknown_name_is_told_what_there_is():
    with pytest.raises(AttributeError, match="public are Delivery"):
        _ = rig.veryfy


def test_verify_is_function_and_package_at_once(station, tmp_path):
    from rig.verify.rules import decide_numbers

    outcome = rig.run(station.protocol(), station.bench(), tmp_path / "run")
    assert rig.verify(tmp_path / "run").verdict == outcome.assessment.verdict
    assert rig.verify(rig.Record.open(tmp_path / "run")).verdict.outcome == "pass"
    assert decide_numbers(0.0, 0.1, lower=-1.0, upper=1.0, rule="guard-band-U").verdict == "pass"


def test_importing_it_loads_nothing_of_weight():
    code = "import sys, rig\nprint(len([m for m in sys.modules if m.split('.')[0] in {'pint', 'numpy', 'pydantic'}]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "0"
