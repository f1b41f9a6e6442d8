"""The mock pump's driver against written-down exchanges: what is asked, what is believed, what is refused."""

from __future__ import annotations

import pytest

from calibration.errors import UnitError
from calibration.units import FLOW, TIME, VOLUME
from drivers.errors import (
    DriverError,
    InstrumentError,
    InstrumentTimeout,
    LinkLost,
    NotSupported,
    ProtocolError,
    WrongInstrument,
)
from drivers.pump.firmware_builds import _builds, known_build
from drivers.pump.mock_pump import open_mock_pump

CF = "7812500 16 50 15000 2000 1000000 D 0"
TM = "0 1000 R 16 6250 0 -5 10 7 0 0 32 3"


@pytest.fixture
def opening(frame):
    return [
        (frame(">00 ID"), frame("<00 OK DP-MP1 SIM-MP-0001 1.0.0 4F2A")),
        (frame(">01 CF"), frame(f"<01 OK {CF}")),
    ]


@pytest.fixture
def preparing(frame):
    return [
        (frame(">02 TL 1000"), frame("<02 OK 1000")),
        (frame(">03 TM"), frame(f"<03 OK {TM}")),
    ]


@pytest.fixture
def pump(script, clock, wire, opening):
    """Opens a pump whose exchanges after the opening are ``steps``."""
    opened = []

    def make(*steps, options=()):
        played = script([*opening, *steps])
        opened.append(open_mock_pump(played.address, clock=clock, wire=wire, options=dict(options)))
        opened[-1].played = played
        return opened[-1]

    yield make
    for one in opened:
        one.close()


def rate(text):
    return FLOW.parse("rate", text)


def test_opening_identifies_the_pump_and_moves_nothing(pump, wire):
    opened = pump()
    assert str(opened.identity) == "DP-MP1, serial number SIM-MP-0001, firmware 1.0.0+crc:4F2A"
    assert opened.identity.simulated
    assert (opened.deadman_s, opened.shot_ul, opened.shots_per_cycle) == (15.0, 0.125, 50)
    assert [entry[3][:6] for entry in wire.drain() if entry[2] == ">"] == [b">00 ID", b">01 CF"]


def test_a_board_that_boots_when_its_port_is_opened_is_waited_for(script, clock, wire, frame, opening):
    boot = (frame(">00 ID"), [(0.9, b"\x00\xfe"), (0.6, frame("!BT E 4"))])
    played = script([boot, (frame(">00 ID"), b""), *opening])
    with open_mock_pump(played.address, clock=clock, wire=wire, options={}) as opened:
        assert opened.resets_seen == ("external",)


def test_a_silent_port_is_given_up_in_time(script, clock, wire, frame):
    played = script([(frame(">00 ID"), b"")] * 3)
    with pytest.raises(InstrumentTimeout):
        open_mock_pump(played.address, clock=clock, wire=wire, options={"open_timeout": "2.5 s"})
    assert clock.now() < 104.0


def test_something_else_on_the_port_is_no_pump(script, clock, wire, frame):
    played = script([(frame(">00 ID"), b"ES\n" * 3)] * 2)
    with pytest.raises(ProtocolError, match="found b'ES'"):
        open_mock_pump(played.address, clock=clock, wire=wire, options={"open_timeout": "0.1 s"})


@pytest.mark.parametrize(("options", "error"), [({"telemtry": "1 s"}, NotSupported), ({"telemetry": 1.0}, UnitError)])
def test_a_wrong_option_is_refused_before_the_port_is_touched(script, clock, wire, options, error):
    played = script()
    with pytest.raises(error, match="mock-pump"):
        open_mock_pump(played.address, clock=clock, wire=wire, options=options)
    assert played.opened == 0


def test_a_rate_is_programmed_and_read_back(pump, frame):
    opened = pump((frame(">02 RA 6250"), frame("<02 OK 6250")))
    assert opened.set_rate(rate("0.15 mL/day")) == rate("6.25 uL/h")


@pytest.mark.parametrize("text", ["1.999 uL/h", "1001 uL/h", "-6.25 uL/h"])
def test_a_rate_that_the_pump_cannot_do_is_never_sent(pump, text):
    with pytest.raises(InstrumentError, match="2 to 1000 uL/h; nothing was sent"):
        pump().set_rate(rate(text))


def test_a_volume_is_no_rate(pump):
    with pytest.raises(UnitError):
        pump().set_rate(VOLUME.parse("rate", "6 uL"))


def test_a_rate_read_back_otherwise_is_refused(pump, frame):
    with pytest.raises(InstrumentError, match="the pump read back '6240'"):
        pump((frame(">02 RA 6250"), frame("<02 OK 6240"))).set_rate(rate("6.25 uL/h"))


def test_a_refusal_keeps_the_pumps_own_words(pump, frame):
    with pytest.raises(InstrumentError, match=r"6: alarm .refused in the pump's present state") as caught:
        pump((frame(">02 GO"), frame("<02 ER 6 alarm"))).start()
    assert caught.value.code == "6"


def test_start_stop_and_clear_are_believed_only_with_the_state_that_fits(pump, frame):
    steps = [("GO", "R"), ("ST", "I"), ("ST", "A"), ("CL", "I"), ("GO", "I"), ("ST", "R")]
    opened = pump(*((frame(f">{n:02X} {ask}"), frame(f"<{n:02X} OK {say}")) for n, (ask, say) in enumerate(steps, 2)))
    opened.start()
    opened.stop()
    opened.stop()
    opened.clear_alarms()
    for not_done in (opened.start, opened.stop):
        with pytest.raises(InstrumentError, match="readback"):
            not_done()


@pytest.mark.parametrize(("volume", "shots"), [("1.25 uL", 10), ("0.01 uL", 1), ("0.188 uL", 2)])
def test_a_bolus_of_whole_shots_is_believed(pump, frame, volume, shots):
    nl = round(VOLUME.magnitude("v", VOLUME.parse("v", volume)) * 1000)
    opened = pump((frame(f">02 BO {nl} 60000"), frame(f"<02 OK {shots}")))
    opened.bolus(VOLUME.parse("v", volume), rate("60 uL/h"))


def test_a_bolus_of_another_size_or_of_nothing_is_refused(pump, frame):
    opened = pump((frame(">02 BO 1250 60000"), frame("<02 OK 12")))
    with pytest.raises(InstrumentError, match="read back '12' shots"):
        opened.bolus(VOLUME.parse("v", "1.25 uL"), rate("60 uL/h"))
    with pytest.raises(InstrumentError, match="more than nothing"):
        opened.bolus(VOLUME.parse("v", "0 uL"), rate("60 uL/h"))


def test_the_state_is_told_in_quantities(pump, frame):
    state = pump((frame(">02 TM"), frame("<02 OK 9 1000 B 16 6250 4 -5 10 7 0 0 33 3"))).state()
    assert (state.state, state.alarms) == ("bolus", ("deadman", "default-calibration"))
    assert [state.rate, state.claimed] == [rate("6.25 uL/h"), VOLUME.parse("v", "2 uL")]
    assert state.bolus_left == VOLUME.parse("v", "0.5 uL")


def test_a_lost_request_is_repeated_under_the_same_number(pump, frame):
    lost = [(frame(">02 GO"), b"")] * 2
    pump(*lost, (frame(">02 GO"), frame("<02 OK R"))).start()


def test_a_request_that_arrived_damaged_is_repeated_at_once(pump, frame, clock):
    pump((frame(">02 GO"), frame("!NK 1")), (frame(">02 GO"), frame("<02 OK R"))).start()
    assert clock.now() == 100.0


def test_a_damaged_reply_is_asked_for_again(pump, frame):
    damaged = frame("<02 OK R", crc=0x1234)
    pump((frame(">02 GO"), damaged), (frame(">02 GO"), frame("<02 OK R"))).start()


def test_after_three_tries_the_pump_is_silent(pump, frame, clock):
    opened = pump(*[(frame(">02 HB"), b"")] * 3)
    with pytest.raises(InstrumentTimeout):
        opened.keep_alive()
    assert clock.now() == pytest.approx(101.5, abs=0.16)


def test_a_reply_to_an_earlier_request_is_not_taken_for_this_one(pump, frame):
    pump((frame(">02 ST"), frame("<01 OK R") + frame("<02 OK I"))).stop()


def test_a_reset_in_the_middle_of_an_action_is_no_reason_to_repeat_it(pump, frame):
    opened = pump((frame(">02 BO 1250 60000"), frame("!BT W 5")))
    with pytest.raises(InstrumentError, match=r"reset .watchdog. while 'BO 1250 60000'"):
        opened.bolus(VOLUME.parse("v", "1.25 uL"), rate("60 uL/h"))


def test_a_reset_in_the_middle_of_a_stop_repeats_the_stop(pump, frame):
    pump((frame(">02 ST"), frame("!BT B 5")), (frame(">02 ST"), frame("<02 OK I"))).stop()


def test_telemetry_becomes_rows_with_the_hosts_time_and_the_pumps_own(pump, frame, preparing, clock):
    opened = pump(*preparing, (None, [(2.0, frame(f"!TM {TM}"))]))
    opened.prepare()
    assert opened.drain() == []
    clock.sleep_until(102.5)
    row = (102.5, "running", 2.0, 6.25, "default-calibration", 3, 1000, -5, 7)
    assert opened.drain() == [row]
    assert len(row) == 1 + len(opened.COLUMNS)


def test_frames_that_come_during_a_request_are_kept(pump, frame, preparing):
    opened = pump(*preparing, (frame(">04 HB"), frame(f"!TM {TM}") + frame("<04 OK R 16") + frame(f"!TM {TM}")))
    opened.prepare()
    opened.keep_alive()
    assert [row[6] for row in opened.drain()] == [1000, 1000]


def test_a_reset_shows_in_the_rows_and_telemetry_is_asked_for_again(pump, frame, preparing, clock):
    again = (frame(">04 TM"), frame("<04 OK 0 50 I 0 0 0 0 0 0 0 0 0 4"))
    rearm = (frame(">05 TL 1000"), frame("<05 OK 1000"))
    opened = pump(*preparing, (None, [(1.0, frame("!BT B 4"))]), again, rearm)
    opened.prepare()
    clock.sleep_until(104.0)
    assert [row[1:6] for row in opened.drain()] == [("idle", 0.0, 0.0, "", 4)]
    assert opened.resets_seen == ("brown-out",)


def test_a_pump_that_owes_telemetry_and_says_nothing_is_silent(pump, frame, preparing, clock):
    opened = pump(*preparing, *[(frame(">04 TM"), b"")] * 3)
    opened.prepare()
    clock.sleep_until(103.5)
    with pytest.raises(InstrumentTimeout):
        opened.drain()


def test_one_damaged_frame_is_noise_and_three_in_a_row_are_an_error(pump, frame, preparing):
    bad = frame(f"!TM {TM}", crc=0)
    opened = pump(*preparing, (None, bad + frame(f"!TM {TM}") + bad * 3))
    opened.prepare()
    with pytest.raises(ProtocolError, match="checksum"):
        opened.drain()
    assert opened.drain()[0][5] == 3


def test_the_build_is_looked_up_and_an_unknown_one_is_not_refused(pump, monkeypatch):
    listed = [{"version": "1.0.0", "flash_crc": "4f2a", "toolchain": "avr-gcc 5.4"}]
    opened = pump()
    monkeypatch.setattr("drivers.pump.firmware_builds._builds", list)
    assert opened.known_build() == "unknown build"
    monkeypatch.setattr("drivers.pump.firmware_builds._builds", lambda: listed)
    assert opened.known_build() == "1.0.0 (avr-gcc 5.4)"


def test_an_unknown_build_is_noted_for_the_record(pump, preparing):
    opened = pump(*preparing)
    opened.prepare()
    assert opened.notes == ["firmware 1.0.0+crc:4F2A is an unknown build"]


def test_every_published_build_can_be_told_by_its_checksum():
    for build in _builds():
        assert known_build(build["flash_crc"]).startswith(build["version"])


def test_after_a_replug_the_same_pump_is_asked_for_its_name(pump, opening, clock):
    opened = pump(*opening)  # a new session, with the same two questions
    opened.played.gone = True
    with pytest.raises(LinkLost):
        opened.keep_alive()
    opened.played.gone, opened.played.absent_until_s = False, 102.0
    opened.reconnect(TIME.parse("t", "5 s"))
    assert clock.now() == pytest.approx(102.0, abs=0.11)
    assert opened.identity.serial_number == "SIM-MP-0001"


def test_another_pump_in_its_place_is_refused(pump, frame):
    opened = pump((frame(">00 ID"), frame("<00 OK DP-MP1 B7 1.0.0 4F2A")), (frame(">01 CF"), frame(f"<01 OK {CF}")))
    with pytest.raises(WrongInstrument, match="serial number B7"):
        opened.reconnect(TIME.parse("t", "5 s"))
    with pytest.raises(LinkLost):
        opened.keep_alive()


@pytest.mark.parametrize(
    "fields", [CF.replace("15000", "x"), CF.replace("D", "C"), CF.replace("7812500", "0"), "1 2 3"]
)
def test_a_configuration_that_makes_no_sense_is_refused(script, clock, wire, frame, opening, fields):
    tries = 3 if fields == "1 2 3" else 1
    played = script([opening[0], *[(frame(">01 CF"), frame(f"<01 OK {fields}"))] * tries])
    with pytest.raises(DriverError, match="mock pump: expected"):
        open_mock_pump(played.address, clock=clock, wire=wire, options={})
