"""The plane of two scalar layers: the optima, the part that the step size can reach, and where starts end."""

from __future__ import annotations

from functools import lru_cache

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.raster import image_table, label_places, shades
from pages.charts.kit.style import FINE_DASH, Style
from pages.charts.kit.text import three_digits
from pages.charts.reachable_optima.run import draw_series, run_marks, series
from pages.charts.scalar.fates import OTHERS, boundary, sentence
from stepsize_core.limits import LimitKind
from stepsize_core.paper.reachable_optima import Study
from stepsize_core.paper.reachable_optima.plane import PlaneRaster, PlaneRun

CELLS = 34  # click targets along each axis
TINTS = 6  # of the optima, from flat to sharp
BRANCHES = ("optimum, w₁ > 0", "optimum, w₁ < 0")
WORDS = (*BRANCHES, "saddle at 0", *(word for *_, word in OTHERS))
FIRST_OTHER = len(BRANCHES) * TINTS  # index of the saddle in the palette
CIRCLE_POINTS = 181
NAME_ROOM = 0.09  # share of the width that half a name takes


def fate_of(plane: PlaneRun) -> str:
    """What the run in the plane became, as the end of a sentence that begins with the run."""
    if plane.limit.kind is not LimitKind.EQUILIBRIUM:
        return sentence(plane.limit)
    w1, w2 = plane.limit.points[0]
    name = "the optimum" if plane.reached_optimum else "the saddle"
    return f"converges to {name} ({w1:.4g}, {w2:.4g})"


def _plane_data(pair: tuple[PlaneRaster, Study]) -> dict:
    raster, study = pair
    plane, window = study.plane, study.plane.window
    branches, inside = plane.hyperbola.points, plane.hyperbola.reachable
    side, inside = np.repeat([0, 1], branches.shape[1]), inside.ravel()
    w1, w2 = branches.reshape(-1, 2).T
    arc = {"k": np.flatnonzero(inside), "w1": w1[inside], "w2": w2[inside], "branch": side[inside]}
    start = plane.states[0]
    return _raster_tables(raster, study.params.plane_target, plane.step_size) | {
        "optima": {"k": np.arange(len(side)), "w1": w1, "w2": w2, "branch": side, "reachable": inside},
        "_reachable": layers.or_hidden(arc, k=0, w1=0.0, w2=0.0, branch=0),
        "_circle": _circle(plane.hyperbola.radius, window),
        "iterates": _visited(plane.states, window),
        "_limit": layers.or_hidden(_columns(plane.limit.points), w1=0.0, w2=0.0),
        "_start": {"w1": [start[0]], "w2": [start[1]], "text": ["start"]},
        "_frame": {"w1": [-window, window], "w2": [-window, window]},
    }


def _columns(points: np.ndarray) -> dict:
    return {"w1": points[:, 0], "w2": points[:, 1]}


def _circle(radius: float, window: float) -> dict:
    """The circle w₁² + w₂² = 2/δ, broken where it is outside the window."""
    angle = np.linspace(0.0, 2.0 * np.pi, CIRCLE_POINTS)
    points = radius * np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    points[np.abs(points).max(axis=-1) > window] = np.nan
    empty = np.isnan(points).all()
    return layers.or_hidden(
        {"k": np.arange(0 if empty else CIRCLE_POINTS)} | _columns(points[: 0 if empty else None]),
        k=0,
        w1=0.0,
        w2=0.0,
    )


def _visited(states: np.ndarray, window: float) -> dict:
    """The states up to the first one outside the window, which is drawn where its step meets the edge."""
    inside = np.abs(states).max(axis=-1) <= window
    if inside.all():
        return {"k": np.arange(len(states)), "w1": states[:, 0], "w2": states[:, 1]}
    first = int(np.argmin(inside))
    shown = states[:first]
    if np.isfinite(states[first]).all():
        step = states[first] - shown[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            room = np.where(step == 0, np.inf, (np.copysign(window, step) - shown[-1]) / step)
        shown = np.vstack([shown, shown[-1] + room.min() * step])
    shown = np.clip(shown, -window, window)
    return {"k": np.arange(len(shown)), "w1": shown[:, 0], "w2": shown[:, 1]}


@lru_cache(maxsize=16)
def _raster_tables(raster: PlaneRaster, target: float, step_size: float) -> dict:
    """ "_picture", "_names" and "_cells": the fate of every start, in tints of how sharp its optimum is."""
    indices = _indices(raster, target, step_size)
    words = _words(indices)
    edge = float(raster.axis[-1] + (raster.axis[1] - raster.axis[0]) / 2.0)
    places = label_places(words) | _between_arc_and_origin(words, target, edge)
    inside = np.clip([x for x, _ in places.values()], NAME_ROOM, 1.0 - NAME_ROOM)
    names = {
        "w1": edge * (2.0 * inside - 1.0),
        "w2": edge * (2.0 * np.array([y for _, y in places.values()]) - 1.0),
        "text": [WORDS[index] for index in places],
    }
    picture = image_table(indices, _palette, (-edge, edge), (-edge, edge))
    named = {"x": "w1", "y": "w2"}
    picture = {named.get(column, column): values for column, values in picture.items()}
    return {"_picture": picture, "_names": names, "_cells": _cells(edge, words)}


def _between_arc_and_origin(words: np.ndarray, target: float, edge: float) -> dict:
    """Where the branches' names go, shares of the picture: clear of the arcs, if their starts lie there."""
    w1 = 0.5 * np.sqrt(abs(target)) * np.array([1.0, -1.0])
    shares = (np.stack([w1, np.sign(target) * w1], axis=-1) / edge + 1.0) / 2.0
    cells = np.clip((shares * len(words)).astype(int), 0, len(words) - 1)
    return {
        branch: tuple(shares[branch])
        for branch, (column, row) in enumerate(cells)
        if words[row, column] == branch
    }


def _indices(raster: PlaneRaster, target: float, step_size: float) -> np.ndarray:
    """Palette indices (m, m)."""
    indices = np.empty(raster.kind.shape, int)
    for place, (kind, period, _) in enumerate(OTHERS):
        hit = raster.kind == kind
        if period:
            hit &= raster.period == period
        elif kind is LimitKind.PERIODIC_ORBIT:
            hit &= (raster.period != 2) & (raster.period != 4)
        indices[hit] = FIRST_OTHER + 1 + place
    indices[raster.saddle] = FIRST_OTHER
    learned = np.isfinite(raster.imbalance)
    flattest, sharpest = 2.0 * abs(target), 2.0 / step_size
    share = (raster.sharpness[learned] - flattest) / max(sharpest - flattest, 1e-12 * flattest)
    tint = np.clip((TINTS * share).astype(int), 0, TINTS - 1)
    indices[learned] = np.where(raster.optimum[learned, 0] > 0, 0, TINTS) + tint
    return indices


def _words(indices: np.ndarray) -> np.ndarray:
    """Which of WORDS each palette index stands for."""
    return np.where(indices < FIRST_OTHER, indices // TINTS, indices - FIRST_OTHER + len(BRANCHES))


def _palette(style: Style) -> list[str]:
    """The tints of both branches, the saddle, and the other outcomes."""
    tints = []
    for place in range(len(BRANCHES)):
        colour = style.outcome(LimitKind.EQUILIBRIUM, place=place).colour
        tints += shades(style.background, colour)[7 : 7 + 2 * TINTS : 2]
    return [*tints, style.muted, *(style.outcome(kind, period or 1).colour for kind, period, _ in OTHERS)]


def _cells(edge: float, words: np.ndarray) -> dict:
    """A grid of click targets, each choosing the start in its middle."""
    edges = np.linspace(-edge, edge, CELLS + 1)
    middle = three_digits((edges[1:] + edges[:-1]) / 2.0)
    nearest = ((np.arange(CELLS) + 0.5) / CELLS * len(words)).astype(int)
    column, row = np.meshgrid(np.arange(CELLS), np.arange(CELLS))
    column, row = column.ravel(), row.ravel()
    return {
        "x": edges[column],
        "x2": edges[column + 1],
        "y": edges[row],
        "y2": edges[row + 1],
        "w1": middle[column],
        "w2": middle[row],
        "outcome": [WORDS[index] for index in words[np.ix_(nearest, nearest)].ravel()],
    }


def _plane_draw(style: Style):
    across, up = layers.x("w1", "w₁"), layers.y("w2", "w₂")
    cells = layers.x("x", "w₁"), layers.y("y", "w₂")
    by = {"order": "k", "by": "branch"}
    return alt.layer(
        layers.frame(across, up),
        layers.image("_picture", across, up, style),
        layers.unless_hidden(
            layers.curve("_circle", across, up, style.ink, width=1.2, dash=FINE_DASH, order="k")
        ),
        boundary("optima", style, across, up, alt.Order("k:Q"), alt.Detail("branch:N"), line=True),
        layers.unless_hidden(layers.curve("_reachable", across, up, style.background, width=8, **by)),
        layers.unless_hidden(layers.curve("_reachable", across, up, style.theory, width=5, **by)),
        layers.on_picture("_names", across, up, style, size=13),
        layers.up_to_step(layers.curve("iterates", across, up, style.background, width=4, order="k")),
        layers.up_to_step(layers.curve("iterates", across, up, style.measured, width=1.7, order="k")),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=22)),
        layers.unless_hidden(layers.points("_limit", across, up, style.ink, size=120, filled=False)),
        layers.points("_start", across, up, style.chosen, size=90),
        layers.on_picture("_start", across, up, style, align="left", dx=9, dy=-9),
        layers.clickable_cells("_cells", *cells, ("w1", "w2"), ("click: w₁", "click: w₂"), "outcome"),
    ).add_params(layers.playback())


def _plane_describe(pair: tuple[PlaneRaster, Study]) -> str:
    raster, study = pair
    plane, learned = study.plane, np.isfinite(raster.imbalance)
    arc = f"w₁² + w₂² ≤ 2/δ = {2.0 / plane.step_size:.4g}"
    arc = f"thick: reachable, {arc} (dotted)" if len(plane.hyperbola.ends) else f"none has {arc}"
    return (
        f"Dashed: the optima w₁w₂ = {plane.target:g}; {arc}. {learned.mean():.0%} of the starts reach one "
        f"(darker: sharper), {np.mean(raster.kind == LimitKind.DIVERGENT):.0%} diverge. "
        f"Start: ({study.params.w1:g}, {study.params.w2:g}); click for another."
    )


def _plane_painted(pair: tuple[PlaneRaster, Study]) -> dict:
    """Every start of the picture with its outcome and the optimum it reached."""
    raster, study = pair
    w2, w1 = np.meshgrid(raster.axis, raster.axis, indexing="ij")
    words = _words(_indices(raster, study.params.plane_target, study.plane.step_size))
    reached = raster.optimum.reshape(-1, 2)
    outcome = np.array(WORDS)[words].ravel()
    starts = {"w1": w1.ravel(), "w2": w2.ravel(), "outcome": outcome}
    return {"starts": starts | {"optimum_w1": reached[:, 0], "optimum_w2": reached[:, 1]}}


PLANE = Figure(
    name="plane",
    title="Two scalar layers: where each start (w₁, w₂) ends",
    data=_plane_data,
    draw=_plane_draw,
    describe=_plane_describe,
    height=376,
    picks=("w1", "w2"),
    steps=True,
    canvas=True,
    painted=_plane_painted,
)


# Balancedness and cost


def _imbalance_data(study: Study) -> dict:
    plane = study.plane
    return {
        "imbalance": series(np.abs(plane.imbalance)),
        "law": series(np.abs(plane.predicted_imbalance)),
    }


def _imbalance_draw(style: Style):
    across, up, measured = run_marks("imbalance", "|w₁² − w₂²|", style)
    law = layers.unless_hidden(layers.theory_curve("law", across, up, style))
    return alt.layer(*measured, law).add_params(layers.playback())


def _imbalance_describe(study: Study) -> str:
    finite = study.plane.imbalance[np.isfinite(study.plane.imbalance)]
    if finite[0] == 0:
        return f"This start is balanced, w₁² = w₂², and stays so: the last difference is {finite[-1]:.3g}."
    return (
        f"w₁² − w₂² goes from {finite[0]:.4g} to {finite[-1]:.4g} in {len(finite) - 1} steps. Dashed: its "
        f"first value times the product of 1 − δ²e², e = w₁w₂ − r."
    )


IMBALANCE = Figure(
    name="imbalance",
    title="Balancedness |w₁² − w₂²|",
    data=_imbalance_data,
    draw=_imbalance_draw,
    describe=_imbalance_describe,
    height=290,
    steps=True,
)


def _cost_draw(style: Style):
    return draw_series("costs", "cost ½(w₁w₂ − r)²", style)


def _cost_describe(study: Study) -> str:
    finite = study.plane.costs[np.isfinite(study.plane.costs)]
    return (
        f"½(w₁w₂ − r)² from {finite[0]:.4g} to {finite[-1]:.4g} in {len(finite) - 1} steps; the run "
        f"{fate_of(study.plane)}."
    )


PLANE_COST = Figure(
    name="plane_cost",
    title="Cost in the plane",
    data=lambda study: {"costs": series(study.plane.costs)},
    draw=_cost_draw,
    describe=_cost_describe,
    height=290,
    steps=True,
)
