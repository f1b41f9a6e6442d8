"""The gate: what is checked of every channel before a run starts; run, command line and pytest plug-in use the same.

    report = check_gate(opened, calibrations, protocol)      # rig.gate.door
    report.refuse("station-1", not_for_release=False)        # BenchError with every reason of every channel at once

One file a concern:

==================  ================================================================================
``readiness``       an instrument that cannot record as it stands; the protocol asks what the bench has not
``retired``         no instrument that was taken out of service; ``books``: in which books that is looked up
``channels``        a calibration record of the right kind, of this unit, in date, traceable; the pump's tube
``stated``          for release, records of schema 1: a certificate behind each, and none beside a sealed one
``stored_factor``   the factor that the pump keeps is the one that its record left there
``conditions``      air and supply voltage within those of each record
``ranges``          the load at the balance from start to safety stop, and the room in the beaker
``unstated``        what a record does not say of where it holds: a reason for release, a remark else
``produced_ranges`` heads, temperatures and supply voltages of the protocol, within what was calibrated
``witness_ranges``  every programmed rate, and the load on the pump's own cell, within what was calibrated
``balance_check``   the last daily check of the balance held, and is in date for a run for release
``predicted``       the U that the run will achieve, against the limit of each decided finding
``minimum_weight``  the net increment of the analysis against the balance's minimum weight
``refused``         one refusal with the reasons of gate, qualification, check weight, noise record and checklist
``afterwards``      the same records judged again from what was recorded
==================  ================================================================================

Nothing is moved and nothing is written. What ``readiness`` finds is refused always; the other reasons can be overridden
by a run that is marked as not for release, and its record says which they were.
"""
