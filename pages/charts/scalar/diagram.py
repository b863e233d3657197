"""Attractors over the step size: that of a start, the branches beside it, and Lyapunov exponents."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.raster import density_image, image_table, shades, visited_table
from pages.charts.kit.style import FINE_DASH, Style
from pages.charts.kit.text import three_digits
from stepsize_core.diagrams import Branches, StepSizeDiagram

ROWS = 240  # of the picture
SHADES = 16
COLUMNS = 120  # click targets over the step sizes
LOWEST_EXPONENT = -2.5  # the strip ends here: at a superstable step size the exponent is −∞
NEUTRAL = 1e-6  # an exponent so small is 0, as along a valley of minima
LABEL_WIDTH = 30  # of the axis labels, so that the two pictures share their left edge
LAST_NAME = 0.877  # share of the width beyond which a name that begins there would not fit
LAST_THRESHOLD = 0.75  # share of the width beyond which a threshold's name stands left of it
NAMES_FROM, NAME_ROW, NAME_ROWS = 0.11, 0.075, 4  # heights of those names, shares of the window
NAME_WIDTH = 0.3  # share of the width that a name takes, at most
FIRST_NAME = 0.018  # share of the width at which the names of the branches begin

Shown = tuple[StepSizeDiagram, Branches, Any]  # the third: the study of the run, with its params


@lru_cache(maxsize=32)
def _picture(diagram: StepSizeDiagram, branches: Branches) -> dict:
    """States visited against δ: those of this start over the branches followed from one δ to the next."""
    deltas = diagram.diagram.step_sizes
    half = (deltas[1] - deltas[0]) / 2.0
    x_edges = np.append(deltas - half, deltas[-1] + half)
    y_edges = np.linspace(*branches.window, ROWS + 1)
    own = _density(diagram.diagram, x_edges, y_edges)
    other = np.maximum(*(_density(run, x_edges, y_edges) for run in (branches.upward, branches.downward)))
    indices = np.where(own > 0, own, np.where(other > 0, other + SHADES - 1, 0))
    return image_table(indices, _two_inks, (x_edges[0], x_edges[-1]), branches.window)


def _density(run, x_edges, y_edges) -> np.ndarray:
    along = run.step_sizes.reshape((1, -1) + (1,) * (run.states.ndim - 2))
    along = np.broadcast_to(along, run.states.shape)
    return density_image(along.ravel(), run.states.ravel(), x_edges, y_edges, SHADES).astype(int)


def _two_inks(style: Style) -> tuple[str, ...]:
    own = shades(style.background, style.measured, SHADES)
    return own + shades(style.background, style.muted, SHADES)[1:]


@lru_cache(maxsize=32)
def _unstable(branches: Branches, largest: float) -> dict:
    """Unstable equilibria and the unstable parts of 2-cycles inside the window."""
    cycles, (low, high) = branches.cycles, branches.window
    shown = ~cycles.stable & (cycles.x > low) & (cycles.x < high)
    lines = [(x, begin) for x, begin in branches.unstable if begin < largest and low < x < high]
    return {
        "unstable_equilibria": layers.or_hidden(
            {
                "step_size": np.array([[begin, largest] for _, begin in lines]).ravel(),
                "x": np.repeat([x for x, _ in lines], 2),
            },
            step_size=largest,
            x=low,
        ),
        "unstable_2_cycles": layers.or_hidden(
            {
                "step_size": cycles.step_sizes[shown],
                "x": cycles.x[shown],
                "branch": cycles.branch[shown],
            },
            step_size=largest,
            x=low,
            branch=-1,
        ),
    }


def _thresholds(branches: Branches, largest: float) -> dict:
    known = [(delta, text) for delta, text in branches.thresholds if delta <= largest]
    table = {"step_size": [delta for delta, _ in known], "text": [text for _, text in known]}
    return layers.or_hidden(table, step_size=largest, text="")


def _threshold_names(branches: Branches, largest: float) -> tuple[dict, dict]:
    """The names right of their thresholds, and those left of them that would not fit to the right; one below
    the other where thresholds lie close together."""
    low, high = branches.window
    sides, before, row = ([], []), -np.inf, 0
    for delta, text in sorted(branches.thresholds):
        if delta <= largest:
            row = (row + 1) % NAME_ROWS if delta - before < NAME_WIDTH * largest else 0
            height = low + (NAMES_FROM + row * NAME_ROW) * (high - low)
            sides[delta > LAST_THRESHOLD * largest].append((delta, height, text.replace("-", "−")))
            before = delta
    columns = ("step_size", "x", "text")
    return tuple(
        layers.or_hidden(
            {column: [entry[i] for entry in side] for i, column in enumerate(columns)},
            step_size=0.0, x=low, text="",
        )
        for side in sides
    )  # fmt: skip


def _chosen(delta: float, height: float, largest: float) -> dict:
    """Where δ stands; beyond the diagram it is marked at the right edge with an arrow."""
    text = f"δ = {delta:g}" + (" →" if delta > largest else "")
    return {
        "_chosen": {"step_size": [min(delta, largest)]},
        "_chosen_name": {"step_size": [min(delta, LAST_NAME * largest)], "x": [height], "text": [text]},
    }


def _columns(deltas: np.ndarray) -> dict:
    """Click targets, each choosing the round number in its middle."""
    edges = np.linspace(deltas[0], deltas[-1], COLUMNS + 1)
    return {"x": edges[:-1], "x2": edges[1:], "step_size": three_digits((edges[:-1] + edges[1:]) / 2)}


def _across(field: str = "step_size") -> alt.X:
    return layers.x(field, "step size δ")


def _targets():
    return layers.clickable_columns("_columns", _across("x"), "step_size", "click: δ")


def _diagram_data(shown: Shown) -> dict:
    diagram, branches, study = shown
    largest = float(diagram.diagram.step_sizes[-1])
    (low, high), thresholds = branches.window, _thresholds(branches, largest)
    room = 0.08 * (high - low)
    right, left = _threshold_names(branches, largest)
    names = {
        "step_size": [FIRST_NAME * largest] * len(branches.names),
        "x": [x for x, _ in branches.names],
        "text": [text.replace("-", "−") for _, text in branches.names],
    }
    return (
        _unstable(branches, largest)
        | _chosen(study.params.step_size, high + 0.6 * room, largest)
        | {
            "_picture": _picture(diagram, branches),
            "thresholds": thresholds,
            "_threshold_names": right,
            "_names_before": left,
            "_names": layers.or_hidden(names, step_size=0.0, x=low, text=""),
            "_columns": _columns(diagram.diagram.step_sizes),
            "_frame": {"step_size": [0.0, largest], "x": [low, high + room]},
        }
    )


def _diagram_draw(style: Style, variable: str):
    def height(field: str) -> alt.Y:
        return layers.y(field, f"{variable}, long after the start", minExtent=LABEL_WIDTH)

    across, up = _across(), height("x")
    cycles = {"width": 1.3, "dash": FINE_DASH, "by": "branch"}
    hideable = (
        layers.theory_rule("thresholds", style, across=across),
        layers.theory_curve("unstable_equilibria", across, up, style, by="x"),
        layers.curve("unstable_2_cycles", across, up, style.theory, **cycles),
    )
    return alt.layer(
        layers.frame(across, up, whole=True),
        layers.image("_picture", _across("x"), height("y"), style),
        *map(layers.unless_hidden, hideable),
        layers.chosen_rule("_chosen", style, across=across),
        _threshold_label("_threshold_names", across, up, style, align="left", dx=5),
        _threshold_label("_names_before", across, up, style, align="right", dx=-5),
        layers.label("_names", across, up, style.muted, dx=0, dy=-10),
        layers.label("_chosen_name", across, up, style.chosen, dy=0),
        _targets(),
    )


def _threshold_label(table: str, across: alt.X, up: alt.Y, style: Style, **where) -> alt.LayerChart:
    """Names of thresholds, in a halo: they may stand over an attractor."""
    text = alt.Chart(alt.NamedData(table))
    halo = text.mark_text(stroke=style.background, strokeWidth=4, opacity=0.85, dy=-6, fontSize=12, **where)
    name = text.mark_text(color=style.theory, dy=-6, fontSize=12, **where)
    return alt.layer(*(mark.encode(across, up, alt.Text("text:N")) for mark in (halo, name)))


def _diagram_describe(shown: Shown) -> str:
    diagram, branches, study = shown
    own, other = (
        _range(run.states, run.step_sizes, study.params.step_size)
        for run in (diagram.diagram, branches.upward)
    )
    grey = ""
    if branches.names:
        begin = branches.names[0][1].rstrip(" →")
        grey = f"Grey: attractors followed from one δ to the next ({begin}: {other}). "
    return (
        f"Blue: the start {_written(diagram.start)}, at this δ {own}. {grey}"
        f"Dashed: unstable equilibria; dotted: unstable 2-cycles. Click: δ."
    )


def _written(start) -> str:
    return f"({', '.join(f'{x:g}' for x in start)})" if isinstance(start, tuple) else f"{start:g}"


def _range(states: np.ndarray, deltas: np.ndarray, delta: float) -> str:
    """What was visited at the step size of the diagram next to δ, in words."""
    if delta > deltas[-1]:
        return "beyond the picture"
    values = states[:, np.argmin(np.abs(deltas - delta))]
    if not np.isfinite(values).all():
        return "escaped"
    low, high = values.min(), values.max()
    return f"x = {low:.4g}" if high - low < 1e-3 else f"{low:.4g} … {high:.4g}"


def _diagram_painted(shown: Shown) -> dict:
    diagram, branches, _ = shown
    runs = {"this_start": diagram.diagram, "upwards": branches.upward, "downwards": branches.downward}
    return {name: visited_table(run.step_sizes, run.states) for name, run in runs.items()}


def diagram_figure(variable: str = "x", height: int = 336) -> Figure:
    """The diagram of a state whose axis is called `variable`."""
    return Figure(
        name="diagram",
        title="Step-size diagram",
        data=_diagram_data,
        draw=lambda style: _diagram_draw(style, variable),
        describe=_diagram_describe,
        height=height,
        picks=("step_size",),
        painted=_diagram_painted,
    )


def _lyapunov_data(shown: Shown) -> dict:
    diagram, branches, study = shown
    deltas, finite = diagram.diagram.step_sizes, np.isfinite(diagram.exponents)
    largest = float(deltas[-1])
    exponents = {
        "step_size": deltas[finite],
        "exponent": np.maximum(diagram.exponents[finite], LOWEST_EXPONENT),
    }
    return {
        "exponents": layers.or_hidden(exponents, step_size=largest, exponent=0.0),
        "_zero": {"exponent": [0.0]},
        "_word": {"step_size": [0.006 * largest], "exponent": [0.0], "text": ["above 0: chaotic"]},
        "thresholds": _thresholds(branches, largest),
        "_chosen": {"step_size": [min(study.params.step_size, largest)]},
        "_columns": _columns(deltas),
        "_frame": {"step_size": [0.0, largest], "exponent": [LOWEST_EXPONENT, 1.0]},
    }


def _lyapunov_draw(style: Style):
    across = _across()
    up = layers.y("exponent", "exponent", minExtent=LABEL_WIDTH, tickCount=3)
    return alt.layer(
        layers.frame(across, up, whole=True),
        layers.faint_rule("_zero", style, up=up),
        layers.unless_hidden(layers.theory_rule("thresholds", style, across=across)),
        layers.chosen_rule("_chosen", style, across=across),
        layers.unless_hidden(layers.curve("exponents", across, up, style.measured, width=1.4)),
        layers.label("_word", across, up, style.muted, dx=2, dy=-9),
        _targets(),
    )


def _lyapunov_describe(shown: Shown) -> str:
    diagram, _, study = shown
    deltas, delta = diagram.diagram.step_sizes, study.params.step_size
    if delta > deltas[-1]:
        return "Lyapunov exponent of this start's runs; the chosen δ lies beyond the picture."
    exponent = diagram.exponents[np.argmin(np.abs(deltas - delta))]
    if not np.isfinite(exponent):
        return "Lyapunov exponent of this start's runs; none at the chosen δ, where the run escapes."
    word = "neighbouring runs separate" if exponent > 0 else "neighbouring runs close in"
    word = "neighbouring runs keep their distance" if abs(exponent) < NEUTRAL else word
    return f"Lyapunov exponent of this start's runs; at the chosen δ {exponent:.3g}: {word}."


DIAGRAM = diagram_figure()
LYAPUNOV = Figure(
    name="lyapunov",
    title="Lyapunov exponent",
    data=_lyapunov_data,
    draw=_lyapunov_draw,
    describe=_lyapunov_describe,
    height=126,
    picks=("step_size",),
)
