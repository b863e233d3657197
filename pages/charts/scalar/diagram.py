"""Attractors over the step size: that of a start, the branches beside it, and Lyapunov exponents."""

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from pages.charts.kit.drawing import Drawing, Ends, Table
from pages.charts.kit.figure import Also, Figure, figure
from pages.charts.kit.over_step_sizes import (
    LOWEST_EXPONENT,
    attractor_picture,
    draw_chosen_below,
    draw_exponents,
    draw_thresholds,
    name_thresholds,
    threshold_names,
)
from pages.charts.kit.raster import visited_table
from pages.charts.kit.text import legend, minus
from pages.charts.scalar.names import Name, dense, draw_names, placed
from stepsize_core.diagrams import Branches, StepSizeDiagram
from stepsize_core.limits import LimitKind, classify_limit, cycle_name, not_rounding
from stepsize_core.objectives import Objective
from stepsize_core.paper.runs import fate_of
from stepsize_core.stability import lyapunov_exponent

NEUTRAL = 1e-6  # an exponent so small is 0, as along a valley of minima
LABEL_WIDTH = 30  # of the axis labels, so that the two pictures share their left edge
RESOLVED = 1e-3  # share of the window: states closer than this are one place
SMALLEST = 1e-2  # of that: a state nearer to 0 is one nudged off 0 from step size to step size
SIDES, LETTERS = (
    (310.0, 180.0),
    8.0,
)  # pixels of the diagram, as is usual, and of a letter with room around it
HEAD = 110  # square pixels
NEAR = 0.1  # share of the window: a dotted line so close to states is not seen
TOP = 1.0  # of the exponents
TRIED = 12  # step sizes at which it is looked at what becomes of a start that is lost


def diagram_figure(also: Also, variable: str = "x") -> Figure:
    """The diagram of a state whose axis is called `variable`; also: a StepSizeDiagram and Branches."""

    @figure("Where runs end, for every step size", name="diagram", height=244, also=also)
    def DIAGRAM(study, diagram: StepSizeDiagram, branches: Branches, draw: Drawing) -> str:
        delta, (low, high) = study.params.step_size, branches.window
        ends, known = (0.0, float(diagram.diagram.step_sizes[-1])), branches.thresholds
        names, top = threshold_names(known, ends[1], branches.window)
        frame = {"step_size": ends, "x": [low, top]}
        title = f"{variable}, long after"
        draw.axes("step size δ", title, y={"minExtent": LABEL_WIDTH}, frame=frame, whole=True)
        painted = _painted(study.objective, diagram, branches)
        draw.picture("_picture", painted.picture)
        runs = {"this_start": diagram.diagram, "upwards": branches.upward, "downwards": branches.downward}
        for name, run in runs.items():
            draw.painted(name, partial(visited_table, run.step_sizes, run.states))
        draw.painted("unstable_2_cycles", _cycles(branches))
        draw_thresholds(draw, known, ends[1])
        _draw_unstable(draw, branches, ends[1])
        draw_names(draw, "_names", painted.names, look="muted", corner={"step_size": 0.0, "x": low})
        draw_chosen_below(draw, delta, ends)
        name_thresholds(draw, names)
        draw_now(draw, study, ends, (low, high))
        draw.grip(x="step_size", snaps=[at for at, _ in known])

        grey = ""
        if branches.names:
            begin = branches.names[0][1].rstrip(" →")
            other = _followed(branches, delta, RESOLVED * (high - low))
            grey = f" Grey: attractors followed from one δ to the next ({begin}: {other})."
        outside = " (outside, marked at the edge)" if delta > ends[1] else ""
        hatched = f" Hatched: this start {painted.word}." if painted.word else ""
        lines = legend(
            dashed="unstable equilibria" if draw.shows("unstable_equilibria") else "",
            dotted="unstable 2-cycles" if len(_cycles(branches)["x"]) else "",
        )
        return (
            f"Blue: the start {_written(diagram.start)}, at δ = {delta:g}{outside}: {_end(study)}."
            f"{hatched}{grey}{lines}"
        )

    return DIAGRAM


def draw_now(draw: Drawing, study, ends: Ends, window: Ends) -> None:
    """Where the run is now, at the chosen step size; at the edge of the window where it is beyond."""
    x = study.states if study.states.ndim == 1 else study.states[:, _coordinate(study)]
    at = min(max(study.params.step_size, ends[0]), ends[1])
    k = np.flatnonzero(~np.isnan(x)).astype(np.int32)
    none = {"step_size": at, "x": window[0], "k": 0}
    run = {"step_size": at, "x": np.clip(x[k], *window), "k": k}
    draw.layer({"_run": run}, lambda *_: [], play=True, empty=none)  # of which the head alone is seen
    draw.head("_run", xy=("step_size", "x"), size=HEAD)


def lyapunov_figure(also: Also) -> Figure:
    """What the runs of the diagram do to their neighbours; also: the same."""

    @figure("Lyapunov exponent", height=230, also=also)
    def LYAPUNOV(study, diagram: StepSizeDiagram, branches: Branches, draw: Drawing) -> str:
        deltas, exponents, delta = diagram.diagram.step_sizes, diagram.exponents, study.params.step_size
        largest, axis = float(deltas[-1]), {"minExtent": LABEL_WIDTH, "tickCount": 3}
        names, end = threshold_names(branches.thresholds, largest, (LOWEST_EXPONENT, TOP))
        draw_exponents(draw, deltas, exponents, largest, TOP, "exponent", end - TOP, **axis)
        draw_thresholds(draw, branches.thresholds, largest)
        draw_chosen_below(draw, delta, (0.0, largest))
        name_thresholds(draw, names)
        draw.grip(x="step_size", snaps=[at for at, _ in branches.thresholds])
        draw.blank = bool(np.isnan(exponents).all())

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


@dataclass(frozen=True)
class _Painted:
    """The part of the diagram that no reader moves: the picture, names of what it shows, and what becomes of
    the start where it is hatched, "" where it is not."""

    picture: Table
    names: Table
    word: str


@lru_cache(maxsize=32)
def _painted(objective: Objective, diagram: StepSizeDiagram, branches: Branches) -> _Painted:
    """States visited against δ: those of this start over the branches followed from one δ to the next."""
    deltas, window, cycles = diagram.diagram.step_sizes, branches.window, _cycles(branches)
    runs = [run.states for run in (diagram.diagram, branches.upward, branches.downward)]
    seen = ((runs[0] >= window[0]) & (runs[0] <= window[1])).any(axis=0)
    dotted = cycles["step_size"], cycles["x"]
    picture = attractor_picture(deltas, window, *runs, escaped=~seen, dotted=dotted)
    words = _without_end(objective, diagram.start, deltas[~np.isfinite(runs[0]).any(axis=0)])
    words += ["ends outside this window"] * bool((~seen & np.isfinite(runs[0]).any(axis=0)).any())
    word = " or ".join(words)
    return _Painted(picture, _names_in(branches, deltas, runs, dotted, (~seen, word)), word)


def _without_end(objective: Objective, start, deltas: np.ndarray) -> list[str]:
    """What becomes of a start at step sizes at which its run is lost."""
    if not len(deltas):
        return []
    tried = deltas[:: max(1, len(deltas) // TRIED)]
    kinds = set(
        classify_limit(objective, np.full((len(tried), *np.shape(start)), start), tried).kind.tolist()
    )
    words = {LimitKind.UNDEFINED: "steps out of the domain", LimitKind.DIVERGENT: "escapes"}
    return [word for kind, word in words.items() if kind in kinds] or ["moves ever farther out"]


def _names_in(branches: Branches, deltas: np.ndarray, runs, dotted, lost: tuple[np.ndarray, str]) -> Table:
    """Names beside the lines and in the widest hatched region, where the picture is empty."""
    largest, (low, high) = deltas[-1], branches.window
    across = largest * np.linspace(0.02, 0.98, 25)
    beside = [(text, x) for x, text in branches.names]
    beside += [(f"x = {x:.4g}, never stable", x) for x, begin in branches.unstable if begin == 0.0]
    names: list[Name] = [
        (minus(text), np.column_stack([across, np.full(25, x)])) for text, x in beside if low < x < high
    ]
    if len(dotted[0]):
        bare = _bare(np.column_stack(dotted), deltas, runs, branches.window)
        names.append(("unstable 2-cycle", bare[:: max(1, len(bare) // TRIED)]))
    widest = _widest(lost[0])
    if len(widest) * SIDES[0] > LETTERS * len(lost[1]) * len(deltas):
        middle = deltas[widest[len(widest) // 2]]
        names.append((lost[1], [(middle, low + share * (high - low)) for share in (0.5, 0.65, 0.35, 0.8)]))
    states = [np.column_stack([np.tile(deltas, len(run)), run[..., None].reshape(-1)]) for run in runs]
    states += [dense([0.0, largest], [x, x]) for x, _ in branches.unstable]
    states += [dense([at, at], [low, high]) for at, _ in branches.thresholds] + [np.column_stack(dotted)]
    return placed(names, ((0.0, largest), (low, high)), np.concatenate(states), sides=SIDES)


def _bare(dotted: np.ndarray, deltas: np.ndarray, runs, window: Ends) -> np.ndarray:
    """Of the places on dotted lines (m, 2) those that no run visits nearby, where they are seen; else all."""
    near = NEAR * (window[1] - window[0])
    at = np.abs(deltas - dotted[:, :1]).argmin(axis=1)
    visited = [(np.abs(run[:, at] - dotted[:, 1]) < near).any(axis=0) for run in runs]
    bare = ~np.any(visited, axis=0)
    return dotted[bare] if bare.any() else dotted


def _widest(flags: np.ndarray) -> np.ndarray:
    """The places of the longest stretch of flags that are set."""
    places = np.flatnonzero(flags)
    return max(np.split(places, np.flatnonzero(np.diff(places) > 1) + 1), key=len)


def _cycles(branches: Branches) -> Table:
    """The unstable parts of 2-cycles inside the window."""
    cycles, (low, high) = branches.cycles, branches.window
    seen = ~cycles.stable & (cycles.x > low) & (cycles.x < high)
    return {"step_size": cycles.step_sizes[seen], "x": cycles.x[seen], "branch": cycles.branch[seen]}


def _draw_unstable(draw: Drawing, branches: Branches, largest: float) -> None:
    """Equilibria inside the window, from where they are unstable."""
    low, high = branches.window
    ends = [(x, begin) for x, begin in branches.unstable if begin < largest and low < x < high]
    begins = np.array([[begin, largest] for _, begin in ends]).ravel()
    lines = {"step_size": begins, "x": np.repeat([x for x, _ in ends], 2)}
    draw.curve("unstable_equilibria", lines, look="theory", by="x", empty={"step_size": largest, "x": low})


def _written(start) -> str:
    return f"({', '.join(f'{x:g}' for x in start)})" if isinstance(start, tuple) else f"{start:g}"


def _coordinate(study) -> int:
    """Which coordinate of a state in the plane the diagram shows."""
    return "xy".index(study.params.coordinate)


def _end(study) -> str:
    """What the run of the study visits in the end, along the axis of the diagram, in words."""
    limit = study.limit
    if limit.kind in (LimitKind.DIVERGENT, LimitKind.UNDEFINED):
        return fate_of(limit)
    points = limit.points if len(limit.points) else study.last_states
    variable = "x" if points.ndim == 1 else study.params.coordinate
    if points.ndim > 1:
        points = points[:, _coordinate(study)]
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
