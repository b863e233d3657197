"""Figure 2 in motion: f, and what the network computes at the present step and at those before."""

import altair as alt
import numpy as np

from pages.charts.kit import layers
from pages.charts.kit.drawing import Channel, Drawing, Table
from pages.charts.kit.figure import figure
from pages.charts.kit.style import Style
from pages.charts.relu_oscillation.outcomes import beyond, loss_in_words, nowhere_active
from pages.charts.relu_oscillation.parity import PARITIES, last_change, played_losses, played_steps
from stepsize_core.paper.relu_oscillation import Outcome, Study
from stepsize_core.paper.relu_oscillation.functions import polygons
from stepsize_core.paper.relu_oscillation.targets import OWN

DOTS = 200  # own points drawn as dots, at most
TARGET_POINTS = 200  # corners of the drawn target
SAME = 0.01  # functions closer than this share of the picture's height are one function
ROOM = 0.055  # of the picture's height, between a curve and its name
NAME_WIDTH, NAME_PLACES = 0.2, 25  # of the width, for the name of f; where it is tried
BESIDE = 0.19  # of the width, right of the curves: their names
APART = 0.05  # of the height, between two of these names
CORNER = (0.5, 0.21)  # shares of the width and of the height that the words on the present step take
OTHERS = 0.26  # opacity of the functions of other steps while the playback runs
ARROW = 0.04  # of the height: a shorter distance has no arrow
LARGE = "abs(datum.value) >= 1e5 ? format(datum.value, '.2~e') : datum.label"
AT_REST = "f̂"  # what stands for odd and even where they are one function


@figure("What the network computes, step by step", height=432, flips=True)
def OVERLAY(study: Study, draw: Drawing) -> str:
    study = study.as_given
    (x, y), functions = _target(study), study.last_functions
    low, high = _heights(study, draw, np.concatenate([functions.ravel(), y]))
    (left, right), height = study.grid[[0, -1]], high - low
    end = right + BESIDE * (right - left)
    frame = {"x": [left, end], "y": [low, high]}
    draw.axes("input x", "output f̂(x)", y={"labelExpr": LARGE}, frame=frame, whole=True)

    rows = slice(0) if study.limit.period else slice(None)  # a band only where nothing repeats
    band = {"x": study.grid[rows], "low": functions.min(axis=0)[rows], "high": functions.max(axis=0)[rows]}
    look = {"look": lambda style: style.outcomes[4], "fillOpacity": 0.22, "clip": True, "tooltip": None}
    nowhere = {"x": x[0], "low": y[0], "high": y[0]}
    draw.mark("area", "envelope", band, y2="high", empty=nowhere, hides=True, **look)
    own, first = study.params.target == OWN, {"x": x[0], "y": y[0]}
    data, nothing = {"x": x, "y": y}, {"x": x[:0], "y": y[:0]}
    grey = {"look": lambda style: style.outcomes[6], "width": 10, "strokeJoin": "round"}
    draw.curve("f", nothing if own else data, empty=first, **grey)
    draw.points("own_points", data if own else nothing, look="ink", size=60, filled=False, empty=first)

    played, corners = played_steps(study), _functions(study, height)
    draw.first = int(played[0])
    draw.layer({"functions": corners}, _curves, play="legs")
    breakpoints = {"only": "datum.breakpoint", "channels": _by_parity, "play": "now", "tooltip": None}
    draw.mark("point", "functions", xy=("x", "y"), size=24, filled=True, opacity=1, clip=True, **breakpoints)
    gaps = _gaps(study, played, height)
    arrow = {"look": "ink", "play": "now", "strokeWidth": 1.5, "tooltip": None, "hides": True}
    draw.mark("rule", "gap", gaps, xy=("x", "y"), y2="y2", **arrow)
    for tip, shape in (("y", "triangle-up"), ("y2", "triangle-down")):
        draw.points("gap", xy=("x", tip), look="ink", size=44, shape=shape, play="now", hides=True)
    for align, dx, only in (("right", -9, "datum.x > datum.middle"), ("left", 9, "datum.x <= datum.middle")):
        words = {"align": align, "dx": dx, "dy": -4, "size": 14, "only": only, "hides": True}
        draw.name("gap", xy=("x", "y_name"), play="now", lineBreak=" ", **words)
    _draw_names(draw, study, corners, played, height)
    name = _name_of_target(study, x, y, (low, high), gaps)
    draw.name("_name_f", name, look="muted", dy=4, size=14)
    _draw_now(draw, study, (x, y), (low, high))
    return _sentence(study, int(polygons(study.objective, study.last_states[-1:]).breakpoint.sum()))


def _sentence(study: Study, corners: int) -> str:
    gap, p, last = last_change(study).max(), study.limit.period, f"{study.last_steps[-1]:,}"
    switch = "switches" if corners == 1 else "switch"
    units = f"Dots: {corners} of {study.objective.hidden_units} hidden units {switch} inside the picture"
    if study.escape:
        ends = f"The run escapes at step {study.escape:,}{beyond(study)}"
        return f"{ends}; the picture ends at step {last}, while there is something to draw. {units}."
    if study.outcome is Outcome.DEAD:
        return f"Every unit is dead, {nowhere_active(study)}. {units}."
    if study.outcome is Outcome.ALTERNATION:
        return f"A damped alternation: at step {last} odd and even are still {gap:.2g} apart. {units}."
    if p == 1:
        return f"At rest: f̂ odd and f̂ even differ by {gap:.1g} at step {last}. {units}."
    if p == 2:
        return f"The last two functions differ by up to {gap:.3g}, step after step. {units}."
    if p > 2:
        return (
            f"All {p} functions of the cycle; “odd” and “even” are then only the last two of them, "
            f"{gap:.3g} apart. {units}."
        )
    return (
        f"Band: the envelope of the last {len(study.last_states)} functions. “Odd” and “even” are then only "
        f"the last two, {gap:.3g} apart. {units}."
    )


# What is drawn


def _heights(study: Study, draw: Drawing, values: np.ndarray) -> tuple[float, float]:
    """The ends of the axis up, which stand while they fit; with room for the words in a corner."""
    lowest, highest = float(values.min()), float(values.max())
    margin = 0.09 * (highest - lowest or 1.0)
    return draw.hold("y", (lowest - margin, highest + 2.2 * margin), (lowest, highest))


def _by_parity(style: Style, channel: type = alt.Color):
    """The colour of what the column "function" calls odd, even or, where they are one, f̂."""
    colours = {"odd": style.odd, "even": style.even, AT_REST: style.measured}
    return layers.by(channel, "function", colours)


def _curves(x: Channel, y: Channel, style: Style) -> list:
    """The function of the present step broad, those before it, as many as the limit has, faint."""
    rows = layers.with_now(alt.Chart(alt.NamedData("functions")))
    line = {"strokeJoin": "round", "strokeCap": "round", "clip": True, "tooltip": None}
    faint = f"{layers.ASKS} ? 0 : {layers.STEP} < {layers.ALL_STEPS:g} ? {OTHERS} : 1"
    others = rows.transform_filter("datum.k < datum.now && datum.k > datum.now - datum.of")
    others = others.mark_line(strokeWidth=2, **line).encode(opacity=alt.value(alt.expr(faint)))
    present = rows.transform_filter("datum.k == datum.now").mark_line(strokeWidth=4, **line)
    channels = x("x"), y("y"), _by_parity(style), alt.Order("x:Q"), alt.Detail("k:N")
    return [curve.encode(*channels) for curve in (others, present)]


def _function(k: np.ndarray, study: Study, height: float) -> np.ndarray:
    """What each step's function is called in the picture: odd, even, or f̂ where they look alike."""
    alike = last_change(study).max() <= SAME * height
    return np.where(alike, AT_REST, np.array(PARITIES)[k % 2])


def _length_of_limit(study: Study) -> int:
    """How many of the last functions make up the limit: all p of a cycle, else the last two."""
    return max(2, study.limit.period)


def _functions(study: Study, height: float) -> Table:
    """The corners of the functions that the playback shows, and of those before them."""
    count = len(played_steps(study)) + _length_of_limit(study) - 1
    steps, shape = study.last_steps[-count:], polygons(study.objective, study.last_states[-count:])
    keep = shape.breakpoint.copy()
    keep[:, [0, -1]] = True  # the others repeat the left end
    k = np.broadcast_to(steps[:, None], keep.shape)[keep]
    x, y = study.units.x(shape.x[keep]), study.units.y(shape.y[keep])
    table = {"k": k.astype(np.int32), "x": x, "y": y}
    words = {"function": _function(k, study, height), "breakpoint": shape.breakpoint[keep]}
    return table | words | {"of": np.full(len(k), _length_of_limit(study), np.int16)}


def _gaps(study: Study, played: np.ndarray, height: float) -> Table:
    """Where each function of the playback is farthest from the one before, and how far."""
    before, now = study.last_functions[-len(played) - 1 : -1], study.last_functions[-len(played) :]
    gap = np.abs(now - before)
    place = gap.argmax(axis=1)
    i, widest = np.arange(len(played)), gap.max(axis=1)
    ends = np.sort([before[i, place], now[i, place]], axis=0)
    seen = widest > ARROW * height
    bottom, top = np.where(seen, ends, np.nan)
    text = [f"{w:.3g} apart" if there else "" for w, there in zip(widest, seen)]
    words = {"text": text, "middle": float(study.grid.mean()), "gap": widest}
    return {
        "k": played,
        "x": study.grid[place],
        "y": top,
        "y2": bottom,
        "y_name": [_between(study, x, pair) for x, pair in zip(study.grid[place], zip(before, now))],
    } | words


def _between(study: Study, x: float, pair) -> float:
    """Where a name beside an arrow at x stands between two functions, clear of both where that can be."""
    grid, below, above = study.grid, np.minimum(*pair), np.maximum(*pair)
    inwards = grid <= x if x > grid.mean() else grid >= x
    beside = inwards & (np.abs(grid - x) <= NAME_WIDTH / 2.0 * (grid[-1] - grid[0]))
    here = np.argmin(np.abs(grid - x))
    low, high = below[beside].max(), above[beside].min()
    return float((low + high) / 2.0 if low < high else (below[here] + above[here]) / 2.0)


# Names


def _draw_names(draw: Drawing, study: Study, corners: Table, played: np.ndarray, height: float) -> None:
    """The names of the present function and of the one before, at their right ends."""
    ends = dict(zip(study.last_steps.tolist(), study.last_functions[:, -1]))
    own, other = (np.array([ends[int(k)] for k in steps]) for steps in (played, played - 1))
    middle, above = (own + other) / 2.0, np.where(own >= other, 1.0, -1.0)
    near = np.abs(own - other) < APART * height
    aside = above * APART * height / 2.0
    for name, k, y, push, look in (
        ("_name_now", played, own, aside, {"fontWeight": 700}),
        ("_name_before", played - 1, other, -aside, {}),
    ):
        function = _function(k, study, height)
        text = [_called(study, word, name == "_name_now") for word in function]
        table = {"k": played, "x": study.grid[-1], "y": np.where(near, middle + push, y)}
        if name == "_name_now":
            table["y"] = np.where(function == AT_REST, own, table["y"])
        table |= {"function": function, "text": text}
        look |= {"channels": _by_parity, "look": None, "dx": 9, "dy": 5, "size": 15}
        draw.label(name, table, xy=("x", "y"), play="now", hides=True, **look)


def _called(study: Study, word: str, now: bool) -> str:
    """The name of a function beside its curve; odd and even are two functions at period 2 only."""
    if word == AT_REST:
        return AT_REST if now else ""
    return f"f̂ {word}" if study.limit.period in (1, 2) else word


def _draw_now(draw: Drawing, study: Study, target, window: tuple[float, float]) -> None:
    """Which function is shown, its step and its loss, in the emptier of the corners at the left."""
    (x, y), (low, high), (left, right) = target, window, study.grid[[0, -1]]
    height, reach = high - low, study.grid <= left + CORNER[0] * (1.0 + BESIDE) * (right - left)
    heights = np.concatenate([study.last_functions[:, reach].ravel(), y[x <= study.grid[reach][-1]]])
    top = high - heights.max() >= heights.min() - low
    at, k, losses = high if top else low + CORNER[1] * height, played_steps(study), played_losses(study)
    function = _function(k, study, height)
    said = [f"step {step:,}, loss {loss_in_words(loss)}" for step, loss in zip(k, losses)]
    place = {"k": k, "x": left, "y": at}
    names = [_shown(study, int(step), word) for step, word in zip(k, function)]
    colour = {"channels": _by_parity, "look": None, "fontWeight": 700, "size": 22}
    common = {"xy": ("x", "y"), "play": "now", "dx": 8}
    draw.label("_shown", place | {"function": function, "text": names}, dy=24, hides=True, **colour, **common)
    draw.label("now", place | {"loss": losses, "text": said}, look="ink", dy=44, size=14, **common)
    count = len(study.last_states)
    band = "" if study.limit.period else f"band: all of the last {count}"
    look = {"look": lambda style: style.outcomes[4], "dx": 8, "dy": 62, "size": 13}
    draw.label("_name_band", {"x": left, "y": at, "text": band}, **look)


def _shown(study: Study, k: int, word: str) -> str:
    """What the picture shows at a step, in large letters."""
    if study.outcome is Outcome.DEAD:
        return "f̂ = 0, every unit dead"
    if word == AT_REST:
        if study.outcome is Outcome.ALTERNATION:
            return "f̂, odd and even"
        return "f̂, at rest" if study.limit.period == 1 else "f̂"
    if study.limit.period > 2:
        return f"f̂, {k % study.limit.period + 1} of {study.limit.period}"
    return f"f̂ {word}" if study.limit.period in (1, 2) else f"f̂, {word} step"


def _target(study: Study) -> tuple[np.ndarray, np.ndarray]:
    """The data, at most so many as can be told apart, from left to right."""
    most = DOTS if study.params.target == OWN else TARGET_POINTS
    order = np.argsort(study.objective.inputs[:, 0], kind="stable")
    keep = order[np.linspace(0, len(order) - 1, min(most, len(order))).astype(int)]
    return study.units.x(study.objective.inputs[keep, 0]), study.units.y(study.objective.targets[keep, 0])


def _name_of_target(study: Study, x, y, window: tuple[float, float], gaps: Table) -> Table:
    """The name of f, above or below it, where functions and other words leave it most room."""
    (low, high), text = window, "own points" if study.params.target == OWN else "target f"
    height, width, half = high - low, float(x[-1] - x[0]) or 1.0, NAME_WIDTH / 2.0
    places = np.linspace(x[0] + (half + 0.02) * width, x[-1] - half * width, NAME_PLACES)
    shifts = np.array([-2.0, -1.0, 1.0, 2.0, 3.0, -3.0])[:, None] * ROOM * height
    across, up = np.broadcast_arrays(places, np.interp(places, x, y) + shifts)
    functions = [*study.last_functions[-_length_of_limit(study) :]]
    own = [] if study.params.target == OWN else [np.interp(study.grid, x, y)]
    under = across + np.array([-half, 0.0, half])[:, None, None] * width
    curves = np.array([np.interp(under, study.grid, f) for f in functions + own])
    room = np.minimum(np.abs(curves - up).min(axis=(0, 1)) / height, ROOM)
    taken = (np.abs(across[..., None] - gaps["x"]) < NAME_WIDTH * 2.0 * width) & (
        np.abs(up[..., None] - gaps["y_name"]) < ROOM * height
    )
    corner = (across - x[0] < CORNER[0] * width) & (
        np.abs(up - (low + high) / 2.0) > (0.5 - CORNER[1]) * height
    )
    inside = (up > low + 0.03 * height) & (up < high - 0.03 * height) & ~corner & ~taken.any(axis=-1)
    near = -np.abs(shifts) / height  # beside its curve rather than far off
    i = np.unravel_index(np.argmax(np.where(inside, room + 0.1 * near, -1.0)), up.shape)
    return {"x": across[i], "y": up[i], "text": text}
