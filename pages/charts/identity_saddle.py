"""The target, the estimate and the nearest PSD matrix; full matrices beside the reduction near the saddle."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts import layers
from pages.charts.figure import Figure
from pages.charts.identity_modes import shown_steps
from pages.charts.style import Style
from stepsize_core.paper.identity_initialization import Study
from stepsize_core.paper.saddle_escape import Escape

GAP = 0.12  # between matrices, in matrix widths
LARGEST_WITH_NUMBERS = 5  # larger matrices show colours alone
LEAST = 1e-17  # distances below show nothing
LEFT_ROOM = 1.3  # share by which the axis of steps is longer, for names

Pair = tuple[Escape, Study]


def _matrices_data(study: Study) -> dict:
    shown = {
        "target R": study.spectrum.matrix,
        f"estimate, k = {study.params.n_steps}": study.estimate,
        "nearest PSD": study.projection,
    }
    largest = max(float(np.abs(study.spectrum.matrix).max()), 1e-300)
    n = len(study.spectrum.matrix)
    row, column = np.divmod(np.arange(n * n), n)
    cells = [
        {
            "matrix": [name] * (n * n),
            "row": row + 1,
            "column": column + 1,
            "x": place * (1 + GAP) + column / n,
            "x2": place * (1 + GAP) + (column + 1) / n,
            "y": 1.0 - row / n,
            "y2": 1.0 - (row + 1) / n,
            "value": matrix.ravel(),
            "shade": np.clip(matrix.ravel() / largest, -1.0, 1.0),
        }
        for place, (name, matrix) in enumerate(shown.items())
    ]
    entries = {name: np.concatenate([part[name] for part in cells]) for name in cells[0]}
    return {
        "entries": entries,
        "_numbers": _numbers(entries, n),
        "_titles": {"x": [p * (1 + GAP) for p in range(3)], "y": [1.0] * 3, "text": list(shown)},
        "_frame": {"x": [0.0, 3 + 2 * GAP], "y": [0.0, 1.12]},
    }


def _numbers(entries: dict, n: int) -> dict:
    """The entries written out, in cells large enough."""
    few = n <= LARGEST_WITH_NUMBERS
    middle = {
        "x": (entries["x"] + entries["x2"]) / 2.0,
        "y": (entries["y"] + entries["y2"]) / 2.0,
        "text": [_short(value) for value in entries["value"]],
    }
    return {name: values if few else [] for name, values in middle.items()}


def _short(value: float) -> str:
    """A matrix entry in a few characters."""
    return f"{value:.2f}".replace("-0.00", "0.00").replace("-", "−") if np.isfinite(value) else "∞"


def _matrices_draw(style: Style):
    across, up = layers.x(**layers.NO_AXIS), layers.y(**layers.NO_AXIS)
    ends = [style.theory, style.background, style.measured]
    shade = alt.Color("shade:Q", legend=None, scale=alt.Scale(domain=[-1, 0, 1], range=ends))
    cells = alt.Chart(alt.NamedData("entries")).mark_rect(stroke=style.grid, strokeWidth=0.5, invalid=None)
    tips = [alt.Tooltip(f"{c}:N") for c in ("matrix", "row", "column")] + [
        alt.Tooltip("value:Q", format=".6g")
    ]
    return alt.layer(
        layers.frame(across, up),
        cells.encode(across, up, shade, alt.X2("x2:Q"), alt.Y2("y2:Q"), tooltip=tips),
        layers.on_picture("_numbers", across, up, style, size=11),
        layers.label("_titles", across, up, style.ink, dx=1, dy=-8),
    )


def _matrices_describe(study: Study) -> str:
    size = "×".join(map(str, study.spectrum.matrix.shape))
    return (
        f"{size} matrices on one colour scale, 0 pale, negative entries orange and positive ones blue. After "
        f"{study.params.n_steps} steps ‖estimate − R‖ = {study.to_target[-1]:.3g} and ‖estimate − PSD‖ = "
        f"{study.to_psd[-1]:.3g}."
    )


MATRICES = Figure(
    "matrices", "The target, what is learned, and the nearest PSD matrix",
    _matrices_data, _matrices_draw, _matrices_describe, 300,
)  # fmt: skip


# Distances of the reduction


def _curves(k: np.ndarray, named: dict[str, np.ndarray]) -> dict:
    """One row per step and curve, positive finite values only."""
    rows = [(k[(v > LEAST) & np.isfinite(v)], v[(v > LEAST) & np.isfinite(v)]) for v in named.values()]
    return {
        "k": np.concatenate([steps for steps, _ in rows]),
        "y": np.concatenate([values for _, values in rows]),
        "curve": np.repeat(list(named), [len(steps) for steps, _ in rows]),
    }


def _names_at_ends(table: dict, last: float) -> dict:
    """The name of every curve behind its last point, apart where the ends are close."""
    names = list(dict.fromkeys(table["curve"].tolist()))
    ends = [float(table["y"][table["curve"] == name][-1]) for name in names]
    return {"k": [last] * len(names), "y": ends, "text": names, "curve": names}


def _distances_data(study: Study) -> dict:
    k = shown_steps(study.params.n_steps)
    table = _curves(k, {"to R": study.to_target[k], "to nearest PSD": study.to_psd[k]})
    gap = float(np.linalg.norm(np.minimum(study.spectrum.eigenvalues, 0.0)))
    return {
        "distances": table,
        "_names": _names_at_ends(table, float(k[-1])),
        "floor": {"y": [gap] if gap else []},
        "_floor": {
            "k": [0.0] if gap else [],
            "y": [gap] if gap else [],
            "text": ["‖R − PSD‖"] if gap else [],
        },
        "_frame": {"k": [0.0, LEFT_ROOM * k[-1]], "y": [table["y"].min(), 2.0 * table["y"].max()]},
    }


def _colour(style: Style, names: list[str], colours: list[str]) -> alt.Color:
    return alt.Color("curve:N", legend=None, scale=alt.Scale(domain=names, range=colours))


def _distances_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("y", "Frobenius distance", log=True)
    colour = _colour(style, ["to R", "to nearest PSD"], [style.series[3], style.measured])
    line = alt.Chart(alt.NamedData("distances")).mark_line(strokeWidth=1.9)
    text = alt.Chart(alt.NamedData("_names")).mark_text(align="left", dx=5, fontSize=12)
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("floor", style, up=up),
        layers.label("_floor", across, up, style.theory, dx=6, dy=-8),
        layers.up_to_step(line.encode(across, up, colour, alt.Detail("curve:N"), alt.Order("k:Q"))),
        text.encode(across, up, colour, alt.Text("text:N")),
    ).add_params(layers.playback())


def _distances_describe(study: Study) -> str:
    return (
        f"The reduction after {study.params.n_steps} steps: {study.to_psd[-1]:.3g} from the nearest PSD "
        f"matrix, {study.to_target[-1]:.3g} from R. Dashed: the distance between these two, which remains."
    )


DISTANCES = Figure(
    "distances", "Errors to R and to its PSD projection",
    _distances_data, _distances_draw, _distances_describe, 300, steps=True,
)  # fmt: skip


# The escape of the full matrices

FULL_R, FULL_PSD, REDUCED = "full, to R", "full, to PSD", "reduction, to PSD"


def _escape_data(pair: Pair) -> dict:
    escape, study = pair
    k = shown_steps(study.params.n_steps)
    full = _curves(k, {FULL_R: escape.to_target[k], FULL_PSD: escape.to_psd[k]})
    reduced = _curves(k, {REDUCED: study.to_psd[k]})
    every = np.concatenate([full["y"], reduced["y"]])
    low, high = float(every.min()), 3.0 * float(every.max())
    seen, predicted = np.isfinite(escape.escaped), np.isfinite(escape.predicted)
    predicted = predicted and escape.predicted <= k[-1]
    ends = {**_names_at_ends(full, float(k[-1]))}
    return {
        "full": full,
        "reduction": reduced,
        "_names": ends,
        "_reduced_name": _names_at_ends(reduced, float(k[-1])),
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
    colour = _colour(style, [FULL_R, FULL_PSD], [style.series[3], style.measured])
    line = alt.Chart(alt.NamedData("full")).mark_line(strokeWidth=1.9)
    text = alt.Chart(alt.NamedData("_names")).mark_text(align="left", dx=5, fontSize=12)
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("predicted", style, across=across),
        layers.label("_predicted", across, up, style.theory, dx=5, dy=0),
        layers.up_to_step(line.encode(across, up, colour, alt.Detail("curve:N"), alt.Order("k:Q"))),
        layers.up_to_step(layers.theory_curve("reduction", across, up, style)),
        text.encode(across, up, colour, alt.Text("text:N")),
        layers.label("_reduced_name", across, up, style.theory, dx=5, dy=12),
        layers.points("escaped", across, up, style.chosen, size=80),
        layers.on_picture("escaped", across, up, style, align="right", dx=-10, dy=-8),
    ).add_params(layers.playback())


def _escape_describe(pair: Pair) -> str:
    escape, study = pair
    if np.isfinite(escape.escaped):
        fate = (
            f"come within {escape.to_psd[escape.closest]:.1g} of the PSD projection at k = {escape.closest} "
            f"and leave it at k = {escape.escaped:.0f}"
        )
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
    table = _curves(k, {"spread": escape.spread[k]})
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
