"""The U that each decided finding will have, against its limit: a run that can decide nothing is not begun.

``[gate] ratio`` of the protocol (default 4) is how many times U must fit into the limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from calibration.errors import DoseproofError
from rig.gate.reason import Reason
from rig.noise_record import noise_of
from rig.predict import Prediction, predict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from calibration.record import CalibrationRecord
    from rig.bench import Bench
    from rig.delivery.levels import Noise
    from rig.predict import PredictedFinding
    from rig.protocol import Protocol

_FIX = "analyse longer, take longer evaporation legs, or work on what dominates"


def predicted_reasons(
    protocol: Protocol, bench: Bench, calibrations: Mapping[str, CalibrationRecord], checked: Noise | None = None
) -> tuple[list[Reason], Prediction | None]:
    """The prediction, and the findings whose U is too large for their limit.

    Args:
        protocol: what to test.
        bench: on what.
        calibrations: by channel.
        checked: noise of readings by the daily checks of the balance, where they know a larger one than its record. The
            noise record that the bench names goes before it.
    """
    if protocol.kind == "zero-flow":  # it decides nothing, so there is no U to predict
        return [], None
    try:
        measured = noise_of(bench)
        noise = checked if measured is None else None
        made = predict(protocol, bench, calibrations, noise=noise, measured=measured)
    except DoseproofError as error:
        return [Reason("protocol", f"the uncertainty cannot be predicted: {error}")], None
    return [reason for one in made.findings if (reason := _reason(one, protocol.gate.ratio))], made


def _reason(found: PredictedFinding, ratio: float) -> Reason | None:
    if found.expanded is None or found.limit is None:
        return Reason("protocol", f"{found.name}: expected a decision, found that none can be made: {found.why_not}")
    if found.expanded * ratio <= found.limit:
        return None
    text = (
        f"{found.name}: expected U of at most {found.limit / ratio:.3g} {found.unit} (limit {found.limit:g} "
        f"{found.unit}, {ratio:g}:1), found {found.expanded:.3g} {found.unit} predicted, most of it from "
        f"{found.dominating}"
    )
    return Reason("protocol", text, _FIX)
