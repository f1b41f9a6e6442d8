"""What a reviewer reads before the table."""

from __future__ import annotations

from typing import Final

INTRODUCTION: Final = """
# What each metric was held against

For a reviewer of a report that stands on this tool: a row for each metric, with the published vector or the known
truth that it was held against, and the deviation found. The page is made by

```
python tests/benchmarks/held_against.py --markdown
```
and `tests/held_against` computes every row anew with each change. A row beyond what is allowed fails it, and so does
a vector or a module of metrics that has no row.

## What the table says
* **function** is what was called, as anybody may call it; without a package in front it is in `rig.verify`.
* **held against** is a published vector, by its id in [the list of vectors](../tests/vectors.json) (each with source,
  inputs, tolerance and how sure the source is) or [of curves](../tests/calibration/curves.json); or a truth that was
  *planted*: a pump that gives 3 % too much, a stall of two hours, a leak of a tenth. What is expected is never what
  the package says of itself.
* **expected**, **found**, **deviation**: of a metric with several values, the one that uses most of what it is
  allowed.
* **allowed**, and what that is: the tolerance of the *vector*, mostly half a unit of its last published digit;
  *rounding*, where arithmetic is exact; and for what was drawn, what chance may do. *U/5* is of the mean of 100
  deliveries, U that of one, and four standard errors; *4 sd* is the same of a count or a scatter. "At most" means
  that less is as good.
* **U holds**: in how many of the draws the stated U = 2 u held the truth. It should be 95.4 %: 88 to 100 of 100, by
  chance. More than that is a U on the safe side.

Seeds are fixed, and none was chosen. Chance alone carries one number in 16,000 further than four standard deviations.

## What it does not say
* **Class: simulated.** No row has seen a pump, a balance or a drop of liquid; none is evidence about a device, and
  none about the drivers of real instruments, of which [none is verified on hardware yet](instruments.md).
* A metric that is right about a known truth is right about a pump only as far as the readings are. What readings may
  hide is on [another page](evidence_for_the_verdict.md): how often a verdict is wrong, with everything that is
  declared drawn anew.
* What only a whole run shows (an alarm that is noticed, a fault that is found and nobody else blamed) is in [the
  fault campaign](campaign.md).
* A dose between two instants is that between the instants as they were told. An end that errs inwards leaves out what
  was missed there: 0.4 u(t) times the flow on average, 0.04 uL in the row of the reset. U holds it.
* Vectors whose source is "computed here" hold the code against a second computation, and not against a publication.
"""
