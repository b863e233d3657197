"""Pictures of Example 1: which starts reach the minimum, and how fast all others approach the 2-cycle."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from stepsize_core.paper.periodic_orbits import Study

AXIS_DECADES = 14  # a logarithmic axis of distances ends so many decades below its top: there rounding begins


@figure("The exceptional set S")
def EXCEPTIONAL_SET(study: Study, draw: Drawing) -> str:
    members = study.exceptional_starts
    signed = np.concatenate([-members[:0:-1], members])
    steps = np.concatenate([np.arange(len(members))[:0:-1], np.arange(len(members))])
    chosen = {"x": study.start, "steps_to_0": len(members) - 1, "text": f"x[0] = {study.start:.4g}"}
    draw.axes("start x[0]", "steps until 0 (exact arithmetic)")
    tooltip = ["x:Q", "steps_to_0:Q"]
    draw.points("members", {"x": signed, "steps_to_0": steps}, look="theory", size=44, tooltip=tooltip)
    draw.vline("_chosen", chosen, look="chosen")
    draw.label("_chosen", look="chosen", dx=6, dy=0)
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


@figure("Distance to the orbit")
def APPROACH(study: Study, draw: Drawing) -> str:
    """Quadratic convergence: the orbit is superstable."""
    floor, law = study.amplitude * 10.0**-AXIS_DECADES, study.quadratic_law
    k, seen = np.arange(len(study.distances)), study.distances > floor
    foreseen = np.isfinite(law) & (law > floor)
    draw.axes("step k", "| |x[k]| − δ²/4 |", log="y")
    draw.curve("predicted", {"k": k[foreseen], "distance": law[foreseen]}, look="theory")
    draw.curve("distances", {"k": k[seen], "distance": study.distances[seen]}, width=1.2, play=True)
    draw.points("distances", play=True)
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
