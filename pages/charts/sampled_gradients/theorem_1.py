"""Theorem 1 and Corollary 1 in mean square, at random optima of deeper networks."""

import numpy as np

from pages.charts.kit.calls import Call, call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.sampled_gradients.ends import series
from stepsize_core.paper import sampled_gradients as phenomenon
from stepsize_core.paper.sampled_gradients import DEPTHS, Optima, Study

SUMS = 1.6, 200.0  # T that is drawn
ROOM, ROUNDING = 1.3, 1e-9
SYMBOLS = "circle", "triangle-up"
LAYERS = "two", "three"


def _optima_of(study: Study) -> tuple[Call, ...]:
    return (call(phenomenon.optima, study.batch_size, study.params.seed),)


@figure("Theorem 1 in mean square", height=380, also=_optima_of)
def THEOREM_1(study: Study, found: Optima, draw: Drawing) -> str:
    delta, along = study.params.step_size, np.geomspace(*SUMS, 61)
    bound = 2.0 / (found.factor * along)
    ends = float(bound[-1]) / ROOM**2, ROOM * float(bound[0])
    frame = {"T": SUMS, "step_size": ends}
    draw.axes("T of Theorem 1 at the optimum", "step size δ", log="xy", frame=frame, whole=True)
    draw.curve("bound", {"T": along, "step_size": bound}, look="theory")
    inside = ends[0] <= delta <= ends[1]
    none = {"T": SUMS[0], "step_size": ends[0]}
    chosen = {"T": [SUMS[1]] * inside, "step_size": [delta] * inside, "text": [f"δ = {delta:g}"] * inside}
    draw.hline("_chosen", chosen, look="chosen", empty=none)
    draw.name("_chosen", look="chosen", align="right", dx=-4, dy=-8)
    said = []
    for depth, symbol, word, i in zip(DEPTHS, SYMBOLS, LAYERS, range(len(DEPTHS))):
        of = (found.depths == depth) & (found.sums <= SUMS[1]) & (found.exact >= ends[0])
        table = {"T": found.sums[of], "step_size": found.exact[of]}
        table |= {"share_of_bound": (found.exact / found.bounds)[of], "stable": delta < found.exact[of]}
        draw.points(f"layers_{depth}", table, look=series(i), size=40, shape=symbol, empty=none | {
            "share_of_bound": 0.0, "stable": False})  # fmt: skip
        at = {"T": (2.0, 12.0)[i], "step_size": 1.5 * ends[0], "text": f"{word} layers"}
        draw.points(f"_layers_{depth}", at, look=series(i), size=40, shape=symbol)
        draw.name(f"_layers_{depth}", look=series(i), align="left", dx=8)
        said.append(f"{int(table['stable'].sum())} of {int(of.sum())} with {word} layers")
    corollary = {"T": found.least, "step_size": 2.0 / (found.factor * found.least)}
    corollary["text"] = [f"Corollary 1, L = {depth}" for depth in DEPTHS]
    draw.points("corollary", corollary, look="theory", size=110, filled=False)
    draw.name("corollary", look="theory", align="left", dx=10, dy=-8)
    at, above = corollary["step_size"], int((found.exact > found.bounds * (1.0 + ROUNDING)).sum())
    return (
        f"Random optima with ρ = 1, unequal layers, batches of {study.batch_size} Gaussian inputs: "
        f"{above or 'none'} of {len(found.exact)} above the dashed bound 2/((1 + 2p)T). At δ = {delta:g}, "
        f"{' and '.join(said)} are stable in mean square. Rings: Corollary 1 in mean square, δ = {at[0]:.4g} "
        f"and {at[1]:.4g}."
    )
