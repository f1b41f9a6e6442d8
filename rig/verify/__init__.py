"""From a delivery to a decision: metrics of an infusion pump, and the rules that judge them.

Everything here is a pure function of its arguments. Doors take quantities, answers are small frozen
dataclasses with the unit in each field's name, and array kernels stand beside the doors.

===================== =================================================================================================
``start_up``          flow against time from the start, and the time from which it stays in a band
``trumpet``           extreme errors of every window length, flagged against cycle and noise
``noise``             how wide a trumpet the balance's own noise draws
``bolus``             statistics of a series of boluses
``delivered_bolus``   single, bridge and priming boluses of a program, with their joint covariance
``dose``              from volume to dose, with an assayed concentration
``changed_dose``      the same while a bridge or priming bolus is on its way, by the mixing of the line
``dose_windows``      the any-24-h dose: extreme windows, and what the maximum operator adds to them
``schedule``          error and delay of each step of a day
``effective_time``    when a re-programmed rate really held
``stop``              residual volume and flow of a stopped pump, free flow
``minimum_rate``      the lowest rate, and what the run could see of it
``mixing``            which drug leaves the tip during bridge and priming: a model, or a fitted tracer
``tracer``            dead and mixed volume of a line from a tracer
``screening``         the screening dose, a syringe's profile
``occlusion``         time to a threshold, stored bolus; what an undetected occlusion misses and releases
``compliance``        what a line stores for each kPa
``leak``              pump outlet against tip: leak, disconnect
``height``            flow error against back pressure and height
``reservoir``         the pump's book against the scales, low-reservoir alarm
``refill``            refill reconciliation, and its blind spot
``battery``           consumption and lifetime
``indicators``        voltage of an indicator, notice before the end of service
``events``            from cause to detection, and the dose meanwhile
``recovery``          when a pump delivers again after a brown-out, stall or reset
``rules``             pass, fail or inconclusive, by a named decision rule
``guard_bands``       the decision rules by name, built in and from other packages
``risk``              conformance probability, specific and global risk (JCGM 106)
``tolerance``         factors of statistical tolerance intervals, exact
``sample_size``       how many pumps a claim about all pumps needs, and how likely the study is to succeed
``reliability``       what so many passed pumps show about the next ones
``capability``        Cp and Cpk
``change_point``      the instant at which a flow changed
``windows``           several windows of one delivery with their joint covariance
``series``            what must hold of any stream
``grid``              sample interval, windows on it, whole multiples
``errors``            what a metric or a decision refuses
``mean_flow``         mean flow error over whole declared cycles, with its standard uncertainty
``rule``              what a rule is; ``rule_names`` with numbers and endings; ``rule_arrays`` many values at once
``limits``            kinds of limits: asymmetric, masks, fractions, each of n, samples, counts, times
``joint``             errors of many windows or of ever longer spans, with their covariance
``simultaneous``      how far the worst of many correlated values strays by chance
``sequential``        looks at a run that is still going on, at the same risk (``looks``, ``spending``, ``crossing``)
``prior``             global risk over a population, with its source
``distribution_free`` sample sizes that ask for no distribution
``pumps``             many pumps, several runs of each: between, within, shared
``life``              the trend of one device
``witnesses``         whether the witnesses of one interval agree, and where they do not, by ``witness_models``
``seen``              nodes of the flow, and what witnesses there saw with its covariance
===================== =================================================================================================

The methods are borrowed from IEC 60601-2-24, whose scope excludes implantable pumps; a report that uses
them has to say so.

The package itself is callable, as the ``rig.verify(record)`` of the public interface: see
:func:`rig.verify_record.verify` and ``docs/decisions/0006-rig-verify-is-callable.md``.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from rig.assessment import Assessment
    from rig.record import Record


class _CallableModule(ModuleType):
    """A package of metrics that is also the public function ``rig.verify``."""

    def __call__(self, record: Record | Path | str) -> Assessment:
        """Findings and verdict of a record; see :func:`rig.verify_record.verify`."""
        from rig.verify_record import verify

        return verify(record)


sys.modules[__name__].__class__ = _CallableModule
