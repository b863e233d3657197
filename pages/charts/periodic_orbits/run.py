"""Pictures of Example 1: the 2-cycle ±δ²/4 of gradient descent on f₁(x) = ⅔|x|^{3/2}."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.dragged import Dragged
from pages.charts.kit.figure import Figure
from pages.charts.kit.gallery import Source, call
from pages.charts.kit.style import Style
from pages.charts.periodic_orbits.exceptional_starts import APPROACH, EXCEPTIONAL_SET
from pages.charts.scalar.cobweb import staircase
from stepsize_core.limits import LimitKind
from stepsize_core.paper import periodic_orbits as phenomenon
from stepsize_core.paper.periodic_orbits import AmplitudeLaw, Study

CURVE_POINTS = 241


def headline(study: Study) -> str:
    """The page's sentence: what this run did."""
    delta, amplitude = study.params.step_size, study.amplitude
    if study.limit.kind is LimitKind.EQUILIBRIUM:
        return f"From x[0] = {study.start:.6g}, a start on S, the run with δ = {delta:g} lands exactly on 0."
    return (
        f"With δ = {delta:g} the run ends in {study.limit.sentence}; "
        f"the paper says ±δ²/4 = ±{amplitude:.6g}, and 0 is never reached."
    )


# The cobweb


def _cobweb_data(study: Study) -> dict:
    reach = 1.08 * max(np.abs(study.states).max(), 2.5 * study.amplitude)
    x = np.linspace(-reach, reach, CURVE_POINTS)
    a = study.amplitude
    return {
        "map": {"x": x, "y": x - study.params.step_size * study.objective.gradient(x)},
        "staircase": staircase(study.states),
        "cycle": {"vertex": np.arange(5), "x": [a, a, -a, -a, a], "y": [a, -a, -a, a, a]},
        "_identity": {"x": [-reach, reach], "y": [-reach, reach]},
        "_labels": {"x": [a], "y": [-a], "text": ["predicted 2-cycle"]},
    }


def _cobweb_draw(style: Style):
    across, up = layers.x(title="x[k]"), layers.y(title="x[k+1]")
    cycle = layers.theory_curve("cycle", across, up, style, order="vertex")
    name = layers.label("_labels", across, up, style.theory, dx=6, dy=10)
    return alt.layer(layers.cobweb(across, up, style), cycle, name).add_params(layers.playback())


def _cobweb_describe(study: Study) -> str:
    steps = len(study.states) - 1
    return (
        f"{steps} steps of x − δf₁′(x) at δ = {study.params.step_size:g} from {study.start:.4g}. It ends in "
        f"{study.limit.sentence}. Dashed, the predicted square between ±{study.amplitude:.4g}."
    )


COBWEB = Figure("cobweb", "Cobweb", _cobweb_data, _cobweb_draw, _cobweb_describe, height=432, steps=True)


# The iterates


def _iterates_data(study: Study) -> dict:
    k, a = np.arange(len(study.states)), study.amplitude
    top = 1.15 * max(np.abs(study.states).max(), a)
    return {
        "iterates": {"k": k, "x": study.states, "modulus": np.abs(study.states)},
        "predicted": {"x": [a, -a]},
        "_labels": {"k": [k[-1]] * 2, "x": [a, -a], "text": [f"+{a:.4g}", f"−{a:.4g}"]},
        "_frame": {"k": [0, 1.16 * k[-1]], "x": [-top, top]},
    }


def _iterates_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("x", "x[k] ●   |x[k]| ○")
    modulus = layers.y("modulus", "x[k] ●   |x[k]| ○")
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("predicted", style, up=up),
        layers.up_to_step(layers.curve("iterates", across, up, style.measured, width=1.2)),
        layers.up_to_step(layers.points("iterates", across, modulus, style.series[1], size=46, filled=False)),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=22)),
        layers.label("_labels", across, up, style.theory, dx=8, dy=-8),
    ).add_params(layers.playback())


def _iterates_describe(study: Study) -> str:
    tail = np.abs(study.states[-2:])
    return (
        f"{len(study.states) - 1} steps from x[0] = {study.start:.4g}. The last two |x[k]| are "
        f"{tail[0]:.4g} and {tail[1]:.4g}; the prediction is {study.amplitude:.4g}."
    )


ITERATES = Figure(
    "iterates", "Iterates", _iterates_data, _iterates_draw, _iterates_describe, 212,
    steps=True, compare="iterates",
)  # fmt: skip


# Amplitude against step size


def _law_data(pair: tuple[AmplitudeLaw, Study]) -> dict:
    law, study = pair
    edges = np.sqrt(law.step_sizes[1:] * law.step_sizes[:-1])
    edges = np.concatenate([law.step_sizes[:1], edges, law.step_sizes[-1:]])
    delta = study.params.step_size
    return {
        "law": {"step_size": law.step_sizes, "predicted": law.predicted, "measured": law.measured},
        "_chosen": {"step_size": [delta], "predicted": [study.amplitude], "text": [f"δ = {delta:g}"]},
        "_columns": {"x": edges[:-1], "x2": edges[1:], "step_size": _three_digits(law.step_sizes)},
    }


def _law_draw(style: Style):
    across = layers.x("step_size", "step size δ", log=True)
    predicted = layers.y("predicted", "amplitude", log=True)
    measured = layers.y("measured", "amplitude", log=True)
    return alt.layer(
        layers.theory_curve("law", across, predicted, style),
        layers.points("law", across, measured, style.measured, size=20),
        layers.chosen_rule("_chosen", style, across=across),
        layers.points("_chosen", across, predicted, style.chosen, size=70, filled=False),
        layers.label("_chosen", across, predicted, style.chosen, dx=8, dy=14),
        layers.clickable_columns("_columns", layers.x("x", "step size δ", log=True), "step_size", "click: δ"),
    )


def _law_describe(pair: tuple[AmplitudeLaw, Study]) -> str:
    law, study = pair
    worst = np.max(np.abs(law.measured / law.predicted - 1.0))
    return (
        f"{len(law.step_sizes)} runs lie on the law δ²/4 within {worst:.0e} relative. "
        f"Chosen: δ = {study.params.step_size:g}, δ²/4 = {study.amplitude:.4g}. Click to choose another δ."
    )


def _three_digits(values: np.ndarray) -> list[float]:
    return [float(f"{value:.3g}") for value in values]


AMPLITUDE = Figure(
    "amplitude", "Amplitude against step size", _law_data, _law_draw, _law_describe, 212, picks=("step_size",)
)


# The function and its loss


def _landscape_data(study: Study) -> dict:
    reach = 1.08 * max(np.abs(study.states).max(), 2.5 * study.amplitude)
    x, a = np.linspace(-reach, reach, CURVE_POINTS), study.amplitude
    return {
        "function": {"x": x, "f": study.objective.value(x)},
        "iterates": {"k": np.arange(len(study.states)), "x": study.states, "f": study.losses},
        "cycle": {"x": [-a, a], "f": study.objective.value(np.array([-a, a])), "text": ["−δ²/4", "+δ²/4"]},
    }


def _landscape_draw(style: Style):
    across, up = layers.x(title="x"), layers.y("f", "f₁(x)")
    return alt.layer(
        layers.curve("function", across, up, style.ink),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=36)),
        layers.points("cycle", across, up, style.theory, size=130, filled=False),
        layers.label("cycle", across, up, style.theory, align="center", dx=0, dy=-18),
    ).add_params(layers.playback())


def _landscape_describe(study: Study) -> str:
    return (
        f"f₁(x) = ⅔|x|^(3/2) with the iterates on it, from height {study.losses[0]:.4g} to "
        f"{study.losses[-1]:.4g}; the minimum is 0. Rings mark ±δ²/4 = ±{study.amplitude:.4g}."
    )


LANDSCAPE = Figure(
    "landscape", "The function", _landscape_data, _landscape_draw, _landscape_describe, steps=True
)


def _loss_data(study: Study) -> dict:
    positive = study.losses > 0
    k = np.arange(len(study.losses))
    level = study.loss_level
    return {
        "losses": {"k": k[positive], "loss": study.losses[positive]},
        "predicted": {"loss": [level]},
        "_labels": {"k": [k[-1]], "loss": [level], "text": [f"δ³/12 = {level:.4g}"]},
    }


def _loss_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("loss", "f₁(x[k])", log=True)
    return alt.layer(
        layers.theory_rule("predicted", style, up=up),
        layers.up_to_step(layers.curve("losses", across, up, style.measured)),
        layers.up_to_step(layers.points("losses", across, up, style.measured, size=18)),
        layers.label("_labels", across, up, style.theory, align="right", dx=-2, dy=-14),
    ).add_params(layers.playback())


def _loss_describe(study: Study) -> str:
    zero = int(np.count_nonzero(study.losses == 0))
    if zero:
        return f"The loss is exactly 0 at {zero} of {len(study.losses)} states: the minimum."
    return (
        f"From {study.losses[0]:.4g} to {study.losses[-1]:.4g} in {len(study.losses) - 1} steps; "
        f"the loss converges to δ³/12 = {study.loss_level:.4g}, not to 0."
    )


LOSS = Figure(
    "loss", "Loss against step", _loss_data, _loss_draw, _loss_describe, steps=True, compare="losses"
)


def dragged(study: Study) -> Dragged:
    """What the browser needs to draw this run at another δ."""
    params = study.params
    facts = {"start": params.start, "exceptional": params.exceptional, "n_steps": params.n_steps}
    return Dragged("periodicOrbits", params, facts | {"curve_points": CURVE_POINTS})


FIGURES = (COBWEB, ITERATES, AMPLITUDE, LANDSCAPE, LOSS, EXCEPTIONAL_SET, APPROACH)


def gallery(study: Study) -> dict[Figure, Source]:
    """What each picture of this study shows."""
    run = call(phenomenon.study, study.params)
    return dict.fromkeys(FIGURES, run) | {AMPLITUDE: (call(phenomenon.amplitude_law), run)}
