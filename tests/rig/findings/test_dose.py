"""The dose verdict: apart from volume, because it needs an assay; modelled during a bridge or priming bolus."""

import pytest

from rig.errors import BenchError, FileError
from rig.protocol import parse_protocol
from tests.rig.findings.conftest import flow
from tests.rig.findings.test_limits_of_every_kind import TEXT

FOUR_HOURS = 4, [flow("6.25 uL/h", 4)]
VERDICT = '[findings.dose]\nlimit = "14.5 %"\n'


def assay(concentration, u="24 ug/mL", more=""):
    said = f'concentration = "{concentration}"\nU = "{u}"\ncertificate = "HPLC report 17"\nlot = "L42"'
    return f"[assay]\n{said}\n{more}\n"


@pytest.mark.parametrize(
    ("concentration", "options", "volume", "dose"),
    [
        ("1985 ug/mL", "", "pass", "pass"),
        ("2600 ug/mL", "", "pass", "fail"),  # the wrong concentration: the volume does not show it
        ("2000 ug/mL", "gain = 1.3", "fail", "fail"),
        ("1540 ug/mL", "gain = 1.3", "fail", "pass"),
        ("2270 ug/mL", "", "pass", "inconclusive"),
    ],
)
def test_a_dose_is_volume_times_assay(asked, concentration, options, volume, dose):
    found = asked(*FOUR_HOURS, VERDICT + assay(concentration), options)
    assert (found["mean_flow_error"].verdict, found["dose"].verdict) == (volume, dose), found["dose"].statement
    assert "HPLC report 17, lot L42" in found["dose"].statement


def test_the_u_of_the_assay_is_in_the_dose(asked):
    sharp, vague = (asked(*FOUR_HOURS, VERDICT + assay("2000 ug/mL", u))["dose"] for u in ("1 ug/mL", "200 ug/mL"))
    assert sharp.u < 1.0
    assert vague.u == pytest.approx((sharp.u**2 + 5.0**2) ** 0.5, rel=0.05)


def test_without_an_assay_the_dose_decides_nothing_and_says_why(asked):
    found = asked(*FOUR_HOURS, VERDICT)
    assert found["dose"].verdict == "inconclusive"
    assert "the label of the drug is no assay" in found["dose"].statement
    assert found["mean_flow_error"].verdict == "pass"


def test_the_gate_says_so_before_anything_moves(whole):
    with pytest.raises(BenchError, match="dose: expected a decision, found that none can be made: no assayed"):
        whole(*FOUR_HOURS, VERDICT)


@pytest.mark.parametrize(
    ("answer", "verdict", "says"),
    [
        ("1985 ug/mL; 24 ug/mL; HPLC report 17; L42", "pass", "HPLC report 17, lot L42"),
        ("yes", "inconclusive", "expected concentration; U; certificate; lot"),
        ("1985; 24 ug/mL; HPLC; L42", "inconclusive", "say the unit"),
    ],
)
def test_an_assay_is_answered_at_the_start(whole, answer, verdict, says):
    outcome = whole(*FOUR_HOURS, f"{VERDICT}[assay]\nask = true\n", answers={"assay": answer})
    found = next(finding for finding in outcome.assessment.findings if finding.name == "dose")
    assert (found.verdict, says in found.statement) == (verdict, True), found.statement


BOLUS = 'kind = "single_bolus"\nvolume = "12.5 uL"\nflow = "50 uL/h"'


@pytest.mark.parametrize(("options", "verdict"), [("", "pass"), ("gain = 1.3", "fail")])
def test_the_dose_of_boluses(asked, options, verdict):
    table = VERDICT.replace("[findings.dose]", '[findings.dose]\nof = ["bolus"]') + assay("2000 ug/mL")
    found = asked(3, [flow("6.25 uL/h", 1), BOLUS, flow("6.25 uL/h", 1.75)], table, options)
    assert found["dose_bolus"].verdict == verdict, found["dose_bolus"].statement
    assert found["dose_bolus"].facts["programmed_ug"] == pytest.approx(25.0)


BRIDGE = 'kind = "bridge_bolus"\nold_concentration = "500 ug/mL"\nvolume = "25 uL"\ndose_rate = "300 ug/day"'
BRIDGED = 3, [BRIDGE, flow("6.25 uL/h", 2)]
OLD = 'old = { concentration = "500 ug/mL", U = "10 ug/mL" }'


@pytest.mark.parametrize(
    ("line", "verdict", "says"),
    [
        ('dead = "25 uL"\ndead_u = "0.5 uL"', "pass", "modelled: plug flow, no tracer was fitted"),
        ('dead = "25 uL"\ndead_u = "0.5 uL"\ntracer = "report 12"', "pass", "tracer: report 12"),
        ('dead = "35 uL"', "fail", "modelled: plug flow"),  # bridged for too small a line: the old drug is still in it
        ('dead = "25 uL"\ndead_u = "6 uL"', "inconclusive", "modelled"),
    ],
)
def test_a_bridge_is_modelled_and_says_so(asked, line, verdict, says):
    found = asked(*BRIDGED, f"{VERDICT}{assay('2000 ug/mL', more=OLD)}[line]\n{line}\n")["dose"]
    assert (found.verdict, says in found.statement) == (verdict, True), found.statement


@pytest.mark.parametrize(
    ("more", "line", "says"), [(OLD, "", r"add [line]"), ("", '[line]\ndead = "25 uL"', "add old")]
)
def test_a_bridge_needs_the_line_and_an_assay_of_what_it_clears(asked, more, line, says):
    found = asked(*BRIDGED, f"{VERDICT}{assay('2000 ug/mL', more=more)}{line}\n")["dose"]
    assert (found.verdict, says in found.statement) == ("inconclusive", True), found.statement


PRIMED = 3, ['kind = "priming_bolus"\nvolume = "25 uL"\nflow = "100 uL/h"', flow("6.25 uL/h", 2.75)]


@pytest.mark.parametrize(
    ("line", "verdict"), [('dead = "25 uL"\ndead_u = "0.5 uL"', "pass"), ('dead = "35 uL"', "fail")]
)
def test_priming_pushes_out_what_holds_no_drug(asked, line, verdict):
    """The line held no drug; primed for too small a one, the first drug comes late."""
    found = asked(*PRIMED, f"{VERDICT}{assay('2000 ug/mL')}[line]\n{line}\n")["dose"]
    assert found.verdict == verdict, found.statement
    assert "modelled: plug flow" in found.statement


def test_a_bad_assay_is_refused_with_its_line():
    more = '[assay]\nconcentration = "2000 ug/mL"\nU = "0 ug/mL"\n[line]\ndead = "25 uL"\nmixed = "30 uL"'
    with pytest.raises(FileError) as refused:
        parse_protocol(TEXT.format(limit='"14.5 %"', more=more), "p.toml")
    assert "p.toml:16: assay.U" in str(refused.value)
    assert "p.toml:17: line: expected a mixed part within the dead volume" in str(refused.value)
    with pytest.raises(FileError, match="an assay needs certificate, lot too"):
        parse_protocol(TEXT.format(limit='"14.5 %"', more=more.replace('"0 ug', '"9 ug').replace("30 uL", "3 uL")), "p")
