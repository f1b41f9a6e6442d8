"""The uncertainty that a run will achieve, before it is made.

>>> prediction = predict(protocol, bench, calibrations)                       # doctest: +SKIP
>>> [(f.name, f.expanded, f.limit) for f in prediction.findings]              # doctest: +SKIP
[('mean_flow_error', 0.61, 14.5)]

There is no second formula: ``planned`` writes the streams that a perfect pump, balance and room would leave, with noise
as the calibration record states it (``pattern``), and :class:`rig.assessment.Assessor` makes its findings of them. What
only the run can tell is an :class:`Allowance`.
"""

from rig.predict.planned import Allowance
from rig.predict.prediction import PredictedFinding, Prediction, predict

__all__ = ["Allowance", "PredictedFinding", "Prediction", "predict"]
