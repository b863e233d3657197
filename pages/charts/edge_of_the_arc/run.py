"""Sharpness and balance along the run."""

from functools import partial

import numpy as np

from pages.charts.edge_of_the_arc.plane import AT_REST, HELD_W1
from pages.charts.kit.drawing import Drawing
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import DELTA, HELD, dragged_course
from stepsize_core.paper.edge_of_the_arc import Study

HIGHEST = 3.0  # of the larger of S₀ and 2/δ
ROOM = 0.12
MOST_STEPS = 400  # of a run that are drawn
OF_DRAGGED = {  # two layers
    "sharpness": partial(dragged_course, of="({0} * {0} + {1} * {1})"),
    "at_rest": partial(dragged_course, of=AT_REST),
    "balance": partial(dragged_course, of="({0} * {0} - {1} * {1})"),
}
HELD_SHARPNESS = f"({HELD['across']} ? pow({HELD_W1}, 2) + pow({HELD_W1}, -2) : datum.S0)"
IN_FRAME = "inrange(datum.y, extent(pluck(data('_frame'), 'y')))"


def _rule_while_dragged(by: str) -> dict[str, str]:
    """For `drag`, of what stands at times·2/δ − less·S₀; by: the parameter that holds δ."""
    moved = f"datum.times * 2 / toNumber({by}) - datum.less * {HELD_SHARPNESS}"
    return {"by": by, "y": moved, "text": f"datum.what + format({moved}, '.4~g')"}


def drawn_steps(last: int) -> np.ndarray:
    """The steps that a picture shows of those up to the last: all of a short run; of a long one, at equal
    distances, an even step and the odd one after it."""
    if last <= MOST_STEPS:
        return np.arange(last + 1)
    even = 2 * (np.linspace(0, last - 1, MOST_STEPS // 2) / 2.0).astype(int)
    return np.unique([*even, *(even + 1), last])


def _until(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """The steps at which values are drawn: those before the first outside."""
    inside = (values >= low) & (values <= high)
    return drawn_steps((len(values) if inside.all() else int(np.argmin(inside))) - 1)


def times(number: int) -> str:
    """How often something happens, with {} for what it does: "never {}", "{} once", "{} 3 times"."""
    return {0: "never {}", 1: "{} once"}.get(number, f"{{}} {number} times")


@figure("Sharpness along the run, and the edge 2/δ", height=290)
def SHARPNESS(study: Study, draw: Drawing) -> str:
    p, edge = study.params, study.edge
    most = HIGHEST * max(p.sharpness, edge)
    seen = study.sharpness[study.sharpness <= most]  # NaN is not
    crossed = p.layers == 2 and p.beyond > 1.0 and not p.sampled
    lands = 2.0 * edge - p.sharpness
    mirrored = crossed and lands >= 2.0
    ends = [*seen, p.sharpness, *([lands] if mirrored else [])]
    ends += [at for at in (edge, study.arc) if at < 2.0 * p.sharpness]
    least, largest = min(ends), max(ends)
    room = max(ROOM * (largest - least), 0.01 * largest)
    low, high = draw.hold("sharpness", (least - room, largest + 1.6 * room), (least, largest))
    draw.axes("step k", "sharpness S", frame={"k": [0, p.n_steps], "y": [low, high]}, whole=True)
    last = float(p.n_steps)
    rules = [("2/δ = ", 1.0, 0), *([("4/δ − S₀ = ", 2.0, 1)] if mirrored else [])]
    rules += [("mean square: ", study.arc / edge, 0)] if study.arc < edge else []
    table = {
        "k": 0.985 * last,
        "y": [times * edge - less * p.sharpness for _, times, less in rules],
        "text": [f"{what}{times * edge - less * p.sharpness:.4g}" for what, times, less in rules],
        "what": [what for what, _, _ in rules],
        "times": [times for _, times, _ in rules],
        "less": [less for _, _, less in rules],
        "S0": p.sharpness,
    }
    none = {"k": 0.0, "y": low}
    k = _until(study.sharpness, low, high)
    follows = p.layers == 2 and not p.sampled
    dragged = OF_DRAGGED if follows else dict.fromkeys(OF_DRAGGED)
    course = {"k": k.astype(np.int32), "y": study.sharpness[k]}
    draw.run("sharpness", course, dragged=dragged["sharpness"], empty={"k": 0, "y": low})
    slow = _until(study.at_rest, low, high) if p.layers == 2 else np.arange(0)
    draw.curve("at_rest", {"k": slow, "y": study.at_rest[slow]}, look="ink", width=1.6, play=True,
               drag=follows, dragged=dragged["at_rest"], empty=none)  # fmt: skip
    own = {"drag": _rule_while_dragged(DELTA if follows else HELD["step_size"]), "only": IN_FRAME}
    draw.hline("edge", table, **own)
    draw.name("edge", look="theory", align="right", dy=-8, **own)
    lost = np.flatnonzero(~np.isfinite(study.sharpness))
    if len(lost):
        return f"The run escapes at step {lost[0]:,}; 2/δ is {edge:.4g}."
    above = study.sharpness > edge
    crossings = times(int(np.sum(above[1:] != above[:-1])))
    thin = " Smooth: the optimum with the same balance." if p.layers == 2 else ""
    return (
        f"From {study.sharpness[0]:.4g} to {study.sharpness[-1]:.4g} in the {p.n_steps:,} steps drawn, at "
        f"most {study.sharpness.max():.4g}; S {crossings.format('crosses 2/δ')}.{thin}"
    )


@figure("Balance of the layers and its exact law", height=300)
def BALANCE(study: Study, draw: Drawing) -> str:
    p, measured, law = study.params, study.balance, study.predicted_balance
    start = abs(float(measured[0]))
    seen = measured[np.abs(measured) <= HIGHEST * start]
    least, largest = float(seen.min()), float(seen.max())
    room = max(ROOM * (largest - least), 0.01 * start)
    low, high = draw.hold("balance", (least - room, largest + room), (least, largest))
    last = "₂₃₄"[p.layers - 2]
    draw.axes("step k", "w₁² − w_L²", frame={"k": [0, p.n_steps], "y": [low, high]}, whole=True)
    none = {"k": 0, "y": low}
    k = _until(measured, low, high)
    dragged = OF_DRAGGED["balance"] if p.layers == 2 and not p.sampled else None
    draw.run("balance", {"k": k.astype(np.int32), "y": measured[k]}, dragged=dragged, empty=none)
    k = _until(law, low, high)
    draw.curve("law", {"k": k, "y": law[k]}, look="theory", drag=bool(dragged), dragged=None, empty=none)
    lost = np.flatnonzero(~np.isfinite(measured))
    goes = (
        f"begins at {measured[0]:.4g}, and the run escapes at step {lost[0]:,}"
        if len(lost)
        else (f"goes from {measured[0]:.4g} to {measured[-1]:.4g}")
    )
    rest = "" if p.layers == 2 else ", P the product of the layers between"
    factor = "1 − δ²g²" if p.layers == 2 else "1 − δ²g²P²"
    return (
        f"w₁² − w{last}² {goes}. Dashed: its first value times the "
        f"product of {factor}, g the residual of the step{rest}."
    )
