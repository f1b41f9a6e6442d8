"""Telemetry: a program is applied whole or not at all, by the right pump, and reads back as it was sent.

Purpose
    Half a program is a dose that nobody chose. What is said to a pump gets lost, damaged, cut short, and heard by the
    pump of somebody else.

Method
    The pump is told and asked in the hand of the test; nothing is weighed, and little is moved. What is said to it is
    damaged or cut short for three seconds, in which the host gives up. Afterwards the pump has either all of what it
    was told, and said so, or all of what it had before.

Set-up and wiring
    ::

        pump ── programmer, or USB ── host

    Needle and beaker as for the continuous infusion (``test_continuous_infusion.py``); a few nanolitres may come.

Run
    ``pytest test_telemetry.py --bench bench.toml``; it takes a minute. Lines are disturbed on a simulated bench; at
    another one those tests are blocked, until a box that disturbs the line stands there.
"""

from __future__ import annotations

import pytest

from calibration.units import FLOW
from drivers.errors import DriverError, InstrumentError
from rig.bench import open_bench
from rig.errors import BenchError

#: Longer than the driver repeats a request.
DISTURBED_S = 3.0


def flow(ul_h):
    return FLOW.quantity(ul_h)


def told(rate):
    return FLOW.magnitude("rate", rate)


@pytest.fixture
def let_it_pass(opened_bench):
    """Waits until a disturbance is over."""

    def wait():
        opened_bench.clock.sleep_until(opened_bench.clock.now() + DISTURBED_S)

    return wait


@pytest.fixture
def programmed(pump, story):
    """The pump with 25 uL/h told, read back, and not started."""
    story("Program 25 uL/h.")
    pump.set_rate(flow(25.0))
    return pump


@pytest.mark.requirement("REQ-TELEMETRY")
@pytest.mark.hazard("HAZ-TELEMETRY")
def test_a_program_reads_back_as_it_was_sent(programmed, story):
    """The answer to the order, and the pump's own word when it is asked later."""
    story("Change to 37.5 uL/h, start, and ask.")
    assert told(programmed.set_rate(flow(37.5))) == pytest.approx(37.5, abs=0.001)
    programmed.start()
    said = programmed.state()
    assert (said.state, told(said.rate)) == ("running", pytest.approx(37.5, abs=0.001))


@pytest.mark.requirement("REQ-TELEMETRY")
@pytest.mark.hazard("HAZ-TELEMETRY")
@pytest.mark.hazard("HAZ-PROGRAMMING")
def test_what_the_pump_cannot_do_changes_nothing(programmed, bench, story):
    """A rate beyond its range is refused, and the one before stands."""
    story("Program twice the greatest rate.")
    with pytest.raises(InstrumentError):
        programmed.set_rate(2.0 * bench.device.max_rate)
    assert told(programmed.state().rate) == pytest.approx(25.0, abs=0.001)


@pytest.mark.requirement("REQ-TELEMETRY")
@pytest.mark.hazard("HAZ-TELEMETRY")
@pytest.mark.parametrize("disturbance", ["disturb-line", "cut-line"])
def test_an_order_that_is_damaged_or_cut_short_is_not_applied(programmed, hands, let_it_pass, story, disturbance):
    """The driver gives up with an error, and the pump has what it had before."""
    story(f"Do {disturbance} for {DISTURBED_S:g} s, and program 50 uL/h meanwhile.")
    hands(disturbance, duration=f"{DISTURBED_S:g} s")
    with pytest.raises(DriverError):
        programmed.set_rate(flow(50.0))
    let_it_pass()
    assert told(programmed.state().rate) == pytest.approx(25.0, abs=0.001)


@pytest.mark.requirement("REQ-TELEMETRY")
@pytest.mark.hazard("HAZ-TELEMETRY")
@pytest.mark.hazard("HAZ-LATE-CHANGE")
def test_half_a_program_delivers_nothing(programmed, hands, let_it_pass, story):
    """The rate arrived, the start did not: the pump stands, and says so."""
    story("Cut the line between rate and start.")
    hands("cut-line", duration=f"{DISTURBED_S:g} s")
    with pytest.raises(DriverError):
        programmed.start()
    let_it_pass()
    assert programmed.state().state == "idle"


@pytest.mark.requirement("REQ-TELEMETRY")
@pytest.mark.hazard("HAZ-TELEMETRY")
def test_once_the_line_is_sound_the_same_order_is_taken(programmed, hands, let_it_pass, story):
    """A disturbance leaves nothing behind, in the pump or on the line."""
    story("Disturb the line, wait, and program 50 uL/h.")
    hands("disturb-line", duration=f"{DISTURBED_S:g} s")
    let_it_pass()
    assert told(programmed.set_rate(flow(50.0))) == pytest.approx(50.0, abs=0.001)


@pytest.fixture
def boots(programmed, let_it_pass):
    """How often the pump has started, by its own telemetry."""
    place = [column.name for column in programmed.columns].index("boots") + 1

    def counted():
        let_it_pass()
        return programmed.drain()[-1][place]

    return counted


@pytest.mark.requirement("REQ-TELEMETRY")
@pytest.mark.requirement("REQ-RESET")
@pytest.mark.hazard("HAZ-RESET")
def test_a_pump_that_was_reset_has_no_program_and_says_so(programmed, boots, hands, story):
    """It stands at no rate, counts one start more, and does not begin by itself."""
    programmed.prepare()
    programmed.start()
    before = boots()
    story("Reset the running pump.")
    hands("press-reset")
    assert boots() == before + 1
    said = programmed.state()
    assert (said.state, told(said.rate)) == ("idle", 0.0)


@pytest.mark.requirement("REQ-TELEMETRY")
@pytest.mark.hazard("HAZ-TELEMETRY")
def test_another_pump_than_the_one_that_is_meant_is_refused(free_bench, story):
    """Before it is told anything; the refusal names both serial numbers."""
    story("Expect a pump of another serial number.")
    other = free_bench.device.model_copy(update={"serial_number": "SOMEBODY-ELSE"})
    with (
        pytest.raises(BenchError, match="SOMEBODY-ELSE") as refused,
        open_bench(free_bench.model_copy(update={"device": other})),
    ):
        pass
    assert free_bench.device.serial_number in str(refused.value)
