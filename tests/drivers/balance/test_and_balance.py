"""The A&D driver against written-down exchanges, and against a simulated balance in its various moods."""

from __future__ import annotations

import pytest

from calibration.units import MASS, TIME
from drivers.balance.and_balance import open_and_balance
from drivers.errors import InstrumentError, NotStable, OverRange, ProtocolError
from fixtures.simulated.and_balance import AndBalance

WEIGHT = b"ST,+00053.15  g\r\n"
OPENING = [(b"C\r\n", b""), (b"?TN\r\n", b"TN,  FX-300i\r\n"), (b"?SN\r\n", b"SN,15612345\r\n")]
SECOND = TIME.parse("t", "1 s")


@pytest.fixture
def balance(script, clock, wire):
    """Opens a balance whose exchanges after the opening are ``steps``."""
    opened = []

    def make(*steps, opening=OPENING):
        played = script([*opening, *steps])
        opened.append(open_and_balance(played.address, clock=clock, wire=wire, options={}))
        opened[-1].played = played
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_opening_identifies_the_balance(balance):
    opened = balance()
    assert str(opened.identity) == "A&D FX-300i, serial number 15612345, firmware not told"
    assert opened.played.settings == {"baudrate": 2400, "parity": "E", "exclusive": True}


def test_acknowledgements_are_skipped_with_and_without_a_line_end(balance):
    late = [(b"C\r\n", b"\x06"), (b"?TN\r\n", b"\x06\r\nTN,GX-124A\r\n"), (b"?SN\r\n", b"\x06SN,15612345\r\n")]
    opened = balance((b"SI\r\n", b"\x06" + WEIGHT), (b"SI\r\n", b"\x06\r\n" + WEIGHT), opening=late)
    assert [opened.drain()[0][1] for _ in range(2)] == [53.15, 53.15]


def test_a_stream_left_running_is_ended_and_not_taken_for_an_answer(balance):
    stream = [OPENING[0], (b"?TN\r\n", WEIGHT * 3 + b"TN,FX-300i\r\n"), OPENING[2]]
    assert balance(opening=stream).identity.model == "FX-300i"


def test_a_stream_without_end_is_an_error(balance):
    with pytest.raises(ProtocolError, match="weights without end"):
        balance(opening=[OPENING[0], (b"?TN\r\n", WEIGHT * 51)])


def test_prepare_notes_what_cannot_be_asked(balance):
    opened = balance((b"SI\r\n", b"ST,+00053150 mg\r\n"))
    opened.prepare()
    assert [note.split(" could")[0] for note in opened.notes] == [
        "automatic zero tracking",
        "automatic adjustment",
        "unit is mg; readings are converted to g",
    ]


def test_counting_mode_is_refused(balance):
    with pytest.raises(ProtocolError, match="set weighing mode"):
        balance((b"SI\r\n", b"QT,+00000012 PC\r\n")).prepare()


def test_a_command_that_it_does_not_know_is_its_own_error(balance):
    with pytest.raises(InstrumentError, match=r"expected .*, found b'EC,E01': the balance does not know") as caught:
        balance((b"SI\r\n", b"EC,E01\r\n")).drain()
    assert caught.value.code == "E01"


@pytest.mark.parametrize("acknowledge", [True, False])
def test_zero_and_tare_are_believed_when_the_balance_shows_them(on_plant, open_on, acknowledge):
    world = on_plant(lambda plant: AndBalance(plant, acknowledge=acknowledge), load_mass="2 g", load_volume="0 mL")
    opened = open_on(world, "and-balance")
    opened.prepare()
    assert MASS.magnitude("tare", opened.tare()) == pytest.approx(2.0, abs=0.001)
    assert opened.read() == MASS.parse("m", "0 g")
    opened.zero()
    assert opened.drain()[0][1:] == (0.0, True, "ok")


def test_a_zero_that_is_refused_says_so_where_the_balance_does(on_plant, open_on):
    with pytest.raises(OverRange, match="E17"):
        open_on(on_plant(AndBalance), "and-balance").zero()


def test_a_zero_that_is_refused_in_silence_is_noticed_all_the_same(on_plant, open_on):
    world = on_plant(lambda plant: AndBalance(plant, acknowledge=False))
    with pytest.raises(InstrumentError, match="expected a reading of zero"):
        open_on(world, "and-balance").zero()


def test_a_draught_is_not_stable(on_plant, open_on):
    opened = open_on(on_plant(AndBalance, draught=[["0 s", "1 h"]]), "and-balance")
    assert opened.drain()[0][2:] == (False, "ok")
    for wait in (lambda: opened.read_stable(SECOND), opened.tare, opened.zero):
        with pytest.raises(NotStable):
            wait()


def test_overload_is_a_status_and_an_error(on_plant, open_on):
    opened = open_on(on_plant(AndBalance, load_mass="150 g"), "and-balance")
    assert opened.drain()[0][2:] == (False, "overload")
    with pytest.raises(OverRange):
        opened.read_stable(SECOND)
