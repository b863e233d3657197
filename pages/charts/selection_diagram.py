"""Example 2 over the step size: the attractor of a start, the branches beside it, and Lyapunov exponents."""

from __future__ import annotations

from functools import lru_cache

import altair as alt
import numpy as np

from pages.charts import layers
from pages.charts.figure import Figure
from pages.charts.raster import density_image, image_table, shades, visited_table
from pages.charts.style import FINE_DASH, Style
from stepsize_core.paper.equilibrium_selection import DIAGRAM_STEP_SIZES, Branches, StepSizeDiagram, Study

WINDOW = (0.45, 2.25)  # of x: every bounded attractor lies inside
ROWS = 240  # of the picture
SHADES = 16
STEPS_PER_COLUMN = 4  # step sizes of the diagram in one click target
LOWEST_EXPONENT = -2.5  # the strip ends here: at a superstable step size the exponent is −∞
LABEL_WIDTH = 30  # of the axis labels, so that the two pictures share their left edge
LARGEST = float(DIAGRAM_STEP_SIZES[-1])
LAST_NAME = 0.57  # a name that begins farther right would not fit

ROOM = 0.08 * (WINDOW[1] - WINDOW[0])  # above the window, for the name of the chosen step size
NAME_HEIGHT = WINDOW[1] + 0.6 * ROOM
CHOSEN_FACTS = {"largest": LARGEST, "last_name": LAST_NAME, "name_height": NAME_HEIGHT}  # for the browser

Shown = tuple[StepSizeDiagram, Branches, Study]


@lru_cache(maxsize=32)
def _picture(diagram: StepSizeDiagram, branches: Branches) -> dict:
    """States visited against δ: those of this start over the branches followed from one δ to the next."""
    deltas = diagram.diagram.step_sizes
    half = (deltas[1] - deltas[0]) / 2.0
    x_edges = np.append(deltas - half, deltas[-1] + half)
    y_edges = np.linspace(*WINDOW, ROWS + 1)
    own = _density(diagram.diagram, x_edges, y_edges)
    other = np.maximum(*(_density(run, x_edges, y_edges) for run in (branches.upward, branches.downward)))
    indices = np.where(own > 0, own, np.where(other > 0, other + SHADES - 1, 0))
    return image_table(indices, _two_inks, (x_edges[0], x_edges[-1]), WINDOW)


def _density(run, x_edges, y_edges) -> np.ndarray:
    along = np.broadcast_to(run.step_sizes, run.states.shape)
    return density_image(along.ravel(), run.states.ravel(), x_edges, y_edges, SHADES).astype(int)


def _two_inks(style: Style) -> tuple[str, ...]:
    own = shades(style.background, style.measured, SHADES)
    return own + shades(style.background, style.muted, SHADES)[1:]


@lru_cache(maxsize=4)
def _unstable(branches: Branches) -> dict:
    """Unstable equilibria and the unstable parts of 2-cycles inside the window."""
    cycles = branches.cycles
    shown = ~cycles.stable & (cycles.x > WINDOW[0]) & (cycles.x < WINDOW[1])
    begin = [point.critical or 0.0 for point in branches.equilibria]
    return {
        "unstable_equilibria": {
            "step_size": np.array([[b, LARGEST] for b in begin]).ravel(),
            "x": np.repeat([point.x for point in branches.equilibria], 2),
        },
        "unstable_2_cycles": {
            "step_size": cycles.step_sizes[shown],
            "x": cycles.x[shown],
            "branch": cycles.branch[shown],
        },
    }


def _thresholds(branches: Branches) -> dict:
    points = [point for point in branches.equilibria if point.critical is not None]
    return {
        "step_size": np.array([point.critical for point in points]),
        "text": [f"2/f₂″({point.x:g}) = {point.critical:g}" for point in points],
    }


def _chosen(delta: float, height: float) -> dict:
    """Where δ stands; beyond the diagram it is marked at the right edge with an arrow."""
    text = f"δ = {delta:g}" + (" →" if delta > LARGEST else "")
    return {
        "_chosen": {"step_size": [min(delta, LARGEST)]},
        "_chosen_name": {"step_size": [min(delta, LAST_NAME)], "x": [height], "text": [text]},
    }


def _columns(deltas: np.ndarray) -> dict:
    """Click targets, each choosing the round number in its middle."""
    edges = np.linspace(deltas[0], deltas[-1], len(deltas) // STEPS_PER_COLUMN + 1)
    return {"x": edges[:-1], "x2": edges[1:], "step_size": ((edges[:-1] + edges[1:]) / 2).round(3)}


def _across(field: str = "step_size") -> alt.X:
    return layers.x(field, "step size δ")


def _targets():
    return layers.clickable_columns("_columns", _across("x"), "step_size", "click: δ")


def _diagram_data(shown: Shown) -> dict:
    diagram, branches, study = shown
    (low, high), thresholds = WINDOW, _thresholds(branches)
    names = {
        "step_size": [0.012] * 2,
        "x": [2.0, 1.0],
        "text": ["upwards from x = 2 →", "← downwards to x = 1"],
    }
    return (
        _unstable(branches)
        | _chosen(study.params.step_size, NAME_HEIGHT)
        | {
            "_picture": _picture(diagram, branches),
            "thresholds": thresholds,
            "_threshold_names": thresholds | {"x": np.full(len(thresholds["text"]), low + 1.4 * ROOM)},
            "_names": names,
            "_columns": _columns(diagram.diagram.step_sizes),
            "_frame": {"step_size": [0.0, LARGEST], "x": [low, high + ROOM]},
        }
    )


def _diagram_draw(style: Style):
    def height(field: str) -> alt.Y:
        return layers.y(field, "x, long after the start", minExtent=LABEL_WIDTH)

    across, up = _across(), height("x")
    cycles = {"width": 1.3, "dash": FINE_DASH, "by": "branch"}
    return alt.layer(
        layers.frame(across, up),
        layers.image("_picture", _across("x"), height("y"), style),
        layers.theory_rule("thresholds", style, across=across),
        layers.theory_curve("unstable_equilibria", across, up, style, by="x"),
        layers.curve("unstable_2_cycles", across, up, style.theory, **cycles),
        layers.chosen_rule("_chosen", style, across=across),
        layers.label("_threshold_names", across, up, style.theory),
        layers.label("_names", across, up, style.muted, dx=0, dy=-10),
        layers.label("_chosen_name", across, up, style.chosen, dy=0),
        _targets(),
    )


def _diagram_describe(shown: Shown) -> str:
    diagram, branches, study = shown
    own, other = (
        _range(run.states, run.step_sizes, study.params.step_size)
        for run in (diagram.diagram, branches.upward)
    )
    return (
        f"Blue: the start {diagram.start:g}, at this δ {own}. Grey: attractors followed from one δ to the "
        f"next (upwards from 2: {other}). Dashed: unstable equilibria; dotted: unstable 2-cycles. Click: δ."
    )


def _range(states: np.ndarray, deltas: np.ndarray, delta: float) -> str:
    """What was visited at the step size of the diagram next to δ, in words."""
    if delta > deltas[-1]:
        return "beyond the picture"
    values = states[:, np.argmin(np.abs(deltas - delta))]
    if not np.isfinite(values).all():
        return "diverged"
    low, high = values.min(), values.max()
    return f"x = {low:.4g}" if high - low < 1e-3 else f"{low:.4g} … {high:.4g}"


def _diagram_painted(shown: Shown) -> dict:
    diagram, branches, _ = shown
    runs = {"this_start": diagram.diagram, "upwards": branches.upward, "downwards": branches.downward}
    return {name: visited_table(run.step_sizes, run.states) for name, run in runs.items()}


DIAGRAM = Figure(
    name="diagram",
    title="Step-size diagram",
    data=_diagram_data,
    draw=_diagram_draw,
    describe=_diagram_describe,
    height=336,
    picks=("step_size",),
    painted=_diagram_painted,
)


def _lyapunov_data(shown: Shown) -> dict:
    diagram, branches, study = shown
    finite = np.isfinite(diagram.exponents)
    return {
        "exponents": {
            "step_size": diagram.diagram.step_sizes[finite],
            "exponent": np.maximum(diagram.exponents[finite], LOWEST_EXPONENT),
        },
        "_zero": {"exponent": [0.0]},
        "_word": {"step_size": [0.004], "exponent": [0.0], "text": ["above 0: chaotic"]},
        "thresholds": _thresholds(branches),
        "_chosen": {"step_size": [min(study.params.step_size, LARGEST)]},
        "_columns": _columns(diagram.diagram.step_sizes),
        "_frame": {"step_size": [0.0, LARGEST], "exponent": [LOWEST_EXPONENT, 1.0]},
    }


def _lyapunov_draw(style: Style):
    across = _across()
    up = layers.y("exponent", "exponent", minExtent=LABEL_WIDTH, tickCount=3)
    return alt.layer(
        layers.frame(across, up),
        layers.faint_rule("_zero", style, up=up),
        layers.theory_rule("thresholds", style, across=across),
        layers.chosen_rule("_chosen", style, across=across),
        layers.curve("exponents", across, up, style.measured, width=1.4),
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
        return "Lyapunov exponent of this start's runs; none at the chosen δ, where the run diverges."
    word = "neighbouring runs separate" if exponent > 0 else "neighbouring runs close in"
    return f"Lyapunov exponent of this start's runs; at the chosen δ {exponent:.3g}: {word}."


LYAPUNOV = Figure(
    name="lyapunov",
    title="Lyapunov exponent",
    data=_lyapunov_data,
    draw=_lyapunov_draw,
    describe=_lyapunov_describe,
    height=126,
    picks=("step_size",),
)
