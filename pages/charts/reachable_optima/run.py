"""What descent did to a linear network: curvature along the run, cost, and distance from the reference."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.scalar.fates import sentence
from stepsize_core.limits import LimitKind
from stepsize_core.paper.reachable_optima import Study

HEIGHT = 290
LABEL_ROOM = 0.07  # share of the height between a level and its name


def fate_of(study: Study) -> str:
    """What the run of the network became, as the end of a sentence that begins with the run."""
    if study.limit.kind is not LimitKind.EQUILIBRIUM:
        return sentence(study.limit)
    if study.reached is None or not study.reached.learned:
        return "converges to a saddle, not to an optimum"
    return f"converges to an optimum with λ_max = {2.0 / study.reached.exact:.4g}"


# Curvature along the run


def _sharpness_data(study: Study) -> dict:
    seen = np.isfinite(study.sharpness) & (study.sharpness > 0)
    edge, floor, last = 2.0 / study.params.step_size, study.floor, study.params.n_steps
    low = min(edge, floor, *study.sharpness[seen]) / 1.4
    high = max(edge, floor, *study.sharpness[seen]) * 1.4
    beside = (high / low) ** (
        LABEL_ROOM if edge >= floor else -LABEL_ROOM
    )  # above the higher, below the lower
    return {
        "sharpness": {"k": study.sharpness_steps[seen], "y": study.sharpness[seen]},
        "levels": {"y": [edge, floor]},
        "_labels": {
            "k": [last, last],
            "y": [edge * beside, floor / beside],
            "text": [f"2/δ = {edge:.4g}", f"least possible {floor:.4g}"],
        },
        "_frame": {"k": [0, last], "y": [low, high]},
    }


def _sharpness_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("y", "λ_max at x[k]", log=True)
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("levels", style, up=up),
        layers.up_to_step(layers.curve("sharpness", across, up, style.measured)),
        layers.up_to_step(layers.points("sharpness", across, up, style.measured, size=18)),
        layers.on_picture("_labels", across, up, style, align="right", dx=-2),
    ).add_params(layers.playback())


def _sharpness_describe(study: Study) -> str:
    seen = study.sharpness[np.isfinite(study.sharpness)]
    edge = 2.0 / study.params.step_size
    return (
        f"From {seen[0]:.4g} to {seen[-1]:.4g}. Dashed: 2/δ = {edge:.4g} and the least of any optimum, "
        f"Lρ^(2−2/L) = {study.floor:.4g} (cost with ½)."
    )


SHARPNESS = Figure(
    name="sharpness",
    title="Largest Hessian eigenvalue along the run",
    data=_sharpness_data,
    draw=_sharpness_draw,
    describe=_sharpness_describe,
    height=170,
    steps=True,
    compare="sharpness",
)


# Cost and distance


def series(values: np.ndarray) -> dict:
    """k and y of the values that a logarithmic axis can show."""
    seen = np.isfinite(values) & (values > 0)
    return layers.or_hidden({"k": np.flatnonzero(seen), "y": values[seen]}, k=0, y=1.0)


def run_marks(table: str, title: str, style: Style):
    """The axes, and the table as a line with points that follow the playback."""
    across, up = layers.x("k", "step k"), layers.y("y", title, log=True)
    marks = (
        layers.curve(table, across, up, style.measured),
        layers.points(table, across, up, style.measured, size=16),
    )
    return across, up, [layers.unless_hidden(layers.up_to_step(mark)) for mark in marks]


def draw_series(table: str, title: str, style: Style):
    """A positive quantity along a run, on a logarithmic axis."""
    *_, marks = run_marks(table, title, style)
    return alt.layer(*marks).add_params(layers.playback())


def _cost_describe(study: Study) -> str:
    finite = study.costs[np.isfinite(study.costs)]
    return (
        f"½‖W_L⋯W₁ − R‖² from {finite[0]:.4g} to {finite[-1]:.4g} in {len(finite) - 1} steps; the run "
        f"{fate_of(study)}."
    )


COST = Figure(
    name="cost",
    title="Cost against step",
    data=lambda study: {"costs": series(study.costs)},
    draw=lambda style: draw_series("costs", "cost ½‖W_L⋯W₁ − R‖²", style),
    describe=_cost_describe,
    height=HEIGHT,
    steps=True,
    compare="costs",
)


def _distance_describe(study: Study) -> str:
    finite = study.distances[np.isfinite(study.distances)]
    return (
        f"From {finite[0]:.3g} to {finite[-1]:.3g}, relative to the norm of the reference, which is "
        f"{study.standing.value}."
    )


DISTANCE = Figure(
    name="distance",
    title="Distance from the reference optimum",
    data=lambda study: {"distances": series(study.distances)},
    draw=lambda style: draw_series("distances", "‖x[k] − reference‖ / ‖reference‖", style),
    describe=_distance_describe,
    height=HEIGHT,
    steps=True,
    compare="distances",
)


def _top_value_data(study: Study) -> dict:
    last, top = study.params.n_steps, float(np.linalg.norm(study.objective.target, 2))
    seen = np.isfinite(study.top_values)
    ceiling, low = study.ceiling, study.top_values[seen]
    shown = min(ceiling, 4.0 * max(top, low[0]))
    return {
        "top_values": {"k": np.flatnonzero(seen), "y": np.minimum(low, 4.0 * max(top, low[0]))},
        "levels": {"y": [level for level in (top, ceiling) if level <= shown]},
        "_labels": {
            "k": [last, last],
            "y": [top, shown],
            "text": [f"ρ(R) = {top:.4g}", f"Corollary 2: at most {ceiling:.4g}"],
        },
        "_frame": {"k": [0, last], "y": [0.0, 1.15 * max(top, shown)]},
    }


def _top_value_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("y", "ρ(W_L⋯W₁)")
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("levels", style, up=up),
        layers.up_to_step(layers.curve("top_values", across, up, style.measured)),
        layers.up_to_step(layers.points("top_values", across, up, style.measured, size=14)),
        layers.on_picture("_labels", across, up, style, align="right", dx=-2, dy=-8),
    ).add_params(layers.playback())


def _top_value_describe(study: Study) -> str:
    finite = study.top_values[np.isfinite(study.top_values)]
    return (
        f"The largest singular value of the estimate, from {finite[0]:.4g} to {finite[-1]:.4g}; a run that "
        f"converges at δ = {study.params.step_size:g} cannot end above {study.ceiling:.4g} (Corollary 2)."
    )


TOP_VALUE = Figure(
    name="top_value",
    title="Largest singular value along the run",
    data=_top_value_data,
    draw=_top_value_draw,
    describe=_top_value_describe,
    height=HEIGHT,
    steps=True,
    compare="top_values",
)
