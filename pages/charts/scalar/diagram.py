"""Attractors over the step size: that of a start, the branches beside it, and Lyapunov exponents."""

from functools import lru_cache, partial

import numpy as np

from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import Also, Figure, figure
from pages.charts.kit.over_step_sizes import (
    attractor_picture,
    draw_chosen,
    draw_exponents,
    draw_thresholds,
    name_thresholds,
)
from pages.charts.kit.raster import visited_table
from pages.charts.kit.style import FINE_DASH
from pages.charts.kit.text import minus
from stepsize_core.diagrams import Branches, StepSizeDiagram

COLUMNS = 120  # click targets over the step sizes
NEUTRAL = 1e-6  # an exponent so small is 0, as along a valley of minima
LABEL_WIDTH = 30  # of the axis labels, so that the two pictures share their left edge
FIRST_NAME = 0.018  # share of the width at which the names of the branches begin


def diagram_figure(also: Also, variable: str = "x", height: int = 336) -> Figure:
    """The diagram of a state whose axis is called `variable`; also: a StepSizeDiagram and Branches."""

    @figure("Step-size diagram", height=height, picks=("step_size",), also=also)
    def DIAGRAM(study, diagram: StepSizeDiagram, branches: Branches, draw: Drawing) -> str:
        deltas, delta = diagram.diagram.step_sizes, study.params.step_size
        largest, (low, high) = float(deltas[-1]), branches.window
        room = 0.08 * (high - low)
        frame = {"step_size": [0.0, largest], "x": [low, high + room]}
        title = f"{variable}, long after the start"
        draw.axes("step size δ", title, y={"minExtent": LABEL_WIDTH}, frame=frame, whole=True)
        draw.picture("_picture", _picture(diagram, branches))
        runs = {"this_start": diagram.diagram, "upwards": branches.upward, "downwards": branches.downward}
        for name, run in runs.items():
            draw.painted(name, partial(visited_table, run.step_sizes, run.states))
        draw_thresholds(draw, branches.thresholds, largest)
        _draw_unstable(draw, branches, largest)
        draw_chosen(draw, delta, (0.0, largest), high + 0.6 * room)
        name_thresholds(draw, branches.thresholds, largest, branches.window)
        x, names = [x for x, _ in branches.names], [minus(text) for _, text in branches.names]
        begin = {"step_size": FIRST_NAME * largest, "x": x, "text": names}
        draw.label("_names", begin, look="muted", dx=0, dy=-10, empty={"step_size": 0.0, "x": low})
        draw.click_step_sizes(np.linspace(deltas[0], largest, COLUMNS + 1))

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

    @figure("Lyapunov exponent", height=126, picks=("step_size",), also=also)
    def LYAPUNOV(study, diagram: StepSizeDiagram, branches: Branches, draw: Drawing) -> str:
        deltas, exponents, delta = diagram.diagram.step_sizes, diagram.exponents, study.params.step_size
        largest, axis = float(deltas[-1]), {"minExtent": LABEL_WIDTH, "tickCount": 3}
        draw_exponents(draw, deltas, exponents, largest, 1.0, "exponent", **axis)
        draw_thresholds(draw, branches.thresholds, largest)
        draw_chosen(draw, delta, (0.0, largest))
        draw.click_step_sizes(np.linspace(deltas[0], largest, COLUMNS + 1))

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
    runs = (diagram.diagram, branches.upward, branches.downward)
    return attractor_picture(diagram.diagram.step_sizes, branches.window, *(run.states for run in runs))


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
