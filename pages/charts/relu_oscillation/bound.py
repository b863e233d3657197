"""Theorem 4 on one run: ‖x‖‖f̂(x)‖ against its bound, and where the bound's looseness comes from."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.relu_oscillation.overlay import PARITIES, colour_of
from pages.charts.relu_oscillation.training import loss_name
from stepsize_core.limits import LimitKind
from stepsize_core.paper.relu_oscillation import Study
from stepsize_core.paper.relu_oscillation.functions import BoundChain, bound_chain

DECADES = 5  # shown below the bound or the largest output, whichever is higher
TIGHT = 3.0  # a bound within this factor says something about the run
STEPS_OF_CHAIN = ("max ‖x‖‖f̂(x)‖", "λ_max/(4c)", "1/(2cδ)")


def _chain(study: Study) -> BoundChain:
    sharpness = 2.0 / study.params.step_size - study.margins[-1].min()
    return bound_chain(study.output, sharpness, study.bound, study.objective.loss_scale)


def _outputs_data(study: Study) -> dict:
    products = np.abs(study.grid) * np.abs(study.last_functions[-2:])
    high = max(study.bound, products.max())
    low = high / 10.0**DECADES
    tables = {}
    for step, values in zip(study.last_steps[-2:], products):
        keep = values > low
        rows = {"x": study.grid[keep], "y": values[keep]}
        tables[PARITIES[step % 2]] = layers.or_hidden(rows, x=study.grid[0], y=low)
    c = study.objective.loss_scale
    text = f"1/(2cδ) = {study.bound:.4g}, c = {c:g} for the loss {loss_name(study)}"
    return tables | {
        "bound": {"y": [study.bound]},
        "_name": {"x": [study.grid[0]], "y": [study.bound], "text": [text]},
        "_frame": {"x": [study.grid[0], study.grid[-1]], "y": [low, 3.0 * high]},
    }


def _outputs_draw(style: Style):
    across, up = layers.x(title="input x"), layers.y(title="‖x‖‖f̂(x)‖", log=True)
    curves = [
        layers.unless_hidden(layers.curve(parity, across, up, colour_of(parity, style), width=width))
        for parity, width in zip(PARITIES, (3.4, 1.6))
    ]
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("bound", style, up=up),
        *curves,
        layers.label("_name", across, up, style.theory, dx=4, dy=-8),
    )


def _outputs_describe(study: Study) -> str:
    loose = study.bound / study.output if study.output else np.inf
    if study.limit.kind is not LimitKind.EQUILIBRIUM:
        return (
            f"The theorem speaks of runs that converge, and this one has not; its largest ‖x_i‖‖f̂(x_i)‖ is "
            f"{study.output:.4g}, the bound {study.bound:.4g}."
        )
    if not study.output:
        return f"The network computes 0 at every input: the bound {study.bound:.4g} says nothing here."
    word = "it bites" if loose <= TIGHT else "it holds and says little"
    return (
        f"The largest ‖x_i‖‖f̂(x_i)‖ is {study.output:.4g}, the bound {study.bound:.4g}: a factor of "
        f"{loose:.4g}, {word}."
    )


OUTPUTS = Figure(
    name="outputs",
    title="Theorem 4: what a converged network may compute",
    data=_outputs_data,
    draw=_outputs_draw,
    describe=_outputs_describe,
    height=340,
)


def _chain_data(study: Study) -> dict:
    chain = _chain(study)
    values = np.array([chain.output, chain.curvature, chain.bound])
    shown = np.maximum(values, values.max() / 10.0**DECADES)
    rows = [2.0, 1.0, 0.0]
    texts = [f"{name} = {value:.4g}" for name, value in zip(STEPS_OF_CHAIN, values)]
    return {
        "chain": {"x": shown, "y": rows, "value": values, "text": texts},
        "bound": {"x": [shown[2]]},
        "_frame": {"x": [shown.min() / 1.6, shown.max() * 1.6], "y": [-0.6, 2.6]},
        "_names": {"x": np.full(3, shown.min()), "y": np.array(rows) + 0.28, "text": texts},
        "_start": {"x": np.full(3, shown.min() / 1.6), "x2": shown, "y": rows},
    }


def _chain_draw(style: Style):
    across = layers.x(title="dimension of input times output", log=True)
    up = layers.y(title=None, **layers.NO_AXIS)
    stems = alt.Chart(alt.NamedData("_start")).mark_rule(color=style.measured, strokeWidth=2, opacity=0.5)
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("bound", style, across=across),
        stems.encode(across, up, alt.X2("x2:Q")),
        layers.points("chain", across, up, style.measured, size=90),
        layers.on_picture("_names", across, up, style, align="left"),
    )


def _chain_describe(study: Study) -> str:
    chain, n = _chain(study), len(study.objective.inputs)
    if not chain.output or study.limit.kind is not LimitKind.EQUILIBRIUM:
        return (
            f"For a converged run each is at most the next; this run ({study.outcome}) has λ_max/(4c) = "
            f"{chain.curvature:.4g} and the bound {chain.bound:.4g}."
        )
    own, left = chain.curvature / chain.output, chain.bound / chain.curvature
    return (
        f"Each is at most the next. A factor of {own:.3g} is lost because λ_max adds up all N = {n:,} "
        f"points, one of {left:.3g} because the run rests below 2/δ."
    )


CHAIN = Figure(
    name="looseness",
    title="Where Theorem 4 is loose",
    data=_chain_data,
    draw=_chain_draw,
    describe=_chain_describe,
    height=340,
)
