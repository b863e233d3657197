"""Example 3: the approach to 0, slower than any geometric rate."""

from __future__ import annotations

import altair as alt

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import FINE_DASH, Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper.initialization_dependence import Study

ESCAPED = 3.0  # thresholds; the picture ends there
LABEL_WIDTH = 34  # of the axis labels, so that pictures above each other share their left edge


def _decay_data(study: Study) -> dict:
    k, limit_law = study.decay_steps, study.decay_limit
    seen = (study.decay > 0) & (study.decay <= ESCAPED * study.radius)
    follows = study.limit.kind is LimitKind.EQUILIBRIUM and study.params.start != 0.0
    law = study.decay_law if follows else limit_law
    middle = [6 * len(k) // 10]
    return {
        "decay": {"k": k[seen], "modulus": study.decay[seen]},
        "law": {"k": k, "modulus": law},
        "limit_law": {"k": k, "modulus": limit_law},
        "_labels": {
            "k": k[middle],
            "modulus": limit_law[middle],
            "text": [f"slope −1/{study.params.power - 2}"],
        },
        "_frame": {"k": k[[0, -1]], "modulus": [study.radius, study.radius]},
    }


def _decay_draw(style: Style):
    across = layers.x("k", "step k", log=True)
    up = layers.y("modulus", "|x[k]|", log=True, minExtent=LABEL_WIDTH, tickCount=4)
    return alt.layer(
        layers.frame(across, up),
        layers.curve("limit_law", across, up, style.theory, width=1.2, dash=FINE_DASH),
        layers.curve("decay", across, up, style.measured),
        layers.theory_curve("law", across, up, style),
        layers.label("_labels", across, up, style.theory, align="right", dx=-4, dy=12),
    )


def _decay_describe(study: Study) -> str:
    power = study.params.power
    if study.params.start == 0.0:
        return (
            "This run starts at the minimum and stays there; every other inside the threshold creeps to it."
        )
    if study.limit.kind is not LimitKind.EQUILIBRIUM:
        law = f"(L(L−2)δk)^(−1/{power - 2})"
        return f"This run does not approach 0. Dashed: {law}, which every run that does comes to follow."
    return (
        f"|x[k]| = {study.decay[-1]:.4g} after {study.decay_steps[-1]} steps. Dashed: "
        f"(|x[0]|^(−{power - 2}) + L(L−2)δk)^(−1/{power - 2}) = {study.decay_law[-1]:.4g}; dotted, "
        f"its limit: a straight line on these axes, slower than any geometric rate."
    )


DECAY = Figure(
    name="decay",
    title="The approach to 0",
    data=_decay_data,
    draw=_decay_draw,
    describe=_decay_describe,
    height=200,
)
