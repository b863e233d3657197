"""The limit of Theorem 3 is a saddle: full matrices beside the exact reduction."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.identity_initialization.matrices import LEFT_ROOM, curve_colour, curves, names_at_ends
from pages.charts.identity_initialization.modes import shown_steps
from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.identity_initialization.saddle import Escape

Pair = tuple[Escape, Study]

FULL_R, FULL_PSD, REDUCED = "full, to R", "full, to PSD", "reduction, to PSD"


def _escape_data(pair: Pair) -> dict:
    escape, study = pair
    k = shown_steps(study.params.n_steps)
    full = curves(k, {FULL_R: escape.to_target[k], FULL_PSD: escape.to_psd[k]})
    reduced = curves(k, {REDUCED: study.to_psd[k]})
    every = np.concatenate([full["y"], reduced["y"]])
    low, high = float(every.min()) / 3.0, 3.0 * float(every.max())
    seen, predicted = np.isfinite(escape.escaped), np.isfinite(escape.predicted)
    predicted = predicted and escape.predicted <= k[-1]
    ends = {**names_at_ends(full, float(k[-1]))}
    return {
        "full": full,
        "reduction": reduced,
        "_names": ends,
        "_reduced_name": names_at_ends(reduced, float(k[-1])),
        "predicted": {"k": [escape.predicted] if predicted else []},
        "_predicted": {
            "k": [escape.predicted] if predicted else [],
            "y": [high / 1.5] if predicted else [],
            "text": [f"predicted {escape.predicted:.0f}"] if predicted else [],
        },
        "escaped": {
            "k": [escape.escaped] if seen else [],
            "y": [escape.to_psd[int(escape.escaped)]] if seen else [],
            "text": [f"leaves at k = {escape.escaped:.0f}"] if seen else [],
        },
        "_frame": {"k": [0.0, LEFT_ROOM * k[-1]], "y": [low, high]},
    }


def _escape_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("y", "Frobenius distance", log=True)
    colour = curve_colour(style, [FULL_R, FULL_PSD], [style.series[3], style.measured])
    line = alt.Chart(alt.NamedData("full")).mark_line(strokeWidth=1.9)
    text = alt.Chart(alt.NamedData("_names")).mark_text(align="left", dx=5, fontSize=12)
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("predicted", style, across=across),
        layers.label("_predicted", across, up, style.theory, dx=5, dy=0),
        layers.up_to_step(line.encode(across, up, colour, alt.Detail("curve:N"), alt.Order("k:Q"))),
        layers.up_to_step(layers.theory_curve("reduction", across, up, style)),
        text.encode(across, up, colour, alt.Text("text:N")),
        layers.label("_reduced_name", across, up, style.theory, dx=5, dy=0),
        layers.points("escaped", across, up, style.chosen, size=80),
        layers.on_picture("escaped", across, up, style, align="left", dx=9, dy=16),
    ).add_params(layers.playback())


def _escape_describe(pair: Pair) -> str:
    escape, study = pair
    if np.isfinite(escape.escaped):
        fate = (
            f"come within {escape.to_psd[escape.closest]:.1g} of the PSD projection at k = {escape.closest} "
            f"and leave it at k = {escape.escaped:.0f}"
        )
    elif not np.isfinite(escape.to_psd[-1]):
        fate = "diverge"
    elif (study.spectrum.eigenvalues < 0).any():
        fate = f"are {escape.to_psd[-1]:.2g} from the PSD projection after {study.params.n_steps} steps"
    else:
        fate = "have no saddle to leave, as no eigenvalue is negative"
    return (
        f"From W_i = I + ε·noise, ε = {study.params.noise}, at L = {study.params.depth} the full matrices "
        f"{fate}. Dashed: the exact reduction, from which the theorem's verdict is taken. {_time(escape)}"
    )


def _time(escape: Escape) -> str:
    if np.isfinite(escape.predicted):
        return f"Predicted escape: {escape.predicted:.0f} steps; {escape.claim.verdict.value}."
    if escape.noise == 0 and escape.depth > 2:
        return "With ε = 0 the layers part in their last digits, and what grows is that difference."
    return "An escape time is predicted for L = 2, a negative eigenvalue and ε > 0."


ESCAPE = Figure(
    "escape", "The limit of Theorem 3 is a saddle: full matrices leave it",
    _escape_data, _escape_draw, _escape_describe, 340, steps=True,
)  # fmt: skip


def _spread_data(pair: Pair) -> dict:
    escape, study = pair
    k = shown_steps(study.params.n_steps)
    table = curves(k, {"spread": escape.spread[k]})
    y = table["y"] if len(table["y"]) else np.array([1e-16])
    return {
        "spread": {"k": table["k"], "y": table["y"]},
        "_frame": {"k": [0.0, float(k[-1])], "y": [0.5 * y.min(), 2.0 * y.max()]},
    }


def _spread_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("y", "largest ‖W_i − mean layer‖", log=True)
    return alt.layer(
        layers.frame(across, up),
        layers.up_to_step(layers.curve("spread", across, up, style.measured)),
    ).add_params(layers.playback())


def _spread_describe(pair: Pair) -> str:
    escape, study = pair
    spread = escape.spread[np.isfinite(escape.spread)]
    first = np.flatnonzero(spread > 0)
    begun = f"first differ at k = {first[0]}, by {spread[first[0]]:.1g}," if len(first) else "never differ"
    return (
        f"The layers {begun} and end {spread[-1]:.2g} apart after {study.params.n_steps} steps. The "
        f"reduction assumes that they are equal; a difference grows along negative eigenvalues."
    )


SPREAD = Figure(
    "spread", "How far the layers are from being equal",
    _spread_data, _spread_draw, _spread_describe, 340, steps=True,
)  # fmt: skip
