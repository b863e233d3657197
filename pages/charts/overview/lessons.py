"""Small pictures of the lessons that the paper draws and of the questions that it leaves."""

from collections import Counter
from functools import partial

import altair as alt
import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.style import FINE_DASH
from pages.charts.scalar.outcomes import WORDS, by_outcome, which_of_others
from stepsize_core.limits import LimitKind
from stepsize_core.paper import (
    lessons,
    oscillation_or_noise,
    periodic_orbits,
    reachable_optima,
    sampled_gradients,
    thesis,
)
from stepsize_core.paper.catalogue import cards
from stepsize_core.paper.lessons import FatesOfStarts, OscillationSizes
from stepsize_core.paper.reachable_optima.plane import PlaneRaster, PlaneRun

SHOWN = {lesson.figure: lesson.params for _, lesson in cards()}
REACHED = SHOWN["reached_optima"]
REACHED_WINDOW, REACHED_SIDE = 2.5, 24  # of the starts tried, and how many along each axis
HEIGHT = 182
STEPS_SHOWN, RECORD_SHOWN = 14, 40
LABEL_ROOM = 1.3  # the picture of lesson 1 is so many times as wide as its steps, for the labels beside them
FATE_TICKS = [0.02, 0.1, 0.5, 2]
CIRCLE = np.linspace(0.0, np.pi / 2.0, 91)
QUARTER = 1.8  # the picture of lesson 3 shows positive weights, w₂ up to this


@figure(
    "A flat loss is not a solution", height=HEIGHT, also=[call(periodic_orbits.study, SHOWN["settled_loss"])]
)
def SETTLED_LOSS(_: thesis.Study, study: periodic_orbits.Study, draw: Drawing) -> str:
    k, a, level = np.arange(STEPS_SHOWN + 1), study.amplitude, study.loss_level
    frame = {"k": [0, LABEL_ROOM * STEPS_SHOWN], "y": [-1.2 * a, 1.2 * a]}
    draw.axes(
        "step k", None, x={"values": list(range(0, STEPS_SHOWN + 1, 2))}, y={"tickCount": 3}, frame=frame
    )
    draw.hline("predicted", {"y": [a, level, -a]})
    draw.curve("states", {"k": k, "y": study.states[: len(k)]}, width=1)
    draw.points("states", size=30)
    draw.curve("losses", {"k": k, "y": study.losses[: len(k)]}, look="ink", width=2)
    side = STEPS_SHOWN + 0.5
    draw.label("_state", {"k": side, "y": -a, "text": "state"}, look="measured", dx=0, dy=-8)
    draw.label("_loss", {"k": side, "y": level, "text": "loss"}, look="ink", dx=0, dy=-8)

    before, last = sorted(study.states[-2:])
    return (
        f"Example 1, δ = {study.params.step_size:g}: the loss settles at {study.losses[-1]:.4g}; the state "
        f"jumps between {before:.4g} and {last:.4g}."
    )


@figure("δ sets the size of the swing", height=HEIGHT, also=[call(lessons.oscillation_sizes)])
def OSCILLATION_SIZE(_: thesis.Study, sizes: OscillationSizes, draw: Drawing) -> str:
    deltas, states, predicted = sizes.diagram.step_sizes, sizes.diagram.states, sizes.predicted
    frame = {"step_size": [0.0, deltas[-1]], "x": [-predicted[-1], predicted[-1]]}
    draw.axes("step size δ", "where x[k] ends", y={"tickCount": 3}, frame=frame)
    draw.hline("_zero", {"x": 0.0}, look="muted")
    draw.points("states", {"step_size": np.tile(deltas, len(states)), "x": states.ravel()}, size=16)
    draw.curve("upper", {"step_size": deltas, "x": predicted}, look="theory")
    draw.curve("lower", {"step_size": deltas, "x": -predicted}, look="theory")
    names = {"step_size": deltas[len(deltas) // 2], "x": [0.62, -0.62], "text": ["+δ²/4", "−δ²/4"]}
    draw.label("_labels", names, align="right", dx=-4, dy=0)

    worst = np.max(np.abs(np.abs(states) / predicted - 1.0))
    return (
        f"Example 1 at {len(deltas)} step sizes: every run ends jumping between ±δ²/4, within {worst:.0e}. "
        f"Twice the step, four times the swing."
    )


@figure(
    "δ decides which optima exist for you",
    height=HEIGHT,
    also=[
        call(
            reachable_optima.plane_run,
            REACHED.plane_target,
            (REACHED.w1, REACHED.w2),
            REACHED.step_size,
            REACHED.n_steps,
        ),
        call(
            reachable_optima.plane_raster,
            REACHED.plane_target,
            REACHED.step_size,
            REACHED_WINDOW,
            REACHED_SIDE,
        ),
    ],
)
def REACHED_OPTIMA(_: thesis.Study, run: PlaneRun, raster: PlaneRaster, draw: Drawing) -> str:
    radius, (w1, w2) = run.hyperbola.radius, run.hyperbola.points[0].T
    across = alt.X(
        "w1:Q", title="w₁", scale=_from_0(f"{QUARTER} * width / height"), axis=alt.Axis(tickCount=5)
    )
    up = alt.Y("w2:Q", title="w₂", scale=_from_0(str(QUARTER)), axis=alt.Axis(tickCount=3))
    draw.axes(across, up)
    order = {"order": "i", "xy": ("w1", "w2")}
    draw.curve("optima", {"i": np.arange(len(w1)), "w1": w1, "w2": w2}, **order, look="muted", dash=FINE_DASH)
    circle = {"i": np.arange(len(CIRCLE)), "w1": radius * np.cos(CIRCLE), "w2": radius * np.sin(CIRCLE)}
    circle["bound"] = radius**2
    draw.curve("circle", circle, **order, look="theory")
    found = raster.optimum.reshape(-1, 2)
    found = found[(found > 0.0).all(axis=1)]
    sharpness = (found**2).sum(axis=1)
    draw.points("reached", {"w1": found[:, 0], "w2": found[:, 1], "sharpness": sharpness}, size=34)
    names = {"w1": [0.5, 1.7], "w2": [0.5, 0.75], "text": ["reached", "never reached"]}
    draw.name("_names", {name: values[:1] for name, values in names.items()}, look="measured")
    draw.name("_never", {name: values[1:] for name, values in names.items()}, look="muted", align="left")

    return (
        f"Two layers, w₁w₂ = 1, δ = {REACHED.step_size:g}: the optima reached have w₁² + w₂² up to "
        f"{sharpness.max():.3g}; dashed, the bound 2/δ = {radius**2:.3g}."
    )


def _from_0(end: str) -> alt.Scale:
    """From 0 to the value of an expression."""
    return alt.Scale(domain={"expr": f"[0, {end}]"}, nice=False, zero=False)


@figure("Each start has its own largest step", height=HEIGHT, also=[call(lessons.fates_of_starts)])
def FATE_OF_STARTS(_: thesis.Study, fates: FatesOfStarts, draw: Drawing) -> str:
    starts, deltas = fates.raster.starts, fates.raster.step_sizes
    limit = fates.raster.basins.limit
    draw.axes("start x[0]", "step size δ", log="y", y={"values": FATE_TICKS, "tickCount": 9})
    runs = {
        "x": np.tile(starts, len(deltas)),
        "step_size": np.repeat(deltas, len(starts)),
        "outcome": np.array(WORDS)[which_of_others(limit.kind, limit.period) + 1].ravel(),
    }
    draw.points("runs", runs, size=20, channels=partial(by_outcome, legend=False), strokeWidth=0)
    threshold = {
        "side": np.repeat(["left", "right"], len(fates.along)),
        "x": np.concatenate([-fates.radius, fates.radius]),
        "step_size": np.tile(fates.along, 2),
    }
    draw.curve("threshold", threshold, xy=("x", "step_size"), look="theory", order="step_size", by="side")
    places = {"x": [0.0, starts[-5]], "step_size": [deltas[3], deltas[-3]]}
    draw.name("_names", {**places, "text": ["converges", "diverges"]})

    counts = Counter(limit.kind.ravel())
    words = {LimitKind.EQUILIBRIUM: "converge", LimitKind.DIVERGENT: "diverge"}
    said = ", ".join(f"{counts[kind]} {words.get(kind, kind.value)}" for kind in LimitKind if counts[kind])
    return (
        f"Example 3, f₃ = x⁴: of {counts.total()} runs {said}. Dashed, the paper's threshold x[0]² = 2/(4δ)."
    )


@figure(
    "Samples may bear a larger step",
    height=HEIGHT,
    also=[call(sampled_gradients.study, SHOWN["sampled_paths"])],
)
def SAMPLED_PATHS(_: thesis.Study, study: sampled_gradients.Study, draw: Drawing) -> str:
    n = study.params.n_steps
    k = np.arange(n + 1)
    ends = float(study.low.min()) - 1.0, float(study.full.max()) + 1.0
    frame = {"k": [0, n], "decades": ends}
    draw.axes("step k", "decades", y={"tickCount": 4}, frame=frame)
    draw.hline("_start", {"decades": 0.0}, look="muted")
    band = {"k": k, "decades": study.low, "high": study.high}
    draw.mark("area", "band", band, look="measured", y2="high", opacity=0.28)
    draw.curve("median", {"k": k, "decades": study.median}, width=2)
    draw.curve("descent", {"k": k, "decades": study.full}, look="ink", width=2)
    at = 0.55 * n
    draw.name("_descent", {"k": at, "decades": study.full[int(at)], "text": "gradient descent"}, look="ink",
              align="right", dx=-6, dy=-8)  # fmt: skip
    draw.name("_paths", {"k": at, "decades": float(study.high[int(at)]), "text": "sampled paths"},
              look="measured", align="left", dx=6, dy=-8)  # fmt: skip
    return (
        f"δ = {study.params.step_size:g}: after {n} steps gradient descent is {study.full[-1]:.3g} decades "
        f"farther away; {study.nearer:,} of {study.n_paths:,} paths of single samples are nearer."
    )


@figure(
    "The step size, or noise?", height=HEIGHT, also=[call(oscillation_or_noise.study, SHOWN["two_records"])]
)
def TWO_RECORDS(_: thesis.Study, study: oscillation_or_noise.Study, draw: Drawing) -> str:
    n = RECORD_SHOWN
    frame = {"k": [0, n], "y": [-2.6, 2.6]}
    draw.axes("step k", None, y={"labels": False, "ticks": False, "grid": False}, frame=frame)
    for name, strip, middle, look in (
        ("oscillation", study.strips[0], 1.3, "measured"), ("noise", study.strips[1], -1.3, "ink"),
    ):  # fmt: skip
        draw.curve(name, {"k": np.arange(n + 1), "y": middle + strip[: n + 1]}, look=look, width=1.2)
    of_run, of_noise = study.found.ratio, study.twin_found.ratio
    return (
        f"Above Example 1 under batches, R = {of_run:.3g}; below noise at a stable minimum, R = "
        f"{of_noise:.3g}. They look alike; R below 4/3 tells the oscillation."
    )
