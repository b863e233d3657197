"""The threshold of Example 3: how runs leave it, and how it depends on the power."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from stepsize_core.paper.initialization_dependence import Study

DEPARTURE_STEPS = 30  # a run is far from the threshold long before
FARTHEST = 10.0  # thresholds; beyond, a run is on its way to infinity


def _departure_data(study: Study) -> dict:
    k, first = np.arange(len(study.departure)), slice(None, DEPARTURE_STEPS + 1)
    seen = (
        np.isfinite(study.departure[first])
        & (study.departure[first] > 0)
        & (study.departure[first] < FARTHEST)
    )
    law = (study.departure_law[first] > 0) & (study.departure_law[first] <= 1.0)
    return {
        "departure": {"k": k[first][seen], "departure": study.departure[first][seen]},
        "law": {"k": k[first][law], "departure": study.departure_law[first][law]},
        "_frame": {"k": [0, k[first][-1]], "departure": [1.0, 1.0]},
    }


def _departure_draw(style: Style):
    across = layers.x("k", "step k")
    up = layers.y("departure", "| |x[k]| − threshold | / threshold", log=True)
    return alt.layer(
        layers.frame(across, up),
        layers.up_to_step(layers.curve("departure", across, up, style.measured, width=1.2)),
        layers.up_to_step(layers.points("departure", across, up, style.measured)),
        layers.theory_curve("law", across, up, style),
    ).add_params(layers.playback())


def _departure_describe(study: Study) -> str:
    factor = 2 * study.params.power - 3
    if study.departure[0] == 0.0:
        return (
            f"This start lies on the threshold to the last bit; any other leaves it {factor}-fold per step."
        )
    return (
        f"Dashed: close to the threshold the distance grows {factor}-fold per step, by the modulus of the "
        f"multiplier 3 − 2L. This start begins {study.departure[0]:.3g} of the threshold away."
    )


DEPARTURE = Figure(
    name="departure",
    title="Leaving the threshold",
    data=_departure_data,
    draw=_departure_draw,
    describe=_departure_describe,
    height=270,
    steps=True,
)


def _radius_data(study: Study) -> dict:
    half = (study.powers[1] - study.powers[0]) / 2.0
    return {
        "radius": {"power": study.powers, "radius": study.radii},
        "measured": {"power": [study.params.power], "radius": [study.measured_radius]},
        "_chosen": {
            "power": [study.params.power],
            "radius": [study.radius],
            "text": [f"L = {study.params.power}: {study.radius:.4g}"],
        },
        "_one": {"radius": [1.0]},
        "_frame": {
            "power": [study.powers[0] - half, study.powers[-1] + half],
            "radius": [0.0, 1.1 * max(1.0, study.radii.max())],
        },
        "_columns": {"x": study.powers - half, "x2": study.powers + half, "power": study.powers},
    }


def _radius_draw(style: Style):
    across, up = layers.x("power", "power L"), layers.y("radius", "threshold |x[0]|")
    return alt.layer(
        layers.frame(across, up),
        layers.faint_rule("_one", style, up=up),
        layers.theory_curve("radius", across, up, style),
        layers.points("radius", across, up, style.theory, size=26),
        layers.chosen_rule("_chosen", style, across=across),
        layers.points("measured", across, up, style.measured, size=70),
        layers.on_picture("_chosen", across, up, style, align="left", dx=8, dy=-10),
        layers.clickable_columns("_columns", layers.x("x", "power L"), "power", "click: L"),
    )


def _radius_describe(study: Study) -> str:
    (first, last), (low, high) = study.radii[[0, -1]], study.powers[[0, -1]]
    return (
        f"(2/(Lδ))^(1/(L−2)) at δ = {study.params.step_size:g}: from {first:.4g} for L = {low} to {last:.4g} "
        f"for L = {high}. The disc, {study.measured_radius:.6g}, was found by bisection over runs. Click: L."
    )


RADIUS = Figure(
    name="radius",
    title="The threshold against the power",
    data=_radius_data,
    draw=_radius_draw,
    describe=_radius_describe,
    height=270,
    picks=("power",),
)
