"""Example 3: the approach to 0, slower than any geometric rate."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.style import FINE_DASH
from stepsize_core.limits import LimitKind
from stepsize_core.paper.initialization_dependence import Study

ESCAPED = 3.0  # thresholds; the picture ends there
LABEL_WIDTH = 34  # of the axis labels, so that pictures above each other share their left edge


@figure("The approach to 0", height=200)
def DECAY(study: Study, draw: Drawing) -> str:
    k, power, limit_law = study.decay_steps, study.params.power, study.decay_limit
    approaches, ends_there = study.limit.kind is LimitKind.EQUILIBRIUM, study.decay[-1] == 0.0
    axis, frame = {"minExtent": LABEL_WIDTH, "tickCount": 4}, {"k": k[[0, -1]], "modulus": study.radius}
    draw.axes("step k", "|x[k]|", log="xy", y=axis, frame=frame)
    draw.curve("limit_law", {"k": k, "modulus": limit_law}, look="theory", width=1.2, dash=FINE_DASH)
    seen = (study.decay > 0) & (study.decay <= ESCAPED * study.radius)
    draw.curve("decay", {"k": k[seen], "modulus": study.decay[seen]})
    law = study.decay_law if approaches and not ends_there else limit_law
    known = np.isfinite(law)
    draw.curve("law", {"k": k[known], "modulus": law[known]}, look="theory")
    middle = [6 * len(k) // 10]
    name = {"k": k[middle], "modulus": limit_law[middle], "text": [f"slope −1/{power - 2}"]}
    draw.label("_labels", name, align="right", dx=-4, dy=12)
    if ends_there:
        way = "starts at the minimum" if study.params.start == 0.0 else "steps exactly onto the minimum"
        return f"This run {way} and stays there; nearly every other inside the threshold creeps to it."
    if not approaches:
        law = f"(L(L−2)δk)^(−1/{power - 2})"
        return f"This run does not approach 0. Dashed: {law}, which every run that does comes to follow."
    return (
        f"|x[k]| = {study.decay[-1]:.4g} after {k[-1]:,} steps. Dashed, from k = {study.law_from} on: "
        f"|x|^(−{power - 2}) grows by L(L−2)δ a step, to |x| = {study.decay_law[-1]:.4g}; dotted, "
        f"its limit: a straight line on these axes, slower than any geometric rate."
    )
