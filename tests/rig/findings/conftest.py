"""Findings asked for in TOML, of programs that the simulated bench has carried out.

``asked`` runs a program once for all tests that need it, and judges its record by the tables of each test; ``whole``
runs a protocol with its tables from the gate to the verdict.
"""

from dataclasses import replace

import pytest

from rig.assessment import Assessor
from rig.control import Control
from rig.delivery.from_record import Evidence
from rig.protocol import parse_protocol
from rig.record import Record
from rig.runner import run

#: When the delivery begins, after evaporation leg and settling [s]: faults of the plant are in its own time.
BEGAN_S = 3720.55
SEGMENT = 'kind = "continuous"\nflow = "0.15 mL/day"'
COARSE = '[intervals]\npump = "10 s"\nwitness = "10 s"\nenvironment = "60 s"\n'


def flow(rate, hours):
    return f'kind = "continuous"\nflow = "{rate}"\nduration = "{hours} h"'


def files(station, hours, segments, tables, options, bench_edit=str):
    path = station.protocol(stabilization="0 h", analysis=f"{hours} h", more=f"{COARSE}{tables}")
    path.write_text(path.read_text().replace(SEGMENT, "\n[[program.segments]]\n".join(segments)))
    bench = station.bench(options)
    bench.write_text(bench_edit(bench.read_text()))
    return path, bench


@pytest.fixture(scope="session")
def carried_out(station_in, tmp_path_factory):
    """The evidence of a program under options of the world; what else is changed about the run, ``key`` names."""
    kept = {}

    def evidence(hours, segments, options="", *, key="", bench_edit=str, observers=(), recorded="", control=None):
        known = (hours, tuple(segments), options, key)
        if known not in kept:
            folder = tmp_path_factory.mktemp("run")
            made = files(station_in(folder), hours, segments, recorded, options, bench_edit)
            spoken = control or Control(unattended="yes")
            record = run(*made, folder / "run", control=spoken, observers=list(observers), not_for_release=True)
            kept[known] = Evidence.of(Record.open(record.folder))
        return kept[known]

    return evidence


@pytest.fixture
def asked(carried_out):
    """The findings by name that tables make of a program."""

    def judge(hours, segments, tables, options="", *, text=str, **how):
        evidence = carried_out(hours, segments, options, **how)
        said = text(evidence.input("protocol.toml").decode()) + tables
        protocol = parse_protocol(said, "protocol.toml", evidence.bench.limits)
        finder = Assessor(replace(evidence, protocol=protocol))
        finder.find()
        return {finding.name: finding for finding in finder.findings}

    return judge


@pytest.fixture
def whole(station, tmp_path):
    """The outcome of a whole run with these tables, past the gate."""

    def ran(hours, segments, tables, options="", *, bench_edit=str, answers=None, **more):
        made = files(station, hours, segments, tables, options, bench_edit)
        control = Control(unattended="yes")
        for key, text in (answers or {}).items():
            control.answer(key, text, who="qa")
        return run(*made, tmp_path / "run", control=control, **more)

    return ran
