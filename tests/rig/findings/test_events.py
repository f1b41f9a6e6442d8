"""Occlusions, alarms, resets, silence and recovery: asked for in TOML, played by the simulated plant."""

import pytest

from fixtures.simulated.world import opened
from rig.control import Control
from rig.errors import FileError
from rig.protocol import parse_protocol
from tests.rig.findings.conftest import BEGAN_S, flow
from tests.rig.findings.test_limits_of_every_kind import TEXT

FOUR_HOURS = 4, [flow("25 uL/h", 4)]
#: Closed one hour into the delivery, for an hour.
CLOSED = f'occlusion = [["{BEGAN_S + 3600:.2f} s", "{BEGAN_S + 7200:.2f} s"]]'
BLIND = f'{CLOSED}\nocclusion_switch = "299 kPa"\nmax_pressure = "300 kPa"'
TABLE = '[findings.occlusion]\nclosed = "1 h"\nopened = "2 h"\n'


@pytest.mark.parametrize(
    ("limit", "options", "verdict"),
    [
        ("45 min", CLOSED, "pass"),  # 60 kPa at 0.2 uL/kPa and 25 uL/h: 29 min
        ("20 min", CLOSED, "fail"),
        ("45 min", BLIND, "fail"),  # no detection at all
        ("5 h", BLIND, "inconclusive"),  # the record ends before the limit does
    ],
)
def test_an_occlusion_is_detected_in_time_or_not(asked, limit, options, verdict):
    found = asked(*FOUR_HOURS, f'{TABLE}detection_limit = "{limit}"', options)["occlusion_detection"]
    assert found.verdict == verdict, found.statement
    assert found.facts["detected"] is ("299" not in options)


def test_where_the_pump_need_not_notice_the_harm_is_judged(asked):
    limits = 'missed_limit = "<= 20 uL"\nrelease_limit = "<= 30 uL"'
    found = asked(*FOUR_HOURS, TABLE + limits, BLIND)
    assert found["occlusion_detection"].verdict == "informative"
    assert "not detected for 1.08e+04 s" in found["occlusion_detection"].statement
    assert (found["occlusion_missed"].verdict, found["occlusion_release"].verdict) == ("fail", "pass")
    assert found["occlusion_missed"].value == pytest.approx(25.0, abs=0.5)
    assert found["occlusion_release"].value == pytest.approx(25.0, abs=1.0)


def test_a_missed_volume_close_to_its_limit_decides_nothing(asked):
    found = asked(*FOUR_HOURS, f'{TABLE}missed_limit = "<= 25 uL"', BLIND)["occlusion_missed"]
    assert found.verdict == "inconclusive", found.statement


def test_an_alarm_that_is_waited_for_is_no_fault_of_the_device(whole):
    """The whole verdict: what the protocol asks for is what happens."""
    wide = "[gate]\nratio = 1\n"
    outcome = whole(*FOUR_HOURS, f'{wide}{TABLE}detection_limit = "45 min"', CLOSED)
    assert not any("it stopped itself" in reason for reason in outcome.assessment.verdict.reasons)
    outcome_of = {finding.name: finding.verdict for finding in outcome.assessment.findings}
    assert outcome_of["occlusion_detection"] == "pass"


EVENT = '[[findings.events]]\nname = "closed"\ncause = "1 h"\nalarm = "occlusion"\n'


@pytest.mark.parametrize(
    ("limits", "time", "dose"),
    [
        ('limit = "45 min"\ndose_limit = "20 uL"', "pass", "pass"),
        ('limit = "10 min"\ndose_limit = "5 uL"', "fail", "fail"),
        ("", "informative", "informative"),
    ],
)
def test_from_cause_to_alarm_and_the_dose_meanwhile(asked, limits, time, dose):
    found = asked(*FOUR_HOURS, EVENT + limits, CLOSED)
    assert (found["event_closed"].verdict, found["event_closed_dose"].verdict) == (time, dose)
    assert found["event_closed"].value == pytest.approx(1740.0, abs=60.0)
    assert found["event_closed_dose"].value == pytest.approx(-12.1, abs=1.0)


def test_a_stall_that_nobody_detects(asked):
    """By a pump that has no sensor at its rotor."""
    table = '[[findings.events]]\nname = "stall"\ncause = "1 h"\nlimit = "1 h"\ndose_limit = "5 uL"\n'
    stall = f'stall = [["{BEGAN_S + 3600:.2f} s", "{BEGAN_S + 9000:.2f} s"]]'
    found = asked(*FOUR_HOURS, table, f"rotor_sensor = false\n{stall}")
    assert (found["event_stall"].verdict, found["event_stall_dose"].verdict) == ("fail", "fail")
    assert found["event_stall_dose"].value == pytest.approx(-37.5, abs=1.0)


def test_a_cause_that_nobody_noted_is_not_known(asked):
    table = EVENT.replace('cause = "1 h"', 'cause = { note = "line closed" }') + 'limit = "1 h"'
    found = asked(*FOUR_HOURS, table, CLOSED)["events"]
    assert found.verdict == "inconclusive"
    assert "nobody noted 'line closed'" in found.statement


class Noting:
    """Notes a remark at a time of the clock: a follower."""

    def __init__(self, world, control, at_s):
        self.control, self.due_s, self.now_s = control, at_s, world.clock.now()

    def advance(self, to_s, stop):  # noqa: ARG002 - the signature of a follower
        if self.now_s < self.due_s <= to_s:
            self.control.note("the line closed now", "qa")
        self.now_s = max(self.now_s, to_s)
        return to_s


def test_a_cause_that_a_person_noted(asked):
    control = Control(unattended="yes")

    def observe(event):
        if event.kind == "phase" and (event.data["name"], event.data["edge"]) == ("delivery", "begin"):
            world = opened("simulated")
            world.clock.add_follower(Noting(world, control, BEGAN_S + 3600))

    table = EVENT.replace('cause = "1 h"', 'cause = { note = "line closed", u = "5 s" }') + 'limit = "45 min"'
    found = asked(*FOUR_HOURS, table, CLOSED, key="noted", observers=[observe], control=control)["event_closed"]
    assert found.verdict == "pass", found.statement
    assert found.facts["cause_s"] == pytest.approx(3600.0, abs=5.0)


@pytest.mark.parametrize(("most", "options", "verdict"), [(0, "", "pass"), (0, CLOSED, "fail"), (1, CLOSED, "pass")])
def test_alarms_are_counted(asked, most, options, verdict):
    found = asked(*FOUR_HOURS, f"[findings.alarms]\ncount_limit = {most}", options)["alarms"]
    assert found.verdict == verdict, found.statement


RECOVERY = '[findings.recovery]\ncut = "1 h"\nback = "1.5 h"\nguard = "10 min"\nlimit = "20 %"\n'
MORE = 'resumed_limit = "5 min"\nmissed_limit = "<= 15 uL"'


@pytest.mark.parametrize(
    ("until", "more", "verdicts"),
    [
        ("1.5 h", MORE, ("pass", "pass", "pass")),
        ("1.5 h", 'resumed_limit = "20 s"\nmissed_limit = "<= 12.5 uL"', ("pass", "inconclusive", "inconclusive")),
        ("9 h", MORE, ("fail", "fail", "fail")),  # it never delivers again
    ],
)
def test_recovery_after_a_stall(asked, until, more, verdicts):
    hours = float(until.split()[0])
    stall = f'stall = [["{BEGAN_S + 3600:.2f} s", "{BEGAN_S + 3600 * hours:.2f} s"]]'
    found = asked(*FOUR_HOURS, RECOVERY + more, stall)
    names = "recovery_error", "recovery_resumed", "recovery_missed"
    assert tuple(found[name].verdict for name in names) == verdicts, [found[name].statement for name in names]


@pytest.mark.parametrize("limit", [">= 5 min", "5 min to 30 min", "<= 0 min", "<= -5 min"])
def test_a_time_until_something_is_noticed_has_an_upper_limit_only(limit):
    """By a lower limit nothing would ever fail."""
    more = f'{EVENT}limit = "{limit}"'
    with pytest.raises(FileError, match=r"p.toml:18: .*limit: expected an upper limit above zero such as"):
        parse_protocol(TEXT.format(limit='"14.5 %"', more=more), "p.toml")


def test_bad_instants_are_told_with_their_lines():
    more = (
        '[findings.occlusion]\nclosed = { at = "1 h", note = "x" }\nmissed_limit = "1 uL"\n'
        '[[findings.events]]\nname = "Stall"\ncause = "1"\ndetected_by = "reset"\nalarm = "x"'
    )
    with pytest.raises(FileError) as refused:
        parse_protocol(TEXT.format(limit='"14.5 %"', more=more), "p.toml")
    said = str(refused.value)
    assert "p.toml:15: findings.occlusion.closed: expected an instant: either at" in said
    assert "p.toml:18: findings.events[0].name" in said
    assert "p.toml:19: findings.events[0].cause: expected a duration" in said
