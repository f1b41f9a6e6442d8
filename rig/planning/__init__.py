"""Planning a run before it is made: how long it must be, what limits it, and how many pumps the claim needs.

>>> made = make(Case(protocol, bench, calibrations, measured=noise_of(bench)), today)     # doctest: +SKIP
>>> made.run.outcome, made.run.findings[0].shortest                                       # doctest: +SKIP

A pure function of files: a protocol, a bench, the records of its book. Nothing is opened, nothing moves.

===============  ====================================================================================================
``case``         a protocol on a bench, with other lengths: its prediction and its phases
``decidable``    what decidable means, and whether a finding is
``shortest``     the shortest run in which something holds, legs and analysis together
``windows``      the shortest window that could be decided, where no longer run helps
``helps``        what would take most off U
``run_plan``     all findings of a run, and the run that decides them together; ``outcomes`` what is said of them
``bench_time``   every phase with its length, and whether the noise of the balance is known over so long a run
``population``   how many pumps a claim about all pumps needs; ``series`` for the boluses of one pump
``longer``       after an inconclusive run: the analysis that would have decided, were its value to stay
``rationale``    the plan in sentences; ``as_json`` for programs
===============  ====================================================================================================
"""

from rig.planning.case import Case, Lengths
from rig.planning.decidable import Wanted
from rig.planning.made import MadePlan, make
from rig.planning.outcomes import Asked
from rig.planning.population import Coverage

__all__ = ["Asked", "Case", "Coverage", "Lengths", "MadePlan", "Wanted", "make"]
