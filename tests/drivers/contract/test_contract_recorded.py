"""What was recorded from an instrument is a script, or a tape, and gives the same readings again."""

from __future__ import annotations

import pytest

from drivers.recorder import read_script, record, wire_script
from drivers.replay_tape import TapeError


@pytest.fixture
def recorded(peer, world, tmp_path):
    """A script of the peer: opened, prepared, drained three times at two seconds, closed."""
    path = tmp_path / "wire.json"
    address, options = peer.placed(peer.address, world), peer.options
    record(peer.driver, address, path, clock=world.clock, drains=3, interval_s=2.0, options=options)
    return read_script(path)


def place(peer, played):
    """The address of a scripted port, as the driver wants it."""
    return f"ASRL{played.address}::INSTR" if peer.address.startswith("ASRL") else played.address


def drained(instrument, clock):
    """Rows of three drains, with times from the first on."""
    instrument.prepare()
    rows = []
    for _ in range(3):
        clock.sleep_until(clock.now() + 2.0)
        rows += instrument.drain()
    return [(round(row[0] - rows[0][0], 3), *row[1:]) for row in rows]


def test_a_recorded_script_replays(recorded, peer, script, clock, wire):
    played = script(recorded)
    with peer.factory()(place(peer, played), clock=clock, wire=wire, options=peer.options) as replayed:
        assert replayed.identity.serial_number == peer.serial_number
        rows = drained(replayed, clock)
    assert len(rows) >= 3
    assert wire_script(wire.drain())[-1][0] == recorded[-1][0]


def test_what_the_replayed_driver_reads_is_what_the_live_one_read(peer, world, log, script, clock, wire):
    with peer.open(world, log) as live:
        rows = drained(live, world.clock)
    played = script(wire_script(log.drain()))
    with peer.factory()(place(peer, played), clock=clock, wire=wire, options=peer.options) as replayed:
        again = drained(replayed, clock)
    assert [row[1:] for row in again] == [row[1:] for row in rows]
    assert [row[0] for row in again] == pytest.approx([row[0] for row in rows], abs=0.11)


@pytest.fixture
def on_tape(peer, world, log, taped):
    """The peer's driver, opened, prepared, and drained three times at two seconds, to be played again."""
    options = {key: peer.placed(value, world) for key, value in peer.options.items()}

    def opener(address, clock, wire):
        return peer.factory()(address, clock=clock, wire=wire, options=options)

    made = taped(opener, peer.placed(peer.address, world), world.clock, log)
    made("prepare")
    for _ in range(3):
        world.clock.sleep_until(world.clock.now() + 2.0)
        made("drain")
    return made


def test_on_a_tape_every_call_gives_the_same_rows_at_the_same_times(on_tape):
    assert sum(map(len, on_tape.outcomes[2:])) >= 3
    assert repr(on_tape.again()) == repr(on_tape.outcomes)  # NaN is no difference


def test_a_tape_does_not_take_another_question(on_tape):
    on_tape.entries = on_tape.log.drain()
    at = max(n for n, entry in enumerate(on_tape.entries) if entry[2] == ">")
    t_s, link, way, data = on_tape.entries[at]
    on_tape.entries[at] = (t_s, link, way, data + b"?")
    with pytest.raises(TapeError, match=r"expected b.* sent, found b.* sent"):
        on_tape.again()
