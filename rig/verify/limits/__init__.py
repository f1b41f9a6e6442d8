"""Limits: what may be asked of a value, of many values at once, of a sample, of a count and of a time.

=====================  ================  =====================================================================
limit                  judges            accepted
=====================  ================  =====================================================================
``Between``            ``Value``         from lower to upper, which need not be symmetric; one may be missing
``LargerOf``           --                the larger of a percentage and a volume; ``at(programmed)`` is a Between
``EachWithin``         ``Joint``         each of n values (boluses) within the same two limits
``Mask``               ``Windows``       each window within the limits of its length
``FractionWithin``     ``Joint``         at least a fraction of the windows within the limits
``ToleranceWithin``    ``Sample``        a part of all pumps within the limits, with confidence
``FailingPart``        ``Tally``         at most a part of all pumps failing, with confidence
``AtMost``             ``int``           so many and no more
``NoLaterThan``        ``Instant``       by a time, of an event seen between two looks
=====================  ================  =====================================================================

Every one has ``judge(found, by)``, which gives a :class:`Judgement`, and prints itself with ``str``.

>>> limit = Between(-14.5, 10.0)
>>> print(limit, limit.judge(Value(9.0, 0.4)).verdict, limit.judge(Value(9.5, 0.4)).verdict)
-14.5 to +10 % pass inconclusive
>>> print(LargerOf(percent=5.0, volume_ul=0.5).at(programmed_ul=2.0))
-25 to +25 %
"""

from rig.verify.limits.between import Between, LargerOf, Value
from rig.verify.limits.count import AtMost, FailingPart, Tally
from rig.verify.limits.judgement import By, Judgement, Limit
from rig.verify.limits.sample import Sample, ToleranceWithin
from rig.verify.limits.time import Instant, NoLaterThan
from rig.verify.limits.windows import EachWithin, FractionWithin, Mask, Windows

__all__ = [
    "AtMost",
    "Between",
    "By",
    "EachWithin",
    "FailingPart",
    "FractionWithin",
    "Instant",
    "Judgement",
    "LargerOf",
    "Limit",
    "Mask",
    "NoLaterThan",
    "Sample",
    "Tally",
    "ToleranceWithin",
    "Value",
    "Windows",
]
