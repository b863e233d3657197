"""Small pictures of the four lessons that the paper draws from its examples."""

from collections import Counter
from functools import partial

import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.over_step_sizes import draw_chosen
from pages.charts.overview.reading import HOW_TO_READ
from pages.charts.scalar.outcomes import WORDS, by_outcome, verb_of, which_of_others
from stepsize_core.limits import LimitKind
from stepsize_core.paper import equilibrium_selection, initialization_dependence, lessons, periodic_orbits
from stepsize_core.paper.lessons import FatesOfStarts, OscillationSizes, ReachedStates
from stepsize_core.paper.runs import fate_of
from stepsize_core.paper.scalar import SHARE_STEPS
from stepsize_core.sweeps import Attractor

SETTLED = periodic_orbits.PRESETS["large_step"].params
SMALL = periodic_orbits.PRESETS["small_step"].params
SELECTED = equilibrium_selection.PRESETS["selected"].params
INSIDE = initialization_dependence.PRESETS["inside"].params
HEIGHT = 232
STEPS_SHOWN = 14
LABEL_ROOM = 1.75  # the picture of lesson 1 is so many times as wide as its steps, for the labels beside them
DIGITS = 3  # states that agree to so many decimals are one point of the step-size diagram
FATE_TICKS = [0.02, 0.1, 0.5, 2]


# Lesson 1: a settled loss is not a settled state


@figure("The loss settles, the state does not", height=HEIGHT, also=[call(periodic_orbits.study, SETTLED)])
def SETTLED_LOSS(study: periodic_orbits.Study, draw: Drawing) -> str:
    k, a, level = np.arange(STEPS_SHOWN + 1), study.amplitude, study.loss_level
    frame = {"k": [0, LABEL_ROOM * STEPS_SHOWN], "y": [-1.25 * a, 1.25 * a]}
    draw.axes("step k", "x[k] and f₁(x[k])", x={"values": list(range(0, STEPS_SHOWN + 1, 2))}, frame=frame)
    draw.hline("predicted", {"y": [a, level, -a]})
    draw.curve("states", {"k": k, "y": study.states[: len(k)]}, width=1)
    draw.points("states", size=30)
    draw.curve("losses", {"k": k, "y": study.losses[: len(k)]}, look="second", width=2)
    draw.points("losses", look="second", size=34, shape="square")
    side = STEPS_SHOWN + 0.6
    state = {"k": side, "y": -a, "text": "state x[k]: ±δ²/4"}
    draw.label("_state_label", state, look="measured", dx=0, dy=-8)
    loss = {"k": side, "y": level, "text": "loss: δ³/12"}
    draw.label("_loss_label", loss, look="second", dx=0, dy=-8)

    before, last = study.states[-2:]
    change = abs(study.losses[-1] - study.losses[-2])
    return (
        f"Example 1 at δ = {study.params.step_size:g}: the loss stays at {study.losses[-1]:.4g} "
        f"(last change {change:.1g}) while the state jumps between {before:.4g} and {last:.4g}; "
        f"the minimum is 0."
    )


# Lesson 2: the step size sets the size of the oscillation


@figure("Twice the step, four times the swing", height=HEIGHT, also=[call(lessons.oscillation_sizes)])
def OSCILLATION_SIZE(sizes: OscillationSizes, draw: Drawing) -> str:
    deltas, states, predicted = sizes.diagram.step_sizes, sizes.diagram.states, sizes.predicted
    frame = {"step_size": [0.0, deltas[-1]], "x": [-predicted[-1], predicted[-1]]}
    draw.axes("step size δ", "where x[k] ends", frame=frame)
    draw.hline("_zero", {"x": 0.0}, look="muted")
    draw.points("states", {"step_size": np.tile(deltas, len(states)), "x": states.ravel()}, size=16)
    draw.curve("upper", {"step_size": deltas, "x": predicted}, look="theory")
    draw.curve("lower", {"step_size": deltas, "x": -predicted}, look="theory")
    names = {"step_size": deltas[len(deltas) * 2 // 3], "x": [0.62, -0.62], "text": ["+δ²/4", "−δ²/4"]}
    draw.label("_labels", names, align="right", dx=-4, dy=0)

    worst = np.max(np.abs(np.abs(states) / predicted - 1.0))
    return (
        f"Example 1 at {len(deltas)} step sizes: each run ends jumping between two points, on the law "
        f"±δ²/4 within {worst:.0e} relative. The minimum, 0, is never reached."
    )


# Lesson 3: the step size restricts which optimum can be reached


@figure(
    "Which minimum is left",
    height=HEIGHT,
    also=[call(lessons.reached_states), call(equilibrium_selection.study, SELECTED)],
)
def REACHED_OPTIMA(reached: ReachedStates, study: equilibrium_selection.Study, draw: Drawing) -> str:
    deltas, delta = reached.diagram.step_sizes, study.params.step_size
    visited = [_distinct(reached.diagram.states[:, i]) for i in range(len(deltas))]
    places, thresholds = zip(*((minimum.x, minimum.critical) for minimum in reached.minima))
    lowest, highest = min(map(np.min, visited)), max(map(np.max, visited))
    room = 0.12 * (highest - lowest)

    frame = {"step_size": [0.0, deltas[-1]], "x": [lowest - room, highest + room]}
    draw.axes("step size δ", "where x[k] ends", frame=frame)
    draw.vline("thresholds", {"step_size": thresholds, "x": places})
    repeated = np.repeat(deltas, [*map(len, visited)])
    draw.points("visited", {"step_size": repeated, "x": np.concatenate(visited)}, size=7)
    names = [f"{critical:g}" for critical in thresholds]
    above = {"step_size": thresholds, "x": highest + room, "text": names}
    draw.label("_threshold_labels", above, dx=4, dy=0)
    names = [f"minimum x = {x:g}" for x in places]
    draw.label("_minima", {"step_size": 0.0, "x": places, "text": names}, look="ink", dx=6, dy=-9)
    draw_chosen(draw, delta, (0.0, deltas[-1]), lowest, dy=2)

    limits = ", ".join(f"x = {m.x:g} is stable only below δ = {m.critical:g}" for m in reached.minima)
    ends = ", ".join(f"{share.count} {_ending(share.attractor)}" for share in study.basins.shares)
    return (
        f"Example 2: {limits}. At δ = {delta:g}, of {study.basins.labels.size} random starts followed for "
        f"{SHARE_STEPS} steps, {ends}."
    )


def _distinct(states: np.ndarray) -> np.ndarray:
    """The different places among the finite states of all runs at one step size."""
    return np.unique(np.round(states[np.isfinite(states)], DIGITS))


def _ending(attractor: Attractor) -> str:
    """Where a share of the starts ends, in words."""
    if attractor.kind is LimitKind.EQUILIBRIUM:
        return f"converge to x = {attractor.points[0] + 0.0:.4g}"
    if attractor.kind is LimitKind.APERIODIC:
        return "wander in a chaotic band"
    return verb_of(attractor.kind, attractor.period)


# Lesson 4: the same step size treats starts differently


@figure(
    "Each start has its own largest step",
    height=HEIGHT,
    also=[call(lessons.fates_of_starts), call(initialization_dependence.study, INSIDE)],
)
def FATE_OF_STARTS(fates: FatesOfStarts, study: initialization_dependence.Study, draw: Drawing) -> str:
    starts, deltas = fates.raster.starts, fates.raster.step_sizes
    limit, start, delta = fates.raster.basins.limit, study.params.start, study.params.step_size
    draw.axes("start x[0]", "step size δ", log="y", y={"values": FATE_TICKS, "tickCount": 9})
    runs = {
        "x": np.tile(starts, len(deltas)),
        "step_size": np.repeat(deltas, len(starts)),
        "outcome": np.array(WORDS)[which_of_others(limit.kind, limit.period) + 1].ravel(),
    }
    draw.points("runs", runs, size=26, channels=partial(by_outcome, legend=False), strokeWidth=0)
    threshold = {
        "side": np.repeat(["left", "right"], len(fates.along)),
        "x": np.concatenate([-fates.radius, fates.radius]),
        "step_size": np.tile(fates.along, 2),
    }
    draw.curve("threshold", threshold, xy=("x", "step_size"), look="theory", order="step_size", by="side")
    chosen = {"x": start, "step_size": delta}
    draw.points("_chosen", chosen, look="chosen", size=130, filled=False, strokeWidth=2)
    places = {"x": [0.0, starts[-4]], "step_size": [deltas[2], deltas[-3]]}
    draw.name("_names", {**places, "text": ["converges", "diverges"]})

    counts = Counter(limit.kind.ravel())
    words = {LimitKind.EQUILIBRIUM: "converge to 0", LimitKind.DIVERGENT: "diverge"}
    said = ", ".join(f"{counts[kind]} {words.get(kind, kind.value)}" for kind in LimitKind if counts[kind])
    return (
        f"Example 3, f₃ = x⁴, {counts.total()} runs: {said}. Dashed, the paper's threshold |x[0]|² = 2/(4δ). "
        f"Ring: δ = {delta:g} from {start:g} {fate_of(study.limit)}."
    )


def figures() -> tuple[Figure, ...]:
    """The pictures of the first page."""
    return SETTLED_LOSS, OSCILLATION_SIZE, REACHED_OPTIMA, FATE_OF_STARTS, HOW_TO_READ
