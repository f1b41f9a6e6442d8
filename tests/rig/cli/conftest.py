"""The command line in process, and a record made once for all who only look at it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from rig.cli.app import run_app

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
SHORT = BENCHES / "protocols" / "short.toml"
SIMULATED = BENCHES / "simulated.toml"
PROGRAM = [sys.executable, "-c", "from rig.cli import main; main()"]


@pytest.fixture
def rig(capsys, monkeypatch, tmp_path):
    """Calls the command line in a folder of its own: exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    for name in ("DOSEPROOF_OUT", "DOSEPROOF_OPERATOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments):
        code = run_app([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err)

    return call


@pytest.fixture(scope="session")
def sealed(tmp_path_factory):
    """The folder in which ``rig run`` left one record of a sound pump."""
    out = tmp_path_factory.mktemp("sealed")
    arguments = ["run", str(SHORT), "--bench", str(SIMULATED), "--out", str(out), "--operator", "A. Weber"]
    done = subprocess.run([*PROGRAM, *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture
def short():
    return SHORT


@pytest.fixture
def simulated():
    return SIMULATED


@pytest.fixture
def gained(tmp_path):
    """Writes the simulated bench with a pump that moves ``gain`` times what it should."""

    def write(gain):
        text = SIMULATED.read_text().replace("seed = 1", f"seed = 1\ngain = {gain}")
        path = tmp_path / f"gain-{gain}.toml"
        path.write_text(text.replace('calibration = "', f'calibration = "{BENCHES}/'))
        return path

    return write


@pytest.fixture
def start_program(tmp_path):
    """Starts the command line as a program of its own, and ends it if a test did not."""
    started = []

    def start(*arguments, **how):
        command = [*PROGRAM, *map(str, arguments)]
        environment = {**os.environ, "COLUMNS": "120"}
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, **how)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def start_of():
    """``start.json`` of the only record in a folder."""
    return lambda folder: json.loads(next(folder.glob("*/start.json")).read_text())
