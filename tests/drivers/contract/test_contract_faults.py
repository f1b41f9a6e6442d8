"""Each fault of the wire against each driver: the right error, in words that help, and never a wrong value."""

from __future__ import annotations

import contextlib
import re

import pytest

from calibration.units import TIME
from drivers.errors import DriverError, InstrumentError, InstrumentTimeout, LinkLost, ProtocolError, WrongInstrument

SOON = TIME.parse("timeout", "10 s")
#: What is done to the wire, and the errors that may follow.
FAULTS = {
    "mute": (lambda wire: wire.mute(), InstrumentTimeout),
    "mute to it": (lambda wire: wire.mute(direction="to"), InstrumentTimeout),
    "delay": (lambda wire: wire.delay(20.0), InstrumentTimeout),
    "drip": (lambda wire: wire.drip(0.5), (ProtocolError, InstrumentTimeout)),
    "truncate": (lambda wire: wire.truncate(), ProtocolError),
    "garble": (lambda wire: wire.garble(1.0), ProtocolError),
    "drop": (lambda wire: wire.drop(), LinkLost),
}
faults = pytest.mark.parametrize("fault", FAULTS)
#: An instrument that sends by itself goes on when it hears nothing.
faults_while_recording = pytest.mark.parametrize("fault", [name for name in FAULTS if name != "mute to it"])


@pytest.fixture
def broken(fault, wire_of):
    """Breaks the wire, and says which errors are right."""

    def do():
        harm, errors = FAULTS[fault]
        harm(wire_of)
        return errors

    return do


def helpful(caught):
    """Whether the message says what was expected and what was found."""
    return re.search(r"expected.*found", str(caught.value), re.DOTALL)


def drain_to_the_end(instrument, later, believe):
    """Drain until an error comes; what comes before it must be true."""
    for _ in range(20):
        believe(later(instrument))


@faults
def test_a_fault_at_opening_is_named(open_it, broken, wire_of, peer, world):
    errors = broken()
    with pytest.raises(errors) as caught:
        open_it()
    assert helpful(caught), caught.value
    wire_of.clear()
    world.clock.sleep_until(world.clock.now() + 300.0)
    wire_of.from_device(world.clock.now())  # what was delayed has come, to nobody
    assert open_it().identity.serial_number == peer.serial_number


@faults_while_recording
def test_a_fault_while_recording_is_named_and_gives_no_wrong_value(ready, broken, later, believe):
    errors = broken()
    with pytest.raises(errors) as caught:
        drain_to_the_end(ready, later, believe)
    assert helpful(caught), caught.value


@faults
def test_a_fault_while_preparing_is_named(open_it, broken):
    instrument = open_it()
    errors = broken()
    with pytest.raises(errors) as caught:
        instrument.prepare()
    assert helpful(caught), caught.value


def back(instrument, later):
    """Get it to work again: by asking once more, or by opening its address again."""
    for _ in range(20):
        try:
            return later(instrument)
        except LinkLost:
            instrument.reconnect(SOON)
            instrument.prepare()
        except DriverError:
            continue
    return later(instrument)


@faults_while_recording
def test_after_a_fault_it_works_again_with_true_values(ready, broken, wire_of, later, believe, peer):
    broken()
    with pytest.raises(DriverError):
        drain_to_the_end(ready, later, believe)
    wire_of.clear()
    for _ in range(200):
        with contextlib.suppress(ProtocolError, InstrumentTimeout, InstrumentError):
            believe(back(ready, later))
        if wire_of.from_device == wire_of.device.transmit:  # what was delayed has come
            break
    rows = [row for _ in range(5) for row in later(ready)]
    assert len(rows) >= 5
    believe(rows)
    assert ready.identity.serial_number == peer.serial_number


def test_a_drop_that_ended_unseen_is_a_lost_link_until_it_is_opened_again(ready, wire_of, later, believe):
    wire_of.drop()
    wire_of.replug()
    for _ in range(2):
        with pytest.raises(LinkLost) as caught:
            later(ready)
        assert helpful(caught)
    ready.reconnect(SOON)
    ready.prepare()
    believe(later(ready))


def test_another_unit_in_its_place_is_refused(ready, wire_of, another_unit, later):
    wire_of.drop()
    with pytest.raises(LinkLost):
        later(ready)
    other = another_unit()
    wire_of.replug()
    with pytest.raises(WrongInstrument, match=rf"expected .*{ready.identity.serial_number}.*found .*{other}"):
        ready.reconnect(SOON)
    with pytest.raises(LinkLost):
        ready.drain()


def test_bytes_that_drip_in_are_read_whole(ready, later, wire_of, believe):
    wire_of.drip(0.001)
    rows = later(ready)
    assert rows
    believe(rows)


def test_a_cut_answer_is_never_a_value(ready, cut, later, believe, log):
    """Whatever the place: ``S S     12.`` is no weight of 12 g."""
    log.drain()
    believe(later(ready))
    length = sum(len(data) for _, _, direction, data in log.drain() if direction == "<")
    for count in range(min(length, 120)):
        cut(count)
        for _ in range(2):
            try:
                rows = later(ready, 0.0)
            except (ProtocolError, InstrumentTimeout):
                continue
            believe(rows)
        cut(None)
        believe(back(ready, later))


@pytest.mark.parametrize("seed", range(8))
def test_noise_on_the_line_is_an_error_or_a_true_value(ready, later, believe, wire_of, peer, seed):
    """Without a checksum a changed digit cannot be told from another value; then only the errors are looked at."""
    wire_of.garble(0.03, seed=seed)
    for _ in range(20):
        try:
            rows = later(ready)
        except DriverError:
            continue
        if peer.checksum:
            believe(rows)
