"""The net increment of the analysis against the smallest net weight that the laboratory trusts to the balance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.units import MASS
from rig.gate.reason import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from rig.predict import Prediction


def minimum_weight_reasons(
    reference: str, calibrations: Mapping[str, CalibrationRecord], prediction: Prediction
) -> list[Reason]:
    """Whether the analysis weighs enough.

    Args:
        reference: channel of the balance at the tip.
        calibrations: by channel.
        prediction: with the increment over the whole cycles of the analysis.
    """
    record = calibrations.get(reference)
    if record is None or record.balance is None or record.balance.minimum_weight is None:
        return []
    least_mg = 1000.0 * MASS.magnitude("minimum_weight", record.balance.minimum_weight)
    if prediction.increment_mg >= least_mg:
        return []
    text = f"expected at least {least_mg:g} mg in the analysis (minimum weight), found {prediction.increment_mg:.3g} mg"
    return [Reason(reference, text, "analyse longer, or take a balance with a smaller minimum weight")]
