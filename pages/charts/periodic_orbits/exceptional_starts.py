"""Pictures of Example 1: which starts reach the minimum, and how fast all others approach the 2-cycle."""

from functools import partial

import numpy as np

from pages.charts.kit.drawing import Drawing, held
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import DELTA, dragged_course
from pages.charts.scalar.cobweb import draw_start
from stepsize_core.paper.periodic_orbits import Study

AXIS_DECADES = 14  # a logarithmic axis of distances ends so many decades below its top: there rounding begins
DISTANCE_OF_DRAGGED = partial(dragged_course, of=f"abs(abs({{}}) - pow(toNumber({DELTA}), 2) / 4)")


@figure("The exceptional set S", height=270)
def EXCEPTIONAL_SET(study: Study, draw: Drawing) -> str:
    members, last = study.exceptional_starts, len(study.exceptional_starts) - 1
    signed = np.concatenate([-members[:0:-1], members])
    steps = np.concatenate([np.arange(last, 0, -1), np.arange(last + 1)])
    ends = draw.hold("x", (-members[-1], members[-1]), (-members[-1], members[-1]))
    frame = {"x": ends, "steps_to_0": [-0.6, last + 0.6]}
    draw.axes("start x[0]", "steps until 0 (exact arithmetic)", frame=frame, whole=True)
    tooltip = ["x:Q", "steps_to_0:Q"]
    draw.points("members", {"x": signed, "steps_to_0": steps}, look="theory", size=44, tooltip=tooltip)
    inside = min(max(study.start, ends[0]), ends[1])
    draw.vline("_chosen", {"x": inside}, look="chosen", drag=held("x", "across"))
    draw_start(draw, study.start, ends, -0.6)
    if study.params.exceptional < 0:
        draw.grip(x="start", snaps=signed)
    first = f"S begins 0, ±{members[1]:.4g}, ±{members[2]:.4g}: countably many starts"
    return f"{first}{_on_the_set(study)}"


def _on_the_set(study: Study) -> str:
    """Whether this run starts on S, as the end of a sentence about S and a sentence of its own."""
    if study.landing is not None:
        return f". This run starts on one of them: it is exactly 0 from step {study.landing} on."
    if study.params.exceptional < 0:
        return f". From x[0] = {study.start:.4g}, not one of them, the run {study.outcome}."
    j = study.params.exceptional
    return (
        f". Member {j} is rounded to float64: near step {j} |x[k]| falls to {study.miss:.2g}, not to 0. "
        f"The run {study.outcome}."
    )


@figure("Distance to the orbit", height=270)
def APPROACH(study: Study, draw: Drawing) -> str:
    """Quadratic convergence: the orbit is superstable."""
    floor, law = study.amplitude * 10.0**-AXIS_DECADES, study.quadratic_law
    seen = np.flatnonzero(study.distances > floor)
    foreseen = np.flatnonzero(np.isfinite(law) & (law > floor))
    shown = np.concatenate([study.distances[seen], law[foreseen], [study.amplitude]])
    last = max([2, *seen, *foreseen])
    frame = {"k": [0, last], "distance": [0.5 * shown.min(), 2.0 * shown.max()]}
    draw.axes("step k", "| |x[k]| − δ²/4 |", log="y", frame=frame, whole=True)
    none = {"k": 0, "distance": study.amplitude}
    draw.curve("predicted", {"k": foreseen, "distance": law[foreseen]}, look="theory", empty=none)
    course = {"k": seen, "distance": study.distances[seen]}
    draw.run("distances", course, by_points=True, dragged=DISTANCE_OF_DRAGGED, empty=none)
    at = foreseen[len(foreseen) // 2 :][:1]
    name = {"k": at, "distance": law[at], "text": ["d ← d²/δ²"] * len(at)}
    draw.name("_labels", name, look="theory", align="right", dx=-12, dy=8, empty=none)
    draw.blank = study.landing is not None
    if study.landing is not None:
        return (
            f"This start lies on S: its run ends on 0, δ²/4 = {study.amplitude:.4g} from the orbit, and does "
            f"not approach it."
        )
    ends = (
        f"the order measured on {study.followed:,} steps is {study.order:.3g}"
        if np.isfinite(study.order)
        else "too few distances lie above rounding to measure the order"
    )
    dashed = "Dashed: d ← d²/δ², quadratic convergence" if foreseen.any() else "Convergence is quadratic"
    return (
        f"From {study.distances[0]:.3g}. {dashed}; {ends}. At the orbit "
        f"f₁″ = 1/δ = {1.0 / study.params.step_size:.4g}, so the multiplier 1 − δf₁″ is 0; at the minimum "
        "f₁″ is infinite."
    )
