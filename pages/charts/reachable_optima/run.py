"""What descent did to a linear network: curvature along the run, cost, and distance from the reference."""

import numpy as np

from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from stepsize_core.limits import LimitKind
from stepsize_core.paper import runs
from stepsize_core.paper.reachable_optima import NetworkStudy, Study
from stepsize_core.paper.reachable_optima.optimum import DECIDED_IN

HEIGHT = 290
FOLLOWED = f"followed for {DECIDED_IN:,} steps"
LABEL_ROOM = 0.07  # share of the height between a level and its name


def fate_of(study: NetworkStudy) -> str:
    """What the run of the network became, as the end of a sentence that begins with the run."""
    if study.limit.kind is not LimitKind.EQUILIBRIUM:
        return runs.fate_of(study.limit)
    if study.reached is None or not study.reached.learned:
        return "converges to a saddle, not to an optimum"
    return f"converges to an optimum with λ_max = {2.0 / study.reached.exact:.4g}"


def draw_course(draw: Drawing, name: str, values: np.ndarray, title: str) -> None:
    """A quantity along the run, where it is positive, on a logarithmic axis."""
    draw.axes("step k", title, log="y")
    course = positive(values, k=np.arange(len(values)))
    draw.curve(name, course, empty={"k": 0, "y": 1.0}, play=True)
    draw.points(name, size=16, play=True)


def positive(values: np.ndarray, **across: np.ndarray) -> dict:
    """The values that a logarithmic axis can show, as column y, after what goes across."""
    seen = np.isfinite(values) & (values > 0)
    return {column: places[seen] for column, places in across.items()} | {"y": values[seen]}


def from_to(values: np.ndarray) -> str:
    """The first and last finite value of a quantity along the run, and the steps between, in words."""
    finite = values[np.isfinite(values)]
    n, escapes = len(finite) - 1, ", then escapes" if len(finite) < len(values) else ""
    return f"from {finite[0]:.4g} to {finite[-1]:.4g} in {n} step{'s' if n != 1 else ''}{escapes}"


@figure("Largest Hessian eigenvalue along the run", height=170, compare="sharpness")
def SHARPNESS(study: Study, draw: Drawing) -> str:
    course = positive(study.sharpness, k=study.sharpness_steps)
    edge, floor, last = 2.0 / study.params.step_size, study.floor, study.params.n_steps
    low, high = min(edge, floor, *course["y"]) / 1.4, max(edge, floor, *course["y"]) * 1.4
    # above the higher level, below the lower
    beside = (high / low) ** (LABEL_ROOM if edge >= floor else -LABEL_ROOM)

    draw.axes("step k", "λ_max at x[k]", log="y", frame={"k": [0, last], "y": [low, high]})
    draw.hline("levels", {"y": [edge, floor]})
    draw.curve("sharpness", course, play=True)
    draw.points("sharpness", size=18, play=True)
    names = [f"2/δ = {edge:.4g}", f"least possible {floor:.4g}"]
    labels = {"k": [last, last], "y": [edge * beside, floor / beside], "text": names}
    draw.name("_labels", labels, align="right", dx=-2, hides=True)

    seen = np.isfinite(study.sharpness)
    (first, final), until = study.sharpness[seen][[0, -1]], study.sharpness_steps[seen][-1]
    return (
        f"From {first:.4g} to {final:.4g} at step {until}. Dashed: 2/δ = {edge:.4g} and the least of any "
        f"optimum, Lρ^(2−2/L) = {floor:.4g} (cost with ½)."
    )


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
    seen = np.isfinite(study.top_values)
    k, values, last = np.flatnonzero(seen), study.top_values[seen], study.params.n_steps
    target, ceiling = float(np.linalg.norm(study.objective.target, 2)), study.ceiling
    highest = 4.0 * max(target, values[0])
    shown = min(ceiling, highest)

    draw.axes("step k", "ρ(W_L⋯W₁)", frame={"k": [0, last], "y": [0.0, 1.15 * max(target, shown)]})
    draw.hline("levels", {"y": [level for level in (target, ceiling) if level <= shown]})
    draw.curve("top_values", {"k": k, "y": np.minimum(values, highest)}, play=True)
    draw.points("top_values", size=14, play=True)
    bounds = np.isfinite(ceiling)
    names = [f"ρ(R) = {target:.4g}", f"Corollary 2: at most {ceiling:.4g}" if bounds else ""]
    labels = {"k": last, "y": [target, shown], "text": names}
    draw.name("_labels", labels, align="right", dx=-2, dy=-8, hides=True)

    delta, limit = study.params.step_size, "can end at any value: with one layer Corollary 2 bounds none"
    if bounds:
        limit = f"cannot end above {ceiling:.4g} (Corollary 2)"
    return (
        f"The largest singular value of the estimate goes {from_to(study.top_values)}; a run that converges "
        f"at δ = {delta:g} {limit}."
    )
