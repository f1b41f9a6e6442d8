"""Reference vectors by id, programs, and deliveries whose truth is known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from fixtures.synthetic.bench import SETUP
from rig.delivery.collected import Air
from rig.delivery.corners import Corners, corners_of
from rig.delivery.evaporated import Evaporation
from rig.delivery.levels import Noise
from rig.delivery.volume import Delivery
from rig.dose import DoseProgram

VECTORS = Path(__file__).parents[2] / "vectors.json"
HEAD = 'drug = "baclofen"\nconcentration = "2000 ug/mL"\nreservoir = "40 mL"\n'


@pytest.fixture(scope="session")
def vector():
    found = {entry["id"]: entry for entry in json.loads(VECTORS.read_text(encoding="utf-8"))}
    return found.__getitem__


@pytest.fixture(scope="session")
def program():
    """Makes a program of segments, each a table on one line without its brackets."""

    def made(*segments):
        lines = ", ".join(f"{{ {segment} }}" for segment in segments)
        return DoseProgram.from_toml(f"{HEAD}segments = [{lines}]")

    return made


class Drawn:
    """Levels about a known truth: noise of each instant, one wrong rate and one wrong scale for all of them."""

    def __init__(self, truth_ul, hours, *, seed=0, noise_ul=0.05, u_rate_ul_h=0.02, u_scale=0.002, window_s=600.0):
        self.time_s = np.array([0.0, hours * 3600.0])
        self.window_s = window_s
        self._truth, self._u = truth_ul, (noise_ul, u_rate_ul_h, u_scale)
        self._random = np.random.default_rng(seed)
        self._off = self._random.standard_normal(2)
        self._noise = {}

    def with_corners(self, *_):
        return self

    def levels_ul(self, times_s):
        noise, rate, scale = self._u
        truth, hours = self._truth(times_s), times_s / 3600.0
        own = np.array([self._noise.setdefault(float(t), self._random.standard_normal()) for t in times_s])
        level = truth + noise * own + rate * hours * self._off[0] + scale * truth * self._off[1]
        spread = np.eye(len(times_s)) * noise**2 + np.outer(hours, hours) * rate**2 + np.outer(truth, truth) * scale**2
        return level, spread

    def difference_ul(self, *_):
        return SimpleNamespace(nu_eff=np.inf)


@pytest.fixture(scope="session")
def drawn():
    return Drawn


@pytest.fixture(scope="session")
def covered():
    """Part of ``trials`` draws in which |measured - truth| <= 1.96 u."""

    def part(measure, truth, trials=3000):
        found = np.array([measure(seed) for seed in range(trials)])
        return float(np.mean(np.abs(found[:, 0] - truth) <= 1.959964 * found[:, 1]))

    return part


@pytest.fixture(scope="session")
def weighed():
    """Makes a real delivery of a pump that does what ``volume_ul(time_s)`` says, on a balance with noise."""

    def made(volume_ul, hours, *, program=None, began_s=1200.0, noise_g=2e-5, seed=1, time_s=None, window_s=600.0):
        t = np.arange(0.0, began_s + hours * 3600.0 + 1200.0, 10.0) if time_s is None else time_s
        gone_g = 0.3e-3 * t / 3600.0
        liquid_g = volume_ul(t - began_s) * 0.99777e-3 * (1 - 1.19 / 997.77) / (1 - 1.19 / 8000.0)
        reading = 53.0 + liquid_g / (1 - (1.6 / 30.0) ** 2) - gone_g
        reading += np.random.default_rng(seed).normal(0.0, noise_g, len(t))
        setup = replace(SETUP, u_load_volume_ml=2.0)
        air = Air(np.zeros(1), np.array([1.19]), 1e-4, "declared")
        gone = Evaporation(0.3, 0.01, 30.0, measured=True)
        corners = Corners() if program is None else corners_of(program, began_s)
        return Delivery(t, reading, air, setup, gone, Noise(noise_g, 0.0, "test"), window_s, corners=corners)

    return made
