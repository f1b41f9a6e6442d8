"""Pictures: what they hold, that they repeat byte for byte, and that nothing simulated looks real."""

import hashlib
import re
from dataclasses import replace

import pytest

from rig.execute.phases import End
from rig.report.pictures import write_pictures
from rig.runner import run


@pytest.fixture(scope="module")
def assessment(station_in, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    more = '[findings.trumpet]\nwindows = ["15 min", "1 h", "2 h"]\n[findings.start_up]\nband = "10 %"'
    station = station_in(folder)
    return run(station.protocol(more=more), station.bench(), folder / "run").assessment


@pytest.fixture(scope="module")
def drawn(assessment, tmp_path_factory):
    return write_pictures(assessment, tmp_path_factory.mktemp("drawn"))


def test_every_picture_comes_as_svg_and_png(drawn):
    assert [path.name for path in drawn] == [
        f"{name}.{kind}" for name in ("delivered", "start-up", "trumpet") for kind in ("svg", "png")
    ]


def test_the_same_result_gives_the_same_bytes(assessment, drawn, tmp_path):
    again = write_pictures(assessment, tmp_path)
    assert [digest(path) for path in again] == [digest(path) for path in drawn]


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_nothing_in_them_tells_the_date_or_asks_the_network(drawn):
    for path in drawn[::2]:
        text = path.read_text()
        assert "dc:date" not in text
        assert not re.search(r'(?:href|src)="http', text)


def test_a_simulated_result_says_so_across_every_panel(assessment):
    from rig.report.pictures import figures
    from rig.report.style import house_style

    with house_style():
        for _, figure in figures(assessment):
            for axes in figure.axes:
                assert "simulated, not device evidence" in [text.get_text() for text in axes.texts]


def test_a_window_that_is_no_whole_cycle_is_drawn_apart(assessment):
    from rig.report.trumpet import draw_trumpet

    axes = draw_trumpet(assessment, assessment.trumpet).axes[0]
    lines = {line.get_label(): line for line in axes.get_lines()}
    hollow = lines["no whole multiple of the cycle: decides nothing"]
    assert list(hollow.get_xdata()) == [0.25, 0.25]
    assert list(lines["largest error"].get_xdata()) == [1.0, 2.0]


def test_axes_say_their_units(assessment):
    from rig.report.delivered import draw_delivered
    from rig.report.start_up import draw_start_up

    labels = [axes.get_ylabel() for axes in draw_delivered(assessment, assessment.curve).axes]
    labels += [axes.get_ylabel() for axes in draw_start_up(assessment, assessment.start_up).axes]
    assert labels == ["volume [µL]", "delivered - programmed\n[µL]", "flow [µL/h]", "flow error [%]"]


def test_a_run_that_was_cut_short_says_so_on_its_pictures(assessment):
    from rig.report.delivered import draw_delivered

    ended = replace(assessment.evidence, end=End("aborted", "Ctrl-C", 1.0))
    figure = draw_delivered(replace(assessment, evidence=ended), assessment.curve)
    assert any("ended early (aborted)" in text.get_text() for text in figure.texts)


def test_nothing_to_draw_leaves_no_folder(assessment, tmp_path):
    nothing = replace(assessment, curve=None, trumpet=None, start_up=None)
    assert write_pictures(nothing, tmp_path / "pictures") == []
    assert not (tmp_path / "pictures").exists()
