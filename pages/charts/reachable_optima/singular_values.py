"""Corollary 2, the price of large singular values, and the curvature of rescaled optima."""

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.over_step_sizes import draw_chosen
from pages.charts.kit.style import Style
from pages.charts.reachable_optima.run import positive
from pages.charts.scalar.outcomes import WORDS, by_outcome, which_of_others
from stepsize_core.limits import LimitKind
from stepsize_core.paper import reachable_optima as phenomenon
from stepsize_core.paper.reachable_optima import RANDOM, NetworkStudy, singular_value_bound
from stepsize_core.paper.reachable_optima.ensembles import (
    ENSEMBLE_STEPS,
    LargeTargets,
    Rescalings,
    SingularValueEnsemble,
)

CURVE_POINTS = 60
BINS = 50
HEIGHT = 380
TARGET_AXIS = "largest singular value ρ of the target"


# Corollary 2 over many runs


def _ensemble(study: NetworkStudy) -> list[Call]:
    depth, p = study.ensemble_depth, study.params
    scale = p.scale if p.start == RANDOM else phenomenon.Params.scale
    runs = phenomenon.singular_value_ensemble
    return [call(runs, depth, scale, p.seed, label="Running many networks …")]


@figure("Corollary 2: largest singular value reached", height=HEIGHT, canvas=True, also=_ensemble)
def CEILING(study: NetworkStudy, ensemble: SingularValueEnsemble, draw: Drawing) -> str:
    delta, depth, targets = study.params.step_size, ensemble.depth, ensemble.targets
    low = min(ensemble.step_sizes.min(), delta) / 1.2
    high = max(ensemble.step_sizes.max(), delta) * 1.2
    bottom, top = 0.3 * targets.min(), 1.6 * targets.max()
    deltas = np.geomspace(low, high, CURVE_POINTS)
    bound = singular_value_bound(deltas, depth)
    inside = (bound >= bottom) & (bound <= top)
    converged = np.isfinite(ensemble.reached)
    y = np.where(converged, ensemble.reached, targets)
    seen = y > bottom
    outcome = np.array(WORDS)[which_of_others(ensemble.kind, ensemble.period) + 1]

    frame = {"x": [low, high], "y": [bottom, top]}
    draw.axes("step size δ", "largest singular value", log="xy", frame=frame)
    runs = {"x": ensemble.step_sizes[seen], "y": y[seen], "outcome": outcome[seen]}
    look = {"size": 26, "filled": False, "strokeWidth": 1, "opacity": 0.75, "clip": True}
    draw.points("runs", runs, channels=by_outcome, **look)
    draw.curve("bound", {"x": deltas[inside], "y": bound[inside]}, look="background", width=4)
    draw.curve("bound", look="theory")
    same = study.reached is not None and study.objective.depth == depth
    reached = [study.reached.singular_value] if same else []
    this_run, empty = {"x": delta, "y": reached}, {"x": delta, "y": top}
    draw.points("_this_run", this_run, look="chosen", size=120, empty=empty)
    draw_chosen(draw, delta, (low, high), top, log=True, dy=10)
    edge = np.exp(np.interp(np.log(1.3 * bottom), np.log(bound[::-1]), np.log(deltas[::-1])))
    formula = {"x": edge, "y": 1.3 * bottom, "text": "(2/(Lδ))^(L/(2L−2))"}
    draw.name("_labels", formula, align="right", dx=-12)

    share = ensemble.largest_share_of_bound
    most = f", to a largest singular value of at most {share:.3g} times the dashed bound"
    return (
        f"{len(targets)} runs of {depth} layers, random targets, starts and δ, seed {study.params.seed}: "
        f"within {ENSEMBLE_STEPS:,} steps {converged.sum() or 'none'} converged"
        f"{most if converged.any() else ''}. Runs that did not are shown at ρ(R)."
    )


# Large singular values


def _large_targets(study: NetworkStudy) -> list[Call]:
    return [call(phenomenon.large_targets, study.ensemble_depth)]


@figure("Largest usable step size", height=HEIGHT, also=_large_targets)
def LARGEST_STEP(study: NetworkStudy, large: LargeTargets, draw: Drawing) -> str:
    values, steps, delta = large.top, large.largest_step, study.params.step_size
    target = float(np.linalg.norm(study.objective.target, 2))
    at, chosen = np.clip(target, values[0], values[-1]), np.clip(delta, steps.min(), steps.max())
    beyond = [" (beyond)" if shown != value else "" for shown, value in ((at, target), (chosen, delta))]
    name = {"x": at, "y": steps.max(), "text": f"ρ(R) = {target:.4g}{beyond[0]}"}

    draw.axes(TARGET_AXIS, "step size δ", log="xy")
    draw.curve("bound", {"x": values, "y": steps}, look="theory")
    draw.hline("_chosen", {"x": values[-1], "y": chosen, "text": f"δ = {delta:g}{beyond[1]}"}, look="chosen")
    draw.vline("_target", name, look="muted")
    draw.name("_chosen", align="right", dx=-4, dy=-9)
    draw.name("_target", align="left", dx=6, dy=10)

    return (
        f"Bound (4) with {study.ensemble_depth} layers falls from {steps[0]:.3g} at ρ = {values[0]:g} to "
        f"{steps[-1]:.3g} at ρ = {values[-1]:g}; above the curve no run learns the target. "
        f"Chosen: δ = {delta:g}."
    )


@figure("Steps needed at half of the largest step", height=HEIGHT, also=_large_targets)
def STEPS_NEEDED(study: NetworkStudy, large: LargeTargets, draw: Drawing) -> str:
    small, top = (positive(steps, x=large.top) for steps in (large.steps_small, large.steps_top))
    ends = {column: [small[column][-1], top[column][-1]] for column in small}
    text = ["to learn the value ½ beside it", "to learn ρ itself"]

    draw.axes(TARGET_AXIS, "steps needed", log="xy")
    draw.curve("small", small)
    draw.points("small")
    draw.curve("top", top, look="second")
    draw.points("top", look="second", filled=False)
    draw.name("_labels", {**ends, "text": text}, align="right", dx=-6, dy=-14)

    first, last = large.steps_small[0], large.steps_small[-1]
    many = f"{last:.0f}" if np.isfinite(last) else "more than the run has"
    return (
        f"{study.ensemble_depth} layers from the identity at half of bound (4): a value ½ takes {first:.0f} "
        f"steps beside ρ = {large.top[0]:g} and {many} beside ρ = {large.top[-1]:g}: the largest value "
        f"dictates everybody's step size."
    )


# Rescalings


def _reach_colour(style: Style) -> list:
    """The colour of bars by whether the step size reaches the optima they count."""
    kinds = {"stable": LimitKind.EQUILIBRIUM, "unstable": LimitKind.UNDECIDED}
    looks = {reach: style.outcome(kind).colour for reach, kind in kinds.items()}
    return [layers.by(alt.Color, "reach", looks), alt.StrokeValue(style.background)]


@figure(
    "Random rescalings of one optimum",
    height=HEIGHT,
    also=lambda study: [call(phenomenon.rescalings_of, study.params)],
)
def RESCALINGS(study: NetworkStudy, rescalings: Rescalings, draw: Drawing) -> str:
    sharpness, floor, critical = rescalings.sharpness, rescalings.floor, rescalings.critical
    low, high = floor / 1.15, max(float(np.quantile(sharpness, 0.995)), 1.3 * floor)
    edges = np.geomspace(floor, high, BINS + 1)
    counts, _ = np.histogram(np.clip(sharpness, floor, high), edges)
    top, edge = counts.max(), np.clip(critical, low, high)
    beyond = "" if low <= critical <= high else " (beyond)"

    frame = {"x": [low, high], "y": [0.0, 1.15 * top]}
    draw.axes("λ_max of the rescaled optimum", "optima", log="x", frame=frame)
    reach = np.where(edges[1:] <= critical, "stable", "unstable")
    bars = {"x": edges[:-1], "x2": edges[1:], "y": counts, "zero": 0, "reach": reach}
    own = {"xy": ("x", "y"), "x2": "x2", "y2": "zero", "strokeWidth": 0.5}
    draw.mark("rect", "histogram", bars, channels=_reach_colour, **own)
    draw.vline("floor", {"x": floor, "y": 1.08 * top, "text": "floor Lρ^(2−2/L)"})
    name = {"x": edge, "y": 0.95 * top, "text": f"2/δ = {critical:.4g}{beyond}"}
    draw.vline("_chosen", name, look="chosen")
    draw.name("floor", align="left", dx=6)
    draw.name("_chosen", align="left", dx=6)

    return (
        f"{len(sharpness)} random rescalings of the balanced optimum (same cost, seed {study.params.seed}): "
        f"λ_max from {sharpness[0]:.4g} up, never below the floor {floor:.4g} (last bar: and above). "
        f"{rescalings.stable_share:.1%} lie below 2/δ = {critical:.4g}; only those can be reached at "
        f"δ = {study.params.step_size:g}."
    )
