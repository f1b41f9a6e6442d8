"""What a report says, one module for each part; every function is pure and gives blocks of :mod:`rig.report.document`.

==================  =====================================================================================
``case``            a run with everything that its report needs
``page_one``        the decision, as a metrologist reads it
``corrections``     sizes of the corrections that were made
``untested``        what was not tested
``identity``        ISO/IEC 17025, 7.8.2.1 a to p
``tested``          device, fluid, program
``bench``           instruments, calibration records, standards, noise
``method``          protocol, acceptance criteria, rationale, where the methods come from
``surroundings``    the air during the run
``results``         findings with U, rule and risk
``budget``          the uncertainty budget, line by line
``pictures``        plots as vectors
``departures``      deviations, excluded data, attempts
``matrix``          requirements and hazards, with gaps as rows
``software``        software, parts of other makers (SOUP), hashes
``approval``        signatures, audit extract
``whole``           all of it in order
``procedure``       the same before the run, without results
``campaign``        many runs; ``population`` what they say about devices like these
==================  =====================================================================================
"""
