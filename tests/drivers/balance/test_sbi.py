"""The SBI driver against written-down exchanges, and against a simulated balance in its various moods."""

from __future__ import annotations

import math

import pytest

from calibration.units import MASS, TIME
from drivers.balance.sbi import open_sbi
from drivers.errors import InstrumentError, InstrumentTimeout, NotStable, OverRange, ProtocolError
from fixtures.simulated.device import NEVER
from fixtures.simulated.sbi import SbiBalance

PRINT = b"\x1bP\r\n"
STABLE = b"N     +  53.1504 g  \r\n"
UNSTABLE = b"N     +  53.1510    \r\n"
OPENING = [
    (b"\x1bx1_\r\n", b"MSE225S       \r\n"),
    (b"\x1bx2_\r\n", b"0037454321\r\n"),
    (b"\x1bx3_\r\n", b"00-41-03\r\n"),
]
SECOND = TIME.parse("t", "1 s")


@pytest.fixture
def balance(script, clock, wire):
    """Opens a balance whose exchanges after the opening are ``steps``."""
    opened = []

    def make(*steps, **options):
        played = script([*OPENING, *steps])
        opened.append(open_sbi(played.address, clock=clock, wire=wire, options=options))
        opened[-1].played = played
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_opening_listens_and_then_identifies_the_balance(balance, clock):
    opened = balance()
    assert str(opened.identity) == "Sartorius MSE225S, serial number 0037454321, firmware 00-41-03"
    assert opened.played.settings["parity"] == "O"
    assert clock.now() >= 101.0


@pytest.mark.parametrize("word", [b"ES", b"ET", b"EC,E01"])
def test_another_dialect_that_refuses_each_question_is_no_sartorius(script, clock, wire, word):
    played = script([(b"\x1bx1_\r\n", word + b"\r\n"), (b"\x1bx2_\r\n", word + b"\r\n")])
    with pytest.raises(ProtocolError, match=f"found '{word.decode()}' for both; see that this is a Sartorius"):
        open_sbi(played.address, clock=clock, wire=wire, options={})


def test_the_parity_is_an_option(balance):
    assert balance(line="9600 7E1").played.settings["parity"] == "E"


def test_a_row_holds_exactly_what_was_printed(balance):
    opened = balance((PRINT, STABLE), (PRINT, UNSTABLE))
    assert [opened.drain()[0][1:] for _ in range(2)] == [(53.1504, True, "ok"), (53.151, False, "ok")]


def test_an_unstable_weight_is_no_number_before_its_unit_is_known(balance):
    opened = balance((PRINT, UNSTABLE), (PRINT, STABLE), (PRINT, UNSTABLE))
    ((_, mass_g, stable, status),) = opened.drain()
    assert math.isnan(mass_g)
    assert (stable, status) == (False, "busy")
    opened.prepare()
    assert opened.read() == MASS.parse("m", "53.151 g")


def test_prepare_waits_for_a_stable_weight_and_notes_what_cannot_be_asked(balance):
    opened = balance((PRINT, UNSTABLE), (PRINT, UNSTABLE), (PRINT, STABLE))
    opened.prepare()
    assert [note.split(" could")[0] for note in opened.notes] == [
        "automatic zero tracking",
        "automatic adjustment (isoCAL)",
    ]


@pytest.mark.parametrize("line", [b"N     +  53150.4 mg \r\n", b"N     +  53150.4    \r\n"])
def test_a_unit_that_changes_on_the_way_is_never_a_wrong_weight(balance, line):
    opened = balance((PRINT, STABLE), (PRINT, line), OPENING[1], (PRINT, line), OPENING[1], (PRINT, STABLE))
    opened.prepare()
    for _ in range(2):
        with pytest.raises(ProtocolError, match="expected weights in g with 4 decimals"):
            opened.drain()
    assert opened.drain()[0][1] == 53.1504


def test_a_line_of_another_length_is_refused(balance):
    opened = balance((PRINT, STABLE), (PRINT, STABLE[6:]))
    opened.drain()
    with pytest.raises(ProtocolError, match="expected 20 characters as before"):
        opened.drain()


@pytest.mark.parametrize(
    ("line", "error"),
    [(b"        High    ", OverRange), (b"        Low     ", OverRange), (b"     ERR  54    ", InstrumentError)],
)
def test_no_weight_is_an_error(balance, line, error):
    with pytest.raises(error):
        balance((PRINT, b"Stat" + line + b"\r\n")).read()


def test_a_balance_that_speaks_unasked_is_refused(script, clock, wire):
    played = script([(None, [(0.4, STABLE)])])
    with pytest.raises(InstrumentError, match="switch automatic output off"):
        open_sbi(played.address, clock=clock, wire=wire, options={})


def test_a_slow_automatic_output_is_noticed_later(balance, clock):
    opened = balance((PRINT, [(0.0, STABLE), (0.5, STABLE)]), (PRINT, STABLE))
    opened.drain()
    clock.sleep_until(clock.now() + 1.0)
    with pytest.raises(InstrumentError, match="nobody asked for"):
        opened.drain()


def test_an_answer_that_came_too_late_is_not_taken_for_automatic_output(balance, clock):
    opened = balance((PRINT, [(2.5, UNSTABLE)]), OPENING[1], (PRINT, STABLE))
    with pytest.raises(InstrumentTimeout):
        opened.drain()
    clock.sleep_until(clock.now() + 1.0)
    assert opened.played.waiting() == UNSTABLE
    assert opened.drain()[0][1:] == (53.1504, True, "ok")


@pytest.mark.parametrize("characters", [16, 22])
def test_both_lengths_of_line_give_the_same_weight(on_plant, open_on, characters):
    world = on_plant(lambda plant: SbiBalance(plant, characters=characters))
    opened = open_on(world, "sbi")
    opened.prepare()
    assert opened.drain()[0][1:] == (52.94478, True, "ok")


def test_zero_and_tare_are_believed_when_the_balance_shows_them(on_plant, open_on):
    opened = open_on(on_plant(SbiBalance, load_mass="2 g", load_volume="0 mL"), "sbi")
    assert MASS.magnitude("tare", opened.tare()) == pytest.approx(2.0, abs=0.001)
    assert opened.read() == MASS.parse("m", "0 g")
    opened.zero()
    assert opened.read() == MASS.parse("m", "0 g")


def test_a_zero_that_the_balance_does_not_do_is_an_error(on_plant, open_on):
    opened = open_on(on_plant(SbiBalance), "sbi")
    with pytest.raises(InstrumentError, match=r"expected a reading of zero, found 52\.9"):
        opened.zero()


def test_a_draught_is_not_stable(on_plant, open_on):
    opened = open_on(on_plant(SbiBalance, draught=[["0 s", "1 h"]]), "sbi")
    for wait in (opened.prepare, lambda: opened.read_stable(SECOND), opened.zero):
        with pytest.raises(NotStable):
            wait()


def test_automatic_output_of_the_simulated_balance_is_detected(on_plant, open_on):
    world = on_plant(lambda plant: SbiBalance(plant, auto_print_s=0.3))
    with pytest.raises(InstrumentError, match="auto-print"):
        open_on(world, "sbi")
    world.devices["it"].receive(PRINT, world.clock.now())
    assert world.devices["it"].next_event(world.clock.now()) <= NEVER
    opened = open_on(world, "sbi")  # stopped by hand, but not switched off
    with pytest.raises(InstrumentError, match="auto-print"):
        for _ in range(3):
            world.clock.sleep_until(world.clock.now() + 1.0)
            opened.drain()
