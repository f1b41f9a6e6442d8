"""Scripts out of wire logs: their steps, their file, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import NotSupported
from drivers.recorder import ScriptError, main, read_script, record, wire_script, write_script

ENTRIES = [
    (1.0, "a", "<", b"\x1bboot"),
    (2.0, "a", ">", b"SI\r\n"),
    (2.02, "a", "<", b"S S  "),
    (2.05, "a", "<", b"  1.00000 g\r\n\xff"),
    (2.05, "a", "=", b"drain"),
    (3.0, "a", ">", b"I4\r\n"),
]
STEPS = [
    (None, [(0.0, b"\x1bboot")]),
    (b"SI\r\n", [(0.02, b"S S  "), (0.03, b"  1.00000 g\r\n\xff")]),
    (b"I4\r\n", []),
]


def test_a_step_is_what_was_sent_and_what_came_until_the_next():
    assert wire_script(ENTRIES) == STEPS


def test_a_file_gives_back_every_byte(tmp_path):
    write_script(tmp_path / "wire.json", ENTRIES, {"model": "XPR205"})
    assert read_script(tmp_path / "wire.json") == STEPS
    assert json.loads((tmp_path / "wire.json").read_text())["about"] == {"model": "XPR205"}


def test_a_scripted_port_plays_it(script, clock, wire):
    from drivers.serial_link import SerialLink

    with SerialLink(script(STEPS[1:]).address, clock=clock, wire=wire.channel("a")) as link:
        assert link.query(b"SI\r\n", 1.0) == b"S S    1.00000 g"
        link.write(b"I4\r\n")
        link.flush_input()


def test_an_existing_file_is_never_overwritten(tmp_path):
    (tmp_path / "wire.json").write_text("mine")
    with pytest.raises(ScriptError, match="expected to write a new file"):
        write_script(tmp_path / "wire.json", ENTRIES, {})
    assert (tmp_path / "wire.json").read_text() == "mine"


def test_two_links_are_no_script():
    with pytest.raises(ScriptError, match="one link, found a, b"):
        wire_script([*ENTRIES, (4.0, "b", "<", b"x")])


@pytest.mark.parametrize("text", ["", "[]", "7", '{"schema": 2, "steps": []}', '{"schema": 1, "steps": [{"sent": 7}]}'])
def test_what_is_no_script_is_refused(tmp_path, text):
    (tmp_path / "wire.json").write_text(text)
    with pytest.raises(ScriptError, match="expected a wire script of schema 1, found"):
        read_script(tmp_path / "wire.json")


def test_a_driver_that_nobody_installed_is_refused(tmp_path, clock):
    with pytest.raises(NotSupported, match=r"among .*mt-sics.*, found 'scales'"):
        record("scales", "loop://", tmp_path / "wire.json", clock=clock)


def test_the_command_says_what_went_wrong_and_writes_nothing(tmp_path, capsys):
    assert main(["mt-sics", str(tmp_path / "nothing"), str(tmp_path / "wire.json")]) == 2
    assert main(["mt-sics", "loop://", str(tmp_path / "wire.json"), "--interval", "1"]) == 2
    assert capsys.readouterr().err.count("recorder: ") == 2
    assert not list(tmp_path.iterdir())


@given(st.lists(st.tuples(st.floats(0, 1e6), st.just("a"), st.sampled_from("<>="), st.binary(max_size=8))))
def test_no_byte_is_lost(entries):
    steps = wire_script(sorted(entries, key=lambda entry: entry[0]))
    ordered = sorted(entries, key=lambda entry: entry[0])
    for direction, found in (
        (">", [sent for sent, _ in steps if sent is not None]),
        ("<", [data for _, received in steps for _, data in received]),
    ):
        assert [entry[3] for entry in ordered if entry[2] == direction] == found
