"""The Radwag driver against written-down exchanges, and against a simulated balance in its various moods."""

from __future__ import annotations

import pytest

from calibration.units import MASS, TIME
from drivers.balance.radwag import open_radwag
from drivers.errors import InstrumentError, InstrumentTimeout, NotStable, OverRange, ProtocolError
from fixtures.simulated.radwag import RadwagBalance

WEIGHT = b"SI      53.1504 g  \r\n"
OPENING = [
    (b"C0\r\n", b"C0 A\r\n"),
    (b"NB\r\n", b'NB A "384625"\r\n'),
    (b"BN\r\n", b'BN A "AS 220.R2"\r\n'),
    (b"RV\r\n", b'RV A "1.1.1"\r\n'),
]
SECOND = TIME.parse("t", "1 s")


@pytest.fixture
def balance(script, clock, wire):
    """Opens a balance whose exchanges after the opening are ``steps``."""
    opened = []

    def make(*steps, opening=OPENING, **options):
        played = script([*opening, *steps])
        opened.append(open_radwag(played.address, clock=clock, wire=wire, options=options))
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def test_opening_identifies_the_balance(balance):
    assert str(balance().identity) == "Radwag AS 220.R2, serial number 384625, firmware 1.1.1"


def test_an_older_model_does_not_tell_its_version(balance):
    assert balance(opening=[*OPENING[:3], (b"RV\r\n", b"ES\r\n")]).identity.firmware == "not told"


def test_a_stream_left_running_is_ended_and_not_taken_for_an_answer(balance):
    frame = b"S       53.1504 g  \r\n"
    stream = [(b"C0\r\n", frame), (b"NB\r\n", frame + b'C0 A\r\nNB A "384625"\r\n'), *OPENING[2:]]
    assert balance(opening=stream).identity.serial_number == "384625"


def test_a_stream_without_end_is_an_error(balance):
    with pytest.raises(ProtocolError, match="weights without end"):
        balance(opening=[OPENING[0], (b"NB\r\n", b"S       53.1504 g  \r\n" * 51)])


def test_automatic_adjustment_is_inhibited_and_autozero_left_alone(balance):
    opened = balance((b"SI\r\n", WEIGHT), (b"IC1\r\n", b"IC1 OK\r\n"))
    opened.prepare()
    assert opened.notes == [
        "automatic adjustment is inhibited (IC1) until the balance is switched off or told IC0",
        "autozero could not be checked (Radwag has no question for it); make sure by hand that it is off",
    ]


@pytest.mark.parametrize("answer", [b"IC1 E", b"IC1 I", b"ES"])
def test_an_adjustment_that_cannot_be_inhibited_is_noted(balance, answer):
    opened = balance((b"SI\r\n", WEIGHT), (b"IC1\r\n", answer + b"\r\n"))
    opened.prepare()
    assert "could not be inhibited" in opened.notes[0]


def test_autozero_is_switched_off_where_the_option_says_so(balance):
    steps = [(b"SI\r\n", WEIGHT), (b"IC1\r\n", b"IC1 OK\r\n"), (b"A 0\r\n", b"A OK\r\n")]
    opened = balance(*steps, *steps[:2], (b"A 0\r\n", b"A I\r\n"), autozero="off")
    opened.prepare()
    assert "autozero was switched off" in opened.notes[1]
    with pytest.raises(InstrumentError, match="do it by hand"):
        opened.prepare()


def test_two_steps_of_zero_and_tare(balance):
    opened = balance(
        (b"Z\r\n", [(0.0, b"Z A\r\n"), (3.0, b"Z D\r\n")]),
        (b"T\r\n", [(0.0, b"T A\r\n"), (3.0, b"T D\r\n")]),
        (b"OT\r\n", b"OT   12.3450 g   \r\n"),
    )
    opened.zero()
    assert opened.tare() == MASS.parse("m", "12.345 g")


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"Z A\r\nZ ^\r\n", OverRange),
        (b"Z A\r\nZ E\r\n", NotStable),
        (b"Z I\r\n", InstrumentError),
        (b"ES\r\n", InstrumentError),
        (b"Z A\r\nT D\r\n", ProtocolError),
        (b"Z A\r\n", InstrumentTimeout),
    ],
)
def test_a_zero_that_was_not_set_is_an_error(balance, answer, error):
    with pytest.raises(error):
        balance((b"Z\r\n", answer)).zero()


def test_the_simulated_balance_is_zeroed_tared_and_cleared(on_plant, open_on):
    world = on_plant(RadwagBalance, load_mass="2 g", load_volume="0 mL")
    opened = open_on(world, "radwag", autozero="off")
    opened.prepare()
    assert not world.devices["it"].adjusts
    assert MASS.magnitude("tare", opened.tare()) == pytest.approx(2.0, abs=0.001)
    assert opened.read_stable(SECOND) == MASS.parse("m", "0 g")
    opened.clear_tare()
    assert MASS.magnitude("m", opened.read()) == pytest.approx(2.0, abs=0.001)
    opened.zero()
    assert opened.tare_value() == opened.read() == MASS.parse("m", "0 g")


def test_a_verified_balance_cannot_be_inhibited(on_plant, open_on):
    opened = open_on(on_plant(lambda plant: RadwagBalance(plant, verified=True)), "radwag")
    opened.prepare()
    assert "could not be inhibited" in opened.notes[0]


def test_the_simulated_balance_refuses_as_a_real_one(on_plant, open_on):
    heavy = open_on(on_plant(RadwagBalance), "radwag")
    with pytest.raises(OverRange):
        heavy.zero()
    heavy.close()


def test_a_draught_is_not_stable(on_plant, open_on):
    opened = open_on(on_plant(RadwagBalance, draught=[["0 s", "1 h"]]), "radwag")
    assert opened.drain()[0][2:] == (False, "ok")
    for wait in (lambda: opened.read_stable(SECOND), opened.tare, opened.zero):
        with pytest.raises(NotStable):
            wait()


@pytest.mark.parametrize(("load", "status"), [("250 g", "overload"), ("-20 g", "underload")])
def test_out_of_range_is_a_status(on_plant, open_on, load, status):
    opened = open_on(on_plant(RadwagBalance, load_mass=load), "radwag")
    assert opened.drain()[0][2:] == (False, status)
