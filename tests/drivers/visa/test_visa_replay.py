"""On a tape of its wire a VISA link sends the same, hears the same, and fails the same; nothing is opened."""

from __future__ import annotations

import pytest
import pyvisa

from drivers.clock import WallClock
from drivers.meter.scpi_dmm import open_scpi_dmm
from drivers.replay_tape import TapeError
from drivers.scpi_link import ScpiLink
from drivers.supply.scpi_supply import open_scpi_supply

ME = b"Maker,M1,SIM-1,1.0\n"


def scpi(address, clock, wire):
    return ScpiLink(address, clock=clock, wire=wire.channel(address), timeout_s=0.3)


def supply(address, clock, wire):
    return open_scpi_supply(address, clock=clock, wire=wire, options={})


def dmm(address, clock, wire):
    return open_scpi_dmm(address, clock=clock, wire=wire, options={"timeout": "0.3 s"})


@pytest.fixture
def on_socket(taped, serve, log):
    """Opens a link in real time on a server with these answers."""
    opened = []

    def make(*answers):
        opened.append(taped(scpi, serve(ME, *answers).address, WallClock(), log))
        return opened[-1]

    yield make
    for one in opened:
        one.instrument.close()  # before the server, which waits for it


@pytest.fixture
def no_visa(monkeypatch):
    """From when it is called, VISA opens nothing."""

    def refuse(*_):
        raise AssertionError("a resource manager was asked for")

    return lambda: monkeypatch.setattr(pyvisa, "ResourceManager", refuse)


def test_questions_and_answers_on_a_socket(on_socket, no_visa):
    made = on_socket(b"1\n", b"2.5\n")
    made("ask", "ONE?"), made("number", "TWO?")
    no_visa()
    assert made.outcomes == ["", "1", 2.5]
    assert made.again() == made.outcomes


@pytest.mark.parametrize(
    ("answers", "outcome"),
    [
        ((b"", ME, b"2\n"), "InstrumentTimeout"),
        ((b"", ME + ME, b"2\n"), "InstrumentTimeout"),
        ((b"+1.2", ME, b"2\n"), "ProtocolError"),
        ((b"", b"", ME, b"2\n"), "InstrumentTimeout"),
    ],
)
def test_silence_and_half_answers_come_again_and_the_next_answer_is_the_right_one(on_socket, answers, outcome):
    made = on_socket(*answers)
    made("ask", "ONE?")
    made("number", "TWO?")
    assert made.outcomes == ["", outcome, 2.0]
    assert made.again() == made.outcomes


def test_a_peer_that_closes_is_a_lost_link_again(taped, serve, log):
    server = serve(ME, None)
    made = taped(scpi, server.address, WallClock(), log)
    server.listener.close()
    made("ask", "READ?"), made("ask", "READ?")
    assert made.outcomes == ["", "LinkLost", "LinkLost"]
    assert made.again() == made.outcomes


def test_another_instrument_is_refused_again(on_socket):
    made = on_socket(b"", b"Maker,M1,SIM-2,1.0\n")
    made("ask", "ONE?"), made("ask", "ONE?")
    assert made.outcomes == ["", "WrongInstrument", "InstrumentTimeout"]
    assert made.again() == made.outcomes


@pytest.mark.parametrize("place", ["in process", "socket"])
def test_a_driver_in_simulated_time_gives_the_same_rows_at_the_same_times(taped, world, resource, log, place):
    address = resource("supply") if place == "socket" else "ASRLsim://simulated/supply::INSTR"
    made = taped(supply, address, world.clock, log)
    made("prepare")
    for _ in range(3):
        world.clock.sleep_until(world.clock.now() + 5.0)
        assert len(made("drain")) == 1
    assert made.again() == made.outcomes


@pytest.mark.parametrize("place", ["in process", "socket"])
def test_a_mute_instrument_times_out_again_and_comes_back(taped, world, resource, log, place):
    made = taped(dmm, resource("dmm") if place == "socket" else "ASRLsim://simulated/dmm::INSTR", world.clock, log)
    made("prepare")
    world.wire("dmm").mute(end_s=world.clock.now() + 3.0)
    made("drain")
    world.clock.sleep_until(20.0)
    made("drain")
    assert made.outcomes[2] == "InstrumentTimeout"
    assert len(made.outcomes[3]) == 1
    assert made.again() == made.outcomes


def test_an_unplugged_instrument_is_lost_again(taped, world, log):
    made = taped(supply, "ASRLsim://simulated/supply::INSTR", world.clock, log)
    made("prepare")
    world.wire("supply").drop()
    assert made("drain") == "LinkLost"
    assert made.again() == made.outcomes


def test_what_an_earlier_host_was_answered_is_thrown_away_again(taped, world, log):
    world.devices["supply"].receive(b"*IDN?\n", 0.0)
    made = taped(supply, "ASRLsim://simulated/supply::INSTR", world.clock, log)
    made("prepare"), made("drain")
    assert made.again() == made.outcomes
    assert made.entries[0][2] == "<"


def test_a_changed_answer_is_another_row(taped, world, log):
    made = taped(supply, "ASRLsim://simulated/supply::INSTR", world.clock, log)
    made("prepare")
    (row,) = made("drain")
    again = made.again(change=lambda data: data.replace(b"E-05", b"E-02"))
    assert again != made.outcomes
    assert again[-1][0][0] == row[0]


def test_another_question_is_told(on_socket):
    made = on_socket(b"1\n")
    made("ask", "ONE?")
    made.calls[-1] = ("ask", ("TWO?",))
    with pytest.raises(TapeError, match=r"expected b'ONE\?\\n' sent, found b'TWO\?\\n' sent"):
        made.again()
