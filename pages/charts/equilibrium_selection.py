"""Pictures of Example 2: which minimum of f₂ the step size lets gradient descent reach (with Figure 1)."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts import fates, layers
from pages.charts.cobweb import cobweb_facts, cobweb_tables, window
from pages.charts.dragged import Dragged
from pages.charts.figure import Figure
from pages.charts.gallery import Source, call
from pages.charts.selection_diagram import CHOSEN_FACTS, DIAGRAM, LABEL_WIDTH, LYAPUNOV
from pages.charts.selection_fates import FATES, SHARES
from pages.charts.style import Style
from stepsize_core.limits import LimitKind
from stepsize_core.paper import equilibrium_selection as phenomenon
from stepsize_core.paper.equilibrium_selection import FIGURE_1_WINDOW, Study

CURVE_POINTS = 241
RUN_WINDOW = (-1.2, 3.2)  # a state outside is on its way to infinity


def headline(study: Study) -> str:
    """The page's sentence: which equilibria are stable, what this run did, and where others went."""
    stable = [f"x = {p.x:g}" for p in study.critical_points if p.stability == "stable"]
    subject = {0: "no equilibrium is stable", 1: f"only {''.join(stable)} is stable"}.get(
        len(stable), f"{' and '.join(stable)} are stable"
    )
    neutral = [f" and x = {p.x:g} neutral" for p in study.critical_points if p.stability == "neutral"]
    reached = [
        f"{share.count} reach x = {share.attractor.points[0]:.4g}"
        for share in study.basins.shares
        if share.attractor.kind is LimitKind.EQUILIBRIUM
    ]
    return (
        f"At δ = {study.params.step_size:g} {subject}{''.join(neutral)}. "
        f"The run from x[0] = {study.params.start:g} {fates.sentence(study.limit)}. "
        f"Of {study.basins.labels.size} random starts "
        f"{' and '.join(reached) or 'none reaches an equilibrium'}."
    )


# Figure 1


def _critical_points(study: Study, low: float, high: float) -> dict:
    """The critical points inside [low, high] with their stability."""
    points = [p for p in study.critical_points if low <= p.x <= high]
    return {
        "x": np.array([p.x for p in points]),
        "f": np.array([p.value for p in points]),
        "stability": [p.stability for p in points],
        "text": [f"x = {p.x:.4g} {p.stability}" for p in points],
    }


def _figure_1_data(study: Study) -> dict:
    low, high = FIGURE_1_WINDOW
    x = np.linspace(low, high, CURVE_POINTS)
    values = study.objective.value(x)
    top = values.max()
    visited = (study.states >= low) & (study.states <= high)
    points = _critical_points(study, low, high)
    return {
        "function": {"x": x, "f": values},
        "iterates": {"k": np.flatnonzero(visited), "x": study.states[visited], "f": study.losses[visited]},
        "critical_points": points,
        "_labels": {"x": points["x"], "f": points["f"] + _beside(study), "text": points["text"]},
        "_frame": {"x": [low, high], "f": [-0.2 * top, top]},
    }


def _beside(study: Study) -> np.ndarray:
    """How far above each critical point its name stands: below the minima, above the maximum."""
    top = study.objective.value(np.linspace(*FIGURE_1_WINDOW, CURVE_POINTS)).max()
    return np.where(np.array([p.curvature for p in study.critical_points]) > 0, -0.13, 0.14) * top


def _figure_1_draw(style: Style):
    across, up = layers.x(title="x"), layers.y("f", "f₂(x)", minExtent=LABEL_WIDTH, tickCount=4)
    return alt.layer(
        layers.frame(across, up),
        layers.curve("function", across, up, style.ink),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=26)),
        layers.equilibria("critical_points", across, up, style),
        layers.on_picture("_labels", across, up, style),
    ).add_params(layers.playback())


def _figure_1_describe(study: Study) -> str:
    words = ", ".join(f"x = {p.x:.4g} {p.stability}" for p in study.critical_points)
    return f"Blue: the iterates. Discs are stable, rings unstable at δ = {study.params.step_size:g}: {words}."


FIGURE_1 = Figure(
    name="figure_1",
    title="Figure 1: the function and its critical points",
    data=_figure_1_data,
    draw=_figure_1_draw,
    describe=_figure_1_describe,
    height=176,
    steps=True,
)


# The cobweb


def _cobweb_data(study: Study) -> dict:
    equilibria = [p.x for p in study.critical_points]
    low, high = window(study.states, *RUN_WINDOW, landmarks=equilibria)
    tables = cobweb_tables(study.objective, study.params.step_size, study.states, low, high)
    points = _critical_points(study, low, high)
    return tables | {
        "fixed_points": {"x": points["x"], "y": points["x"], "stability": points["stability"]},
        "_labels": {"x": points["x"], "y": points["x"], "text": points["text"]},
    }


def _cobweb_draw(style: Style):
    across, up = layers.x(title="x[k]"), layers.y(title="x[k+1]", minExtent=LABEL_WIDTH)
    return alt.layer(
        layers.frame(across, up),
        layers.cobweb(across, up, style),
        layers.equilibria("fixed_points", across, up, style),
        layers.on_picture("_labels", across, up, style, align="right", dx=-11, dy=-9),
    ).add_params(layers.playback())


def _cobweb_describe(study: Study) -> str:
    kept = int(np.isfinite(study.states).sum()) - 1
    begin = f"{kept} steps of x − δf₂′(x) from x[0] = {study.params.start:g}."
    return f"{begin} The run {fates.sentence(study.limit)}."


COBWEB = Figure(
    name="cobweb",
    title="Cobweb",
    data=_cobweb_data,
    draw=_cobweb_draw,
    describe=_cobweb_describe,
    height=276,
    steps=True,
)


# Margins


def _margins_data(study: Study) -> dict:
    edge, points = 2.0 / study.params.step_size, study.critical_points
    curvatures = np.array([p.curvature for p in points])
    return {
        "margins": {
            "point": [f"x = {p.x:.4g}" for p in points],
            "curvature": curvatures,
            "edge": np.full(len(points), edge),
            "margin": np.array([p.margin for p in points]),
            "stability": [p.stability for p in points],
            "text": [f"{p.stability}: {_reason(p)}" for p in points],
        },
        "_edge": {"curvature": [edge], "zero": [0.0]},
        "_frame": {"curvature": [1.3 * curvatures.min(), 1.3 * max(edge, curvatures.max())]},
    }


def _reason(point) -> str:
    if point.curvature < 0:
        return f"λ = {point.curvature:.4g} is negative"
    return f"λ = {point.curvature:.4g}, margin {point.margin:+.4g}"


def _margins_draw(style: Style):
    across = layers.x("curvature", "Hessian eigenvalue λ = f₂″")
    row = alt.Y("point:N", title=None, sort=None)
    table, edge = alt.Chart(alt.NamedData("margins")), alt.Chart(alt.NamedData("_edge"))
    text = {"align": "left", "dx": -4, "dy": -15, "fontSize": 12, "color": style.ink}
    return alt.layer(
        edge.mark_rect(color=style.grid).encode(across, alt.X2("zero:Q")),
        alt.Chart(alt.NamedData("_frame")).mark_point(opacity=0, size=0, tooltip=None).encode(across),
        table.mark_rule(color=style.measured, strokeWidth=3).encode(across, row, alt.X2("edge:Q")),
        layers.theory_rule("_edge", style, across=across),
        layers.equilibria("margins", across, row, style),
        table.mark_text(**text).encode(across, row, alt.Text("text:N")),
    )


def _margins_describe(study: Study) -> str:
    words = "; ".join(f"{p.multiplier:.4g} at {p.x:.4g}" for p in study.critical_points)
    edge = 2.0 / study.params.step_size
    return (
        f"Stable where λ lies in the band from 0 to 2/δ = {edge:.4g} (dashed); bars: the margins 2/δ − λ. "
        f"Multipliers 1 − δλ: {words}."
    )


MARGINS = Figure(
    name="margins",
    title="Eigenvalue margins",
    data=_margins_data,
    draw=_margins_draw,
    describe=_margins_describe,
    height=270,
)


# The iterates


def _iterates_data(study: Study) -> dict:
    low, high = window(study.states, *RUN_WINDOW, landmarks=[p.x for p in study.critical_points])
    inside = (study.states >= low) & (study.states <= high)
    points, last = _critical_points(study, low, high), len(study.states) - 1
    return {
        "iterates": {"k": np.flatnonzero(inside), "x": study.states[inside]},
        "equilibria": {"x": points["x"]},
        "_labels": {"k": np.full(len(points["x"]), last), "x": points["x"], "text": points["text"]},
        "_frame": {"k": [0, 1.3 * last], "x": [low, high]},
    }


def _iterates_draw(style: Style):
    across, up = layers.x("k", "step k"), layers.y("x", "x[k]")
    return alt.layer(
        layers.frame(across, up),
        layers.theory_rule("equilibria", style, up=up),
        layers.up_to_step(layers.curve("iterates", across, up, style.measured, width=1.0)),
        layers.up_to_step(layers.points("iterates", across, up, style.measured, size=20)),
        layers.label("_labels", across, up, style.theory, dx=6),
    ).add_params(layers.playback())


def _iterates_describe(study: Study) -> str:
    finite = study.states[np.isfinite(study.states)]
    escaped = "" if len(finite) == len(study.states) else ", then overflow"
    return f"x[k] for k = 0 … {len(finite) - 1}{escaped}; the last is {finite[-1]:.6g}. Dashed: equilibria."


ITERATES = Figure(
    name="iterates",
    title="Iterates",
    data=_iterates_data,
    draw=_iterates_draw,
    describe=_iterates_describe,
    height=270,
    steps=True,
    compare="iterates",
)


def dragged(study: Study) -> Dragged:
    """What the browser needs to draw this run at another δ."""
    points = study.critical_points
    facts = {
        "start": study.params.start,
        "n_steps": study.params.n_steps,
        "function_window": FIGURE_1_WINDOW,
        "equilibria": [
            {"x": p.x, "f": p.value, "curvature": p.curvature, "beside": float(beside)}
            for p, beside in zip(points, _beside(study))
        ],
    }
    return Dragged("equilibriumSelection", study.params, facts | cobweb_facts(RUN_WINDOW) | CHOSEN_FACTS)


FIGURES = (FIGURE_1, COBWEB, DIAGRAM, LYAPUNOV, FATES, SHARES, MARGINS, ITERATES)


def gallery(study: Study) -> dict[Figure, Source]:
    """What each picture of this study shows."""
    run = call(phenomenon.study, study.params)
    over_step_sizes = (
        call(phenomenon.step_size_diagram, study.params.start),
        call(phenomenon.branches),
        run,
    )
    return dict.fromkeys(FIGURES, run) | {
        DIAGRAM: over_step_sizes,
        LYAPUNOV: over_step_sizes,
        FATES: (call(phenomenon.start_step_size_raster), run),
    }
