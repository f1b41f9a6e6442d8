"""Programs, and deliveries whose truth is known: levels about a planted truth, and a real delivery from readings.

told = program('kind = "continuous", flow = "6 uL/h", duration = "24 h"')
levels = Drawn(lambda t: 0.9 * told.volume_ul(t), 25.0, seed=7)     # a pump that gives a tenth too little
delivery = weighed(told.volume_ul, 24.0, program=told)              # on a balance with noise
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from fixtures.synthetic.bench import SETUP
from rig.delivery.collected import Air
from rig.delivery.corners import Corners, corners_of
from rig.delivery.evaporated import Evaporation
from rig.delivery.levels import Noise
from rig.delivery.volume import Delivery
from rig.dose import DoseProgram

HEAD = 'drug = "baclofen"\nconcentration = "2000 ug/mL"\nreservoir = "40 mL"\n'


def program(*segments):
    """A program of segments, each a table on one line without its brackets."""
    lines = ", ".join(f"{{ {segment} }}" for segment in segments)
    return DoseProgram.from_toml(f"{HEAD}segments = [{lines}]")


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


def weighed(volume_ul, hours, *, program=None, began_s=1200.0, noise_g=2e-5, seed=1, time_s=None, window_s=600.0):
    """A real delivery of a pump that does what ``volume_ul(time_s)`` says, on a balance with noise."""
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
