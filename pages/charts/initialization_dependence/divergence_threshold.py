"""The threshold of Example 3: how runs leave it, and how it depends on the power."""

from functools import partial

import numpy as np

from pages.charts.initialization_dependence.algebraic_decay import LABEL_WIDTH
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import DELTA, dragged_course
from stepsize_core.paper.initialization_dependence import Study

DEPARTURE_STEPS = 30  # a run is far from the threshold long before
SETTLED = 12  # steps: of a run that stays longer only so many are sure to be in the picture
FARTHEST = 10.0  # thresholds; beyond, a run is on its way to infinity
POWER = "data('_frame')[0].power"
RADIUS_OF_DRAGGED = f"pow(2 / ({POWER} * toNumber({DELTA})), 1 / ({POWER} - 2))"
DEPARTURE_OF_DRAGGED = partial(dragged_course, of=f"abs(abs({{}}) / {RADIUS_OF_DRAGGED} - 1)")


def leaves(study: Study) -> bool:
    """Whether more of the run than its start is near the threshold."""
    departure = study.departure[: DEPARTURE_STEPS + 1]
    return int(((departure > 0) & (departure < FARTHEST)).sum()) > 1


@figure("Leaving the threshold", height=182)
def DEPARTURE(study: Study, draw: Drawing) -> str:
    departure, law = (values[: DEPARTURE_STEPS + 1] for values in (study.departure, study.departure_law))
    factor = 2 * study.params.power - 3
    seen = np.flatnonzero((departure > 0) & (departure < FARTHEST))
    foreseen = np.flatnonzero((law > 0) & (law <= 1.0))
    shown = np.concatenate([departure[seen], [1.0]])
    last = max([2, *np.minimum(seen, SETTLED), *foreseen])
    ends = {"k": [0, last], "departure": [0.5 * shown.min(), 2.0 * shown.max()]}
    axis = {"minExtent": LABEL_WIDTH, "tickCount": 4}
    frame = ends | {"power": study.params.power}
    draw.axes("step k", "| |x[k]| − r | / r", x={"tickMinStep": 1}, y=axis, log="y", frame=frame, whole=True)
    none = {"k": 0, "departure": 1.0}
    draw.curve("law", {"k": foreseen, "departure": law[foreseen]}, look="theory", drag=True, dragged=None,
               empty=none)  # fmt: skip
    seen = seen[seen <= last]
    course = {"k": seen, "departure": departure[seen]}
    draw.run("departure", course, by_points=True, dragged=DEPARTURE_OF_DRAGGED, empty=none)
    end = foreseen[-1:]
    name = {"k": end, "departure": law[end], "text": [f"× {factor} a step"] * len(end)}
    draw.name("_labels", name, look="theory", align="left", dx=12, dy=8, drag=True, empty=none)
    draw.blank = len(seen) < 2
    if departure[0] == 0.0:
        return (
            f"This start lies on the threshold to the last bit; any other leaves it {factor}-fold per step."
        )
    if len(seen) < 2:
        return (
            f"This start begins {departure[0]:.3g} thresholds away and goes too far out to be drawn. "
            f"Close to the threshold the distance grows {factor}-fold per step."
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
    draw.axes("power L", "threshold |x[0]|", frame={"power": ends, "radius": [0.0, top]}, whole=True)
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
        f"for L = {high}. The disc, {study.measured_radius:.6g}, was found by bisection over runs."
    )
