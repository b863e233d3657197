"""The 2-cycle of Figure 2 under heavy ball."""

import altair as alt
import numpy as np

from pages.charts.kit.calls import call
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from stepsize_core.paper import momentum as phenomenon
from stepsize_core.paper.momentum import CycleOfFigure2, Study

TOP = 1.85  # of the moduli that are drawn
NEUTRAL = 1e-3  # so near 1 the cycle, one of a family, is neutral


@figure("Figure 2’s oscillation under heavy ball", height=300, also=(
    call(phenomenon.figure_2_with_momentum, label="Training Figure 2’s network …"),))  # fmt: skip
def FIGURE_2(study: Study, found: CycleOfFigure2, draw: Drawing) -> str:
    beta, radii = found.momenta, found.radii
    frame = {"beta": [0.0, float(beta[-1])], "radius": [0.9, TOP]}
    draw.axes("momentum β, at the same effective step", "largest |multiplier|", frame=frame, whole=True)
    draw.hline("_one", {"radius": 1.0}, look="muted")
    draw.curve("radii", {"beta": beta, "radius": radii}, width=2.0)
    draw.points("radii", size=40)
    chosen = min(study.params.beta, float(beta[-1]))
    draw.vline("_chosen", {"beta": chosen}, look="chosen")
    written = {"beta": chosen, "radius": TOP, "text": f"β = {study.params.beta:g}"}
    draw.name("_chosen_name", written, look="chosen", dx=alt.ExprRef("datum.beta > 0.8 ? -32 : 32"), dy=10)
    name = {"beta": 0.0, "radius": 1.0, "text": "above 1: runs beside it leave"}
    draw.name("_word", name, look="muted", align="left", dx=6, dy=-9)
    neutral = np.flatnonzero(radii <= 1.0 + NEUTRAL)
    last = int(neutral[-1]) if len(neutral) else 0
    after = min(last + 1, len(beta) - 1)
    near = int(np.argmin(np.abs(beta - study.params.beta)))
    return (
        f"The 2-cycle of Figure 2 is one of heavy ball at every β. Its largest multiplier has the modulus "
        f"{radii[last]:.5g} at β = {beta[last]:g}, {radii[after]:.5g} at β = {beta[after]:g} and "
        f"{radii[-1]:.3g} at β = {beta[-1]:g}: with much momentum the cycle is unstable. At the "
        f"value nearest to the chosen β, {beta[near]:g}: {radii[near]:.5g}."
    )
