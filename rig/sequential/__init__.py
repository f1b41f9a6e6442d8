"""Sequential mode in a run: a delivery at a constant rate ends as soon as it has shown enough.

    [findings.mean_flow_error.sequential]        # of the protocol
    required = "10 h"
    every = "2 h"

1. Before the run the looks are planned from the joint covariance that the bench is expected to have
   (:mod:`rig.predict.looks`); the plan is in ``start.json``, and nothing that the run finds changes it.
2. At each look, once the readings of its level are in, :mod:`~rig.sequential.live` reads the record as it is on the
   disk, and :mod:`~rig.sequential.look` makes of it a value, its uncertainty, a boundary and a decision. That becomes
   an event of the record, with the number of rows that it stands on. A decision ends the delivery; the leg after and
   the check weight follow as planned.
3. Afterwards :mod:`~rig.sequential.again` cuts the sealed record to those rows and makes every look again, and
   :mod:`rig.findings.decided_early` says what the complete data make of it.

``estimates`` has the errors of a run at its looks, with what they share. Why so: ``docs/decisions/0026``.
"""
