"""Theorem 4 on one run: ‖x‖‖f̂(x)‖ against its bound, and where the bound's looseness comes from."""

import numpy as np

from pages.charts.kit.drawing import Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import NO_AXIS
from pages.charts.relu_oscillation.outcomes import nowhere_active, over_what
from pages.charts.relu_oscillation.parity import COLOURS, PARITIES
from pages.charts.relu_oscillation.training import loss_name
from stepsize_core.paper import relu_oscillation
from stepsize_core.paper.relu_oscillation import AT_REST, Outcome, Study
from stepsize_core.paper.relu_oscillation.functions import bound_chain

DECADES = 5  # shown below the bound or the largest output, whichever is higher
ALIKE, AWAY = 1.1, 1.7  # factors: of largest values with one name, and from them to it
TIGHT = 3.0  # a bound within this factor says something about the run
STEPS_OF_CHAIN = ("max ‖x‖‖f̂(x)‖", "λ_max/(4c)", "1/(2cδ)")


@figure("Theorem 4: what a converged network may compute", height=340)
def OUTPUTS(study: Study, draw: Drawing) -> str:
    x, bound, output, c = study.grid, study.bound, study.output, study.objective.loss_scale
    steps, products = _products(study)
    high = max(bound, products.max())
    low = high / 10.0**DECADES

    draw.axes("input x", "‖x‖‖f̂(x)‖", log="y", frame={"x": x[[0, -1]], "y": [low, 3.0 * high]}, whole=True)
    draw.hline("bound", {"y": bound})
    for i, (parity, width) in enumerate(zip(PARITIES, (3.4, 1.6))):
        own = steps % 2 == i
        j, place = np.nonzero(products[own] > low)
        rows = {"x": x[place], "y": products[own][j, place], "k": steps[own][j]}
        nowhere = {"x": x[0], "y": low, "k": steps[0]}
        look = {"look": COLOURS[parity], "strokeJoin": "round"}
        draw.curve(parity, rows, width=width, by="k", empty=nowhere, **look)
    for name, table in _names(study, products, steps, high).items():
        draw.name(name, table, look=COLOURS[name.removeprefix("_name_")], align="right", dx=-4, dy=4)
    text = f"1/(2cδ) = {bound:.4g}, c = {c:g} for the loss {relu_oscillation.loss_name(c)}"
    draw.label("_name", {"x": x[0], "y": bound, "text": text}, dx=4, dy=-8)

    if study.escape:
        return f"The theorem speaks of runs that converge; this one escapes at step {study.escape:,}."
    draw.blank = study.outcome is Outcome.DEAD
    if draw.blank:
        return f"Every unit is dead, {nowhere_active(study)}: f̂ is 0 there and the bound says nothing."
    largest = f"the largest ‖x_i‖‖f̂(x_i)‖ {over_what(study)} is {output:.4g}, the bound {bound:.4g}"
    largest += study.units.words
    if study.outcome not in AT_REST:
        return f"The theorem speaks of runs that converge, and this one has not; {largest}."
    if not output:
        return f"The network computes 0 at every input but 0: the bound {bound:.4g} says nothing here."
    word = "it bites" if bound <= TIGHT * output else "it holds and says little"
    word = word if output <= bound else "it is exceeded"
    return f"{largest[0].upper()}{largest[1:]}: a factor of {bound / output:.4g}, {word}."


def _products(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """‖x‖‖f̂(x)‖ of each function of the limit, with its step; else the largest of the odd and of the even."""
    steps = study.last_steps[-max(2, study.limit.period) :] if study.limit.period else study.last_steps
    products = np.abs(study.grid) * np.abs(study.last_functions[-len(steps) :])
    if study.limit.period:
        return steps, products
    return steps[-2:], np.array([products[steps % 2 == k % 2].max(axis=0) for k in steps[-2:]])


def _names(study: Study, products: np.ndarray, steps: np.ndarray, high: float) -> dict[str, Table]:
    """The names of the odd and the even functions, above and below where they are largest."""
    x = study.grid
    largest = {parity: products[steps % 2 == i] for i, parity in enumerate(PARITIES)}
    tops = {parity: rows.max() for parity, rows in largest.items()}
    upper = max(tops, key=tops.get)
    alike = max(tops.values()) <= ALIKE * min(tops.values())
    tables = {}
    for parity, rows in largest.items():
        factor = AWAY if parity == upper or alike else 1.0 / AWAY
        place = int(np.unravel_index(rows.argmax(), rows.shape)[1])
        text = parity if not alike else "odd and even" if parity == upper else ""
        height = max(tops[parity], high / 10.0**DECADES) * factor
        text = text if tops[parity] else ""
        tables[f"_name_{parity}"] = {"x": x[place], "y": height, "text": text}
    return tables


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

    draw.blank = not chain.output
    if draw.blank:
        return f"f̂ is 0 at every input but 0: there is nothing to compare with the bound {chain.bound:.4g}."
    loss = f"(loss {loss_name(study)}, c = {c:g})"
    numbers = f"λ_max/(4c) = {chain.curvature:.4g}, the bound {chain.bound:.4g} {loss}"
    if study.outcome not in AT_REST:
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
