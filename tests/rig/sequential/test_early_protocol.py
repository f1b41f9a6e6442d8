"""What may ask to be decided early, and what is refused with its reason."""

from pathlib import Path

import pytest

from rig.bench import load_bench
from rig.errors import FileError
from rig.protocol import parse_protocol
from rig.refusals import refuse_undecidable

CHANGE = 'flow = "1 mL/h"\nchanges = [{ at = "10 min", flow = "0.5 mL/h" }]'
REFUSED = {
    "one constant rate": {"segments": CHANGE},
    "limit either side of zero": {"limit": 'limit = "<= 5 %"'},
    "such as '14.5 %'": {"limit": 'limit = "-4 % / +5 %"'},
    "such as '14.5": {"limit": 'limit = { larger_of = ["5 %", "1 uL"] }'},
    "keeps the risk of 'guard-band-U'": {"limit": 'limit = "5 %"\nrule = "simple-acceptance"'},
    "leave out prior": {"limit": 'limit = "5 %"\nprior = { mean = "0 %", sd = "2 %", source = "field" }'},
    "before the end of the analysis at 0.5 h": {"looks": 'required = "6 min"\nlooks = ["30 min"]'},
    "found none": {"looks": 'required = "29 min"\nevery = "20 min"'},
    "none of them before the required duration": {"looks": 'required = "6 min"\nlooks = ["3 min"]'},
    "looks that rise": {"looks": 'required = "3 min"\nlooks = ["9 min", "6 min"]'},
    "every, or looks, and not both": {"looks": 'required = "3 min"'},
    "50 looks at most": {"looks": 'required = "22.5 s"\nevery = "22.5 s"'},
    "before this has seen enough": {"more": '[findings.claim_agreement]\nlimit = "5 %"'},
    "has seen enough; leave it out": {"more": '[findings.trumpet]\nwindows = ["90 s"]\nlimit = "20 %"'},
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_cannot_be_decided_early_is_refused(text, reason):
    with pytest.raises(FileError) as caught:
        parse_protocol(text(**REFUSED[reason]), "early.toml")
    assert reason in str(caught.value)


def test_without_a_leg_before_nothing_is_known_of_evaporation_at_a_look(text):
    with pytest.raises(FileError, match="only the leg before tells the evaporation"):
        parse_protocol(text().replace('evaporation_before = "10 min"', ""), "early.toml")


def test_an_informative_trumpet_may_stand_beside_it(text):
    protocol = parse_protocol(text(more='[findings.trumpet]\nwindows = ["90 s"]'), "early.toml")
    assert protocol.findings.mean_flow_error.sequential.times_s(1800.0) == [360.0 + 180.0 * n for n in range(8)]


@pytest.mark.parametrize(
    ("looks", "reason"),
    [
        ('required = "6 min"\nlooks = ["6 min", "7 min"]', "expected looks after whole cycles of 6.25 uL, found 7 min"),
        ('required = "6 min"\nlooks = ["6 min", "6.1 min"]', "expected looks at least 20 s apart"),
    ],
)
def test_looks_that_do_not_fit_the_pump_are_refused(station, text, looks, reason):
    bench = load_bench(station.bench())
    protocol = parse_protocol(text(looks=looks), "early.toml", bench.limits)
    with pytest.raises(FileError, match=reason):
        refuse_undecidable(protocol, bench)


def test_the_example_of_the_manual_is_one(text):
    manual = (Path(__file__).parents[3] / "docs" / "files.md").read_text("utf-8")
    table = manual.split("### Deciding early")[1].split("```")[1]
    asked = text(looks="").replace("[findings.mean_flow_error.sequential]", table).replace("30 min", "24 h")
    protocol = parse_protocol(asked.replace("1 mL/h", "0.15 mL/day"), "early.toml")
    assert protocol.findings.mean_flow_error.sequential.times_s(86400.0)[0] == 6 * 3600.0
