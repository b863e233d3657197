"""Pictures of Example 3: on x^L the start decides between convergence to 0 and divergence."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.initialization_dependence.algebraic_decay import DECAY, LABEL_WIDTH
from pages.charts.initialization_dependence.divergence_threshold import DEPARTURE, RADIUS
from pages.charts.kit import layers
from pages.charts.kit.calls import Source, call
from pages.charts.kit.dragged import Dragged
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.scalar import fates
from pages.charts.scalar.cobweb import CURVE_POINTS as COBWEB_POINTS
from pages.charts.scalar.cobweb import cobweb_tables
from stepsize_core.paper import initialization_dependence as phenomenon
from stepsize_core.paper.initialization_dependence import AT_THRESHOLD, Study, convergence_radius
from stepsize_core.sweeps import FateRaster

CURVE_POINTS = 241
BEYOND = 1.15  # the window of x reaches so far beyond the start and the threshold,
BEYOND_ESCAPE = 1.7  # farther where the run leaves it
FATES_OF_F3 = fates.Fates((0.0,))


def headline(study: Study) -> str:
    """The page's sentence: where the start lies, and what became of it."""
    ratio = abs(study.params.start) / study.radius
    place = "lies on it" if abs(ratio - 1.0) <= AT_THRESHOLD else f"has {ratio:.4g} of that modulus"
    return (
        f"With L = {study.params.power} and δ = {study.params.step_size:g} the threshold is "
        f"|x[0]| = {study.radius:.6g}. The start {study.params.start:g} {place}, and the run "
        f"{fates.sentence(study.limit)}."
    )


def _reach(study: Study) -> float:
    beyond = BEYOND_ESCAPE if abs(study.params.start) > study.radius else BEYOND
    return beyond * max(abs(study.params.start), study.radius)


def _inside(study: Study) -> np.ndarray:
    """Which states lie in the window of x; those beyond are on their way to infinity."""
    return np.abs(study.states) <= _reach(study)


# The cobweb


def _cobweb_data(study: Study) -> dict:
    reach, r = _reach(study), study.radius
    tables = cobweb_tables(study.objective, study.params.step_size, study.states, -reach, reach)
    return tables | {
        "threshold_cycle": {"vertex": np.arange(5), "x": [r, r, -r, -r, r], "y": [r, -r, -r, r, r]},
        "_chosen": {"x": [study.params.start], "y": [study.params.start], "text": ["x[0]"]},
        "_labels": {"x": [-r], "y": [r], "text": [f"threshold ±{r:.4g}"]},
    }


def _cobweb_draw(style: Style):
    across, up = layers.x(title="x[k]"), layers.y(title="x[k+1]")
    return alt.layer(
        layers.frame(across, up),
        layers.theory_curve("threshold_cycle", across, up, style, order="vertex"),
        layers.cobweb(across, up, style),
        layers.points("_chosen", across, up, style.chosen, size=80),
        layers.on_picture("_chosen", across, up, style, dx=-18, dy=-8),
        layers.label("_labels", across, up, style.theory, dx=6, dy=14),
    ).add_params(layers.playback())


def _cobweb_describe(study: Study) -> str:
    kept = int(np.isfinite(study.states).sum()) - 1
    return (
        f"{kept} steps of x − δLx^(L−1) from x[0] = {study.params.start:g}. Dashed: the unstable 2-cycle "
        f"±{study.radius:.4g}, the threshold between convergence and divergence."
    )


COBWEB = Figure(
    name="cobweb",
    title="Cobweb",
    data=_cobweb_data,
    draw=_cobweb_draw,
    describe=_cobweb_describe,
    height=464,
    steps=True,
)


# Fates over starts and step sizes


def _fates_data(pair: tuple[FateRaster, Study]) -> dict:
    raster, study = pair
    deltas = raster.step_sizes
    low, high = raster.starts[0], raster.starts[-1]
    radius = convergence_radius(study.params.power, deltas)
    x, y = np.concatenate([radius, -radius]), np.concatenate([deltas, deltas])
    shown = (x >= low) & (x <= high)
    chosen = fates.chosen_tables(raster, study.params.start, study.params.step_size)
    return (
        fates.raster_tables(raster, FATES_OF_F3, log=True)
        | chosen
        | {"threshold": {"x": x[shown], "y": y[shown], "side": np.sign(x[shown])}}
    )


def _fates_draw(style: Style):
    across = layers.x(title="start x[0]")
    up = layers.y(title="step size δ", log=True, minExtent=LABEL_WIDTH)
    order = alt.Order("y:Q")
    return alt.layer(
        fates.plane(across, up, style),
        fates.boundary("threshold", style, across, up, order, alt.Detail("side:N"), line=True),
        fates.chosen_on_plane(across, up, style),
    )


def _fates_describe(pair: tuple[FateRaster, Study]) -> str:
    raster, study = pair
    return (
        f"{raster.basins.labels.size} runs with L = {study.params.power}: {FATES_OF_F3.shares(raster)}. "
        f"Dashed: |x[0]| = (2/(Lδ))^(1/(L−2)). Chosen: x[0] = {study.params.start:g}, "
        f"δ = {study.params.step_size:g}; click to choose others."
    )


FATES = Figure(
    name="fates",
    title="What each start and step size becomes",
    data=_fates_data,
    draw=_fates_draw,
    describe=_fates_describe,
    height=280,
    picks=("start", "step_size"),
    canvas=True,
    painted=lambda pair: {"runs": fates.every_run(pair[0], FATES_OF_F3)},
)


# The iterates and the function


def _iterates_data(study: Study) -> dict:
    inside, reach, r = _inside(study), _reach(study), study.radius
    last = max(int(np.flatnonzero(inside)[-1]), 1)
    return {
        "iterates": {"k": np.flatnonzero(inside), "x": study.states[inside]},
        "threshold": {"x": [r, -r]},
        "_labels": {"k": [last] * 2, "x": [r, -r], "text": [f"+{r:.4g}", f"−{r:.4g}"]},
        "_frame": {"k": [0, 1.2 * last], "x": [-reach, reach]},
    }


def _iterates_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("x", "x[k]")
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("threshold", style, up=up),
        layers.up_to_step(layers.curve("iterates", across, up, style.measured, width=1.1)),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=22)),
        layers.label("_labels", across, up, style.theory, dx=6),
    ).add_params(layers.playback())


def _iterates_describe(study: Study) -> str:
    inside = _inside(study)
    shown = study.states[inside]
    rest = "" if inside.all() else "; it then leaves the picture"
    return f"x[k] for k = 0 … {len(shown) - 1}, the last {shown[-1]:.6g}{rest}. Dashed: the threshold."


ITERATES = Figure(
    name="iterates",
    title="Iterates",
    data=_iterates_data,
    draw=_iterates_draw,
    describe=_iterates_describe,
    height=270,
    steps=True,
    compare="iterates",
)


def _landscape_data(study: Study) -> dict:
    reach, r, inside = _reach(study), study.radius, _inside(study)
    x, ends = np.linspace(-reach, reach, CURVE_POINTS), np.array([-r, r])
    return {
        "function": {"x": x, "f": study.objective.value(x)},
        "iterates": {"k": np.flatnonzero(inside), "x": study.states[inside], "f": study.losses[inside]},
        "threshold": {"x": ends, "f": study.objective.value(ends), "text": [f"−{r:.4g}", f"+{r:.4g}"]},
    }


def _landscape_draw(style: Style):
    across, up = layers.x(title="x"), layers.y("f", "f₃(x)")
    return alt.layer(
        layers.curve("function", across, up, style.ink),
        layers.theory_rule("threshold", style, across=across),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=40)),
        layers.points("threshold", across, up, style.theory, size=110, filled=False),
        layers.on_picture("threshold", across, up, style, dy=-14),
    ).add_params(layers.playback())


def _landscape_describe(study: Study) -> str:
    lowest = np.nanmin(study.losses)
    return (
        f"f₃(x) = x^{study.params.power} with the iterates; the lowest has f₃ = {lowest:.4g}. The curvature "
        f"at 0 is 0, so every δ is stable there; rings mark the threshold ±{study.radius:.4g}."
    )


LANDSCAPE = Figure(
    name="landscape",
    title="The function",
    data=_landscape_data,
    draw=_landscape_draw,
    describe=_landscape_describe,
    height=270,
    steps=True,
)


def dragged(study: Study) -> Dragged:
    """What the browser needs to draw this run at another δ."""
    params = study.params
    facts = {"power": params.power, "start": params.start, "n_steps": params.n_steps}
    facts |= {"beyond": BEYOND, "beyond_escape": BEYOND_ESCAPE, "curve_points": CURVE_POINTS}
    return Dragged("initializationDependence", params, facts | {"cobweb_points": COBWEB_POINTS})


FIGURES = (COBWEB, FATES, DECAY, ITERATES, LANDSCAPE, DEPARTURE, RADIUS)


def gallery(study: Study) -> dict[Figure, Source]:
    """What each picture of this study shows."""
    run = call(phenomenon.study, study.params)
    raster = call(phenomenon.start_step_size_raster, study.params.power)
    return dict.fromkeys(FIGURES, run) | {FATES: (raster, run)}
