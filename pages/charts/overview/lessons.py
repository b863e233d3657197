"""Small pictures of the four lessons that the paper draws from its examples."""

from __future__ import annotations

from collections import Counter

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.calls import Source, call
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.overview import reading
from pages.charts.scalar.fates import sentence
from stepsize_core.limits import LimitKind
from stepsize_core.paper import equilibrium_selection, initialization_dependence, lessons, periodic_orbits
from stepsize_core.paper.lessons import FatesOfStarts, OscillationSizes, ReachedStates
from stepsize_core.sweeps import Attractor

SETTLED = periodic_orbits.PRESETS["large_step"].params
SMALL = periodic_orbits.PRESETS["small_step"].params
SELECTED = equilibrium_selection.PRESETS["selected"].params
INSIDE = initialization_dependence.PRESETS["inside"].params
TO_READ = equilibrium_selection.Params(step_size=0.4, start=0.72, n_steps=10)
HEIGHT = 232
STEPS_SHOWN = 14
LABEL_ROOM = 1.75  # the picture of lesson 1 is so many times as wide as its steps, for the labels beside them
DIGITS = 3  # states that agree to so many decimals are one point of the step-size diagram


# Lesson 1: a settled loss is not a settled state


def _settled_data(study: periodic_orbits.Study) -> dict:
    k, a, level = np.arange(STEPS_SHOWN + 1), study.amplitude, study.loss_level
    side = [STEPS_SHOWN + 0.6]
    return {
        "states": {"k": k, "y": study.states[: len(k)]},
        "losses": {"k": k, "y": study.losses[: len(k)]},
        "predicted": {"y": [a, level, -a]},
        "_state_label": {"k": side, "y": [-a], "text": ["state x[k]: ±δ²/4"]},
        "_loss_label": {"k": side, "y": [level], "text": ["loss: δ³/12"]},
        "_frame": {"k": [0, LABEL_ROOM * STEPS_SHOWN], "y": [-1.25 * a, 1.25 * a]},
    }


def _settled_draw(style: Style):
    across = layers.x("k", "step k", values=list(range(0, STEPS_SHOWN + 1, 2)))
    up, loss_colour = layers.y(title="x[k] and f₁(x[k])"), style.series[1]
    squares = layers.points("losses", across, up, loss_colour, size=34).encode(shape=alt.value("square"))
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("predicted", style, up=up),
        layers.curve("states", across, up, style.measured, width=1),
        layers.points("states", across, up, style.measured, size=30),
        layers.curve("losses", across, up, loss_colour, width=2),
        squares,
        layers.label("_state_label", across, up, style.measured, dx=0, dy=-8),
        layers.label("_loss_label", across, up, loss_colour, dx=0, dy=-8),
    )


def _settled_describe(study: periodic_orbits.Study) -> str:
    before, last = study.states[-2:]
    change = abs(study.losses[-1] - study.losses[-2])
    return (
        f"Example 1 at δ = {study.params.step_size:g}: the loss stays at {study.losses[-1]:.4g} "
        f"(last change {change:.1g}) while the state jumps between {before:.4g} and {last:.4g}; "
        f"the minimum is 0."
    )


SETTLED_LOSS = Figure(
    "settled_loss", "The loss settles, the state does not", _settled_data, _settled_draw,
    _settled_describe, HEIGHT,
)  # fmt: skip


# Lesson 2: the step size sets the size of the oscillation


def _sizes_data(sizes: OscillationSizes) -> dict:
    deltas, states = sizes.diagram.step_sizes, sizes.diagram.states
    end = [deltas[-1]]
    return {
        "states": {"step_size": np.tile(deltas, len(states)), "x": states.ravel()},
        "upper": {"step_size": deltas, "x": sizes.predicted},
        "lower": {"step_size": deltas, "x": -sizes.predicted},
        "_labels": {"step_size": [deltas[len(deltas) * 2 // 3]] * 2, "x": [0.62, -0.62],
                    "text": ["+δ²/4", "−δ²/4"]},
        "_zero": {"x": [0.0]},
        "_frame": {"step_size": [0.0, *end], "x": [-sizes.predicted[-1], sizes.predicted[-1]]},
    }  # fmt: skip


def _sizes_draw(style: Style):
    across, up = layers.x("step_size", "step size δ"), layers.y("x", "where x[k] ends")
    return alt.layer(
        layers.frame(across, up),
        layers.faint_rule("_zero", style, up=up),
        layers.points("states", across, up, style.measured, size=16),
        layers.theory_curve("upper", across, up, style),
        layers.theory_curve("lower", across, up, style),
        layers.label("_labels", across, up, style.theory, align="right", dx=-4, dy=0),
    )


def _sizes_describe(sizes: OscillationSizes) -> str:
    worst = np.max(np.abs(np.abs(sizes.diagram.states) / sizes.predicted - 1.0))
    deltas = sizes.diagram.step_sizes
    return (
        f"Example 1 at {len(deltas)} step sizes: each run ends jumping between two points, on the law "
        f"±δ²/4 within {worst:.0e} relative. The minimum, 0, is never reached."
    )


OSCILLATION_SIZE = Figure(
    "oscillation_size", "Twice the step, four times the swing", _sizes_data, _sizes_draw, _sizes_describe,
    HEIGHT,
)  # fmt: skip


# Lesson 3: the step size restricts which optimum can be reached


def _reached_data(pair: tuple[ReachedStates, equilibrium_selection.Study]) -> dict:
    reached, study = pair
    deltas, states = reached.diagram.step_sizes, reached.diagram.states
    visited = [_distinct(states[:, i]) for i in range(len(deltas))]
    thresholds = [minimum.critical for minimum in reached.minima]
    lowest, highest = min(map(np.min, visited)), max(map(np.max, visited))
    room = 0.12 * (highest - lowest)
    return {
        "visited": {"step_size": np.repeat(deltas, [len(v) for v in visited]), "x": np.concatenate(visited)},
        "thresholds": {"step_size": thresholds, "x": [m.x for m in reached.minima]},
        "_threshold_labels": {
            "step_size": thresholds,
            "x": [highest + room] * len(thresholds),
            "text": [f"{critical:g}" for critical in thresholds],
        },
        "_minima": {
            "step_size": [0.0] * len(thresholds),
            "x": [m.x for m in reached.minima],
            "text": [f"minimum x = {m.x:g}" for m in reached.minima],
        },
        "_chosen": {
            "step_size": [study.params.step_size],
            "x": [lowest],
            "text": [f"δ = {study.params.step_size:g}"],
        },
        "_frame": {"step_size": [0.0, deltas[-1]], "x": [lowest - room, highest + room]},
    }


def _distinct(states: np.ndarray) -> np.ndarray:
    """The different places among the finite states of all runs at one step size."""
    return np.unique(np.round(states[np.isfinite(states)], DIGITS))


def _reached_draw(style: Style):
    across, up = layers.x("step_size", "step size δ"), layers.y("x", "where x[k] ends")
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("thresholds", style, across=across),
        layers.chosen_rule("_chosen", style, across=across),
        layers.points("visited", across, up, style.measured, size=7),
        layers.label("_threshold_labels", across, up, style.theory, dx=4, dy=0),
        layers.label("_minima", across, up, style.ink, dx=6, dy=-9),
        layers.label("_chosen", across, up, style.chosen, dx=4, dy=2),
    )


def _reached_describe(pair: tuple[ReachedStates, equilibrium_selection.Study]) -> str:
    reached, study = pair
    limits = ", ".join(f"x = {m.x:g} is stable only below δ = {m.critical:g}" for m in reached.minima)
    shares = study.basins.shares
    ends = ", ".join(f"{share.share:.0%} {_ending(share.attractor)}" for share in shares)
    return (
        f"Example 2: {limits}. At δ = {study.params.step_size:g}, of "
        f"{study.basins.labels.size} random starts: {ends}."
    )


def _ending(attractor: Attractor) -> str:
    """Where a share of the starts ends, in words."""
    if attractor.kind is LimitKind.EQUILIBRIUM:
        return f"converge to x = {attractor.points[0] + 0.0:.4g}"
    return {LimitKind.APERIODIC: "wander in a chaotic band", LimitKind.DIVERGENT: "diverge"}.get(
        attractor.kind, attractor.name
    )


REACHED_OPTIMA = Figure(
    "reached_optima", "Which minimum is left", _reached_data, _reached_draw, _reached_describe, HEIGHT
)


# Lesson 4: the same step size treats starts differently

FATE_TICKS = [0.02, 0.1, 0.5, 2]


def _fates_data(pair: tuple[FatesOfStarts, initialization_dependence.Study]) -> dict:
    fates, study = pair
    starts, deltas = fates.raster.starts, fates.raster.step_sizes
    kinds = fates.raster.basins.limit.kind
    points = len(fates.along)
    return {
        "runs": {
            "x": np.tile(starts, len(deltas)),
            "step_size": np.repeat(deltas, len(starts)),
            "outcome": [kind.value for kind in kinds.ravel()],
        },
        "threshold": {
            "side": ["left"] * points + ["right"] * points,
            "x": np.concatenate([-fates.radius, fates.radius]),
            "step_size": np.tile(fates.along, 2),
        },
        "_chosen": {"x": [study.params.start], "step_size": [study.params.step_size]},
        "_names": {
            "x": [0.0, starts[-4]],
            "step_size": [deltas[2], deltas[-3]],
            "text": ["converges", "diverges"],
        },
    }


def _fates_draw(style: Style):
    across = layers.x(title="start x[0]")
    up = layers.y("step_size", "step size δ", log=True, values=FATE_TICKS, tickCount=9)
    chosen = layers.points("_chosen", across, up, style.chosen, size=130, filled=False)
    return alt.layer(
        _runs("runs", across, up, style),
        layers.theory_curve("threshold", across, up, style, order="step_size", by="side"),
        chosen.encode(strokeWidth=alt.value(2)),
        layers.on_picture("_names", across, up, style),
    )


def _runs(table: str, across: alt.X, up: alt.Y, style: Style) -> alt.Chart:
    """One point per run, in the colour and with the symbol of its outcome."""
    looks = {kind.value: style.outcome(kind) for kind in LimitKind}
    names = list(looks)
    colours = alt.Scale(domain=names, range=[look.colour for look in looks.values()])
    symbols = alt.Scale(domain=names, range=[look.symbol for look in looks.values()])
    return layers.points(table, across, up, style.measured, size=26).encode(
        alt.Color("outcome:N", scale=colours, legend=None), alt.Shape("outcome:N", scale=symbols, legend=None)
    )


def _fates_describe(pair: tuple[FatesOfStarts, initialization_dependence.Study]) -> str:
    fates, study = pair
    counts = Counter(fates.raster.basins.limit.kind.ravel())
    words = {LimitKind.EQUILIBRIUM: "converge to 0", LimitKind.DIVERGENT: "diverge"}
    said = ", ".join(f"{counts[kind]} {words.get(kind, kind.value)}" for kind in LimitKind if counts[kind])
    return (
        f"Example 3, f₃ = x⁴, {counts.total()} runs: {said}. Dashed, the paper's threshold |x[0]|² = 2/(4δ). "
        f"Ring: δ = {study.params.step_size:g} from {study.params.start:g} {sentence(study.limit)}."
    )


FATE_OF_STARTS = Figure(
    "fate_of_starts", "Each start has its own largest step", _fates_data, _fates_draw, _fates_describe, HEIGHT
)


FIGURES = (SETTLED_LOSS, OSCILLATION_SIZE, REACHED_OPTIMA, FATE_OF_STARTS)


def gallery() -> dict[Figure, Source]:
    """What each picture of the first page shows."""
    selected, inside = (
        call(equilibrium_selection.study, SELECTED),
        call(initialization_dependence.study, INSIDE),
    )
    return {
        SETTLED_LOSS: call(periodic_orbits.study, SETTLED),
        OSCILLATION_SIZE: call(lessons.oscillation_sizes),
        REACHED_OPTIMA: (call(lessons.reached_states), selected),
        FATE_OF_STARTS: (call(lessons.fates_of_starts), inside),
        reading.COBWEB: call(equilibrium_selection.study, TO_READ),
    }
