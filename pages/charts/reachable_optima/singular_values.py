"""Corollary 2, the price of large singular values, and the curvature of rescaled optima."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.scalar.fates import OTHERS
from stepsize_core.limits import LimitKind
from stepsize_core.paper.reachable_optima import Study, singular_value_bound
from stepsize_core.paper.reachable_optima.ensembles import LargeTargets, Rescalings, SingularValueEnsemble

CONVERGED = "converged"
WORDS = (CONVERGED, *(word for *_, word in OTHERS))
CURVE_POINTS = 60
BINS = 50
HEIGHT = 380


# Corollary 2 over many runs


def _words(ensemble: SingularValueEnsemble) -> np.ndarray:
    """What became of each run, one of WORDS."""
    words = np.full(ensemble.kind.shape, CONVERGED, object)
    for kind, period, word in OTHERS:
        hit = ensemble.kind == kind
        words[hit & ((ensemble.period == period) if period else True)] = word
        if kind is LimitKind.PERIODIC_ORBIT and not period:
            for _, known, name in OTHERS[:2]:
                words[hit & (ensemble.period == known)] = name
    return words


def _ceiling_data(pair: tuple[SingularValueEnsemble, Study]) -> dict:
    ensemble, study = pair
    delta = study.params.step_size
    low = min(ensemble.step_sizes.min(), delta) / 1.2
    high = max(ensemble.step_sizes.max(), delta) * 1.2
    deltas = np.geomspace(low, high, CURVE_POINTS)
    converged = np.isfinite(ensemble.reached)
    shown = np.where(converged, ensemble.reached, ensemble.targets)
    curve = singular_value_bound(deltas, ensemble.depth)
    bottom, top = 0.3 * ensemble.targets.min(), 1.6 * ensemble.targets.max()
    inside = (curve >= bottom) & (curve <= top)
    words = _words(ensemble)
    seen = shown > bottom
    edge = float(np.interp(np.log(1.3 * bottom), np.log(curve[::-1]), np.log(deltas[::-1])))
    same = study.reached is not None and study.objective.depth == ensemble.depth
    x, y = ([delta], [study.reached.singular_value]) if same else ([], [])
    return {
        "runs": {"x": ensemble.step_sizes[seen], "y": shown[seen], "outcome": words[seen]},
        "bound": {"x": deltas[inside], "y": curve[inside]},
        "_this_run": layers.or_hidden({"x": x, "y": y}, x=delta, y=top),
        "_chosen": {"x": [delta], "y": [top], "text": [f"δ = {delta:g}"]},
        "_labels": {"x": [np.exp(edge)], "y": [1.3 * bottom], "text": ["(2/(Lδ))^(L/(2L−2))"]},
        "_frame": {"x": [low, high], "y": [bottom, top]},
    }


def _ceiling_draw(style: Style):
    across = layers.x("x", "step size δ", log=True)
    up = layers.y("y", "largest singular value", log=True)
    looks = [style.outcome(LimitKind.EQUILIBRIUM)]
    looks += [style.outcome(kind, period or 1) for kind, period, _ in OTHERS]
    legend = alt.Legend(title=None, symbolOpacity=1, columns=4)
    runs = alt.Chart(alt.NamedData("runs")).mark_point(size=26, strokeWidth=1, opacity=0.75, clip=True)

    def channel(kind, values):
        return kind("outcome:N", scale=alt.Scale(domain=list(WORDS), range=values), legend=legend)

    return alt.layer(
        layers.frame(across, up),
        runs.encode(
            across,
            up,
            channel(alt.Fill, [look.colour for look in looks]),
            channel(alt.Stroke, [look.colour for look in looks]),
            channel(alt.Shape, [look.symbol for look in looks]),
        ),
        layers.curve("bound", across, up, style.background, width=4),
        layers.theory_curve("bound", across, up, style),
        layers.chosen_rule("_chosen", style, across=across),
        layers.unless_hidden(layers.points("_this_run", across, up, style.chosen, size=120)),
        layers.on_picture("_chosen", across, up, style, align="left", dx=6, dy=10),
        layers.on_picture("_labels", across, up, style, align="right", dx=-12),
    )


def _ceiling_describe(pair: tuple[SingularValueEnsemble, Study]) -> str:
    ensemble, study = pair
    converged = int(np.isfinite(ensemble.reached).sum())
    return (
        f"{len(ensemble.targets)} runs of {ensemble.depth} layers, random targets, starts and δ, seed "
        f"{study.params.seed}: {converged} converged, to a largest singular value of at most "
        f"{ensemble.largest_share_of_bound:.3g} times the dashed bound. Runs that did not are shown at ρ(R)."
    )


CEILING = Figure(
    name="ceiling",
    title="Corollary 2: largest singular value reached",
    data=_ceiling_data,
    draw=_ceiling_draw,
    describe=_ceiling_describe,
    height=HEIGHT,
    canvas=True,
)


# Large singular values


def _largest_step_data(pair: tuple[LargeTargets, Study]) -> dict:
    large, study = pair
    delta, rho = study.params.step_size, float(np.linalg.norm(study.objective.target, 2))
    low, high = large.largest_step.min(), large.largest_step.max()
    at = float(np.clip(delta, low, high))
    return {
        "bound": {"x": large.top, "y": large.largest_step},
        "_chosen": {"x": [large.top[-1]], "y": [at], "text": [f"δ = {delta:g}"]},
        "_target": {"x": [float(np.clip(rho, large.top[0], large.top[-1]))], "text": [f"ρ(R) = {rho:.4g}"]},
        "_label": {
            "x": [float(np.clip(rho, large.top[0], large.top[-1]))],
            "y": [high],
            "text": [f"ρ(R) = {rho:.4g}"],
        },
    }


def _largest_step_draw(style: Style):
    across = layers.x("x", "largest singular value ρ of the target", log=True)
    up = layers.y("y", "step size δ", log=True)
    return alt.layer(
        layers.theory_curve("bound", across, up, style),
        layers.chosen_rule("_chosen", style, up=up),
        layers.faint_rule("_target", style, across=across),
        layers.on_picture("_chosen", across, up, style, align="right", dx=-4, dy=-9),
        layers.on_picture("_label", across, up, style, align="left", dx=6, dy=10),
    )


def _largest_step_describe(pair: tuple[LargeTargets, Study]) -> str:
    large, study = pair
    return (
        f"Bound (4) with {study.ensemble_depth} layers falls from {large.largest_step[0]:.3g} at "
        f"ρ = {large.top[0]:g} to {large.largest_step[-1]:.3g} at ρ = {large.top[-1]:g}; above the curve no "
        f"run learns the target. Chosen: δ = {study.params.step_size:g}."
    )


LARGEST_STEP = Figure(
    name="largest_step",
    title="Largest usable step size",
    data=_largest_step_data,
    draw=_largest_step_draw,
    describe=_largest_step_describe,
    height=HEIGHT,
)


def _steps_data(pair: tuple[LargeTargets, Study]) -> dict:
    large, _ = pair
    known = [np.isfinite(steps) & (steps > 0) for steps in (large.steps_small, large.steps_top)]
    ends = [int(np.flatnonzero(k)[-1]) for k in known]
    return {
        "small": {"x": large.top[known[0]], "y": large.steps_small[known[0]]},
        "top": {"x": large.top[known[1]], "y": large.steps_top[known[1]]},
        "_labels": {
            "x": [large.top[i] for i in ends],
            "y": [large.steps_small[ends[0]], large.steps_top[ends[1]]],
            "text": ["to learn the value ½ beside it", "to learn ρ itself"],
        },
    }


def _steps_draw(style: Style):
    across = layers.x("x", "largest singular value ρ of the target", log=True)
    up = layers.y("y", "steps needed", log=True)
    first, second = style.series[:2]
    return alt.layer(
        layers.curve("small", across, up, first),
        layers.points("small", across, up, first),
        layers.curve("top", across, up, second),
        layers.points("top", across, up, second, filled=False),
        layers.on_picture("_labels", across, up, style, align="right", dx=-6, dy=-14),
    )


def _steps_describe(pair: tuple[LargeTargets, Study]) -> str:
    large, study = pair
    first, last = large.steps_small[0], large.steps_small[-1]
    many = f"{last:.0f}" if np.isfinite(last) else "more than the run has"
    return (
        f"{study.ensemble_depth} layers from the identity at half of bound (4): a value ½ takes {first:.0f} "
        f"steps beside ρ = {large.top[0]:g} and {many} beside ρ = {large.top[-1]:g}: the largest value "
        f"dictates everybody's step size."
    )


STEPS_NEEDED = Figure(
    name="steps_needed",
    title="Steps needed at half of the largest step",
    data=_steps_data,
    draw=_steps_draw,
    describe=_steps_describe,
    height=HEIGHT,
)


# Rescalings


def _rescalings_data(pair: tuple[Rescalings, Study]) -> dict:
    rescalings, _ = pair
    low = rescalings.floor / 1.15
    high = max(float(np.quantile(rescalings.sharpness, 0.995)), 1.3 * rescalings.floor)
    edges = np.geomspace(rescalings.floor, high, BINS + 1)
    counts, _ = np.histogram(np.minimum(rescalings.sharpness, high), edges)
    edge = float(np.clip(rescalings.critical, low, high))
    side = "" if low <= rescalings.critical <= high else " (beyond)"
    return {
        "histogram": {
            "x": edges[:-1],
            "x2": edges[1:],
            "y": counts,
            "zero": np.zeros(BINS, int),
            "reach": np.where(edges[1:] <= rescalings.critical, "stable", "unstable"),
        },
        "floor": {"x": [rescalings.floor], "y": [1.08 * counts.max()], "text": ["floor Lρ^(2−2/L)"]},
        "_chosen": {
            "x": [edge],
            "y": [0.95 * counts.max()],
            "text": [f"2/δ = {rescalings.critical:.4g}{side}"],
        },
        "_frame": {"x": [low, high], "y": [0.0, 1.15 * counts.max()]},
    }


def _rescalings_draw(style: Style):
    across, up = layers.x("x", "λ_max of the rescaled optimum", log=True), layers.y("y", "optima")
    colours = [style.outcome(kind).colour for kind in (LimitKind.EQUILIBRIUM, LimitKind.UNDECIDED)]
    scale = alt.Scale(domain=["stable", "unstable"], range=colours)
    bars = alt.Chart(alt.NamedData("histogram")).mark_rect(stroke=style.background, strokeWidth=0.5)
    return alt.layer(
        layers.frame(across, up),
        bars.encode(
            across, up, alt.X2("x2:Q"), alt.Y2("zero:Q"), color=alt.Color("reach:N", scale=scale, legend=None)
        ),
        layers.theory_rule("floor", style, across=across),
        layers.chosen_rule("_chosen", style, across=across),
        layers.on_picture("floor", across, up, style, align="left", dx=6),
        layers.on_picture("_chosen", across, up, style, align="left", dx=6),
    )


def _rescalings_describe(pair: tuple[Rescalings, Study]) -> str:
    rescalings, study = pair
    return (
        f"{len(rescalings.sharpness)} random rescalings of the balanced optimum (same cost, seed "
        f"{study.params.seed}): λ_max from {rescalings.sharpness[0]:.4g} up, never below the floor "
        f"{rescalings.floor:.4g} (last bar: and above). {rescalings.stable_share:.1%} lie below "
        f"2/δ = {rescalings.critical:.4g}; only those can be reached at δ = {study.params.step_size:g}."
    )


RESCALINGS = Figure(
    name="rescalings",
    title="Random rescalings of one optimum",
    data=_rescalings_data,
    draw=_rescalings_draw,
    describe=_rescalings_describe,
    height=HEIGHT,
)
