"""One run on a scalar function: the function, the cobweb, eigenvalue margins and the iterates."""

import altair as alt
import numpy as np

from pages.charts.kit.drawing import Drawing, Ends, Table
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.text import minus
from pages.charts.scalar.cobweb import draw_cobweb, window
from pages.charts.scalar.diagram import LABEL_WIDTH
from pages.charts.scalar.look import Look
from stepsize_core.limits import not_rounding
from stepsize_core.paper.runs import counted

CURVE_POINTS = 241
MOST_NAMES = 5  # equilibria that are named in a picture, those nearest to where the run is
MOST_ROWS = 7  # of the margins
TALL = 20.0  # times the middle nine tenths: values so far apart are cut, as near a pole
MIDDLE = (0.05, 0.95)
ROOM = 0.2  # share of the height below the function, for names
BELOW, ABOVE = -0.13, 0.14  # shares of the height from a minimum, or another equilibrium, to its name
INFINITE = 1.25  # where an infinite curvature is drawn, times the largest finite one


def _shown(study, low: float, high: float):
    """The equilibria inside [low, high], and those of them that are named."""
    inside = [p for p in study.critical_points if low <= p.x <= high]
    return inside, _nearest(study, inside, MOST_NAMES)


def _nearest(study, points, most: int):
    """The points nearest to the last finite state, ascending."""
    last = study.states[np.isfinite(study.states)][-1]
    return sorted(sorted(points, key=lambda p: abs(p.x - last))[:most], key=lambda p: p.x)


def _names(points) -> list[str]:
    return [minus(f"x = {p.x:.4g} {p.stability}") for p in points]


def function_figure(look: Look, name: str, title: str) -> Figure:
    """The function with its equilibria and the iterates on it."""

    @figure(title, name=name, height=176)
    def FUNCTION(study, draw: Drawing) -> str:
        low, high = look.curve_window(study)
        x = np.linspace(low, high, CURVE_POINTS)
        values = study.objective.value(x)
        bottom, top = _heights(values)
        span = top - bottom
        floor, corner = bottom - ROOM * span, {"x": low, "f": bottom}
        axis, frame = {"minExtent": LABEL_WIDTH, "tickCount": 4}, {"x": [low, high], "f": [floor, top]}
        draw.axes("x", f"{look.symbol}(x)", y=axis, frame=frame, whole=True)
        draw.curve("function", {"x": x, "f": np.where(np.isfinite(values), values, np.nan)}, look="ink")

        seen = (study.states >= low) & (study.states <= high) & np.isfinite(study.losses)
        iterates = {"k": np.flatnonzero(seen), "x": study.states[seen], "f": study.losses[seen]}
        none = corner | {"k": 0}
        draw.points(
            "iterates", iterates, xy=("x", "f"), size=16, opacity=0.5, play=True, drag=True, empty=none
        )

        inside, named = _shown(study, low, high)
        points = [p for p in inside if floor <= p.value <= top]
        places = {"x": [p.x for p in points], "f": [p.value for p in points]}
        words = {"stability": [p.stability for p in points], "text": _names(points)}
        draw.equilibria("critical_points", places | words, empty=corner | {"stability": "neutral"})
        beside = [p.value + (BELOW if p.curvature > 0 else ABOVE) * span for p in named]
        labels = {"x": [p.x for p in named], "f": beside, "text": _names(named)}
        draw.name("_labels", labels, empty=corner)
        draw.head("iterates", xy=("x", "f"))
        draw.grip(x="start")

        known = _nearest(study, study.critical_points, MOST_NAMES)
        words = ", ".join(f"x = {p.x:.4g} {p.stability}" for p in known) or "no equilibria in this window"
        more = len(study.critical_points) - len(known)
        return (
            f"Blue: the iterates. Discs are stable, rings unstable at δ = {study.params.step_size:g}: {words}"
            f"{f', and {more} more' if more else ''}."
        )

    return FUNCTION


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


def _window(look: Look, study, draw: Drawing) -> Ends:
    """The range of x that the run visits, with the nearest equilibrium; it stands while the run fits it."""
    equilibria, (low, high) = [p.x for p in study.critical_points], look.run_window(study)
    wanted = window(study.states, low, high, landmarks=equilibria)
    inside = study.states[(study.states >= low) & (study.states <= high)]
    return draw.hold("x", wanted, (inside.min(), inside.max()))


def cobweb_figure(look: Look, height: int = 460) -> Figure:
    """The map, the diagonal and the staircase of iterates."""

    @figure("Cobweb", height=height, square=True)
    def COBWEB(study, draw: Drawing) -> str:
        low, high = _window(look, study, draw)
        inside, named = _shown(study, low, high)
        corner, x = {"x": low, "y": low}, [p.x for p in inside]
        fixed = {"x": x, "y": x, "stability": [p.stability for p in inside]}
        draw_cobweb(draw, study, (low, high), minExtent=LABEL_WIDTH)
        draw.equilibria("fixed_points", fixed, empty=corner | {"stability": "neutral"})
        x = [p.x for p in named]
        names = {"x": x, "y": x, "text": _names(named)}
        draw.name("_labels", names, align="right", dx=-11, dy=-9, empty=corner, hides=True)
        kept = int(np.isfinite(study.states).sum()) - 1
        begin = f"{counted(kept, 'step')} of x − δ{look.symbol}′(x) from x[0] = {study.params.start:g}."
        return f"{begin} The run {study.outcome}."

    return COBWEB


def margins_figure(look: Look) -> Figure:
    """The curvature of every equilibrium against the band from 0 to 2/δ."""

    @figure("Eigenvalue margins", height=270)
    def MARGINS(study, draw: Drawing) -> str:
        edge, points = 2.0 / study.params.step_size, _nearest(study, study.critical_points, MOST_ROWS)
        curvatures = np.array([p.curvature for p in points], float)
        finite = curvatures[np.isfinite(curvatures)]
        lowest, largest = min([0.0, *finite]), max([edge, *finite]) * INFINITE
        rows = {
            "point": [f"x = {p.x:.4g}" for p in points],
            "curvature": np.clip(curvatures, min(lowest, -0.2 * edge), largest),
            "edge": edge,
            "margin": [p.margin for p in points],
            "stability": [p.stability for p in points],
            "text": [f"{p.stability}: {_reason(p)}" for p in points],
        }
        title = f"Hessian eigenvalue λ = {look.symbol}″"
        draw_margins(draw, title, edge, rows, ends=(1.3 * lowest, 1.04 * largest))
        jumps = [f" ({p.jump})" if p.one_sided else "" for p in points]
        words = "; ".join(f"{p.multiplier:.4g} at {p.x:.4g}{jump}" for p, jump in zip(points, jumps))
        words = words.replace("-inf", "−∞").replace("inf", "∞") or "no equilibria here"
        return (
            f"Stable where λ lies in the band from 0 to 2/δ = {edge:.4g} (dashed); bars: the margins "
            f"2/δ − λ. Multipliers 1 − δλ: {words}."
        )

    return MARGINS


def draw_margins(draw: Drawing, title: str, edge: float, rows: Table, ends: tuple[float, float]) -> None:
    """A bar from each eigenvalue to 2/δ, the edge of the band of stability, on an axis with these ends.

    rows: columns point, curvature, edge, margin, stability, text.
    """
    place = ("curvature", "point")
    draw.axes(title, alt.Y("point:N", title=None, sort=None), frame={"curvature": ends})
    band = {"curvature": edge, "zero": 0.0}
    draw.mark("rect", "_edge", band, look="grid", xy=("curvature", None), x2="zero")
    none = {"point": "none here", "curvature": 0.0, "edge": edge, "margin": edge, "stability": "neutral"}
    bars = {"xy": place, "x2": "edge", "strokeWidth": 3, "empty": none}
    draw.mark("rule", "margins", rows, look="measured", **bars)
    draw.vline("_edge")
    draw.equilibria("margins", xy=place)
    draw.label("margins", xy=place, look="ink", dx=-4, dy=-15)


def _reason(point) -> str:
    if point.one_sided:
        return f"{point.jump}, λ counts as {point.curvature:.4g}".replace("inf", "∞")
    if point.curvature < 0:
        return f"λ = {point.curvature:.4g} is negative"
    if np.isinf(point.curvature):
        return "λ is infinite"
    return f"λ = {point.curvature:.4g}, margin {point.margin:+.4g}"


def iterates_figure(look: Look) -> Figure:
    """x[k] against k."""

    @figure("Iterates", height=270, compare="iterates")
    def ITERATES(study, draw: Drawing) -> str:
        low, high = _window(look, study, draw)
        seen, last = (study.states >= low) & (study.states <= high), len(study.states) - 1
        inside, named = _shown(study, low, high)
        draw.axes("step k", "x[k]", frame={"k": [0, 1.12 * last], "x": [low, high]}, whole=True)
        draw.hline("equilibria", {"x": [p.x for p in inside]}, empty={"x": low})
        iterates, none = {"k": np.flatnonzero(seen), "x": study.states[seen]}, {"k": 0, "x": low}
        draw.run("iterates", iterates, by_points=True, empty=none)
        labels = {"k": last, "x": [p.x for p in named], "text": _names(named)}
        draw.label("_labels", labels, dx=6, empty=none)
        finite = study.states[np.isfinite(study.states)]
        escaped = "" if len(finite) == len(study.states) else ", then no number any more"
        shown = f"x[k] for k = 0 … {len(finite) - 1}{escaped}; the last is"
        return f"{shown if len(finite) > 1 else 'x[0] ='} {not_rounding(finite[-1]):.6g}. Dashed: equilibria."

    return ITERATES
