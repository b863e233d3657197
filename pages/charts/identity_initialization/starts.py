"""Remark 3: the share of runs that settle from the identity, from unbalanced and from random starts."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.identity_initialization.regions import chosen, chosen_layers
from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.kit.text import three_digits
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.step_sizes import StartComparison


def _comparison_data(pair: tuple[StartComparison, Study]) -> dict:
    comparison, study = pair
    deltas, n = comparison.step_sizes, len(comparison.names)
    edges = np.concatenate([[deltas[0]], (deltas[1:] + deltas[:-1]) / 2.0, [deltas[-1]]])
    largest = 1.3 * float(deltas[-1])
    end = comparison.step_sizes[-1]
    return {
        "shares": {
            "step_size": np.tile(deltas, n),
            "share": comparison.shares.ravel(),
            "low": comparison.low.ravel(),
            "high": comparison.high.ravel(),
            "start": np.repeat(comparison.names, len(deltas)),
        },
        "bound": {"step_size": [comparison.scale]},
        "_bound": {"step_size": [comparison.scale], "y": [1.06], "text": ["bound (4) "]},
        "_names": {
            "step_size": [end] * n,
            "y": 0.34 - 0.09 * np.arange(n),
            "text": comparison.names,
            "start": comparison.names,
        },
        "_columns": {"x": edges[:-1], "x2": edges[1:], "step_size": three_digits(deltas)},
        "_frame": {"step_size": [0.0, largest], "y": [0.0, 1.22]},
    } | chosen(study.params.step_size, largest, 1.16)


def _comparison_draw(style: Style):
    across = layers.x("step_size", "step size δ")
    up = layers.y("y", "share of runs that settle", format="%", values=[0, 0.25, 0.5, 0.75, 1])
    share = layers.y("share", "share of runs that settle", format="%", values=[0, 0.25, 0.5, 0.75, 1])
    names, symbols = ["identity", "unbalanced", "random"], ["circle", "square", "triangle-up"]
    scale = alt.Scale(domain=names, range=[style.measured, style.series[1], style.series[3]])
    colour = alt.Color("start:N", legend=None, scale=scale)
    shape = alt.Shape("start:N", legend=None, scale=alt.Scale(domain=names, range=symbols))
    table, name = alt.Chart(alt.NamedData("shares")), alt.Chart(alt.NamedData("_names"))
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("bound", style, across=across),
        layers.label("_bound", across, up, style.theory, align="right", dx=-4, dy=0),
        table.mark_rule(strokeWidth=5, opacity=0.3)
        .encode(across, share.copy(), colour, alt.Y2("high:Q"))
        .encode(y=layers.y("low", "share of runs that settle")),
        table.mark_line(strokeWidth=1.6).encode(across, share, colour, alt.Detail("start:N")),
        table.mark_point(filled=True, size=52, opacity=1).encode(across, share, colour, shape),
        name.mark_point(filled=True, size=52, opacity=1, xOffset=14).encode(across, up, colour, shape),
        name.mark_text(align="left", dx=24, fontSize=12).encode(across, up, colour, alt.Text("text:N")),
        *chosen_layers(style, across, up),
        layers.clickable_columns("_columns", layers.x("x", "step size δ"), "step_size", "click: δ"),
    )


def _comparison_describe(pair: tuple[StartComparison, Study]) -> str:
    comparison, study = pair
    largest = {
        name: comparison.step_sizes[share == 1.0].max(initial=0.0)
        for name, share in zip(comparison.names, comparison.shares)
    }
    words = ", ".join(f"{name} {value:.3g}" for name, value in largest.items())
    return (
        f"Full matrices, {comparison.n_starts} runs per point (the identity: one run), equal δk, 95 % "
        f"intervals, seed {study.params.seed}. Largest δ at which all settle: {words}; "
        f"bound (4) is {comparison.scale:.4g}. Chosen: δ = {study.params.step_size:g}."
    )


COMPARISON = Figure(
    name="comparison",
    title="Remark 3: identity against other starts",
    data=_comparison_data,
    draw=_comparison_draw,
    describe=_comparison_describe,
    height=340,
    picks=("step_size",),
)
