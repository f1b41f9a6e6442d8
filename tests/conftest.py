"""What every test here may use, and what a JUnit file of the suite says of the software that was tested."""

from __future__ import annotations

from _pytest.junitxml import xml_key

pytest_plugins = ["pytester"]


def pytest_sessionstart(session):
    """Version and revision into the file; pytest's own fixture for it does not work with several workers."""
    xml = session.config.stash.get(xml_key, None)
    if xml is None:
        return
    from rig.software import software_state
    from rig.validation.tested import properties

    for name, value in properties(software_state()).items():
        xml.add_global_property(name, value)
