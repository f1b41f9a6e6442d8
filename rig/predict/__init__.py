"""The uncertainty that a run will achieve, before it is made.

>>> prediction = predict(protocol, bench, calibrations)                       # doctest: +SKIP
>>> [(f.name, f.expanded, f.limit) for f in prediction.findings]              # doctest: +SKIP
[('mean_flow_error', 0.61, 14.5)]

There is no second formula: ``streams`` writes what a perfect pump, balance and room would leave, with noise as the
calibration record states it (``pattern``), ``planned`` makes a record of it, and :class:`rig.assessment.Assessor` makes
its findings of that; ``shares`` says what makes U so large. What only the run can tell is an :class:`Allowance`.
"""

from rig.predict.prediction import PredictedFinding, Prediction, predict
from rig.predict.streams import Allowance

__all__ = ["Allowance", "PredictedFinding", "Prediction", "predict"]
