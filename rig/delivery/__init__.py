"""Delivery: from a record and its calibration records to delivered volume with its covariance.

``collected``  what a balance says as volume
``evaporated``  evaporation, one rate or its course
``beaker``   the course, from the evaporation beaker
``volume``   the measurement model and its GUM budget
``levels``   a level at one instant, and the noise of readings
``legs``     evaporation and noise, from the stretches with the line clamped
``setup``    what is known of balance, vessel, fluid and air
``from_record`` puts them together
"""

from rig.delivery.volume import Delivery

__all__ = ["Delivery"]
