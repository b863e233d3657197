"""One run on a scalar function: the function, the cobweb, eigenvalue margins and the iterates."""

from __future__ import annotations

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.dragged import Dragged
from pages.charts.kit.four_part import FourPart as Figure
from pages.charts.kit.style import Style
from pages.charts.scalar import fates
from pages.charts.scalar.cobweb import cobweb_facts, cobweb_tables, window
from pages.charts.scalar.diagram import LABEL_WIDTH, LAST_NAME
from pages.charts.scalar.look import Look

CURVE_POINTS = 241
MOST_NAMES = 5  # equilibria that are named in a picture, those nearest to where the run is
MOST_ROWS = 7  # of the margins
TALL = 20.0  # times the middle nine tenths: values so far apart are cut, as near a pole
MIDDLE = (0.05, 0.95)
ROOM = 0.2  # share of the height below the function, for names
BELOW, ABOVE = -0.13, 0.14  # shares of the height from a minimum, or another equilibrium, to its name
FAR = 1e300  # an infinite curvature, where numbers travel as JSON
INFINITE = 1.25  # where an infinite curvature is drawn, times the largest finite one


def points_table(points) -> dict:
    """Equilibria with their stability."""
    return {
        "x": np.array([p.x for p in points]),
        "f": np.array([p.value for p in points]),
        "stability": [p.stability for p in points],
        "text": [f"x = {p.x:.4g} {p.stability}".replace("-", "−") for p in points],
    }


def _shown(study, low: float, high: float):
    """The equilibria inside [low, high], and those of them that are named."""
    inside = [p for p in study.critical_points if low <= p.x <= high]
    return inside, _nearest(study, inside, MOST_NAMES)


def _nearest(study, points, most: int):
    """The points nearest to the last finite state, ascending."""
    last = study.states[np.isfinite(study.states)][-1]
    return sorted(sorted(points, key=lambda p: abs(p.x - last))[:most], key=lambda p: p.x)


def function_figure(look: Look, name: str, title: str) -> Figure:
    """The function with its equilibria and the iterates on it."""

    def data(study) -> dict:
        low, high = look.curve_window(study)
        x = np.linspace(low, high, CURVE_POINTS)
        values = study.objective.value(x)
        bottom, top = _heights(values)
        span = top - bottom
        visited = (study.states >= low) & (study.states <= high) & np.isfinite(study.losses)
        inside, named = _shown(study, low, high)
        beside = [BELOW if p.curvature > 0 else ABOVE for p in named]
        names = points_table(named)
        names["f"] = names["f"] + np.array(beside) * span
        points = points_table([p for p in inside if bottom - ROOM * span <= p.value <= top])
        iterates = {
            "k": np.flatnonzero(visited),
            "x": study.states[visited],
            "f": study.losses[visited],
        }
        return {
            "function": {"x": x, "f": np.where(np.isfinite(values), values, np.nan)},
            "iterates": layers.or_hidden(iterates, k=0, x=low, f=bottom),
            "critical_points": layers.or_hidden(points, x=low, f=bottom, stability="neutral", text=""),
            "_labels": layers.or_hidden({c: names[c] for c in ("x", "f", "text")}, x=low, f=bottom, text=""),
            "_frame": {"x": [low, high], "f": [bottom - ROOM * span, top]},
        }

    def draw(style: Style):
        across = layers.x(title="x")
        up = layers.y("f", f"{look.symbol}(x)", minExtent=LABEL_WIDTH, tickCount=4)
        iterates = layers.points("iterates", across, up, style.measured, size=26)
        points = layers.equilibria("critical_points", across, up, style)
        return alt.layer(
            layers.frame(across, up),
            layers.curve("function", across, up, style.ink),
            layers.unless_hidden(layers.up_to_step(iterates)),
            layers.unless_hidden(points),
            layers.on_picture("_labels", across, up, style),
        ).add_params(layers.playback())

    def describe(study) -> str:
        named = _nearest(study, study.critical_points, MOST_NAMES)
        words = ", ".join(f"x = {p.x:.4g} {p.stability}" for p in named) or "no equilibria in this window"
        more = len(study.critical_points) - len(named)
        return (
            f"Blue: the iterates. Discs are stable, rings unstable at δ = {study.params.step_size:g}: {words}"
            f"{f', and {more} more' if more else ''}."
        )

    return Figure(name=name, title=title, data=data, draw=draw, describe=describe, height=176, steps=True)


def _heights(values: np.ndarray) -> tuple[float, float]:
    """The range of the values drawn: all of them, unless a few reach far beyond the others."""
    finite = values[np.isfinite(values)]
    if len(finite) == 0:
        return -1.0, 1.0
    bottom, top = finite.min(), finite.max()
    low, high = np.quantile(finite, MIDDLE)
    if top - bottom > TALL * (high - low) > 0.0:
        bottom, top = low, high
    return (float(bottom), float(top)) if top > bottom else (float(bottom) - 1.0, float(bottom) + 1.0)


def cobweb_figure(look: Look, height: int = 276) -> Figure:
    """The map, the diagonal and the staircase of iterates."""

    def data(study) -> dict:
        equilibria = [p.x for p in study.critical_points]
        low, high = window(study.states, *look.run_window(study), landmarks=equilibria)
        tables = cobweb_tables(study.objective, study.params.step_size, study.states, low, high)
        inside, named = (points_table(points) for points in _shown(study, low, high))
        fixed = {"x": inside["x"], "y": inside["x"], "stability": inside["stability"]}
        labels = {"x": named["x"], "y": named["x"], "text": named["text"]}
        return tables | {
            "fixed_points": layers.or_hidden(fixed, x=low, y=low, stability="neutral"),
            "_labels": layers.or_hidden(labels, x=low, y=low, text=""),
        }

    def draw(style: Style):
        across, up = layers.x(title="x[k]"), layers.y(title="x[k+1]", minExtent=LABEL_WIDTH)
        return alt.layer(
            layers.frame(across, up),
            layers.cobweb(across, up, style),
            layers.unless_hidden(layers.equilibria("fixed_points", across, up, style)),
            layers.on_picture("_labels", across, up, style, align="right", dx=-11, dy=-9),
        ).add_params(layers.playback())

    def describe(study) -> str:
        kept = int(np.isfinite(study.states).sum()) - 1
        begin = f"{kept} steps of x − δ{look.symbol}′(x) from x[0] = {study.params.start:g}."
        return f"{begin} The run {fates.sentence(study.limit)}."

    return Figure(
        name="cobweb", title="Cobweb", data=data, draw=draw, describe=describe, height=height, steps=True
    )


def margins_figure(look: Look) -> Figure:
    """The curvature of every equilibrium against the band from 0 to 2/δ."""

    def data(study) -> dict:
        edge, points = 2.0 / study.params.step_size, _nearest(study, study.critical_points, MOST_ROWS)
        curvatures = np.array([p.curvature for p in points], float)
        finite = curvatures[np.isfinite(curvatures)]
        lowest, largest = min([0.0, *finite]), max([edge, *finite]) * INFINITE
        shown = np.clip(curvatures, min(lowest, -0.2 * edge), largest)
        return {
            "margins": layers.or_hidden(
                {
                    "point": [f"x = {p.x:.4g}" for p in points],
                    "curvature": shown,
                    "edge": np.full(len(points), edge),
                    "margin": np.array([p.margin for p in points]),
                    "stability": [p.stability for p in points],
                    "text": [f"{p.stability}: {_reason(p)}" for p in points],
                },
                point="none here",
                curvature=0.0,
                edge=edge,
                margin=edge,
                stability="neutral",
                text="",
            ),
            "_edge": {"curvature": [edge], "zero": [0.0]},
            "_frame": {"curvature": [1.3 * lowest, 1.04 * largest]},
        }

    def draw(style: Style):
        across = layers.x("curvature", f"Hessian eigenvalue λ = {look.symbol}″")
        row = alt.Y("point:N", title=None, sort=None)
        return margins_chart(across, row, style)

    def describe(study) -> str:
        points = _nearest(study, study.critical_points, MOST_ROWS)
        words = "; ".join(f"{p.multiplier:.4g} at {p.x:.4g}" for p in points) or "no equilibria here"
        edge = 2.0 / study.params.step_size
        return (
            f"Stable where λ lies in the band from 0 to 2/δ = {edge:.4g} (dashed); bars: the margins "
            f"2/δ − λ. Multipliers 1 − δλ: {words}."
        )

    return Figure(
        name="margins", title="Eigenvalue margins", data=data, draw=draw, describe=describe, height=270
    )


def margins_chart(across: alt.X, row: alt.Y, style: Style) -> alt.LayerChart:
    """The tables "margins" and "_edge" as bars from each eigenvalue to 2/δ."""
    table, edge = alt.Chart(alt.NamedData("margins")), alt.Chart(alt.NamedData("_edge"))
    text = {"align": "left", "dx": -4, "dy": -15, "fontSize": 12, "color": style.ink}
    bars = table.mark_rule(color=style.measured, strokeWidth=3).encode(across, row, alt.X2("edge:Q"))
    return alt.layer(
        edge.mark_rect(color=style.grid).encode(across, alt.X2("zero:Q")),
        alt.Chart(alt.NamedData("_frame")).mark_point(opacity=0, size=0, tooltip=None).encode(across),
        layers.unless_hidden(bars),
        layers.theory_rule("_edge", style, across=across),
        layers.unless_hidden(layers.equilibria("margins", across, row, style)),
        table.mark_text(**text).encode(across, row, alt.Text("text:N")),
    )


def _reason(point) -> str:
    if point.kink:
        return "a kink, λ counts as infinite" if point.curvature > 0 else "a kink that points up"
    if point.curvature < 0:
        return f"λ = {point.curvature:.4g} is negative"
    if np.isinf(point.curvature):
        return "λ is infinite"
    return f"λ = {point.curvature:.4g}, margin {point.margin:+.4g}"


def iterates_figure(look: Look) -> Figure:
    """x[k] against k."""

    def data(study) -> dict:
        equilibria = [p.x for p in study.critical_points]
        low, high = window(study.states, *look.run_window(study), landmarks=equilibria)
        inside = (study.states >= low) & (study.states <= high)
        last = len(study.states) - 1
        points, named = (points_table(points) for points in _shown(study, low, high))
        labels = {"k": np.full(len(named["x"]), last), "x": named["x"], "text": named["text"]}
        iterates = {"k": np.flatnonzero(inside), "x": study.states[inside]}
        return {
            "iterates": layers.or_hidden(iterates, k=0, x=low),
            "equilibria": layers.or_hidden({"x": points["x"]}, x=low),
            "_labels": layers.or_hidden(labels, k=0, x=low, text=""),
            "_frame": {"k": [0, 1.3 * last], "x": [low, high]},
        }

    def draw(style: Style):
        across, up = layers.x("k", "step k"), layers.y("x", "x[k]")
        course = (
            layers.curve("iterates", across, up, style.measured, width=1.0),
            layers.points("iterates", across, up, style.measured, size=20),
        )
        return alt.layer(
            layers.frame(across, up),
            layers.unless_hidden(layers.theory_rule("equilibria", style, up=up)),
            *(layers.unless_hidden(layers.up_to_step(mark)) for mark in course),
            layers.label("_labels", across, up, style.theory, dx=6),
        ).add_params(layers.playback())

    def describe(study) -> str:
        finite = study.states[np.isfinite(study.states)]
        escaped = "" if len(finite) == len(study.states) else ", then no number any more"
        return (
            f"x[k] for k = 0 … {len(finite) - 1}{escaped}; the last is {finite[-1]:.6g}. Dashed: equilibria."
        )

    return Figure(
        name="iterates",
        title="Iterates",
        data=data,
        draw=draw,
        describe=describe,
        height=270,
        steps=True,
        compare="iterates",
    )


def dragged(look: Look, study, function: str, slope: dict) -> Dragged:
    """What the browser needs to draw this run at another δ (scalarRun in dragging.js).

    function: the name of the picture that `function_figure` made; slope: how f and f′ are computed there.
    """
    low, high = look.curve_window(study)
    bottom, top = _heights(study.objective.value(np.linspace(low, high, CURVE_POINTS)))
    facts = {
        "start": study.params.start,
        "n_steps": study.params.n_steps,
        "slope": slope,
        "function": {"name": function, "low": low, "high": high, "bottom": bottom, "top": top},
        "equilibria": [
            {"x": p.x, "f": p.value, "curvature": float(np.clip(p.curvature, -FAR, FAR))}
            for p in study.critical_points
        ],
        "most_names": MOST_NAMES,
        "room": ROOM,
        "below": BELOW,
        "above": ABOVE,
        "last_name": LAST_NAME,
    }
    return Dragged("scalarRun", study.params, facts | cobweb_facts(look.run_window(study)))
