"""An inconclusive run says which analysis would have decided; a run of that length does."""

import io
from dataclasses import replace

import pytest
from rich.console import Console

from rig.cli.show import show_result
from rig.execute.phases import End
from rig.planning.longer import longer_texts
from rig.runner import run
from tests.rig.test_spine import DECLARED


@pytest.fixture
def carried_out(station, tmp_path):
    """The assessment of a run under declared air, which makes U: 3 % over two hours."""

    def go(gain, analysis="2 h"):
        bench = station.bench(f"gain = {gain}", environment=DECLARED.format(half_width="2.8 hPa"))
        return run(station.protocol(analysis=analysis), bench, tmp_path / f"{gain} for {analysis}").assessment

    return go


@pytest.mark.parametrize(("gain", "verdict", "hours"), [(1.13, "pass", 4), (1.168, "fail", 3)])
def test_a_run_of_the_length_that_is_named_decides(carried_out, gain, verdict, hours):
    """Levels are uncertain by the air: U is 2.8 % over two hours, 1.9 % over three and 1.4 % over four."""
    said = longer_texts(carried_out(gain))[0]
    assert said == f"mean flow error: an analysis of {hours} h instead of 2 h would {verdict}, were its value to stay"
    assert carried_out(gain, f"{hours} h").findings[0].verdict == verdict


def test_a_run_of_one_cycle_less_does_not(carried_out):
    assert carried_out(1.13, "3 h").findings[0].verdict == "inconclusive"


def test_the_terminal_tells_it_and_the_sealed_result_does_not(carried_out):
    found, terminal = carried_out(1.13), Console(file=io.StringIO(), width=140)
    show_result(terminal, found)
    assert "an analysis of 4 h instead of 2 h would pass" in terminal.file.getvalue()
    assert "instead of" not in str(found.as_json())


def test_a_value_on_its_limit_is_decided_by_no_length(carried_out):
    found = carried_out(1.13)
    on_it = replace(found, findings=[replace(one, value=14.5) for one in found.findings[:1]])
    assert longer_texts(on_it) == ["mean flow error: no analysis of up to 744 h would decide, were its value to stay"]


def test_nothing_is_said_where_it_is_not_the_length_that_was_lacking(carried_out):
    found = carried_out(1.13)
    assert longer_texts(replace(found, verdict=replace(found.verdict, outcome="pass"))) == []
    ended = replace(found.evidence, end=End("aborted", "enough", 9000.0))
    assert longer_texts(replace(found, evidence=ended)) == []
    open_otherwise = [replace(one, value=0.0) for one in found.findings[:1]]  # decided by its numbers
    assert longer_texts(replace(found, findings=open_otherwise)) == []
