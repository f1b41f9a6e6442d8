"""The procedures that come along, on the benches that come along."""

from calibration.curve import Curve
from rig.calibrate.procedure import People


def test_the_pressure_transducer_against_the_controller(lab):
    """The controller's own noise is larger than that of the transducer, and is no lack of fit."""
    benches = lab.folder / "benches"
    with lab.session(benches / "procedures" / "pressure.toml", benches / "simulated_full.toml") as session:
        while session.view() is not None:
            for _ in session.advance():
                pass
        curve = Curve.from_table(session.finish(People("the test"))["curve"]["fit"])
    assert curve.p_chi2 > 0.001
