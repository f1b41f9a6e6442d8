"""The pump's book, its alarms and its supply; an alarm of the mock pump stands in where it has none of its own."""

import pytest

from rig.errors import FileError
from rig.protocol import parse_protocol
from tests.rig.findings.conftest import BEGAN_S, flow
from tests.rig.findings.test_limits_of_every_kind import TEXT

FOUR_HOURS = 4, [flow("25 uL/h", 4)]


def filled(volume):
    return lambda text: text.replace('reservoir = "20 mL"', f'reservoir = "{volume}"')


@pytest.mark.parametrize(
    ("options", "limit", "verdict"),
    [("", "10 uL", "pass"), ("gain = 1.3", "10 uL", "fail"), ("gain = 1.3", "30 uL", "inconclusive")],
)
def test_a_book_that_counts_what_it_programmed_is_wrong_by_the_flow_error(asked, options, limit, verdict):
    table = f'[findings.reservoir]\nfill_u = "0.3 uL"\nbook_limit = "{limit}"'
    found = asked(*FOUR_HOURS, table, options)["reservoir_book"]
    assert found.verdict == verdict, found.statement
    assert found.facts["left_ul"] == pytest.approx(20_000 - (130 if options else 100), abs=1.0)


#: The bubble detector stands for a low-reservoir alarm: it comes at hour 2, when 50 uL have been delivered.
ALARM = f'bubble = [["{BEGAN_S + 7200:.2f} s", "{BEGAN_S + 14400:.2f} s"]]'
LOW = '[findings.reservoir]\nlow_alarm = "bubble"\nlow_setting = "{setting}"\nlow_limit = "{limit}"\n'


@pytest.mark.parametrize(
    ("setting", "limit", "options", "verdict"),
    [
        ("19950 uL", "5 uL", ALARM, "pass"),
        ("19970 uL", "5 uL", ALARM, "fail"),  # 20 uL late
        ("19955 uL", "5 uL", ALARM, "inconclusive"),
        ("19950 uL", ">= -10 uL", "", "fail"),  # never, and 50 uL beyond the setting
        ("19800 uL", ">= -10 uL", "", "inconclusive"),  # never, and not due yet
    ],
)
def test_the_low_reservoir_alarm(asked, setting, limit, options, verdict):
    found = asked(*FOUR_HOURS, LOW.format(setting=setting, limit=limit), options)["reservoir_low"]
    assert found.verdict == verdict, found.statement


@pytest.mark.parametrize(
    ("fill", "drawn", "verdict", "blind"),
    [
        ("180 uL", "80 uL", "pass", False),
        ("180 uL", "50 uL", "fail", False),  # 30 % too much
        ("180 uL", "65 uL", "inconclusive", False),  # 15 %
        ("114 uL", "14 uL", "inconclusive", True),  # exact, and yet over-infusion could not be seen
        ("180 uL", "0 uL", "fail", False),
    ],
)
def test_a_refill_and_its_blind_spot(asked, fill, drawn, verdict, blind):
    table = f'[findings.reservoir]\ndrawn = "{drawn}"\ndrawn_u = "1 uL"\nrefill_limit = "14.5 %"\n'
    found = asked(*FOUR_HOURS, table, text=filled(fill))["reservoir_refill"]
    assert (found.verdict, found.facts["blind"]) == (verdict, blind), found.statement
    if blind:
        assert "an empty pump is only +14.00 %" in found.statement


@pytest.mark.parametrize(("answer", "verdict"), [("19.9 mL; 1 uL", "pass"), ("yes", "inconclusive")])
def test_what_was_drawn_out_is_answered_after_the_run(whole, answer, verdict):
    table = '[findings.reservoir]\nask = true\nrefill_limit = "14.5 %"\n'
    outcome = whole(*FOUR_HOURS, table, answers={"refill": answer})
    found = next(finding for finding in outcome.assessment.findings if finding.name == "reservoir_refill")
    assert found.verdict == verdict, found.statement


SUPPLY = """
[[instrument]]
name = "supply"
driver = "scpi-supply"
address = "ASRLsim://simulated/supply::INSTR"
model = "E36312A"
serial_number = "SIM-PSU-0001"
"""
BATTERY = '[findings.battery]\nchannel = "supply"\n'


def supplied(text):
    return text.replace("[environment]", f"{SUPPLY}\n[environment]")


@pytest.mark.parametrize(
    ("volts", "limit", "verdict"),
    [("3.3 V", "30 mA", "pass"), ("4.5 V", "30 mA", "fail"), ("3.3 V", "25.3 mA", "inconclusive")],
)
def test_the_current_of_the_pump(asked, volts, limit, verdict):
    how = {"key": "supply", "bench_edit": supplied}
    table = f'{BATTERY}current_limit = "{limit}"\n'
    found = asked(*FOUR_HOURS, table, f'pump_battery = "{volts}"\n{ALARM}', **how)["battery_current"]
    assert found.verdict == verdict, found.statement


@pytest.mark.parametrize(
    ("limit", "verdict"), [(">= 20 h", "pass"), (">= 40 h", "fail"), (">= 33.5 h", "inconclusive")]
)
def test_the_life_that_follows_from_it(asked, limit, verdict):
    table = f'{BATTERY}capacity = "850 mAh"\ncapacity_u = "20 mAh"\nlifetime_limit = "{limit}"\n'
    how = {"key": "supply", "bench_edit": supplied}
    found = asked(*FOUR_HOURS, table, f'pump_battery = "3.3 V"\n{ALARM}', **how)["battery_lifetime"]
    assert found.verdict == verdict, found.statement


@pytest.mark.parametrize(
    ("indicator", "limit", "verdict"),
    [
        ("bubble", "3.2 V to 3.4 V", "pass"),
        ("bubble", "2.8 V to 3.2 V", "fail"),
        ("bubble", "3.295 V to 3.4 V", "inconclusive"),
        ("replace", "3.2 V to 3.4 V", "inconclusive"),  # never, and not due yet
        ("replace", "3.4 V to 3.5 V", "fail"),  # never, and it was due
    ],
)
def test_the_voltage_of_the_indicator(asked, indicator, limit, verdict):
    table = f'{BATTERY}indicator = "{indicator}"\nindicator_limit = "{limit}"\nnotice_limit = ">= 90 days"'
    how = {"key": "supply", "bench_edit": supplied}
    found = asked(*FOUR_HOURS, table, f'pump_battery = "3.3 V"\n{ALARM}', **how)
    assert found["battery_indicator"].verdict == verdict, found["battery_indicator"].statement
    assert found["battery_notice"].verdict == "inconclusive"  # four hours are no 90 days


def test_the_notice_that_an_indicator_gives(asked):
    """The same alarm again ends the service: one hour after the first."""
    spells = ", ".join(f'["{BEGAN_S + at:.2f} s", "{BEGAN_S + at + 1800:.2f} s"]' for at in (3600, 7200))
    for limit, verdict in ((">= 50 min", "pass"), (">= 2 h", "fail"), (">= 1 h", "inconclusive")):
        table = f'{BATTERY}indicator = "bubble"\nended_by = "alarm"\nended_alarm = "bubble"\nnotice_limit = "{limit}"'
        how = {"key": "supply", "bench_edit": supplied}
        found = asked(*FOUR_HOURS, table, f'pump_battery = "3.3 V"\nbubble = [{spells}]', **how)["battery_notice"]
        assert found.verdict == verdict, found.statement


def test_a_channel_that_is_not_there_decides_nothing(asked):
    found = asked(*FOUR_HOURS, f'{BATTERY}current_limit = "30 mA"')["battery"]
    assert (found.verdict, "no channel 'supply'" in found.statement) == ("inconclusive", True)


def test_halves_of_a_table_are_refused():
    more = '[findings.reservoir]\nlow_limit = "5 uL"\n[findings.battery]\nchannel = "s"\nindicator_limit = "3 V to 4 V"'
    with pytest.raises(FileError) as refused:
        parse_protocol(TEXT.format(limit='"14.5 %"', more=more), "p.toml")
    assert "p.toml:14: findings.reservoir: low_limit needs the volume" in str(refused.value)
    assert "p.toml:16: findings.battery: indicator_limit and notice_limit need the name" in str(refused.value)
