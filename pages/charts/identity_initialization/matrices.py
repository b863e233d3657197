"""The target, what is learned, and the nearest PSD matrix; distances from them, step by step."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.identity_initialization.modes import shown_steps, spread_apart
from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from stepsize_core.paper.identity_initialization import Study

GAP = 0.12  # between matrices, in matrix widths
LARGEST_WITH_NUMBERS = 5  # larger matrices show colours alone
LEAST = 1e-17  # distances below show nothing
NAMES_APART = 0.06  # as a share of the height
LEFT_ROOM = 1.3  # share by which the axis of steps is longer, for names


def _matrices_data(study: Study) -> dict:
    estimate = f"estimate, k = {study.params.n_steps}"
    shown = {
        "target R": study.spectrum.matrix,
        estimate if np.isfinite(study.estimate).all() else "estimate: diverged": study.estimate,
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
    shade = alt.Color(
        "shade:Q", legend=None, scale=alt.Scale(domain=[-1, 0, 1], range=ends, interpolate="rgb")
    )
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
        f"{size} matrices on one colour scale: negative entries orange, positive ones blue, 0 as the "
        f"background. {_reached(study)}"
    )


def _reached(study: Study) -> str:
    """How far the reduction is from R and from its PSD projection after the last step."""
    n_steps = study.params.n_steps
    if not np.isfinite(study.to_psd[-1]):
        return f"Within {n_steps} steps the reduction diverges."
    return (
        f"After {n_steps} steps the reduction is {study.to_psd[-1]:.3g} from the nearest PSD matrix and "
        f"{study.to_target[-1]:.3g} from R."
    )


MATRICES = Figure(
    "matrices", "The target, what is learned, and the nearest PSD matrix",
    _matrices_data, _matrices_draw, _matrices_describe, 300,
)  # fmt: skip


# Distances of the reduction


def curves(k: np.ndarray, named: dict[str, np.ndarray]) -> dict:
    """One row per step and curve, positive finite values only."""
    rows = [(k[(v > LEAST) & np.isfinite(v)], v[(v > LEAST) & np.isfinite(v)]) for v in named.values()]
    return {
        "k": np.concatenate([steps for steps, _ in rows]),
        "y": np.concatenate([values for _, values in rows]),
        "curve": np.repeat(list(named), [len(steps) for steps, _ in rows]),
    }


def names_at_ends(table: dict, last: float) -> dict:
    """The name of every curve behind its last point, apart where the ends are close."""
    names = list(dict.fromkeys(table["curve"].tolist()))
    ends = np.log([table["y"][table["curve"] == name][-1] for name in names])
    height = float(np.ptp(np.log(table["y"])))
    ends = np.exp(spread_apart(ends, NAMES_APART * height))
    return {"k": [last] * len(names), "y": ends, "text": names, "curve": names}


def _distances_data(study: Study) -> dict:
    k = shown_steps(study.params.n_steps)
    table = curves(k, {"to R": study.to_target[k], "to nearest PSD": study.to_psd[k]})
    gap = float(np.linalg.norm(np.minimum(study.spectrum.eigenvalues, 0.0)))
    return {
        "distances": table,
        "_names": names_at_ends(table, float(k[-1])),
        "floor": {"y": [gap] if gap else []},
        "_floor": {
            "k": [0.0] if gap else [],
            "y": [gap] if gap else [],
            "text": ["‖R − PSD‖"] if gap else [],
        },
        "_frame": {"k": [0.0, LEFT_ROOM * k[-1]], "y": [table["y"].min() / 3.0, 3.0 * table["y"].max()]},
    }


def curve_colour(style: Style, names: list[str], colours: list[str]) -> alt.Color:
    return alt.Color("curve:N", legend=None, scale=alt.Scale(domain=names, range=colours))


def _distances_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("y", "Frobenius distance", log=True)
    colour = curve_colour(style, ["to R", "to nearest PSD"], [style.series[3], style.measured])
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
    return f"{_reached(study)} Dashed: the distance between R and the nearest PSD matrix, which remains."


DISTANCES = Figure(
    "distances", "Errors to R and to its PSD projection",
    _distances_data, _distances_draw, _distances_describe, 300, steps=True,
)  # fmt: skip
