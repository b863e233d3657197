"""The step-size diagram of a network: its output and loss on the attractor, period and Lyapunov exponent."""

from functools import partial

import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.over_step_sizes import draw_chosen
from pages.charts.kit.raster import edges_around
from pages.charts.scalar.outcomes import WORDS, by_outcome, which_of_others
from stepsize_core.limits import LimitKind
from stepsize_core.paper import relu_oscillation as phenomenon
from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.ensembles import DECIDING_STEPS, NetworkDiagram
from stepsize_core.paper.relu_oscillation.targets import DRAWN

FIGURE_2 = {2e-4: "Figure 2, left", 3e-4: "Figure 2, right"}
APART = 400  # attractor states that agree to so many parts of the picture's height are one mark
CHAOTIC = 1e-2  # Lyapunov exponent per step
ESCAPING = 1e100  # larger values belong to runs on their way to infinity
LABEL_WIDTH = 38  # of the axis labels, so that pictures above each other share their left edge
MARKS = {"filled": False, "strokeWidth": 1, "clip": True}  # in the colours and symbols of outcomes
WITHOUT_LEGEND = partial(by_outcome, legend=False)


def _diagram(study: Study, *own_points: str) -> list[Call]:
    """The diagram of the study's network; it is the same for every chosen step size."""
    free = phenomenon.without_step_size(study.params)
    return [call(phenomenon.step_size_diagram, free, *own_points, label="Training at 60 step sizes …")]


OVER_STEP_SIZES = {"picks": ("step_size",), "also": _diagram}


@figure("Step-size diagram: the output on the attractor", height=440, canvas=True, **OVER_STEP_SIZES)
def DIAGRAM(study: Study, diagram: NetworkDiagram, draw: Drawing) -> str:
    outputs = np.where(np.abs(diagram.outputs) < ESCAPING, diagram.outputs, np.nan)
    seen = outputs[np.isfinite(outputs)]
    low, high = (seen.min(), seen.max()) if len(seen) else (-1.0, 1.0)
    room = 0.06 * (high - low or 1.0)
    top = high + 2.2 * room

    _axes(draw, study, diagram, "f̂ at the input watched", [low - room, top], named=top - 0.4 * room)
    table = _attractor(diagram, outputs, outputs)
    draw.points("attractor", table, size=16, channels=by_outcome, **MARKS)
    draw.click_step_sizes(edges_around(diagram.step_sizes, log=True), diagram.step_sizes)

    dead = f" Every unit is dead at {diagram.dead.sum()} of them." if diagram.dead.any() else ""
    return (
        f"f̂({diagram.probe:.4g}) after {study.params.n_steps:,} steps at {len(diagram.step_sizes)} step "
        f"sizes, this network; {DECIDING_STEPS:,} further steps decide what it became.{dead} At the chosen "
        f"δ = {study.params.step_size:g}: {study.words}. Click: another δ."
    )


@figure("The loss on the attractor", height=216, canvas=True, **OVER_STEP_SIZES)
def LOSS_DIAGRAM(study: Study, diagram: NetworkDiagram, draw: Drawing) -> str:
    losses = np.where((diagram.losses > 0) & (diagram.losses < ESCAPING), diagram.losses, np.nan)
    seen = losses[np.isfinite(losses)]
    low, high = (seen.min(), seen.max()) if len(seen) else (0.1, 1.0)
    room = max((high / low) ** 0.05, 1.1)
    level, left = study.learned_level, diagram.step_sizes[0]
    levels = [level] if low < level < high else []
    name = {"step_size": left, "y": levels, "text": "below: learned"}

    _axes(draw, study, diagram, "loss", [low / room, high * room**2], log="xy")
    draw.hline("level", {"y": levels}, look="muted", empty={"y": low})
    draw.label("_level_name", name, look="muted", dx=4, dy=-7, empty={"step_size": left, "y": low})
    table = _attractor(diagram, losses, np.log(losses))
    draw.points("attractor", table, size=16, channels=WITHOUT_LEGEND, **MARKS)
    draw.click_step_sizes(edges_around(diagram.step_sizes, log=True), diagram.step_sizes)

    best = (diagram.losses <= level).all(axis=0)
    return (
        f"The loss on the same attractors. {int(best.sum())} of {len(diagram.step_sizes)} step sizes stay "
        f"below {level:.3g}, the level that counts as learned."
    )


@figure("Period and Lyapunov exponent", height=150, **OVER_STEP_SIZES)
def EXPONENTS(study: Study, diagram: NetworkDiagram, draw: Drawing) -> str:
    deltas, periods = diagram.step_sizes, diagram.periods
    known, cycles = np.isfinite(diagram.exponents), periods > 1
    values = diagram.exponents[known]
    low, high = values.min(initial=-0.02), values.max(initial=0.02)
    room = 0.12 * (high - low)
    texts = [str(period) for period in periods[cycles]]
    numbers = {"step_size": deltas[cycles], "y": high + 1.6 * room, "text": texts}
    exponents = {"step_size": deltas[known], "y": values, "outcome": _words(diagram)[known]}

    _axes(draw, study, diagram, "exponent", [low - room, high + 2.4 * room], tickCount=4)
    draw.hline("_zero", {"y": 0.0}, look="muted")
    nowhere = {"step_size": deltas[0], "y": high}
    draw.label("periods", numbers, look="ink", align="center", dx=0, dy=4, empty=nowhere)
    empty = {**nowhere, "y": 0.0, "outcome": "undecided"}
    draw.points("exponents", exponents, size=34, channels=WITHOUT_LEGEND, empty=empty, **MARKS)
    draw.click_step_sizes(edges_around(diagram.step_sizes, log=True), diagram.step_sizes)

    aperiodic = np.array([kind is LimitKind.APERIODIC for kind in diagram.kinds])
    chaotic = int((aperiodic & (diagram.exponents > CHAOTIC)).sum())
    longest = f"where it is above 1 (longest {periods.max()})" if cycles.any() else "above 1, found nowhere"
    return (
        f"Numbers: the period {longest}. Marks: the Lyapunov exponent, near 0 where the run drifts along "
        f"flat directions; above {CHAOTIC:g} and aperiodic, that is chaotic, at {chaotic} of the "
        f"{len(deltas)} step sizes from δ = {deltas[0]:.3g} to {deltas[-1]:.3g}."
    )


# What the three pictures share


def _axes(
    draw: Drawing, study: Study, diagram: NetworkDiagram, up: str, ends: list, log="x", named=None, **axis
) -> None:
    """Axes with rules at the step sizes of Figure 2 and at the chosen one.

    up, ends: title and ends of the axis up; named: the height for the names of the rules, if they have any
    """
    deltas = diagram.step_sizes
    paper = FIGURE_2 if study.params.target == DRAWN else {}
    there = [d for d in paper if deltas[0] <= d <= deltas[-1]]
    figure_2 = {"step_size": there, "text": [paper[d] for d in there]}
    frame = {"step_size": deltas[[0, -1]], "y": ends}
    draw.axes("step size δ", up, log=log, y={"minExtent": LABEL_WIDTH, **axis}, frame=frame)
    draw.vline("figure_2", figure_2, look="muted", empty={"step_size": deltas[0]})
    if named is not None:
        names = {"xy": ("step_size", "y"), "look": "muted", "align": "right"}
        draw.label("figure_2", {"y": named}, dx=-3, dy=4, **names)
    draw_chosen(draw, study.params.step_size, deltas[[0, -1]], named, log=True, dy=22)


def _words(diagram: NetworkDiagram) -> np.ndarray:
    """The outcome at every step size, one of WORDS."""
    return np.array(WORDS)[which_of_others(np.array(diagram.kinds, object), diagram.periods) + 1]


def _attractor(diagram: NetworkDiagram, values: np.ndarray, heights: np.ndarray) -> Table:
    """What is visited at every step size, values at the same height once; NaN is left out."""
    j, i = np.nonzero(np.isfinite(heights).T)
    seen = heights[i, j]
    low, high = seen.min(initial=np.inf), seen.max(initial=-np.inf)
    cells = np.round((seen - low) / (high - low or 1.0) * APART)
    first = np.unique(j * (APART + 1) + cells, return_index=True)[1]
    i, j = i[first], j[first]
    table = {"step_size": diagram.step_sizes[j], "y": values[i, j], "outcome": _words(diagram)[j]}
    return layers.or_hidden(table, step_size=diagram.step_sizes[0], y=1.0, outcome="diverged")
