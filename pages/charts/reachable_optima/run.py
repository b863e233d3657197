"""What descent did to a linear network: curvature along the run, cost, and distance from the reference."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from pages.charts.kit.courses import LOG_STEPS, draw_courses
from pages.charts.kit.drawing import Drawing, Ends
from pages.charts.kit.figure import figure
from pages.charts.kit.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper import runs
from stepsize_core.paper.reachable_optima import NetworkStudy, Study
from stepsize_core.paper.reachable_optima.optimum import DECIDED_IN

HEIGHT = 290
FOLLOWED = f"followed for {DECIDED_IN:,} steps"
LEAST, GREATEST = 1e-200, 1e200  # values beyond are not drawn: they are 0, or those of a run that escaped
ROOM, LEAST_ROOM = 0.16, 1.25  # above and below what is drawn: share of the height, and factor
LABEL_ROOM = 0.05  # share of the height between a level, or the curve beyond it, and its name
CLOSE = 0.9  # of that room: a curve so close to the middle of a name would cross it
NAMES_AT, NAMES_FROM = 0.985, 0.6  # shares of the width: where the names of levels end, and may begin


def fate_of(study: NetworkStudy) -> str:
    """What the run of the network became, as the end of a sentence that begins with the run."""
    if study.limit.kind is not LimitKind.EQUILIBRIUM:
        return runs.fate_of(study.limit)
    if study.reached is None or not study.reached.learned:
        return "converges to a saddle, not to an optimum"
    return f"converges to an optimum with λ_max = {2.0 / study.reached.exact:.4g}"


def draw_course(
    draw: Drawing,
    name: str,
    values: np.ndarray,
    title: str,
    levels: Sequence[float] = (),
    across: str | alt.X = "step k",
) -> Ends:
    """A quantity along the run (n_steps + 1,), where it is positive, on a logarithmic axis that shows the
    levels too; blank where it is positive nowhere. Returns the ends of that axis."""
    values = np.where((values > LEAST) & (values < GREATEST), values, np.nan)
    seen = np.array([*values[np.isfinite(values)], *levels])
    draw.blank = not np.isfinite(values).any()
    low, high = (float(seen.min()), float(seen.max())) if len(seen) else (0.1, 10.0)
    room = max((high / low) ** ROOM, LEAST_ROOM)
    ends = low / room, high * room
    draw.axes(across, title, log="y", frame={"k": [0, len(values) - 1], "y": ends}, whole=True)
    draw_courses(draw, name, values[None], [""], ["run"], _colours, ends, log=True)
    return ends


def _colours(style: Style) -> dict[str, str]:
    return {"run": style.measured}


def positive(values: np.ndarray, **across: np.ndarray) -> dict:
    """The values that a logarithmic axis can show, as column y, after what goes across."""
    seen = np.isfinite(values) & (values > 0)
    return {column: places[seen] for column, places in across.items()} | {"y": values[seen]}


def from_to(values: np.ndarray) -> str:
    """The first and last value of a quantity along the run that can be drawn, and the steps between, in
    words."""
    finite = values[np.abs(values) < GREATEST]
    n, escapes = len(finite) - 1, ", then escapes" if len(finite) < len(values) else ""
    return f"from {finite[0]:.4g} to {finite[-1]:.4g} in {n} step{'s' if n != 1 else ''}{escapes}"


@figure("Largest Hessian eigenvalue along the run", height=350, compare="sharpness")
def SHARPNESS(study: Study, draw: Drawing) -> str:
    edge, floor, last = 2.0 / study.params.step_size, study.floor, study.params.n_steps
    measured = np.full(last + 1, np.nan)
    measured[study.sharpness_steps] = study.sharpness
    low, high = draw_course(draw, "sharpness", measured, "λ_max at x[k]", (edge, floor), LOG_STEPS)
    draw.hline("levels", {"y": [edge, floor]})
    near = measured[int(_step(NAMES_FROM, last)) :]
    near = near[np.isfinite(near) & (near > 0)]
    upper, lower = max(edge, floor), min(edge, floor)
    names = {edge: f"2/δ = {edge:.4g}", floor: f"least possible {floor:.4g}"}
    room = (high / low) ** LABEL_ROOM
    heights = [_free([upper * room, max([upper, *near]) * room], near, room)]
    heights.append(_free([lower / room, min([lower, *near]) / room], near, room))
    labels = {"k": _step(NAMES_AT, last), "y": heights, "text": [names[upper], names[lower]]}
    draw.name("_labels", labels, look="theory", align="right", hides=True)

    seen = np.isfinite(study.sharpness)
    (first, final), until = study.sharpness[seen][[0, -1]], study.sharpness_steps[seen][-1]
    return (
        f"From {first:.4g} to {final:.4g} at step {until}. Dashed: 2/δ = {edge:.4g} and the least of any "
        f"optimum, Lρ^(2−2/L) = {floor:.4g} (cost with ½)."
    )


def _step(share: float, last: int) -> float:
    """The step at a share of the width of a logarithmic axis."""
    return float(np.expm1(share * np.log1p(last)))


def _free(places: Sequence[float], values: np.ndarray, room: float) -> float:
    """The first of the places that no value comes close to, or the last."""
    close = np.log(room) * CLOSE
    free = (place for place in places if not (np.abs(np.log(values / place)) < close).any())
    return next(free, places[-1])


@figure("Cost against step", height=HEIGHT, compare="costs")
def COST(study: NetworkStudy, draw: Drawing) -> str:
    draw_course(draw, "costs", study.costs, "cost ½‖W_L⋯W₁ − R‖²")
    return f"½‖W_L⋯W₁ − R‖² {from_to(study.costs)}; {FOLLOWED}, the run {fate_of(study)}."


@figure("Distance from the reference optimum", height=HEIGHT, compare="distances")
def DISTANCE(study: NetworkStudy, draw: Drawing) -> str:
    draw_course(draw, "distances", study.distances, "‖x[k] − reference‖ / ‖reference‖")
    return (
        f"The distance, relative to the norm of the reference, goes {from_to(study.distances)}. The "
        f"reference is {study.standing.value}."
    )


@figure("Largest singular value along the run", height=HEIGHT, compare="top_values")
def TOP_VALUE(study: NetworkStudy, draw: Drawing) -> str:
    last = study.params.n_steps
    target, ceiling = float(np.linalg.norm(study.objective.target, 2)), study.ceiling
    highest = 4.0 * max(target, study.top_values[0])
    shown, values = min(ceiling, highest), np.minimum(study.top_values, highest)  # NaN stays
    high = 1.2 * max(target, shown, values[np.isfinite(values)].max())

    draw.axes("step k", "ρ(W_L⋯W₁)", frame={"k": [0, last], "y": [0.0, high]}, whole=True)
    draw.hline("levels", {"y": [level for level in (target, ceiling) if level <= shown]})
    draw_courses(draw, "top_values", values[None], [""], ["run"], _colours, (0.0, high))
    bounds = np.isfinite(ceiling)
    names = [f"ρ(R) = {target:.4g}", f"Corollary 2: at most {ceiling:.4g}" if bounds else ""]
    places = {"k": np.array([0.17, 0.62]) * last, "y": [target, shown], "text": names}
    draw.name("_labels", places, look="theory", dy=-8, hides=True)

    delta, limit = study.params.step_size, "can end at any value: with one layer Corollary 2 bounds none"
    if bounds:
        limit = f"cannot end above {ceiling:.4g} (Corollary 2)"
    return (
        f"The largest singular value of the estimate goes {from_to(study.top_values)}; a run that converges "
        f"at δ = {delta:g} {limit}."
    )
