"""One run on a scalar function: the function, the cobweb, eigenvalue margins and the iterates."""

import altair as alt
import numpy as np

from pages.charts.kit.drawing import Drawing, Ends, Table
from pages.charts.kit.figure import Figure, figure
from pages.charts.kit.text import legend, minus
from pages.charts.scalar.alternation import draw_alternation
from pages.charts.scalar.cobweb import draw_cobweb, draw_start
from pages.charts.scalar.cobweb import window as window_of
from pages.charts.scalar.diagram import LABEL_WIDTH
from pages.charts.scalar.look import Look
from pages.charts.scalar.names import LETTER, SQUARE, covered_by, dense, draw_names, placed
from stepsize_core.limits import not_rounding
from stepsize_core.paper.runs import counted

CURVE_POINTS = 241
HALO = 8  # pixels around the names of margins, which stand on the rule of 2/δ
LEGS = 6000  # points on the legs of the iterates
MOST_NAMES = 5  # equilibria that are named in a picture, those nearest to where the run is
MOST_ROWS = 7  # of the margins
TALL = 20.0  # times the middle nine tenths: values so far apart are cut, as near a pole
MIDDLE = (0.05, 0.95)
MOST_CURVATURES = 3  # of them, where they are named by their curvatures
ROOM = 0.3  # share of the height below the function, for the start and names
HEAD_ROOM = 0.08  # and above it, for the mark of a maximum there
NAMES_ROOM = 0.13  # share of the height of the iterates, above and below them, for names
START_LINES = (4, 8, 12, 16)  # pixels above the bottom edge, where the start is named
SIDES = (310.0, 90.0)  # pixels of the picture of the function, as is usual
ASIDE = 0.02  # points of ink for each pixel that a name stands beside its equilibrium and not above it
ACROSS = np.linspace(0.95, 0.2, 6)  # shares of the width where names of equilibria stand in the iterates
INFINITE = 1.25  # where an infinite curvature is drawn, times the largest finite one


def _shown(study, low: float, high: float):
    """The equilibria inside [low, high], and those of them that are named."""
    inside = [p for p in study.critical_points if low <= p.x <= high]
    return inside, _nearest(study, inside, MOST_NAMES)


def _nearest(study, points, most: int):
    """The points nearest to the last finite state, ascending."""
    last = study.states[np.isfinite(study.states)][-1]
    return sorted(sorted(points, key=lambda p: abs(p.x - last))[:most], key=lambda p: p.x)


def _names(points, symbol: str = "") -> list[str]:
    """What equilibria are called in a picture, by their places, or by their curvature where the symbol of the
    function is given."""
    if symbol:
        return [minus(f"{p.stability}: {symbol}″ = {p.curvature:.4g}".replace("inf", "∞")) for p in points]
    return [minus(f"x = {p.x:.4g} {p.stability}") for p in points]


def function_figure(look: Look, name: str, title: str) -> Figure:
    """The function with its equilibria and the iterates on it."""

    @figure(title, name=name, height=152)
    def FUNCTION(study, draw: Drawing) -> str:
        low, high = look.curve_window(study)
        x = np.linspace(low, high, CURVE_POINTS)
        values = study.objective.value(x)
        bottom, top = _heights(values)
        floor, corner = bottom - ROOM * (top - bottom), {"x": low, "f": bottom}
        top += HEAD_ROOM * (top - bottom)
        axis, frame = {"minExtent": LABEL_WIDTH, "tickCount": 4}, {"x": [low, high], "f": [floor, top]}
        draw.axes(None, f"{look.symbol}(x)", y=axis, frame=frame, whole=True)
        curve = {"x": x, "f": np.where((values >= floor) & (values <= top), values, np.nan)}
        draw.curve("function", curve, look="ink", width=2.25)

        seen = (study.states >= low) & (study.states <= high) & np.isfinite(study.losses)
        k = np.flatnonzero(seen).astype(np.int32)
        iterates, none = {"k": k, "x": study.states[seen], "f": study.losses[seen]}, corner | {"k": 0}
        course = {"xy": ("x", "f"), "play": True, "drag": True}
        draw.points("iterates", iterates, size=24, opacity=0.5, empty=none, **course)

        inside, named = _shown(study, low, high)
        points = [p for p in inside if floor <= p.value <= top]
        places = {"x": [p.x for p in points], "f": [p.value for p in points]}
        kinds = {"stability": [p.stability for p in points]}
        draw.equilibria("critical_points", places | kinds, empty=corner | {"stability": "neutral"})
        texts = _names(named, look.symbol if len(named) <= MOST_CURVATURES else "")
        beside = [(text, [(p.x, p.value)]) for text, p in zip(texts, named) if floor <= p.value <= top]
        middle = np.mean([at for _, [(at, _)] in beside]) if beside else 0.0
        beside.sort(key=lambda name: abs(name[1][0][0] - middle))  # outer ones have room on one side
        ink = _function_ink(curve, points, (low, high), (floor, top))
        draw_names(draw, "_labels", placed(beside, *ink, sides=SIDES, aside=ASIDE), corner=corner)
        draw_start(draw, float(study.states[0]), (low, high), floor)
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


def _function_ink(curve: Table, points, across: Ends, up: Ends) -> tuple[tuple[Ends, Ends], np.ndarray]:
    """The frame, and what names keep clear of: the curve, the equilibria, the start at the bottom edge."""
    ring, line = 0.012 * (across[1] - across[0]), (up[1] - up[0]) / SIDES[1]
    ink = [dense(curve["x"], curve["f"], 3000)]
    ink += [dense([p.x - ring, p.x + ring], [p.value] * 2, 20) for p in points]
    ink += [dense(across, [up[0] + pixels * line] * 2) for pixels in START_LINES]
    return (across, up), np.concatenate(ink)


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
    wanted = window_of(study.states, low, high, landmarks=equilibria)
    inside = study.states[(study.states >= low) & (study.states <= high)]
    return draw.hold("x", wanted, (inside.min(), inside.max()))


def cobweb_figure(look: Look, name: str = "cobweb", window: Ends | None = None) -> Figure:
    """The map, the diagonal and the staircase of iterates.

    window: what the picture shows, whatever the run visits
    """

    @figure("Cobweb", name=name, height=460, square=True)
    def COBWEB(study, draw: Drawing) -> str:
        low, high = window or _window(look, study, draw)
        inside, named = _shown(study, low, high)
        corner, x = {"x": low, "y": low}, [p.x for p in inside]
        fixed = {"x": x, "y": x, "stability": [p.stability for p in inside]}
        names = list(zip(_names(named), [p.x for p in named]))
        draw_cobweb(draw, study, (low, high), symbol=look.symbol, names=names, minExtent=LABEL_WIDTH)
        draw.equilibria("fixed_points", fixed, empty=corner | {"stability": "neutral"})
        kept = int(np.isfinite(study.states).sum()) - 1
        begin = f"{counted(kept, 'step')} of x − δ{look.symbol}′(x) from x[0] = {study.params.start:g}."
        return f"{begin} The run {study.outcome}."

    return COBWEB


def margins_figure(look: Look) -> Figure:
    """The curvature of every equilibrium against the band from 0 to 2/δ."""

    @figure("Eigenvalue margins", height=270)
    def MARGINS(study, draw: Drawing) -> str:
        edge, points = 2.0 / study.params.step_size, _nearest(study, study.critical_points, MOST_ROWS)
        draw.blank = not points
        curvatures = np.array([p.curvature for p in points], float)
        finite = curvatures[np.isfinite(curvatures)]
        lowest, largest = min([0.0, *finite]), max([edge, *finite]) * INFINITE
        rows = {
            "point": [minus(f"x = {p.x:.4g}") for p in points],
            "curvature": np.clip(curvatures, min(lowest, -0.2 * edge), largest),
            "edge": edge,
            "margin": [p.margin for p in points],
            "stability": [p.stability for p in points],
            "text": [minus(f"{p.stability}: {_reason(p)}") for p in points],
        }
        title = f"Hessian eigenvalue λ = {look.symbol}″"
        draw_margins(draw, title, edge, rows, ends=(1.3 * lowest, 1.04 * largest))
        if not points:
            return f"No equilibrium was found in the window: there is no margin to 2/δ = {edge:.4g}."
        jumps = [f" ({p.jump})" if p.one_sided else "" for p in points]
        words = "; ".join(f"{p.multiplier:.4g} at {p.x:.4g}{jump}" for p, jump in zip(points, jumps))
        words = words.replace("-inf", "−∞").replace("inf", "∞")
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
    draw.axes(title, alt.Y("point:N", title=None, sort=None, scale={"padding": 1}), frame={"curvature": ends})
    band = {"curvature": edge, "zero": 0.0, "text": f"2/δ = {edge:.4g}"}
    draw.mark("rect", "_edge", band, look="grid", xy=("curvature", None), x2="zero")
    none = {"point": "none here", "curvature": 0.0, "edge": edge, "margin": edge, "stability": "neutral"}
    bars = {"xy": place, "x2": "edge", "strokeWidth": 3, "empty": none}
    draw.mark("rule", "margins", rows, look="measured", **bars)
    draw.vline("_edge")
    draw.equilibria("margins", xy=place)
    late = "scale('x', datum.curvature) > width / 2"
    beside = {"align": alt.ExprRef(f"{late} ? 'right' : 'left'"), "dx": alt.ExprRef(f"{late} ? 4 : -4")}
    draw.name("margins", xy=place, dy=-15, halo=HALO, **beside)
    below = {"encode": {"y": alt.value("height"), "text": "text:N"}, "xy": ("curvature", None), "dy": -9}
    late = "scale('x', datum.curvature) > width * 0.8"
    beside = {"align": alt.ExprRef(f"{late} ? 'right' : 'left'"), "dx": alt.ExprRef(f"{late} ? -5 : 5")}
    draw.mark("text", "_edge", look="theory", **below, **beside)


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
        room = NAMES_ROOM * (high - low)
        low, high = low - room, high + room
        seen, last = (study.states >= low) & (study.states <= high), len(study.states) - 1
        inside, named = _shown(study, low, high)
        draw.axes("step k", "x[k]", frame={"k": [0, last], "x": [low, high]}, whole=True)
        draw.hline("equilibria", {"x": [p.x for p in inside]}, empty={"x": low})
        k, x = np.flatnonzero(seen), study.states[seen]
        others = draw_alternation(draw, k, x, (low, high))
        beside = [(text, [(at * last, p.x) for at in ACROSS]) for text, p in zip(_names(named), named)]
        ends, letter = ((0, last), (low, high)), LETTER / SQUARE[0] * last
        ink = [covered_by(text, (at - letter * len(text) / 2.0, up), ends) for text, at, up in others]
        states = np.column_stack([k, x])
        names = placed(beside, ends, np.concatenate([states, *ink]), faint=dense(k, x, LEGS))
        draw_names(draw, "_labels", names, look="theory", corner={"k": 0, "x": low})
        draw.blank = len(k) < 2
        finite = study.states[np.isfinite(study.states)]
        escaped = "" if len(finite) == len(study.states) else ", then no number any more"
        shown = f"x[k] for k = 0 … {len(finite) - 1}{escaped}; the last is"
        begin = "The first step leads out of this window: " if draw.blank else ""
        shown = f"{begin}{shown if len(finite) > 1 else 'x[0] ='} {not_rounding(finite[-1]):.6g}."
        return shown + legend(dashed="equilibria" if draw.shows("equilibria") and not draw.blank else "")

    return ITERATES
