"""Runs over the whole wire and synthetic deliveries say the same: how far off, how uncertain, which verdict."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def wire(script):
    return script("wire_agreement")


def test_a_bench_that_was_drawn_is_assessed_with_what_it_declares(wire, tmp_path):
    """One run: off by no more than chance allows, and as uncertain as its twin."""
    at = wire.declared(tmp_path)
    truth = wire.of_the_bench(at, wire.np.random.default_rng(1), 1, 0.10)
    assessment, true_ul = wire.one_run(tmp_path, 1, wire.options(truth, 0))
    found, made = assessment.findings[0], wire.twin(at, 200)
    assert true_ul == pytest.approx(1.1 * assessment.span.programmed_ul, rel=2e-3)
    assert abs(found.facts["delivered_ul"] - true_ul) < 3.5 * found.facts["u_delivered_ul"]
    assert found.u == pytest.approx(wire.np.median(made.u_percent), rel=0.1)


@pytest.mark.nightly
@pytest.mark.timeout(7200)
def test_five_hundred_runs_over_the_wire_agree_with_their_twin(wire):
    z, u, said, at = wire.over_the_wire(500)
    p_off, p_verdicts, ratio, _ = wire.compared(z, u, said, wire.twin(at))
    assert p_off > wire.LEVEL
    assert p_verdicts > wire.LEVEL
    assert ratio == pytest.approx(1.0, abs=0.02)
