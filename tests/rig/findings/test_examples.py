"""The example protocols of each family of findings: read without a problem, and decidable on the simulated bench."""

from pathlib import Path

import pytest

from calibration.record import load_calibration_record
from rig.bench import load_bench
from rig.gate.predicted import predicted_reasons
from rig.protocol import load_protocol
from rig.refusals import refuse_undecidable

BENCHES = Path(__file__).parents[3] / "fixtures" / "benches"
EXAMPLES = sorted((BENCHES / "protocols").glob("findings_*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_the_gate_lets_an_example_pass(path):
    bench = load_bench(BENCHES / "simulated.toml")
    protocol = load_protocol(path, bench.limits)
    refuse_undecidable(protocol, bench)
    calibrations = {name: load_calibration_record(BENCHES / file) for name, file in bench.calibrations().items()}
    reasons, made = predicted_reasons(protocol, bench, calibrations)
    assert not reasons, [str(reason) for reason in reasons]
    assert made is not None
    assert len(EXAMPLES) == 5
