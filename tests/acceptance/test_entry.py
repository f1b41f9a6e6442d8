"""Programming errors: what no pump may carry out is refused before anything moves, with the reason.

Purpose
    Most overdoses are human error: the wrong unit, ten times the dose, the wrong concentration, a rate that the
    pump does not have. Some of them can be caught by arithmetic, before a drop has moved.

Method
    Each protocol below has one such entry. It is read with the limits of the device in the bench file, as ``rig
    run`` reads it; nothing is opened. What arithmetic cannot see (ten times a small dose is a large one) is bounded
    by the greatest rate, and by the volume at which a run is stopped.

Run
    ``pytest test_entry.py --bench bench.toml``; it takes a second.
"""

from __future__ import annotations

import pytest

from rig.errors import FileError
from rig.protocol import parse_protocol

PROTOCOL = """
schema = 1
id = "ENTRY"
[program]
drug = "baclofen"
concentration = "{concentration}"
reservoir = "20 mL"
[[program.segments]]
kind = "continuous"
{rate}
[timing]
analysis = "24 h"
[findings.mean_flow_error]
limit = "14.5 %"
"""


def entered(bench, rate, concentration="2000 ug/mL"):
    return parse_protocol(PROTOCOL.format(rate=rate, concentration=concentration), "entry.toml", bench.limits)


@pytest.mark.requirement("REQ-ENTRY")
def test_a_right_entry_is_taken(bench):
    """Otherwise the refusals below would prove nothing."""
    assert entered(bench, 'dose_rate = "300 ug/day"').dose.rate_ul_h([0.0])[0] == pytest.approx(6.25)


@pytest.mark.requirement("REQ-ENTRY")
@pytest.mark.hazard("HAZ-PROGRAMMING")
@pytest.mark.parametrize(
    ("rate", "concentration", "told"),
    [
        ('dose_rate = "300 mg/day"', "2000 ug/mL", "must lie between 0 and"),  # mg for ug: a thousand times
        ('dose_rate = "22 ug/day"', "500 ug/mL", "below"),  # 0.044 mL/day, and the pump begins at 0.048
        ('dose_rate = "300"', "2000 ug/mL", "unit"),
        ('dose_rate = "300 uL/day"', "2000 ug/mL", "dose rate"),  # a volume where drug was meant
        ('flow = "150 mL/day"', "2000 ug/mL", "above"),  # the point a thousandfold to the right
        ('dose_rate = "300 ug/day"', "2000 mg/mL", "concentration"),
        ('dose_rate = "-300 ug/day"', "2000 ug/mL", "must lie between 0 and"),
    ],
)
def test_an_impossible_entry_is_refused_with_the_reason(bench, rate, concentration, told):
    """Nothing is opened, nothing moves, and the line of the file is named."""
    with pytest.raises(FileError, match=told) as refused:
        entered(bench, rate, concentration)
    assert "entry.toml:" in str(refused.value)


@pytest.mark.requirement("REQ-ENTRY")
@pytest.mark.hazard("HAZ-PROGRAMMING")
def test_ten_times_the_dose_is_bounded_by_the_reservoir(bench):
    """A tenfold entry that the rate allows is refused where it would empty the reservoir before the end."""
    with pytest.raises(FileError, match="reservoir"):
        entered(bench, 'flow = "950 uL/h"')
