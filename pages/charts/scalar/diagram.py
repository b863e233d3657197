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
from stepsize_core.limits import LimitKind, cycle_name, not_rounding
from stepsize_core.paper.runs import fate_of
from stepsize_core.stability import lyapunov_exponent

COLUMNS = 120  # click targets over the step sizes
NEUTRAL = 1e-6  # an exponent so small is 0, as along a valley of minima
LABEL_WIDTH = 30  # of the axis labels, so that the two pictures share their left edge
RESOLVED = 1e-3  # share of the window: states closer than this are one place
SMALLEST = 1e-2  # of that: a state nearer to 0 is one nudged off 0 from step size to step size
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

        grey = ""
        if branches.names:
            begin = branches.names[0][1].rstrip(" →")
            other = _followed(branches, delta, RESOLVED * (high - low))
            grey = f"Grey: attractors followed from one δ to the next ({begin}: {other}). "
        return (
            f"Blue: the start {_written(diagram.start)}, at δ = {delta:g}: {_end(study)}. {grey}"
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

        steps = diagram.exponent_steps
        begin = f"Lyapunov exponent of this start's runs over {steps[1]:,} steps"
        return f"{begin}; at δ = {delta:g}: {_exponent(study, diagram.start, steps)}."

    return LYAPUNOV


def _exponent(study, start, steps: tuple[int, int]) -> str:
    """The exponent at the chosen step size, in words; chaos is what the limit of the run says."""
    if study.limit.kind in (LimitKind.DIVERGENT, LimitKind.UNDEFINED):
        return f"there is none: the run {fate_of(study.limit)}"
    waited, n_steps = steps
    delta = study.params.step_size
    exponent = lyapunov_exponent(study.objective, start, delta, n_transient=waited, n_steps=n_steps)
    if np.isnan(exponent):
        return "there is none: the run moves too far out"
    if np.isneginf(exponent):
        return "it is −∞: the run meets a point where the map is flat, and neighbours fall together"
    if exponent > NEUTRAL:
        chaos = study.limit.kind is LimitKind.APERIODIC
        return f"{exponent:.3g}: neighbouring runs separate{', the run is chaotic' if chaos else ''}"
    closing = exponent < -NEUTRAL
    return f"{exponent:.3g}: neighbouring runs {'close in' if closing else 'keep their distance'}"


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


def _end(study) -> str:
    """What the run of the study visits in the end, along the axis of the diagram, in words."""
    limit = study.limit
    if limit.kind in (LimitKind.DIVERGENT, LimitKind.UNDEFINED):
        return fate_of(limit)
    points = limit.points if len(limit.points) else study.last_states
    variable = "x" if points.ndim == 1 else study.params.coordinate
    if points.ndim > 1:
        points = points[:, "xy".index(variable)]
    low, high = not_rounding(points.min()), not_rounding(points.max())
    if limit.kind is LimitKind.EQUILIBRIUM:
        return f"{variable} → {low:.6g}"
    if limit.period:
        return cycle_name(points, limit.multipliers)
    return f"{low:.4g} … {high:.4g} in the last {len(points)} of {study.followed:,} steps"


def _followed(branches: Branches, delta: float, resolution: float) -> str:
    """What the upward branch visits at the step size next to δ at which it was followed, in words.

    Next on δ's side of the step sizes from which equilibria are unstable, where there is one.
    """
    branch = branches.upward
    beyond = [[begin < at for _, begin in branches.unstable] for at in (delta, *branch.step_sizes)]
    alike = [there == beyond[0] for there in beyond[1:]]
    nearest = np.argmin(
        np.where(np.array(alike) | (not any(alike)), np.abs(branch.step_sizes - delta), np.inf)
    )
    step_size, values = branch.step_sizes[nearest], branch.states[:, nearest]
    at = f"at δ = {step_size:.4g}"
    if not np.isfinite(values).all():
        return f"lost {at}"
    low, high = (x if abs(x) > SMALLEST * resolution else 0.0 for x in (values.min(), values.max()))
    if high - low >= resolution:
        return f"{low:.4g} … {high:.4g} {at}"
    slow = any(abs(x - low) < resolution and begin < step_size for x, begin in branches.unstable)
    return f"{'slowly leaving ' if slow else ''}{low:.4g} {at}"
