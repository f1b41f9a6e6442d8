"""From a delivery to a decision: metrics of an infusion pump, and the rules that judge them.

Everything here is a pure function of its arguments. Doors take quantities, answers are small frozen
dataclasses with the unit in each field's name, and array kernels stand beside the doors.

==================  ==============================================================================
``mean_flow``       mean flow error over whole declared cycles, with its standard uncertainty
``start_up``        flow against time from the start, and the time from which it stays in a band
``trumpet``         extreme errors of every window length, flagged against cycle and noise
``noise``           how wide a trumpet the balance's own noise draws
``bolus``           statistics of a series of boluses
``rules``           pass, fail or inconclusive, by a named decision rule
``guard_bands``     the decision rules by name, built in and from other packages
``risk``            conformance probability, specific and global risk (JCGM 106)
``tolerance``       factors of statistical tolerance intervals, exact
``reliability``     what so many passed pumps show about the next ones
``capability``      Cp and Cpk
``grid``            sample interval, windows on it, whole multiples
``errors``          what a metric or a decision refuses
==================  ==============================================================================

The methods are borrowed from IEC 60601-2-24, whose scope excludes implantable pumps; a report that uses
them has to say so.
"""
