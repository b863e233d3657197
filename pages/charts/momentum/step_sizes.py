"""Pictures over the effective step: what runs visit in the end with momentum and without, and which 2-cycles
are stable."""

from functools import lru_cache, partial

import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.over_step_sizes import (
    attractor_picture,
    draw_chosen_below,
    draw_thresholds,
    name_thresholds,
    threshold_names,
)
from pages.charts.kit.raster import visited_table
from pages.charts.scalar.diagram import draw_now
from pages.charts.scalar.names import covered_by, dense, draw_names, placed
from stepsize_core.paper import momentum as phenomenon
from stepsize_core.paper.momentum import CycleStability, Diagram, Study

AXIS = "effective step δₑ"
SIDES = (420.0, 200.0)  # pixels of the diagram, as is usual
TOP = 2.0  # of the multipliers that are drawn
WORD = 0.3  # of the axis that the word above 1 takes


def _in_diagram(part: str, study: Study):
    p = study.params
    return (call(phenomenon.step_size_diagram, p.case, p.method, p.beta, p.start, part),)


def _of_cycles(study: Study):
    p = study.params
    return (call(phenomenon.cycle_stability, p.function, p.method, p.beta),)


@lru_cache(maxsize=32)
def _painted(diagram: Diagram) -> tuple[Table, Table]:
    """The picture, and names of the two methods in it."""
    with_momentum = np.concatenate([diagram.own, *diagram.followed])
    deltas, window = diagram.step_sizes, diagram.window
    picture = attractor_picture(deltas, window, with_momentum, *diagram.plain, dotted=diagram.cycles)
    only = [("2-cycle of both", _along(diagram.followed[0], deltas, (window[1] - window[0]) / 8.0))]
    only += [("unstable 2-cycle", np.column_stack(diagram.cycles)[::9])] if len(diagram.cycles[0]) else []
    states = [np.column_stack([np.tile(deltas, len(run)), run.ravel()])
              for run in (with_momentum, *diagram.plain)]  # fmt: skip
    states += [np.column_stack(diagram.cycles)]
    states += [dense([at, at], window) for at, _ in diagram.thresholds]
    return picture, placed(only, (diagram.ends, window), np.concatenate(states), sides=SIDES)


def _along(states: np.ndarray, deltas: np.ndarray, width: float) -> np.ndarray:
    """Points (n, 2) of an attractor where it is a 2-cycle at least so wide."""
    high, low = states.max(axis=0), states.min(axis=0)
    two = np.abs(states[2:] - states[:-2]).max(axis=0) < 1e-4 * (high - low)
    chosen = np.flatnonzero(two & (high > low + width))[::-4]
    return np.column_stack([np.tile(deltas[chosen], 2), np.concatenate([low[chosen], high[chosen]])])


def _diagram_figure(part: str, name: str, title: str, height: int) -> Figure:
    @figure(title, name=name, height=height, also=partial(_in_diagram, part))
    def DIAGRAM(study: Study, diagram: Diagram, draw: Drawing) -> str:
        effective, low, ends = study.params.step_size, diagram.window[0], diagram.ends
        names, top = _threshold_names(diagram)
        frame = {"step_size": ends, "x": [low, top]}
        draw.axes(AXIS, "state, in the end", y={"minExtent": 30}, frame=frame, whole=True)
        picture, inside = _painted(diagram)
        draw.picture("_picture", picture)
        runs = {"this_start": diagram.own}
        runs |= dict(zip(("followed_up", "followed_down"), diagram.followed))
        runs |= dict(zip(("without_momentum_up", "without_momentum_down"), diagram.plain))
        for run, states in runs.items():
            draw.painted(run, partial(visited_table, diagram.step_sizes, states))
        draw.painted("unstable_2_cycles", {"step_size": diagram.cycles[0], "x": diagram.cycles[1]})
        draw_thresholds(draw, diagram.thresholds, ends[1])
        draw_names(draw, "_names", inside, look="muted", corner={"step_size": ends[0], "x": low})
        draw_chosen_below(draw, effective, ends, "δₑ")
        name_thresholds(draw, names)
        draw_now(draw, study, ends, diagram.window)
        draw.grip(x="step_size", snaps=[at for at, _ in diagram.thresholds])
        visited = np.concatenate([diagram.own, *diagram.followed, *diagram.plain])
        seen = (visited >= low) & (visited <= diagram.window[1])
        draw.blank = not seen.any() and not len(diagram.cycles[0])
        if draw.blank:
            return f"No run stays in this window at any δₑ up to {ends[1]:g}: there is nothing to draw."
        outside = "" if ends[0] <= effective <= ends[1] else " (outside, marked at the edge)"
        return (
            f"Blue: {_method(study)}, β = {study.params.beta:g}, from this start and followed from one δₑ to "
            f"the next{_shared(study, diagram)} Chosen: δₑ = {effective:g}{outside}."
        )

    return DIAGRAM


def _shared(study: Study, diagram: Diagram) -> str:
    """What is shared and what is not, in words, as the end of a sentence on the run with momentum."""
    p = study.params
    if p.beta == 0.0:
        return ": without momentum this is gradient descent."
    grey = "; grey: gradient descent."
    if p.function == phenomenon.EXAMPLE_1:
        return f"{grey} The 2-cycle ±δₑ²/4 is one and the same."
    if p.function != phenomenon.EXAMPLE_2:
        dotted = "; dotted: those that are unstable with momentum" if len(diagram.cycles[0]) else ""
        return f"{grey} Any 2-cycle is one of both{dotted}."
    end = phenomenon.end_of_cycle(p.method, p.beta)
    return f"{grey} Their 2-cycles are the same; the cascade begins at {end:.4g} with momentum (dashed)."


def _threshold_names(diagram: Diagram) -> tuple[Table, float]:
    """The names above the rules, on an axis that need not begin at 0."""
    first, last = diagram.ends
    moved = [(at - first, text) for at, text in diagram.thresholds]
    names, top = threshold_names(moved, last - first, diagram.window)
    return {**names, "step_size": [at + first for at in names["step_size"]]}, top


def _method(study: Study) -> str:
    return "Nesterov’s method" if study.params.method == "Nesterov" else "heavy ball"


@figure("Which of the shared 2-cycles are stable", height=300, also=_of_cycles)
def STABILITY(study: Study, found: CycleStability, draw: Drawing) -> str:
    at, effective = found.step_sizes, study.params.step_size
    ends = (float(at[0]), float(at[-1]))
    draw.axes(
        AXIS,
        "largest |multiplier| of two steps",
        frame={"step_size": ends, "modulus": [0.0, TOP]},
        whole=True,
    )
    known = [(end, "") for end in dict.fromkeys(found.ends) if np.isfinite(end)]
    draw.vline("ends", {"step_size": [end for end, _ in known]}, empty={"step_size": ends[0]})
    draw.hline("_one", {"modulus": 1.0}, look="muted")
    for name, values, look in (
        ("without_momentum", found.plain, "muted"),
        ("with_momentum", found.modulus, "measured"),
    ):
        kept = values <= TOP
        draw.curve(name, {"step_size": at[kept], "modulus": values[kept]}, look=look, width=2.2,
                   empty={"step_size": ends[0], "modulus": 0.0})  # fmt: skip
    above = {"step_size": ends[0], "modulus": 1.0, "text": "above 1: unstable"}
    draw.name("_word", above, look="muted", align="left", dx=6, dy=-9)
    beta = study.params.beta
    words = [("β = 0", np.column_stack([at, found.plain])[::6])]
    words += [(f"β = {beta:g}", np.column_stack([at, found.modulus])[::6])] if beta else []
    middle = ends[0] + WORD / 2.0 * (ends[1] - ends[0]), 1.08
    lines = (at, found.plain), (at, found.modulus), (ends, [1.0, 1.0])
    ink = [*(dense(*line, 2000) for line in lines), covered_by(above["text"], middle, (ends, (0.0, TOP)))]
    table = placed(words, (ends, (0.0, TOP)), np.concatenate(ink), sides=(420.0, 240.0))
    draw_names(draw, "_labels", table, corner={"step_size": ends[0], "modulus": 0.0})
    draw_chosen_below(draw, effective, ends, "δₑ")
    draw.grip(x="step_size", snaps=[end for end, _ in known])
    if not known:
        both = f"have the modulus {found.modulus[0]:.4g} at every δₑ with {_method(study)} at β = {beta:g}, "
        return f"Both multipliers of the 2-cycle {both if beta else ''}are 0 without momentum. It is stable."
    born, plain = "The 2-cycle born at δₑ = 0.2 is stable up to δₑ =", f"{found.ends[0]:.5g} without momentum"
    if not beta:
        return f"{born} {plain} (dashed)."
    return f"{born} {found.ends[1]:.5g} with {_method(study)} at β = {beta:g}, up to {plain} (dashed)."


DIAGRAM = _diagram_figure(phenomenon.NEAR, "diagram", "Where runs end, over the effective step", 262)
WHOLE = _diagram_figure(phenomenon.WHOLE, "whole_diagram", "Where runs end, over all step sizes", 300)
