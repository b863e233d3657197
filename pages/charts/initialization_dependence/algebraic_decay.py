"""Example 3: the approach to 0, slower than any geometric rate."""

from functools import partial

import numpy as np

from pages.charts.kit.drawing import Drawing, Ends
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import HELD, dragged_course
from pages.charts.kit.style import FINE_DASH
from stepsize_core.limits import LimitKind
from stepsize_core.paper.initialization_dependence import Study

ESCAPED = 3.0  # thresholds; the picture ends there
LABEL_WIDTH = 34  # of the axis labels, so that pictures above each other share their left edge
FIRST = 0.5  # where step 0 is drawn, which a logarithmic axis does not have
STRIDE = 6  # of the states that play, where the tail of a head is 8 steps long
LIMIT_NAMED, LAW_NAMED = 10.0, 300.0  # the steps beside which the names of the curves stand
MODULUS_OF_DRAGGED = partial(dragged_course, at=f"max({{}}, {FIRST})", of="abs({})")
GROWTH = f"datum.power * (datum.power - 2) * toNumber({HELD['step_size']})"  # of |x|^(2−L) a step


def approaches(study: Study) -> bool:
    """Whether this run creeps to 0, and does not step onto it."""
    return study.limit.kind is LimitKind.EQUILIBRIUM and study.decay[-1] > 0.0


@figure("The approach to 0", height=182)
def DECAY(study: Study, draw: Drawing) -> str:
    k, power, limit_law = study.decay_steps, study.params.power, study.decay_limit
    creeps, law = approaches(study), study.decay_law
    steps, moduli = np.arange(len(study.states)), np.abs(study.states)
    low, high = _ends(study, draw)
    frame = {"k": [FIRST, k[-1]], "modulus": [low, high]}
    axis = {"minExtent": LABEL_WIDTH, "tickCount": 4}
    draw.axes("step k", "|x[k]|", log="xy", y=axis, frame=frame, whole=True)
    ends = {"k": k[[0, -1]], "modulus": limit_law[[0, -1]], "power": power}
    moved = {"by": HELD["step_size"], "modulus": f"pow({GROWTH} * datum.k, -1 / (datum.power - 2))"}
    draw.curve("limit_law", ends, look="theory", width=1.2, dash=FINE_DASH, drag=moved)
    none = {"k": FIRST, "modulus": high}
    seen, known = (study.decay >= low) & (study.decay <= high), np.isfinite(law) & creeps
    whole = {"k": k[seen], "modulus": study.decay[seen]}
    draw.curve("decay", whole, width=1.2, opacity=0.6, drag=True, dragged=None, empty=none)
    draw.curve("law", {"k": k[known], "modulus": law[known]}, look="theory", drag=True, dragged=None,
               empty=none)  # fmt: skip
    plays = (moduli >= low) & (moduli <= high) & ((steps % STRIDE == 0) | (steps == steps[-1]) | (steps < 60))
    course = {"at": np.maximum(steps, FIRST)[plays], "modulus": moduli[plays], "k": steps[plays]}
    draw.run("_course", course, dragged=MODULUS_OF_DRAGGED, empty=none | {"at": FIRST})
    _name_curves(draw, study, none)
    draw.label("_zero", {"k": FIRST, "modulus": low, "text": "k = 0"}, look="muted", dx=3, dy=-7)
    draw.blank = not creeps
    if study.decay[-1] == 0.0:
        way = "starts at the minimum" if study.params.start == 0.0 else "steps exactly onto the minimum"
        return f"This run {way} and stays there; nearly every other inside the threshold creeps to it."
    if not creeps:
        words = f"(L(L−2)δk)^(−1/{power - 2})"
        return f"This run does not approach 0. One that does comes to follow {words}, a power of k."
    return (
        f"|x[k]| = {study.decay[-1]:.4g} after {k[-1]:,} steps. Dashed, from k = {study.law_from} on: "
        f"|x|^(−{power - 2}) grows by L(L−2)δ a step, to |x| = {law[-1]:.4g}; dotted, "
        f"its limit: a straight line on these axes, slower than any geometric rate."
    )


def _ends(study: Study, draw: Drawing) -> Ends:
    """The ends of the axis of |x|, from below where the run or its law ends to above the threshold."""
    seen = np.append(study.decay[(study.decay > 0) & (study.decay < ESCAPED * study.radius)], study.radius)
    least = min(seen.min(), study.decay_limit[-1])
    visited = np.log([least, max(seen.max(), abs(study.states[0]))])
    low, high = draw.hold("log |x|", (visited[0] - 0.3, visited[1] + 0.2), tuple(visited))
    return float(np.exp(low)), float(np.exp(high))


def _name_curves(draw: Drawing, study: Study, none) -> None:
    """The names of the limit, above it, and of the law, below it."""
    for name, step, values, text, side in (
        ("_limit", LIMIT_NAMED, study.decay_limit, f"slope −1/{study.params.power - 2}", -1),
        ("_law", LAW_NAMED, study.decay_law, "predicted", 1),
    ):
        at = [int(np.argmin(np.abs(study.decay_steps - step)))]
        at = at if np.isfinite(values[at[0]]) else []
        table = {"k": study.decay_steps[at], "modulus": values[at], "text": [text] * len(at)}
        align = "right" if side > 0 else "left"
        draw.name(name, table, look="theory", align=align, dx=-4 * side, dy=14 * side, drag=True, empty=none)
