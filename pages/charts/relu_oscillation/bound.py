"""Theorem 4 on one run: ‖x‖‖f̂(x)‖ against its bound, and where the bound's looseness comes from."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import NO_AXIS
from pages.charts.relu_oscillation.outcomes import nowhere_active, over_what
from pages.charts.relu_oscillation.parity import COLOURS, PARITIES, by_parity
from pages.charts.relu_oscillation.training import loss_name
from stepsize_core.paper.relu_oscillation import AT_REST, Outcome, Study
from stepsize_core.paper.relu_oscillation.functions import bound_chain

DECADES = 5  # shown below the bound or the largest output, whichever is higher
TIGHT = 3.0  # a bound within this factor says something about the run
STEPS_OF_CHAIN = ("max ‖x‖‖f̂(x)‖", "λ_max/(4c)", "1/(2cδ)")


@figure("Theorem 4: what a converged network may compute", height=340)
def OUTPUTS(study: Study, draw: Drawing) -> str:
    x, bound, output, c = study.grid, study.bound, study.output, study.objective.loss_scale
    products = by_parity(study, np.abs(x) * np.abs(study.last_functions[-2:]))
    high = max(bound, *(values.max() for values in products.values()))
    low = high / 10.0**DECADES

    draw.axes("input x", "‖x‖‖f̂(x)‖", log="y", frame={"x": x[[0, -1]], "y": [low, 3.0 * high]})
    draw.hline("bound", {"y": bound})
    for parity, width in zip(PARITIES, (3.4, 1.6)):
        seen = products[parity] > low
        rows = {"x": x[seen], "y": products[parity][seen]}
        draw.curve(parity, rows, look=COLOURS[parity], width=width, empty={"x": x[0], "y": low})
    text = f"1/(2cδ) = {bound:.4g}, c = {c:g} for the loss {loss_name(study)}"
    draw.label("_name", {"x": x[0], "y": bound, "text": text}, dx=4, dy=-8)

    if study.escape:
        return f"The theorem speaks of runs that converge; this one escapes at step {study.escape:,}."
    if study.outcome is Outcome.DEAD:
        return f"Every unit is dead, {nowhere_active(study)}: f̂ is 0 there and the bound says nothing."
    largest = f"the largest ‖x_i‖‖f̂(x_i)‖ {over_what(study)} is {output:.4g}, the bound {bound:.4g}"
    if study.outcome not in AT_REST:
        return f"The theorem speaks of runs that converge, and this one has not; {largest}."
    if not output:
        return f"The network computes 0 at every input but 0: the bound {bound:.4g} says nothing here."
    word = "it bites" if bound <= TIGHT * output else "it holds and says little"
    word = word if output <= bound else "it is exceeded"
    return f"{largest[0].upper()}{largest[1:]}: a factor of {bound / output:.4g}, {word}."


@figure("Where Theorem 4 is loose", name="looseness", height=340)
def CHAIN(study: Study, draw: Drawing) -> str:
    c = study.objective.loss_scale
    chain = bound_chain(study.output, study.sharpest, study.bound, c)
    values = np.array([chain.output, chain.curvature, chain.bound])
    shown = np.maximum(values, values.max() / 10.0**DECADES)
    heights = np.array([2.0, 1.0, 0.0])
    least, left = shown.min(), shown.min() / 1.6
    texts = [f"{name} = {value:.4g}" for name, value in zip(STEPS_OF_CHAIN, values)]

    frame = {"x": [left, shown.max() * 1.6], "y": [-0.6, 2.6]}
    draw.axes("dimension of input times output", None, log="x", y=NO_AXIS, frame=frame)
    draw.vline("bound", {"x": shown[2:]})
    stems = {"xy": ("x", "y"), "x2": "x2", "look": "measured", "strokeWidth": 2, "opacity": 0.5}
    draw.mark("rule", "_start", {"x": left, "x2": shown, "y": heights}, **stems)
    draw.points("chain", {"x": shown, "y": heights, "value": values, "text": texts}, size=90)
    draw.name("_names", {"x": least, "y": heights + 0.28, "text": texts}, align="left")

    loss = f"(loss {loss_name(study)}, c = {c:g})"
    numbers = f"λ_max/(4c) = {chain.curvature:.4g}, the bound {chain.bound:.4g} {loss}"
    if not chain.output or study.outcome not in AT_REST:
        return (
            f"For a converged run each is at most the next; of this one ({study.words}), {over_what(study)}: "
            f"{numbers}."
        )
    own, rest = chain.curvature / chain.output, chain.bound / chain.curvature
    if own < 1.0:
        largest = f"max ‖x‖‖f̂(x)‖ = {chain.output:.4g}"
        return f"With so large a residual λ_max/(4c) can lie below {largest}: {numbers}."
    return (
        f"Each is at most the next. A factor of {own:.3g} is lost because λ_max adds up all N = "
        f"{len(study.objective.inputs):,} points, one of {rest:.3g} because the run rests below 2/δ; "
        f"{numbers}."
    )
