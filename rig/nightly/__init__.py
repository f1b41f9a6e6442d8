"""A night on one bench: a list of protocols and suites, unattended, with one page at the end.

    night = Night(load_night_plan(Path("nightly.toml")), Programs(...), WallClock())
    report = night.run()
    report.exit_code

============ ==================================================================================
``plan``     ``nightly.toml``: what is run, in which hours, with how much room on the disk
``journal``  what happened so far, a line each, on the disk before anything goes on
``programs`` how an item is started: the ``rig`` and pytest that a person would start by hand
``item``     one item: command, folder, outcome
``junit``    which of the four verdicts a suite's JUnit file says
``night``    the night itself; goes on after a reboot
``result``   what an item has shown: verdict, reasons, findings
``trends``   a finding of tonight against the nights before
``report``   all of it as one object, and as JSON
``page``     the page (HTML), and JUnit
============ ==================================================================================

Nothing is ever repeated: an item that a reboot cut short stays with its record and verdict, and the next one begins.
"""
