"""Validation of the tool itself: intended use, risk and test evidence of each function, from a run of its test suite.

::

    functions = load_functions(Path("tests/functions.toml"))
    run = read_run(Path("results.xml"))             # JUnit, as pytest --junitxml wrote it
    document = validation_document(functions, run)  # PDF, HTML and Markdown say the same

==============  =========================================================================
``functions``   what the tool is for, what could go wrong, which tests assure it
``run``         the test cases of a run, or of several of one software, and what was tested
``coverage``    which case belongs to which function, and the gaps
``document``    all of it as one document
``markdown``    a document as Markdown
==============  =========================================================================
"""
