"""Pictures of Example 1: which starts reach the minimum, and how fast all others approach the 2-cycle."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.figure import Figure
from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper.periodic_orbits import Study

AXIS_DECADES = 14  # a logarithmic axis of distances ends so many decades below its top: there rounding begins


# The exceptional set


def _exceptional_data(study: Study) -> dict:
    members = study.exceptional_starts
    signed = np.concatenate([-members[:0:-1], members])
    steps = np.concatenate([np.arange(len(members))[:0:-1], np.arange(len(members))])
    return {
        "members": {"x": signed, "steps_to_0": steps},
        "_chosen": {
            "x": [study.start],
            "steps_to_0": [len(members) - 1],
            "text": [f"x[0] = {study.start:.4g}"],
        },
    }


def _exceptional_draw(style: Style):
    across, up = layers.x(title="start x[0]"), layers.y("steps_to_0", "steps until 0 (exact arithmetic)")
    return alt.layer(
        layers.points("members", across, up, style.theory, size=44, tooltip=["x:Q", "steps_to_0:Q"]),
        layers.chosen_rule("_chosen", style, across=across),
        layers.label("_chosen", across, up, style.chosen, dx=6, dy=0),
    )


def _exceptional_describe(study: Study) -> str:
    members = study.exceptional_starts
    first = f"S begins 0, ±{members[1]:.4g}, ±{members[2]:.4g}: countably many starts"
    if study.limit.kind is LimitKind.EQUILIBRIUM:
        return f"{first}. This run starts on one of them and reaches 0 exactly."
    if study.params.exceptional < 0:
        return f"{first}. The start x[0] = {study.start:.4g} is not one of them, and the run oscillates."
    j = study.params.exceptional
    missed = abs(study.states[min(j, len(study.states) - 1)])
    return (
        f"{first}. Member {j} is rounded to float64: after {j} steps |x| = {missed:.2g} instead of 0, "
        f"and the run ends in {study.limit.sentence}."
    )


EXCEPTIONAL_SET = Figure(
    "exceptional_set", "The exceptional set S", _exceptional_data, _exceptional_draw, _exceptional_describe
)


# Superstable: quadratic convergence


def _approach_data(study: Study) -> dict:
    floor = study.amplitude * 10.0**-AXIS_DECADES
    k = np.arange(len(study.distances))
    seen = study.distances > floor
    foreseen = np.isfinite(study.quadratic_law) & (study.quadratic_law > floor)
    return {
        "distances": {"k": k[seen], "distance": study.distances[seen]},
        "predicted": {"k": k[foreseen], "distance": study.quadratic_law[foreseen]},
    }


def _approach_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("distance", "| |x[k]| − δ²/4 |", log=True)
    return alt.layer(
        layers.theory_curve("predicted", across, up, style),
        layers.up_to_step(layers.curve("distances", across, up, style.measured, width=1.2)),
        layers.up_to_step(layers.points("distances", across, up, style.measured)),
    ).add_params(layers.playback())


def _approach_describe(study: Study) -> str:
    curvature = 1.0 / study.params.step_size
    ends = (
        f"measured order {study.order:.3g}"
        if np.isfinite(study.order)
        else "too few distances above rounding to measure the order"
    )
    return (
        f"From {study.distances[0]:.3g}. Dashed: d ← d²/δ², quadratic convergence; {ends}. At the orbit "
        f"f₁″ = 1/δ = {curvature:.4g}, so the multiplier 1 − δf₁″ is 0; at the minimum f₁″ is infinite."
    )


APPROACH = Figure(
    "approach", "Distance to the orbit", _approach_data, _approach_draw, _approach_describe, steps=True
)
