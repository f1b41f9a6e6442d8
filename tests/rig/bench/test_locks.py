"""An instrument belongs to one run; the lock goes with the process that held it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rig.locks import AddressInUseError, lock, needs_lock

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the lock of Windows is per process and not tried here")

HOLD = """
import sys
from rig.locks import lock
with lock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def _folder(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))


def test_another_process_is_kept_out_until_it_is_killed():
    holder = subprocess.Popen([sys.executable, "-c", HOLD, "port"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AddressInUseError, match="port is in use by another run"), lock("port"):
            pass
        holder.kill()
    with lock("port"):
        pass


def test_two_names_of_one_port_are_one_lock(tmp_path):
    (tmp_path / "ttyUSB0").touch()
    (tmp_path / "by-id").symlink_to(tmp_path / "ttyUSB0")

    with lock(str(tmp_path / "ttyUSB0")), pytest.raises(AddressInUseError), lock(str(tmp_path / "by-id")):
        pass


def test_other_addresses_are_free():
    with lock("one"), lock("two"):
        assert not needs_lock("sim://simulated/pump")
        assert not needs_lock("ASRLsim://simulated/supply::INSTR")
        assert needs_lock("socket://127.0.0.1:5000")
