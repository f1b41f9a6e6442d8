"""Requirements and hazards: what the tests of a pump are there for, and what of it nobody tests.

::

    catalogue = load_catalogue(Path("tests/acceptance"))
    rows = trace(catalogue, read_suites(catalogue.folder), evidence(stored_runs([Path("runs")])))

=============== ==================================================================================
``tables``      a requirement and a hazard as their files say them
``catalogue``   ``requirements.toml`` and ``hazards.toml`` of a folder, checked against each other
``limit_text``  the limit of a requirement, which has a unit
``suites``      which tests and protocols of a folder name which ids, without running any
``evidence``    the last sealed run of each requirement
``trace``       requirement, hazard, test and evidence as rows, with the gaps as rows of their own
``reqif``       a customer's requirements in, verdicts out
=============== ==================================================================================

Files are the source; tests name ids with the marks ``requirement("REQ-...")`` and ``hazard("HAZ-...")``.
"""
