"""The threshold of Example 3: how runs leave it, and how it depends on the power."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from stepsize_core.paper.initialization_dependence import Study

DEPARTURE_STEPS = 30  # a run is far from the threshold long before
FARTHEST = 10.0  # thresholds; beyond, a run is on its way to infinity


@figure("Leaving the threshold", height=270)
def DEPARTURE(study: Study, draw: Drawing) -> str:
    departure, law = (values[: DEPARTURE_STEPS + 1] for values in (study.departure, study.departure_law))
    k, factor = np.arange(len(departure)), 2 * study.params.power - 3
    seen, foreseen = (departure > 0) & (departure < FARTHEST), (law > 0) & (law <= 1.0)
    frame = {"k": [0, k[-1]], "departure": [1.0, 1.0]}
    draw.axes("step k", "| |x[k]| − threshold | / threshold", log="y", frame=frame)
    draw.curve("departure", {"k": k[seen], "departure": departure[seen]}, width=1.2, play=True)
    draw.points("departure", play=True)
    draw.curve("law", {"k": k[foreseen], "departure": law[foreseen]}, look="theory")
    if departure[0] == 0.0:
        return (
            f"This start lies on the threshold to the last bit; any other leaves it {factor}-fold per step."
        )
    dashed = "Dashed: close" if foreseen.any() else "Close"
    return (
        f"{dashed} to the threshold the distance grows {factor}-fold per step, by the modulus of the "
        f"multiplier 3 − 2L. This start begins {departure[0]:.3g} thresholds away."
    )


@figure("The threshold against the power", height=270, picks=("power",))
def RADIUS(study: Study, draw: Drawing) -> str:
    powers, radii, power, radius = study.powers, study.radii, study.params.power, study.radius
    half = (powers[1] - powers[0]) / 2.0
    ends, top = [powers[0] - half, powers[-1] + half], 1.1 * max(1.0, radii.max())
    draw.axes("power L", "threshold |x[0]|", frame={"power": ends, "radius": [0.0, top]})
    draw.hline("_one", {"radius": 1.0}, look="muted")
    draw.curve("radius", {"power": powers, "radius": radii}, look="theory")
    draw.points("radius", look="theory", size=26)
    chosen = {"power": power, "radius": radius, "text": f"L = {power}: {radius:.4g}"}
    draw.vline("_chosen", chosen, look="chosen")
    draw.points("measured", {"power": power, "radius": study.measured_radius}, size=70)
    draw.name("_chosen", align="left", dx=8, dy=-10)
    draw.click({"x": powers - half, "x2": powers + half, "power": powers}, "click: L")
    (first, last), (low, high) = radii[[0, -1]], powers[[0, -1]]
    return (
        f"(2/(Lδ))^(1/(L−2)) at δ = {study.params.step_size:g}: from {first:.4g} for L = {low} to {last:.4g} "
        f"for L = {high}. The disc, {study.measured_radius:.6g}, was found by bisection over runs. Click: L."
    )
