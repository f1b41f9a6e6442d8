"""Delivery: from a record and its calibration records to delivered volume with its covariance.

``collected``  what a balance says as volume
``evaporated``  evaporation, one rate or its course
``beaker``   the course, from the evaporation beaker
``measurement_model`` what a difference of volume is made of
``volume``   levels, their covariance, and the GUM budget of a difference
``levels``   a level at one instant, and the noise of readings
``legs``     evaporation and noise, from the stretches with the line clamped
``setup``    what is known of balance, vessel, fluid and air
``modelled`` noise from a record without flow; levels, legs and increments are then best linear unbiased estimates:
``best_line`` of one stretch of readings, ``joint_lines`` of several, ``increment`` of both ends and the legs,
``bound`` and ``efficiency`` how good that is, ``constant_rate`` a slope, where it may be one
``witness_readings``, ``witness_series``, ``calibrated_witnesses``, ``witness_volumes`` what the other witnesses saw
``from_record`` puts them together
"""

from rig.delivery.volume import Delivery

__all__ = ["Delivery"]
