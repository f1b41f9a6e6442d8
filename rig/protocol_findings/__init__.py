"""The tables ``[findings.X]`` of a protocol file, by family.

``sides``      a limit as text
``limits``     limits of every kind
``ruled``      rule, coverage factor, population
``rates``      windows, steps of a day, re-programming, stop, minimum rate
``doses``      the dose, with the assay and the line
``catheter``   occlusion, back pressure, compliance; ``pressure`` where a record has the pressure of the line
``leak``       what leaves the pump against what reaches the tip
``reservoir``  reservoir and battery
``happened``   instants, events, alarms, recovery
``screening``  the screening dose of a syringe
``sequential`` the mean flow error, and the looks by which it may be decided early
"""
