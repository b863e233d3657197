"""The step-size diagram of a network: its output and loss on the attractor, period and Lyapunov exponent."""

from itertools import accumulate

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.over_step_sizes import draw_chosen, draw_chosen_below
from pages.charts.kit.style import Outcome, Style
from pages.charts.scalar.outcomes import WORDS, looks, which_of_others
from stepsize_core.limits import LimitKind
from stepsize_core.paper import relu_oscillation as phenomenon
from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.ensembles import DECIDING_STEPS, NetworkDiagram
from stepsize_core.paper.relu_oscillation.targets import DRAWN

FIGURE_2 = {2e-4: "Figure 2, left", 3e-4: "Figure 2, right"}
APART = 160  # attractor states that agree to so many parts of the picture's height are one mark
CHAOTIC = 1e-2  # Lyapunov exponent per step
ESCAPING = 1e100  # larger values belong to runs on their way to infinity
LABEL_WIDTH = 38  # of the axis labels, so that pictures above each other share their left edge
WIDENED = 3.0  # the axis is widened by this factor, at most, to hold the chosen step size
NEAR = 0.05  # share of the width: numbers closer than that stand at two heights
LATE = 0.65  # share of the width beyond which a name stands left of its rule
MARKS = {"filled": False, "strokeWidth": 1, "clip": True, "size": 16}
DEAD, CROSSED = "every unit dead", "M-.5,-.5L.5,.5M-.5,.5L.5,-.5"


def _diagram(study: Study) -> list[Call]:
    """The diagram of the study's network; it is the same for every chosen step size."""
    free = phenomenon.without_step_size(study.params)
    own = [study.own_points] if study.own_points else []
    return [call(phenomenon.step_size_diagram, free, *own, label="Training at 60 step sizes …")]


@figure("Step-size diagram: the output on the attractor", height=440, also=_diagram)
def DIAGRAM(study: Study, diagram: NetworkDiagram, draw: Drawing) -> str:
    outputs = np.where(np.abs(diagram.outputs) < ESCAPING, study.units.y(diagram.outputs), np.nan)
    seen = outputs[np.isfinite(outputs)]
    low, high = (seen.min(), seen.max()) if len(seen) else (-1.0, 1.0)
    room = 0.06 * (high - low or 1.0)

    _axes(draw, study, diagram, "f̂ at the input watched", [low - 2.0 * room, high + 1.8 * room], named=True)
    table = _attractor(diagram, outputs, outputs)
    draw.points("attractor", table, channels=_looks, **MARKS)

    dead = f" Every unit is dead at {diagram.dead.sum()} of them." if diagram.dead.any() else ""
    return (
        f"f̂({study.units.x(diagram.probe):.4g}) after {study.params.n_steps:,} steps at "
        f"{len(diagram.step_sizes)} step sizes, this network; {DECIDING_STEPS:,} further steps decide what "
        f"it became.{dead} At the chosen δ = {study.params.step_size:g}{_outside(study, diagram)}: "
        f"{study.words}."
    )


@figure("The loss on the attractor", height=216, also=_diagram)
def LOSS_DIAGRAM(study: Study, diagram: NetworkDiagram, draw: Drawing) -> str:
    losses = np.where((diagram.losses > 0) & (diagram.losses < ESCAPING), diagram.losses, np.nan)
    seen = losses[np.isfinite(losses)]
    low, high = (seen.min(), seen.max()) if len(seen) else (0.1, 1.0)
    room = max((high / low) ** 0.05, 1.1)
    level, left = study.learned_level, _ends(study, diagram)[0]
    levels = [level] if low < level < high else []
    name = {"step_size": left, "y": levels, "text": "below: learned"}

    _axes(draw, study, diagram, "loss", [low / room, high * room**2], log="xy")
    draw.hline("level", {"y": levels}, look="muted", empty={"y": low})
    draw.label("_level_name", name, look="muted", dx=4, dy=-7, empty={"step_size": left, "y": low})
    table = _attractor(diagram, losses, np.log(losses))
    draw.points("attractor", table, channels=_without_legend, **MARKS)

    best = (diagram.losses <= level).all(axis=0)
    return (
        f"The loss on the same attractors. {int(best.sum())} of {len(diagram.step_sizes)} step sizes stay "
        f"below {level:.3g}, the level that counts as learned."
    )


@figure("Period and Lyapunov exponent", height=150, also=_diagram)
def EXPONENTS(study: Study, diagram: NetworkDiagram, draw: Drawing) -> str:
    deltas, periods = diagram.step_sizes, diagram.periods
    known, cycles = np.isfinite(diagram.exponents), periods > 1
    values = diagram.exponents[known]
    low, high = values.min(initial=-0.02), values.max(initial=0.02)
    room = 0.12 * (high - low)
    first = cycles & (periods != np.append(0, periods[:-1]))  # of neighbours alike
    texts = [str(period) for period in periods[first]]
    near = np.diff(np.log(deltas[first]), prepend=-np.inf) < NEAR * np.log(deltas[-1] / deltas[0])
    lower = np.array([*accumulate(near, lambda before, here: here and not before)], bool)
    numbers = {"step_size": deltas[first], "y": high + np.where(lower, 0.4, 1.6) * room, "text": texts}
    exponents = {"step_size": deltas[known], "y": values, "outcome": _words(diagram)[known]}

    _axes(draw, study, diagram, "exponent", [low - room, high + 2.4 * room], tickCount=4)
    draw.hline("_zero", {"y": 0.0}, look="muted")
    nowhere = {"step_size": deltas[0], "y": high}
    draw.label("periods", numbers, look="ink", align="center", dx=0, dy=4, empty=nowhere)
    empty = {**nowhere, "y": 0.0, "outcome": "undecided"}
    draw.points("exponents", exponents, channels=_without_legend, empty=empty, **MARKS | {"size": 34})

    aperiodic = np.array([kind is LimitKind.APERIODIC for kind in diagram.kinds])
    chaotic = int((aperiodic & (diagram.exponents > CHAOTIC)).sum())
    longest = f"where it is above 1 (longest {periods.max()})" if cycles.any() else "above 1, found nowhere"
    return (
        f"Numbers: the period from there on, {longest}. Marks: the Lyapunov exponent, near 0 where the run "
        f"drifts along flat directions; above {CHAOTIC:g} and aperiodic, that is chaotic, at {chaotic} of "
        f"the {len(deltas)} step sizes from δ = {deltas[0]:.3g} to {deltas[-1]:.3g}."
    )


# What the three pictures share


def _ends(study: Study, diagram: NetworkDiagram) -> tuple[float, float]:
    """The ends of the axis across: of the step sizes tried, and the chosen one if it lies near them."""
    (low, high), delta = diagram.step_sizes[[0, -1]], study.params.step_size
    near = low / WIDENED <= delta <= high * WIDENED
    return (min(low, delta / 1.1), max(high, delta * 1.1)) if near else (low, high)


def _outside(study: Study, diagram: NetworkDiagram) -> str:
    """Whether the chosen step size lies beyond those tried, in words."""
    low, high = diagram.step_sizes[[0, -1]]
    return "" if low <= study.params.step_size <= high else f", beyond the {low:.3g} to {high:.3g} tried"


def _axes(
    draw: Drawing, study: Study, diagram: NetworkDiagram, up: str, ends: list, log="x", named=False, **axis
) -> None:
    """Axes with rules at the step sizes of Figure 2, at that of Theorem 4 and at the chosen one.

    up, ends: title and ends of the axis up; named: whether the rules have their names
    """
    (left, right), delta = _ends(study, diagram), study.params.step_size
    visited = min(max(delta, left), right)
    left, right = draw.hold("step_size", (left, right), (min(left, visited), max(right, visited)))
    paper = FIGURE_2 if study.params.target == DRAWN else {}
    there = [d for d in paper if left <= d <= right]
    x, y = study.objective.inputs, study.objective.targets
    fit = float((np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)).max())
    allowed = [bound for bound in [_largest_step(study, fit)] if left < bound < right]
    frame = {"step_size": [left, right], "y": ends}
    draw.axes("step size δ", up, log=log, y={"minExtent": LABEL_WIDTH, **axis}, frame=frame, whole=True)
    draw.vline("figure_2", {"step_size": there}, look="muted", empty={"step_size": left})
    draw.vline("theorem_4", {"step_size": allowed}, empty={"step_size": left})
    (draw_chosen_below if named else draw_chosen)(draw, delta, (left, right))
    draw.grip(x="step_size", snaps=[*there, *allowed])
    if named:
        nowhere = {"step_size": left, "y": ends[1]}
        late = f"scale('x', datum.step_size) > {LATE} * width"
        beside = {"align": {"expr": f"{late} ? 'right' : 'left'"}, "dx": {"expr": f"{late} ? -5 : 5"}}
        for row, (step_size, text) in enumerate(FIGURE_2.items()):
            names = {"step_size": [d for d in there if d == step_size], "y": ends[1], "text": text}
            look = {"look": "muted", "dy": 12 + 15 * row, "empty": nowhere}
            draw.name(f"_figure_2_{row}", names, **look, **beside)
        name = {"step_size": allowed, "y": ends[1], "text": "Theorem 4: no rest at f beyond"}
        draw.name("_theorem_4", name, look="theory", dy=12, empty=nowhere, **beside)


def _largest_step(study: Study, fit: float) -> float:
    """The step size beyond which Theorem 4 excludes that a run rests at the fit, whose ‖x‖‖f(x)‖ is `fit`."""
    return 1.0 / (2.0 * study.objective.loss_scale * fit) if fit else np.inf


def _words(diagram: NetworkDiagram) -> np.ndarray:
    """The outcome at every step size, one of WORDS, or DEAD."""
    words = np.array([*WORDS, DEAD])
    which = which_of_others(np.array(diagram.kinds, object), diagram.periods) + 1
    return words[np.where(diagram.dead, len(WORDS), which)]


def _looks(style: Style, *, legend: bool = True) -> list:
    """The colour and the symbol of an outcome; dead networks, which rest as well, have their own."""
    key = alt.Legend(title=None, symbolOpacity=1, columns=3) if legend else None
    known = looks(style) | {DEAD: Outcome(style.muted, CROSSED)}
    colours = {word: look.colour for word, look in known.items()}
    symbols = {word: look.symbol for word, look in known.items()}
    # a stroke too, for symbols that are lines
    ranges = {alt.Fill: colours, alt.Stroke: colours, alt.Shape: symbols}
    return [layers.by(channel, "outcome", values, key) for channel, values in ranges.items()]


def _without_legend(style: Style) -> list:
    return _looks(style, legend=False)


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
