"""A typed function of x and y: eigenvalue margins, the iterates of the run, shares of outcomes."""

from __future__ import annotations

import math

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.scalar.run import margins_chart
from pages.charts.scalar.shares import shares_chart, shares_sentence, shares_tables
from pages.charts.your_function.plane import OTHER_WORDS, PLACES, coloured, others_in, palette, words_of
from stepsize_core.limits import LimitKind
from stepsize_core.paper.your_function.plane import PlaneStudy

MOST_ROWS = 4  # equilibria in the picture of margins, nearest the run

# Margins


def _nearest(study: PlaneStudy):
    """The equilibria nearest to where the run is."""
    last = study.states[np.isfinite(study.states).all(axis=-1)][-1]
    return sorted(study.critical_points, key=lambda p: math.dist(p.place, last))[:MOST_ROWS]


def _margins_data(study: PlaneStudy) -> dict:
    edge, points = 2.0 / study.params.step_size, _nearest(study)
    rows = [(p, i) for p in points for i in (1, 0)]
    curvatures = np.array([p.eigenvalues[i] for p, i in rows])
    lowest, largest = min([0.0, *curvatures]), max([edge, *curvatures])
    table = {
        "point": [f"{p.name}: {'λ_max' if i else 'λ_min'}".replace("-", "−") for p, i in rows],
        "curvature": curvatures,
        "edge": np.full(len(rows), edge),
        "margin": np.array([p.margins[i] for p, i in rows]),
        "stability": [p.stability for p, _ in rows],
        "text": [f"{p.eigenvalues[i]:.4g}, margin {p.margins[i]:+.4g}".replace("-", "−") for p, i in rows],
    }
    none = {"point": "none here", "curvature": 0.0, "edge": edge, "margin": edge, "text": ""}
    return {
        "margins": layers.or_hidden(table, **none, stability="neutral"),
        "_edge": {"curvature": [edge], "zero": [0.0]},
        "_frame": {"curvature": [1.2 * lowest, 1.1 * largest]},
    }


def _margins_draw(style: Style):
    across = layers.x("curvature", "Hessian eigenvalues λ")
    return margins_chart(across, alt.Y("point:N", title=None, sort=None), style)


def _margins_describe(study: PlaneStudy) -> str:
    points, edge = _nearest(study), 2.0 / study.params.step_size
    words = "; ".join(f"{p.multipliers[0]:.4g} and {p.multipliers[1]:.4g} at {p.name}" for p in points)
    return (
        f"Stable where both eigenvalues lie in the band from 0 to 2/δ = {edge:.4g} (dashed); bars: the "
        f"margins. Multipliers 1 − δλ: {words or 'no isolated equilibria here'}."
    )


PLANE_MARGINS = Figure(
    name="plane_margins",
    title="Eigenvalue margins of the equilibria next to the run",
    data=_margins_data,
    draw=_margins_draw,
    describe=_margins_describe,
    height=330,
)


# Iterates


def _iterates_data(study: PlaneStudy) -> dict:
    p, last = study.params, len(study.states) - 1
    low, high = min(p.window[0], p.window_y[0]), max(p.window[1], p.window_y[1])
    inside = ((study.states >= low) & (study.states <= high)).all(axis=-1)
    k, kept = np.flatnonzero(inside), study.states[inside]
    end = kept[-1] if len(kept) else np.array([low, low])
    return {
        "iterates": layers.or_hidden({"k": k, "x": kept[:, 0], "y": kept[:, 1]}, k=0, x=low, y=low),
        "_labels": {"k": [last, last], "x": list(end), "text": ["x[k]", "y[k]"] if len(kept) else ["", ""]},
        "_frame": {"k": [0, 1.1 * last], "x": [low, high]},
    }


def _iterates_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("x", "x[k] and y[k]")
    second = layers.y("y", "x[k] and y[k]")
    course = (
        layers.curve("iterates", across, up, style.measured, width=1.4),
        layers.curve("iterates", across, second, style.series[2], width=1.4),
    )
    return alt.layer(
        layers.frame(across, up),
        *(layers.unless_hidden(layers.up_to_step(mark)) for mark in course),
        layers.on_picture("_labels", across, up, style, align="left", dx=4),
    ).add_params(layers.playback())


def _iterates_describe(study: PlaneStudy) -> str:
    finite = study.states[np.isfinite(study.states).all(axis=-1)]
    escaped = "" if len(finite) == len(study.states) else ", then no number any more"
    x, y = finite[-1]
    return f"The state for k = 0 … {len(finite) - 1}{escaped}; the last is ({x:.6g}, {y:.6g})."


PLANE_ITERATES = Figure(
    name="plane_iterates",
    title="Iterates",
    data=_iterates_data,
    draw=_iterates_draw,
    describe=_iterates_describe,
    height=290,
    steps=True,
    compare="iterates",
)


# Shares


def _place_of(study: PlaneStudy, attractor) -> int:
    """The index of an attractor among the words."""
    names = [study.critical_points[i].name for i in coloured(study)]
    if attractor.name in names:
        return names.index(attractor.name)
    if attractor.kind is LimitKind.EQUILIBRIUM:
        return others_in(words_of(study))
    if attractor.kind is LimitKind.PERIODIC_ORBIT:
        word = {2: "period 2", 4: "period 4"}.get(attractor.period, "other periods")
    else:
        word = attractor.kind.value
    return PLACES + OTHER_WORDS.index(word)


PLANE_SHARES = Figure(
    name="plane_shares",
    title="Shares of outcomes at the chosen step size",
    data=lambda study: shares_tables(study.basins, lambda attractor: _place_of(study, attractor)),
    draw=lambda style: shares_chart(style, palette(style)),
    describe=lambda study: shares_sentence(study, "the window"),
    height=290,
)
