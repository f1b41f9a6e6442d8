"""The course of the error: gaps stay open, extremes of a long stream are kept, and every panel says what it is."""

from dataclasses import replace

import numpy as np
import pytest

from rig.assessment import assess
from rig.report.course import draw_course, draw_front, error_course
from rig.report.gaps import broken, thinned
from rig.report.style import house_style


@pytest.fixture(scope="module")
def assessment(record):
    return assess(record)


def test_a_line_is_never_drawn_across_a_gap():
    readings = np.array([0.0, 1.0, 2.0, 3.0, 60.0, 61.0, 62.0])
    at, values = broken(np.array([1.0, 3.0, 61.0]), readings, np.array([5.0, 6.0, 7.0]))
    assert np.isnan(at[2])
    assert np.isnan(values[2])
    assert values[[0, 1, 3]].tolist() == [5.0, 6.0, 7.0]


def test_without_a_gap_nothing_is_put_in():
    at, values = broken(np.arange(3.0), np.arange(10.0), np.ones(3))
    assert np.isfinite(at).all()
    assert len(values) == 3


def test_a_long_stream_keeps_its_highest_and_its_gap():
    time = np.concatenate([np.arange(5000.0), np.arange(9000.0, 14000.0)])
    values = np.sin(time / 500.0)
    values[1234] = 40.0
    at, shown = thinned(time, values)
    assert np.nanmax(shown) == 40.0
    assert np.isnan(shown).sum() == 1
    assert len(at) < 700


def test_the_last_point_is_the_finding(assessment):
    _, error, reach = error_course(assessment)
    main = assessment.findings[0]
    assert error[-1] == pytest.approx(main.value, abs=1e-3)
    assert reach[-1] == pytest.approx(main.expanded, rel=1e-3)


def test_the_band_has_the_coverage_factor_that_is_stated(assessment):
    main = replace(assessment.findings[0], k=3.0)
    wider = error_course(replace(assessment, findings=[main, *assessment.findings[1:]]))[2]
    assert wider[-1] == pytest.approx(1.5 * error_course(assessment)[2][-1])
    with house_style():
        figure = draw_front(replace(assessment, findings=[main]))
    assert "± U (k = 3)" in figure.axes[0].get_legend_handles_labels()[1]
    assert figure.axes[0].get_title("left") == "against the limits"  # it stands over a fail too


def test_air_stands_beside_the_error_and_the_acceptance_zone_behind_it(assessment):
    with house_style():
        figure = draw_course(assessment)
        small = draw_front(assessment)
    labels = [axes.get_ylabel() for axes in figure.axes]
    assert labels == ["error [%]", "error [%]", "air\n[°C]", "pressure\n[hPa]"]
    names = figure.axes[0].get_legend_handles_labels()[1]
    assert {"± U (k = 2)", "acceptance zone", "limits"} <= set(names)
    for axes in [*figure.axes[:2], *small.axes]:
        assert "simulated, not device evidence" in [text.get_text() for text in axes.texts]
