"""Two layers: the run in the plane of its weights, across the circle of the edge, and its phase portrait."""

from functools import partial

import altair as alt
import numpy as np

from pages.charts.kit.drawing import Drawing, Ends, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.layers import DELTA, HELD, dragged_path
from pages.charts.kit.style import Style
from pages.charts.networks.plane import draw_circle, draw_path, steps_drawn
from pages.charts.scalar.cobweb import until_edge
from pages.charts.scalar.names import Name, dense, draw_names, placed
from stepsize_core.limits import LimitKind
from stepsize_core.paper.edge_of_the_arc import TARGET, Study

ROOM, NARROWEST = 0.22, 0.02  # share of the side around the run; the least side
WIDEST = 4.0  # a run is shown within so many times the first weight
CURVE_POINTS = 241
ELLIPSES = 0.5, 1.0, 1.5  # of the one through the start
NAMED_EVERY = 12  # points of a curve: where its name is tried
CLEARLY = 0.6  # of the largest side: from where on an optimum is named flat or sharp
LEAST = 1e-3  # of δS₀ − 2 that an ellipse shows
HELD_W1 = f"toNumber({HELD['across']})"
AT_REST = "sqrt(pow({0} * {0} - {1} * {1}, 2) + 4)"  # of a state: S of the optimum with the same balance
RESIDUAL_OF_DRAGGED = partial(dragged_path, x="{0} * {1} - 1", y=f"toNumber({DELTA}) * {AT_REST} - 2")
ALONG = {"by": HELD["across"], "w1": HELD_W1, "w2": f"1 / {HELD_W1}"}  # the optimum while it is dragged


def _frame(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """The corners of a square around the run, the optimum at its start and the mirror image of that."""
    p = study.params
    u, v = p.optimum
    shown = until_edge(study.states, -WIDEST * u, WIDEST * u)
    lands = 2.0 * study.edge - p.sharpness
    must = [[u, v], *shown]
    if p.beyond > 1.0 and lands >= 2.0 * TARGET:
        w = np.sqrt((lands + np.sqrt(lands**2 - 4.0 * TARGET**2)) / 2.0)
        must.append([w, TARGET / w])
    low, high = np.min(must, axis=0), np.max(must, axis=0)
    half = (0.5 + ROOM) * max(float((high - low).max()), NARROWEST)
    return (low + high) / 2.0 - half, (low + high) / 2.0 + half


def _optima(study: Study, low: np.ndarray, high: np.ndarray) -> dict[str, np.ndarray]:
    """Pieces of the hyperbola in the frame; side: −1 flat to 1 sharp, 0 at 2/δ."""
    first = max(float(low[0]), TARGET / max(float(high[1]), 1e-9) if high[1] > 0.0 else 1e-9, 1e-3)
    last = max(float(high[0]), first * 1.001)
    w1 = np.geomspace(first, last, CURVE_POINTS)
    w2 = TARGET / w1
    inside = (w2 >= low[1]) & (w2 <= high[1])
    inside = inside[:-1] & inside[1:]
    gap = (w1**2 + w2**2)[:-1] - study.edge
    side = gap / max(float(np.abs(gap[inside]).max(initial=0.0)), 1e-12)
    table = {"w1": w1[:-1], "w2": w2[:-1], "w1_end": w1[1:], "w2_end": w2[1:], "side": side}
    return {column: values[inside] for column, values in table.items()}


def _by_side(style: Style) -> alt.Color:
    ends = [
        style.outcome(LimitKind.EQUILIBRIUM).colour,
        style.muted,
        style.outcome(LimitKind.APERIODIC).colour,
    ]
    scale = alt.Scale(domain=[-1, 0, 1], range=ends, interpolate="rgb")
    return alt.Color("side:Q", scale=scale, legend=None)


@figure("Where does a run go from too sharp an optimum?", square=True, height=430)
def PLANE(study: Study, draw: Drawing) -> str:
    p = study.params
    low, high = _frame(study)
    x = draw.hold("w1", (low[0], high[0]), (low[0], high[0]))
    y = draw.hold("w2", (low[1], high[1]), (low[1], high[1]))
    low, high = np.array([x[0], y[0]]), np.array([x[1], y[1]])
    draw.axes("w₁", "w₂", frame={"w1": x, "w2": y}, whole=True, equal=True)
    arc = draw_circle(draw, study.edge, low, high)
    share = study.arc / study.edge
    inner = draw_circle(draw, study.edge, low, high, name="_mean_square_arc", share=share, shown=share < 1.0)
    optima = _optima(study, low, high)
    nowhere = {"w1": low[0], "w2": low[1]}
    none = {**nowhere, "w1_end": low[0], "w2_end": low[1], "side": 0.0}
    draw.mark(
        "rule", "optima", optima, x2="w1_end", y2="w2_end", channels=_by_side, strokeWidth=5, empty=none
    )

    path, inside = draw_path(draw, study.states, low, high, dragged=dragged_path, until_still=True)
    start = {"w1": p.optimum[0], "w2": p.optimum[1]}
    draw.points("_optimum", start, look="chosen", size=150, filled=False, drag=ALONG)
    draw.grip(x="w1")
    names = _words(study, {"S = 2/δ": arc, "mean square": inner}, optima, (x, y), path)
    own = names["text"] == _optimum(study)
    for name, rows, look, held in (
        ("_optimum_name", own, "chosen", HELD["across"]),
        ("_words", ~own, "ink", HELD["step_size"]),
    ):
        rows = {column: values[rows] for column, values in names.items()}
        draw_names(draw, name, rows, corner=nowhere, look=look, only=f"!{held}")
    seen = "inside" if study.sharpness[-1] <= study.edge else "outside"
    gone = inside < len(study.states)
    after = f"after {p.n_steps:,} steps the run is {seen} it" if not gone else "the run leaves the picture"
    after += "; a sample of its steps is drawn" if len(path) < inside and p.sampled else ""
    within = f"; within the inner one, S = {study.arc:.4g}, they are stable in the mean square"
    within = within if share < 1.0 else ""
    circle = "dotted: the circle" if len(arc["w1"]) else "outside the picture is the circle"
    return (
        f"The optima w₁w₂ = 1, from flat to sharp; {circle} w₁² + w₂² = 2/δ = {study.edge:.4g}, beyond which "
        f"gradient descent reaches none{within}; {after}."
    )


def _optimum(study: Study) -> str:
    return f"optimum, S₀ = {study.params.sharpness:.4g}"


def _words(study: Study, arcs: dict, optima: dict, frame: tuple[Ends, Ends], path: np.ndarray) -> Table:
    """What stands at the optimum of the start, at the circles, and at the flat and the sharp optima."""
    *circles, curve = (np.column_stack([line["w1"], line["w2"]]) for line in (*arcs.values(), optima))
    named: list[Name] = [(_optimum(study), [study.params.optimum])]
    named += [(text, arc[::-NAMED_EVERY]) for text, arc in zip(arcs, circles) if len(arc)]
    for text, side in (("flat enough", -optima["side"]), ("too sharp for δ", optima["side"])):
        if np.count_nonzero(side > 0.0) > CURVE_POINTS // 12:
            clearly = curve[side > CLEARLY * side.max()]  # the whole name stands on its side of the circle
            named.append((text, clearly[NAMED_EVERY // 4 :: NAMED_EVERY // 2]))
    ink = [dense(*line.T, 2000) for line in (*circles, curve) if len(line)]
    names = placed(named, frame, np.concatenate(ink), dense(*path.T, 2000))
    return {column: np.array(values) for column, values in names.items()}


@figure("Residual e and distance from the edge", height=290)
def PORTRAIT(study: Study, draw: Drawing) -> str:
    p, delta = study.params, study.params.step_size
    u = delta * study.at_rest - 2.0
    start = float(delta * p.sharpness - 2.0)
    size = max(abs(start), LEAST)
    law = delta * TARGET < 1.0
    kappa = 2.0 * delta**2 * (1.0 - (delta * TARGET) ** 2) if law else np.nan
    peak = size / np.sqrt(kappa) if law else size / delta
    wide = draw.hold("e", (-1.7 * peak, 1.7 * peak), (-1.2 * peak, 1.2 * peak))
    lowest = 1.05 * float(np.nanmin(u))  # label noise leads below the ellipses, to the flattest optimum
    tall = draw.hold("u", (min(-1.7 * size, lowest), 1.7 * size), (min(-1.2 * size, lowest), 1.2 * size))
    draw.axes("residual e = w₁w₂ − 1", "δS − 2", frame={"e": wide, "u": tall}, whole=True)
    draw.hline("_edge", {"u": [0.0]}, look="muted")
    angle = np.linspace(0.0, 2.0 * np.pi, 121)
    shares = np.repeat(ELLIPSES if law else [], len(angle))
    turns = np.tile(angle, len(ELLIPSES) if law else 0)
    ellipses = {"e": shares * peak * np.sin(turns), "u": shares * size * np.cos(turns)}
    ellipses |= {"k": np.tile(np.arange(len(angle)), len(ELLIPSES) if law else 0), "which": shares}
    none = {"e": 0.0, "u": 0.0, "k": 0, "which": 0.0}
    draw.curve("ellipses", ellipses, order="k", by="which", look="theory", width=1.2, drag=True,
               dragged=None, empty=none)  # fmt: skip
    states = np.stack([study.errors, u], axis=1)
    low, high = np.array([wide[0], tall[0]]), np.array([wide[1], tall[1]])
    shown = until_edge(states, low, high)
    k = steps_drawn(shown, low, high, until_still=True)
    path = {"k": k.astype(np.int32), "e": shown[k, 0], "u": shown[k, 1]}
    none = {"k": 0, "e": 0.0, "u": 0.0}
    draw.run("run", path, xy=("e", "u"), by_points=True, dragged=RESIDUAL_OF_DRAGGED, empty=none)
    words = (
        "Dashed: where (δS − 2)² + κe² stands, the law near the edge."
        if law
        else "δ ≥ 1: no optimum is stable."
    )
    return (
        f"{words} S of the optimum with the run's balance goes from {study.at_rest[0]:.4g} "
        f"{_last(study)}; 2/δ is {study.edge:.4g}."
    )


def _last(study: Study) -> str:
    last = study.at_rest[-1]
    return f"to {last:.4g}" if np.isfinite(last) else "beyond all numbers"
