"""Attractors over the step size: that of a start, the branches beside it, and Lyapunov exponents."""

from collections.abc import Mapping
from functools import lru_cache, partial
from typing import Any

import altair as alt
import numpy as np

from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import Also, Figure, figure
from pages.charts.kit.raster import density_image, image_table, shades, visited_table
from pages.charts.kit.style import FINE_DASH, Style
from pages.charts.kit.text import minus, three_digits
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
SIDES = ({"align": "left", "dx": 5}, {"align": "right", "dx": -5})
FIRST_NAME = 0.018  # share of the width at which the names of the branches begin


def diagram_figure(also: Also, variable: str = "x", height: int = 336) -> Figure:
    """The diagram of a state whose axis is called `variable`; also: a StepSizeDiagram and Branches."""

    @figure("Step-size diagram", name="diagram", height=height, picks=("step_size",), also=also)
    def DIAGRAM(study, diagram: StepSizeDiagram, branches: Branches, draw: Drawing) -> str:
        deltas, delta = diagram.diagram.step_sizes, study.params.step_size
        largest, (low, high) = float(deltas[-1]), branches.window
        room, nowhere = 0.08 * (high - low), {"step_size": 0.0, "x": low}
        frame = {"step_size": [0.0, largest], "x": [low, high + room]}
        title = f"{variable}, long after the start"
        draw.axes("step size δ", title, y={"minExtent": LABEL_WIDTH}, frame=frame, whole=True)
        draw.picture("_picture", _picture(diagram, branches))
        runs = {"this_start": diagram.diagram, "upwards": branches.upward, "downwards": branches.downward}
        for name, run in runs.items():
            draw.painted(name, partial(visited_table, run.step_sizes, run.states))
        _draw_thresholds(draw, branches, largest)
        _draw_unstable(draw, branches, largest)
        draw.vline("_chosen", {"step_size": [min(delta, largest)]}, look="chosen", drag=True)
        _name_thresholds(draw, branches, largest)
        x, names = [x for x, _ in branches.names], [minus(text) for _, text in branches.names]
        begin = {"step_size": [FIRST_NAME * largest] * len(x), "x": x, "text": names}
        draw.label("_names", begin, look="muted", dx=0, dy=-10, empty=nowhere)
        text = f"δ = {delta:g}" + (" →" if delta > largest else "")
        name = {"step_size": [min(delta, LAST_NAME * largest)], "x": [high + 0.6 * room], "text": [text]}
        draw.label("_chosen_name", name, look="chosen", dy=0, drag=True)
        _click_columns(draw, deltas)

        own = _range(diagram.diagram.states, deltas, delta)
        grey = ""
        if branches.names:
            begin = branches.names[0][1].rstrip(" →")
            other = _range(branches.upward.states, branches.upward.step_sizes, delta)
            grey = f"Grey: attractors followed from one δ to the next ({begin}: {other}). "
        return (
            f"Blue: the start {_written(diagram.start)}, at this δ {own}. {grey}"
            f"Dashed: unstable equilibria; dotted: unstable 2-cycles. Click: δ."
        )

    return DIAGRAM


def lyapunov_figure(also: Also) -> Figure:
    """A strip below the diagram; also: the same."""

    @figure("Lyapunov exponent", name="lyapunov", height=126, picks=("step_size",), also=also)
    def LYAPUNOV(study, diagram: StepSizeDiagram, branches: Branches, draw: Drawing) -> str:
        deltas, exponents, delta = diagram.diagram.step_sizes, diagram.exponents, study.params.step_size
        largest, finite = float(deltas[-1]), np.isfinite(exponents)
        frame = {"step_size": [0.0, largest], "exponent": [LOWEST_EXPONENT, 1.0]}
        axis = {"minExtent": LABEL_WIDTH, "tickCount": 3}
        draw.axes("step size δ", "exponent", y=axis, frame=frame, whole=True)
        draw.hline("_zero", {"exponent": [0.0]}, look="muted")
        _draw_thresholds(draw, branches, largest)
        draw.vline("_chosen", {"step_size": [min(delta, largest)]}, look="chosen", drag=True)
        drawn = {"step_size": deltas[finite], "exponent": np.maximum(exponents[finite], LOWEST_EXPONENT)}
        draw.curve("exponents", drawn, width=1.4, empty={"step_size": largest, "exponent": 0.0})
        word = {"step_size": [0.006 * largest], "exponent": [0.0], "text": ["above 0: chaotic"]}
        draw.label("_word", word, look="muted", dx=2, dy=-9)
        _click_columns(draw, deltas)

        if delta > largest:
            return "Lyapunov exponent of this start's runs; the chosen δ lies beyond the picture."
        exponent = exponents[np.argmin(np.abs(deltas - delta))]
        if not np.isfinite(exponent):
            return "Lyapunov exponent of this start's runs; none at the chosen δ, where the run escapes."
        word = "neighbouring runs separate" if exponent > 0 else "neighbouring runs close in"
        word = "neighbouring runs keep their distance" if abs(exponent) < NEUTRAL else word
        return f"Lyapunov exponent of this start's runs; at the chosen δ {exponent:.3g}: {word}."

    return LYAPUNOV


@lru_cache(maxsize=32)
def _picture(diagram: StepSizeDiagram, branches: Branches) -> Table:
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
    return density_image(along, run.states, x_edges, y_edges, SHADES).astype(int)


def _two_inks(style: Style) -> tuple[str, ...]:
    own = shades(style.background, style.measured, SHADES)
    return own + shades(style.background, style.muted, SHADES)[1:]


def _draw_thresholds(draw: Drawing, branches: Branches, largest: float) -> None:
    known = [(delta, text) for delta, text in branches.thresholds if delta <= largest]
    table = {"step_size": [delta for delta, _ in known], "text": [text for _, text in known]}
    draw.vline("thresholds", table, empty={"step_size": largest})


def _draw_unstable(draw: Drawing, branches: Branches, largest: float) -> None:
    """Unstable equilibria and the unstable parts of 2-cycles inside the window."""
    cycles, (low, high) = branches.cycles, branches.window
    seen = ~cycles.stable & (cycles.x > low) & (cycles.x < high)
    ends = [(x, begin) for x, begin in branches.unstable if begin < largest and low < x < high]
    begins = np.array([[begin, largest] for _, begin in ends]).ravel()
    lines = {"step_size": begins, "x": np.repeat([x for x, _ in ends], 2)}
    curves = {"step_size": cycles.step_sizes[seen], "x": cycles.x[seen], "branch": cycles.branch[seen]}
    edge = {"step_size": largest, "x": low}
    draw.curve("unstable_equilibria", lines, look="theory", by="x", empty=edge)
    dotted = {"width": 1.3, "dash": FINE_DASH, "by": "branch"}
    draw.curve("unstable_2_cycles", curves, look="theory", empty=edge | {"branch": -1}, **dotted)


def _name_thresholds(draw: Drawing, branches: Branches, largest: float) -> None:
    """The names right of their thresholds, and those left of them that would not fit to the right; one below
    the other where thresholds lie close together. In a halo: they may stand over an attractor."""
    low, high = branches.window
    sides, before, row = ([], []), -np.inf, 0
    for delta, text in sorted(branches.thresholds):
        if delta <= largest:
            row = (row + 1) % NAME_ROWS if delta - before < NAME_WIDTH * largest else 0
            height = low + (NAMES_FROM + row * NAME_ROW) * (high - low)
            sides[delta > LAST_THRESHOLD * largest].append((delta, height, minus(text)))
            before = delta
    nowhere = {"step_size": 0.0, "x": low}
    for name, side, where in zip(("_threshold_names", "_names_before"), sides, SIDES):
        columns = zip(("step_size", "x", "text"), zip(*side) if side else ((), (), ()))
        draw.layer({name: dict(columns)}, partial(_in_halo, name, where), empty=nowhere)


def _in_halo(table: str, where: Mapping[str, Any], across, up, style: Style) -> list[alt.Chart]:
    text = alt.Chart(alt.NamedData(table)).encode(across("step_size"), up("x"), alt.Text("text:N"))
    look = {"dy": -6, "fontSize": 12, **where}
    halo = text.mark_text(stroke=style.background, strokeWidth=4, opacity=0.85, **look)
    return [halo, text.mark_text(color=style.theory, **look)]


def _click_columns(draw: Drawing, deltas: np.ndarray) -> None:
    """Click targets, each choosing the round number in its middle."""
    edges = np.linspace(deltas[0], deltas[-1], COLUMNS + 1)
    middles = three_digits((edges[:-1] + edges[1:]) / 2)
    draw.click({"x": edges[:-1], "x2": edges[1:], "step_size": middles}, "click: δ")


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
